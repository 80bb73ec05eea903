"""The verbs of tokens: make, revoke, find what a program shows; what each may do, and how often."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.models import MODERATE
from newsroom.api.models import LONGEST_LIFE, OVERSEE, Scope, Token, Use
from newsroom.api.problems import Filled
from newsroom.staff import second_factor
from newsroom.web import rate_limit

# By which it is known as one of ours, by people and by programs that look for secrets.
PREFIX = "nshr_"
_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_SHOWN = len(PREFIX) + 8
# An account has no use for more, and would lose sight of them.
MOST_VALID = 20
# What an account must be allowed to do for its token to be of use.
RIGHTS = {
    Scope.READ_DRAFTS: "articles.view_article",
    Scope.WRITE_ARTICLES: "articles.add_article",
    Scope.WRITE_IMAGES: "articles.add_image",
    Scope.MODERATE_COMMENTS: MODERATE,
}
WINDOW = timedelta(minutes=1)
READS_A_WINDOW, WRITES_A_WINDOW = 600, 120
_USE_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=1)


class TokenRefused(ValueError):
    """A token that is not made; the message is for who asked for it."""


def offered_to(user: Any) -> list[Scope]:
    """The scopes of which `user` may do anything."""
    return [scope for scope, right in RIGHTS.items() if user.has_perm(right)]


@transaction.atomic
def make(user: Any, *, name: str, scopes: Collection[str], expires_at: datetime) -> tuple[Token, str]:
    """A token for an account and its secret, which is told this once. `expires_at` is aware.

    Raises TokenRefused for scopes that the account has no right to, an hour that has passed or is too far, and for more
    tokens than anybody has a use for.
    """
    now = timezone.now()
    if not scopes or not set(scopes) <= set(offered_to(user)):
        raise TokenRefused(_("Choose what the token may do, of what you may do yourself."))
    if not now < expires_at <= now + LONGEST_LIFE:
        raise TokenRefused(_("A token is valid for a year at most."))
    # Two that are made at once follow one another.
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    if Token.objects.valid().filter(user=user).count() >= MOST_VALID:
        raise TokenRefused(_("You have many tokens. Revoke one that is no longer used first."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user_id=user.pk,
        name=name,
        beginning=secret[:_SHOWN],
        digest=_digest(secret),
        scopes=[scope for scope in Scope if scope in scopes],
        created_at=now,
        expires_at=expires_at,
    )
    LogEntry.objects.log_actions(user.pk, [token], ADDITION, change_message="", single_object=True)
    return token, secret


@transaction.atomic
def revoke(token: Token, *, by: Any) -> None:
    """End a token for good. Nothing happens to one that was revoked. Raises PermissionDenied for who has neither made
    it nor oversees them."""
    if by is not None and token.user_id != by.pk and not by.has_perm(OVERSEE):
        raise PermissionDenied
    was_valid = Token.objects.filter(pk=token.pk, revoked_at=None)
    if was_valid.update(revoked_at=timezone.now(), revoked_by=by) and by is not None:
        LogEntry.objects.log_actions(by.pk, [token], CHANGE, change_message=_("Revoked."), single_object=True)


def find(secret: str) -> Token | None:
    """The valid token with this secret, with its account. One query; none for what cannot be one."""
    if not _SECRET.fullmatch(secret):
        return None
    # The digest of what nobody can guess needs neither salt nor delay.
    return Token.objects.valid().select_related("user").filter(digest=_digest(secret)).first()


def obstacle(token: Token, scope: str) -> str | Promise:
    """Why the token is not let do this now, "" where it may: never more than its account may at this moment."""
    user = token.user
    if scope not in token.scopes:
        sentence = _("The token was not made for this: it lacks the scope %(scope)s.")
        return Filled(sentence, {"scope": str(scope)})
    if not (user.is_active and user.is_staff) or not user.has_perm(RIGHTS[Scope(scope)]):
        return _("The account of this token may not do this.")
    if second_factor.is_required(user) and not second_factor.has(user):
        return _("The account of this token needs a second factor first.")
    return ""


def seconds_to_wait(token: Token, *, is_writing: bool) -> int:
    """0 and one more request counted, or after how many seconds there is room for it. Two queries at most."""
    kind, limit = ("write", WRITES_A_WINDOW) if is_writing else ("read", READS_A_WINDOW)
    key = f"token:{token.pk}:{kind}"
    with transaction.atomic():
        if rate_limit.take(key, limit=limit, window=WINDOW):
            return 0
    return rate_limit.seconds_left(key, window=WINDOW)


def note_use(token: Token) -> None:
    """Note that a token is used, to the minute. One query."""
    now = timezone.now()
    before = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
    Token.objects.filter(before, pk=token.pk).update(last_used_at=now)


def forget_answers() -> int:
    """Let go of what was answered to programs a day ago; that they wrote something stays."""
    return Use.objects.filter(key__isnull=False, at__lt=timezone.now() - ANSWERS_KEPT).update(
        key=None, asked="", answer="", location=""
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
