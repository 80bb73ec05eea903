"""Who may do what on the desk: every address, for every role, by every method, and with fields that no form has shown.

The bodies are those of real forms, as somebody who may send them finds them on the pages; sent by anybody else they
change nothing. A letter stands for each role, see `tests.desk_roles`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import models, transaction
from django.http import HttpResponse
from django.test import override_settings

from tests import desk_roles, desk_walk
from tests.desk_roles import (
    ADMINISTRATOR,
    ALL,
    BARE,
    EDITOR,
    MODERATOR,
    PHOTO_EDITOR,
    REPORTER,
    ROOT,
    WRITER,
    Rows,
    taken_back,
)
from tests.desk_walk import SECRET_DOMAIN, SECRET_HEADLINE, SECRET_NOTE, World, post

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# By the name of an address: who reads a page there, and whose POST changes anything. The rest is denied. S edits in a
# section in which none of the articles is that are asked for; W wrote them.
MAY = {
    "language": ("", "ABRWPMSECDU"),
    "state": ("U", ""),
    "index": ("BRWPMSECDU", ""),
    "login": ("NA", ""),
    "logout": ("", ""),
    "second_step": ("", ""),
    "passkey": ("", ""),
    "security": ("BRWPMSECDU", ""),
    "password_change": ("BRWPMSECDU", "BRWPMSECDU"),
    "password_change_done": ("BRWPMSECDU", ""),
    "autocomplete": ("", ""),
    "jsi18n": ("BRWPMSECDU", ""),
    "auth_group_changelist": ("DU", ""),
    "auth_group_add": ("DU", "DU"),
    "auth_group_history": ("DU", ""),
    "auth_group_delete": ("DU", "DU"),
    "auth_group_change": ("DU", "DU"),
    "auth_user_password_change": ("DU", "DU"),
    "auth_user_changelist": ("DU", ""),
    "auth_user_changelist with invite": ("DU", "DU"),
    "auth_user_changelist with open_by_password_alone": ("DU", "U"),
    "auth_user_add": ("DU", "DU"),
    "auth_user_history": ("DU", ""),
    "auth_user_delete": ("DU", "DU"),
    "auth_user_change": ("DU", "DU"),
    "articles_article_newdraft": ("", "RWSECDU"),
    "articles_article_newdraft_discard": ("", "U"),
    "articles_article_draft": ("", "ECDU"),
    "articles_article_draft of a draft": ("", "WECDU"),
    "articles_article_leave": ("", "WSECDU"),
    "articles_article_leave of a draft": ("", "WSECDU"),
    "articles_article_draft_discard": ("", "U"),
    "articles_article_draft_discard of a draft": ("", "U"),
    "articles_article_preview": ("WSECDU", ""),
    "articles_article_preview of a draft": ("WSECDU", ""),
    "articles_article_newpreview": ("", ""),
    "articles_article_preview_unsaved": ("", ""),
    "articles_article_preview_unsaved of a draft": ("", ""),
    "articles_article_make_link": ("", "ECDU"),
    "articles_article_make_link of a draft": ("", "WECDU"),
    "articles_article_revoke_link": ("", ""),
    "articles_article_revoke_link of a draft": ("", "WECDU"),
    "articles_article_revisions": ("WSECDU", ""),
    "articles_article_revisions of a draft": ("WSECDU", ""),
    "articles_article_compare": ("WSECDU", ""),
    "articles_article_compare of a draft": ("", ""),
    "articles_article_revision": ("WSECDU", ""),
    "articles_article_name_revision": ("", "ECDU"),
    "articles_article_restore_revision": ("", "ECDU"),
    "articles_article_conflict": ("U", "U"),
    "articles_article_discard_changes": ("", "ECDU"),
    "articles_article_discard_changes of a draft": ("", ""),
    "articles_article_calendar": ("RWSECDU", "ECDU"),
    "articles_article_readings": ("RWSECDU", ""),
    "articles_article_proof": ("", ""),
    "articles_article_stored_tells": ("ECDU", ""),
    "articles_article_stored_tells of a draft": ("WECDU", ""),
    "articles_article_bulk": ("", "ECDU"),
    "articles_article_add_note": ("", "SECDU"),
    "articles_article_add_note of a draft": ("", "SECDU"),
    "articles_article_assign": ("", ""),
    "articles_article_assign of a draft": ("", "ECDU"),
    "articles_article_similar_to_new": ("", ""),
    "articles_article_similar": ("", ""),
    "articles_article_similar of a draft": ("", ""),
    "articles_article_tell_apart": ("", ""),
    "articles_article_tell_apart of a draft": ("", "ECDU"),
    "articles_article_views": ("RWSECDU", ""),
    "articles_article_save_view": ("", "RWSECDU"),
    "articles_article_change_view": ("", "U"),
    "articles_article_changelist": ("RWSECDU", ""),
    "articles_article_add": ("RWSECDU", "RWECDU"),
    "articles_article_history": ("WSECDU", ""),
    "articles_article_history of a draft": ("WSECDU", ""),
    "articles_article_delete": ("DU", ""),
    "articles_article_delete of a draft": ("DU", "DU"),
    "articles_article_change": ("WSECDU", "ECDU"),
    "articles_article_change of a draft": ("WSECDU", "WECDU"),
    "articles_section_changelist": ("RWSECDU", ""),
    "articles_section_add": ("CDU", "CDU"),
    "articles_section_history": ("RWSECDU", ""),
    "articles_section_delete": ("CDU", "CDU"),
    "articles_section_change": ("RWSECDU", "CDU"),
    "articles_tag_changelist": ("RWSECDU", ""),
    "articles_tag_add": ("RWSECDU", "RWSECDU"),
    "articles_tag_history": ("RWSECDU", ""),
    "articles_tag_delete": ("DU", "DU"),
    "articles_tag_change": ("RWSECDU", "SECDU"),
    "articles_series_changelist": ("RWSECDU", ""),
    "articles_series_add": ("SECDU", "SECDU"),
    "articles_series_history": ("RWSECDU", ""),
    "articles_series_delete": ("DU", "DU"),
    "articles_series_change": ("RWSECDU", "SECDU"),
    "articles_author_changelist": ("RWSECDU", ""),
    "articles_author_add": ("SECDU", "SECDU"),
    "articles_author_history": ("RWSECDU", ""),
    "articles_author_delete": ("DU", "DU"),
    "articles_author_change": ("RWSECDU", "SECDU"),
    "articles_sitepage_preview_new": ("DU", ""),
    "articles_sitepage_preview": ("DU", ""),
    "articles_sitepage_changelist": ("DU", ""),
    "articles_sitepage_add": ("DU", "DU"),
    "articles_sitepage_history": ("DU", ""),
    "articles_sitepage_delete": ("DU", "DU"),
    "articles_sitepage_change": ("DU", "DU"),
    "articles_image_library": ("RWPSECDU", "RWPSECDU"),
    "articles_image_changelist": ("RWPSECDU", ""),
    "articles_image_add": ("RWPSECDU", "RWPSECDU"),
    "articles_image_history": ("RWPSECDU", ""),
    "articles_image_delete": ("PDU", "PDU"),
    "articles_image_change": ("RWPSECDU", "PSECDU"),
    "articles_correction_changelist": ("SECDU", ""),
    "articles_correction_add": ("SECDU", "ECDU"),
    "articles_correction_history": ("SECDU", ""),
    "articles_correction_delete": ("", ""),
    "articles_correction_change": ("SECDU", "ECDU"),
    "articles_transition_changelist": ("CDU", ""),
    "articles_transition_add": ("", ""),
    "articles_transition_history": ("", ""),
    "articles_transition_delete": ("", ""),
    "articles_transition_change": ("", ""),
    "articles_editor_changelist": ("CDU", ""),
    "articles_editor_add": ("", ""),
    "articles_editor_history": ("CDU", ""),
    "articles_editor_delete": ("", ""),
    "articles_editor_change": ("CDU", "CDU"),
    "articles_arrangement_changelist": ("SECDU", "ECDU"),
    "articles_arrangement_preview": ("", ""),
    "articles_clockmove_changelist": ("SECDU", ""),
    "articles_clockmove_add": ("", ""),
    "articles_clockmove_history": ("SECDU", ""),
    "articles_clockmove_delete": ("", ""),
    "articles_clockmove_change": ("SECDU", ""),
    "comments_comment_changelist": ("MDU", ""),
    "comments_comment_decide": ("", "MDU"),
    "comments_comment_undo": ("", "MDU"),
    "comments_comment_counts": ("MDU", ""),
    "comments_comment_service_level": ("MDU", ""),
    "comments_comment_claim": ("", "MDU"),
    "comments_comment_next": ("", "MDU"),
    "comments_comment_release": ("", "MU"),
    "comments_comment_note": ("", "MDU"),
    "comments_comment_note of one that is shown": ("", "MDU"),
    "comments_comment_reports": ("", ""),
    "comments_comment_reports of one that is shown": ("", "MDU"),
    "comments_comment_pick": ("", ""),
    "comments_comment_pick of one that is shown": ("", "MDU"),
    "comments_comment_answer": ("", ""),
    "comments_comment_answer of one that is shown": ("", "MDU"),
    "comments_comment_email": ("", "DU"),
    "comments_comment_email of one that is shown": ("", "DU"),
    "comments_comment_change": ("MDU", ""),
    "comments_comment_change of one that is shown": ("MDU", ""),
    "comments_comment_history": ("MDU", ""),
    "comments_comment_history of one that is shown": ("MDU", ""),
    "comments_triagestate_changelist": ("DU", ""),
    "comments_triagestate_act": ("", "DU"),
    "comments_watchedword_try": ("MDU", ""),
    "comments_watchedword_import": ("MDU", "MDU"),
    "comments_watchedword_export": ("MDU", ""),
    "comments_watchedword_changelist": ("MDU", ""),
    "comments_watchedword_add": ("MDU", "MDU"),
    "comments_watchedword_history": ("MDU", ""),
    "comments_watchedword_delete": ("MDU", "MDU"),
    "comments_watchedword_change": ("MDU", "MDU"),
    "comments_sanction_for_comment": ("MDU", "MDU"),
    "comments_sanction_lift": ("", "MDU"),
    "comments_sanction_changelist": ("MDU", ""),
    "comments_sanction_add": ("MDU", "MDU"),
    "comments_sanction_history": ("MDU", ""),
    "comments_sanction_delete": ("", ""),
    "comments_sanction_change": ("MDU", ""),
    "comments_rejectionreason_preview": ("", ""),
    "comments_rejectionreason_changelist": ("MDU", "MDU"),
    "comments_rejectionreason_add": ("MDU", "MDU"),
    "comments_rejectionreason_history": ("MDU", ""),
    "comments_rejectionreason_delete": ("DU", "DU"),
    "comments_rejectionreason_change": ("MDU", "MDU"),
    "comments_policy_changelist": ("", ""),
    "comments_policy_add": ("", ""),
    "comments_policy_history": ("MSECDU", ""),
    "comments_policy_delete": ("", ""),
    "comments_policy_change": ("MSECDU", "SECDU"),
    "comments_personaldata_changelist": ("DU", "DU"),
    "comments_queuesubscription_changelist": ("MDU", "MDU"),
    "newsletter_newsletter_changelist": ("DU", "DU"),
    "newsletter_newsletter_preview": ("DU", ""),
    "exports_export_changelist": ("DU", "DU"),
    "exports_export_file": ("", ""),
    "exports_export_remove": ("", "U"),
    "api_token_changelist": ("RWPMSECDU", ""),
    "api_token_add": ("RWPMSECDU", "RWSECDU"),
    "api_token_history": ("DU", ""),
    "api_token_delete": ("", ""),
    "api_token_change": ("DU", ""),
    "api_use_changelist": ("RWPMSECDU", ""),
    "api_use_add": ("", ""),
    "api_use_history": ("DU", ""),
    "api_use_delete": ("", ""),
    "api_use_change": ("DU", ""),
    "mail_outgoingmail_changelist": ("DU", ""),
    "mail_outgoingmail_add": ("", ""),
    "mail_outgoingmail_history": ("DU", ""),
    "mail_outgoingmail_delete": ("", ""),
    "mail_outgoingmail_change": ("DU", ""),
    "deliveries_delivery_changelist": ("DU", ""),
    "deliveries_delivery_add": ("", ""),
    "deliveries_delivery_history": ("DU", ""),
    "deliveries_delivery_delete": ("", ""),
    "deliveries_delivery_change": ("DU", ""),
    "federation_actor_changelist": ("DU", "DU"),
    "app_list of api": ("RWPMSECDU", ""),
    "app_list of mail": ("DU", ""),
    "app_list of deliveries": ("DU", ""),
    "app_list of federation": ("DU", ""),
    "webhooks_endpoint_test": ("", "DU"),
    "webhooks_endpoint_secret": ("", "DU"),
    "webhooks_endpoint_new_secret": ("", "DU"),
    "webhooks_endpoint_retry": ("", "DU"),
    "webhooks_endpoint_changelist": ("DU", ""),
    "webhooks_endpoint_add": ("DU", "DU"),
    "webhooks_endpoint_history": ("DU", ""),
    "webhooks_endpoint_delete": ("DU", "DU"),
    "webhooks_endpoint_change": ("DU", "DU"),
    "app_list of webhooks": ("DU", ""),
    "app_list of newsletter": ("DU", ""),
    "app_list of exports": ("DU", ""),
    "app_list of auth": ("DU", ""),
    "app_list of comments": ("MSECDU", ""),
    "app_list of articles": ("RWPSECDU", ""),
    "no such page": ("", ""),
    "auth_group_changelist with delete_selected": ("", "DU"),
    "auth_user_changelist with delete_selected": ("", "DU"),
    "articles_section_changelist with delete_selected": ("", "CDU"),
    "articles_tag_changelist with delete_selected": ("", "DU"),
    "articles_series_changelist with delete_selected": ("", "DU"),
    "articles_author_changelist with delete_selected": ("", "DU"),
    "articles_sitepage_changelist with delete_selected": ("", "DU"),
    "articles_image_changelist with make_again": ("", "PSECDU"),
    "articles_image_changelist with delete_selected": ("", "PDU"),
    "articles_clockmove_changelist with try_again": ("", "SECDU"),
    "comments_watchedword_changelist with delete_selected": ("", "MDU"),
    "comments_sanction_changelist with lift_chosen": ("", "MDU"),
    "mail_outgoingmail_changelist with try_again": ("", "DU"),
    # Each is deleted by itself, with what waits for it.
    "webhooks_endpoint_changelist with delete_selected": ("", ""),
    "deliveries_delivery_changelist with try_again": ("", "DU"),
    "api_token_changelist with revoke_chosen": ("", "DU"),
}  # fmt: skip
# Where a POST is answered with a page, and changes nothing.
SHOWN = {
    "articles_article_newpreview": "RWSECDU", "articles_article_preview_unsaved": "ECDU",
    "articles_article_preview_unsaved of a draft": "WECDU", "articles_article_proof": "RWSECDU",
    "articles_article_similar_to_new": "RWSECDU", "articles_article_similar": "ECDU",
    "articles_article_similar of a draft": "WECDU", "articles_article_tell_apart of a draft": "WECDU",
    "articles_arrangement_preview": "ECDU", "comments_rejectionreason_preview": "MDU",
    "comments_comment_answer": "MDU", "comments_comment_reports": "MDU",
}  # fmt: skip
# What somebody may see on any page of the desk, and nobody else does.
SEEN_BY = {
    SECRET_DOMAIN: "DU", SECRET_NOTE: "SECDU", SECRET_HEADLINE: "SECDU", "صاحب بلاغ C++": "MDU", "شتم C++": "MDU",
    "إعلان عن C++": "MDU", "md5$": "", "@example.org": "DU",
}  # fmt: skip
# Who leaves and comes in, and who writes the wrong password, is answered whoever it is.
OPEN_TO_ALL = {"login", "logout", "passkey"}
# No page, but a form or a file all the same.
ANSWERED = {200, 201, 204, 409, 422}


def expected(name: str) -> tuple[str, str]:
    # Django's short addresses lead to the long ones, whoever asks.
    return ("", "") if "<path:object_id>/" in name else MAY[name]


class Walk:
    """The desk, its addresses, the pages that each role sees, and what is sent where."""

    def __init__(self) -> None:
        self.world = World()
        self.clients = self.world.clients
        self.addresses = desk_walk.addresses(self.world)
        self.typed = desk_walk.typed(self.world)
        self.pages: dict[str, dict[str, bytes]] = {role: {} for role in ALL}
        self.rows = Rows()
        self._bodies: dict[str, tuple[str, Any]] = {}

    def get(self, role: str) -> Iterator[tuple[str, HttpResponse]]:
        for name, address in self.addresses.items():
            if " with " not in name:
                response = self.clients[role].get(address)
                if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                    self.pages[role][address] = response.content
                yield name, response

    def forms_of(self, role: str) -> dict[str, list[tuple[str, dict[str, list[str]], set[str]]]]:
        """What the pages of a role send, by the name of where it goes."""
        names_of = {address.partition("?")[0]: name for name, address in reversed(self.addresses.items())
                 if " with " not in name}  # fmt: skip
        found: dict[str, list] = {}
        for address, page in self.pages[role].items():
            for target, sent, names in desk_roles.forms(page, address):
                if name := names_of.get(target.partition("?")[0]):
                    found.setdefault(name, []).append((target, sent, names))
        return found

    def bodies(self) -> dict[str, tuple[str, Any]]:
        """For each address the first body that changes something when ROOT sends it, else the first."""
        if self._bodies:
            return self._bodies
        forms = self.forms_of(ROOT)
        for name, address in self.addresses.items():
            bare = [(address, {}, set())]
            found = bare if " with " in name else forms.get(name, [])[:6] or bare
            for target, sent, _names in found:
                typed = self.typed.get(name, {})
                body = typed if isinstance(typed, str) else sent | typed
                with taken_back():
                    post(self.clients[ROOT], target, body)
                    is_writing = bool(self.rows.changed())
                if is_writing or name not in self._bodies:
                    self._bodies[name] = target, body
                if is_writing:
                    break
        return self._bodies

    @property
    def all_groups(self) -> list[int]:
        return list(Group.objects.values_list("pk", flat=True))

    def model_of(self, name: str) -> type[models.Model] | None:
        """The model whose rows the form at this address is of."""
        app, _, rest = name.partition(" ")[0].partition("_")
        try:
            return apps.get_model(app, rest.partition("_")[0])
        except LookupError:
            return None

    def stranger(self, model: type[models.Model]) -> int | None:
        """A row that no form here names by itself."""
        if model is User:
            return self.world.accounts[desk_roles.MODERATOR].pk
        last = model._default_manager.order_by("pk").last()
        return last and last.pk

    def wrote(self) -> bool:
        """Whether anything was written but that something was tried without the right to it."""
        changed = self.rows.changed()
        return bool(changed) and not (
            changed == {"articles_transition"}
            and all(desk_roles.is_denial(*pair) for pair in self.rows.written()["articles_transition"])
        )


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker, tmp_path_factory):
    """One for all tests here, in a transaction that is taken back; each leaves it as it was."""
    media = tmp_path_factory.getbasetemp() / "media"
    # What error pages show is tested elsewhere; most of this would go into making them.
    settings = {"MEDIA_ROOT": media, "ROOT_URLCONF": "tests.plain_error_urls"}
    with django_db_blocker.unblock(), override_settings(**settings), transaction.atomic():
        walk = Walk()
        with desk_roles.asked_by(walk.world.accounts, walk.clients):
            yield walk
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(walk):
    """In place of pytest-django's, which would begin a transaction for each test and end the connection."""


