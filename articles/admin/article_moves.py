"""What is done with articles beside writing them: many moved at once, reviewers, notes, and what is denied."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from articles import bulk, denials, gaps, publishing, reviewing, revising, scopes
from articles.denials import Denied
from articles.models import Article, Transition
from articles.models.article import TEXTS, ArticleQuerySet
from articles.models.desk_note import NOTE_MAX_LENGTH
from articles.workflow import ACTS, ASSIGN, DELETE, EDIT, MOVES, NOTE, PUBLISH, Status
from newsroom.mail.admin import TELLERS, Told
from newsroom.text.excerpt import excerpt
from newsroom.web.isolation import isolate
from newsroom.web.numbers import row_number

from . import accounts
from .addresses import form_of
from .article_drafts import is_count

# Of what many could not be done with, these are named.
NAMED = 20
_PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")

DONE_WITH_MANY = {
    "submit": ngettext_lazy("%(count)d article submitted for review.", "%(count)d articles submitted for review.",
                            "count"),
    "take_back": ngettext_lazy("%(count)d article taken back from review.",
                               "%(count)d articles taken back from review.", "count"),
    ASSIGN: ngettext_lazy("A reviewer is set for %(count)d article.", "A reviewer is set for %(count)d articles.",
                          "count"),
    "return": ngettext_lazy("%(count)d article returned to its writer.",
                            "%(count)d articles returned to their writers.", "count"),
    "publish": ngettext_lazy("%(count)d article published.", "%(count)d articles published.", "count"),
    "publish_changes": ngettext_lazy("The changes of %(count)d article are published.",
                                     "The changes of %(count)d articles are published.", "count"),
    "archive": ngettext_lazy("%(count)d article archived.", "%(count)d articles archived.", "count"),
    "restore": ngettext_lazy("%(count)d article restored to draft.", "%(count)d articles restored to draft.", "count"),
}  # fmt: skip

TELLERS["review"] = lambda rest: Told(
    gettext_lazy("That an article waits for their review, or no longer does")
)


def kinds_of_work(user) -> list[tuple[str, str]]:
    """By what articles may have to do with `user`, the list can be asked; as choices."""
    found = [("returned", _("Returned to their writers"))]
    if user.has_perm(PUBLISH):
        found.insert(0, ("waiting", _("Waiting for my review")))
        if scopes.sections_of(user):
            found.append(("sections", _("In my sections")))
    return found


def of_work(articles: ArticleQuerySet, user, kind: str) -> ArticleQuerySet:
    """Those of `articles` that are work of this kind for `user`; all for no kind."""
    if kind == "waiting":
        return articles.waiting_for(user)
    if kind == "returned":
        return articles.returned()
    limited_to = scopes.sections_of(user)
    if kind == "sections" and limited_to is not None:
        return articles.filter(section__in=limited_to)
    return articles


class ReviewerField(forms.ModelChoiceField):
    """Who is to review the article. Offers nobody until its form says who may: see `scopes.reviewers`."""

    def __init__(self):
        super().__init__(
            scopes.reviewers().none(),
            label=gettext_lazy("Reviewer"),
            required=False,
            empty_label=gettext_lazy("Whoever takes it up"),
        )

    def label_from_instance(self, user) -> str:
        return accounts.name_of(user)


class BulkForm(forms.Form):
    """What goes with one act on many: a reason for writers, or a reviewer."""

    note = forms.CharField(
        label=gettext_lazy("Why it comes back, for the writer"),
        error_messages={"required": publishing.NO_REASON},
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, act: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        move = MOVES.get(act)
        if move is None or not move.needs_note:
            del self.fields["note"]
        if act in {"submit", ASSIGN}:
            self.fields["reviewer"] = ReviewerField()
            self.fields["reviewer"].queryset = scopes.reviewers()


def _action(act: str) -> Callable:
    def begin(model_admin, request, queryset):
        return model_admin.begin_bulk(request, act, queryset)

    return begin


class ArticleMoves:
    """Adds to the admin of articles the acts on many, the addresses beside the form, and the record of what was denied.

    `acted_on` and `sent_for` are how the other pages of an article find it for an act.
    """

    def get_urls(self):
        def post(view):
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("bulk/<slug:act>/", post(self.finish_bulk), name="articles_article_bulk"),
            path("<row:pk>/notes/", post(self.add_note), name="articles_article_add_note"),
            path("<row:pk>/reviewer/", post(self.assign_reviewer), name="articles_article_assign"),
            *super().get_urls(),
        ]

    # What is denied

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            article = self._admit(request, object_id)
            if article is not None and not self.has_change_permission(request, article):
                # Who wrote it may only read it until it is a draft again: there is no text to be saved.
                move = MOVES[request.POST["_move"]]
                self.make_move(request, article, move, at=None, note="", is_minor=False, is_saved=False)
                return HttpResponseRedirect(form_of(article.pk))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        if request.method == "POST":
            article = Article.objects.filter(pk=row_number(unquote(object_id))).first()
            # Of one that is not there Django asks and tells the same.
            if article is not None and not self.has_delete_permission(request, article):
                raise Denied(request.user, DELETE, article)
        return super().delete_view(request, object_id, extra_context)

    def _admit(self, request: HttpRequest, object_id: str | None) -> Article | None:
        """Raise Denied where the form was sent for what this account may not do, whatever else is wrong with it.

        Returns the article, if it is stored.
        """
        move = MOVES.get(request.POST.get("_move", ""))
        act = EDIT if move is None else move.name
        if object_id is None:
            article = Article(headline=request.POST.get("headline", ""), created_by=request.user)
        else:
            number, is_writers = row_number(unquote(object_id)), move is not None and move.is_writers
            try:
                article = (
                    self.sent_for(request, number) if is_writers else self.acted_on(request, number, act)
                )
            except Http404:
                # Django tells that somebody deleted it.
                return None
        if move is not None and not publishing.may_ever_move(request.user, article, move):
            raise Denied(request.user, act, article)
        return article if object_id is not None else None

    def acted_on(self, request: HttpRequest, number: int | None, act: str = EDIT) -> Article:
        """The article that somebody sent something for. Raises Denied where the account may not change it."""
        article = self.sent_for(request, number)
        if not self.has_change_permission(request, article):
            raise Denied(request.user, act, article)
        return article

    def sent_for(self, request: HttpRequest, number: int | None) -> Article:
        """The article that somebody sent something for which a verb will allow or deny.

        Of one that is not there a reporter learns no more than of another's: PermissionDenied, not Http404.
        """
        article = Article.objects.filter(pk=number).first()
        if article is not None:
            return article
        if request.user.has_perm(PUBLISH):
            raise Http404
        raise PermissionDenied

    # The list

    def get_changelist_instance(self, request: HttpRequest):
        changelist = super().get_changelist_instance(request)
        changelist.result_list = changelist.result_list.with_return()
        return changelist

    @admin.display(description=gettext_lazy("reviewer"), ordering="reviewer__first_name")
    def reviewed_by(self, article: Article):
        return accounts.cell(article.reviewer)

    def returned_mark(self, article: Article):
        """For a draft that came back, why; empty for others. Of rows of the list."""
        if article.returned_because is None:
            return ""
        reason = excerpt(article.returned_because, reviewing.REASON_SHOWN)
        return format_html(
            '<span class="returned-because">{} {}</span>',
            _("Returned:"),
            isolate(reason),
        )

    # Many at once

    def get_actions(self, request: HttpRequest):
        # Whoever forges one that the menu does not offer is to be told that it is denied, and recorded.
        offered = [act for act in bulk.ACTS if request.method == "POST" or bulk.may_ever(request.user, act)]
        return {act: (_action(act), act, ACTS[act]) for act in offered} | super().get_actions(request)

    def response_action(self, request: HttpRequest, queryset):
        if any(row_number(text) is None for text in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            # Django would ask the database for it.
            raise SuspiciousOperation("This is not the number of an article.")
        return super().response_action(request, queryset)

    def begin_bulk(self, request: HttpRequest, act: str, queryset) -> HttpResponse | None:
        """Show what the act would do with the chosen articles, and ask."""
        if not request.user.has_perm(PUBLISH):
            asked = Article.objects.filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
            forbidden = asked.exclude(created_by=request.user) if bulk.may_ever(request.user, act) else asked
            self._deny_all(request, act, list(forbidden[: bulk.MOST]))
        articles = list(self._for_bulk(queryset)[: bulk.MOST + 1])
        if len(articles) > bulk.MOST:
            told = ngettext(
                "At most %(count)d article can be moved at once. Choose fewer.",
                "At most %(count)d articles can be moved at once. Choose fewer.",
                bulk.MOST,
            )
            messages.warning(request, told % {"count": bulk.MOST})
            return None
        return self._ask(request, act, articles, BulkForm(act), request.GET.urlencode())

    def _deny_all(self, request: HttpRequest, act: str, articles: list[Article]) -> None:
        """Record each attempt and raise PermissionDenied; nothing where there is none."""
        for article in articles:
            denials.record(Denied(request.user, act, article))
        if articles or not bulk.may_ever(request.user, act):
            raise PermissionDenied

    def _for_bulk(self, queryset):
        return queryset.select_related("section", "hero").defer(*TEXTS)

    def _ask(
        self,
        request: HttpRequest,
        act: str,
        articles: list[Article],
        form: BulkForm,
        filters: str,
        status=200,
    ) -> HttpResponse:
        able, unable = bulk.prospects(articles, act, by=request.user)
        lacking = _gaps_of(able) if act in bulk.TO_READERS else {}
        context = self.admin_site.each_context(request) | {
            "title": ACTS[act],
            "opts": self.opts,
            "media": self.media,
            "act": act,
            "form": form,
            "able": [(article, lacking.get(article.pk)) for article in able],
            "unable": unable,
            "filters": filters,
            "will": ngettext(
                "This will be done with %(count)d article:", "This will be done with %(count)d articles:", len(able)
            ) % {"count": len(able)},
            "will_not": ngettext(
                "It cannot be done with %(count)d article:", "It cannot be done with %(count)d articles:", len(unable)
            ) % {"count": len(unable)},
        }  # fmt: skip
        return render(request, "admin/articles/article/bulk.html", context, status=status)

    def finish_bulk(self, request: HttpRequest, act: str) -> HttpResponse:
        """Do it with the articles that the page before named, each of the version that it showed."""
        if act not in bulk.ACTS:
            raise Http404
        pairs = [_PAIR.fullmatch(text) for text in request.POST.getlist("article")[: bulk.MOST]]
        versions = {int(pair[1]): int(pair[2]) for pair in pairs if pair}
        filters = QueryDict(request.POST.get("filters", "")).urlencode()
        form = BulkForm(act, request.POST)
        if not form.is_valid() and self._may_with_any(request, act, versions):
            articles = list(self._for_bulk(self.get_queryset(request)).filter(pk__in=versions))
            for article in articles:
                # What changed since the page was shown is to be told of, not done.
                article.version = versions[article.pk]
            return self._ask(request, act, articles, form, filters, HTTPStatus.UNPROCESSABLE_ENTITY)
        outcome = bulk.act_on_each(
            versions,
            act,
            by=request.user,
            note=form.cleaned_data.get("note", ""),
            reviewer=form.cleaned_data.get("reviewer"),
        )
        if outcome.denied and not outcome.done and len(outcome.denied) == len(outcome.failed):
            # Recorded already.
            raise PermissionDenied
        self._tell_outcome(request, act, outcome)
        return HttpResponseRedirect(f"{reverse('admin:articles_article_changelist')}?{filters}")

    def _may_with_any(self, request: HttpRequest, act: str, versions: dict[int, int]) -> bool:
        """Whether there is any among them that the account may do it with, and so a form to be mended."""
        articles = Article.objects.filter(pk__in=versions).only("section", "created_by")
        return bulk.may_ever(request.user, act) and any(
            publishing.works_on(request.user, article) for article in articles
        )

    def _tell_outcome(self, request: HttpRequest, act: str, outcome: bulk.Outcome) -> None:
        if outcome.done:
            count = len(outcome.done)
            messages.success(request, DONE_WITH_MANY[act] % {"count": count})
            # As Django keeps the names of changed fields: untranslated, to be read in the reader's language.
            with translation.override(None):
                told = [{"moved": str(ACTS[act])}]
            for article in outcome.done:
                self.log_change(request, article, told)
            if act in bulk.TO_READERS:
                self._tell_gaps(request, outcome.done)
        numbers = [article.pk for article, _reason in outcome.failed]
        seen = set(self.get_queryset(request).filter(pk__in=numbers).values_list("pk", flat=True))
        failed = [(article, reason) for article, reason in outcome.failed if article.pk in seen]
        if failed:
            count = len(failed)
            sentence = ngettext(
                "It was not done with %(count)d article:", "It was not done with %(count)d articles:", count
            ) % {"count": count}
            messages.error(request, format_html("{} {}", sentence, _named(failed)))
        if count := len(outcome.failed) - len(failed):
            # How those of others are called, a reporter is not told.
            told = ngettext(
                "You chose %(count)d other article with which you may not do this.",
                "You chose %(count)d other articles with which you may not do this.",
                count,
            )
            messages.error(request, told % {"count": count})

    def _tell_gaps(self, request: HttpRequest, articles: list[Article]) -> None:
        lacking = _gaps_of(articles)
        if not lacking:
            return
        sentence = ngettext(
            "%(count)d of them lacks something:", "%(count)d of them lack something:", len(lacking)
        ) % {"count": len(lacking)}
        found = [(article, lacking[article.pk]) for article in articles if article.pk in lacking]
        messages.warning(request, format_html("{} {}", sentence, _named(found)))

    # Beside the form

    def add_note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep a note of the desk. What else the form holds is not saved, and comes back as it was typed."""
        article = self.sent_for(request, pk)
        problem = ""
        try:
            reviewing.add_note(article, request.POST.get("desk_note", ""), by=request.user)
        except reviewing.NoteRefused as error:
            problem = str(error)
        if "fragment" in request.POST:
            context = self.what_the_desk_says(request, article) | {
                "article": article,
                "note_problem": problem,
                "note_typed": request.POST.get("desk_note", "") if problem else "",
                "opts": self.opts,
            }
            return render(
                request, "admin/articles/article/_notes.html", context, status=422 if problem else 200
            )
        if problem:
            messages.error(request, problem)
        return self._back_to_what_was_typed(request, article, "desk-notes")

    def assign_reviewer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say who is to review; what was typed comes back as with a note."""
        article = self.sent_for(request, pk)
        number = row_number(request.POST.get("reviewer", ""))
        reviewer = scopes.editors().filter(pk=number).first() if number else None
        problem = ""
        try:
            if request.POST.get("reviewer") and reviewer is None:
                raise publishing.PublishingError(_("Choose one of the reviewers."))
            reviewing.assign(article, reviewer, by=request.user)
        except publishing.PublishingError as error:
            problem = str(error)
        if "fragment" in request.POST:
            form = self.get_form(request, article, change=True)(instance=article)
            context = self.what_the_desk_says(request, article) | {
                "article": article,
                "reviewer_field": form["reviewer"],
                "reviewer_problem": problem,
                "reviewer_done": not problem,
                "opts": self.opts,
            }
            template = "admin/articles/article/_reviewer.html"
            return render(request, template, context, status=422 if problem else 200)
        if problem:
            messages.error(request, problem)
        else:
            messages.success(request, _("The reviewer is set."))
        return self._back_to_what_was_typed(request, article, "reviewer")

    def _back_to_what_was_typed(self, request: HttpRequest, article: Article, place: str) -> HttpResponse:
        """To the form; where it was sent along and changed, with a draft of it, as scripts would have kept."""
        url = form_of(article.pk)
        if "opened_version" in request.POST and self.has_change_permission(request, article):
            form = self.get_form(request, article, change=True)(request.POST, instance=article)
            if form.changed_data:
                key = request.POST.get("draft_key", "")
                key = key if revising.DRAFT_KEY.fullmatch(key) else str(uuid4())
                opened = row_number(request.POST["opened_version"])
                opened = opened if is_count(opened) else None
                values = {name: _as_typed(form[name]) for name in form.fields}
                # Read anew, for the form has put what was typed into the article at hand.
                stored = Article.objects.get(pk=article.pk)
                try:
                    revising.keep_draft(request.user, stored, values, key=key, based_on_version=opened)
                except revising.DraftRefused as error:
                    messages.error(request, str(error))
                url += f"?draft={key}"
        return HttpResponseRedirect(f"{url}#{place}")

    def keep_note_of_form(self, request: HttpRequest, article: Article) -> None:
        """A note that was typed and not yet added goes along with a save."""
        text = request.POST.get("desk_note", "")
        if text.strip() and reviewing.may_read_notes(request.user):
            try:
                reviewing.add_note(article, text, by=request.user)
            except reviewing.NoteRefused as error:
                messages.error(request, str(error))

    def who_reviews(self, request: HttpRequest, form, moves) -> dict[str, Any]:
        """The field for the reviewer, and whether there is anything to choose."""
        may_submit = any(move.name == "submit" for move in moves)
        article = form.instance
        is_stored = article.pk is not None
        may_assign = is_stored and reviewing.may_assign(request.user, article)
        return {"reviewer_field": form["reviewer"], "may_choose_reviewer": may_submit or may_assign}

    def what_became_of(self, request: HttpRequest, article: Article):
        """The record of an article as this account may read it, newest first."""
        transitions = article.transitions.select_related("by", "assignee")
        if reviewing.may_read_notes(request.user):
            return transitions
        # Writers do not learn that there are any.
        return transitions.exclude(move=NOTE)

    def what_the_desk_says(
        self, request: HttpRequest, article: Article | None, transitions: Iterable[Transition] = ()
    ) -> dict[str, Any]:
        """What the form shows of review, return (by the `transitions`, newest first) and notes. One query."""
        if article is None:
            return {}
        notes = article.desk_notes.select_related("by") if reviewing.may_read_notes(request.user) else None
        last = next((transition for transition in transitions if transition.move in MOVES), None)
        is_returned = article.status == Status.DRAFT and last is not None and last.move == "return"
        return {
            "desk_notes": notes,
            "may_assign": reviewing.may_assign(request.user, article),
            "returned": last if is_returned else None,
            "is_outside": request.user.has_perm(PUBLISH) and not publishing.works_on(request.user, article),
            "note_max_length": NOTE_MAX_LENGTH,
            # Where the form comes back, what was typed beside it does.
            "note_typed": request.POST.get("desk_note", ""),
        }


def _named(articles: list[tuple[Article, str]]) -> SafeString:
    """The first of articles as links, each with what is said of it."""
    return format_html_join(
        " ",
        '<span class="failed-one"><a href="{}"><bdi dir="{}">{}</bdi></a>: {}</span>',
        (
            (form_of(article.pk), article.direction, article.headline, said)
            for article, said in articles[:NAMED]
        ),
    )


def _gaps_of(articles: Iterable[Article]) -> dict[int, str]:
    """What articles lack, in words, by their numbers. One query."""
    return {number: gaps.words(lacking) for number, lacking in gaps.of(articles).items()}


def _as_typed(bound) -> Any:
    """The value of a field as scripts would have sent it for a draft; see `models.Draft`."""
    value = bound.data
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return [[_text(item), ""] for item in value]
    if isinstance(bound.field, (forms.ChoiceField, forms.ModelChoiceField)):
        return [[_text(value), ""]]
    return _text(value)


def _text(value: Any) -> str:
    """What was typed, without the one character that the database keeps in no text."""
    return str(value or "").replace("\0", "")
