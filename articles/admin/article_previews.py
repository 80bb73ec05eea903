"""An article as its page on the desk: as it was saved, as it stands in the form, and for others by a link."""

from typing import Any

from csp.constants import SELF
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from articles import contents, previews, seo, views
from articles.models import LANGUAGES, Article, PreviewLink
from newsroom.text import bidi
from newsroom.web.numbers import row_number

from .addresses import form_of

# Links that are over stand on the form for a while, so that who made one sees what became of it.
LISTED = 10
LINK_MADE = gettext_noop("A preview link was made.")
LINK_REVOKED = gettext_noop("A preview link was revoked.")


class ArticlePreviews:
    """Adds to the admin of articles their pages as previews, and the links by which others see them."""

    def get_urls(self):
        def admit(view, guard=require_POST):
            return self.admin_site.admin_view(guard(view))

        return [
            path("<row:pk>/preview/", admit(self.preview, require_safe), name="articles_article_preview"),
            path("preview-unsaved/", admit(self.preview_unsaved), name="articles_article_newpreview"),
            path("<row:pk>/preview-unsaved/", admit(self.preview_unsaved),
                 name="articles_article_preview_unsaved"),
            path("<row:pk>/preview-links/", admit(self.make_link), name="articles_article_make_link"),
            path("<row:pk>/preview-links/revoke/", admit(self.revoke_link),
                 name="articles_article_revoke_link"),
            *super().get_urls(),
        ]  # fmt: skip

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The stored article as readers would see it, for whoever may open its form."""
        article = self._article_for_page(request, pk)
        if article.working_copy is not None:
            contents.show(article, article.working_copy.content)
        return views.preview(request, article)

    def _article_for_page(self, request: HttpRequest, pk: int) -> Article:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        # Of the articles of others a reporter is not told that they exist.
        article = get_object_or_404(
            self.get_queryset(request).select_related("working_copy").for_page(), pk=pk
        )
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    # What is not saved

    @transaction.atomic
    def preview_unsaved(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The page that the posted form would make, for whoever may save it; nothing is.

        What cannot be saved yet is said above the page, which shows the rest. In a transaction, for the form looks at
        the stored article with a lock.
        """
        if pk is None:
            article, allowed = Article(created_by=request.user), self.has_add_permission(request)
        else:
            article = self._article_for_page(request, pk)
            allowed = self.has_change_permission(request, article)
        if not allowed:
            raise PermissionDenied
        form = self.get_form(request, article if pk else None, change=pk is not None)(
            request.POST, instance=article
        )
        problems = _problems(form)
        _take_what_can_be_shown(form)
        if pk is None:
            # Relations are asked of rows alone, and this is none; nothing leads to its address.
            article.pk, article.kept_notes = 0, []
        cleaned = form.cleaned_data
        contents.settle(article)
        contents.display(article, cleaned.get("bylines") or [], list(cleaned.get("tags") or []))
        return views.for_frame(views.preview(request, article, unsaved=True, problems=problems))

    # Links for others

    def make_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.acted_on(request, pk)
        lifetime, _label = previews.LIFETIMES.get(request.POST.get("lifetime", ""), previews.LIFETIMES["day"])
        try:
            previews.share(article, by=request.user, lifetime=lifetime)
        except previews.PreviewRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, article, [{"moved": LINK_MADE}])
            messages.success(request, _("The link is made; it stands under “Preview links”."))
        return _to_form(pk)

    def revoke_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.acted_on(request, pk)
        number = row_number(request.POST.get("link", ""))
        link = get_object_or_404(article.preview_links.select_related("article"), pk=number)
        previews.revoke(link, by=request.user)
        self.log_change(request, article, [{"moved": LINK_REVOKED}])
        messages.success(request, _("The link opens nothing any more."))
        return _to_form(pk)

    def what_is_previewed(self, article: Article | None) -> dict[str, Any]:
        """What the form says of previews. One query."""
        if article is None:
            return {"preview_url": reverse("admin:articles_article_newpreview")}
        links = article.preview_links.select_related("by", "revision").defer("revision__content")[:LISTED]
        return {
            "preview_url": reverse("admin:articles_article_preview_unsaved", args=[article.pk]),
            "preview_links": [_shown(link) for link in links],
            "lifetimes": [(name, label) for name, (_lifetime, label) in previews.LIFETIMES.items()],
        }


def admit_frame(response: HttpResponse) -> HttpResponse:
    """Let the page of `response` show pages of this site in a frame."""
    response._csp_update = getattr(response, "_csp_update", {}) | {"frame-src": [SELF]}
    return response


def _problems(form) -> list[tuple[str, str]]:
    """What keeps a form from being saved, in pairs of a label and a sentence; a conflict is no fault of the text."""
    return [
        (str(form.fields[name].label) if name != NON_FIELD_ERRORS else "", str(error.messages[0]))
        for name, errors in form.errors.as_data().items()
        for error in errors
        if error.code != "conflict"
    ]


def _take_what_can_be_shown(form) -> None:
    """Put into the article of a form what was refused and can be read all the same, such as a headline too long."""
    article = form.instance
    for name in ("kicker", "headline", "summary"):
        if name in form.errors:
            setattr(article, name, bidi.clean_block(form.data.get(name, "")))
    if article.language not in dict(LANGUAGES):
        article.language = Article._meta.get_field("language").default
    article.headline = article.headline or _("(no headline yet)")


def _shown(link: PreviewLink) -> dict[str, Any]:
    """A link as the form lists it."""
    return {"link": link, "address": seo.absolute(reverse("articles:preview", args=[previews.token(link)]))}


def _to_form(pk: int) -> HttpResponse:
    return HttpResponseRedirect(form_of(pk))
