"""Who may come to the desk, what stands in the database, and the forms of a page as a browser would send them."""

import copy
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urljoin, urlsplit

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db as sessions
from django.db import connection, transaction
from django.template.base import Template
from django.test import Client
from lxml import html

from articles.models import Editor, SectionEditor
from tests import factories

# A letter each, for tables that say who may do what.
NOBODY, SUBSCRIBER, BARE, REPORTER, WRITER, PHOTO_EDITOR = "NABRWP"
MODERATOR, OF_SPORT, EDITOR, CHIEF, ADMINISTRATOR, ROOT = "MSECDU"
ALL = NOBODY + SUBSCRIBER + BARE + REPORTER + WRITER + PHOTO_EDITOR
ALL += MODERATOR + OF_SPORT + EDITOR + CHIEF + ADMINISTRATOR + ROOT

# Of accounts that `factories` makes.
PASSWORD = "not a secret 1"


def accounts(root: User) -> dict[str, User | None]:
    """An account of every role; the writer is a reporter whose articles the tests choose."""
    of_sport = factories.staff(factories.EDITORS, "of_sport")
    SectionEditor.objects.create(user=Editor.objects.get(pk=of_sport.pk), section=factories.section("رياضة"))
    return {
        NOBODY: None,
        SUBSCRIBER: User.objects.create_user("subscriber", password=PASSWORD),
        BARE: User.objects.create_user("bare", password=PASSWORD, is_staff=True),
        REPORTER: factories.staff(factories.REPORTERS, "reporter"),
        WRITER: factories.staff(factories.REPORTERS, "writer"),
        PHOTO_EDITOR: factories.staff(factories.PHOTO_EDITORS, "photographer"),
        MODERATOR: factories.staff(factories.MODERATORS, "moderator"),
        OF_SPORT: of_sport,
        EDITOR: factories.staff(factories.EDITORS, "editor"),
        CHIEF: factories.staff(factories.CHIEF_EDITORS, "chief"),
        ADMINISTRATOR: factories.staff(factories.ADMINISTRATORS, "administrator"),
        ROOT: root,
    }


def clients(of_roles: dict[str, User | None]) -> dict[str, Client]:
    """A browser of each, signed in, that is shown an error page where the site fails."""
    found = {}
    for role, user in of_roles.items():
        found[role] = Client(raise_request_exception=False)
        if user is not None:
            found[role].force_login(user)
    return found


@contextmanager
def asked_by(of_roles: dict[str, User | None], clients: dict[str, Client]) -> Iterator[None]:
    """Requests of these, for which sessions, accounts and their permissions are not read each time anew.

    That takes as long as all else of most requests. They are what the database held at the beginning, which whoever
    writes takes back after each request; what a request itself reads and writes of them is the database's. No test
    that asks so reads the contexts of templates, which are not kept either.
    """
    users = {user.pk: User.objects.get(pk=user.pk) for user in of_roles.values() if user is not None}
    for user in users.values():
        user.get_all_permissions()
    kept = {
        client.session.session_key: dict(client.session.items())
        for client in clients.values()
        if client.cookies
    }
    get_user, load = ModelBackend.get_user, sessions.SessionStore.load

    def get_known_user(backend: ModelBackend, user_id: int) -> User | None:
        return copy.copy(users[user_id]) if user_id in users else get_user(backend, user_id)

    def load_known(store: sessions.SessionStore) -> dict[str, Any]:
        return copy.deepcopy(kept[store.session_key]) if store.session_key in kept else load(store)

    with (
        mock.patch.object(ModelBackend, "get_user", get_known_user),
        mock.patch.object(sessions.SessionStore, "load", load_known),
        mock.patch.object(Template, "_render", lambda self, context: self.nodelist.render(context)),
    ):
        yield


