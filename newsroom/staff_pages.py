"""The pages on which people of the desk sign in and look after their account."""

import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import logout, views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from newsroom import sign_in
from newsroom.encryption import decrypt, email_fingerprint, encrypt
from newsroom.mail import languages
from newsroom.staff import letters, passkeys, second_factor, sessions
from newsroom.staff.models import NAME_MAX_LENGTH
from newsroom.web import interface_language, rate_limit

# Whoever signed in or gave the password so many seconds ago may change by what the account is opened.
FRESH = 15 * 60
_CONFIRMED, _NEW_SECRET = "confirmed", "new_secret"
# New passwords that are asked for: of one address, and from one network.
RESET_WINDOW = timedelta(hours=1)
RESETS_OF_ADDRESS, RESETS_OF_NETWORK = 3, 20


# Signing in


class SignInView(views.LoginView):
    """The first step: name and password, or a passkey, by which there is no second."""

    authentication_form = sign_in.SignInForm
    template_name = "admin/login.html"

    def post(self, request, *args, **kwargs):
        if "assertion" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = sign_in.PasskeyForm(request, request.POST)
        if not form.is_valid():
            shown = sign_in.SignInForm(request)
            shown.add_error_of(form)
            return self.form_invalid(shown)
        sign_in.finish(request, form.user, by_factor=True)
        return _enter(request, self.get_success_url())

    def form_valid(self, form):
        if sign_in.begin(self.request, form.get_user()):
            return HttpResponseRedirect(
                f"{reverse('admin:second_step')}?{urlencode({'next': self.get_success_url()})}"
            )
        return _enter(self.request, self.get_success_url())

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=_status(form))


@never_cache
@csrf_protect
@sensitive_post_parameters("code", "assertion")
def second_step(request: HttpRequest) -> HttpResponse:
    """What is asked after the password."""
    user = sign_in.between(request)
    if user is None:
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': _next(request)})}")
    form = sign_in.SecondStepForm(request, user, request.POST or None)
    if form.is_valid():
        sign_in.finish(request, user, by_factor=True)
        return _enter(request, _next(request))
    context = admin.site.each_context(request) | {
        "title": _("One more step"),
        "form": form,
        "factors": second_factor.of(user),
        "next": _next(request),
    }
    return TemplateResponse(request, "admin/second_step.html", context, status=_status(form))


@never_cache
@csrf_protect
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What a browser is to ask a passkey for: of whoever is between two steps, else of anybody."""
    network = f"passkey:network:{sign_in.network_digest(request)}"
    if not rate_limit.take(network, limit=sign_in.TRIES_OF_NETWORK, window=sign_in.WINDOW):
        return JsonResponse({}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse(passkeys.ask_for_known(request.session, sign_in.between(request)))


def _enter(request: HttpRequest, address: str) -> HttpResponse:
    """Where to go once one is signed in, in the language of the account."""
    if second_factor.is_missing(request):
        address = f"{reverse('admin:security')}?{urlencode({'next': address})}"
    response = HttpResponseRedirect(address)
    if chosen := languages.chosen_by(request.user):
        interface_language.remember(response, chosen)
    return response


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if here else reverse("admin:index")


def _status(form: forms.Form) -> int:
    too_many = form.has_error(NON_FIELD_ERRORS, sign_in.TOO_MANY)
    return HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.OK


# One's own account


def confirm_key(user: Any) -> str:
    """Under which tries of an account's own password are counted, once it is signed in."""
    return f"confirm:{user.pk}:"


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, in which the old password is not guessed either."""

    def clean_old_password(self):
        key = confirm_key(self.user)
        if not rate_limit.take(key, limit=sign_in.TRIES_OF_ACCOUNT, window=sign_in.WINDOW):
            raise forms.ValidationError(sign_in.SignInForm.error_messages[sign_in.TOO_MANY])
        old = super().clean_old_password()
        rate_limit.forget(key)
        return old


class ConfirmForm(forms.Form):
    """The password once more, before what opens the account is changed."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_password(self):
        key = confirm_key(self._request.user)
        if not rate_limit.take(key, limit=sign_in.TRIES_OF_ACCOUNT, window=sign_in.WINDOW):
            raise forms.ValidationError(sign_in.SignInForm.error_messages[sign_in.TOO_MANY])
        if not self._request.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        rate_limit.forget(key)


