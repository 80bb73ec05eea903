"""The front page on the desk: all slots on one screen, what each shows and why, and everything saved in one step.

Whatever is done on the screen is a POST of the whole arrangement with what is to become of it (`do`); only `save`
stores anything. So the screen works without scripts, and a script that puts the answer in place of the screen adds
no rule of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from articles import front_page, scopes, views
from articles.denials import Denied
from articles.front_page import LATEST, LEAD, MISSED, OPINION, PLACES, SECOND, STRIP_PLACES, Choice, Front
from articles.models import Arrangement, Article, Section
from articles.models.front_page import ARRANGE
from articles.slots import Pick, Waiting, Why
from articles.workflow import ARRANGE_FRONT_PAGE, Status
from newsroom.web.numbers import row_number

from . import search
from .article_form import MomentField
from .article_previews import admit_frame

RESULTS = 8
# Arrangements on the record that the screen tells of.
TOLD = 10
# For how long breaking news mostly stands, in minutes; any other hour is typed.
_LASTS = {
    30: gettext_lazy("Half an hour"),
    60: gettext_lazy("One hour"),
    120: gettext_lazy("Two hours"),
    360: gettext_lazy("6 hours"),
}
_TITLES = {
    LEAD: gettext_lazy("Lead"),
    SECOND: gettext_lazy("Second row"),
    OPINION: gettext_lazy("Opinion"),
    LATEST: gettext_lazy("Latest"),
    MISSED: gettext_lazy("In case you missed it"),
}
_HELP = {
    OPINION: gettext_lazy("Filled from the section of opinion, once one is chosen."),
    LATEST: gettext_lazy("Always the newest; nothing is picked here."),
    MISSED: gettext_lazy(
        "Once readings have been counted, readers see the most read here, below what is picked. Until then the newest"
        " stories that stand nowhere else on the page fill it."
    ),
}
_WHY = {
    Why.PICKED: gettext_lazy("Picked"),
    Why.PINNED: gettext_lazy("Picked for this place"),
    Why.AUTOMATIC: gettext_lazy("Automatic"),
}
_WAITING = {
    Waiting.NOT_YET: gettext_lazy("Its hour has not come"),
    Waiting.OVER: gettext_lazy("Its time is over"),
    Waiting.UNSEEN: gettext_lazy("Readers do not see this story"),
    Waiting.ELSEWHERE: gettext_lazy("Stands at another place already"),
    Waiting.NO_ROOM: gettext_lazy("No room left"),
}


class PageForm(forms.Form):
    at = MomentField(label=gettext_lazy("See the page as of"), required=False)
    opinion_section = forms.ModelChoiceField(
        Section.objects.all(),
        label=gettext_lazy("Section of opinion"),
        required=False,
        empty_label=pgettext_lazy("section", "None"),
    )
    banner = forms.CharField(
        label=gettext_lazy("Breaking news"),
        required=False,
        max_length=140,
        # One line, of which a narrow screen shows all.
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "class": "vLargeTextField"}),
    )
    banner_link = forms.CharField(
        label=gettext_lazy("Leads to"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("The address of a page of this site; it may be left empty."),
        widget=forms.TextInput(attrs={"dir": "ltr", "class": "vTextField"}),
    )
    banner_lasts = forms.TypedChoiceField(
        label=gettext_lazy("It stands for"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[*_LASTS.items(), ("", gettext_lazy("until an exact hour:"))],
        initial="",
        widget=forms.RadioSelect,
    )
    banner_ends_at = MomentField(
        label=gettext_lazy("Exact hour"), required=False, help_text=gettext_lazy("24 hours from now at most.")
    )

    def clean_banner_link(self) -> str:
        return front_page.own_path(self.cleaned_data["banner_link"].strip())

    def clean(self):
        # Counted from when it is saved, and by full minutes, which is all that the field of the hour knows.
        if minutes := self.cleaned_data.get("banner_lasts"):
            until = timezone.now() + timedelta(minutes=minutes)
            self.cleaned_data["banner_ends_at"] = until.replace(second=0, microsecond=0)
            self.errors.pop("banner_ends_at", None)
        return self.cleaned_data


class PickForm(forms.Form):
    """When a story stands on the page, and at which place of its slot."""

    starts_at = MomentField(label=gettext_lazy("From"), required=False)
    ends_at = MomentField(label=gettext_lazy("Until"), required=False)
    place = forms.TypedChoiceField(
        label=gettext_lazy("Place"), required=False, coerce=int, empty_value=None, choices=[]
    )

    def __init__(self, *args, places: int, **kwargs):
        super().__init__(*args, **kwargs)
        numbers = [(number, str(number)) for number in range(1, places + 1)]
        self.fields["place"].choices = [("", _("Moves up")), *numbers]


@dataclass
class Screen:
    """The arrangement on an editor's screen: which story is picked for which slot, and the forms of what is typed.

    For an editor with `strips`, the slots of the own sections, all the rest of it is as it is `kept`.
    """

    form: PageForm
    version: int
    # Articles in the order of their slots.
    picks: dict[int, str] = field(default_factory=dict)
    forms: dict[int, PickForm] = field(default_factory=dict)
    told: str = ""
    strips: frozenset[str] | None = None
    kept: Choice = field(default_factory=Choice)

    def takes(self, slot: str) -> bool:
        """Whether this editor picks stories for the slot."""
        return self.strips is None or slot in self.strips

    @property
    def own_picks(self) -> list[tuple[int, str]]:
        return [(article, slot) for article, slot in self.picks.items() if self.takes(slot)]

    @property
    def is_valid(self) -> bool:
        # The picks that are kept were not typed.
        own = [self.forms[article] for article, _slot in self.own_picks]
        return self.form.is_valid() and all(form.is_valid() for form in own)

    @property
    def at(self) -> datetime | None:
        return self._typed().get("at")

    def _typed(self) -> dict[str, Any]:
        if not self.form.is_bound:
            return self.form.initial
        self.form.is_valid()
        return self.form.cleaned_data

    def choice(self) -> Choice:
        """What is on the screen, without what cannot be read of it."""
        picks = []
        for article, slot in self.picks.items():
            form = self.forms[article]
            if form.is_bound:
                form.is_valid()
            picks.append(Pick(slot, article, **(form.cleaned_data if form.is_bound else form.initial)))
        if self.strips is not None:
            return replace(self.kept, picks=tuple(picks), version=self.version)
        typed = self._typed()
        section = typed.get("opinion_section")
        return Choice(
            picks=tuple(picks),
            opinion_section=getattr(section, "pk", section),
            banner=typed.get("banner", ""),
            banner_link=typed.get("banner_link", ""),
            banner_ends_at=typed.get("banner_ends_at"),
            version=self.version,
        )


class FrontPageAdmin(admin.ModelAdmin):
    """The screen stands in the place of the list: there is one front page."""

    def get_urls(self):
        def admit(view, *methods):
            return self.admin_site.admin_view(require_http_methods(methods)(view))

        return [
            path("", admit(self.screen, "GET", "HEAD", "POST"), name="articles_arrangement_changelist"),
            path("preview/", self.admin_site.admin_view(require_POST(self.preview)),
                 name="articles_arrangement_preview"),
        ]  # fmt: skip

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm(ARRANGE)

    has_view_permission = has_change_permission

    def has_module_permission(self, request):
        return self.has_change_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def screen(self, request: HttpRequest) -> HttpResponse:
        self._admit(request)
        sections = front_page.sections(with_picks=True, with_most_read=True)
        if request.method != "POST":
            return self._page(request, _opened(front_page.choice_of(sections), request.user), sections)
        screen = _posted(request.POST, sections, request.user)
        do = request.POST.get("do", "")
        if do != "save":
            _act(screen, do, sections, request.user)
            return self._page(request, screen, sections, find=_asked(request.POST, do))
        return self._save(request, screen, sections)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The front page as the screen would make it; nothing is saved."""
        self._admit(request)
        screen = _posted(
            request.POST, front_page.sections(with_picks=True, with_most_read=True), request.user
        )
        return views.preview_home(request, screen.choice(), screen.at)

    def _admit(self, request: HttpRequest) -> None:
        if self.has_change_permission(request):
            return
        if request.POST.get("do") == "save":
            raise Denied(request.user, ARRANGE_FRONT_PAGE)
        raise PermissionDenied

    def _save(self, request: HttpRequest, screen: Screen, sections: list[Section]) -> HttpResponse:
        if not screen.is_valid:
            return self._refuse(request, screen, sections)
        try:
            front_page.arrange(screen.choice(), by=request.user, expected_version=screen.version)
        except front_page.ArrangementConflict:
            # To press «save» again is then done knowingly.
            screen.version = front_page.choice_of(sections).version
            return self._page(request, screen, sections, status=HTTPStatus.CONFLICT, is_late=True)
        except front_page.ArrangementRefused as error:
            if not error.field:
                return self._refuse(request, screen, sections, str(error))
            screen.form.add_error(error.field, str(error))
            return self._refuse(request, screen, sections)
        messages.success(request, _("The front page is arranged."))
        return HttpResponseRedirect(reverse("admin:articles_arrangement_changelist"))

    def _refuse(
        self, request: HttpRequest, screen: Screen, sections: list[Section], sentence: str = ""
    ) -> HttpResponse:
        """The screen as it was typed, with the keyboard in the first field that is marked."""
        messages.error(request, sentence or _("Nothing is saved yet. Please correct what is marked."))
        fields = [form[name] for form in (screen.form, *screen.forms.values()) for name in form.fields]
        if marked := next((bound for bound in fields if bound.errors), None):
            marked.field.widget.attrs["autofocus"] = True
        return self._page(request, screen, sections, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _page(
        self,
        request: HttpRequest,
        screen: Screen,
        sections: list[Section],
        *,
        find: tuple[str, str] = ("", ""),
        status: int = HTTPStatus.OK,
        is_late: bool = False,
    ) -> HttpResponse:
        choice = screen.choice()
        front = front_page.compose(choice, sections, screen.at)
        context = {
            "title": _("Front page"),
            "opts": self.opts,
            "media": self.media,
            "screen": screen,
            "choice": choice,
            "slots": _slots(screen, front, sections, choice.opinion_section, find, request.user),
            "own_sections": _names_of_own(sections, screen, choice.opinion_section),
            "history": _history(sections),
            "is_late": is_late,
            "is_unsaved": choice != _opened(front_page.choice_of(sections), request.user).choice(),
            "now": timezone.localtime(),
        }
        answer = render(
            request,
            "admin/articles/arrangement/screen.html",
            self.admin_site.each_context(request) | context,
            status=status,
        )
        return admit_frame(answer)


# From what is stored, and from what was posted


def _opened(stored: Choice, user: Any) -> Screen:
    stored = stored.without_past_banner(timezone.now())
    initial = {
        "opinion_section": stored.opinion_section,
        "banner": stored.banner,
        "banner_link": stored.banner_link,
        "banner_ends_at": stored.banner_ends_at,
    }
    form = PageForm(initial=initial)
    screen = Screen(form, stored.version, strips=front_page.strips_of(user), kept=stored)
    # As the screen sends them and what it keeps comes behind.
    for pick in sorted(stored.picks, key=lambda pick: not screen.takes(pick.slot)):
        _keep(screen, pick)
    return screen


def _keep(screen: Screen, pick: Pick) -> None:
    screen.picks[pick.article] = pick.slot
    times = {"starts_at": pick.starts_at, "ends_at": pick.ends_at, "place": pick.place}
    screen.forms[pick.article] = _pick_form(pick.article, pick.slot, initial=times)


def _posted(data: QueryDict, sections: list[Section], user: Any) -> Screen:
    """What is on the screen of `user`. Raises Denied where it holds what that screen does not let choose."""
    kept = front_page.choice_of(sections).without_past_banner(timezone.now())
    version = row_number(data.get("version", "")) or 0
    screen = Screen(PageForm(data), version, strips=front_page.strips_of(user), kept=kept)
    if screen.strips is not None and not _OF_THE_PAGE.isdisjoint(data):
        raise Denied(user, ARRANGE_FRONT_PAGE)
    known = _pickable(sections)
    for text in data.getlist("pick"):
        slot, _colon, number = text.partition(":")
        article = row_number(number)
        if article and slot in known:
            _require(screen, slot, article, user)
            screen.picks[article] = slot
            screen.forms[article] = _pick_form(article, slot, data)
    for pick in kept.picks:
        if not screen.takes(pick.slot):
            _keep(screen, pick)
    return screen


# What concerns the page as a whole, of the fields of PageForm.
_OF_THE_PAGE = set(PageForm.base_fields) - {"at"}


def _require(screen: Screen, slot: str, article: int, user: Any) -> None:
    if not screen.takes(slot):
        raise Denied(user, ARRANGE_FRONT_PAGE, Article.objects.filter(pk=article).first())


def _pick_form(article: int, slot: str, *args, **kwargs) -> PickForm:
    return PickForm(*args, prefix=f"pick-{article}", places=_places(slot), **kwargs)


def _places(slot: str) -> int:
    return PLACES.get(slot, STRIP_PLACES)


def _pickable(sections: Iterable[Section]) -> set[str]:
    return {LEAD, SECOND, OPINION, MISSED, *map(front_page.strip, sections)}


# What the buttons do


def _act(screen: Screen, do: str, sections: Iterable[Section], user: Any) -> None:
    """Change the arrangement on the screen as a button says: `add:<slot>:<article>`, `remove:`, `up:` or
    `down:<article>`, or `place:<slot>:<article>:<index>`, which is what dragging does. Anything else changes nothing.

    Raises Denied for a slot that the screen of `user` does not let choose.
    """
    verb, *said = do.split(":")
    numbers = [row_number(text) for text in said]
    match verb, *said:
        case ["remove" | "up" | "down", _number] if numbers[0] in screen.picks:
            _require(screen, screen.picks[numbers[0]], numbers[0], user)
            if verb == "remove":
                del screen.picks[numbers[0]]
                screen.told = _("Removed from the picks.")
            else:
                _step(screen, numbers[0], -1 if verb == "up" else 1)
        case ["add", slot, _number] if numbers[1] and slot in _pickable(sections):
            _require(screen, slot, numbers[1], user)
            _put(screen, numbers[1], slot, 0)
        case ["place", slot, _number, _index] if numbers[1] and slot in _pickable(sections):
            _require(screen, slot, numbers[1], user)
            _put(screen, numbers[1], slot, numbers[2] or 0)


def _of_slot(screen: Screen, slot: str) -> list[int]:
    return [article for article, name in screen.picks.items() if name == slot]


def _put(screen: Screen, article: int, slot: str, index: int) -> None:
    """Pick an article for a slot, before the pick that stands at `index` there; a place of its own is given up."""
    if article in screen.picks and not screen.takes(screen.picks[article]):
        screen.told = _("This story is picked for another place of the page.")
        return
    screen.picks.pop(article, None)
    of_slot = _of_slot(screen, slot)
    of_slot.insert(index, article)
    _reorder(screen, slot, of_slot)
    times = {}
    if form := screen.forms.get(article):
        form.is_valid()
        times = {name: form.cleaned_data.get(name) for name in ("starts_at", "ends_at")}
    screen.forms[article] = _pick_form(article, slot, initial=times | {"place": None})
    screen.told = _("Picked.")


def _step(screen: Screen, article: int, step: int) -> None:
    slot = screen.picks[article]
    of_slot = _of_slot(screen, slot)
    index = of_slot.index(article)
    other = index + step
    if 0 <= other < len(of_slot):
        of_slot[index], of_slot[other] = of_slot[other], of_slot[index]
        _reorder(screen, slot, of_slot)
        screen.told = _("Moved to place %(place)s of %(count)s picks.") % {
            "place": other + 1,
            "count": len(of_slot),
        }


def _reorder(screen: Screen, slot: str, articles: list[int]) -> None:
    for article in articles:
        screen.picks.pop(article, None)
    screen.picks |= dict.fromkeys(articles, slot)


def _asked(data: QueryDict, do: str) -> tuple[str, str]:
    """For which slot stories are looked for, and by which words: where the button says, else where words stand."""
    verb, _colon, slot = do.partition(":")
    if verb == "find":
        return slot, data.get(f"find-{slot}", "")
    if verb != "show":
        return "", ""
    return next(
        (
            (name.removeprefix("find-"), text)
            for name, text in data.items()
            if name.startswith("find-") and text
        ),
        ("", ""),
    )


# What the screen shows


def _slots(
    screen: Screen,
    front: Front,
    sections: list[Section],
    opinion_section: int | None,
    find: tuple[str, str],
    user: Any,
) -> list[dict[str, Any]]:
    """Each slot with the stories that it shows, those that wait, and what was found for it; those first for which this
    editor picks. Two queries at most."""
    lacking = [article for article in screen.picks if article not in front.articles]
    known = front.articles | Article.objects.only("headline", "language", "status", "published_at").in_bulk(
        lacking
    )
    for article in lacking:
        if article not in known:
            # Deleted since it was picked.
            del screen.picks[article]
    described = []
    names = {front_page.strip(section): section.name for section in sections if section.pk != opinion_section}
    in_order = [LEAD, SECOND, LATEST, OPINION, *names, MISSED]
    for name in sorted(in_order, key=screen.takes, reverse=True):
        shown = front.page.shown.get(name, ())
        standing = [_story(screen, known[story.article], name, why=_WHY[story.why])
                    for story in shown if story.article in known]  # fmt: skip
        shown_here = {story.article for story in shown}
        waiting = [
            _story(screen, known[article], name, waits=_WAITING[front.page.waiting[article]])
            for article in _of_slot(screen, name)
            if article in known and article not in shown_here and article in front.page.waiting
        ]
        slot, words = find
        described.append(
            {
                "name": name,
                "title": names.get(name) or _TITLES[name],
                "help": _HELP.get(name, ""),
                "takes_picks": name != LATEST and screen.takes(name),
                "is_read_only": not screen.takes(name),
                "stories": standing,
                "waiting": waiting,
                "words": words if slot == name else "",
                "found": _found(words, user) if slot == name and words.strip() else None,
            }
        )
    return described


def _story(screen: Screen, article: Article, slot: str, *, why: Any = "", waits: Any = "") -> dict[str, Any]:
    is_picked = screen.picks.get(article.pk) == slot
    form = screen.forms[article.pk] if is_picked else None
    hours = {} if form is None else form.cleaned_data if form.is_bound else form.initial
    return {
        "article": article,
        "why": why,
        "waits": waits,
        "is_picked": is_picked,
        # As a pick; it may go on standing there by its date.
        "is_over": _is_over(hours.get("ends_at"), screen.at),
        "starts_at": hours.get("starts_at"),
        "ends_at": hours.get("ends_at"),
        "form": form if screen.takes(slot) else None,
    }


def _is_over(ends_at: datetime | None, at: datetime | None) -> bool:
    return ends_at is not None and ends_at <= (at or timezone.now())


def _names_of_own(
    sections: Iterable[Section], screen: Screen, opinion_section: int | None
) -> list[str] | None:
    """Of an editor who is limited to sections, the names of those that have a strip on the page; else None."""
    if screen.strips is None:
        return None
    own = (section for section in sections if front_page.strip(section) in screen.strips)
    return [section.name for section in own if section.pk != opinion_section]


def _found(typed: str, user: Any) -> list[Article]:
    """Stories with these words in any spelling that readers see, or will see, and `user` may pick. One query."""
    found = Article.objects.filter(status=Status.PUBLISHED).exclude(withdraw_at__lte=timezone.now())
    own = scopes.sections_of(user)
    if own is not None:
        found = found.filter(section__in=own)
    fields = ("headline", "language", "status", "published_at", "withdraw_at")
    return list(found.headed(search.words(typed)).only(*fields).by_date()[:RESULTS])


def _history(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """The last arrangements, newest first, with who made each and what it changed. Two queries."""
    rows = list(Arrangement.objects.select_related("by")[: TOLD + 1])
    picked = [{row["article"]: row["slot"] for row in arrangement.picks} for arrangement in rows]
    articles = Article.objects.only("headline", "language").in_bulk(set().union(*picked))
    titles = {front_page.strip(section): section.name for section in sections} | _TITLES
    told = []
    for place, arrangement in enumerate(rows[:TOLD]):
        now, before = picked[place], picked[place + 1] if place + 1 < len(rows) else {}
        earlier = rows[place + 1] if place + 1 < len(rows) else None
        changes = [
            (_("Picked for “%(slot)s”:") % {"slot": titles.get(slot, slot)}, articles[article])
            for article, slot in now.items()
            if before.get(article) != slot and article in articles
        ]
        changes += [
            (_("No longer picked:"), articles[article])
            for article in before
            if article not in now and article in articles
        ]
        told.append(
            {
                "arrangement": arrangement,
                "changes": changes,
                "banner_changed": arrangement.banner != (earlier.banner if earlier else ""),
                "reordered": earlier is not None and not changes and arrangement.picks != earlier.picks,
            }
        )
    return told
