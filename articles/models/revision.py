"""What was written of an article: its revisions for good, what is being typed for a while, and who has it open."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import LineField

# After so long without a sign from a form, nobody is at it any more; one comes every 20 seconds.
PRESENT_FOR = timedelta(seconds=60)


class RevisionQuerySet(models.QuerySet):
    def of_the_text(self):
        """What stood in the form one after another; what came too late never did."""
        return self.exclude(kind=Revision.Kind.UNAPPLIED)

    def left_over(self, user):
        """What `user` wrote too late and has not looked through yet."""
        return self.filter(kind=Revision.Kind.UNAPPLIED, by=user, settled_at=None)


class Revision(models.Model):
    """The text of an article as somebody saved it, whether readers ever saw it or not.

    `content` is what `articles.contents` makes of an article. `base_version` is the version of the article that the
    writer began from, None for a new one; of a text that was saved, the next version is the one it became.
    """

    class Kind(models.TextChoices):
        SAVED = "saved", _("Saved")
        UNAPPLIED = "unapplied", _("Came too late")
        RESTORED = "restored", _("Restored")

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="revisions")
    content = models.JSONField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SAVED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    note = LineField(_("note"), max_length=200, blank=True)
    name = LineField(_("name of the version"), max_length=80, blank=True)
    base_version = models.PositiveIntegerField(null=True)
    restored_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    # Since when it is, or was, the article itself and no working copy.
    applied_at = models.DateTimeField(null=True)
    # Of one that came too late: the move whose button was pressed, by `name`, with its `at` (ISO 8601), `note` and
    # `is_minor`; and when its writer had chosen what to take of the text.
    pressed = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-pk"]
        default_permissions = []
        indexes = [
            models.Index(
                fields=["by", "article"],
                name="left_over_revisions",
                condition=Q(kind="unapplied", settled_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="unapplied") | Q(applied_at=None), name="what_came_too_late_is_not_applied"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.article_id}/{self.pk}"


class DraftQuerySet(models.QuerySet):
    def unsaved(self):
        return self.filter(saved_at=None)


class Draft(models.Model):
    """What somebody has typed into one form of an article, or of one that is not stored yet, and not saved.

    `values` are those of the form's fields by name, as a browser reads them, unchecked. Each form that is opened has a
    `key` of its own, so that neither a second tab nor a form that is opened anew writes over what was typed in another;
    `sequence` counts what was typed into it. Once that is saved the row stays for a while, without values: an older
    text that arrives late does not bring it back, and the form of a new article makes no second one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="drafts"
    )
    key = models.CharField(max_length=36)
    values = models.JSONField()
    based_on_version = models.PositiveIntegerField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="a_form_has_one_draft"),
            models.CheckConstraint(condition=~Q(key=""), name="a_draft_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.article or self.key}"

    @property
    def edition(self) -> str:
        """The form, and how much had been typed into it: by this a browser says which text it means."""
        return f"{self.key}:{self.sequence}"


class PresenceQuerySet(models.QuerySet):
    def now(self):
        return self.filter(seen_at__gt=timezone.now() - PRESENT_FOR).select_related("user").order_by("pk")


class Presence(models.Model):
    """Somebody has the form of an article open, or had it until `seen_at`."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="somebody_is_at_an_article_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.article_id}"
