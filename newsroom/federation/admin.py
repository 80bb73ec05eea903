"""The desk's page of the fediverse: which accounts there are, on which servers they are followed, what goes out."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache

from articles.models import Section
from newsroom.deliveries import outbox
from newsroom.deliveries.admin import KINDS
from newsroom.federation import actors, addresses, following, posting
from newsroom.federation.models import HOST_MAX_LENGTH, Actor, Server
from newsroom.text import domain_names, handles
from newsroom.web.numbers import row_number
from newsroom.web.read_only_admin import ReadOnlyAdmin

MANAGE = "federation.manage_federation"
VIEW_DELIVERIES = "deliveries.view_delivery"
DELIVERIES_SHOWN = 10
SERVERS_SHOWN = 100
KINDS[posting.KIND] = gettext_lazy("Fediverse")

# Why something cannot be done, in what has no form of its own.
NO_SUCH_ACT = gettext_lazy("This cannot be done here.")
NOT_CONFIRMED = gettext_lazy("Confirm that the account is to be closed for good.")


class BlockForm(forms.Form):
    host = forms.CharField(
        label=pgettext_lazy("fediverse", "Server to block"),
        max_length=HOST_MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "placeholder": "spam.example"}
        ),
        error_messages={"required": gettext_lazy("Write the name of the server.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Why (for the newsroom)"),
        required=False,
        validators=[MaxLengthValidator(200)],
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": 200}),
    )

    def clean_host(self) -> str:
        """The host alone, of whatever was pasted: an address, or that of an account."""
        typed = self.cleaned_data["host"].strip().lower()
        name = typed.rpartition("://")[2].partition("/")[0].rpartition("@")[2].rstrip(".")
        try:
            name = domain_names.to_ascii(name)
        except ValueError:
            name = ""
        if not name or any(letter in " ,;?#%\\" for letter in name):
            raise forms.ValidationError(_("This is no name of a server."))
        if name == addresses.host():
            raise forms.ValidationError(_("This is the newspaper itself."))
        return name


@dataclass
class Place:
    """The newspaper or a section, and its account where it has one; else the handle proposed, or typed in vain."""

    section: Section | None
    actor: Actor | None = None
    followers: int = 0
    handle: str = ""
    problem: str = ""

    @property
    def number(self) -> int:
        """That of the section in the form, 0 for the newspaper."""
        return self.section.pk if self.section else 0


@dataclass
class _Typed:
    """What was typed and could not be taken."""

    section: int | None = None
    handle: str = ""
    problem: str = ""
    form: BlockForm = field(default_factory=BlockForm)

    @property
    def status(self) -> int:
        return 422 if self.problem or self.form.is_bound else 200


class FederationAdmin(ReadOnlyAdmin):
    """One page in place of the admin's list, for who manages what can be followed. Registered in `newsroom.admin`."""

    view_permission = MANAGE

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [path("", of_site(self.changelist_view), name="federation_actor_changelist")]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponseBase:
        """The page; POST `act` does one of `_ACTS`, and comes back here."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, _Typed())
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            messages.error(request, NO_SUCH_ACT)
        elif (typed := act(request)) is not None:
            return self._page(request, typed)
        return redirect("admin:federation_actor_changelist")

    def _page(self, request: HttpRequest, typed: _Typed) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Fediverse"),
            "opts": self.model._meta,
            "is_on": settings.FEDERATION,
            "host": addresses.host(),
            "places": _places(typed),
            "servers": _servers()[: SERVERS_SHOWN + 1],
            "servers_shown": SERVERS_SHOWN,
            "blocked": Server.objects.filter(blocked_at__isnull=False).order_by("host"),
            "deliveries": _deliveries() if request.user.has_perm(VIEW_DELIVERIES) else None,
            "kind": posting.KIND,
            "form": typed.form,
        }
        return render(request, "admin/federation/page.html", context, status=typed.status)


def _places(typed: _Typed) -> list[Place]:
    """The newspaper, and once it has an account its sections, each with what it is called. Two queries."""
    found = Actor.objects.open().annotate(count=Count("follows"))
    open_ones = {actor.section_id: actor for actor in found}
    sections = [None, *(Section.objects.all() if None in open_ones else ())]
    taken = {actor.handle for actor in open_ones.values()}
    places = []
    for section in sections:
        place = Place(section)
        if actor := open_ones.get(place.number or None):
            place.actor, place.followers = actor, actor.count
        elif typed.section == place.number:
            place.handle, place.problem = typed.handle, typed.problem
        else:
            proposed = handles.SITE if section is None else handles.proposed(section.name)
            place.handle = "" if proposed in taken else proposed
        places.append(place)
    return places


def _servers() -> Any:
    """The servers with followers, those with the most first."""
    # Who follows two accounts is one follower.
    counted = Server.objects.filter(blocked_at__isnull=True).annotate(followers=Count("actors"))
    return counted.filter(followers__gt=0).order_by("-followers", "host")


def _deliveries() -> list[Any]:
    signers = [f"{posting.KIND}:{number}" for number in Actor.objects.values_list("pk", flat=True)]
    return outbox.last_of(signers, DELIVERIES_SHOWN)


# What can be done there: each returns what could not be taken, or None.


def _open(request: HttpRequest) -> _Typed | None:
    number = request.POST.get("section", "")
    section = None if number == "0" else get_object_or_404(Section, pk=row_number(number))
    handle = request.POST.get("handle", "")
    try:
        actor = actors.open_one(section, handle)
    except actors.ActorError as error:
        return _Typed(section=section.pk if section else 0, handle=handle[:100], problem=str(error))
    _log(request, actor, _("Opened the account %(address)s.") % {"address": actor.address})
    return None


def _take(request: HttpRequest) -> None:
    actor = _actor(request)
    actors.take_followers(actor, does=True)
    _log(request, actor, _("%(address)s takes new followers.") % {"address": actor.address})


def _refuse(request: HttpRequest) -> None:
    actor = _actor(request)
    actors.take_followers(actor, does=False)
    _log(request, actor, _("%(address)s takes no new followers.") % {"address": actor.address})


def _close(request: HttpRequest) -> None:
    actor = _actor(request)
    if not request.POST.get("confirmed"):
        messages.error(request, NOT_CONFIRMED)
        return
    actors.close(actor)
    _log(request, actor, _("Closed the account %(address)s.") % {"address": actor.address})


def _block(request: HttpRequest) -> _Typed | None:
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _Typed(form=form)
    host = form.cleaned_data["host"]
    following.block(host, form.cleaned_data["note"])
    _log(request, None, _("Blocked the server %(host)s.") % {"host": host})
    return None


def _unblock(request: HttpRequest) -> None:
    host = request.POST.get("host", "").replace("\0", "")
    following.unblock(host)
    _log(request, None, _("Unblocked the server %(host)s.") % {"host": host[:HOST_MAX_LENGTH]})


_ACTS = {
    "open": _open,
    "take": _take,
    "refuse": _refuse,
    "close": _close,
    "block": _block,
    "unblock": _unblock,
}


def _actor(request: HttpRequest) -> Actor:
    return get_object_or_404(Actor.objects.open(), pk=row_number(request.POST.get("actor", "")))


def _log(request: HttpRequest, actor: Actor | None, sentence: str) -> None:
    """Tell who did it, and keep it in the desk's history; of a server, in that of the newspaper's account."""
    row = actor or Actor.objects.order_by("pk").first()
    if row is not None:
        LogEntry.objects.log_actions(
            request.user.pk, [row], CHANGE, change_message=sentence, single_object=True
        )
    messages.success(request, sentence)
