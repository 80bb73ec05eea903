"""Hostile strings in every text of a site that somebody can write, and every page on which they then stand."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from articles import corrections, front_page, publishing, reviewing, saved_views, search_index, site_pages
from articles.models import Article, Image, Section, SitePage
from comments import moderation, notifications, responses
from comments.models import Comment, RejectionReason
from comments.submission import Sender, SubmissionError, submit
from newsroom.federation.models import Actor
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from newsroom.newsletter import digest
from newsroom.staff import letters
from newsroom.text import short_codes
from tests import desk_pages, desk_walk, factories
from tests.desk_roles import ROOT, taken_back
from tests.desk_walk import World
from tests.public_site import ADDRESSES

# What nobody writes: the site makes it of the rest, or it names something.
_MADE = re.compile(
    r"slug|path|sort_key|search_\w+|body_html|outline|digest|\w*fingerprint|\w*_encrypted|key|receipt|code|password"
    r"|\w*direction|language|sender_network|credential\w*|session_\w+|message_id|object_id|change_message|content"
    r"|codename|app_label|model|picks|pressed|facts|evidence|rule|move|gram|word|spelling|values|email|query|username"
    r"|host|lane|signer|kind|handle|uri|\w*inbox|activity_id"
)
APPS = {
    "admin", "articles", "auth", "comments", "mail", "staff", "api", "webhooks", "exports", "newsletter", "federation",
    "deliveries",
}  # fmt: skip
# In the menu, at the foot and at the head of the desk.
_ON_EVERY_PAGE = {(Section, "name"), (SitePage, "title"), (User, "first_name"), (User, "last_name")}
# What tells by an index whether a text is there, which the texts of this are too long for.
_NEED_AN_INDEX = {"comments_watchedword_import"}
# Nothing is published with a picture that is not in the library.
_PICTURE = re.compile(r"/media/[\w.]*")
# Typed by people: what the tests send to forms in Arabic.
_TYPED = re.compile(r"[\u0600-\u06ff]")


def widen() -> int:
    """Let every column that somebody writes take a text of any length; return how many these are."""
    columns = [(model._meta.db_table, field.column) for model, field in typed_columns()]
    tables = sorted({table for table, _column in columns})
    with connection.cursor() as cursor:
        # No text of ten kilobytes fits into an index, and none of these has to be found by one.
        cursor.execute(
            """SELECT DISTINCT i.indexrelid::regclass::text, c.conname, i.indrelid::regclass::text
            FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
            JOIN pg_attribute a ON a.attrelid = i.indexrelid
            WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
              AND (a.attname = ANY(%s) OR a.attname = 'sort_key')""",
            [tables, sorted({column for _table, column in columns})],
        )
        for index, constraint, table in cursor.fetchall():
            if constraint:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
            else:
                cursor.execute(f"DROP INDEX {index}")
        cursor.execute(
            """SELECT conrelid::regclass::text, conname FROM pg_constraint
            WHERE conrelid = ANY(%s::regclass[]) AND contype = 'c' AND pg_get_constraintdef(oid) ~ 'length'""",
            [tables],
        )
        for table, constraint in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
        # Nothing else lets triggers and constraints on them stand.
        cursor.execute(
            """UPDATE pg_attribute SET atttypmod = -1
            WHERE attrelid = ANY(%s::regclass[]) AND atttypid = 'varchar'::regtype
              AND (attname = ANY(%s) OR attname = 'sort_key')""",
            [tables, sorted({column for _table, column in columns})],
        )
        # Whatever is altered: tables of short texts alone get a place for long ones.
        for table, column in columns:
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STORAGE EXTENDED')
    return len(columns)


def typed_columns() -> Iterator[tuple]:
    """Models with each of their columns of text that somebody or something from outside writes."""
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            is_typed = not (field.primary_key or field.choices or _MADE.fullmatch(field.name))
            if is_text and is_typed and field.model is model:
                yield model, field


class Round:
    """Some of the strings, in every text of the site and on every page of it.

    `judge` takes a kind, an answer and whether it is to be shown in a browser; `judge_mail` the name of a mail and its
    HTML.
    """

    def __init__(
        self,
        world: World,
        these: list[str],
        number: int,
        *,
        judge: Callable[[str, HttpResponse, bool], None],
        judge_mail: Callable[[str, str], None],
    ) -> None:
        self.world, self.number = world, number
        self._judge, self._judge_mail = judge, judge_mail
        # No form lets it in, and no column takes it.
        self.these = [text.replace("\0", "") for text in these]
        self.joined = " ".join(self.these)
        self.filled: set[str] = set()
        self._opened: set[tuple[Client, str]] = set()

    def fill(self) -> None:
        """What verbs have not written."""
        of_one_thing = {(type(row), row.pk) for row in (self.tag, self.author, self.series, self.picture)}
        # Bodies and their like are what a verb makes of them.
        by_verbs = {"articles.Article", "articles.SitePage", "articles.PageEdition", "comments.Comment",
            "federation.Actor",
        }  # fmt: skip
        by_model: dict = {}
        for model, field in typed_columns():
            if model._meta.label not in by_verbs:
                by_model.setdefault(model, []).append(field)
        for model, fields in by_model.items():
            rows = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
            columns = ", ".join(f'"{field.column}" = %s' for field in fields)
            key = model._meta.pk.column
            with connection.cursor() as cursor:
                # Of some tables no row is ever changed, and a change of others is written down.
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.executemany(
                    f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{key}" = %s',
                    [
                        [*(self._text(field, place, (model, row) in of_one_thing) for field in fields), row]
                        for place, row in enumerate(rows)
                    ],
                )
                cursor.execute("SET LOCAL session_replication_role = origin")
            self.filled |= {f"{model._meta.label}.{field.name}" for field in fields if rows}

    def _text(self, field: models.Field, place: int, is_one_thing: bool) -> str:
        """All of them in the rows that pages of one thing are about, and in the first; one in each other, and in what
        stands on every page."""
        is_long = is_one_thing or (not place and (field.model, field.name) not in _ON_EVERY_PAGE)
        text = self.joined if is_long else self.these[place % len(self.these)]
        # Of some nothing is left, and a picture wants a word.
        return field.get_prep_value(field.to_python(text)) or "x"

    def write(self) -> None:
        """By the verbs of the site."""
        world, now = self.world, timezone.now()
        strings, joined = self.these, self.joined
        # As it was before the round before, whose section is no more.
        whole = world.article
        whole.refresh_from_db()
        known = factories.image().src
        tags = [factories.tag(text) for text in strings if text.strip()]
        authors = [factories.author(text) for text in strings if text.strip()]
        self.section = publishing.save_named(Section(name=strings[0], description=joined))
        self.tag, self.author = factories.tag(joined), factories.author(joined)
        self.series = factories.series(joined)
        desk_pages.multiply(
            Image.objects.order_by("pk").first(), len(strings), digest=f"md5('p{self.number}-' || place)"
        )
        images = list(Image.objects.order_by("-pk")[: len(strings)])
        self.articles = []
        for place, text in enumerate(strings):
            article = Article(
                section=world.article.section, headline=text.strip() or "عنوان", kicker=text, summary=text,
                source_name=text, source_url=f"https://example.org/{quote(text)}",
                body=f"<p>نصّ</p>{_PICTURE.sub(known, text)}", slug=f"{self.number}-{place}-{text[:20]}",
                hero=images[place], status=Article.Status.PUBLISHED, published_at=now - timedelta(seconds=place),
            )  # fmt: skip
            publishing.save(article, authors=authors[place : place + 1], tags=tags[place : place + 1])
            self.articles.append(article)
        # Of one thing: all of them in each line, and as many bodies as a page takes behind one another.
        whole.headline = whole.kicker = whole.summary = whole.source_name = joined
        whole.body = "\n".join(f"<p>نصّ</p>{_PICTURE.sub(known, text)}" for text in strings)
        self.picture = Image.objects.order_by("pk").first()
        whole.hero, whole.section, whole.series = self.picture, self.section, self.series
        whole.published_at = now
        publishing.save(whole, authors=[self.author], tags=[self.tag, *tags[:20]])
        draft = world.draft
        draft.refresh_from_db()
        draft.headline = draft.kicker = draft.summary = draft.source_name = joined
        draft.body = whole.body
        publishing.save(draft, by=None, authors=[self.author], tags=[self.tag], note=joined[:200])
        reviewing.add_note(draft, joined[:2000], by=world.root)
        saved_views.save(world.root, joined[:60], "state=draft")
        corrections.add(self.articles[0], "correction", joined[:1000], by=None)
        self.page = SitePage(
            title=strings[0], body=whole.body.replace("<img", "<b"), language="ar", position=7
        )
        site_pages.save(self.page, by=None)
        front_page.arrange(
            front_page.Choice(
                banner=strings[0][:140], banner_link="/", banner_ends_at=now + timedelta(hours=1)
            ),
            by=None,
        )
        self._discuss(whole)
        for user in (world.root, world.writer):
            user.first_name = user.last_name = joined
            letters.tell(user, letters.REMOVED, joined)
            letters.invite(user, world.root)
            letters.reset(user)
        Group.objects.get_or_create(name=joined)
        outbox.enqueue(key=f"x{self.number}", to="a@example.org", subject=joined, text=joined)
        while search_index.refresh():
            pass

    def _discuss(self, whole: Article) -> None:
        strings, joined = self.these, self.joined
        sent, self.held = [], []
        for place, text in enumerate([joined, *strings]):
            article = whole if place < 50 else self.articles[place % len(self.articles)]
            for body, into in ((f"{place} {text}", sent), (f"ينتظر {place} {text}", self.held)):
                new = factories.new_comment(
                    author_name=text.strip() or "قارئ", body=body, wants_replies=True,
                    website=f"https://example.org/{text}",
                )  # fmt: skip
                sender = Sender(f"10.{place % 250}.{len(into) % 250}.1", text[:200])
                with suppress(SubmissionError):
                    into.append(submit(article, new, sender))
        moderation.approve(sent, by=None)
        shown = [comment for comment in sent if Comment.objects.shown().filter(pk=comment.pk).exists()]
        self.shown, self.receipt = shown[0], self.held[0]
        for place, (comment, text) in enumerate(zip(shown, strings, strict=False)):
            responses.report(comment, "abuse", text[:500], address=f"198.51.{place % 250}.4")
        for comment, text in zip(self.held[:20], strings, strict=False):
            moderation.add_note(comment, text[:2000] or "x", by=self.world.root)
        rejected = self.held[-10:]
        reason = RejectionReason.objects.get(pk="abuse")
        reason.label = reason.letter = joined
        reason.save()
        moderation.decide(
            {comment.pk: comment.version for comment in rejected}, "rejected", by=self.world.root, reason="abuse",
            note=joined, letter=True,
        )  # fmt: skip
        notifications.send_letters(rejected, reason)
        notifications.send_confirmation(self.held[1])
        factories.approved(whole, parent=self.shown, author_name=joined, body=joined)

    def open(self) -> None:
        host = urlsplit(settings.SITE_URL).netloc
        reader, root = Client(HTTP_HOST=host), self.world.clients[ROOT]
        root.defaults["HTTP_HOST"] = host
        today = timezone.localdate()
        whole = self.world.article
        values = {
            "article": whole.pk, "slug": "x", "words": quote(self.these[0][:60]), "comment": self.shown.pk,
            "year": today.year, "month_of_year": f"{today.month:02}", "day": f"{today.day:02}",
            "month": f"{today:%Y-%m}", "site": settings.SITE_URL, "code": short_codes.encode(whole.pk),
            "actor": Actor.objects.earliest("pk").pk,
            **{kind: getattr(self, kind).pk for kind in ("section", "tag", "author", "series", "page")},
            **dict.fromkeys(("section_slug", "tag_slug", "author_slug", "series_slug", "page_slug"), "x"),
        }  # fmt: skip
        pages = [address.format(**values) for many in ADDRESSES.values() for address in many]
        own = [
            f"/comments/mine/{self.receipt.receipt}/{what}" for what in ("", "edit/", "withdraw/", "confirm/")
        ]
        lists = [self.articles[0].section.get_absolute_url(), *(f"/?page={number}" for number in (2, 3))]
        for language in ("", "/en"):
            for address in [*pages, *own, *lists]:
                if not language or address.startswith(("/search", "/article", "/comments", "/section")):
                    self._follow("readers", reader, language + address)
        for article in self.articles[:: max(1, len(self.articles) // 10)]:
            self._follow("readers", reader, article.get_absolute_url())
        for place, text in enumerate(self.these):
            # What is found is long, and takes most of the time: every one is said again, some find something.
            among = "" if place % 20 == 0 else "&until=1900-01-01"
            self._follow("queries", reader, f"/search/?q={quote(text)}{among}", shown=False)
        every = quote(self.joined[:3_000])
        asked = ("q", "section", "since", "until", "author", "after", "page", "sort", "order", "next")
        self._follow("queries", reader, "/search/?" + "&".join(f"{name}={every}" for name in asked))
        self._follow("queries", reader, f"/no/{every}/")
        self._follow("queries", root, f"/admin/articles/article/?q={every[:300]}")
        self._follow("queries", reader, f"/admin/login/?next={every}")
        fields = dict.fromkeys(["author_name", "website", "body", "subject", "parent"], self.joined)
        for where, typed in (
            (f"/comments/article/{whole.pk}/", fields | {"email": self.joined}),
            (f"/comments/{self.shown.pk}/report/", {"complaint": self.joined, "text": self.joined}),
            ("/admin/login/", {"username": self.joined, "password": "x"}),
            ("/admin/password_reset/", {"email": self.joined}),
            (f"/comments/mine/{self.receipt.receipt}/edit/", {"body": self.joined * 2}),
        ):
            self._judge("forms", reader.post(where, typed, HTTP_SEC_FETCH_SITE="same-origin"), True)
        addresses = desk_walk.addresses(self.world)
        for address in dict.fromkeys([*addresses.values(), *desk_pages.VIEWS]):
            self._follow("desk", root, address)
        for name, typed in desk_walk.typed(self.world).items():
            if name in _NEED_AN_INDEX:
                continue
            with taken_back():
                self._judge("desk forms", desk_walk.post(root, addresses[name], self._hostile(typed)), True)
        newsletter = digest.mail(digest.today(), language=settings.LANGUAGE_CODE)
        self._judge_mail("newsletter", newsletter.html)
        for mail in OutgoingMail.objects.exclude(content_encrypted=""):
            for html, _mime in mail.message().alternatives:
                self._judge_mail(mail.key, html)

    def open_dressed(self) -> None:
        """Pages of each sort once more, with all of them in what stands on every page: there, they would make a
        round take ten times as long."""
        self.section.name = self.joined
        publishing.save_named(self.section)
        self.page.title = self.joined
        site_pages.save(self.page, by=None)
        for user in (self.world.root, self.world.writer):
            user.first_name = user.last_name = self.joined
            user.save()
        reader, root = Client(HTTP_HOST=urlsplit(settings.SITE_URL).netloc), self.world.clients[ROOT]
        self._opened.clear()
        for address in ("/", "/en/", "/search/", "/archive/", "/authors/", "/feeds/", "/newsletter/", "/no/", "/saved/",
                        self.world.article.get_absolute_url(), self.section.get_absolute_url(),
                        self.page.get_absolute_url(), f"/comments/{self.shown.pk}/report/",
                        f"/comments/mine/{self.receipt.receipt}/"):  # fmt: skip
            self._follow("readers", reader, address)
        for address in ("/admin/", "/admin/articles/article/", "/admin/comments/comment/",
                        f"/admin/articles/article/{self.world.draft.pk}/change/", "/admin/articles/article/calendar/",
                        "/admin/articles/arrangement/"):  # fmt: skip
            self._follow("desk", root, address)

    def _follow(self, kind: str, client: Client, address: str, *, shown: bool = True) -> None:
        response = client.get(address)
        for _time in range(3):
            if response.status_code not in {301, 302} or not response["Location"].startswith("/"):
                break
            address = response["Location"]
            if (client, address) in self._opened:
                return
            response = client.get(address)
        self._opened.add((client, address))
        self._judge(kind, response, shown)

    def _hostile(self, typed: Any) -> Any:
        """What people type, as one of these would."""
        if isinstance(typed, str):
            return json.dumps(self._hostile(json.loads(typed)))
        if isinstance(typed, dict):
            return {
                name: self._hostile(value) if isinstance(value, dict)
                else self.joined if isinstance(value, str) and _TYPED.search(value) else value
                for name, value in typed.items()
            }  # fmt: skip
        return typed
