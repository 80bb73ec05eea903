"""Webhooks on the desk: where to, of what, under which secret; a test, and what became of the last messages."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from newsroom.announcements.models import Event
from newsroom.deliveries.admin import KINDS
from newsroom.mail.admin import TELLERS, Told
from newsroom.web import outgoing
from newsroom.web.admin_columns import isolated_column
from newsroom.webhooks import endpoints
from newsroom.webhooks.models import Endpoint

DELIVERIES_SHOWN = 20

KINDS[endpoints.KIND] = gettext_lazy("Webhook")
TELLERS[endpoints.KIND] = lambda _rest: Told(_("that a webhook was switched off"))


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2_000,
        widget=forms.URLInput(attrs={"dir": "ltr", "class": "vURLField", "spellcheck": "false"}),
        help_text=gettext_lazy("Where the other program takes messages, by https. It is stored encrypted."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=Event, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Endpoint
        fields = ("name", "url", "events", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["url"] = self.instance.url

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        try:
            outgoing.check(url)
        except outgoing.Refused as error:
            raise ValidationError(outgoing.REASONS[error.reason]) from None
        except outgoing.Away:
            # It may come to be; the test will tell.
            pass
        return url


class EndpointAdmin(admin.ModelAdmin):
    """Registered in `newsroom.admin`."""

    form = EndpointForm
    list_display = (
        isolated_column("name", gettext_lazy("name")),
        isolated_column("host", gettext_lazy("site")),
        "told",
        "is_active",
        "failing_since",
    )
    change_form_template = "admin/webhooks/endpoint/change_form.html"
    actions = None

    class Media:
        css = {"all": ["css/desk/webhooks.css"]}

    def get_fields(self, request, obj=None):
        # The address may be a key to something, and who may only look is shown the site alone.
        if obj is not None and not self.has_change_permission(request, obj):
            return ("name", "host", "told", "is_active")
        return ("name", "url", "events", "is_active")

    def lookup_allowed(self, lookup, value, request):
        # The list has no filters, and an address or a secret is not to be guessed letter by letter.
        return False

    @admin.display(description=gettext_lazy("events"))
    def told(self, endpoint):
        return _(", ").join(str(Event(event).label) for event in endpoint.events)

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("<row:pk>/test/", of_site(self.test), name="webhooks_endpoint_test"),
            path("<row:pk>/secret/", of_site(self.secret), name="webhooks_endpoint_secret"),
            path("<row:pk>/new-secret/", of_site(self.new_secret), name="webhooks_endpoint_new_secret"),
            path("<row:pk>/retry/<row:delivery>/", of_site(self.retry), name="webhooks_endpoint_retry"),
            *super().get_urls(),
        ]

    def save_model(self, request, obj, form, change):
        endpoints.save(obj, form.cleaned_data["url"])

    def delete_model(self, request, obj):
        endpoints.delete(obj)

    def response_add(self, request, obj, post_url_continue=None):
        # Where its secret is.
        messages.success(
            request, _("The webhook was added. Show its secret and give it to the other program.")
        )
        return redirect("admin:webhooks_endpoint_change", obj.pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["deliveries"] = endpoints.last_deliveries(obj, DELIVERIES_SHOWN)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_POST)
    def test(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Have a message sent that tells nothing."""
        endpoints.send_test(self._asked_for(request, pk), by=request.user)
        messages.success(request, _("A test is on its way. In a moment its answer stands below."))
        return redirect("admin:webhooks_endpoint_change", pk)

    @method_decorator([never_cache, require_POST])
    def secret(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        endpoint = self._asked_for(request, pk)
        secret = endpoints.show_secret(endpoint, by=request.user)
        if secret is None:
            messages.warning(
                request, _("The secret was shown already. Make a new one if nobody has kept it.")
            )
            return redirect("admin:webhooks_endpoint_change", pk)
        return self._shown(request, endpoint, secret, is_anew=False)

    @method_decorator([never_cache, require_POST])
    def new_secret(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        endpoint = self._asked_for(request, pk)
        secret = endpoints.make_secret_anew(endpoint, by=request.user)
        return self._shown(request, endpoint, secret, is_anew=True)

    @method_decorator(require_POST)
    def retry(self, request: HttpRequest, pk: int, delivery: int) -> HttpResponseBase:
        if endpoints.try_again(self._asked_for(request, pk), delivery, by=request.user):
            messages.success(request, _("The message is sent again shortly."))
        else:
            messages.warning(request, _("There was nothing to send again."))
        return redirect("admin:webhooks_endpoint_change", pk)

    def _asked_for(self, request: HttpRequest, pk: int) -> Endpoint:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Endpoint, pk=pk)

    def _shown(
        self, request: HttpRequest, endpoint: Endpoint, secret: str, *, is_anew: bool
    ) -> HttpResponseBase:
        context = self.admin_site.each_context(request) | {
            "title": _("Secret of the webhook"),
            "opts": self.opts,
            "original": endpoint,
            "secret": secret,
            "is_anew": is_anew,
        }
        return TemplateResponse(request, "admin/webhooks/endpoint/secret.html", context)
