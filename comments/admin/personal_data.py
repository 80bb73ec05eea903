"""The desk's page about one person: what is held about an address, to take along or to erase.

The address is sent in a form and stands in that page alone, never in the page's own address, in a log or in a session.
"""

import time
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from comments import erasure, subject_access
from comments.forms import EmailInput
from comments.models import PersonalData
from newsroom.web.read_only_admin import ReadOnlyAdmin

EXPORT = "comments.export_person"
ERASE = "comments.erase_person"
# A request goes on for so long, then the page says how far it came and offers to go on.
SECONDS = 5.0


class PersonForm(forms.Form):
    email = EmailInput(
        autocomplete="off",
        label=gettext_lazy("E-mail address of the person"),
        error_messages={"required": gettext_lazy("Write the person’s e-mail address.")},
    )


class ErasureForm(forms.Form):
    manner = forms.ChoiceField(
        label=gettext_lazy("The person’s comments"),
        choices=[
            ("anonymize", gettext_lazy("Keep their texts, under a name that says nothing")),
            ("delete", gettext_lazy("Delete their texts too; answers to them stay in their place")),
        ],
        initial="anonymize",
        widget=forms.RadioSelect,
    )
    lift_sanctions = forms.BooleanField(
        label=gettext_lazy("End sanctions against the address too"), required=False
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have made sure that the request comes from the owner of the address"),
        error_messages={
            "required": gettext_lazy("Confirm that the request comes from the owner of the address.")
        },
    )
    # How many comments earlier requests erased, to tell how far it is.
    done = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class PersonalDataAdmin(ReadOnlyAdmin):
    """One page in place of the admin's list, for whoever may export or erase."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(EXPORT) or request.user.has_perm(ERASE)

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [path("", of_site(self.changelist_view), name="comments_personaldata_changelist")]

    @method_decorator(sensitive_post_parameters())
    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponseBase:
        """Ask for an address; POST `email` shows what is held, and with `act` "export" or "erase" does that."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, form=PersonForm())
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self._page(request, form=form, status=422)
        email = form.cleaned_data["email"]
        match request.POST.get("act"):
            case "export":
                return self._export(request, email)
            case "erase":
                return self._erase(request, form, email)
        return self._page(request, form=form, held=erasure.holdings(email), erasure_form=ErasureForm())

    def _export(self, request: HttpRequest, email: str) -> HttpResponseBase:
        _check(request, EXPORT)
        held = erasure.holdings(email)
        _log(
            request,
            CHANGE,
            ngettext(
                "Exported what is held about a person: %(count)d comment.",
                "Exported what is held about a person: %(count)d comments.",
                held.comments,
            )
            % {"count": held.comments},
        )
        # Named by the day: the address would stand in the list of downloads.
        name = f"person-{timezone.localdate():%Y-%m-%d}.json"
        return StreamingHttpResponse(
            subject_access.export(email),
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _erase(self, request: HttpRequest, form: PersonForm, email: str) -> HttpResponse:
        _check(request, ERASE)
        erasure_form = ErasureForm(request.POST)
        if not erasure_form.is_valid():
            held = erasure.holdings(email)
            return self._page(request, form=form, held=held, erasure_form=erasure_form, status=422)
        batches = erasure.erase(
            email,
            delete=erasure_form.cleaned_data["manner"] == "delete",
            lift_sanctions=erasure_form.cleaned_data["lift_sanctions"],
        )
        done, is_finished = _advance(batches)
        told = ngettext(
            "Erased what is held about a person: %(count)d comment.",
            "Erased what is held about a person: %(count)d comments.",
            done,
        ) % {"count": done}
        _log(request, DELETION, told)
        # By the form and not by the session, where it would outlive the page.
        before = erasure_form.cleaned_data["done"] or 0
        if is_finished:
            messages.success(request, _("Finished: all that was held about the address is erased."))
            return redirect("admin:comments_personaldata_changelist")
        left = erasure.comments_of(email).count()
        progress = {"done": before + done, "total": before + done + left}
        return self._page(request, form=form, erasure_form=erasure_form, progress=progress)

    def _page(self, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "title": _("A person’s data"),
            "opts": self.model._meta,
            "may_export": request.user.has_perm(EXPORT),
            "may_erase": request.user.has_perm(ERASE),
        }
        return render(request, "admin/comments/personaldata/person.html", context, status=status)


def _check(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _advance(batches: Iterator[int]) -> tuple[int, bool]:
    """Erase for SECONDS at most; return how many comments are done, and whether nothing is left to do."""
    deadline = time.monotonic() + SECONDS
    done = 0
    for done in batches:
        if time.monotonic() > deadline:
            return done, False
    return done, True


def _log(request: HttpRequest, flag: int, message: str) -> None:
    """Put into the desk's log what was done, without the address: the log outlives what it would tell."""
    LogEntry.objects.create(
        user=request.user,
        content_type=ContentType.objects.get_for_model(PersonalData, for_concrete_model=False),
        object_repr=_("A person’s data"),
        action_flag=flag,
        change_message=message,
    )
