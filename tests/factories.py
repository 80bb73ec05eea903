"""Rows for tests: real ones, made by the verbs that make them on the site."""

import io
import itertools
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Picture

from articles import corrections, importing, library, publishing, revising
from articles.models import Article, Author, Correction, Image, Section, Series, Tag
from comments import moderation
from comments.models import Comment
from comments.submission import NewComment, Sender, submit

REPORTERS, EDITORS, MODERATORS = "مراسل", "محرّر", "مشرف تعليقات"
PHOTO_EDITORS, CHIEF_EDITORS, ADMINISTRATORS = "محرّر صور", "رئيس تحرير", "مدير الموقع"

_numbers = itertools.count(1)


def section(name: str = "تقنية") -> Section:
    return Section.objects.filter(name=name).first() or publishing.save_named(Section(name=name))


def author(name: str = "ليلى حدّاد") -> Author:
    return Author.objects.filter(name=name).first() or publishing.save_named(Author(name=name))


def tag(name: str = "OpenAI") -> Tag:
    return Tag.objects.filter(name=name).first() or publishing.save_named(Tag(name=name))


def series(name: str = "الذكاء الاصطناعي") -> Series:
    return Series.objects.filter(name=name).first() or publishing.save_named(Series(name=name))


def image(alt: str = "مقر OpenAI", size: tuple[int, int] = (480, 270), **texts) -> Image:
    """A picture of its own: the same pixels again would be the same row."""
    return library.add(picture(size), **{"alt": alt, "credit": "ليلى حدّاد"} | texts)


def picture(size: tuple[int, int] = (480, 270), kind: str = "PNG") -> bytes:
    """A file with a color of its own."""
    file = io.BytesIO()
    number = next(_numbers)
    # Neighbors among the colors would be one to JPEG.
    color = (number * 8 % 256, number // 32 * 8 % 256, number // 1024 * 8)
    Picture.new("RGB", size, color).save(file, kind)
    return file.getvalue()


def staff(group: str, username: str | None = None) -> User:
    user = User.objects.create_user(
        username or f"staff{next(_numbers)}", password="not a secret 1", is_staff=True
    )
    user.groups.add(Group.objects.get(name=group))
    return user


def superuser() -> User:
    return User.objects.create_superuser(f"root{next(_numbers)}", password="not a secret 1")


def draft(by: User | None = None, **fields) -> Article:
    authors = fields.pop("authors", None) or [author()]
    tags = fields.pop("tags", None) or []
    fields = {
        "headline": f"مايكروسوفت تعلن شراكة مع Mistral AI رقم {next(_numbers)}",
        "summary": "ميسترال لارج يحتل المرتبة الثانية بعد GPT-4.",
        "body": "<p>ستكون نماذج ميسترال متاحة في Microsoft Azure.</p>",
        "section": fields.pop("section", None) or section(),
    } | fields
    return publishing.save(Article(**fields), by=by, authors=authors, tags=tags)


def published(at=None, **fields) -> Article:
    return publishing.move(draft(**fields), "publish", by=None, at=at)


def taken_in(**fields) -> Article:
    """An article of an archive, as it came in."""
    fields = {
        "slug": "",
        "headline": f"من الأرشيف {next(_numbers)}",
        "summary": "ملخّص",
        "body": "<p>نص قديم.</p>",
        "section": fields.pop("section", None) or section(),
        "authors": (author(),),
        "tags": (tag(),),
        "published_at": timezone.now() - timedelta(days=9),
    } | fields
    prepared = importing.prepare(importing.OldArticle(**fields))
    with transaction.atomic():
        importing.take_in([prepared])
    return Article.objects.get(pk=prepared.article.pk)


def write(article, *, by=None, authors=None, tags=None, expected_version=None, note="", **fields) -> Article:
    """Save the article as its form does, with these fields changed."""
    article = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(article, name, value)
    return revising.save(
        article,
        by=by,
        expected_version=expected_version,
        authors=authors if authors is not None else [byline.author for byline in article.bylines.all()],
        tags=tags if tags is not None else article.tags.all(),
        note=note,
    )


def correction(article: Article, kind: str = "correction", note: str = "", **options) -> Correction:
    note = note or f"ورد في نسخة سابقة أن OpenAI طوّرت النموذج، والصحيح Mistral AI (رقم {next(_numbers)})."
    return corrections.add(article, kind, note, by=None, **options)


def new_comment(**fields) -> NewComment:
    number = next(_numbers)
    return NewComment(
        **{
            "author_name": f"قارئ {number}",
            "email": f"reader{number}@example.org",
            "website": "",
            "body": f"تعليق هادئ على OpenAI رقم {number}",
        }
        | fields
    )


def sent(article: Article, address: str | None = None, **fields) -> Comment:
    """A pending comment. Each comes from a network of its own unless `address` says otherwise."""
    number = next(_numbers)
    address = address or f"10.{number // 250 % 250}.{number % 250}.7"
    return submit(article, new_comment(**fields), Sender(address, "Firefox"))


def approved(article: Article, **fields) -> Comment:
    comment = sent(article, **fields)
    moderation.approve([comment], by=None)
    comment.refresh_from_db()
    return comment


_FLOOD = """
WITH made AS (
    INSERT INTO comments_comment
    SELECT made.* FROM (SELECT c AS row FROM comments_comment c WHERE id = %(first)s) first
    CROSS JOIN (
        SELECT place, nextval(pg_get_serial_sequence('comments_comment', 'id')) AS id
        FROM generate_series(1, %(count)s) AS place
    ) number
    CROSS JOIN LATERAL jsonb_populate_record(first.row, jsonb_build_object(
        'id', number.id,
        'root_id', number.id,
        'path', lpad(to_hex(number.id), 10, '0'),
        'article_id', (%(articles)s::bigint[])[1 + place %% cardinality(%(articles)s::bigint[])],
        'sender_fingerprint', md5((place %% 997)::text),
        'submission_fingerprint', md5('flood' || number.id),
        'receipt', md5('receipt' || number.id),
        'created_at', (first.row).created_at - make_interval(secs => %(count)s - place)
        {columns}
    )) made
    RETURNING id
)
SELECT id FROM made ORDER BY id
"""


def flood(articles: list[Article], count: int, **columns: str) -> list[int]:
    """Held comments by the thousand, in turn on each of `articles`, one a second up to now; their numbers.

    `columns` gives others by SQL expressions of `place`, which counts from 1. All else is as in one that was sent.
    """
    first = sent(articles[0])
    further = "".join(f", '{column}', {expression}" for column, expression in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _FLOOD.replace("{columns}", further.replace("%", "%%")),
            {"first": first.pk, "count": count, "articles": [article.pk for article in articles]},
        )
        numbers = [number for (number,) in cursor.fetchall()]
    first.delete()
    return numbers