def test_the_table_names_every_address_of_the_desk(walk):
    assert {name for name in walk.addresses if "<path:object_id>/" not in name} == set(MAY)


def test_who_reads_what(walk):
    """Each page by each role, the methods that no page takes, and what stands on it."""
    wrong, told = {}, {}
    for role in ALL:
        with taken_back():
            for name, response in walk.get(role):
                status = response.status_code
                if status >= 500 or (status == 200) is not (role in expected(name)[0]):
                    wrong[role, name] = status
                body = b"" if response.streaming else response.content
                for secret, seen_by in SEEN_BY.items():
                    if role not in seen_by and secret.encode() in body:
                        told[role, name] = secret
            assert walk.rows.changed() == set(), f"{role} changed something by reading"

    assert wrong == {}
    assert told == {}


@pytest.mark.parametrize(
    ("method", "role"),
    [("put", REPORTER), ("patch", BARE), ("delete", BARE)],
)
def test_no_other_method_does_anything(walk, method, role):
    wrong = {}
    with taken_back():
        for name, (address, body) in walk.bodies().items():
            sent = body if isinstance(body, str) else "a=b"
            response = getattr(walk.clients[role], method)(address, sent)
            if response.status_code >= 500:
                wrong[name] = response.status_code
        assert walk.rows.changed() == set()

    assert wrong == {}


