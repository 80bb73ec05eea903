"""The reasons for rejections, and the rules for comments, on the desk."""

import pytest
from django.urls import reverse

from comments import moderation
from comments.models import Policy, RejectionReason
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST = reverse("admin:comments_rejectionreason_changelist")
ADD = reverse("admin:comments_rejectionreason_add")
POLICY = reverse("admin:comments_policy_change", args=[1])


def _change(pk):
    return reverse("admin:comments_rejectionreason_change", args=[pk])


def _payload(**fields):
    return {"label": "إفشاء النهاية", "letter": "", "position": "5", "is_active": "on"} | fields


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("إفشاء النهاية", "إفشاء-النهاية"),
        ("Spoiler", "spoiler"),
        ("كلام طويل جدًّا يزيد على عشرين حرفًا", "كلام-طويل-جدا-يزيد"),
    ],
)
def test_a_new_reason_gets_its_code_from_its_label(client, moderator, label, code):
    client.post(ADD, _payload(label=label))

    assert RejectionReason.objects.get(label=label).code == code


def test_codes_do_not_meet(client, moderator):
    client.post(ADD, _payload(label="كلام طويل جدًّا يزيد على عشرين حرفًا"))
    client.post(ADD, _payload(label="كلام طويل جدًّا يزيد على مئة حرف"))

    codes = (
        RejectionReason.objects.filter(label__startswith="كلام")
        .order_by("label")
        .values_list("code", flat=True)
    )
    assert sorted(codes) == ["كلام-طويل-جدا-يزيد", "كلام-طويل-جدا-يزيد-2"]


def test_a_changed_label_keeps_the_code(client, moderator):
    client.post(_change("abuse"), _payload(label="كلام جارح"))

    assert RejectionReason.objects.get(code="abuse").label == "كلام جارح"


def test_the_new_reason_serves_on_the_desk(client, moderator):
    client.post(ADD, _payload(label="إفشاء النهاية"))
    comment = factories.sent(factories.published())

    moderation.reject([comment], by=moderator, reason="إفشاء-النهاية")

    assert comment.decisions.get().reason.label == "إفشاء النهاية"


def test_a_used_reason_is_not_deleted_but_switched_off(client):
    client.force_login(factories.superuser())
    moderation.reject([factories.sent(factories.published())], by=None, reason="abuse")

    delete = reverse("admin:comments_rejectionreason_delete", args=["abuse"])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.post(_change("abuse"), _payload(label="إساءة", is_active=""))

    assert not RejectionReason.objects.get(code="abuse").is_active


def test_one_reason_stays(client, moderator):
    RejectionReason.objects.exclude(code="abuse").update(is_active=False)

    client.post(_change("abuse"), _payload(label="إساءة", is_active=""))

    assert RejectionReason.objects.get(code="abuse").is_active


def test_the_list_does_not_switch_all_off(client, moderator):
    reasons = list(RejectionReason.objects.order_by("position", "label"))
    payload = {"form-TOTAL_FORMS": len(reasons), "form-INITIAL_FORMS": len(reasons), "_save": "1"}
    for number, reason in enumerate(reasons):
        payload |= {f"form-{number}-code": reason.code, f"form-{number}-position": reason.position}

    response = client.post(LIST, payload)

    assert response.status_code == 200
    assert RejectionReason.objects.filter(is_active=True).count() == len(reasons)


def test_the_first_nine_that_are_offered_have_keys(client, moderator):
    RejectionReason.objects.all().delete()
    for number in range(11):
        RejectionReason.objects.create(
            code=f"r{number}", label=f"سبب {number:02}", position=1, is_active=number != 1
        )

    listed = client.get(LIST).context["cl"].result_list
    shown = [client.get(LIST).context["cl"].model_admin.key(reason) for reason in listed]

    assert shown == [1, None, 2, 3, 4, 5, 6, 7, 8, 9, None]


def test_a_letter_is_previewed_without_being_saved(client, moderator):
    url = reverse("admin:comments_rejectionreason_preview")

    page = client.post(url, _payload(letter="عزيزي القارئ،\n\nلم ننشر <b>تعليقك</b>.")).content.decode()

    assert "<p>عزيزي القارئ،</p>" in page
    assert "&lt;b&gt;تعليقك&lt;/b&gt;" in page
    assert not RejectionReason.objects.filter(label="إفشاء النهاية").exists()
    assert client.get(url).status_code == 405


def test_reporters_see_no_reasons(client):
    client.force_login(factories.staff(factories.REPORTERS))

    assert client.get(LIST).status_code == 403
    assert client.post(reverse("admin:comments_rejectionreason_preview")).status_code == 403


def _rules(**fields):
    return {
        "mode": "unproven",
        "closes_after_days": "14",
        "is_night_on": "on",
        "night_from": "22:00",
        "night_until": "07:00",
        "approvals_for_trust": "3",
        "edit_minutes": "10",
        "network_limit": "30",
        "writer_limit": "10",
        "article_limit": "1000",
    } | fields


def test_the_rules_are_one_page(client):
    client.force_login(factories.staff(factories.EDITORS))

    assert client.get(reverse("admin:comments_policy_changelist"))["Location"] == POLICY
    client.post(POLICY, _rules())

    rules = Policy.objects.get()
    assert (rules.mode, rules.closes_after_days, rules.is_night_on) == ("unproven", 14, True)


def test_a_night_has_hours(client):
    client.force_login(factories.staff(factories.EDITORS))

    response = client.post(POLICY, _rules(night_from="22:00", night_until="22:00"))

    assert (response.status_code, Policy.objects.get().is_night_on) == (200, False)


def test_rules_are_neither_added_nor_deleted(client):
    client.force_login(factories.superuser())

    assert client.get(reverse("admin:comments_policy_add")).status_code == 403
    assert client.post(reverse("admin:comments_policy_delete", args=[1]), {"post": "yes"}).status_code == 403


def test_moderators_read_the_rules_and_do_not_change_them(client, moderator):
    assert client.get(POLICY).status_code == 200
    assert client.post(POLICY, _rules()).status_code == 403
