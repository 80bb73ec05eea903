"""Comments of WordPress as those that come in here."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from comments.models import BODY_MAX_LENGTH, Status
from newsroom.wordpress import discussion
from newsroom.wordpress.moments import moment
from newsroom.wordpress.wxr import OldComment

NOW = datetime(2024, 1, 1, tzinfo=UTC)
SPARE = datetime(2019, 5, 1, tzinfo=UTC)


def comment(number: int, **given) -> OldComment:
    values = {
        "author": "ليلى", "email": "a@example.com", "url": "", "date": "", "date_gmt": f"2019-05-18 09:00:{number:02}",
        "content": "نص", "approved": "1", "kind": "comment", "parent": 0,
    } | given  # fmt: skip
    return OldComment(number, **values)


def read(*comments: OldComment) -> discussion.Discussion:
    zone = ZoneInfo("Asia/Riyadh")
    return discussion.read(comments, lambda gmt, local: moment(gmt, local, zone), SPARE, NOW)


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", Status.APPROVED),
        ("0", Status.PENDING),
        ("spam", Status.SPAM),
        ("trash", Status.REJECTED),
        ("x", Status.PENDING),
    ],
)
def test_the_status_is_kept(approved, status):
    assert [each.status for _number, each in read(comment(1, approved=approved)).comments] == [status]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "pingback"}, "pingback"),
        ({"kind": "trackback"}, "pingback"),
        ({"kind": "order_note"}, "comment_kind"),
        ({"content": " \n "}, "comment_empty"),
        ({"content": "<script>x</script>"}, "comment_empty"),
    ],
)
def test_what_is_no_comment_is_left(given, reason):
    made = read(comment(1, **given))

    assert (made.comments, made.left) == ([], [(1, reason)])


def test_answers_stand_behind_what_they_answer_whatever_their_dates():
    made = read(
        comment(1, parent=3), comment(2), comment(3, date_gmt="2019-05-19 09:00:00"), comment(4, parent=1)
    )

    assert [number for number, _each in made.comments] == [2, 3, 1, 4]
    assert [each.parent for _number, each in made.comments] == [None, None, 1, 2]


@pytest.mark.parametrize(
    ("comments", "reason"),
    [
        ([comment(1, parent=9)], "comment_orphan"),
        ([comment(1, parent=1)], "comment_orphan"),
        ([comment(1, approved="spam"), comment(2, parent=1)], "comment_unshown"),
    ],
    ids=["nobody", "itself", "what is not shown"],
)
def test_what_answers_nothing_that_is_shown_stands_by_itself(comments, reason):
    made = read(*comments)

    assert {each.parent for _number, each in made.comments} == {None}
    assert made.changed == {reason: 1}


def test_a_circle_is_cut_once():
    made = read(comment(1, parent=3), comment(2, parent=1), comment(3, parent=2))

    assert [(number, each.parent) for number, each in made.comments] == [(1, None), (2, 0), (3, 1)]


def test_ten_thousand_answers_in_a_row_come_in():
    made = read(
        *(comment(number, parent=number - 1, date_gmt="2019-05-18 09:00:00") for number in range(1, 10_001))
    )

    assert [each.parent for _number, each in made.comments] == [None, *range(9_999)]


@pytest.mark.parametrize(
    ("gmt", "local", "expected"),
    [
        ("2019-05-18 09:00:00", "2019-05-18 23:00:00", datetime(2019, 5, 18, 9, tzinfo=UTC)),
        ("0000-00-00 00:00:00", "2019-05-18 12:00:00", datetime(2019, 5, 18, 9, tzinfo=UTC)),
        ("", "", SPARE),
        ("2100-01-01 00:00:00", "", SPARE),
        ("نص", "2019-13-45", SPARE),
    ],
    ids=["GMT", "the zone of the site", "none", "to come", "nonsense"],
)
def test_the_date_is_that_in_gmt_else_that_of_the_site(gmt, local, expected):
    assert [each.created_at for _number, each in read(comment(1, date_gmt=gmt, date=local)).comments] == [
        expected
    ]


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("أ &amp; ب", "أ & ب"),
        ("سطر\nسطر", "سطر\nسطر"),
        ("سطر<br />\nسطر<p>فقرة</p>", "سطر\nسطر\n\nفقرة"),
        ('<a href="https://example.com/x">هنا</a>', "هنا (https://example.com/x)"),
        ('<a href="https://example.com/x">example.com/x</a>', "example.com/x"),
        ("<b>غامق</b> <img src=x onerror=alert(1)>", "غامق"),
    ],
)
def test_markup_is_read_as_text(content, body):
    assert [each.body for _number, each in read(comment(1, content=content)).comments] == [body]


def test_what_does_not_fit_is_changed_and_counted():
    made = read(
        comment(1, author="", email="لا شيء", url="javascript:x", content="س" * (BODY_MAX_LENGTH + 9))
    )

    (_number, one), *_none = made.comments
    assert (one.author_name, one.email, one.website, len(one.body)) == ("بلا اسم", "", "", BODY_MAX_LENGTH)
    assert made.changed == {"comment_name": 1, "comment_email": 1, "comment_cut": 1}