@pytest.mark.parametrize("role", ALL)
def test_what_is_sent_changes_something_for_who_may_and_for_nobody_else(walk, role):
    client = walk.clients[role]
    wrong, forbidden = {}, {}

    for name, (address, body) in walk.bodies().items():
        if role not in expected(name)[1]:
            forbidden[name] = address, body
            continue
        with taken_back():
            response = post(client, address, body)
            if response.status_code >= 500 or not walk.wrote():
                wrong[name] = response.status_code

    answers = {}
    for name, (address, body) in forbidden.items():
        # Each by itself, for one of them leaves.
        with taken_back():
            answers[name] = post(client, address, body).status_code
            if walk.wrote():
                wrong[name] = "changed"
    for name, status in answers.items():
        # What is not offered to somebody on a list is answered with the list.
        listed, _with, _action = name.partition(" with ")
        seen_by = expected(listed)[0] + SHOWN.get(name, "")
        if status >= 500 or (status in ANSWERED and role not in seen_by and name not in OPEN_TO_ALL):
            wrong[name] = status

    assert wrong == {}


# Fields that no form has shown

# What scripts and buttons send, of a form in which it does not stand.
MEANT_FOR_BUTTONS = {"do", "pick", "desk_note", "link"}

TEXT, NUMBER, MOMENT = "مزوّر", 31337, "2031-02-03T04:05"


