"""The desk: Django's admin under our name, with a start page that answers «what waits for me?»."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import update_wrapper, wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from articles import denials, reviewing, scopes
from articles.models import Article, ClockMove, SavedView
from articles.saved_views import SEE
from articles.workflow import PUBLISH, WRITE, Status
from comments import queue, statistics
from comments.admin.sentences import how_many_wait
from comments.moderation import PERMISSION as MODERATE
from newsroom import resubmission, site_state, staff_pages
from newsroom.mail import languages
from newsroom.sign_in import SignInForm
from newsroom.staff import passkeys, second_factor
from newsroom.text.account_names import name_of
from newsroom.text.excerpt import excerpt
from newsroom.web import interface_language
from newsroom.web.isolation import isolate_runs

ITEMS_SHOWN = 5
# Of people with different permissions.
APP_LISTS_KEPT = 100
# The height of a chart, and how often its hours are named.
FULL, HOURS_BETWEEN_LABELS = 100, 6
# By how often people on the desk go there; what is not named follows in the order of its name.
PLACES = ["articles", "comments", "newsletter", "auth", "api", "mail", "webhooks", "federation", "deliveries"]


@dataclass
class Item:
    """One article in a task: where to open it, who wrote it or when it appears, and since when it waits."""

    title: str
    direction: str
    language: str
    url: str
    detail: str = ""
    since: datetime | None = None


@dataclass
class Task:
    """What waits for somebody: how many in words, where to act on them, and the first few."""

    name: str
    count: int
    sentence: str
    url: str
    detail: str = ""
    since: datetime | None = None
    items: list[Item] = field(default_factory=list)


class FoundNames(AutocompleteJsonView):
    """What a look-up field lists, as the field itself shows it once it is chosen."""

    def serialize_result(self, obj, to_field_name):
        found = super().serialize_result(obj, to_field_name)
        return found | {"text": isolate_runs(found["text"])}


class NewsroomAdminSite(admin.AdminSite):
    site_header = gettext_lazy("Nashra desk")
    site_title = gettext_lazy("Nashra desk")
    index_title = gettext_lazy("What needs my attention")
    site_url = "/"
    login_form = SignInForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._app_lists = {}

    def has_permission(self, request):
        # Whoever has yet to add a second factor may do that, and leave.
        is_leaving = request.path == reverse("admin:logout")
        return super().has_permission(request) and (is_leaving or not second_factor.is_missing(request))

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        if super().has_permission(request):
            if second_factor.is_missing(request):
                return HttpResponseRedirect(f"{reverse('admin:security')}?{request.GET.urlencode()}")
            if request.method == "GET":
                return HttpResponseRedirect(reverse("admin:index"))
        context = self.each_context(request) | {
            "title": _("Log in"),
            "app_path": request.get_full_path(),
            "next": request.GET.get("next", reverse("admin:index")),
            "passkeys_are_possible": passkeys.are_possible(),
        }
        request.current_app = self.name
        return staff_pages.SignInView.as_view(extra_context=context | (extra_context or {}))(request)

    def password_change(self, request, extra_context=None):
        request.current_app = self.name
        return staff_pages.ChangePassword.as_view(
            success_url=reverse("admin:password_change_done"), extra_context=extra_context or {}
        )(request)

    def index(self, request, extra_context=None):
        may_moderate = request.user.has_perm(MODERATE)
        context = {
            "tasks": tasks(request.user),
            "may_write": request.user.has_perm("articles.add_article"),
            "may_moderate": may_moderate,
            "late_moves": late_moves(request.user),
            "saved_views": SavedView.objects.offered_to(request.user) if request.user.has_perm(SEE) else (),
            "night_ends": statistics.night_ends() if may_moderate else None,
        }
        return super().index(request, context | (extra_context or {}))

    def admin_view(self, view, cacheable=False):
        asked = _of_what_may_be_seen(view) if getattr(view, "__name__", "") == "history_view" else view
        guarded = super().admin_view(_recorded(asked), cacheable)

        def respond(request, *args, **kwargs):
            # Django looks the name up among fields and their relations, and fails on what is not a name.
            for asked in (request.GET, request.POST):
                if not asked.get(TO_FIELD_VAR, "id").isidentifier():
                    raise DisallowedModelAdminToField("This is not the name of a field.")
            if self.has_permission(request) or not resubmission.holds_what_was_typed(request):
                return guarded(request, *args, **kwargs)
            return resubmission.ask_to_sign_in(request, guarded, *args, **kwargs)

        return update_wrapper(respond, guarded)

    def autocomplete_view(self, request):
        return FoundNames.as_view(admin_site=self)(request)

    def each_context(self, request):
        context = super().each_context(request)
        places = [
            address
            for app in context["available_apps"]
            for address in (app["app_url"], *(model["admin_url"] for model in app["models"]))
            if address and address in request.path
        ]
        # Readers' pages are opened in the language of the desk.
        return context | {
            "site_url": reverse("articles:home"),
            "place": {"path": max(places, key=len, default="")},
        }

    def get_urls(self):
        # Django's short cut to a row's public page tells its address, headline and all, whoever may see the row.
        found = [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]
        return [
            path("language/", self.choose_language, name="language"),
            path("state/", self.admin_view(self.state), name="state"),
            path("second-step/", staff_pages.second_step, name="second_step"),
            path("passkey/", staff_pages.passkey_options, name="passkey"),
            path("security/", staff_pages.security, name="security"),
            *found,
        ]

    def state(self, request):
        """How the site is doing, for who has the whole of it to look after."""
        if not request.user.is_superuser:
            raise PermissionDenied
        hours = site_state.last_day()
        context = self.each_context(request) | {
            "title": _("State of the site"),
            "state": site_state.look(),
            "replica_is_behind": site_state.replica_is_behind(request),
            "charts": [
                _chart("comments", _("Comments that came"), [(hour.begin, hour.comments) for hour in hours]),
                _chart("readings", _("Readings"), [(hour.begin, hour.readings) for hour in hours]),
            ],
        }
        return TemplateResponse(request, "admin/state.html", context)

    @method_decorator([never_cache, csrf_protect, require_POST])
    def choose_language(self, request):
        """Open the desk in another language in this browser, and write to the account in it. To the page before."""
        language = request.POST.get("language", "")
        if not interface_language.is_offered(language):
            raise BadRequest("This language is not offered.")
        asked = request.POST.get("next", "")
        here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
        response = HttpResponseRedirect(asked if here else reverse("admin:index"))
        interface_language.remember(response, language)
        if request.user.is_authenticated:
            languages.choose(request.user, language)
        return response

    def get_app_list(self, request, app_label=None):
        """What a user may open: told by permissions alone, so it is put together once for those who have the same."""
        user = request.user
        is_root = user.is_active and user.is_superuser
        key = (app_label, get_language(), is_root or frozenset(user.get_all_permissions()))
        found = self._app_lists.get(key)
        if found is None:
            found = self._make_app_list(request, app_label)
            if len(self._app_lists) >= APP_LISTS_KEPT:
                self._app_lists.clear()
            self._app_lists[key] = found
        return found

    def _make_app_list(self, request, app_label):
        apps = super().get_app_list(request, app_label)
        apps.sort(
            key=lambda app: PLACES.index(app["app_label"]) if app["app_label"] in PLACES else len(PLACES)
        )
        for app in apps:
            # Articles and comments before what they are filed under.
            app["models"].sort(key=lambda model: model["object_name"] not in {"Article", "Comment"})
            for model in app["models"]:
                # What is listed is kept by all that it says; no page asks for the class.
                del model["model"]
                # Under the heading «Comments», the same word again would say nothing of what is done there.
                if model["object_name"] == "Comment":
                    model["name"] = _("Moderation")
        return apps


@dataclass(frozen=True)
class Column:
    """One hour in a chart: `height` is a share of `FULL`; none in which something came is without a trace."""

    begin: datetime
    count: int
    height: int

    @property
    def top(self) -> int:
        return FULL - self.height

    @property
    def is_labeled(self) -> bool:
        return timezone.localtime(self.begin).hour % HOURS_BETWEEN_LABELS == 0


def _chart(name: str, heading: str, counts: list[tuple[datetime, int]]) -> dict[str, Any]:
    most = max(count for _begin, count in counts)
    columns = [Column(begin, count, max(FULL * count // most, 1) if count else 0) for begin, count in counts]
    return {
        "name": name,
        "heading": heading,
        "columns": columns,
        "most": most,
        "sum": sum(dict(counts).values()),
    }


def _recorded(view):
    """The view, after whose denial the attempt is kept: its own transaction has ended by then."""

    @wraps(view)
    def respond(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except denials.Denied as denied:
            denials.record(denied)
            raise

    return respond


def _of_what_may_be_seen(view):
    """The view of a row's history, for who may see rows of its kind: Django looks the row up before it asks, and would
    tell everybody on the desk which numbers there are."""

    @wraps(view)
    def respond(request, *args, **kwargs):
        if not view.__self__.has_view_or_change_permission(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return respond


def tasks(user: Any) -> list[Task]:
    """What waits for `user`, each kind only for who may act on it. At most eight queries besides permissions."""
    found = []
    if user.has_perm(MODERATE):
        found.append(_pending_comments())
    if user.has_perm(WRITE):
        found += _articles(user)
    return found


def late_moves(user: Any) -> Task | None:
    """What the clock did that could not be noted or told in time, for who may publish. One query at most."""
    count = ClockMove.objects.late().count() if user.has_perm(PUBLISH) else 0
    if not count:
        return None
    sentence = ngettext(
        "What the clock did to %(count)d article is not noted and told yet.",
        "What the clock did to %(count)d articles is not noted and told yet.",
        count,
    )
    return Task(
        "late", count, sentence % {"count": count}, f"{reverse('admin:articles_clockmove_changelist')}?late=1"
    )


def _pending_comments() -> Task:
    waiting = queue.waiting()
    return Task(
        "comments",
        waiting.held,
        how_many_wait(waiting),
        reverse("admin:comments_comment_changelist"),
        detail=_("The oldest arrived") if waiting.oldest else "",
        since=waiting.oldest,
    )


def _articles(user: Any) -> list[Task]:
    now = timezone.now()
    tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    in_review = Q(status=Status.IN_REVIEW)
    if (limited_to := scopes.sections_of(user)) is not None:
        in_review &= Q(section__in=limited_to) | Q(reviewer=user)
    for_me = Q(status=Status.IN_REVIEW, reviewer=user)
    today = Q(status=Status.PUBLISHED, published_at__gt=now, published_at__lt=tomorrow)
    mine = Q(status=Status.DRAFT, created_by=user)
    counts = Article.objects.filter(in_review | today | mine).aggregate(
        in_review=Count("pk", filter=in_review),
        today=Count("pk", filter=today),
        mine=Count("pk", filter=mine),
        for_me=Count("pk", filter=for_me),
    )
    rows = Article.objects.select_related("created_by").only(
        "headline", "language", "published_at", "modified_at",
        "created_by__first_name", "created_by__last_name", "created_by__username",
    )  # fmt: skip
    found = []
    if count := counts["for_me"]:
        sentence = ngettext(
            "%(count)d article waits for your review", "%(count)d articles wait for your review", count
        )
        first = _first(rows.filter(for_me).order_by("modified_at"), count)
        items = [
            _item(article, detail=name_of(article.created_by), since=article.modified_at) for article in first
        ]
        found.append(_task("for_me", count, sentence, "mine=waiting", items))
    if counts["mine"]:
        found += _returned(rows.filter(mine).returned())
    if user.has_perm(PUBLISH):
        count = counts["in_review"]
        sentence = ngettext("%(count)d article waits for review", "%(count)d articles wait for review", count)
        first = _first(rows.filter(in_review).order_by("modified_at"), count)
        items = [
            _item(article, detail=name_of(article.created_by), since=article.modified_at) for article in first
        ]
        found.append(_task("review", count, sentence, "state=in_review", items))

        count = counts["today"]
        sentence = ngettext(
            "%(count)d article appears later today", "%(count)d articles appear later today", count
        )
        first = _first(rows.filter(today).order_by("published_at"), count)
        items = [_item(article, detail=_hour(article.published_at)) for article in first]
        found.append(_task("scheduled", count, sentence, "state=scheduled", items))
    count = counts["mine"]
    sentence = ngettext("%(count)d draft of yours", "%(count)d drafts of yours", count)
    first = _first(rows.filter(mine).order_by("-modified_at"), count)
    items = [_item(article, since=article.modified_at) for article in first]
    found.append(_task("drafts", count, sentence, f"state=draft&created_by__id__exact={user.pk}", items))
    return found


def _returned(rows) -> list[Task]:
    """The drafts that came back to their writer, with the reason. Two queries, and one where there are none."""
    count = rows.count()
    if not count:
        return []
    sentence = ngettext("%(count)d article came back to you", "%(count)d articles came back to you", count)
    items = [
        _item(
            article,
            detail=excerpt(article.returned_because, reviewing.REASON_SHOWN),
            since=article.modified_at,
        )
        for article in rows.order_by("-modified_at")[:ITEMS_SHOWN]
    ]
    return [_task("returned", count, sentence, "mine=returned", items)]


def _task(name: str, count: int, sentence: str, query: str, items: list[Item]) -> Task:
    """A task whose place is the list of articles as `query` filters it."""
    url = f"{reverse('admin:articles_article_changelist')}?{query}"
    return Task(name, count, sentence % {"count": count}, url, items=items)


def _first(rows, count: int):
    return rows[:ITEMS_SHOWN] if count else []


def _item(article, *, detail: str = "", since: datetime | None = None) -> Item:
    url = reverse("admin:articles_article_change", args=[article.pk])
    return Item(article.headline, article.direction, article.language, url, detail, since)


def _hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")
