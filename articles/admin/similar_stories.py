"""The warning on an article's form that somebody may have written the story already. It stops nobody."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import similar_stories
from articles.models import Article
from articles.similar_stories import Similar
from newsroom.web.isolation import isolate
from newsroom.web.numbers import row_number

from .addresses import form_of

# Of those told apart in a form that is not saved yet.
MOST_APART = 50


class SimilarStories:
    """Adds to the admin of articles the question which stories resemble the one in the form, and its answer."""

    def get_urls(self):
        def admit(view):
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("similar/", admit(self.similar), name="articles_article_similar_to_new"),
            path("<row:pk>/similar/", admit(self.similar), name="articles_article_similar"),
            path("<row:pk>/similar/apart/", admit(self.tell_apart), name="articles_article_tell_apart"),
            *super().get_urls(),
        ]

    def similar(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What the panel says of the sent `headline` and `summary`; without the stories that `apart` names."""
        article = self._written(request, pk)
        return render(
            request,
            "admin/articles/article/_similar_found.html",
            {"similar": self._asked(request, article), "article": article},
        )

    def tell_apart(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep that the story `other`, or those that the writer may not see, are other ones.

        Answers as `similar` does where a script asks with the text, else with the form.
        """
        article = self.acted_on(request, pk)
        if "fragment" in request.POST:
            similar = self._asked(request, article)
        else:
            similar = similar_stories.similar_to(
                request.user, article.headline, article.summary, article=article
            )
        other = row_number(request.POST.get("other", ""))
        known = [story.pk for story in similar.known if story.pk == other]
        similar_stories.tell_apart(article, known if other else similar.hidden, by=request.user)
        if "fragment" in request.POST:
            return self.similar(request, pk)
        return HttpResponseRedirect(form_of(pk))

    def _written(self, request: HttpRequest, pk: int | None) -> Article | None:
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        # Of the articles of others a reporter is not told that they exist.
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def _asked(self, request: HttpRequest, article: Article | None) -> Similar:
        apart = [row_number(text) for text in request.POST.getlist("apart")[:MOST_APART]]
        return similar_stories.similar_to(
            request.user,
            request.POST.get("headline", "")[:1_000],
            request.POST.get("summary", "")[:2_000],
            article=article,
            apart=[number for number in apart if number],
        )

    def what_is_similar(self, request: HttpRequest, article: Article | None, form: Any) -> dict[str, Any]:
        """What the form says at its opening. Four queries at most."""
        typed = [form[name].value() or "" if name in form.fields else "" for name in ("headline", "summary")]
        if not typed[0]:
            return {"similar": Similar()}
        return {"similar": similar_stories.similar_to(request.user, *typed, article=article)}

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None):
        # On the form they are told beside the text; who leaves it is told once.
        if "_continue" not in request.POST:
            self._tell(
                request, similar_stories.similar_to(request.user, obj.headline, obj.summary, article=obj)
            )
        return super().response_add(request, obj, post_url_continue)

    def _tell(self, request: HttpRequest, similar: Similar) -> None:
        if similar.known:
            links = format_html_join(
                _(", "),
                '<a href="{}">{}</a>',
                ((address_of(story), isolate(story.headline)) for story in similar.known),
            )
            messages.warning(request, format_html(_("Similar stories: {stories}."), stories=links))
        if similar.hidden:
            messages.warning(request, _("A colleague has a similar story in the works."))


def address_of(story: Article) -> str:
    """Where the writer can read a story that is known to him: on the desk, else as readers do."""
    if story.may_open:
        return form_of(story.pk)
    return story.get_absolute_url()
