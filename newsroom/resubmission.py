"""A form of the desk that meets the end of a session: it comes back whole, to be sent again from where it is.

Nothing of it is kept on the server. What was posted stands in hidden fields of the page that asks to sign in, so that
it needs neither scripts nor storage; only chosen files have to be chosen again, which browsers let nobody fill in.
"""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from newsroom import sign_in
from newsroom.web.security import is_from_this_site

# Other forms of the desk have fields of these names, such as that of an account.
PREFIX = "sign_in"


def holds_what_was_typed(request: HttpRequest) -> bool:
    """Whether this posts the form on which a row of the desk is added or changed; one for a password holds no text."""
    match = request.resolver_match
    return (
        request.method == "POST"
        and match is not None
        and match.app_name == "admin"
        and (match.url_name or "").endswith(("_add", "_change"))
        and "password" not in match.url_name
    )


def may_be_shown_again(request: HttpRequest) -> bool:
    """Whether a form whose token is not valid came from the desk itself, by the word of the browser.

    Another site's would come back with a good token and one button to press. A browser that does not say whence it
    posts is therefore not believed.
    """
    says_whence = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return holds_what_was_typed(request) and says_whence and is_from_this_site(request)


@never_cache
@sensitive_post_parameters()
def ask_to_sign_in(request: HttpRequest, view: Callable[..., HttpResponse], *args, **kwargs) -> HttpResponse:
    """The answer of `view` to whoever posts a form with name and password; otherwise a page that asks for them.

    The token of the request was checked before any view.
    """
    is_answer = f"{PREFIX}-username" in request.POST
    if (user := sign_in.between(request)) and f"{PREFIX}-code" in request.POST:
        form = sign_in.SecondStepForm(request, user, request.POST, prefix=PREFIX)
        if not form.is_valid():
            return _page(request, form)
        sign_in.finish(request, user, by_factor=True)
    else:
        form = sign_in.SignInForm(request, request.POST if is_answer else None, prefix=PREFIX)
        if not form.is_valid():
            return _page(request, form)
        if sign_in.begin(request, form.get_user()):
            return _page(request, sign_in.SecondStepForm(request, form.get_user(), prefix=PREFIX))
    # Signing in changes the token. The admin guards its views once more, and would take the old one from the cookie.
    request.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return view(request, *args, **kwargs)


@never_cache
def ask_again(request: HttpRequest) -> HttpResponse:
    """The answer to a form whose token is not valid: the same form with one that is. See `may_be_shown_again`."""
    is_known = admin.site.has_permission(request)
    return _page(request, None if is_known else sign_in.SignInForm(request, prefix=PREFIX))


def _page(request: HttpRequest, form: forms.Form | None) -> HttpResponse:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(f"{PREFIX}-") and "password" not in name
    ]
    files = [(name, file.name) for name, chosen in request.FILES.lists() for file in chosen]
    context = {"form": form, "fields": fields, "files": files}
    return render(request, "admin/resubmission.html", admin.site.each_context(request) | context, status=403)
