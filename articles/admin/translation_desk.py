"""The translation desk: the tells of machine translation, for the text in the editor and for the stored one."""

from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.text import translation_tells
from newsroom.text.translation_tells import Tell

# Nobody corrects more at a sitting, and each is sent with the words around it.
MAX_TELLS = 500


class TranslationDesk:
    """For the admin of articles: who may edit reads the tells of a stored text."""

    def get_urls(self):
        stored = self.admin_site.admin_view(require_safe(self.stored_tells))
        return [
            path("<row:pk>/tells/", stored, name="articles_article_stored_tells"),
            *super().get_urls(),
        ]

    def stored_tells(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The tells of the stored text by kind, to be read without scripts."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        # Of the articles of others a reporter is not told that they exist.
        article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        tells = translation_tells.find(article.body, article.language, MAX_TELLS + 1)
        shown = tells[:MAX_TELLS]
        by_kind = groupby(sorted(shown, key=attrgetter("kind")), key=attrgetter("kind"))
        context = self.admin_site.each_context(request) | {
            "title": _("Tells of machine translation"),
            "opts": self.opts,
            "article": article,
            "count": len(shown),
            "note": _only_the_first(tells),
            "kinds": [(kind.label, list(found)) for kind, found in by_kind],
        }
        return TemplateResponse(request, "admin/articles/article/tells.html", context)


def told_tells(body: str, language: str) -> dict[str, Any]:
    """The tells of a body as JSON; `note` says of too many that they are not all."""
    tells = translation_tells.find(body, language, MAX_TELLS + 1)
    return {"tells": [_as_json(tell) for tell in tells[:MAX_TELLS]], "note": _only_the_first(tells)}


def _only_the_first(tells: list[Tell]) -> str:
    if len(tells) <= MAX_TELLS:
        return ""
    return _("The first %(number)d are shown; correct some to see the others.") % {"number": MAX_TELLS}


def _as_json(tell: Tell) -> dict:
    return asdict(tell) | {"label": tell.kind.label, "replacement": tell.replacement}