def _forged(walk: Walk, name: str, shown: set[str]) -> dict[str, Any]:
    """A value for each field that the form at this address has not: of its model, and of what others send there."""
    model = walk.model_of(name)
    made = {}
    for field in model._meta.get_fields() if model else ():
        if field.auto_created or not {field.name, f"{field.name}_0"}.isdisjoint(shown):
            continue
        if isinstance(field, models.ManyToManyField):
            made[field.name] = [field.remote_field.model._default_manager.last().pk]
        elif isinstance(field, models.ForeignKey):
            kind = field.remote_field.model
            made[field.name] = walk.stranger(kind)
        elif isinstance(field, models.BooleanField):
            made[field.name] = "on"
        elif isinstance(field, models.DateTimeField):
            made |= {field.name: MOMENT, f"{field.name}_0": MOMENT[:10], f"{field.name}_1": MOMENT[11:]}
        elif field.choices:
            made[field.name] = field.flatchoices[-1][0]
        else:
            made[field.name] = NUMBER if isinstance(field, models.IntegerField | models.FloatField) else TEXT
    sent = walk.bodies()[name][1]
    others = {key: value for key, value in sent.items() if key not in shown and key.startswith("thread-")}
    always = {
        "is_superuser": "on", "is_staff": "on", "is_active": "on", "groups": walk.all_groups,
        "user_permissions": [1, 2], "by": walk.world.root.pk,
        "user": walk.world.root.pk, "email": f"{TEXT}@example.org",
        "status": "published", "is_denied": "on", "version": NUMBER, "password": TEXT,
    }  # fmt: skip
    return others | {key: value for key, value in always.items() if key not in shown} | made


