"""What WordPress reads of our WXR, by either of its ways, and what stands where."""

import json
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from comments import moderation
from comments.models import Comment, Status
from newsroom.exports import exporting, wxr
from newsroom.exports.models import Form
from tests import factories, wordpress_readers


@pytest.fixture
def read(newspaper, tmp_path):
    exporting.export(Form.WXR, tmp_path / "made")
    return wordpress_readers.by_parser(tmp_path / "made" / wxr.FILE)


def post_of(read, number, kind="post"):
    return next(post for post in read["posts"] if (post["post_type"], post["post_id"]) == (kind, str(number)))


@pytest.mark.django_db(transaction=True)
def test_wordpress_reads_the_same_by_its_parser_and_by_its_expressions(newspaper, tmp_path):
    exporting.export(Form.WXR, tmp_path / "made")

    by_parser = wordpress_readers.by_parser(tmp_path / "made" / wxr.FILE)
    by_expressions = wordpress_readers.by_expressions(tmp_path / "made" / wxr.FILE)

    for post in by_expressions["posts"]:
        # A line that ends is one to its expressions, however it ended.
        post["post_content"] = post["post_content"].strip()
        for comment in post["comments"]:
            comment["comment_author_url"] = unescape(comment["comment_author_url"])
    assert by_expressions == by_parser


@pytest.mark.django_db(transaction=True)
def test_an_article_is_a_post_with_all_that_it_has(read, newspaper):
    article = newspaper.article

    post = post_of(read, article.pk)

    local = article.published_at.astimezone(ZoneInfo("Asia/Riyadh"))
    assert {
        name: post[name] for name in ("post_title", "post_name", "status", "comment_status", "post_date")
    } == {
        "post_title": "شركة R&amp;D تطلق &lt;b&gt; و]]&gt; جديدًا",
        "post_name": article.slug,
        "status": "publish",
        "comment_status": "open",
        "post_date": f"{local:%Y-%m-%d %H:%M:%S}",
    }
    assert post["terms"] == [
        ("category", "تقنية", "تقنية"),
        ("post_tag", "openai", "OpenAI"),
        ("post_tag", "لغة-c", "لغة C++"),
    ]
    meta = dict(post["postmeta"])
    assert post_of(read, meta["_thumbnail_id"], "attachment")["attachment_url"].endswith(
        newspaper.picture.src
    )
    assert json.loads(meta["nashra_authors"]) == ["ليلى حدّاد", "سامي K."]
    assert [note["kind"] for note in json.loads(meta["nashra_corrections"])] == ["correction"]
    assert (meta["nashra_kicker"], meta["nashra_series"]) == ("عن C++", "الذكاء الاصطناعي")


@pytest.mark.django_db(transaction=True)
def test_a_body_says_the_same_where_ends_of_lines_are_breaks_and_words_in_brackets_are_codes(read, newspaper):
    content = post_of(read, newspaper.article.pk)["post_content"]

    assert "<p>نصّ &#91;gallery] عن <em>R&amp;D</em>.</p>" in content
    assert "<pre>سطر\nآخر</pre>" in content
    assert f'src="http://127.0.0.1:8000{newspaper.picture.src}"' in content


@pytest.mark.django_db(transaction=True)
def test_what_readers_do_not_see_is_not_public_there(read, newspaper):
    found = {post["post_title"]: post["status"] for post in read["posts"] if "كتومة" in post["post_title"]}

    assert found == {
        "مسوّدة-كتومة": "draft",
        "مسوّدة-كتومة 2": "pending",
        "مسوّدة-كتومة 3": "future",
        "مسوّدة-كتومة 4": "private",
    }


@pytest.mark.django_db(transaction=True)
def test_comments_have_their_threads_states_and_both_clocks(read, newspaper):
    comments = post_of(read, newspaper.article.pk)["comments"]

    root, answer = newspaper.root, newspaper.answer
    assert [(comment["comment_approved"], comment["comment_parent"]) for comment in comments] == [
        ("1", "0"), ("1", str(root.pk)), ("1", str(answer.pk)), ("0", "0"), ("trash", "0"),
    ]  # fmt: skip
    assert comments[0]["comment_content"] == "أوّل &lt;b&gt;رأي&lt;/b&gt; &amp; [caption]\n\nسطر"
    assert comments[1]["comment_author_url"] == "https://example.org/?a=1&b=2"
    dates = [datetime.fromisoformat(comments[0][name]) for name in ("comment_date", "comment_date_gmt")]
    assert (dates[0] - dates[1]).total_seconds() == 3 * 3600
    assert {comment["comment_author_email"] + comment["comment_author_IP"] for comment in comments} == {""}


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_what_nobody_sees_waits_there(newspaper, tmp_path):
    newspaper.root.refresh_from_db()
    moderation.decide({newspaper.root.pk: newspaper.root.version}, Status.SPAM, by=None)
    assert not Comment.objects.get(pk=newspaper.answer.pk).is_shown

    exporting.export(Form.WXR, tmp_path / "made")

    read = wordpress_readers.by_parser(tmp_path / "made" / wxr.FILE)
    comments = post_of(read, newspaper.article.pk)["comments"]
    assert [comment["comment_approved"] for comment in comments] == ["spam", "0", "0", "0", "trash"]


@pytest.mark.django_db(transaction=True)
def test_numbers_of_posts_are_those_of_articles_and_none_comes_twice(read, newspaper):
    numbers = [post["post_id"] for post in read["posts"]]

    assert len(numbers) == len(set(numbers))
    assert {str(newspaper.article.pk), str(newspaper.draft.pk)} <= set(numbers)


def test_characters_that_no_document_holds_are_left_out(tmp_path):
    hostile = "أ\x00ب\x0b\ud800\ufffe]]>ج"

    assert wxr._cdata(hostile) == "<![CDATA[أب]]]]><![CDATA[>ج]]>"


@pytest.mark.django_db(transaction=True)
def test_an_empty_newspaper_is_a_document_too(tmp_path):
    factories.section()

    exporting.export(Form.WXR, tmp_path / "made")

    read = wordpress_readers.by_parser(tmp_path / "made" / wxr.FILE)
    assert (read["version"], [post["post_type"] for post in read["posts"]]) == ("1.2", ["page"] * 3)
