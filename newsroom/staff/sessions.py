"""Where accounts are signed in, and for how long: the sessions of Django, whose own data tell when each began.

A session of an account ends when nobody used it for SESSION_IDLE_MINUTES, and SESSION_DAYS after it began, whatever is
done in it. All is in what Django loads and stores anyway: no request asks the database for more.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from newsroom.encryption import fingerprint
from newsroom.web.client_address import client_address, network_at

BEGUN, SEEN, AGENT, NETWORK = "begun", "seen", "agent", "network"
# Of use is written down so often, in seconds.
_SEEN_EVERY = 300
_AGENT_MAX_LENGTH = 300

# The first that a browser's name for itself holds; most name others besides, to be served like them.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS X": "macOS",
    "Linux": "Linux",
}  # fmt: skip


class SessionStore(db.SessionStore):
    """Django's, in which an account's session ends by itself."""

    def load(self):
        data = super().load()
        if SESSION_KEY not in data:
            return data
        now = int(time.time())
        if BEGUN not in data:
            # It is from before sessions said when they began.
            data |= {BEGUN: now, SEEN: now}
            self.modified = True
        if _is_over(data, now):
            self.delete(self.session_key)
            self._session_key = None
            return {}
        if now - data[SEEN] > _SEEN_EVERY:
            data[SEEN] = now
            self.modified = True
        return data


def _is_over(data: dict[str, Any], now: int) -> bool:
    is_idle = now - data.get(SEEN, now) > settings.SESSION_IDLE_MINUTES * 60
    return is_idle or now - data.get(BEGUN, now) > settings.SESSION_DAYS * 24 * 3600


@receiver(user_logged_in, dispatch_uid="newsroom.staff.sessions")
def _begin(request: HttpRequest, **kwargs: Any) -> None:
    now = int(time.time())
    request.session.update(
        {
            BEGUN: now,
            SEEN: now,
            AGENT: request.headers.get("User-Agent", "")[:_AGENT_MAX_LENGTH],
            NETWORK: network_at(client_address(request)),
        }
    )


@dataclass(frozen=True)
class SignedIn:
    """A session of an account; `name` is what it is called in forms, which is not its key."""

    name: str
    begun: datetime
    seen: datetime
    browser: str
    system: str
    network: str
    is_this: bool


def of(user: Any, this: str | None = None) -> list[SignedIn]:
    """Where an account is signed in, the latest used first; `this` is the key of the session that asks. One query."""
    found = [_signed_in(session, data, this) for session, data in _of(user)]
    return sorted(found, key=lambda session: session.seen, reverse=True)


def end(user: Any, *, name: str = "", but: str | None = None) -> int:
    """End the session of that name, else all but one (by its key); return how many. Two queries."""
    keys = [
        session.session_key
        for session, _data in _of(user)
        if (_name(session.session_key) == name if name else session.session_key != but)
    ]
    return Session.objects.filter(pk__in=keys).delete()[0]


def _of(user: Any) -> Iterator[tuple[Session, dict[str, Any]]]:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk) and not _is_over(data, int(time.time())):
            yield session, data


def _signed_in(session: Session, data: dict[str, Any], this: str | None) -> SignedIn:
    agent = data.get(AGENT, "")
    return SignedIn(
        _name(session.session_key),
        _moment(data.get(BEGUN, 0)),
        _moment(data.get(SEEN, 0)),
        _first_of(_BROWSERS, agent),
        _first_of(_SYSTEMS, agent),
        data.get(NETWORK, ""),
        session.session_key == this,
    )


def _name(key: str) -> str:
    return fingerprint("session", key)[:32]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _first_of(names: dict[str, str], agent: str) -> str:
    return next((name for word, name in names.items() if re.search(rf"\b{word}\b", agent)), "")
