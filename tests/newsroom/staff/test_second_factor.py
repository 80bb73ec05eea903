"""The second step of signing in, and who must take it."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from newsroom import key_rotation, sign_in
from newsroom.mail.models import OutgoingMail
from newsroom.staff import second_factor
from newsroom.staff.models import Authenticator, RecoveryCode
from tests import factories

pytestmark = pytest.mark.django_db

LOGIN, STEP, SECURITY = "/admin/login/", "/admin/second-step/", "/admin/security/"
PASSWORD = "not a secret 1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _number(secret=SECRET, seconds=0):
    return pyotp.TOTP(secret).at(int(time.time()) + seconds)


def _add(user, secret=SECRET):
    # By the number of the half minute before, so that that of now is still good.
    assert second_factor.add_authenticator(user, name="هاتفي", secret=secret, code=_number(secret, -30))


@pytest.fixture
def editor():
    user = factories.staff(factories.EDITORS, "editor")
    user.email = "editor@example.org"
    user.save()
    return user


@pytest.fixture
def guarded(editor):
    _add(editor)
    return editor


def _password(client, user, **more):
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD, **more})


def _secret_on(page):
    return re.search("<code>([A-Z2-7]{32})</code>", page.text)[1]


def _told():
    """What mails to accounts say, in the order in which they were written."""
    return [mail.read()[1]["text"] for mail in OutgoingMail.objects.order_by("pk")]


def _is_in(client):
    return client.get("/admin/").status_code == 200


def test_a_password_alone_does_not_open_an_account_with_a_second_factor(client, guarded):
    response = _password(client, guarded, next="/admin/articles/article/")

    assert response.url == f"{STEP}?next=%2Fadmin%2Farticles%2Farticle%2F"
    assert not _is_in(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "written",
    [
        str,
        lambda code: f" {code[:3]} {code[3:]}",
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ],
)
def test_the_number_of_the_app_does_as_people_write_it(client, guarded, written):
    _password(client, guarded)

    response = client.post(STEP, {"code": written(_number()), "next": "/admin/articles/article/"})

    assert response.url == "/admin/articles/article/"
    assert _is_in(client)


def test_no_number_is_taken_twice(client, guarded):
    code = _number()
    _password(client, guarded)
    client.post(STEP, {"code": code})
    other = Client()
    _password(other, guarded)

    response = other.post(STEP, {"code": code})

    assert (response.status_code, _is_in(other)) == (200, False)
    assert "ليس هذا الرقم صحيحًا" in response.text


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_number_of_another_minute_opens_nothing(guarded, seconds):
    assert not second_factor.open_by(guarded, _number(seconds=seconds))


def test_numbers_are_not_guessed(client, guarded):
    _password(client, guarded)
    answers = [
        client.post(STEP, {"code": f"{number:06}"}).status_code
        for number in range(sign_in.TRIES_OF_SECOND_STEP)
    ]

    refused = client.post(STEP, {"code": _number()})

    assert (set(answers), refused.status_code, _is_in(client)) == ({200}, 429, False)


def test_a_recovery_code_opens_once_and_its_owner_is_told(client, guarded):
    codes = second_factor.new_codes(guarded)
    assert RecoveryCode.objects.filter(digest__in=codes).count() == 0
    for code, opens in ((codes[0], True), (codes[0], False), (codes[1].upper().replace("-", " "), True)):
        browser = Client()
        _password(browser, guarded)
        browser.post(STEP, {"code": code})
        assert _is_in(browser) is opens

    assert re.search("استُعمل أحد رموز الاسترداد .*الرموز الباقية: \\W*8\\W", _told()[-1])
    assert guarded.recovery_codes.count() == second_factor.CODES - 2


def test_new_codes_shut_out_the_former_ones(guarded):
    former = second_factor.new_codes(guarded)[0]
    second_factor.new_codes(guarded)

    assert not second_factor.open_by(guarded, former)


def test_the_step_between_ends_after_ten_minutes(client, guarded):
    _password(client, guarded)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        response = client.post(STEP, {"code": _number()})
        assert response.url.startswith(LOGIN)
        assert not _is_in(client)


def test_nobody_comes_to_the_second_step_without_the_first(client, guarded):
    assert client.post(STEP, {"code": _number()}).url.startswith(LOGIN)
    assert not _is_in(client)


def test_somebody_switched_off_between_the_steps_stays_out(client, guarded):
    _password(client, guarded)
    guarded.is_active = False
    guarded.save()

    client.post(STEP, {"code": _number()})

    assert not _is_in(client)


def test_it_leads_nowhere_else(client, guarded):
    _password(client, guarded)

    assert client.post(STEP, {"code": _number(), "next": "https://evil.example/"}).url == "/admin/"


def test_the_secret_is_not_stored_as_it_is(guarded):
    assert SECRET not in str(Authenticator.objects.values().get())


def test_the_secret_goes_over_to_a_new_key(guarded, settings):
    settings.EMAIL_KEYS = ["new", *settings.EMAIL_KEYS]
    key_rotation.rotate()
    settings.EMAIL_KEYS = ["new"]

    assert second_factor.open_by(guarded, _number())


# Whoever must


@pytest.mark.parametrize(
    ("group", "must"), [(factories.EDITORS, True), (factories.MODERATORS, True), (factories.REPORTERS, False)]
)
def test_who_publishes_or_moderates_adds_one_before_anything_else(client, settings, group, must):
    settings.SECOND_FACTOR = True
    user = factories.staff(group)

    response = _password(client, user, next="/admin/articles/article/")

    if not must:
        assert response.url == "/admin/articles/article/"
        return
    assert response.url == f"{SECURITY}?next=%2Fadmin%2Farticles%2Farticle%2F"
    assert not _is_in(client)
    page = client.get(response.url)
    assert "يحتاج حسابك إلى عامل تحقّق ثانٍ" in page.text
    client.post(SECURITY, {"act": "begin_app"})
    secret = _secret_on(client.get(SECURITY))
    assert secret not in str(dict(client.session))
    codes = client.post(SECURITY, {"act": "add_app", "name": "هاتفي", "code": _number(secret)})
    assert len(re.findall("<li><code>", codes.text)) == second_factor.CODES
    assert _is_in(client)


def test_whoever_must_add_one_may_sign_out(client, settings):
    settings.SECOND_FACTOR = True
    _password(client, factories.superuser())

    client.post("/admin/logout/")

    assert "_auth_user_id" not in client.session


def test_a_wrong_first_number_adds_nothing_and_the_picture_stays(client, editor):
    _password(client, editor)
    client.post(SECURITY, {"act": "begin_app"})
    secret = _secret_on(client.get(SECURITY))

    response = client.post(SECURITY, {"act": "add_app", "name": "هاتفي", "code": "000000"})

    assert "ليس هذا هو الرقم" in response.text
    assert secret in response.text
    assert not second_factor.has(editor)


@pytest.mark.parametrize("act", ["begin_app", "add_app", "ask_passkey", "add_passkey", "new_codes", "remove"])
def test_after_a_while_nothing_is_changed_without_the_password(client, guarded, act):
    _password(client, guarded)
    client.post(STEP, {"code": _number()})
    number = guarded.authenticators.get().pk

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        response = client.post(
            SECURITY, {"act": act, "factor": f"authenticators:{number}", "name": "x", "code": "1"}
        )
        assert response.status_code == 403
        assert second_factor.has(guarded)
        assert 'name="password"' in client.get(SECURITY).text
        client.post(SECURITY, {"act": "confirm", "password": "wrong"})
        assert client.post(SECURITY, {"act": act}).status_code == 403
        client.post(SECURITY, {"act": "confirm", "password": PASSWORD})
        client.post(SECURITY, {"act": "remove", "factor": f"authenticators:{number}"})
        assert not second_factor.has(guarded)
        assert not guarded.recovery_codes.exists()


def test_nobody_takes_away_what_is_somebody_elses(client, guarded):
    other = factories.staff(factories.EDITORS)
    _password(client, other)

    client.post(SECURITY, {"act": "remove", "factor": f"authenticators:{guarded.authenticators.get().pk}"})

    assert second_factor.has(guarded)


def test_every_change_is_told_by_mail(guarded):
    second_factor.new_codes(guarded)
    second_factor.open_by(guarded, second_factor.new_codes(guarded)[0])
    second_factor.remove_all(guarded)

    assert [told.partition(" ")[0] for told in _told()] == ["أُضيف", "أُنشئت", "أُنشئت", "استُعمل", "أُزيلت"]
    assert {mail.read()[0] for mail in OutgoingMail.objects.all()} == {guarded.email}


@pytest.mark.parametrize("values", [{"act": "nothing"}, {}])
def test_an_act_that_is_none_is_refused(client, editor, values):
    _password(client, editor)

    assert client.post(SECURITY, values).status_code == 400


def test_the_page_is_for_who_is_signed_in(client):
    assert client.get(SECURITY).url == f"{LOGIN}?next=%2Fadmin%2Fsecurity%2F"
    assert client.post(SECURITY, {"act": "end_others"}).status_code == 302


def test_a_form_that_met_the_end_of_a_session_takes_the_second_step_too(guarded):
    browser = Client()
    typed = {"name": "وسم كُتب", "slug": "", "_save": "1"}
    first = browser.post(
        "/admin/articles/tag/add/",
        {**typed, "sign_in-username": guarded.username, "sign_in-password": PASSWORD},
    )
    assert (first.status_code, "وسم كُتب" in first.text) == (403, True)
    wrong = browser.post("/admin/articles/tag/add/", {**typed, "sign_in-code": "000000"})
    assert (wrong.status_code, "وسم كُتب" in wrong.text) == (403, True)

    browser.post("/admin/articles/tag/add/", {**typed, "sign_in-code": _number()})

    assert _is_in(browser)


def test_whoever_lost_everything_is_let_in_by_an_operator(client, guarded, capsys):
    _password(client, guarded)
    client.post(STEP, {"code": _number()})

    call_command("open_account", guarded.username)

    assert capsys.readouterr().out == f"{guarded.username}: second factors taken away, 1 sessions ended.\n"
    assert not _is_in(client)
    _password(client, guarded)
    assert _is_in(client)
    with pytest.raises(CommandError, match="There is no account nobody"):
        call_command("open_account", "nobody")


def test_and_by_a_superuser_alone(client, guarded):
    request = {"action": "open_by_password_alone", "_selected_action": [guarded.pk]}
    helper = factories.staff(factories.EDITORS)
    helper.user_permissions.add(*Permission.objects.filter(content_type__app_label="auth"))
    client.force_login(helper)
    assert client.post("/admin/auth/user/", request).status_code == 403
    assert second_factor.has(guarded)

    client.force_login(factories.superuser())
    client.post("/admin/auth/user/", request)

    assert not second_factor.has(guarded)


def test_a_session_that_was_begun_by_the_password_alone_ends_when_a_factor_is_added(client, editor):
    thief = Client()
    _password(thief, editor)
    _password(client, editor)
    client.post(SECURITY, {"act": "begin_app"})
    client.post(SECURITY, {"act": "add_app", "name": "x", "code": _number(_secret_on(client.get(SECURITY)))})

    assert (_is_in(thief), _is_in(client)) == (False, True)


def test_nor_does_one_that_was_missed_change_factors(client, editor):
    _password(client, editor)
    _add(editor)

    assert client.post(SECURITY, {"act": "new_codes"}).url.startswith(LOGIN)
    assert not _is_in(client)


def test_a_password_that_was_changed_opens_no_second_step(client, guarded):
    _password(client, guarded)
    guarded.set_password("صباح الخير يا بيروت")
    guarded.save()

    assert client.post(STEP, {"code": _number()}).url.startswith(LOGIN)


@pytest.mark.parametrize("code", ["مرحبا", "²²²²²²", "é", "\0", "1" * 41, ""])
def test_what_is_no_number_is_told(client, guarded, code):
    _password(client, guarded)

    response = client.post(STEP, {"code": code})

    assert response.status_code == 200
    assert not _is_in(client)


@pytest.mark.parametrize("assertion", ["null", "[" * 9000, "1", "[]", "{}", '{"id": 1}', "x", "\0"])
@pytest.mark.parametrize("address", [LOGIN, STEP])
def test_what_no_passkey_answers_opens_nothing(client, guarded, address, assertion):
    _password(client, guarded)
    client.post("/admin/passkey/")

    response = client.post(address, {"assertion": assertion})

    assert response.status_code == 200
    assert not _is_in(client)


def test_whoever_changes_accounts_must_have_one(settings):
    settings.SECOND_FACTOR = True
    helper = factories.staff(factories.REPORTERS)
    assert not second_factor.is_required(helper)
    helper.user_permissions.add(Permission.objects.get(codename="change_user"))

    assert second_factor.is_required(User.objects.get(pk=helper.pk))


def test_an_app_is_added_once(guarded):
    assert not second_factor.add_authenticator(guarded, name="x", secret=SECRET, code=_number())


def test_the_own_password_is_not_guessed_in_an_open_session(client, editor):
    _password(client, editor)
    values = {"new_password1": "صباح الخير يا بيروت", "new_password2": "صباح الخير يا بيروت"}
    for _try in range(8):
        client.post("/admin/password_change/", values | {"old_password": "wrong"})

    client.post("/admin/password_change/", values | {"old_password": PASSWORD})

    editor.refresh_from_db()
    assert editor.check_password(PASSWORD)
