"""What a program writes, written once: on the record, and answered the same to who asks again by the same key."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import denials
from articles.images import ImageError
from articles.workflow import PublishingError
from comments.moderation import ModerationError
from newsroom.api import reading
from newsroom.api.models import Use
from newsroom.api.problems import MEDIA_TYPE, Problem
from newsroom.text.sanitizer import SanitizerError

# What the verbs refuse, in sentences for people.
_REFUSALS = (PublishingError, ModerationError, ImageError, SanitizerError)


@dataclass(frozen=True)
class Done:
    """What became of it: the number of the row, what is answered with which status, and under which address it is."""

    row: int
    answer: dict[str, Any]
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""


def write(
    request: HttpRequest, verb: str, sent: bytes, work: Callable[[], Done], key: str | None = None
) -> HttpResponse:
    """Do `work` in a transaction, with its record. `sent` is all that was asked for, as bytes.

    Raises Problem for what the verbs refuse, and for a key that was used for something else.
    """
    asked = hashlib.sha256(b"\n".join([verb.encode(), request.path.encode(), sent])).hexdigest()
    try:
        with transaction.atomic():
            use, is_new = _begun(request.auth, verb, key, asked)
            if is_new:
                done = work()
                use.row, use.status = done.row, done.status
                body = reading.as_json(done.answer)
                use.answer, use.location = (body.decode(), done.location) if key else ("", "")
                use.save(update_fields=["row", "status", "answer", "location"])
                return _answer(body, done.status, done.location)
            if use.asked != asked:
                raise Problem("conflict", _("Something else was sent with this key. Take a new one."))
            return _answer(use.answer.encode(), use.status, use.location)
    except denials.Denied as denied:
        denials.record(denied)
        raise Problem("not-allowed", _sentence(denied)) from denied
    except PermissionDenied as denied:
        raise Problem("not-allowed") from denied
    except _REFUSALS as refusal:
        raise Problem("invalid", _sentence(refusal)) from refusal
    except ValidationError as refusal:
        raise Problem("invalid", " ".join(refusal.messages)) from refusal


def _begun(token: Any, verb: str, key: str | None, asked: str) -> tuple[Use, bool]:
    """The record of this act, and whether it is the first of its key. Of two at the same moment the second waits for
    the end of the first's transaction."""
    values = {"verb": verb, "asked": asked if key else ""}
    if key is None:
        return Use.objects.create(token=token, **values), True
    return Use.objects.get_or_create(token=token, key=key, defaults=values)


def _sentence(error: Exception) -> str | Promise:
    return error.args[0] if error.args and isinstance(error.args[0], str | Promise) else ""


def _answer(body: bytes, status: int, location: str) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type=reading.MEDIA_TYPE)
    if status >= HTTPStatus.BAD_REQUEST:
        response["Content-Type"] = MEDIA_TYPE
    if location:
        response["Location"] = location
    return response
