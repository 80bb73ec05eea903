"""Every address of the desk out of the resolver, and what may be sent to it: taken from its own pages, and typed."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Value
from django.db.models.functions import Concat
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from articles import previews, reviewing, revising
from articles.models import Article, Author, ClockMove, Image, Presence, Revision, SavedView, Section, Tag
from comments import claims
from comments.models import Comment, RejectionReason, Report
from newsroom.deliveries.models import Delivery
from tests import desk_roles, factories
from tests.desk_pages import ASKED, Desk

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
PASSWORD = "كلمة سرّ طويلة 2026"
PAGE = "<p>نصّ عن OpenAI.</p>"
HOUR = "2031-05-06T07:08"
# Addresses of articles are asked of one that is published and of one that is not; those of comments, of one that waits
# and of one that readers see.
OF_ANOTHER = {"articles/article": "a draft", "comments/comment": "one that is shown"}


SECRET_DOMAIN, SECRET_NOTE, SECRET_HEADLINE = "@katoum.example", "ملاحظة-كتومة", "مسوّدة-كتومة"


class World(Desk):
    """The desk of `desk_pages`, with an account of every role, one of whom wrote articles, and secrets of all kinds."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts = desk_roles.accounts(self.root)
        self.writer = self.accounts[desk_roles.WRITER]
        Article.objects.filter(pk=self.article.pk).update(created_by=self.writer)
        self.article.refresh_from_db()
        self.draft = factories.draft(by=self.writer, headline="مسوّدة الكاتب عن Mistral")
        self.waiting = factories.published(at=timezone.now() + timedelta(days=1))
        self.alike = factories.draft(by=self.root, headline=self.draft.headline, summary=self.draft.summary)
        self.shown = Comment.objects.reported().get()
        # To be deleted: nothing refers to them.
        self.unused = {
            User: factories.staff(factories.REPORTERS, "newcomer"),
            Section: factories.section("قسم بلا مقالات"),
            Tag: factories.tag("وسم بلا مقالات"),
            Author: factories.author("كاتب بلا مقالات"),
            Image: factories.image("صورة بلا مقالات"),
            RejectionReason: RejectionReason.objects.create(
                label="سبب بلا قرارات", code="unused", position=90
            ),
        }
        for number, owner in enumerate((self.root, self.accounts[desk_roles.MODERATOR])):
            claims.claim([factories.sent(self.article, body=f"رأي {number} في المترو").pk], by=owner)
        factories.sent(self.article, body="رأي لم يأخذه أحد")
        ClockMove.objects.update(attempts=3, failure="تعذّر", next_at=timezone.now() + timedelta(days=1))
        User.objects.update(email=Concat("username", Value(SECRET_DOMAIN)))
        reviewing.add_note(self.draft, SECRET_NOTE, by=self.root)
        factories.draft(by=self.root, headline=SECRET_HEADLINE)
        self.link = previews.share(self.draft, by=self.root, lifetime=timedelta(days=1))
        self.key = str(uuid4())
        self.new_key = str(uuid4())
        revising.keep_draft(self.root, self.draft, {"headline": "م"}, key=self.key, based_on_version=1)
        revising.keep_draft(self.root, None, {"headline": "م"}, key=self.new_key)
        for user in self.accounts.values():
            if user is not None:
                for article in (self.article, self.draft):
                    Presence.objects.update_or_create(
                        article=article, user=user, defaults={"seen_at": timezone.now()}
                    )
        self.clients = desk_roles.clients(self.accounts)

    def row(self, model: type) -> Any:
        return self.unused.get(model) or super().row(model)

    def another(self, model: type) -> Any:
        return {Article: self.draft, Comment: self.shown}[model]


def routes() -> Iterator[tuple[str, str]]:
    """The routes below /admin/ by the names of their patterns; of one without a name, the route is the name."""
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "admin/":
            yield from _leaves(pattern.url_patterns, "/admin/")


def _leaves(found: list, before: str) -> Iterator[tuple[str, str]]:
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _leaves(pattern.url_patterns, route)
        else:
            yield pattern.name or route, route


