"""Sanctions in the admin: imposed from a comment or by hand, listed, lifted; never changed, never deleted."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from articles.admin.search import ScannedSearch
from comments import moderation, sanctions
from comments.models import Comment, Effect, Status, Target
from newsroom.text import bidi
from newsroom.text.bidi import isolate_plain
from newsroom.web.admin_columns import isolated_column
from newsroom.web.isolation import isolate
from newsroom.web.numbers import row_number

EFFECTS_EXPLAINED = {
    Effect.HOLD: gettext_lazy("Each comment waits for a moderator, also where the writer is trusted."),
    Effect.SHADOW: gettext_lazy(
        "Each comment is kept out of the queue, and its writer reads that it waits. It is there when you lift this."
    ),
    Effect.BLOCK: gettext_lazy("Nothing is stored. The writer is told calmly and keeps the text."),
}
DURATIONS = [
    (1, gettext_lazy("A day")),
    (7, gettext_lazy("A week")),
    (30, gettext_lazy("A month")),
    (0, pgettext_lazy("duration", "For good")),
]


class ImposeForm(forms.Form):
    """A sanction to be: against the writer or network of `comment` too, where there is one. It says `whom`."""

    target = forms.ChoiceField(label=gettext_lazy("Against whom?"), widget=forms.RadioSelect)
    network = forms.CharField(label=gettext_lazy("Network"), max_length=43, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160, required=False)
    domain = forms.CharField(label=gettext_lazy("Domain of links"), max_length=200, required=False)
    effect = forms.ChoiceField(
        label=gettext_lazy("What follows?"), choices=Effect, initial=Effect.HOLD, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("For the moderators: it stands beside every comment that comes under this."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        choices=DURATIONS,
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
    )

    use_required_attribute = False

    def __init__(self, *args, comment: Comment | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.comment = comment
        self.whom: sanctions.Whom | None = None
        hosts = sanctions.hosts_in(comment) if comment else []
        targets = [Target.NETWORK, Target.NAME, Target.DOMAIN]
        if comment:
            del self.fields["network"]
            targets = [Target.EMAIL, *targets]
            if not comment.sender_network:
                targets.remove(Target.NETWORK)
            if not hosts:
                targets.remove(Target.DOMAIN)
            self.initial |= {"name": comment.author_name, "domain": hosts[0] if hosts else ""}
        self.fields["target"].choices = [(target.value, target.label) for target in targets]
        self.fields["target"].initial = targets[0]

    def clean_reason(self) -> str:
        return bidi.clean_block(self.cleaned_data["reason"])

    def clean(self) -> None:
        target = self.cleaned_data.get("target")
        if target is None:
            return
        try:
            self.whom = self._whom(target)
        except sanctions.SanctionError as error:
            self.add_error(target if target in self.fields else "target", str(error))

    def _whom(self, target: str) -> sanctions.Whom:
        typed = bidi.clean_line(self.cleaned_data.get(target, ""))
        match target:
            case Target.NAME:
                return sanctions.name_like(typed)
            case Target.DOMAIN:
                return sanctions.domain_named(typed)
            case Target.EMAIL:
                return sanctions.writer_of(self.comment)
        return sanctions.network_of(self.comment) if self.comment else sanctions.network_named(typed)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("in_force", _("In force")), ("expired", _("Expired")), ("lifted", _("Lifted"))]

    def queryset(self, request, queryset):
        match self.value():
            case "in_force":
                return queryset.in_force()
            case "expired":
                return queryset.filter(lifted_at=None, expires_at__lte=timezone.now())
            case "lifted":
                return queryset.exclude(lifted_at=None)
        return queryset


REASON = isolated_column("reason", gettext_lazy("reason"))


class SanctionAdmin(ScannedSearch, admin.ModelAdmin):
    list_display = [
        "whom", "target", "effect", "state", "expires_at", REASON, "created_by", "comments",
    ]  # fmt: skip
    list_display_links = ["whom"]
    list_filter = [StateFilter, "effect", "target"]
    list_select_related = ["created_by"]
    scanned_fields = ["label", "reason"]
    # What is counted for each row makes the model's own order be forgotten.
    ordering = ["-pk"]
    actions = ["lift_chosen"]
    fields = [
        "whom", "target", "effect", "state", REASON, "created_by", "created_at", "expires_at",
        "lifted_by", "lifted_at", "comments",
    ]  # fmt: skip
    change_form_template = "admin/comments/sanction/change_form.html"

    class Media:
        css = {"all": ["css/desk/screening.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(met=F("refused") + Count("comments"))

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_lift_permission(self, request):
        return request.user.has_perm(sanctions.LIFT)

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("for-comment/", of_site(self.add_view), name="comments_sanction_for_comment"),
            path("<row:pk>/lift/", of_site(self.lift_view), name="comments_sanction_lift"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponseBase:
        """Impose a sanction; on what a comment shows, where `comment` has its number."""
        if not request.user.has_perm(sanctions.IMPOSE):
            raise PermissionDenied
        comment = None
        if (number := row_number(request.GET.get("comment", ""))) is not None:
            # Comments are the moderators' matter, whoever else may impose sanctions.
            if not request.user.has_perm(moderation.PERMISSION):
                raise PermissionDenied
            comment = get_object_or_404(Comment, pk=number)
        form = ImposeForm(request.POST or None, comment=comment)
        if form.is_valid():
            try:
                sanction = sanctions.impose(
                    form.whom,
                    effect=form.cleaned_data["effect"],
                    reason=form.cleaned_data["reason"],
                    days=form.cleaned_data["days"] or None,
                    by=request.user,
                )
            except sanctions.SanctionError as error:
                form.add_error(None, str(error))
            else:
                told = _("In force from now on: %(sanction)s.") % {"sanction": isolate_plain(str(sanction))}
                messages.success(request, told)
                if comment:
                    return redirect("admin:comments_comment_change", comment.pk)
                return redirect("admin:comments_sanction_changelist")
        context = self.admin_site.each_context(request) | {
            "title": _("New sanction"),
            "opts": self.opts,
            "form": form,
            "comment": comment,
            "reach": _reach(comment) if comment else {},
            "explained": EFFECTS_EXPLAINED,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/comments/sanction/impose.html", context, status=status)

    @method_decorator(require_POST)
    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self._lift(request, [pk])
        return redirect("admin:comments_sanction_change", pk)

    @admin.action(description=gettext_lazy("Lift"), permissions=["lift"])
    def lift_chosen(self, request, queryset):
        self._lift(request, [sanction.pk for sanction in queryset])

    def _lift(self, request: HttpRequest, numbers: list[int]) -> None:
        lifted = len(sanctions.lift(numbers, by=request.user))
        if lifted:
            told = ngettext("%(count)d sanction lifted.", "%(count)d sanctions lifted.", lifted)
            messages.success(request, told % {"count": lifted})
        else:
            messages.warning(request, _("Nothing was in force any more."))

    @admin.display(description=gettext_lazy("whom it concerns"), ordering="label")
    def whom(self, sanction):
        return isolate(sanction.label)

    @admin.display(description=gettext_lazy("state"))
    def state(self, sanction):
        if sanction.lifted_at:
            return _("Lifted")
        return _("In force") if sanction.is_in_force else _("Expired")

    @admin.display(description=gettext_lazy("comments that came under it"))
    def comments(self, sanction):
        return sanction.met


def _reach(comment: Comment) -> dict[str, str]:
    """For each kind of sanction how much it would have met so far, as a sentence. Two queries.

    Of an address only what its mailbox confirmed, and of a network the names and not the addresses: whoever sends a
    comment under a guessed one would see by the count that the guess was right.
    """
    proven = Comment.objects.filter(email_fingerprint=comment.email_fingerprint, is_proven=True)
    by_writer = proven.aggregate(comments=Count("pk"), approved=Count("pk", filter=Q(status=Status.APPROVED)))
    told = {}
    if comment.is_proven:
        sentence = _("Proven comments so far: %(comments)d, of which approved: %(approved)d.")
        told[Target.EMAIL] = sentence % by_writer
    if comment.sender_network:
        by_network = Comment.objects.filter(sender_fingerprint=comment.sender_fingerprint).aggregate(
            comments=Count("pk"), names=Count("author_name", distinct=True)
        )
        sentence = _("Comments from it in the last 30 days: %(comments)d, under this many names: %(names)d.")
        told[Target.NETWORK] = sentence % by_network
    return told
