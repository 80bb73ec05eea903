"""The revisions of an article on the desk: the list, what differs, going back, and texts that came too late."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import contents, publishing, revising
from articles.models import Article, Revision
from articles.workflow import MOVES

from . import differences
from .addresses import tell_address
from .lookups import NUMBER

PAGE_SIZE = 25
MINE, THEIRS = "mine", "theirs"


def tell_of_changes(request: HttpRequest, article: Article) -> None:
    """Say of an article whose text was saved that readers go on seeing the one before, where they do."""
    if article.working_copy_id is not None:
        messages.info(request, _("Readers see the changes when you publish them."))


class ArticleRevisions:
    """Adds to the admin of articles the pages of their revisions. A reporter sees those of his own articles alone."""

    def get_urls(self):
        def admit(view, guard=require_safe):
            return self.admin_site.admin_view(guard(view))

        both = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("<row:pk>/revisions/", admit(self.revisions), name="articles_article_revisions"),
            path("<row:pk>/revisions/compare/", admit(self.compare), name="articles_article_compare"),
            path("<row:pk>/revisions/<row:number>/", admit(self.revision), name="articles_article_revision"),
            path("<row:pk>/revisions/<row:number>/name/", admit(self.name_revision, require_POST),
                 name="articles_article_name_revision"),
            path("<row:pk>/revisions/<row:number>/restore/", admit(self.restore_revision, require_POST),
                 name="articles_article_restore_revision"),
            path("<row:pk>/revisions/<row:number>/conflict/", admit(self.conflict, both),
                 name="articles_article_conflict"),
            path("<row:pk>/discard-changes/", admit(self.discard_changes, require_POST),
                 name="articles_article_discard_changes"),
            *super().get_urls(),
        ]  # fmt: skip

    # Reading

    def revisions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All of them, newest first, with what each is for readers and writers now. Two are chosen to be compared."""
        article = self._article(request, pk)
        rows = article.revisions.select_related("by", "restored_from").defer(
            "content", "restored_from__content"
        )
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        live = (
            article.revisions.exclude(applied_at=None)
            .order_by("-applied_at", "-pk")
            .values_list("pk")
            .first()
        )
        context = {
            "page": page,
            "live": live and live[0],
            "may_change": self.has_change_permission(request, article),
            "user_number": request.user.pk,
        }
        return self._page(request, article, "revisions", _("Revisions"), context)

    def revision(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._article(request, pk)
        revision = self._revision(article, number)
        previous = article.revisions.of_the_text().filter(pk__lt=revision.pk).order_by("-pk").first()
        context = {
            "revision": revision,
            "previous": previous,
            "differences": differences.between(previous.content, revision.content) if previous else [],
            "fields": differences.all_fields(revision.content),
            "direction": differences.direction(revision.content),
            "may_change": self.has_change_permission(request, article),
        }
        return self._page(request, article, "revision", _("Revision"), context)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What differs between the revisions `old` and `new`, in the order in which they were written."""
        article = self._article(request, pk)
        asked = [request.GET.get(name, "") for name in ("old", "new")]
        if not all(map(NUMBER.fullmatch, asked)):
            raise Http404
        numbers = sorted({int(number) for number in asked})
        found = [self._revision(article, number) for number in numbers]
        old, new = found[0], found[-1]
        context = {
            "old": old,
            "new": new,
            "differences": differences.between(old.content, new.content),
            "direction": differences.direction(new.content),
        }
        return self._page(request, article, "compare", _("Two revisions compared"), context)

    # Writing

    def name_revision(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._changeable(request, pk)
        revision = revising.name(
            self._revision(article, number), request.POST.get("name", ""), by=request.user
        )
        told = _("The version has a name.") if revision.name else _("The version has no name any more.")
        messages.success(request, told)
        return _to("revision", pk, number)

    def restore_revision(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._changeable(request, pk)
        revision = self._revision(article, number)
        try:
            restored = revising.restore(revision, by=request.user, expected_version=_version(request))
        except publishing.PublishingError as error:
            messages.error(request, str(error))
            return _to("revisions", pk)
        if restored is revision.article:
            messages.info(request, _("The article says this already."))
            return _to("change", pk)
        self.log_change(request, article, [{"moved": "An older revision was restored."}])
        messages.success(request, _("An older revision was restored."))
        tell_of_changes(request, restored)
        return _to("change", pk)

    def discard_changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self._changeable(request, pk)
        try:
            revising.discard_changes(
                article, by=request.user, expected_version=_version(request, "opened_version")
            )
        except publishing.PublishingError as error:
            messages.error(request, str(error))
            return _to("change", pk)
        self.log_change(
            request, article, [{"moved": "The changes were discarded; they stand among the revisions."}]
        )
        messages.success(request, _("The changes were discarded; they stand among the revisions."))
        return _to("change", pk)

    # Two who wrote at once

    def keep_for_comparison(self, request: HttpRequest, article: Article, form) -> HttpResponse:
        """Keep the text of a form that came too late, and lead its writer to choose."""
        typed = form.cleaned_data
        revision = revising.keep_unapplied(
            article,
            by=request.user,
            base_version=typed["opened_version"],
            authors=typed["bylines"],
            tags=typed["tags"],
            note=typed["change_note"],
            pressed=form.move
            and {
                "name": form.move.name,
                "at": typed["publish_at"] and typed["publish_at"].isoformat(),
                "note": typed["note"],
                "is_minor": typed["is_minor"],
            },
        )
        self.keep_note_of_form(request, article)
        self.note_saved(request, article, form)
        self.message_user(
            request,
            _(
                "Somebody else saved this article while you were writing. Your text is kept; choose what to take of it."
            ),
            messages.WARNING,
        )
        return _to("conflict", article.pk, revision.pk)

    def conflict(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """What both began from, what stands there now and what came too late; a choice for each field."""
        article = self._changeable(request, pk)
        mine = self._revision(article, number)
        if mine.kind != Revision.Kind.UNAPPLIED or mine.by_id != request.user.pk:
            raise Http404
        theirs = revising.current(article)
        base = revising.at_version(article, mine.base_version)
        choices = _choices(base, theirs, mine.content)
        status = HTTPStatus.OK
        if request.method == "POST":
            chosen = {choice["name"]: request.POST.get(f"take-{choice['name']}") for choice in choices}
            if all(answer in {MINE, THEIRS} for answer in chosen.values()):
                return self._settle(request, article, mine, chosen)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            for choice in choices:
                choice["chosen"] = chosen[choice["name"]]
        last = article.revisions.of_the_text().select_related("by").order_by("-pk").first()
        context = {
            "revision": mine,
            "last": last,
            "choices": choices,
            "direction": differences.direction(mine.content),
            "is_incomplete": status != HTTPStatus.OK,
            "not_made": _not_made(request, article, mine),
        }
        return self._page(request, article, "conflict", _("Two wrote at once"), context, status)

    def _settle(self, request, article: Article, mine: Revision, chosen: dict[str, str]) -> HttpResponse:
        take = [name for name, answer in chosen.items() if answer == MINE]
        try:
            article = revising.settle_conflict(
                mine, take, by=request.user, expected_version=_version(request)
            )
        except publishing.EditConflict:
            messages.warning(
                request, _("The article was saved once more meanwhile. Please look at it again.")
            )
            return _to("conflict", article.pk, mine.pk)
        except publishing.PublishingError as error:
            messages.error(request, str(error))
            return _to("conflict", article.pk, mine.pk)
        if take:
            names = [str(contents.label(name)) for name in take]
            self.log_change(request, article, [{"changed": {"fields": names}}])
        messages.success(
            request,
            _("What you chose is saved.")
            if take
            else _("The other text stays; yours stands among the revisions."),
        )
        if "slug" in take and article.working_copy_id is None:
            tell_address(request, mine.content["slug"], article)
        if mine.pressed and request.POST.get("_move") == mine.pressed["name"]:
            chosen = mine.pressed | {"at": _hour(mine)}
            if told := self.make_move(request, article, MOVES[chosen.pop("name")], **chosen):
                self.log_change(request, article, [{"moved": told}])
                return _to("change", article.pk)
        if take:
            tell_of_changes(request, article)
        return _to("change", article.pk)

    def what_was_written(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """What the form says of the writer's texts that came too late. One query."""
        if article is None:
            return {}
        left_over = Revision.objects.left_over(request.user).filter(article=article)
        return {"left_over": list(left_over.only("at", "article").order_by("-pk")[:3])}

    def _article(self, request: HttpRequest, pk: int) -> Article:
        """The article, for whoever may open its form."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        # Of the articles of others a reporter is not told that they exist.
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    def _changeable(self, request: HttpRequest, pk: int) -> Article:
        if request.method == "POST":
            return self.acted_on(request, pk)
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def _revision(self, article: Article, number: int) -> Revision:
        return get_object_or_404(article.revisions.select_related("by", "article"), pk=number)

    def _page(
        self,
        request: HttpRequest,
        article: Article,
        name: str,
        title: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        context |= {
            "title": title,
            "article": article,
            "opts": self.opts,
        }
        template = f"admin/articles/article/{name}.html"
        return render(request, template, self.admin_site.each_context(request) | context, status=status)


def _choices(
    base: contents.Content | None, theirs: contents.Content, mine: contents.Content
) -> list[dict[str, Any]]:
    """The fields in which two texts differ. What one alone has changed is proposed; what both have, is not."""
    choices = []
    for name in contents.changed(theirs, mine):
        was = base if base is not None and name in base else None
        mine_is_old = was is not None and contents.same(was[name], mine[name])
        theirs_is_old = was is not None and contents.same(was[name], theirs[name])
        choices.append(
            {
                "name": name,
                "label": contents.label(name),
                "base": differences.whole(name, was) if was else "",
                "theirs": differences.in_field(name, was or theirs, theirs),
                "mine": differences.in_field(name, was or theirs, mine),
                "chosen": THEIRS if mine_is_old else MINE if theirs_is_old else None,
                "by_both": not (mine_is_old or theirs_is_old),
            }
        )
    return choices


def _hour(revision: Revision) -> datetime | None:
    at = revision.pressed["at"]
    return at and datetime.fromisoformat(at)


def _not_made(request: HttpRequest, article: Article, mine: Revision) -> dict[str, Any] | None:
    """The move whose button was pressed with a text that came too late; it `is_offered` to be made after the choice."""
    if not mine.pressed:
        return None
    move, at = MOVES[mine.pressed["name"]], _hour(mine)
    has_passed = at is not None and at < timezone.now()
    return {
        "move": move,
        "at": at,
        "note": mine.pressed["note"],
        "is_offered": not has_passed and publishing.may_move(request.user, article, move),
    }


def _version(request: HttpRequest, name: str = "version") -> int | None:
    """The version that the page showed; one that it does not say is none that is stored."""
    said = request.POST.get(name, "")
    return int(said) if NUMBER.fullmatch(said) else 0


def _to(name: str, *numbers: int) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"admin:articles_article_{name}", args=numbers))