def addresses(world: World) -> dict[str, str]:
    """Each address by the name of its pattern, and what it is asked for where that is several."""
    found = {}
    for name, route in routes():
        if name == "app_list":
            apps_shown = {model._meta.app_label for model in admin.site._registry}
            found |= {f"app_list of {app}": f"/admin/{app}/" for app in apps_shown}
        elif "?P<" in route:
            found["no such page"] = "/admin/no-such-page/"
        else:
            asked = ASKED.get(name, lambda desk: "")(world)
            found[name] = _filled_in(world, route) + asked
            for model, what in OF_ANOTHER.items():
                if f"/{model}/<" in route and "number" not in route:
                    found[f"{name} of {what}"] = _filled_in(world, route, another=True)
    for model, registered in admin.site._registry.items():
        list_name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
        for action in registered.actions or ():
            found[f"{list_name} with {action}"] = found[list_name]
        if (
            model not in {Article, Comment}
            and type(registered).has_delete_permission is admin.ModelAdmin.has_delete_permission
        ):
            found[f"{list_name} with delete_selected"] = found[list_name]
    return found


def _filled_in(world: World, route: str, *, another: bool = False) -> str:
    _, _, app, model, *_rest = [*route.split("/"), "", ""]
    others = {"number": Revision, "view": SavedView, "delivery": Delivery}

    def value(place: re.Match) -> str:
        if place[1] == "act":
            return "publish"
        kind = others.get(place[1]) or apps.get_model(app, model)
        return str((world.another if another else world.row)(kind).pk)

    return _PLACE.sub(value, route)


# What people type, and scripts send, beyond what stands in the forms of pages.


def _upload(name: str, content: Callable[[], bytes]) -> Callable[[], SimpleUploadedFile]:
    return lambda: SimpleUploadedFile(name, content())


def _json(value: Any) -> str:
    return json.dumps(value)


