"""`manage.py load_content`: an archive comes in as the verbs would have stored it, and what it answers to bad lines."""

import gc
import json
import re
from contextlib import suppress
from datetime import datetime
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from articles import first_revisions, importing, publishing, search_index
from articles.models import Article, Author, Revision, SearchEntry, Tag, Transition
from comments import learning, moderation, submission
from comments.models import Comment, Decision, Finding
from newsroom import content_import, encryption
from newsroom.jobs import JOBS
from tests import factories

pytestmark = pytest.mark.django_db

SECTION = {"type": "section", "slug": "تكنولوجيا", "name": "تكنولوجيا"}
ARTICLE = {
    "type": "article",
    "slug": "ميسترال-1",
    "title": "مايكروسوفت تعلن شراكة مع Mistral AI",
    "summary": "يحتل ميسترال لارج المرتبة الثانية بعد GPT-4.",
    "body_html": '<h2>نماذج C++</h2>\n<p>وفقا لـ <a href="https://example.com/1">OpenAI</a>، 5 %.</p>',
    "section": "تكنولوجيا",
    "tags": ["OpenAI", "ميسترال"],
    "author": "ليلى حسن",
    "published_at": "2024-02-27T09:00:00Z",
}
COMMENT = {
    "type": "comment",
    "article": "ميسترال-1",
    "parent": None,
    "name": "هدى K.",
    "email": "Reader1@Example.com",
    "body": "هل جربتم GPT-4 بعد؟\n\nأظن أن Claude-2 أفضل.",
    "created_at": "2024-02-27T09:03:00Z",
    "status": "approved",
}
ANSWER = COMMENT | {"parent": 0, "name": "Sami", "email": "reader2@example.com", "body": "لا أتفق."}
DEEPER = COMMENT | {"parent": 1, "name": "رنا", "email": "reader3@example.com", "body": "شكرًا."}
WAITING = COMMENT | {
    "email": "reader4@example.com",
    "body": "أرباح مضمونة https://a.example.com https://b.example.com",
    "status": "pending",
}
ARCHIVE = [SECTION, ARTICLE, COMMENT, ANSWER, DEEPER, WAITING]

# What is of the moment, drawn by chance, or a number that is drawn.
_BY_CHANCE = {
    Article: {"created_at"},
    Revision: {"id", "at", "applied_at"},
    Transition: {"id", "at"},
    SearchEntry: set(),
    Article.tags.through: {"id"},
    Comment: {"created_at", "email_encrypted", "receipt"},
    Decision: {"id", "act", "at"},
    Finding: {"id"},
}
# Known of whoever sends a comment himself, and forgotten after a month; noted for three days; of its own ten minutes.
_OF_THE_SENDING = {"sender_network", "sender_fingerprint", "likeness", "submission_fingerprint"}


@pytest.fixture
def archive(tmp_path):
    """A function that writes a file of lines, objects or texts, and returns its path."""

    def write(*lines):
        path = tmp_path / "archive.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(texts), "utf-8")
        return path

    return write


def load(path, processes=1):
    out = StringIO()
    call_command("load_content", str(path), "--processes", str(processes), stdout=out)
    return out.getvalue()


def send_by_the_verbs():
    """What ARCHIVE holds, line by line as people would do it."""
    article = Article(
        headline=ARTICLE["title"],
        slug=ARTICLE["slug"],
        summary=ARTICLE["summary"],
        body=ARTICLE["body_html"],
        section=factories.section(SECTION["name"]),
    )
    tags = [factories.tag(name) for name in ARTICLE["tags"]]
    publishing.save(article, authors=[factories.author(ARTICLE["author"])], tags=tags)
    publishing.move(article, "publish", by=None, at=datetime.fromisoformat(ARTICLE["published_at"]))
    sent = []
    for number, line in enumerate([COMMENT, ANSWER, DEEPER, WAITING]):
        parent = None if line["parent"] is None else Comment.objects.get(pk=sent[line["parent"]].pk)
        new = submission.NewComment(
            line["name"], line["email"].replace("E", "e"), "", line["body"], parent=parent
        )
        comment = submission.submit(article, new, submission.Sender(f"10.0.{number}.1", "Firefox"))
        if line["status"] == "approved":
            moderation.approve([comment], by=None)
        sent.append(comment)


