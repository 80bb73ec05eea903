"""Every page of the desk: found by walking the admin site, on a desk where there is something of everything."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils import timezone

from articles import publishing, revising, saved_views
from articles.models import Article, Author, Image, Revision, SavedView, Section, Tag, Transition
from comments import claims, moderation, sanctions
from comments.models import (
    Comment,
    QueueSubscription,
    Report,
    Sanction,
    TriageState,
    WatchedWord,
    Wave,
)
from newsroom.api import tokens
from newsroom.api.models import Use, Verb
from newsroom.deliveries import outbox as deliveries
from newsroom.deliveries.models import Delivery
from newsroom.exports.models import Export, Form
from newsroom.exports.models import State as ExportState
from newsroom.federation import actors as fediverse
from newsroom.federation import following
from newsroom.federation.models import Follow, Server
from newsroom.federation.remote import Told
from newsroom.mail import outbox
from newsroom.mail.models import OutgoingMail
from newsroom.webhooks import endpoints
from newsroom.webhooks.models import Endpoint
from tests import factories

# What pages are asked, beyond their address; a page that needs more than a row is named here.
ASKED = {
    "articles_article_compare": lambda desk: f"?old={desk.first.pk}&new={desk.late.pk}",
    "articles_correction_add": lambda desk: f"?article={desk.article.pk}",
    "comments_sanction_for_comment": lambda desk: f"?comment={desk.held.pk}",
    "comments_rejectionreason_preview": lambda desk: "",
}
# What answers nobody with a page: who has signed in is led on, and some rows are made and kept by the site alone.
NO_PAGES = {"login": 302, "comments_policy_changelist": 302, "exports_export_file": 302} | dict.fromkeys(
    [
        "api_token_delete", "api_use_add", "api_use_delete",
        "articles_clockmove_add", "articles_clockmove_delete", "articles_correction_delete",
        "articles_editor_add", "articles_editor_delete", "articles_transition_add", "articles_transition_change",
        "articles_transition_delete", "articles_transition_history", "comments_policy_add",
        "comments_policy_delete", "comments_sanction_delete", "deliveries_delivery_add", "deliveries_delivery_delete",
        "mail_outgoingmail_add", "mail_outgoingmail_delete",
    ],
    403,
)  # fmt: skip
# Views of the desk as they are chosen on it, besides the pages themselves.
VIEWS = [
    "/admin/articles/article/?q=OpenAI",
    "/admin/articles/article/?state=public&language=ar&when=week",
    "/admin/articles/article/?q=زرافة",
    "/admin/articles/image/?used=yes",
    "/admin/articles/image/?q=Mistral",
    "/admin/comments/comment/?queue=reported",
    "/admin/comments/comment/?queue=approved",
]


class Desk:
    """A desk with rows of every model that is registered, and something in each part of its pages."""

    def __init__(self) -> None:
        self.root = factories.superuser()
        # Signs that a browser moves where nothing holds them.
        authors = [factories.author(), factories.author("مجلّة C++")]
        tags = [factories.tag(), factories.tag("لغة C++")]
        self.article = factories.published(
            headline="شركة تطلق C++ الجديدة",
            kicker="عن C++ أيضًا",
            source_name="موقع C++ العربي",
            authors=authors,
            tags=tags,
            hero=factories.image(),
            series=factories.series("سلسلة C++ كاملة"),
            related=[factories.published().pk],
            body="<h2>عنوان</h2><p>نصّ عن OpenAI, قال ميسترال ميسترال.</p>",
            translated_from="en",
        )
        factories.image("شعار Mistral AI وC++ هنا", caption="مقر C++ هنا", credit="وكالة C++ هنا")
        for _ in range(2):
            factories.draft(by=self.root)
            publishing.move(factories.draft(by=self.root), "submit", by=self.root)
            factories.published()
        factories.published(at=timezone.now() + timedelta(hours=1))
        self._write_at_once()
        self.correction = factories.correction(self.article)
        factories.correction(self.article, "retraction")
        self._discuss()
        sanctions.impose(
            sanctions.domain_named("spam.example"), effect="block", reason="إعلان عن C++ هنا", by=self.root
        )
        for term in ("احتيال", "casino", "دورة C++ مجانية"):
            WatchedWord.objects.create(term=term, reason="إعلان عن C++ هنا")
        QueueSubscription.objects.create(user=self.root)
        self._federate()
        self.endpoint = Endpoint(name="قناة C++", events=["article.published"])
        endpoints.save(self.endpoint, "https://hooks.example/قناة")
        deliveries.enqueue(
            kind="webhook", key="webhook:1:1", url=self.endpoint.url, body=b"{}", signer=self.endpoint.signer
        )
        outbox.enqueue(key="reply:1", to="sindbad@example.org", subject="ردّ: C++ الجديدة", text="نصّ")
        TriageState.objects.get_or_create(pk=1)
        self._have_exported()
        expires_at = timezone.now() + timedelta(days=1)
        token, _secret = tokens.make(
            self.root, name="برنامج C++ هنا", scopes=["drafts:read"], expires_at=expires_at
        )
        Use.objects.create(token=token, verb=Verb.CREATE_DRAFT, row=self.article.pk, status=201)
        for owner in (self.root, factories.staff(factories.EDITORS, "omar")):
            saved_views.share(saved_views.save(owner, "مسوّدات C++ كلها", "state=draft"), by=owner)

    def _federate(self) -> None:
        """Accounts of the newspaper and of a section, followed from two servers, and a third that is blocked."""
        news = fediverse.open_one(None, "news")
        fediverse.open_one(factories.section(), "technology")
        for number, host in enumerate(("mastodon.example", "قناة.example", "mastodon.example")):
            told = Told(f"https://{host}/users/{number}", host, f"https://{host}/inbox", "", "", "")
            Follow.objects.create(actor=news, follower=following.remember(told), activity_id="x")
        Server.objects.filter(host="قناة.example").update(failing_since=timezone.now())
        following.block("spam.example", "بريد C++ مزعج")

    def _have_exported(self) -> None:
        """One to download, whose file lies on another machine, and one that failed."""
        expires_at = timezone.now() + timedelta(hours=1)
        done = {"state": ExportState.DONE, "expires_at": expires_at, "bytes": 1_234_567}
        Export.objects.create(form=Form.JSONL, by=self.root, with_emails=True, reason="انتقال", **done)
        Export.objects.create(form=Form.WXR, by=self.root, state=ExportState.FAILED, failure="OSError")

    def _write_at_once(self) -> None:
        """Changes to publish, a text that came too late, a draft, and a colleague at it."""
        authors = list(self.article.authors.all())
        self.first = self.article.revisions.get()
        edited = Article.objects.get(pk=self.article.pk)
        edited.headline = "عنوان جديد عن Mistral"
        revising.save(edited, by=self.root, authors=authors, tags=[])
        late = Article.objects.get(pk=self.article.pk)
        late.headline = "عنوان وصل متأخّرًا عن C++"
        self.late = revising.keep_unapplied(late, by=self.root, base_version=2, authors=authors, tags=[])
        revising.keep_draft(
            self.root, self.article, {"headline": "مسوّدة"}, key=str(uuid4()), based_on_version=1
        )
        revising.arrive(factories.staff(factories.EDITORS, "سارة"), self.article)

    def _discuss(self) -> None:
        root = factories.approved(self.article, author_name="قارئ C++ هنا", body="لغة C++ أسرع")
        factories.approved(self.article, parent=root, website="https://example.org/")
        Comment.objects.update(picked_at=timezone.now(), useful=3, edited_at=timezone.now(), staff=self.root)
        wave = Wave.objects.create()
        members = [
            factories.sent(self.article, body="عرض http://a.example http://b.example") for _ in range(3)
        ]
        numbers = [member.pk for member in members]
        Comment.objects.filter(pk__in=numbers).update(wave=wave, triage=0.9)
        self.held = members[0]
        claims.claim([self.held.pk], by=factories.staff(factories.MODERATORS, "layla"))
        moderation.add_note(self.held, "صاحب بلاغ C++ أمس", by=self.root)
        Report.objects.create(comment=root, complaint="abuse", text="شتم C++ هنا", sender_fingerprint="1")
        Comment.objects.filter(pk=root.pk).update(open_reports=1)

    def row(self, model: type[models.Model]) -> models.Model:
        rows = {Article: self.article, Comment: self.held, Revision: self.late}
        found = rows.get(model) or model._default_manager.order_by("pk").first()
        assert found is not None, f"A desk without {model._meta.verbose_name_plural}: make one in Desk."
        return found

    def pages(self) -> Iterator[tuple[str, str]]:
        """The name and the address of every view of the admin site, whether it answers to GET or not."""
        for name in ("index", "login", "password_change", "password_change_done", "state"):
            yield name, reverse(f"admin:{name}")
        for app in {model._meta.app_label for model in admin.site._registry}:
            yield "app_list", reverse("admin:app_list", args=[app])
        for model, registered in admin.site._registry.items():
            for url in registered.urls:
                if url.name is not None:
                    yield url.name, self._address(model, url)

    def _address(self, model: type[models.Model], url) -> str:
        # Of a page with two numbers, the second is that of a revision.
        numbers = {
            "object_id": model,
            "pk": model,
            "id": model,
            "number": Revision,
            "delivery": Delivery,
            "view": SavedView,
        }
        arguments = {
            name: "publish" if name == "act" else self.row(numbers[name]).pk
            for name in url.pattern.converters
        }
        asked = ASKED.get(url.name, lambda desk: "")(self)
        return reverse(f"admin:{url.name}", kwargs=arguments) + asked


def is_page(response: HttpResponse) -> bool:
    """Whether an address answered with a page: others take only what is sent, give files, or are named above.

    Whatever fails, or leads elsewhere unforeseen, is no page and no excuse.
    """
    path = response.request["PATH_INFO"]
    if response.status_code == 405:
        assert "GET" not in response["Allow"], path
    elif response.status_code != 200:
        name = resolve(path).url_name
        assert response.status_code == NO_PAGES.get(name), path
    return response.status_code == 200 and response["Content-Type"].startswith("text/html")


def multiply(row: models.Model, count: int, **columns: str) -> None:
    """Write `count` rows like `row` at once; `columns` gives what differs by SQL expressions of `place`, from 1."""
    table = row._meta.db_table
    changed = "".join(f", '{name}', {expression}" for name, expression in columns.items()).replace("%", "%%")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} SELECT made.* FROM (SELECT t AS row FROM {table} t WHERE id = %s) first
            CROSS JOIN (SELECT place, nextval(pg_get_serial_sequence('{table}', 'id')) AS id
                        FROM generate_series(1, %s) AS place) number
            CROSS JOIN LATERAL jsonb_populate_record(
                first.row, jsonb_build_object('id', number.id {changed})) made""",
            [row.pk, count],
        )


