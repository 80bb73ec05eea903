"""Mails as a mail program shows them: their HTML, as it came in at a real server, in a page that runs the other way."""

from email.header import decode_header

import pytest
from django.utils import timezone

from comments import moderation, notifications
from comments.models import RejectionReason
from newsroom.mail import sending
from newsroom.mail.models import OutgoingMail
from tests import factories
from tests.visual_order import SEEN

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "OpenAI تطلق C++ الجديدة"
# Mail programs take what stands in the body and drop what is around it.
SHOW = """(html) => {
    const mail = new DOMParser().parseFromString(html, "text/html");
    const {lang, dir} = mail.documentElement;
    document.body.innerHTML = mail.body.innerHTML;
    const shown = [...document.querySelectorAll("p, small, a, strong")].map((element) =>
        [getComputedStyle(element).direction, element.closest("[lang]")?.lang]);
    return {lang, dir, shown: [...new Set(shown.map(String))]};
}"""


@pytest.fixture
def mails(mail_server):
    """What writers of comments get, oldest first."""
    comment = factories.sent(
        factories.published(headline=HEADLINE), author_name="user99", email="a@example.org"
    )
    moderation.reject([comment], by=None, reason="abuse")
    notifications.send_letter(comment, RejectionReason.objects.get(pk="abuse"))
    asked = factories.sent(factories.published(headline=HEADLINE), email="b@example.org")
    notifications.send_confirmation(asked)
    OutgoingMail.objects.update(next_at=timezone.now())
    assert sending.send_due() == 2
    return mail_server.mails()


def test_a_mail_reads_from_right_to_left_in_any_program(browser, mails):
    program = browser.new_page()
    program.set_content('<!doctype html><html lang="en"><body></body></html>')

    shown = [program.evaluate(SHOW, mail.get_body(["html"]).get_content()) for mail in mails]
    program.evaluate(SHOW, mails[0].get_body(["html"]).get_content())
    headline = program.evaluate(SEEN, "strong bdi:not(bdi bdi)")
    program.close()

    assert shown == [{"lang": "ar", "dir": "rtl", "shown": ["rtl,ar"]}] * 2
    assert [mail["Content-Language"] for mail in mails] == ["ar", "ar"]
    assert headline[0] == "ةديدجلا C++ قلطت OpenAI"


def test_the_subject_of_a_mail_is_whole_in_each_of_its_words(mails, mail_server):
    head = mail_server.raw()[0].partition("\r\n\r\n")[0].replace("\r\n ", " ")
    [subject] = [
        line.removeprefix("Subject: ") for line in head.split("\r\n") if line.startswith("Subject: ")
    ]

    words = subject.split()

    # RFC 2047: at most 75 characters, and each decodes by itself.
    assert max(map(len, words)) <= 75
    decoded = [text.decode(charset) for word in words for text, charset in decode_header(word)]
    assert "".join(decoded) == mails[0]["Subject"] == f"لم يُنشر تعليقك: \u2067{HEADLINE}\u2069"