def kept():
    """All rows that an archive makes, by model, without what is left to chance; numbers count from the first."""
    rows: dict[type, list[dict]] = {}
    for model, chance in _BY_CHANCE.items():
        # Tags of an article are a set.
        by = "tag_id" if model is Article.tags.through else "pk"
        found = list(model._default_manager.order_by(by).values())
        # What was approved is not judged again.
        if model is Finding:
            found = [row for row in found if row["comment_id"] == Comment.objects.latest("pk").pk]
        rows[model] = [{name: row[name] for name in row if name not in chance} for row in found]
    first = {model: model.objects.earliest("pk").pk for model in (Article, Comment)}
    of_comments = {"id": Comment, "root_id": Comment, "parent_id": Comment, "comment_id": Comment}
    for model, found in rows.items():
        for row in found:
            names = of_comments if model in (Comment, Decision, Finding) else {"id": Article}
            for name, kind in (names | {"article_id": Article}).items():
                if row.get(name) is not None:
                    row[name] -= first[kind]
            if model is Comment:
                row["path"] = [
                    int(row["path"][at : at + 10], 16) - first[Comment]
                    for at in range(0, len(row["path"]), 10)
                ]
                for name in _OF_THE_SENDING:
                    del row[name]
    return {model.__name__: found for model, found in rows.items()}


# What takes the long ways: another markup than plain blocks, references, escapes, and what an editor would paste.
HOSTILE = (
    '<h2 onclick="x">GPT-4 «"C++\\" &amp; \'.NET\'» مُحَمَّد ﷺ</h2><p>السعر -5 % و+963 11 555-1234\\n، نتيجة 3-2.</p>'
    '<p dir="ltr">Le Chat — "مسؤول" <b>user99</b> 3 تعليقات</p><script>alert(1)</script><p>سطر<br>وآخر\t&lt;p&gt;</p>'
    '<table><tr><td>1</td></tr></table><p>نص<small class="footnote">بـ OpenAI. Le Monde هي</small>\u202eعكس</p>'
    '<p class="MsoNormal"><o:p>من Word</o:p></p><h2>نماذج</h2><h3>نماذج</h3><p>ﻻ İ 😀</p>'
)


@pytest.mark.parametrize("body", [ARTICLE["body_html"], HOSTILE], ids=["plain", "hostile"])
def test_what_comes_in_is_what_the_verbs_would_have_stored(archive, monkeypatch, body):
    monkeypatch.setitem(ARTICLE, "body_html", body)
    # Entries of the search are found by the numbers of these.
    factories.section(SECTION["name"])
    factories.author(ARTICLE["author"])
    for name in ARTICLE["tags"]:
        factories.tag(name)
    before = transaction.savepoint()
    send_by_the_verbs()
    by_verbs = kept()
    transaction.savepoint_rollback(before)
    assert all(by_verbs.values())

    load(archive(*ARCHIVE[1:]))
    # Whoever changes it begins by that.
    first_revisions.keep(Article.objects.get().pk)

    assert kept() == by_verbs


def test_an_address_is_kept_encrypted_and_no_network(archive):
    load(archive(SECTION, ARTICLE, COMMENT))

    comment = Comment.objects.get()
    assert encryption.decrypt(comment.email_encrypted) == "Reader1@example.com"
    assert (comment.sender_network, comment.sender_fingerprint) == ("", "")


def test_a_comment_and_what_was_decided_over_it_are_of_the_hour_of_the_file(archive):
    load(archive(SECTION, ARTICLE, COMMENT))

    sent_at = datetime.fromisoformat(COMMENT["created_at"])
    assert Comment.objects.get().created_at == Decision.objects.get().at == sent_at


def test_the_index_of_the_search_is_what_the_articles_are(archive):
    load(archive(*ARCHIVE))

    assert search_index.drift() == search_index.Drift([], [], [])


def test_it_reports_what_it_stored(archive):
    report = load(archive(*ARCHIVE))

    assert re.fullmatch(
        r"Loaded 1 sections, 1 articles and 4 comments in \d+\.\d seconds;"
        r" made the indexes of searches and analyzed the tables in \d+\.\d more\. .+\s",
        report,
    )


def test_a_name_in_another_spelling_is_the_same(archive):
    factories.tag("ميسترال")

    load(archive(SECTION, ARTICLE | {"tags": ["ميسْترال", "OpenAI"]}))

    assert Article.objects.get().tags.count() == Tag.objects.count() == 2


def test_an_answer_finds_its_parent_in_an_earlier_batch(archive, monkeypatch):
    monkeypatch.setitem(content_import.BATCH, "comment", 1)

    load(archive(*ARCHIVE))

    assert list(Comment.objects.order_by("path").values_list("depth", flat=True)) == [0, 1, 2, 0]


