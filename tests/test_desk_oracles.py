"""What nobody learns by asking the desk whether something is so: lists, searches, look-ups, and numbers of rows."""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.db import models, transaction
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import escape

from tests.desk_roles import ALL, BARE, CHIEF, MODERATOR, ROOT, asked_by, taken_back
from tests.desk_walk import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SENSITIVE = re.compile(
    r"(^|_)(password|email|encrypted|fingerprint|network|session|receipt|token|note|text|complaint|reason)($|_)"
)
# What a list shows of its own rows, to whoever opens it.
SHOWN = {
    "auth.User": {"email"}, "comments.Sanction": {"reason"}, "comments.WatchedWord": {"reason"},
    "articles.Transition": {"note"}, "articles.Correction": {"note"},
}  # fmt: skip
# Lists of their own, which read no other parameters than theirs.
OWN_LISTS = {
    "articles.Arrangement", "comments.Comment", "comments.PersonalData", "comments.Policy",
    "comments.QueueSubscription", "comments.TriageState", "federation.Actor",
}  # fmt: skip
DEEPEST = 3
LOOKUPS = ("", "__exact", "__startswith", "__regex", "__gt", "__in", "__isnull", "__length__gt")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One for all tests here, in a transaction that is taken back; none of them writes."""
    settings = {
        "MEDIA_ROOT": tmp_path_factory.getbasetemp() / "media",
        "ROOT_URLCONF": "tests.plain_error_urls",
    }
    with django_db_blocker.unblock(), override_settings(**settings), transaction.atomic():
        world = World()
        with asked_by(world.accounts, world.clients):
            yield world
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(world):
    """In place of pytest-django's, which would begin a transaction for each test and end the connection."""


def _paths(model: type[models.Model]) -> Iterator[tuple[str, models.Field]]:
    """Every road from a list's rows to a column that is not for everybody, by relations in both directions."""
    waiting = deque([("", model, (model,))])
    while waiting:
        before, at, passed = waiting.popleft()
        for field in at._meta.get_fields():
            related = field.related_model
            if related is None:
                if SENSITIVE.search(field.name):
                    yield before + field.name, field
            elif isinstance(related, type) and related not in passed and len(passed) <= DEEPEST:
                waiting.append((f"{before}{field.name}__", related, (*passed, related)))


def test_no_list_may_be_asked_for_what_it_does_not_show(world):
    allowed, asked = set(), 0
    requests = [RequestFactory().get("/admin/") for _role in (BARE, MODERATOR, CHIEF, ROOT)]
    for request, role in zip(requests, (BARE, MODERATOR, CHIEF, ROOT), strict=True):
        request.user = world.accounts[role]
    for model, registered in admin.site._registry.items():
        shown = SHOWN.get(model._meta.label, set())
        for path, _field in _paths(model):
            for request in requests:
                for lookup in LOOKUPS:
                    asked += 1
                    if path not in shown and registered.lookup_allowed(path + lookup, "a", request):
                        allowed.add((model._meta.label, path + lookup))

    allowed = {(label, path) for label, path in allowed if label not in OWN_LISTS}
    assert asked > 10_000
    assert allowed == set()


