"""The desk's page «Export»: what can be taken along, how far it is, and the file, for whoever asked. Registered in
`newsroom.admin`."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from newsroom import worker
from newsroom.exports import desk
from newsroom.exports.folder import ExportError
from newsroom.exports.models import EXPORT, EXPORT_EMAILS, Export, Form, State
from newsroom.web.read_only_admin import ReadOnlyAdmin

PAGE = "admin:exports_export_changelist"
# How many of one's own exports are listed.
LISTED = 20
# By the step that the row names; the others are rows of that type.
STEPS = {
    "wxr": gettext_lazy("Writing the file"),
    "media": gettext_lazy("Copying the pictures"),
    "pages": gettext_lazy("Copying the pages"),
    "pack": gettext_lazy("Packing"),
}
READING = gettext_lazy("Reading the database")


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=gettext_lazy("What to take along"),
        choices=Form.choices,
        initial=Form.WXR,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what to take along.")},
    )
    with_emails = forms.BooleanField(label=gettext_lazy("With readers’ e-mail addresses"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("For what the addresses are needed"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("It is put on record with your name, and told to each reader who asks."),
    )

    def __init__(self, *args: Any, may_have_emails: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_have_emails:
            del self.fields["with_emails"], self.fields["reason"]

    def clean(self) -> None:
        if not self.cleaned_data.get("with_emails"):
            return
        if not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Write for what the addresses are needed; it is put on record."))
        if self.cleaned_data.get("form") == Form.STATIC:
            self.add_error("with_emails", _("What readers see holds no addresses; leave them out."))


class ExportAdmin(ReadOnlyAdmin):
    """One page in place of the admin's list."""

    view_permission = EXPORT

    def lookup_allowed(self, lookup, value, request):
        return False

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("", of_site(self.changelist_view), name="exports_export_changelist"),
            path("<row:pk>/file/", of_site(self.file_view), name="exports_export_file"),
            path("<row:pk>/remove/", of_site(self.remove_view), name="exports_export_remove"),
        ]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponseBase:
        """What somebody had made; POST asks for another one."""
        _check(request)
        may_have_emails = request.user.has_perm(EXPORT_EMAILS)
        if request.method != "POST":
            return self._page(request, ExportForm(may_have_emails=may_have_emails))
        form = ExportForm(request.POST, may_have_emails=may_have_emails)
        # Whoever has no such field sends it all the same, and is told so.
        if request.POST.get("with_emails") and not may_have_emails:
            raise PermissionDenied
        if not form.is_valid():
            return self._page(request, form, status=422)
        asked = form.cleaned_data
        try:
            desk.ask(
                asked["form"],
                by=request.user,
                with_emails=asked.get("with_emails", False),
                reason=asked.get("reason", ""),
            )
        except ExportError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The export is being made. You may leave this page meanwhile."))
        return redirect(PAGE)

    @method_decorator([never_cache, require_safe])
    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        _check(request)
        export = _own(request, pk)
        if not export.is_offered:
            raise Http404
        if export.with_emails and not request.user.has_perm(EXPORT_EMAILS):
            raise PermissionDenied
        try:
            file = desk.path_of(export).open("rb")
        except FileNotFoundError:
            messages.error(
                request,
                _(
                    "The file is not on this machine. Ask whoever runs the site: it lies where the worker runs."
                ),
            )
            return redirect(PAGE)
        return FileResponse(
            file, as_attachment=True, filename=desk.file_name(export), content_type="application/zip"
        )

    @method_decorator(require_POST)
    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        _check(request)
        desk.remove(_own(request, pk), by=request.user)
        messages.success(request, _("The file was removed."))
        return redirect(PAGE)

    def _page(self, request: HttpRequest, form: ExportForm, *, status: int = 200) -> HttpResponse:
        exports = list(Export.objects.filter(by=request.user)[:LISTED])
        under_way = next((row for row in exports if row.state in (State.WAITING, State.RUNNING)), None)
        context = self.admin_site.each_context(request) | {
            "title": _("Export"),
            "opts": self.model._meta,
            "form": form,
            "exports": [row for row in exports if row is not under_way],
            "under_way": under_way,
            "step": under_way
            and (STEPS.get(under_way.step, READING) if under_way.state == State.RUNNING else ""),
            "worker_is_there": not under_way or worker.is_at_work(),
        }
        return render(request, "admin/exports/export.html", context, status=status)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied


def _own(request: HttpRequest, pk: int) -> Export:
    """An export that this account asked for; of others it is not told that there are any."""
    return get_object_or_404(Export.objects.filter(by=request.user), pk=pk)