def test_triage_learns_nothing_of_what_was_approved_elsewhere(archive):
    load(archive(*ARCHIVE))

    assert learning.learn_new() == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "It is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))."),
        ("[]", "It is no JSON object."),
        ({"type": "page"}, "Its type is 'page'; it must be section, article or comment."),
        (
            SECTION,
            (
                "There is a section “تكنولوجيا” or one with its address already: one that was made on the desk,"
                " or left by a load that ended early. Remove it there, or begin with a new database."
            ),
        ),
        (ARTICLE | {"type": ["article"]}, "Its type is ['article']; it must be section, article or comment."),
        (
            ARTICLE | {"type": "\x1b[31m" + "x" * 1_000},
            f"Its type is '\\x1b[31m{'x' * 279}…",
        ),
        (ARTICLE | {"title": None}, "`title` must be a text."),
        (ARTICLE | {"title": "\u200b"}, "`title` is empty."),
        (ARTICLE | {"title": "م" * 251}, "`title` is too long: 251 characters, 250 at most."),
        (ARTICLE | {"section": "رياضة"}, "There is no section with the address رياضة."),
        (ARTICLE | {"tags": "OpenAI"}, "`tags` must be a list of names."),
        (ARTICLE | {"published_at": "أمس"}, "`published_at` is no moment such as 2024-02-27T09:00:00Z."),
        (
            ARTICLE | {"published_at": "2024-02-27T09:00:00"},
            "`published_at` lacks its offset from UTC, such as Z or +03:00.",
        ),
        (
            COMMENT | {"created_at": "0001-01-01T00:00:00+14:00"},
            "`created_at` must lie between the years 1800 and 2200.",
        ),
        (
            COMMENT | {"created_at": "9999-12-31T23:59:59-14:00"},
            "`created_at` must lie between the years 1800 and 2200.",
        ),
        ("[" * 100_000, "It is no JSON (too deep)."),
        (COMMENT | {"article": "غيره"}, "There is no article with the address غيره."),
        (COMMENT | {"email": "reader"}, "`email` is no e-mail address."),
        (COMMENT | {"status": "spam"}, "`status` is 'spam'; it must be approved or pending."),
        (COMMENT | {"parent": -1}, "`parent` must be null or the place of a comment, from 0 on."),
        (COMMENT | {"parent": 1}, "What it answers is not among the comments before it."),
    ],
)
def test_a_bad_line_is_told_by_number_and_reason(archive, line, reason):
    path = archive(SECTION, ARTICLE, COMMENT, line)

    with pytest.raises(CommandError) as told:
        load(path)

    rest = "What came before its batch is stored; begin again with a new database."
    assert str(told.value) == f"{path}: Line 4: {reason} {rest}"


@pytest.mark.parametrize(
    "body_html",
    ["", '<p>نص</p><img src="/media/images/00/00.webp" alt="صورة">'],
    ids=["no body", "a picture"],
)
def test_an_article_that_cannot_stand_is_refused(archive, body_html):
    with pytest.raises(CommandError, match="Line 2: "):
        load(archive(SECTION, ARTICLE | {"body_html": body_html}))


def test_a_database_without_tables_is_told(archive, monkeypatch):
    monkeypatch.setattr(Article._meta, "db_table", "nothing")

    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        load(archive(SECTION))


def test_an_hour_to_come_is_refused(archive):
    with pytest.raises(CommandError, match="Line 2: "):
        load(archive(SECTION, ARTICLE | {"published_at": "2199-01-01T00:00:00Z"}))


def test_of_two_articles_with_one_address_the_later_is_told(archive):
    with pytest.raises(CommandError, match="Line 3: Line 2 has the same address: ميسترال-1\\."):
        load(archive(SECTION, ARTICLE, ARTICLE))


def test_of_a_batch_with_a_bad_line_nothing_is_stored(archive):
    with pytest.raises(CommandError):
        load(archive(SECTION, ARTICLE, COMMENT, COMMENT | {"parent": 7}))

    assert (Article.objects.count(), Comment.objects.count()) == (1, 0)


def test_a_site_with_articles_is_refused(archive):
    factories.draft()

    with pytest.raises(CommandError) as told:
        load(archive(*ARCHIVE))

    assert str(told.value) == (
        "The site has articles or comments already; an archive is loaded into an empty one."
    )


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_file_that_is_not_there_is_told(tmp_path, is_empty):
    if not is_empty:
        factories.draft()

    with pytest.raises(CommandError, match="There is no file"):
        load(tmp_path / "archive.jsonl")


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_the_same_number_of_queries(archive, count, django_assert_num_queries):
    load_names = archive(SECTION, *({**ARTICLE, "slug": f"م-{number}"} for number in range(count)))
    factories.author(ARTICLE["author"])
    for name in ARTICLE["tags"]:
        factories.tag(name)

    with django_assert_num_queries(78):
        load(load_names)


