"""Proving an address: asking for the link, opening it, and the cookie by which a browser shows that it did."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comments import notifications, trust
from comments.models import Comment, Status
from newsroom.web import interface_language
from newsroom.web.security import is_from_this_site

# Sent below /comments/ and /en/comments/ alone: pages of articles are the same for everybody. What the browser proved
# holds in every language, so each path gets a cookie; an answer cannot set two of one name.
COOKIE_PATH = "/comments/"
PROOF = "__Secure-proven" if settings.HTTPS else "proven"
# For which comments this browser asked for a link.
ASKED = "__Secure-asked" if settings.HTTPS else "asked"
ASKED_MAX = 20
_ASKED_SALT = "comments.views.confirming.asked"


def proven_writer(request: HttpRequest) -> str:
    """The fingerprint of the address that this browser has proven, "" if none."""
    return trust.proven_by(_read(request, PROOF))


def asked_for(request: HttpRequest) -> list[int]:
    """The numbers of the comments for which this browser asked for a link that may still be on its way."""
    try:
        return list(signing.loads(_read(request, ASKED), salt=_ASKED_SALT, max_age=trust.LINK_LIFE))
    except signing.BadSignature:
        return []


@csrf_exempt  # The private page's address is what entitles, as on the page itself.
@never_cache
@require_POST
def ask(request: HttpRequest, token: str) -> HttpResponseBase:
    """Mail the writer of a comment a link; the answer is the same whether one goes out or had gone out today, and
    another only where too many are asked for behind the network.

    A browser that has proven the address already proves the comment without a mail.
    """
    comment = get_object_or_404(Comment.objects.exclude(status=Status.DELETED), receipt=token)
    if not is_from_this_site(request):
        return render(request, "403.html", {"foreign_form": True}, status=403)
    if trust.prove(comment, _read(request, PROOF)):
        return redirect(f"{comment.receipt_url}#address")
    asked = asked_for(request)
    # Asked again by the same browser, it is not counted again: a class has one network.
    if comment.pk not in asked and not notifications.send_confirmation(comment):
        return redirect(f"{comment.receipt_url}?asked=too-many#address")
    response = redirect(f"{comment.receipt_url}?asked=1#address")
    asked = [pk for pk in asked if pk != comment.pk]
    _set(response, ASKED, signing.dumps([*asked, comment.pk][-ASKED_MAX:], salt=_ASKED_SALT), trust.LINK_LIFE)
    return response


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a mailed link opens. Only its button confirms: programs that read mail open links, too."""
    link = trust.link(token)
    if link is None:
        return _page(request, "comments/confirm.html", {"step": "expired"}, status=404)
    if request.method != "POST":
        return _page(request, "comments/confirm.html", {"step": "confirm"})
    if not is_from_this_site(request):
        return render(request, "403.html", {"foreign_form": True}, status=403)
    asked = asked_for(request)
    proof = trust.confirm(link, comments=asked)
    comments = Comment.objects.filter(pk__in=asked, email_fingerprint=link.email_fingerprint)
    context = {"step": "done", "comments": comments.only("receipt").order_by("-pk")}
    response = _page(request, "comments/confirm.html", context)
    _set(response, PROOF, proof, trust.PROOF_LIFE)
    for name, path in _cookies(ASKED):
        response.delete_cookie(name, path=path)
    return response


@csrf_exempt  # Mail programs post here by themselves (RFC 8058); the signed address is what entitles.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End mails about answers: at one press in the mail program all of them, from the page also those of one thread."""
    comment = notifications.subscriber(token)
    wish = ""
    if request.method == "POST":
        wish = request.POST.get("wish", "all")
        if comment is not None:
            if wish == "again":
                notifications.unmute(comment)
            else:
                notifications.mute(comment, everywhere=wish != "thread")
    context = {"wish": wish, "is_known": comment is not None}
    return _page(request, "comments/unsubscribe.html", context, status=200 if comment else 404)


def _read(request: HttpRequest, name: str) -> str:
    return request.COOKIES.get(_named(name, get_language()), "")


def _set(response: HttpResponseBase, name: str, value: str, life) -> None:
    for cookie, path in _cookies(name):
        response.set_cookie(
            cookie, value, max_age=life, path=path, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )


def _cookies(name: str) -> list[tuple[str, str]]:
    """The cookies that carry one value, each with the path below which it is sent."""
    return [
        (_named(name, language), interface_language.in_language(COOKIE_PATH, language))
        for language, _label in settings.LANGUAGES
    ]


def _named(name: str, language: str) -> str:
    return name if language == settings.LANGUAGE_CODE else f"{name}-{language}"


def _page(request: HttpRequest, template: str, context: dict, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    # The address is a key, so it is not told to the pages that a link leads to.
    response["Referrer-Policy"] = "no-referrer"
    return response