def crowd(desk: Desk, count: int) -> None:
    """Make `count` more of whatever a newsroom has many of."""
    text = "'{}-' || place"
    with connection.cursor() as cursor:
        # What refers to rows that are copied refers rightly; to ask for each takes as long as all the rest.
        cursor.execute("SET LOCAL session_replication_role = replica")
    for model, column in ((Section, "slug"), (Tag, "slug"), (Author, "slug")):
        multiply(
            desk.row(model),
            # Sections are a handful everywhere.
            10 if model is Section else count,
            name="'اسم رقم ' || place",
            sort_key="lpad(place::text, 8, '0')",
            **{column: text.format("name")},
            **({"user_id": "null::int"} if model is Author else {}),
        )
    multiply(
        Article.objects.filter(status="draft").first(),
        count,
        slug=text.format("draft"),
        headline="'مسوّدة عن OpenAI رقم ' || place",
        search_text="'\nمسوده عن openai رقم ' || place",
    )
    multiply(Image.objects.first(), count, digest="md5('picture' || place)", search_key="'mistral'")
    multiply(desk.article, count, slug=text.format("story"), working_copy_id="null::int",
             hero_id=f"{Image.objects.latest('pk').pk} - place",
             body="'<p>خبر</p>'", body_html="'<p>خبر</p>'", search_text="'\nخبر '")  # fmt: skip
    multiply(desk.first, count)
    on_another = f"{Article.objects.order_by('-pk').first().pk} - place"
    multiply(Transition.objects.filter(article=desk.article).first(), count, article_id=on_another)
    multiply(desk.correction, count, article_id=on_another)
    factories.flood([desk.article], count, search_key="'قارئ'", body="'تعليق'")
    multiply(
        Comment.objects.reported().first(),
        count,
        submission_fingerprint="md5('f' || place)",
        receipt="md5('r' || place)",
        root_id="number.id",
        path="lpad(to_hex(number.id), 10, '0')",
        search_key="'قارئ'",
    )
    multiply(WatchedWord.objects.first(), count, term="'كلمة' || place")
    multiply(Sanction.objects.first(), count)
    multiply(OutgoingMail.objects.first(), count, key="'reply:x' || place")
    multiply(Endpoint.objects.first(), count)
    multiply(Delivery.objects.first(), count, key="'webhook:x' || place")
    multiply(User.objects.filter(is_superuser=False).first(), count, username="'staff-x' || place")
    multiply(Group.objects.first(), 50, name="'مجموعة ' || place")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE articles_article, comments_comment")