@pytest.mark.django_db(transaction=True)
def test_two_processes_store_what_one_does(archive):
    others = [ARTICLE | {"slug": f"م-{number}"} for number in range(3)]
    answers = [line | {"article": article["slug"]} for article in others for line in (COMMENT, ANSWER)]

    load(archive(SECTION, *others, *answers), processes=2)

    assert (Article.objects.count(), Author.objects.count(), Tag.objects.count()) == (3, 1, 2)
    assert Comment.objects.filter(depth=1).count() == 3


def test_addresses_that_differ_by_their_end_stay_apart(archive):
    long = "-".join(["الاستقلالية"] * 10)
    stories = [ARTICLE | {"slug": f"{long}-{number}"} for number in (1, 2)]
    load(archive(SECTION, *stories, COMMENT | {"article": f"{long}-2"}))

    assert set(Article.objects.values_list("slug", flat=True)) == {f"{long}-1", f"{long}-2"}
    assert Comment.objects.get().article.slug == f"{long}-2"


LATE_INDEXES = {"searched_text", "searched_key", "searched_keys"}


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("last", [COMMENT, COMMENT | {"parent": 7}], ids=["whole", "with a bad line"])
def test_indexes_that_were_put_off_are_there_in_the_end(archive, last):
    before = indexes()
    assert before.keys() >= LATE_INDEXES

    with suppress(CommandError):
        load(archive(SECTION, ARTICLE, last))

    assert indexes() == before


def test_while_articles_come_in_the_indexes_of_searches_are_put_off(archive, monkeypatch):
    store, seen = importing.take_in, []
    monkeypatch.setattr(importing, "take_in", lambda prepared: (seen.append(indexes()), store(prepared)))

    load(archive(SECTION, ARTICLE))

    assert [LATE_INDEXES & there.keys() for there in seen] == [set()]


def test_the_worker_makes_what_a_load_that_was_killed_put_off():
    before = indexes()
    importing.put_off_indexes()
    assert not LATE_INDEXES & indexes().keys()

    (job,) = (job for job in JOBS if job.run is importing.make_indexes)
    job.run()

    assert indexes() == before


def test_while_an_archive_comes_in_the_worker_leaves_them_to_it():
    importing.put_off_indexes()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock_shared(%s)", [importing._INDEXING])
        importing.make_indexes()
        assert not LATE_INDEXES & indexes().keys()
        # At the end of a connection it is let go of a moment later.
        other.execute("SELECT pg_advisory_unlock_shared(%s)", [importing._INDEXING])

    importing.make_indexes()

    assert indexes().keys() >= LATE_INDEXES


def test_to_see_that_all_indexes_are_there_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        importing.make_indexes()


def test_a_line_that_tells_two_types_is_refused(archive):
    line = json.dumps(ARTICLE)[:-1] + ', "type": "comment"}'
    with pytest.raises(CommandError, match=r"Line 2: It tells two types\."):
        load(archive(SECTION, line))


def test_a_type_that_comes_late_or_between_spaces_is_found(archive):
    late = {name: ARTICLE[name] for name in reversed(ARTICLE)}
    spaced = json.dumps(ARTICLE | {"slug": "م-2"}).replace('{"type": ', ' { "type" : ')

    load(archive(SECTION, late, spaced))

    assert Article.objects.count() == 2


def test_garbage_is_collected_afterwards_as_before(archive, monkeypatch):
    monkeypatch.setattr(content_import, "_SWEPT_AFTER", 1)
    store, seen = importing.take_in, []
    monkeypatch.setattr(importing, "take_in", lambda prepared: (seen.append(gc.isenabled()), store(prepared)))

    load(archive(SECTION, ARTICLE))

    assert (seen, gc.isenabled(), gc.get_freeze_count()) == ([False], True, 0)


def test_a_name_is_looked_for_once_in_an_archive(archive, monkeypatch):
    monkeypatch.setitem(content_import.BATCH, "article", 1)
    asked = []
    called = type(Tag.objects).called
    monkeypatch.setattr(
        type(Tag.objects), "called", lambda kind, name: (asked.append(name), called(kind, name))[1]
    )

    load(archive(SECTION, *(ARTICLE | {"slug": f"م-{number}"} for number in range(4))))

    # Once before the lock under which it is made, once under it.
    assert asked.count("OpenAI") == 2
