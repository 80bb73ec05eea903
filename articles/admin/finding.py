"""Finding articles on the desk: what may be asked of the list, in one form whose answer is an address."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import (
    ALL_VAR,
    ERROR_FLAG,
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
    TO_FIELD_VAR,
)
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import LANGUAGES, Author, Byline, Section
from articles.workflow import Status
from newsroom.text.account_names import name_of

from .article_moves import kinds_of_work, of_work
from .lookups import Lookup

PLACES = [
    ("draft", gettext_lazy("Drafts")),
    ("in_review", gettext_lazy("In review")),
    ("scheduled", gettext_lazy("Scheduled")),
    ("public", gettext_lazy("Published")),
    ("changed", gettext_lazy("With changes to publish")),
    ("withdrawn", gettext_lazy("Withdrawn on time")),
    ("archived", gettext_lazy("Archived")),
]
SPANS = [
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("Last 7 days")),
    ("month", gettext_lazy("This month")),
]
# All articles, where a view that was saved opens first.
VIEW, ALL = "view", "view=all"
# How the list is shown, whatever it is asked.
SHOWN_BY = {VIEW, ORDER_VAR, PAGE_VAR, ALL_VAR, ERROR_FLAG, IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR}
TYPED = "author__typed"


class FindingForm(forms.Form):
    """What is asked of the list. Bound to an address, it keeps what can be answered: see `kept`."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any")), *PLACES]
    )
    mine = forms.ChoiceField(label=gettext_lazy("My work"), required=False)
    section = forms.ModelChoiceField(
        Section.objects.all(), label=gettext_lazy("Section"), required=False, empty_label=gettext_lazy("Any")
    )
    author = forms.ModelChoiceField(Author.objects.all(), label=gettext_lazy("Written by"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("Any")), *LANGUAGES]
    )
    moment = forms.ChoiceField(
        label=gettext_lazy("Which date"),
        required=False,
        choices=[("", gettext_lazy("Last change")), ("published_at", gettext_lazy("Publication"))],
    )
    when = forms.ChoiceField(
        label=gettext_lazy("Span"), required=False, choices=[("", gettext_lazy("Any")), *SPANS]
    )
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    created_by__id__exact = forms.ModelChoiceField(
        get_user_model().objects.all(),
        label=gettext_lazy("Created by"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, data: QueryDict, *, user: Any, site: Any, may_look_up: bool) -> None:
        super().__init__(data)
        self.fields["mine"].choices = [("", _("Any")), *kinds_of_work(user)]
        widget = Lookup(Byline._meta.get_field("author"), site)
        widget.may_look_up = may_look_up
        author = self.fields["author"]
        author.widget = widget
        widget.choices = author.choices
        widget.is_required = False

    @property
    def drawer(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != SEARCH_VAR]

    def kept(self) -> dict[str, str]:
        """What is asked and can be answered, as an address says it."""
        written = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return {name: str(getattr(value, "pk", value)) for name, value in written.items()}

    def asked(self) -> list[dict[str, str]]:
        """What is asked, in words, each with the name by which it is taken back."""
        return [
            {"name": name, "label": str(self.fields[name].label), "value": self._in_words(name, value)}
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        ]

    def _in_words(self, name: str, value: Any) -> str:
        if isinstance(value, get_user_model()):
            return name_of(value)
        if isinstance(value, date):
            return date_format(value, "DATE_FORMAT")
        choices = getattr(self.fields[name], "choices", ()) if isinstance(value, str) else ()
        return str(dict(choices).get(value, value))


class Finding(admin.ListFilter):
    """Answers the form in the list; its fields are drawn by the list's own template."""

    title = gettext_lazy("Filter")

    def __init__(self, request: HttpRequest, params: dict, model: type, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.form = model_admin.finding_form(request)
        params.pop(VIEW, None)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str]:
        return [name for name in self.form.fields if name != SEARCH_VAR]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> list:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        asked = self.form.cleaned_data
        queryset = in_place(queryset, asked.get("state", ""))
        queryset = of_work(queryset, request.user, asked.get("mine", ""))
        for name in ("section", "language"):
            if asked.get(name):
                queryset = queryset.filter(**{name: asked[name]})
        if author := asked.get("author"):
            queryset = queryset.filter(pk__in=Byline.objects.filter(author=author).values("article"))
        if creator := asked.get("created_by__id__exact"):
            queryset = queryset.filter(created_by=creator)
        return queryset.filter(_within(asked))


def in_place(articles: QuerySet, place: str) -> QuerySet:
    """Articles by what a person does next with them; «scheduled» is a published one whose hour has not come."""
    if place == "scheduled":
        return articles.scheduled()
    if place == "public":
        return articles.published()
    if place == "changed":
        return articles.filter(working_copy__isnull=False)
    if place == "withdrawn":
        return articles.filter(status=Status.PUBLISHED, withdraw_at__lte=timezone.now())
    return articles.filter(status=place) if place else articles


def _within(asked: dict[str, Any]) -> Q:
    """The days that are asked for, from midnight to midnight by the newsroom's clock."""
    moment = asked.get("moment") or "modified_at"
    first, last = asked.get("since"), asked.get("until")
    today = timezone.localdate()
    begin = {"today": today, "week": today - timedelta(days=6), "month": today.replace(day=1)}
    if span := asked.get("when"):
        first, last = max(first or date.min, begin[span]), min(last or date.max, today)
    within = Q()
    if first:
        within &= Q(**{f"{moment}__gte": _midnight(first)})
    if last and last < date.max:
        within &= Q(**{f"{moment}__lt": _midnight(last + timedelta(days=1))})
    return within


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class ArticleFinding:
    """Adds to the admin of articles its list's form. What an address asks in vain is told and taken out of it."""

    change_list_template = "admin/articles/article/change_list.html"

    def finding_form(self, request: HttpRequest) -> FindingForm:
        """The form as the request's address fills it, one a request: what it names is looked up once."""
        if not hasattr(request, "finding"):
            authors = self.admin_site.get_model_admin(Author)
            request.finding = FindingForm(
                request.GET,
                user=request.user,
                site=self.admin_site,
                may_look_up=authors.has_view_permission(request),
            )
            request.finding.is_valid()
        return request.finding

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in {VIEW, *FindingForm.base_fields} or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if request.method == "GET" and (moved := self._to_what_can_be_answered(request)):
            return moved
        form = self.finding_form(request)
        context = {"finding": form, "asked": self._what_is_asked(request, form)} | (extra_context or {})
        response = super().changelist_view(request, context)
        if found := getattr(response, "context_data", {}).get("media"):
            response.context_data["media"] = found + form.media
        return response

    def _to_what_can_be_answered(self, request: HttpRequest) -> HttpResponse | None:
        """A redirect to the same list in its shortest address, where it has a shorter one."""
        form = self.finding_form(request)
        kept = form.kept()
        known = {*form.fields, TYPED, *SHOWN_BY, *self._other_filters()}
        strangers = [name for name in request.GET if name not in known]
        wrong = [str(form.fields[name].label) for name in form.errors]
        if strangers or wrong:
            messages.warning(
                request,
                _("A filter of this address no longer exists and was left out: %(names)s.")
                % {"names": _(", ").join(wrong + strangers)},
            )
        asked = {
            name: value
            for name, value in request.GET.items()
            if name in form.fields or name == TYPED or name in strangers
        }
        if asked == kept:
            return None
        others = [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name in known and name not in form.fields and name not in {TYPED, PAGE_VAR}
        ]
        query = QueryDict(mutable=True)
        query.update(kept)
        for name, value in others:
            query.appendlist(name, value)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode() or ALL}")

    def _other_filters(self) -> list[str]:
        """What the other filters of the list are called in an address."""
        return [getattr(found, "parameter_name", "") for found in self.list_filter if found is not Finding]

    def _what_is_asked(self, request: HttpRequest, form: FindingForm) -> list[dict[str, str]]:
        """What is asked of the list in words, with the address that asks everything but that."""
        asked = form.asked()
        for one in asked:
            rest = request.GET.copy()
            rest.pop(one["name"], None)
            rest.pop(PAGE_VAR, None)
            one["without"] = f"?{rest.urlencode() or ALL}"
        return asked
