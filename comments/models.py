"""Comments, the findings that screening made, and the decisions that people took."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.models.fields import BlockField, LineField
from newsroom.text import arabic

NAME_MAX_LENGTH = 80
BODY_MAX_LENGTH = 5_000
WEBSITE_MAX_LENGTH = 200
# Ten hexadecimal digits a level, so that text order is thread order. Below this depth replies stand side by side
# in order of time: a path must stay within what a btree row holds (2,700 bytes).
PATH_DIGITS = 10
PATH_LEVELS = 100


def _new_receipt() -> str:
    return secrets.token_urlsafe(24)


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    DELETED = "deleted", _("Deleted")


class Reason(models.TextChoices):
    """Why a comment is rejected, as the moderator picks it and as its writer reads it."""

    ABUSE = "abuse", _("Insult or abuse")
    INCITEMENT = "incitement", _("Hatred or incitement")
    OFF_TOPIC = "off_topic", _("Off topic")
    PERSONAL = "personal", _("Personal details of others")
    ADVERTISING = "advertising", _("Advertising")
    REPEATED = "repeated", _("Repeated comment")
    OTHER = "other", _("Another reason")


class Thread(models.Model):
    """Whether an article takes comments. No row means that it does."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="+", primary_key=True)
    is_open = models.BooleanField(_("takes comments"), default=True)

    class Meta:
        verbose_name = _("comment thread")
        verbose_name_plural = _("comment threads")

    def __str__(self) -> str:
        return str(self.article)


class CommentQuerySet(models.QuerySet):
    def approved(self):
        """What readers see. Every public surface begins here."""
        return self.filter(status=Status.APPROVED)

    def pending(self):
        return self.filter(status=Status.PENDING)

    def for_thread(self):
        """With what a page shows; the sender's columns stay in the database."""
        return self.only(
            "id", "article_id", "parent_id", "root_id", "path", "depth", "author_name", "author_direction",
            "website", "body", "direction", "status", "created_at",
        )  # fmt: skip

    def for_desk(self):
        """With what the desk shows: the article, the parent, findings and decisions. Four queries.

        No address and no body of an article is among it.
        """
        return (
            self.select_related("article__section", "parent")
            .defer(
                "email_encrypted", "receipt", "search_key",
                "parent__email_encrypted", "parent__receipt", "parent__search_key",
                "article__body", "article__body_html", "article__search_key",
            )
            .prefetch_related("findings", "decisions__by")
        )  # fmt: skip

    def counts_by_article(self, article_ids) -> dict[int, int]:
        """Approved comments for each article that has any. One query."""
        rows = self.approved().filter(article_id__in=article_ids).order_by().values_list("article_id")
        return dict(rows.annotate(Count("id")))

    def matching(self, text: str):
        """Those whose name or text holds all words of `text`, however they are spelled."""
        found = self
        for word in arabic.normalize(text).split():
            found = found.filter(search_key__contains=word)
        return found


class Comment(models.Model):
    Status = Status

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("in reply to"),
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="replies",
    )
    # The first comment of the thread this one belongs to; its own number for a first comment.
    root_id = models.BigIntegerField(editable=False)
    path = models.CharField(max_length=PATH_DIGITS * PATH_LEVELS, editable=False, db_collation="C")
    depth = models.PositiveIntegerField(default=0, editable=False)

    author_name = LineField(_("name"), max_length=NAME_MAX_LENGTH)
    author_direction = models.CharField(max_length=3, editable=False, default="rtl")
    email_encrypted = models.TextField(editable=False)
    email_fingerprint = models.CharField(max_length=64, editable=False)
    website = models.CharField(_("website"), max_length=WEBSITE_MAX_LENGTH, blank=True)
    body = BlockField(_("comment"))
    direction = models.CharField(max_length=3, editable=False, default="rtl")

    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PENDING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    # Keyed digests: of the network the sender came from, and of the whole submission against sending it twice.
    sender_fingerprint = models.CharField(max_length=64, editable=False)
    wording_fingerprint = models.CharField(max_length=64, editable=False)
    submission_fingerprint = models.CharField(max_length=64, editable=False, unique=True)
    receipt = models.CharField(max_length=43, editable=False, unique=True, default=_new_receipt)
    search_key = models.TextField(editable=False, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        permissions = [
            ("moderate_comment", _("Can approve, reject and undo")),
            ("view_email", _("Can see the e-mail address of a comment's writer")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(parent__isnull=True, depth=0, root_id=F("id")) | Q(parent__isnull=False, depth__gt=0)
                ),
                name="a_reply_has_a_parent_and_a_depth",
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "path"], name="approved_in_thread", condition=Q(status=Status.APPROVED)
            ),
            models.Index(
                fields=["article", "root_id"], name="approved_roots", condition=Q(status=Status.APPROVED)
            ),
            models.Index(
                fields=["created_at", "id"], name="pending_oldest_first", condition=Q(status=Status.PENDING)
            ),
            models.Index(fields=["status", "created_at"], name="comments_by_status"),
            models.Index(fields=["sender_fingerprint", "created_at"], name="comments_by_sender"),
            models.Index(fields=["wording_fingerprint", "created_at"], name="comments_by_wording"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("comments:permalink", args=[self.pk])

    @property
    def receipt_url(self) -> str:
        return reverse("comments:receipt", args=[self.receipt])


class Finding(models.Model):
    """One thing that a screening rule noticed, with where in the text and in words for the moderator."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(_("rule"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("weight"))
    sentence = models.TextField(_("finding"))
    # [{"field": "body", "start": 3, "end": 9}, …], offsets in characters of the stored text.
    evidence = models.JSONField(default=list)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-weight", "pk"]

    def __str__(self) -> str:
        return self.sentence


class Decision(models.Model):
    """One decision over one comment. Rows are only ever added; a trigger in the database refuses all else."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="decisions")
    from_status = models.CharField(_("from"), max_length=8, choices=Status.choices)
    to_status = models.CharField(_("to"), max_length=8, choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    note = BlockField(_("note"), blank=True)
    version_seen = models.PositiveIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"


class WatchedWord(models.Model):
    """A word or phrase that moderators want to be told about, in any spelling."""

    term = LineField(_("word or phrase"), max_length=100, unique=True)
    reason = LineField(_("reason"), max_length=200, help_text=_("Shown to the moderator beside the comment."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term