def _list_of(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _told(response, *asked: str) -> tuple:
    """What an answer tells, but for what it was asked, and what is new in each."""
    text = b"" if response.streaming else response.content
    place = response.get("Location", "")
    written = {form(word) for word in asked for form in (str, quote, quote_plus, escape, _quoted_twice)}
    for word in sorted(written, key=len, reverse=True):
        text, place = text.replace(word.encode(), b"?"), place.replace(word, "?")
    text = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce(-|=)[^"\' ;]*', b"", text)
    # That of a request before, which led on, is shown with this one.
    text = re.sub(rb'\s*<ul class="messagelist">.*?</ul>\s*', b"\n", text, flags=re.DOTALL)
    text = re.sub(rb"\s*\n\s*", b"\n", text)
    return response.status_code, place, text


def _differing(hit: tuple, miss: tuple) -> tuple:
    """Where two answers differ first."""
    lines = zip(hit[2].splitlines(), miss[2].splitlines(), strict=False)
    return hit[:2], miss[:2], *next(((one.decode(), two.decode()) for one, two in lines if one != two), ())


def _quoted_twice(word: str) -> str:
    return quote(quote(word))


def _value_at(model: type[models.Model], path: str) -> str:
    """The beginning of a text that a row of the list leads to, by which it could be told from others."""
    found = model._default_manager.filter(**{f"{path}__gt": ""}).values_list(path, flat=True).first()
    return (found or "")[:12].strip()


def test_whether_it_is_so_is_answered_as_whether_it_is_not(world):
    """By a parameter of the address, and by the search, for the nearest road to each column."""
    wrong, asked = {}, 0
    for model in admin.site._registry:
        address, seen = _list_of(model), set()
        roles = [role for role in "RMECDU" if world.clients[role].get(address).status_code == 200]
        for path, field in _paths(model):
            is_text = isinstance(field, models.CharField | models.TextField)
            if not is_text or field in seen or path in SHOWN.get(model._meta.label, set()):
                continue
            # What is shorter stands on every page.
            if len(value := _value_at(model, path)) < 4:
                continue
            seen.add(field)
            missing = ("z" if value.isascii() else "ظ") * len(value)
            # What other roles may ask is tested above.
            for role in roles[:1]:
                for name in (f"{path}__startswith", "q"):
                    if name == "q" and "__" in path:
                        continue
                    asked += 2
                    words = value, missing
                    hit, miss = (
                        _told(world.clients[role].get(address, {name: word}), *words) for word in words
                    )
                    if hit[0] >= 500 or hit != miss:
                        wrong[role, model._meta.label, name] = value, *_differing(hit, miss)

    assert wrong == {}
    assert asked > 200, asked


@pytest.mark.parametrize("asked", [
    "o=99", "o=-1.2", "o=x", "o=-", "o=1.-1", "o=" + "9" * 30, "o=password", "p=x", "p=" + "9" * 30, "all=",
    "_facets=x", "_to_field=password", "_to_field=email&_popup=1", "_to_field=email_encrypted&_popup=1",
    "_to_field=x__y", "_to_field=to_fingerprint&_popup=1", "e=1", "q=%5C", "pk__in=1,x", "id__exact=" + "9" * 40,
])  # fmt: skip
def test_however_a_list_is_asked_it_does_not_fail_nor_name_rows_by_secrets(world, asked):
    secrets = [
        value.encode()
        for column in ("password", "email")
        for value in User.objects.exclude(**{column: ""}).values_list(column, flat=True)
    ]
    wrong = {}
    for model in admin.site._registry:
        response = world.clients[ROOT].get(f"{_list_of(model)}?{asked}")
        is_list_of_accounts = model is User and "_to_field" not in asked
        told = [] if is_list_of_accounts else [secret for secret in secrets if secret in response.content]
        if response.status_code >= 500 or told:
            wrong[model._meta.label] = response.status_code, told

    assert wrong == {}


def test_a_look_up_names_what_its_list_would_show_and_nothing_else(world):
    """Every relation of every model that is asked for as a look-up field would, by every role."""
    wrong, answered = {}, 0
    for model in apps.get_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            related = field.related_model
            if related not in admin.site._registry:
                continue
            asked = {
                "app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name,
            }  # fmt: skip
            registered = admin.site._registry[related]
            for role in ALL:
                response = world.clients[role].get("/admin/autocomplete/", asked | {"term": ""})
                if response.status_code != 200:
                    if response.status_code >= 500:
                        wrong[role, model._meta.label, field.name] = response.status_code
                    continue
                answered += 1
                found = {row["id"] for row in response.json()["results"]}
                request = response.wsgi_request
                if not registered.has_view_permission(request) or not found <= set(
                    map(str, registered.get_queryset(request).values_list("pk", flat=True))
                ):
                    wrong[role, model._meta.label, field.name] = found

    assert wrong == {}
    assert answered > 20


def test_a_look_up_is_not_asked_for_secrets(world):
    """The same words as the search of the list, and none besides."""
    account = world.accounts[MODERATOR]
    asked = {"app_label": "articles", "model_name": "author", "field_name": "user"}

    found = [
        world.clients[ROOT].get("/admin/autocomplete/", asked | {"term": term}).json()["results"]
        for term in (account.password[:20], account.password[-20:], "z" * 20)
    ]

    assert found == [[], [], []]


@pytest.mark.parametrize("page", ["history", "delete", "change", "password"])
def test_who_may_not_look_is_not_told_which_numbers_there_are(world, page):
    wrong, compared = {}, 0
    for model, registered in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        name = name.replace("_password", "_password_change")
        try:
            absent = reverse(name, args=[987_654_321])
        except NoReverseMatch:
            continue
        row = world.row(model)
        there = reverse(name, args=[row.pk])
        for role in ALL:
            request = RequestFactory().get(there)
            request.resolver_match = resolve(there)
            request.user = world.accounts[role] or AnonymousUser()
            # To look at it tells no more than that it is there, and takes longest.
            if registered.has_view_permission(request) and row in registered.get_queryset(request):
                continue
            with taken_back():
                answers = [world.clients[role].get(address) for address in (there, absent)]
            if answers[0].status_code == 200:
                continue
            compared += 1
            told = [
                (response.status_code, response.get("Location", "").partition("?")[0]) for response in answers
            ]
            if told[0] != told[1]:
                wrong[role, name] = told

    assert wrong == {}
    assert compared > 5
