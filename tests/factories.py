"""Rows for tests: real ones, made by the verbs that make them on the site."""

import io
import itertools

from django.contrib.auth.models import Group, User
from PIL import Image as Picture

from articles import publishing
from articles.models import Article, Author, Image, Section, Tag
from comments import moderation
from comments.models import Comment
from comments.submission import NewComment, Sender, submit

REPORTERS, EDITORS, MODERATORS = "مراسل", "محرّر", "مشرف تعليقات"

_numbers = itertools.count(1)


def section(name: str = "تقنية") -> Section:
    return Section.objects.filter(name=name).first() or publishing.save_named(Section(name=name))


def author(name: str = "ليلى حدّاد") -> Author:
    return Author.objects.filter(name=name).first() or publishing.save_named(Author(name=name))


def tag(name: str = "OpenAI") -> Tag:
    return Tag.objects.filter(name=name).first() or publishing.save_named(Tag(name=name))


def image(alt: str = "مقر OpenAI", **texts) -> Image:
    """A picture of its own: the same pixels again would be the same row."""
    file = io.BytesIO()
    number = next(_numbers)
    Picture.new("RGB", (480, 270), (number % 256, number // 256, 0)).save(file, "PNG")
    return publishing.add_image(file.getvalue(), alt=alt, **texts)


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
