"""What the outbox says of the mails about comments."""

import re

import pytest
from django.contrib.auth.models import Permission

from comments import notifications
from newsroom.mail import outbox
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/outgoingmail/"


def _told(client, group):
    user = factories.staff(group)
    user.user_permissions.add(Permission.objects.get(codename="view_outgoingmail"))
    client.force_login(user)
    return re.findall(r'class="field-told">(.*?)</td>', client.get(LIST).text)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("reply:{}", "أنّ التعليق رقم {} ردّ على تعليق صاحب العنوان"),
        ("letter:{}", "سبب رفض التعليق رقم {}"),
        ("confirmation:{}:2026-11-26", "رابط لتأكيد عنوان صاحب التعليق رقم {}"),
    ],
)
def test_a_mail_about_a_comment_leads_moderators_to_it(client, key, words):
    comment = factories.sent(factories.published())
    outbox.enqueue(key=key.format(comment.pk), to="a@example.org", subject="بريد", text="نصّ")
    words = words.format(comment.pk)

    assert _told(client, factories.MODERATORS) == [
        f'<a href="/admin/comments/comment/{comment.pk}/change/">{words}</a>'
    ]
    assert _told(client, factories.REPORTERS) == [words]


def test_a_mail_about_the_queue_says_so(client):
    outbox.enqueue(key="queue:7:20261126010000", to="a@example.org", subject="بريد", text="نصّ")

    assert _told(client, factories.MODERATORS) == ["عدد التعليقات المنتظرة"]


def test_each_mail_that_is_sent_has_words(client):
    comment = factories.sent(factories.published())
    notifications.send_confirmation(comment)

    [told] = _told(client, factories.REPORTERS)

    assert told == f"رابط لتأكيد عنوان صاحب التعليق رقم {comment.pk}"
