"""The proof of what is being written: what the desk finds in it, and where readers see it in another order."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, JsonResponse, RawPostDataException
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.models import Article
from articles.models.article import RTL_LANGUAGES
from newsroom.text.bidi import Direction, find_isolates, isolate_html
from newsroom.text.line_breaks import keep_together

from .translation_desk import told_tells

# Of the request. An article of 10,000 words is some 120 kB.
MAX_BYTES = 500_000
# What is written in fields without markup, which cannot isolate anything.
LINES = ("kicker", "headline", "summary")


class Proof:
    """For the admin of articles: the editor asks for the proof of a text at each pause in writing."""

    def get_urls(self):
        proof = self.admin_site.admin_view(require_POST(self.proof))
        return [path("proof/", proof, name="articles_article_proof"), *super().get_urls()]

    def proof(self, request: HttpRequest) -> JsonResponse:
        """The proof of a text that is sent as JSON: `{"body": HTML, "language": code, "lines": {name: text}}`.

        `tells` and `note` are those of the body. `isolates` are what its page isolates: [start, end, direction], in
        code points of its text. `lines` holds the markup of those that a bare field shows in another order than their
        page. 400 for what is not that, 413 beyond MAX_BYTES.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
                raise RequestDataTooBig
            body, language, lines = _read(json.loads(request.body))
        except RequestDataTooBig:
            return JsonResponse({"error": _("The text is too long to be looked through.")}, status=413)
        except (ValueError, KeyError, TypeError, RecursionError, RawPostDataException):
            return JsonResponse({"error": _("The text could not be read.")}, status=400)
        direction: Direction = "rtl" if language in RTL_LANGUAGES else "ltr"
        printed = {name: _printed(name, text, direction) for name, text in lines.items()}
        return JsonResponse(
            told_tells(body, language)
            | {
                "isolates": find_isolates(body, direction),
                "lines": {name: html for name, html in printed.items() if "<bdi" in html},
            }
        )


def _read(sent: Any) -> tuple[str, str, dict[str, str]]:
    body, language, lines = sent["body"], sent["language"], sent["lines"]
    texts = [body, language, *lines.values()] if isinstance(lines, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not lines.keys() <= set(LINES):
        raise TypeError
    return body, language, lines


def _printed(name: str, text: str, direction: Direction) -> str:
    # Cleaned first, as it will be stored.
    return keep_together(isolate_html(Article._meta.get_field(name).to_python(text), direction))
