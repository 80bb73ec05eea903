"""What stands on the desk: registrations, and whatever joins two apps."""

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles import kept_pages
from articles.admin import (
    ArticleAdmin,
    AuthorAdmin,
    ClockMoveAdmin,
    CorrectionAdmin,
    EditorAdmin,
    FrontPageAdmin,
    ImageAdmin,
    SectionAdmin,
    SeriesAdmin,
    SitePageAdmin,
    TagAdmin,
    TransitionAdmin,
)
from articles.models import (
    Arrangement,
    Article,
    Author,
    ClockMove,
    Correction,
    Editor,
    Image,
    Section,
    Series,
    SitePage,
    Tag,
    Transition,
)
from comments.admin import (
    CommentAdmin,
    PersonalDataAdmin,
    PolicyAdmin,
    QueueSubscriptionAdmin,
    RejectionReasonAdmin,
    SanctionAdmin,
    TriageAdmin,
    WatchedWordAdmin,
)
from comments.models import (
    Comment,
    PersonalData,
    Policy,
    QueueSubscription,
    RejectionReason,
    Sanction,
    Thread,
    TriageState,
    WatchedWord,
)
from newsroom.accounts import AccountAdmin, GroupOfAccountsAdmin
from newsroom.deliveries.admin import KINDS, DeliveryAdmin
from newsroom.deliveries.models import Delivery
from newsroom.federation.admin import FederationAdmin
from newsroom.federation.models import Actor
from newsroom.mail.admin import OutgoingMailAdmin
from newsroom.mail.models import OutgoingMail
from newsroom.webhooks.admin import EndpointAdmin
from newsroom.webhooks.models import Endpoint

# Of `articles.pings`.
KINDS |= {"websub": _("Hub of feeds"), "indexnow": _("Search engines")}


class ThreadFormSet(BaseInlineFormSet):
    @classmethod
    def get_default_prefix(cls) -> str:
        # Made of the relation's name, of which an article has none.
        return "thread"

    def save(self, commit=True):
        if commit and self.has_changed():
            kept_pages.thread_changed(self.instance.pk)
        return super().save(commit)


class ThreadInline(admin.StackedInline):
    """Whether the article takes comments and which of them wait, on its own form; folded, for most are as the site."""

    model = Thread
    formset = ThreadFormSet
    template = "admin/comments/thread/inline.html"
    can_delete = False
    max_num = 1
    verbose_name = verbose_name_plural = _("Comments")
    fields = [("mode", "night", "closes_after_days")]
    classes = ["collapse"]


class ArticleWithComments(ArticleAdmin):
    inlines = [*ArticleAdmin.inlines, ThreadInline]


admin.site.unregister([Group, User])
admin.site.register(Group, GroupOfAccountsAdmin)
admin.site.register(User, AccountAdmin)
admin.site.register(Article, ArticleWithComments)
admin.site.register(Section, SectionAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Series, SeriesAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(SitePage, SitePageAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(Correction, CorrectionAdmin)
admin.site.register(Transition, TransitionAdmin)
admin.site.register(Editor, EditorAdmin)
admin.site.register(Arrangement, FrontPageAdmin)
admin.site.register(ClockMove, ClockMoveAdmin)
admin.site.register(Comment, CommentAdmin)
admin.site.register(TriageState, TriageAdmin)
admin.site.register(WatchedWord, WatchedWordAdmin)
admin.site.register(Sanction, SanctionAdmin)
admin.site.register(RejectionReason, RejectionReasonAdmin)
admin.site.register(Policy, PolicyAdmin)
admin.site.register(PersonalData, PersonalDataAdmin)
admin.site.register(QueueSubscription, QueueSubscriptionAdmin)
admin.site.register(OutgoingMail, OutgoingMailAdmin)
admin.site.register(Delivery, DeliveryAdmin)
admin.site.register(Actor, FederationAdmin)
admin.site.register(Endpoint, EndpointAdmin)