def typed(world: World) -> dict[str, Any]:
    """By the name of an address: the fields, or a text that is sent as JSON."""
    draft_row = f"{world.draft.pk}:{world.draft.version}"
    person_typed = {"email": "reader@example.org", "act": "export"}
    sanction = {"target": "domain", "domain": "bad.example", "effect": "hold", "reason": "إعلان", "days": "7"}
    said = {"values": {"headline": "كُتب"}, "sequence": 1, "version": 1, "replaces": ""}
    told = {"headline": world.draft.headline, "summary": world.draft.summary, "fragment": "1"}
    article = {"headline": "عنوان عن OpenAI", "body": PAGE, "section": str(world.article.section_id)}
    password = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    named = {"name": "اسم عن OpenAI"}
    found = {
        "language": {"language": "en", "next": "/admin/"},
        "login": {"username": "bare", "password": desk_roles.PASSWORD, "next": "/admin/"},
        "password_change": {"old_password": desk_roles.PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD},
        "webhooks_endpoint_add": {"name": "قناة", "url": "https://1.1.1.1/", "events": "article.changed"},
        "webhooks_endpoint_change": {"name": "قناة أخرى", "url": "https://1.1.1.1/"},
        "newsletter_newsletter_changelist": {"act": "stop"},
        "auth_group_add": {"name": "مجموعة جديدة"},
        "auth_group_change": {"name": "مجموعة أخرى"},
        "auth_user_add": {"username": "latecomer"} | password,
        "auth_user_change": {"first_name": "اسم"},
        "auth_user_password_change": password,
        "articles_article_newdraft": _json(said | {"key": str(uuid4())}),
        "articles_article_draft": _json(said | {"key": str(uuid4())}),
        "articles_article_draft of a draft": _json(said | {"key": str(uuid4())}),
        "articles_article_newdraft_discard": {"draft": world.new_key},
        "articles_article_draft_discard": {"draft": world.new_key},
        "articles_article_draft_discard of a draft": {"draft": world.key},
        "articles_article_name_revision": {"name": "نسخة"},
        "articles_article_calendar": {
            "article": world.waiting.pk, "version": world.waiting.version, "at": HOUR, "kind": "appear"
        },
        "articles_article_proof": _json({"body": PAGE, "language": "ar", "lines": {}}),
        "articles_article_bulk": {"article": draft_row},
        "articles_article_changelist": {"action": "publish", "_selected_action": world.draft.pk},
        "articles_article_add_note": {"desk_note": "ملاحظة", "fragment": "1"},
        "articles_article_add_note of a draft": {"desk_note": "ملاحظة", "fragment": "1"},
        "articles_article_assign of a draft": {"reviewer": world.accounts[desk_roles.EDITOR].pk},
        "articles_article_similar_to_new": told,
        "articles_article_similar": told,
        "articles_article_similar of a draft": told,
        "articles_article_tell_apart of a draft": told | {"other": world.alike.pk},
        "articles_article_revoke_link of a draft": {"link": world.link.pk},
        "articles_article_save_view": named,
        "articles_article_change_view": {"do": "rename"} | named,
        "articles_article_newpreview": article,
        "articles_article_add": article,
        "articles_article_change": {"summary": "ملخّص آخر عن OpenAI"},
        "articles_article_change of a draft": {"summary": "ملخّص آخر عن OpenAI"},
        "articles_article_delete": {"post": "yes"},
        "articles_article_delete of a draft": {"post": "yes"},
        "articles_section_add": named,
        "articles_section_change": named,
        "articles_tag_add": named,
        "articles_tag_change": named,
        "articles_series_add": named,
        "articles_series_change": named,
        "articles_author_add": named,
        "articles_author_change": named,
        "articles_sitepage_add": {"title": "صفحة", "body": PAGE, "language": "ar", "position": "9"},
        "articles_sitepage_change": {"title": "صفحة أخرى"},
        "articles_image_library": {"upload": _upload("a.png", factories.picture), "alt": "صورة"},
        "articles_image_add": {"upload": _upload("a.png", factories.picture), "alt": "صورة"},
        "articles_image_change": {"alt": "صورة أخرى"},
        "articles_correction_add": {"kind": "correction", "note": "الصحيح Mistral AI."},
        "articles_correction_change": {"note": "الصحيح OpenAI."},
        "articles_editor_change": {"sections": [world.article.section_id]},
        "articles_arrangement_changelist": {"pick": f"lead:{world.article.pk}", "do": "save"},
        "comments_comment_decide": {"comment": f"{world.held.pk}:{world.held.version}", "to": "approved"},
        "comments_comment_claim": {"comment": world.shown.pk},
        "comments_comment_note": {"text": "ملاحظة"},
        "comments_comment_note of one that is shown": {"text": "ملاحظة"},
        "comments_comment_answer of one that is shown": {"text": "جواب"},
        "comments_comment_pick of one that is shown": {"picked": "0", "version": world.shown.version},
        "comments_comment_reports of one that is shown": {
            "version": world.shown.version, "through": Report.objects.latest("pk").pk
        },
        "comments_comment_undo": {"decision": world.shown.decisions.all()[0].pk},
        "comments_triagestate_act": {"act": "stop"},
        "comments_watchedword_try": {"term": "كلب"},
        "comments_watchedword_import": {"file": _upload("words.csv", "term\nكلمة جديدة\n".encode)},
        "comments_watchedword_add": {"term": "كلمة جديدة", "reason": "سبب"},
        "comments_watchedword_change": {"reason": "سبب آخر"},
        "comments_sanction_for_comment": sanction,
        "comments_sanction_add": sanction,
        "comments_sanction_lift": {"post": "yes"},
        "comments_rejectionreason_preview": {"label": "سبب", "letter": "رسالة"},
        "comments_rejectionreason_changelist": {"form-0-position": "77"},
        "comments_rejectionreason_add": {"label": "سبب جديد", "position": "50", "is_active": "on"},
        "comments_rejectionreason_change": {"letter": "رسالة أخرى"},
        "comments_policy_change": {"closes_after_days": "77"},
        "comments_personaldata_changelist": person_typed,
        "exports_export_changelist": {"form": "jsonl"},
        "exports_export_remove": {"remove": "1"},
        "comments_queuesubscription_changelist": {"frequency": "daily", "hour": "7"},
        "api_token_add": {"name": "برنامج", "scopes": ["drafts:read"], "days": "30"},
    }  # fmt: skip
    for name in addresses(world):
        _list, with_action, action = name.partition("_changelist with ")
        if with_action:
            app, _, model = _list.partition("_")
            row = world.row(apps.get_model(app, model))
            found[name] = {"action": action, "_selected_action": row.pk, "post": "yes"}
    return found


def post(client: Client, address: str, sent: Any) -> HttpResponse:
    """Send it, and leave the client signed in as it was."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    if isinstance(sent, str):
        response = client.post(address, sent, content_type="application/json")
    else:
        made = {name: value() if callable(value) else value for name, value in sent.items()}
        response = client.post(address, made)
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies[name] = value
    return response
