"""The translation desk: the tells of machine translation, for the text in the editor and for the stored one."""

import json
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from newsroom.text import translation_tells
from newsroom.text.translation_tells import Tell

# Of the request. An article of 10,000 words is some 120 kB.
MAX_BYTES = 500_000
# Nobody corrects more at a sitting, and each is sent with the words around it.
MAX_TELLS = 500


class TranslationDesk:
    """For the admin of articles: who may edit asks for the tells of a text."""

    def get_urls(self):
        def own(view):
            return self.admin_site.admin_view(view)

        return [
            path("tells/", own(require_POST(self.tells)), name="articles_article_tells"),
            path(
                "<int:pk>/tells/", own(require_safe(self.stored_tells)), name="articles_article_stored_tells"
            ),
            *super().get_urls(),
        ]

    def tells(self, request: HttpRequest) -> JsonResponse:
        """The tells of the text that is sent as JSON, `{"body": HTML, "language": code}`; nothing is stored.

        `note` says of too many tells that they are not all. 400 for what is not that, 413 beyond MAX_BYTES.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
                raise RequestDataTooBig
            sent = json.loads(request.body)
            body, language = sent["body"], sent["language"]
            if not (isinstance(body, str) and isinstance(language, str)):
                raise TypeError
        except RequestDataTooBig:
            return JsonResponse({"error": _("The text is too long to be looked through.")}, status=413)
        except (ValueError, KeyError, TypeError, RecursionError):
            return JsonResponse({"error": _("The text could not be read.")}, status=400)
        tells = translation_tells.find(body, language, MAX_TELLS + 1)
        return JsonResponse(
            {"tells": [_as_json(tell) for tell in tells[:MAX_TELLS]], "note": _only_the_first(tells)}
        )

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


def _only_the_first(tells: list[Tell]) -> str:
    if len(tells) <= MAX_TELLS:
        return ""
    return _("The first %(number)d are shown; correct some to see the others.") % {"number": MAX_TELLS}


def _as_json(tell: Tell) -> dict:
    return asdict(tell) | {"label": tell.kind.label, "replacement": tell.replacement}
