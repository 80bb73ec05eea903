"""The desk's page «Export»: who may ask for what, what the worker makes of it, and who gets the file."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import privacy
from newsroom.exports import desk, exporting
from newsroom.exports.folder import ExportError
from newsroom.exports.models import Export, Form, State
from newsroom.web import whole_files
from tests import canaries, factories

PAGE = reverse("admin:exports_export_changelist")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "exports"


def taker(*more):
    """An account that may export, and whatever else is named."""
    user = factories.staff(factories.ADMINISTRATORS)
    user.user_permissions.add(*Permission.objects.filter(codename__in=more))
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def address_of(export, what="file"):
    return reverse(f"admin:exports_export_{what}", args=[export.pk])


@pytest.mark.django_db
def test_nobody_is_offered_the_page_without_the_right():
    client = signed_in(factories.staff(factories.CHIEF_EDITORS))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"form": "wxr"}).status_code == 403
    assert PAGE not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db
def test_the_page_offers_addresses_to_who_may_have_them():
    assert b'name="with_emails"' not in signed_in(taker()).get(PAGE).content
    assert b'name="with_emails"' in signed_in(taker("export_emails")).get(PAGE).content


@pytest.mark.django_db
def test_addresses_that_are_not_offered_are_refused():
    response = signed_in(taker()).post(PAGE, {"form": "jsonl", "with_emails": "on", "reason": "سبب"})

    assert response.status_code == 403
    assert not Export.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param({}, "اختر ما تأخذه معك", id="nothing chosen"),
        pytest.param({"form": "docx"}, "docx", id="another form"),
        pytest.param({"form": "wxr", "with_emails": "on", "reason": " "}, "لأيّ غرض", id="without a reason"),
        pytest.param(
            {"form": "static", "with_emails": "on", "reason": "سبب"},
            "ليس في ما يراه القرّاء",
            id="of what readers see",
        ),
    ],
)
def test_what_cannot_be_made_comes_back_as_it_was_typed(sent, told):
    response = signed_in(taker("export_emails")).post(PAGE, sent)

    assert response.status_code == 422
    assert told in response.content.decode()
    if "reason" in sent:
        assert f'value="{sent["reason"]}"' in response.content.decode()
    assert not Export.objects.exists()


@pytest.mark.django_db
def test_an_account_has_one_made_at_a_time():
    client = signed_in(taker())
    client.post(PAGE, {"form": "wxr"})

    response = client.post(PAGE, {"form": "jsonl"}, follow=True)

    assert "لك تصدير يُعدّ الآن" in response.content.decode()
    assert Export.objects.get().form == Form.WXR


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_and_who_asked_gets_it_for_a_day(newspaper, folder):
    user = taker()
    client = signed_in(user)
    assert "لم تطلب تصديرًا بعد" in client.get(PAGE).content.decode()
    client.post(PAGE, {"form": "jsonl"})
    assert "data-export-progress" in client.get(PAGE).content.decode()

    desk.make_due()

    export = Export.objects.get()
    assert (export.state, export.is_offered) == (State.DONE, True)
    response = client.get(address_of(export))
    archive = zipfile.ZipFile(BytesIO(b"".join(response.streaming_content)))
    assert f"nashra-jsonl-{timezone.localdate():%Y-%m-%d}/article.jsonl" in archive.namelist()
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert [path.name for path in folder.iterdir()] == [f"{export.pk}.zip"]
    assert desk.path_of(export).stat().st_mode & 0o077 == 0
    assert signed_in(factories.superuser()).get(address_of(export)).status_code == 404
    user.groups.clear()
    assert client.get(address_of(export)).status_code == 403

    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert signed_in(taker()).get(address_of(export)).status_code == 404
    desk.forget_old()
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_addresses_come_with_it_for_who_may_have_them_and_are_told_of(newspaper):
    user = taker("export_emails")
    client = signed_in(user)
    client.post(PAGE, {"form": "jsonl", "with_emails": "on", "reason": "انتقال"})

    desk.make_due()

    export = Export.objects.get()
    packed = zipfile.ZipFile(desk.path_of(export))
    comments = next(name for name in packed.namelist() if name.endswith("/comment.jsonl"))
    assert canaries.address(1) in packed.read(comments).decode()
    assert privacy.disclosures_of_all().get().user == user
    assert "طلب تصديرًا مع عناوين القرّاء." in LogEntry.objects.values_list("change_message", flat=True)
    user.user_permissions.clear()
    assert client.get(address_of(export)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_right_meanwhile_gets_nothing(newspaper, folder):
    user = taker("export_emails")
    signed_in(user).post(PAGE, {"form": "jsonl", "with_emails": "on", "reason": "انتقال"})
    user.user_permissions.clear()

    with pytest.raises(exporting.PermissionDenied):
        desk.make_due()

    assert Export.objects.get().state == State.FAILED
    assert "PermissionDenied" in signed_in(user).get(PAGE).content.decode()
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_of_in_words_and_without_places(newspaper, folder, monkeypatch):
    client = signed_in(taker())
    client.post(PAGE, {"form": "wxr"})
    # More than any disk has.
    monkeypatch.setattr(whole_files, "LEAST_FREE_BYTES", 1 << 60)

    for _attempt in range(desk.MOST_ATTEMPTS):
        with pytest.raises(ExportError, match="nearly full"):
            desk.make_due()

    page = client.get(PAGE).content.decode()
    assert "قرص الموقع يكاد يمتلئ، فتُرك إعداد التصدير." in page
    assert "no room" not in page
    assert str(folder) not in page


@pytest.mark.django_db(transaction=True)
def test_what_the_worker_did_not_finish_it_goes_on_with(newspaper, monkeypatch):
    signed_in(taker()).post(PAGE, {"form": "wxr"})
    with monkeypatch.context() as patched:
        patched.setattr(desk, "_pack", _killed)
        with pytest.raises(KeyboardInterrupt):
            desk.make_due()
    assert Export.objects.get().state == State.RUNNING

    desk.make_due()

    assert Export.objects.get().state == State.DONE


def _killed(*_arguments):
    raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_a_file_is_removed_before_its_time_by_who_asked(newspaper, folder):
    user = taker()
    client = signed_in(user)
    client.post(PAGE, {"form": "wxr"})
    desk.make_due()
    export = Export.objects.get()
    assert signed_in(factories.superuser()).post(address_of(export, "remove")).status_code == 404

    client.post(address_of(export, "remove"))

    assert list(folder.iterdir()) == []
    assert "أُزيل ملفّه" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_a_file_that_lies_elsewhere_is_said_to():
    user = taker()
    export = Export.objects.create(
        form=Form.WXR, by=user, state=State.DONE, expires_at=timezone.now() + timedelta(hours=1)
    )

    response = signed_in(user).get(address_of(export), follow=True)

    assert "الملفّ ليس على هذا الجهاز" in response.content.decode()