def _effects(written: dict[str, list]) -> dict[tuple[str, str], list[str]]:
    """What a POST wrote: the new values by table and column, of a row that is new all of them."""
    found: dict[tuple[str, str], list[str]] = {}
    for table, pairs in written.items():
        for before, now in pairs:
            if now is None:
                found.setdefault((table, "gone"), []).append("gone")
            for column, value in (now or {}).items():
                if before is None or before[column] != value:
                    found.setdefault((table, column), []).append(str(value))
    return found


def _is_forged(value: str, column: str, forged: dict[str, Any]) -> bool:
    sent = {str(one) for key in (column, column.removesuffix("_id")) for one in _listed(forged.get(key))}
    return (
        TEXT in value or value == str(NUMBER) or value.startswith(MOMENT[:10]) or value in sent - {"", "on"}
    )


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [] if value is None else [value]


@pytest.mark.parametrize("role", [WRITER, PHOTO_EDITOR, MODERATOR, EDITOR, ADMINISTRATOR])
def test_a_field_that_the_own_form_has_not_changes_nothing(walk, role):
    wrong, compared = {}, 0
    if not walk.pages[role]:
        list(walk.get(role))

    for name, own in walk.forms_of(role).items():
        if role not in expected(name)[1] or isinstance(walk.typed.get(name), str):
            continue
        effects, forged = {}, {}
        for address, sent, names in own[:6]:
            typed = {
                key: value
                for key, value in walk.typed.get(name, {}).items()
                if key in names or callable(value)
            }
            typed |= {
                key: value for key, value in walk.typed.get(name, {}).items() if key in MEANT_FOR_BUTTONS
            }
            with taken_back():
                post(walk.clients[role], address, sent | typed)
                effects = _effects(walk.rows.written())
            if effects:
                forged = _forged(walk, name, names | set(typed))
                break
        if not effects:
            continue
        compared += 1
        with taken_back():
            response = post(walk.clients[role], address, sent | typed | forged)
            found = _effects(walk.rows.written())
        assert response.status_code < 500
        more = {key for key in found if key not in effects}
        for key, values in found.items():
            new = set(values) - set(effects.get(key, ()))
            if (
                more & {key}
                or any(_is_forged(value, key[1], forged) for value in new)
                or new & {"True", "False"}
            ):
                wrong[name, *key] = sorted(new)

    assert wrong == {}
    assert compared >= 5