class AppForm(forms.Form):
    """An app that is to show numbers, with the first that it shows."""

    name = forms.CharField(
        label=gettext_lazy("Its name"), max_length=NAME_MAX_LENGTH, initial=gettext_lazy("Authenticator app")
    )
    code = forms.CharField(
        label=gettext_lazy("The number that it shows"),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@never_cache
@csrf_protect
@sensitive_post_parameters()
def security(request: HttpRequest) -> HttpResponse:
    """By what an account is opened and where it is signed in, for whoever it belongs to."""
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': request.path})}")
    if not request.session.get(second_factor.HAS_FACTOR) and second_factor.has(user):
        # It was begun by the password alone, before its owner added a factor elsewhere.
        logout(request)
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': request.path})}")
    act = _ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    if request.method == "POST" and act is None:
        raise BadRequest("There is no such act.")
    return act(request) if act else _page(request)


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    user = request.user
    secret = _new_secret(request)
    known = {
        "title": _("Sign-in and security"),
        "factors": second_factor.of(user),
        "is_required": second_factor.is_required(user),
        "is_missing": second_factor.is_missing(request),
        "is_fresh": is_fresh(request),
        "passkeys_are_possible": passkeys.are_possible(),
        "sessions": sessions.of(user, request.session.session_key),
        "confirm_form": ConfirmForm(request),
        "app_form": AppForm(),
        "next": _next(request),
        "has_next": _next(request) != reverse("admin:index"),
        "secret": secret,
        "picture": _picture(second_factor.address_of(secret, user)) if secret else "",
    }
    return TemplateResponse(
        request, "admin/security.html", admin.site.each_context(request) | known | context
    )


def _picture(address: str) -> str:
    # Safe: segno writes squares, and no text of ours.
    return mark_safe(segno.make(address, error="m").svg_inline(scale=5, border=3, omitsize=True))


def is_fresh(request: HttpRequest) -> bool:
    """Whether who is signed in came, or gave the password, a moment ago: before that nothing opens the account anew."""
    session = request.session
    return time.time() - max(session.get(sessions.BEGUN, 0), session.get(_CONFIRMED, 0)) < FRESH


def _back(request: HttpRequest, told: str = "") -> HttpResponse:
    if told:
        messages.success(request, told)
    return HttpResponseRedirect(f"{reverse('admin:security')}?{urlencode({'next': _next(request)})}")


def _require_fresh(request: HttpRequest) -> None:
    if not is_fresh(request):
        raise PermissionDenied(_("Give your password once more first."))


def _confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request, request.POST)
    if not form.is_valid():
        return _page(request, confirm_form=form)
    request.session[_CONFIRMED] = int(time.time())
    return _back(request)


