"""Passkeys in a browser with an authenticator of its own: made, and used in place of a password and beside one."""

import time

import pyotp
import pytest
from playwright.sync_api import expect

from newsroom.staff import second_factor
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def site(live_server, settings):
    settings.SITE_URL = live_server.url
    return live_server


@pytest.fixture
def page(site, new_context, listen):
    page = listen(new_context(viewport={"width": 390, "height": 844}).new_page())
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def _password(page, user):
    page.goto("/admin/login/?next=/admin/articles/article/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "not a secret 1")
    page.click("#login-form [type=submit]")


def test_a_passkey_is_made_and_opens_the_desk_alone_and_after_a_password(page, settings):
    settings.SECOND_FACTOR = True
    user = factories.staff(factories.EDITORS)
    _password(page, user)
    page.wait_for_url("**/admin/security/**")
    page.fill("form.passkey [name=name]", "حاسوبي")
    page.get_by_role("button", name="إضافة مفتاح مرور").click()
    expect(page.locator(".codes li")).to_have_count(second_factor.CODES)
    page.get_by_role("link", name="حفظتُها").click()
    expect(page.locator("h1")).to_contain_text("المقالات")

    page.context.clear_cookies()
    page.goto("/admin/login/?next=/admin/articles/article/")
    page.get_by_role("button", name="الدخول بمفتاح مرور").click()
    expect(page.locator("#result_list, .paginator").first).to_be_visible()

    page.context.clear_cookies()
    _password(page, user)
    page.get_by_role("button", name="استعمل مفتاح المرور").click()
    expect(page.locator("#result_list, .paginator").first).to_be_visible()
    assert user.passkeys.get().last_used_at is not None
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_passkey_of_nobody_is_told_and_the_password_still_works(page):
    user = factories.staff(factories.EDITORS)
    _password(page, user)
    page.goto("/admin/security/")
    page.get_by_role("button", name="إضافة مفتاح مرور").click()
    expect(page.locator(".codes")).to_be_visible()
    user.passkeys.all().delete()
    page.context.clear_cookies()

    page.goto("/admin/login/")
    page.get_by_role("button", name="الدخول بمفتاح مرور").click()

    expect(page.locator(".errornote")).to_have_text(
        "لا يفتح مفتاح المرور هذا حسابًا هنا. سجّل الدخول بطريقة أخرى."
    )
    _password(page, user)
    expect(page.locator("#result_list, .paginator").first).to_be_visible()


def test_an_app_is_added_by_its_picture(page):
    user = factories.staff(factories.REPORTERS)
    _password(page, user)
    page.goto("/admin/security/")
    page.get_by_role("button", name="إضافة تطبيق مصادقة").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator(".new-app code").inner_text()
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.get_by_role("button", name="إضافة", exact=True).click()

    expect(page.locator(".codes li")).to_have_count(second_factor.CODES)
    assert user.authenticators.count() == 1


def test_the_second_step_needs_no_scripts(site, new_context):
    user = factories.staff(factories.EDITORS)
    number = pyotp.TOTP(SECRET).at(int(time.time()) - 30)
    assert second_factor.add_authenticator(user, name="هاتفي", secret=SECRET, code=number)
    page = new_context(java_script_enabled=False).new_page()
    _password(page, user)

    page.fill("[name=code]", pyotp.TOTP(SECRET).now())
    page.click("#login-form [type=submit]")

    expect(page.locator("#result_list, .paginator").first).to_be_visible()
