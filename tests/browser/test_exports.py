"""Exports in Chromium: the desk's page while one is made, and the static copy opened from the disk."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsroom.exports import desk
from newsroom.exports.models import Export, State
from tests import axe, factories

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/exports/export/"


def test_the_page_tells_how_far_the_worker_is_until_the_file_is_there(page_of, listen, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    root = factories.superuser()
    page = listen(page_of(root, viewport={"width": 390, "height": 900}))
    axe.bring(page)
    page.goto(PAGE)
    page.get_by_label("لبرامج أخرى").check()
    page.get_by_role("button", name="أعدّ التصدير").click()
    expect(page.get_by_text("ينتظر العامل.")).to_be_visible()
    assert axe.found(page) == []

    Export.objects.update(state=State.RUNNING, step="comment", done=1_200)
    expect(page.get_by_text("قراءة قاعدة البيانات: 1,200")).to_be_visible()
    desk.make_due()

    link = page.get_by_role("link", name=re.compile("تنزيل"))
    expect(link).to_be_visible()
    with page.expect_download() as downloaded:
        link.click()
    assert downloaded.value.suggested_filename == f"nashra-jsonl-{timezone.localdate():%Y-%m-%d}.zip"