def _begin_app(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    request.session[_NEW_SECRET] = encrypt(second_factor.new_secret())
    return HttpResponseRedirect(f"{_back(request).url}#new-app")


def _leave_app(request: HttpRequest) -> HttpResponse:
    request.session.pop(_NEW_SECRET, None)
    return _back(request)


def _add_app(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    secret = _new_secret(request)
    if not secret:
        return _back(request)
    form = AppForm(request.POST)
    if form.is_valid() and not second_factor.add_authenticator(
        request.user, name=form.cleaned_data["name"], secret=secret, code=form.cleaned_data["code"]
    ):
        form.add_error("code", _("This is not the number. See whether the clock of your phone is right."))
    if form.errors:
        return _page(request, app_form=form)
    request.session.pop(_NEW_SECRET, None)
    return _added(request)


def _new_secret(request: HttpRequest) -> str:
    """The secret that an app is being given, "" while none is."""
    kept = request.session.get(_NEW_SECRET)
    return decrypt(kept) if kept else ""


def _passkey_asked(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    return JsonResponse(passkeys.ask_for_new(request.user, request.session))


def _add_passkey(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    name = request.POST.get("name", "").replace("\0", "").strip()
    try:
        passkeys.add(request.user, request.session, request.POST.get("credential", ""), name=name)
    except passkeys.NotAccepted:
        messages.error(request, _("The passkey could not be added. Try again."))
        return _back(request)
    return _added(request)


def _added(request: HttpRequest) -> HttpResponse:
    if not request.session.get(second_factor.HAS_FACTOR):
        # Others were begun by the password alone.
        sessions.end(request.user, but=request.session.session_key)
    request.session[second_factor.HAS_FACTOR] = True
    if request.user.recovery_codes.exists():
        return _back(request, _("Added. You are asked for it from now on."))
    return _codes(request)


def _new_codes(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    if not second_factor.has(request.user):
        return _back(request)
    return _codes(request)


def _codes(request: HttpRequest) -> HttpResponse:
    """The page that shows recovery codes, this once."""
    context = admin.site.each_context(request) | {
        "title": _("Recovery codes"),
        "codes": second_factor.new_codes(request.user),
        "next": _next(request),
    }
    return TemplateResponse(request, "admin/recovery_codes.html", context)


def _remove(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    kind, _colon, number = request.POST.get("factor", "").partition(":")
    if kind in ("authenticators", "passkeys") and number.isdecimal() and len(number) < 19:
        second_factor.remove(request.user, kind, int(number))
        request.session[second_factor.HAS_FACTOR] = second_factor.has(request.user)
    return _back(request, _("Taken away."))


def _end_session(request: HttpRequest) -> HttpResponse:
    sessions.end(request.user, name=request.POST.get("session", "") or "none")
    return _back(request, _("That device is signed out."))


def _end_others(request: HttpRequest) -> HttpResponse:
    sessions.end(request.user, but=request.session.session_key)
    return _back(request, _("All other devices are signed out."))


_ACTS = {
    "confirm": _confirm,
    "begin_app": _begin_app,
    "leave_app": _leave_app,
    "add_app": _add_app,
    "ask_passkey": _passkey_asked,
    "add_passkey": _add_passkey,
    "new_codes": _new_codes,
    "remove": _remove,
    "end_session": _end_session,
    "end_others": _end_others,
}


# A new password


class OnTheDesk:
    """A page of Django's that knows the desk it stands on."""

    def get_context_data(self, **kwargs):
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)


class NewPasswordForm(PasswordResetForm):
    """Whatever address is typed, the answer is the same; one that is known takes four milliseconds more."""

    @transaction.atomic
    def save(self, *args, request: HttpRequest, **kwargs) -> None:
        email = self.cleaned_data["email"]
        # The network first: one beyond its limit counts nothing of the addresses that are typed there, so that it keeps
        # no colleague from a new password, and leaves no row for each.
        limits = {
            f"reset:network:{sign_in.network_digest(request)}": RESETS_OF_NETWORK,
            f"reset:address:{email_fingerprint(email)}": RESETS_OF_ADDRESS,
        }
        if all(rate_limit.take(key, limit=limit, window=RESET_WINDOW) for key, limit in limits.items()):
            for user in self.get_users(email):
                if user.is_staff:
                    letters.reset(user)


class ChangePassword(OnTheDesk, views.PasswordChangeView):
    form_class = OwnPasswordForm


@method_decorator(never_cache, name="dispatch")
class AskForPassword(OnTheDesk, views.PasswordResetView):
    form_class = NewPasswordForm
    template_name = "registration/password_reset_form.html"


class PasswordAskedFor(OnTheDesk, views.PasswordResetDoneView):
    pass


class ChoosePassword(OnTheDesk, views.PasswordResetConfirmView):
    form_class = SetPasswordForm


class PasswordChosen(OnTheDesk, views.PasswordResetCompleteView):
    pass