# That somebody signed in is no change.
_WHOLE = {"auth_user": "(to_jsonb(t) - 'last_login')::text"}


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Rows:
    """All that the database holds, told by a sum of hashes a table; but for sessions and counts of rates."""

    LEFT_OUT = ("django_migrations", "django_session", "newsroom_rate")

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
                [list(self.LEFT_OUT)],
            )
            self.tables = sorted(table for (table,) in cursor.fetchall())
        self.sums = self._sums(self.tables)
        self.rows = {table: self._read(table) for table in self.tables}
        # When each table was as it had been.
        self._writes = self._counted()

    def _sums(self, tables: Iterable[str]) -> dict[str, Any]:
        query = " UNION ALL ".join(
            f"SELECT '{table}', sum(hashtextextended({_WHOLE.get(table, 't::text')}, 0)::numeric) FROM \"{table}\" t"
            for table in tables
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return dict(cursor.fetchall())

    def _counted(self) -> dict[str, int]:
        """How many rows of each table this transaction has written, those that it took back among them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
            return dict(cursor.fetchall())

    def _read(self, table: str) -> dict[str, dict[str, Any]]:
        """The rows of a table by their key, else by all that they hold."""
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            found = [json.loads(row) for (row,) in cursor.fetchall()]
        return {str(row.get("id", row)): row for row in found}

    def changed(self) -> set[str]:
        """The tables that differ now from what they were."""
        writes = self._counted()
        # Nothing else can differ.
        touched = [table for table in self.tables if writes.get(table, 0) != self._writes.get(table, 0)]
        if not touched:
            return set()
        now = self._sums(touched)
        found = {table for table in touched if now[table] != self.sums[table]}
        self._writes |= {table: writes[table] for table in touched if table not in found}
        return found

    def written(self) -> dict[str, list[tuple[dict | None, dict | None]]]:
        """What differs by tables: pairs of a row as it was and is; None where there is none."""
        found = {}
        for table in self.changed():
            before, now = self.rows[table], self._read(table)
            found[table] = [
                (before.get(key), now.get(key))
                for key in before.keys() | now.keys()
                if before.get(key) != now.get(key)
            ]
        return found


def is_denial(before: dict | None, now: dict | None) -> bool:
    """Whether what was written of a move is that it was tried without the right to it."""
    return before is None and now is not None and now["is_denied"]


def forms(page: bytes, address: str) -> Iterator[tuple[str, dict[str, list[str]], set[str]]]:
    """Where each form of a page is posted to, with each of its buttons; what it sends, and the names of its fields."""
    document = html.fromstring(page)
    for form in document.forms:
        elements = [element for element in form.iter(*_SENT) if element.get("form") is None]
        if form.get("id"):
            elements += document.xpath("//*[@form=$id]", id=form.get("id"))
        sent: dict[str, list[str]] = {}
        offered: dict[str, str] = {}
        for element in elements:
            name = element.get("name")
            if name and "disabled" not in element.attrib:
                sent.setdefault(name, []).extend(_values(element))
                if element.get("type") == "radio":
                    offered.setdefault(name, element.get("value", "on"))
        names = set(sent)
        # Where nothing is chosen yet, the first.
        sent = {name: values or [offered[name]] for name, values in sent.items() if values or name in offered}
        for button in elements:
            if button.tag == "button" and button.get("type", "submit") == "submit" or _is_submit(button):
                if (button.get("formmethod") or form.method).upper() != "POST" or "disabled" in button.attrib:
                    continue
                target = urlsplit(urljoin(address, button.get("formaction") or form.get("action") or ""))
                query = f"?{target.query}" if target.query else ""
                pressed = {button.get("name"): [button.get("value", "")]} if button.get("name") else {}
                yield target.path + query, sent | pressed, names


_SENT = ("input", "select", "textarea", "button")


def _is_submit(element: Any) -> bool:
    return element.tag == "input" and element.get("type") in {"submit", "image"}


def _values(element: Any) -> list[str]:
    kind = element.get("type", "text")
    if (
        element.tag == "button"
        or element.tag == "input"
        and kind in {"submit", "file", "button", "image", "reset"}
    ):
        return []
    if element.tag == "input" and kind in {"checkbox", "radio"}:
        return [element.get("value", "on")] if "checked" in element.attrib else []
    if element.tag == "input":
        return [element.get("value", "")]
    if element.tag == "textarea":
        return [(element.text or "").removeprefix("\n")]
    options = element.xpath(".//option")
    chosen = [option for option in options if "selected" in option.attrib]
    if not chosen and "multiple" not in element.attrib:
        chosen = options[:1]
    return [option.get("value", option.text_content()) for option in chosen]
