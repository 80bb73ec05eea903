"""The newsletter on the desk: how many have it, how today's looks, a try, and the switch. No address is on it."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.admin.article_previews import admit_frame
from articles.seo import absolute
from articles.views import for_frame
from newsroom.mail import languages, outbox, sending
from newsroom.mail.admin import TELLERS, Told
from newsroom.newsletter import digest, issues
from newsroom.newsletter.models import Issue, Newsletter, State, Subscription
from newsroom.web import interface_language
from newsroom.web.read_only_admin import ReadOnlyAdmin

MANAGE = "newsletter.manage_newsletter"
ISSUES_SHOWN = 14
# Pixels of the previews: a telephone, and a window of a mail program.
WIDTHS = (390, 1280)

TELLERS |= {
    "digest": lambda _rest: Told(_("The newsletter of a day")),
    "newsletter": lambda _rest: Told(_("A link for the newsletter")),
    "try": lambda _rest: Told(_("A try of the newsletter")),
}


class NewsletterAdmin(ReadOnlyAdmin):
    """One page in place of the admin's list."""

    view_permission = MANAGE

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("", of_site(self.changelist_view), name="newsletter_newsletter_changelist"),
            path("preview/", of_site(require_safe(self.preview)), name="newsletter_newsletter_preview"),
        ]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponseBase:
        _check(request)
        if request.method == "POST":
            return self._act(request)
        issue = digest.today()
        counts = dict(Subscription.objects.order_by().values_list("state").annotate(Count("pk")))
        context = self.admin_site.each_context(request) | {
            "title": _("Newsletter"),
            "opts": self.model._meta,
            "counts": [(state.label, counts.get(state, 0)) for state in State],
            "is_stopped": issues.is_stopped(),
            "has_server": sending.is_configured(),
            "has_gone_out": Issue.objects.filter(day=timezone.localdate()).exists(),
            "story_count": len(issue.stories),
            "issues": Issue.objects.all()[:ISSUES_SHOWN],
            "widths": WIDTHS,
            "to": request.user.email,
        }
        return admit_frame(render(request, "admin/newsletter/newsletter.html", context))

    def _act(self, request: HttpRequest) -> HttpResponse:
        match request.POST.get("act"):
            case "stop":
                issues.stop(stopped=True)
                self._log(request, _("Stopped the newsletter."))
                messages.success(request, _("The newsletter is stopped."))
            case "go_on":
                issues.stop(stopped=False)
                self._log(request, _("Let the newsletter go on."))
                messages.success(request, _("The newsletter goes on."))
            case "try":
                _try(request)
            case _:
                raise BadRequest("This is nothing that can be done here.")
        return redirect("admin:newsletter_newsletter_changelist")

    def _log(self, request: HttpRequest, message: str) -> None:
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(Newsletter),
            object_repr=_("Newsletter"),
            action_flag=CHANGE,
            change_message=message,
        )

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Today's mail as it would go out now, for a frame; in the language of the desk."""
        _check(request)
        mail = digest.mail(digest.today(), language=languages.language_of(request.user))
        if mail is None:
            text = _("There is no story since the last issue, so nothing would go out.")
            return for_frame(HttpResponse(text, content_type="text/plain; charset=utf-8"))
        page = reverse("newsletter:page")
        response = for_frame(HttpResponse(mail.to(leave=page, choose=page).html))
        # A mail has its styles inline; nothing in it was typed as markup.
        response._csp_replace |= {"style-src": ["'unsafe-inline'"]}
        return response


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(MANAGE):
        raise PermissionDenied


def _try(request: HttpRequest) -> None:
    """Mail today's issue to whoever asks, and say what became of it."""
    if not request.user.email:
        messages.error(request, _("Your account has no e-mail address."))
        return
    language = languages.language_of(request.user)
    mail = digest.mail(digest.today(), language=language)
    if mail is None:
        messages.warning(request, _("There is no story since the last issue, so nothing would go out."))
        return
    page = absolute(interface_language.in_language(reverse("newsletter:page"), language))
    own = mail.to(leave=page, choose=page)
    outbox.enqueue(
        key=f"try:{request.user.pk}:{timezone.now():%Y%m%d%H%M%S}",
        to=request.user.email,
        subject=own.subject,
        text=own.text,
        html=own.html,
        headers={"Content-Language": own.language},
    )
    messages.success(request, _("A try is on its way to your address."))
