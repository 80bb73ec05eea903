"""The page of triage: what it stands on, and how to have it begin anew or end."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comments import learning
from comments.models import TriageState
from newsroom.web.read_only_admin import ReadOnlyAdmin

MANAGE = "comments.manage_triage"

# By the name that the form sends: what is done, and what is told and logged.
ACTS = {
    "reset": (learning.reset, gettext_lazy("What triage learned was deleted; it begins anew.")),
    "relearn": (learning.relearn, gettext_lazy("Triage learns all decisions anew.")),
    "stop": (
        lambda: learning.reset(is_on=False),
        gettext_lazy("What triage learned was deleted, and it learns no more."),
    ),
}


class TriageAdmin(ReadOnlyAdmin):
    """One page in place of the admin's list: the state is made by decisions, never typed."""

    view_permission = MANAGE

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("", of_site(self.changelist_view), name="comments_triagestate_changelist"),
            path("act/", of_site(self.act_view), name="comments_triagestate_act"),
        ]

    @method_decorator([never_cache, require_safe])
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        self._check(request)
        context = self.admin_site.each_context(request) | {
            "title": _("Triage"),
            "opts": self.model._meta,
            "state": TriageState.objects.defer("data").filter(pk=1).first() or TriageState(),
            "enough": learning.ENOUGH_DECISIONS,
        }
        return render(request, "admin/comments/triage.html", context)

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest) -> HttpResponseBase:
        """POST `act`, one of ACTS. Scores of waiting comments follow, the most urgent at once."""
        self._check(request)
        if request.POST.get("act") not in ACTS:
            messages.error(request, _("This decision does not exist."))
            return redirect("admin:comments_triagestate_changelist")
        act, told = ACTS[request.POST["act"]]
        act()
        learning.refresh()
        state = TriageState.objects.defer("data").get(pk=1)
        LogEntry.objects.log_actions(
            request.user.pk, [state], CHANGE, change_message=str(told), single_object=True
        )
        messages.success(request, told)
        return redirect("admin:comments_triagestate_changelist")

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
