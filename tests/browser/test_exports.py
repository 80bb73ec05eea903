"""Exports in Chromium: the desk's page while one is made, and the static copy opened from the disk."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsroom.exports import desk, exporting
from newsroom.exports.models import Export, Form, State
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/exports/export/"
PHONE = {"width": 390, "height": 900}


def test_the_page_tells_how_far_the_worker_is_until_the_file_is_there(page_of, listen, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    page = listen(page_of(factories.superuser(), viewport=PHONE))
    page.goto(PAGE)
    page.get_by_label("لبرامج أخرى").check()
    page.get_by_role("button", name="أعدّ التصدير").click()
    expect(page.get_by_text("ينتظر العامل.")).to_be_visible()

    Export.objects.update(state=State.RUNNING, step="comment", done=1_200)
    expect(page.get_by_text("قراءة قاعدة البيانات: 1,200")).to_be_visible()
    desk.make_due()

    link = page.get_by_role("link", name=re.compile("تنزيل"))
    expect(link).to_be_visible()
    with page.expect_download() as downloaded:
        link.click()
    assert downloaded.value.suggested_filename == f"nashra-jsonl-{timezone.localdate():%Y-%m-%d}.zip"


def test_the_static_copy_is_read_from_the_disk(new_context, listen, tmp_path):
    article = factories.published(headline="شركة OpenAI في نسخة", hero=factories.image())
    factories.approved(article, body="رأي في النسخة")
    exporting.export(Form.STATIC, tmp_path / "copy")
    page = listen(new_context(viewport=PHONE).new_page())

    page.goto((tmp_path / "copy" / "index.html").as_uri())
    page.get_by_role("link", name=re.compile("شركة OpenAI في نسخة")).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("شركة OpenAI في نسخة")
    expect(page.get_by_text("رأي في النسخة")).to_be_visible()
    picture = page.locator(".story__picture img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Vazirmatn'))")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    page.get_by_role("navigation", name="الأقسام", exact=True).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("تقنية")
