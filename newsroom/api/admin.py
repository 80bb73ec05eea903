"""Tokens on the desk: everybody’s own, to be made and revoked; for who oversees them, those of all, and their acts."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from newsroom import staff_pages
from newsroom.api import tokens
from newsroom.api.models import NAME_MAX_LENGTH, OVERSEE, Scope, Token, Verb
from newsroom.text import bidi
from newsroom.text.account_names import name_of
from newsroom.web.admin_columns import isolated_column
from newsroom.web.isolation import isolate
from newsroom.web.read_only_admin import ReadOnlyAdmin

LIVES = (7, 30, 90, 180, 365)
NAME = isolated_column("name", gettext_lazy("name"))


def _lives() -> list[tuple[int, str]]:
    return [(days, ngettext("%(count)d day", "%(count)d days", days) % {"count": days}) for days in LIVES]


class TokenForm(staff_pages.ConfirmForm):
    """A token to be made. Who signed in long ago gives the password once more."""

    name = forms.CharField(
        label=gettext_lazy("Its name"),
        max_length=NAME_MAX_LENGTH,
        help_text=gettext_lazy("For which program it is, so that you know later whether it is still used."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=gettext_lazy("For how long"), choices=_lives, coerce=int, initial=90)
    field_order = ["name", "scopes", "days", "password"]

    def __init__(self, request: HttpRequest, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.fields["scopes"].choices = [
            (scope.value, scope.label) for scope in tokens.offered_to(request.user)
        ]
        if staff_pages.is_fresh(request):
            del self.fields["password"]

    def clean_name(self):
        name = bidi.clean_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Give it a name."))
        return name


class OfOnesOwn(ReadOnlyAdmin):
    """Rows of one's own; for who oversees tokens, those of all."""

    def has_view_permission(self, request, obj=None):
        user = request.user
        return user.is_active and (user.has_perm(OVERSEE) or bool(tokens.offered_to(user)))

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        return columns if request.user.has_perm(OVERSEE) else [name for name in columns if name != "account"]


class TokenAdmin(OfOnesOwn):
    """Registered in `newsroom.admin`."""

    list_display = [NAME, "account", "shown_beginning", "may", "state", "expires_at", "last_used_at"]
    list_display_links = None
    list_select_related = ["user"]
    actions = ["revoke_chosen"]
    fields = [
        NAME,
        "account",
        "shown_beginning",
        "may",
        "state",
        "created_at",
        "expires_at",
        "last_used_at",
    ]
    readonly_fields = fields
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).shown_to(request.user)

    def has_add_permission(self, request, obj=None):
        return request.user.is_active and bool(tokens.offered_to(request.user))

    @admin.display(description=gettext_lazy("account"), ordering="user")
    def account(self, token):
        return isolate(name_of(token.user))

    @admin.display(description=gettext_lazy("begins with"))
    def shown_beginning(self, token):
        return format_html('<code dir="ltr">{}…</code>', token.beginning)

    @admin.display(description=gettext_lazy("may"))
    def may(self, token):
        return _(", ").join(str(Scope(scope).label) for scope in token.scopes)

    @admin.display(description=gettext_lazy("state"))
    def state(self, token):
        if token.revoked_at is not None:
            return _("Revoked")
        return _("Valid") if token.expires_at > timezone.now() else _("Expired")

    @admin.action(description=gettext_lazy("Revoke"), permissions=["view"])
    def revoke_chosen(self, request, queryset):
        chosen = list(queryset.filter(revoked_at=None))
        for token in chosen:
            tokens.revoke(token, by=request.user)
        sentence = ngettext(
            "%(count)d token is revoked. Programs that use it are shut out.",
            "%(count)d tokens are revoked. Programs that use them are shut out.",
            len(chosen),
        )
        messages.success(request, sentence % {"count": len(chosen)})

    @method_decorator([never_cache, sensitive_variables("secret")])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """The form, and in answer to it the secret, which is told this once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TokenForm(request, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                token, secret = tokens.make(
                    request.user,
                    name=given["name"],
                    scopes=given["scopes"],
                    expires_at=timezone.now() + timedelta(days=given["days"]),
                )
            except tokens.TokenRefused as refused:
                form.add_error(None, str(refused))
            else:
                made = {"title": _("Your new token"), "token": token, "secret": secret}
                return self._page(request, "admin/api/token/made.html", made)
        return self._page(
            request,
            "admin/api/token/new.html",
            {"title": _("New token"), "form": form},
            status=422 if form.errors else 200,
        )

    def _page(self, request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
        known = self.admin_site.each_context(request) | {"opts": self.opts, "docs": reverse("api_docs")}
        return TemplateResponse(request, template, known | context, status=status)


class UseAdmin(OfOnesOwn):
    """Registered in `newsroom.admin`."""

    list_display = ["at", "account", "program", "verb", "what", "status"]
    list_display_links = None
    list_select_related = ["token__user"]
    list_filter = ["verb"]
    fields = ["at", "account", "program", "verb", "what", "status"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).filter(token__in=Token.objects.shown_to(request.user))

    def lookup_allowed(self, lookup, value, request):
        return lookup == "verb__exact"

    @admin.display(description=gettext_lazy("account"), ordering="token__user")
    def account(self, use):
        return isolate(name_of(use.token.user))

    @admin.display(description=gettext_lazy("token"), ordering="token")
    def program(self, use):
        return format_html('{} <code dir="ltr">{}…</code>', isolate(use.token.name), use.token.beginning)

    @admin.display(description=gettext_lazy("what"))
    def what(self, use):
        pages = {
            Verb.CREATE_DRAFT: "admin:articles_article_change",
            Verb.CHANGE_DRAFT: "admin:articles_article_change",
            Verb.UPLOAD_IMAGE: "admin:articles_image_change",
            Verb.DECIDE_COMMENT: "admin:comments_comment_change",
        }
        if use.row is None:
            return None
        # Who may not open it is told so there.
        return format_html('<a href="{}">{}</a>', reverse(pages[Verb(use.verb)], args=[use.row]), use.row)
