"""Pages of the newsletter: asking for it, confirming, choosing, leaving."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import front_page
from comments import privacy
from comments.views.origin import from_this_site
from newsroom.newsletter import links, subscribing
from newsroom.newsletter.forms import PreferencesForm, SubscribeForm
from newsroom.newsletter.models import State
from newsroom.web import page_names
from newsroom.web.client_address import client_address


@page_names.kept()
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the newsletter is, and the form; the same for everybody."""
    return render(request, "newsletter/page.html", {"form": SubscribeForm()})


@from_this_site
@sensitive_post_parameters()
@require_POST
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """Mail a link, and answer the same whatever is known of the address."""
    form = SubscribeForm(request.POST)
    status = 422
    if form.is_valid():
        asked = bool(form.cleaned_data["subject"]) or subscribing.ask(
            form.cleaned_data["email"],
            language=get_language(),
            sender=privacy.sender_fingerprint(client_address(request)),
        )
        if asked:
            return redirect("newsletter:asked")
        form.add_error(None, _("Too many addresses were given from your network. Try again in an hour."))
        status = 429
    return render(request, "newsletter/page.html", {"form": form}, status=status)


@page_names.kept()
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletter/asked.html")


@from_this_site
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a mailed link opens. Only its button confirms: programs that read mail open links, too."""
    found = links.to_confirm(token)
    if found is None:
        return _page(request, "confirm", {"step": "expired"}, status=404)
    if request.method == "POST":
        subscribing.confirm(found)
        found.refresh_from_db()
    step = "done" if found.state == State.CONFIRMED else "confirm"
    return _page(request, "confirm", {"step": step, "preferences": links.preferences(found)})


@from_this_site
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    found = links.to_choose(token)
    if found is None or found.state != State.CONFIRMED:
        return _page(request, "preferences", {}, status=404)
    sections = front_page.sections()
    chosen = {"language": found.language, "sections": found.sections}
    form = PreferencesForm(
        request.POST if request.method == "POST" else None, initial=chosen, sections=sections
    )
    is_saved = form.is_valid()
    if is_saved:
        subscribing.choose(found, **form.cleaned_data)
    context = {"form": form, "is_saved": is_saved, "leave": links.unsubscription(found)}
    return _page(request, "preferences", context, status=422 if form.is_bound and not is_saved else 200)


@csrf_exempt  # Mail programs post here by themselves (RFC 8058); the signed address is what entitles.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End it at one press, in the mail program or here; to open the link ends nothing."""
    found = links.to_leave(token)
    if request.method == "POST" and found is not None:
        subscribing.leave(found)
        found.refresh_from_db()
    has_left = found is not None and found.state not in {State.CONFIRMED, State.WAITING}
    context = {"is_known": found is not None, "has_left": has_left}
    return _page(request, "unsubscribe", context, status=200 if found else 404)


def _page(request: HttpRequest, name: str, context: dict, status: int = 200) -> HttpResponse:
    response = render(request, f"newsletter/{name}.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    # The address is a key, so it is not told to the pages that a link leads to.
    response["Referrer-Policy"] = "no-referrer"
    return response
