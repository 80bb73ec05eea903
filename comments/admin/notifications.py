"""A moderator's own notifications, on a page of the desk."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.models import QueueSubscription
from comments.moderation import PERMISSION
from newsroom.web.read_only_admin import ReadOnlyAdmin


class QueueSubscriptionForm(forms.ModelForm):
    class Meta:
        model = QueueSubscription
        fields = ["frequency", "hour"]
        widgets = {
            "frequency": forms.RadioSelect,
            "hour": forms.Select(choices=[(hour, f"{hour:02}:00") for hour in range(24)]),
        }


class QueueSubscriptionAdmin(ReadOnlyAdmin):
    """One page, each moderator's own, in place of the admin's list. Registered in `newsroom.admin`."""

    view_permission = PERMISSION

    def get_urls(self):
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="comments_queuesubscription_changelist")]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        own = QueueSubscription.objects.filter(user=request.user).first()
        own = own or QueueSubscription(user=request.user)
        form = QueueSubscriptionForm(request.POST or None, instance=own)
        if request.method == "POST" and form.is_valid():
            # What waits already is before their eyes; they are told of what comes.
            own.told_at = timezone.now()
            form.save()
            messages.success(request, _("Your notifications are saved."))
            return redirect("admin:comments_queuesubscription_changelist")
        context = self.admin_site.each_context(request) | {
            "title": _("My notifications"),
            "opts": self.model._meta,
            "form": form,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/comments/queuesubscription/form.html", context, status=status)
