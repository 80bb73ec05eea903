"""Comments, what screening noticed in them, and what they said before they were changed."""

import secrets

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.models.addresses import place
from articles.models.article import TEXTS_OF_ARTICLE
from articles.models.fields import BlockField, LineField
from comments.finding_sentences import sentence_of
from newsroom.text import arabic

NAME_MAX_LENGTH = 80
BODY_MAX_LENGTH = 5_000
WEBSITE_MAX_LENGTH = 200
# Ten hexadecimal digits a level, so that text order is thread order. Below this depth replies stand side by side
# in order of time: a path must stay within what a btree row holds (2,700 bytes).
PATH_DIGITS = 10
PATH_LEVELS = 100
# Who may decide over comments.
MODERATE = "comments.moderate_comment"


def _new_receipt() -> str:
    return secrets.token_urlsafe(24)


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    DELETED = "deleted", _("Deleted")


class Script(models.TextChoices):
    """What a comment is mostly written in, as far as letters tell."""

    ARABIC = "arabic", _("Arabic script")
    LATIN = "latin", _("Latin script")
    OTHER = "other", _("Another script")


# A moderator waits for these, or nobody does.
HELD = Q(status=Status.PENDING, is_shadowed=False)
SHADOWED = Q(status=Status.PENDING, is_shadowed=True)


class CommentQuerySet(models.QuerySet):
    def shown(self):
        """What readers see: approved, and so is all that it answers. Every public surface begins here."""
        return self.filter(is_shown=True)

    def answerable(self):
        """What readers may answer, report and find useful: all but the places of what was erased."""
        return self.shown().filter(is_placeholder=False)

    def pending(self):
        return self.filter(status=Status.PENDING)

    def held(self):
        """What waits for a moderator."""
        return self.filter(HELD)

    def shadowed(self):
        """What a sanction holds in silence, out of the queue."""
        return self.filter(SHADOWED)

    def reported(self):
        """What readers see and complained of since a moderator last looked at it."""
        return self.filter(status=Status.APPROVED, open_reports__gt=0)

    def unclaimed(self):
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))

    def for_thread(self):
        """With what a page shows, and whom it answers; the sender's columns stay in the database."""
        return self.select_related("parent").only(
            "id", "article_id", "parent_id", "root_id", "path", "depth", "author_name", "author_direction",
            "website", "body", "direction", "status", "is_shown", "created_at", "edited_at", "picked_at",
            "useful", "staff_id", "is_placeholder", "parent__author_name", "parent__author_direction",
        )  # fmt: skip

    def for_decision(self):
        """With what a decision compares and changes."""
        return self.only(
            "id",
            "article_id",
            "author_name",
            "status",
            "version",
            "claimed_by",
            "claimed_until",
            "open_reports",
            "edited_at",
            "is_shadowed",
        )

    def for_desk(self):
        """With what the desk shows: article, parent, claim, sanction, findings, decisions and notes. Four queries.

        No address and no body of an article is among it.
        """
        return self.for_card().prefetch_related(*what_is_beside().values())

    def for_card(self):
        """The same without findings, decisions and notes. One query."""
        return self.select_related("article__section", "parent", "claimed_by", "staff", "sanction").defer(
            "email_encrypted", "receipt", "search_key", "likeness",
            "parent__email_encrypted", "parent__receipt", "parent__search_key", "parent__likeness",
            *TEXTS_OF_ARTICLE,
            "claimed_by__password", "staff__password",
        )  # fmt: skip

    def with_reports(self):
        """With the reports that nobody has settled, as `complaints`. One query more."""
        return self.prefetch_related(unsettled_reports())

    def matching(self, text: str):
        """Those whose name or text holds all words of `text`, however they are spelled."""
        found = self
        for word in arabic.normalize(text).split():
            found = found.filter(search_key__contains=word)
        return found


def what_is_beside() -> dict[str, Prefetch]:
    """What the desk shows beside a comment, by the names of the relations."""
    # They point here, so they cannot be imported above.
    from .decision import Decision, Note

    return {
        "findings": Prefetch("findings", Finding.objects.all()),
        "decisions": Prefetch("decisions", Decision.objects.select_related("by", "reason")),
        "notes": Prefetch("notes", Note.objects.select_related("by")),
    }


def unsettled_reports() -> Prefetch:
    from .response import Report

    return Prefetch("reports", Report.objects.filter(settled_at=None), to_attr="complaints")


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
        db_index=False,
        related_name="replies",
    )
    # The first comment of the thread this one belongs to; its own number for a first comment.
    root_id = models.BigIntegerField(editable=False)
    path = models.CharField(max_length=PATH_DIGITS * PATH_LEVELS, editable=False, db_collation="C")
    depth = models.PositiveIntegerField(default=0, editable=False)

    author_name = LineField(_("name"), max_length=NAME_MAX_LENGTH)
    author_direction = models.CharField(max_length=3, editable=False, default="rtl")
    # Empty where it was erased; the fingerprint is a random word then, so that no two comments have one writer.
    email_encrypted = models.TextField(editable=False)
    email_fingerprint = models.CharField(max_length=64, editable=False)
    website = models.CharField(_("website"), max_length=WEBSITE_MAX_LENGTH, blank=True)
    body = BlockField(_("comment"))
    direction = models.CharField(max_length=3, editable=False, default="rtl")

    # A member of the newsroom who answered from the desk; readers see a badge.
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    # Whether the address was proven by whoever sent this; see `comments.trust`.
    is_proven = models.BooleanField(default=False, editable=False)
    wants_replies = models.BooleanField(_("mail me the answers"), default=False, editable=False)
    # In which its writer had the site, and is written to.
    language = models.CharField(max_length=7, default=settings.LANGUAGE_CODE, editable=False)

    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PENDING, editable=False
    )
    # Approved, and all that it answers is shown too; `moderation` keeps it true.
    is_shown = models.BooleanField(default=False, editable=False)
    # Its text was erased, and a sentence keeps its place for what answers it.
    is_placeholder = models.BooleanField(default=False, editable=False)
    # Held by a sanction that its writer is not told of; it does not wait in the queue.
    is_shadowed = models.BooleanField(default=False, editable=False)
    # The strongest sanction that it came under.
    sanction = models.ForeignKey(
        "comments.Sanction",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="comments",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("changed"), null=True, editable=False)
    # Who has it before them, and until when that keeps others off.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    claimed_until = models.DateTimeField(null=True, editable=False)
    # How likely a moderator rejects it (0 to 1), None before anything was learned. It orders the queue alone.
    triage = models.FloatField(null=True, editable=False)
    wave = models.ForeignKey(
        "comments.Wave",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="members",
    )
    # What `comments.likeness` compares it by; None for comments older than that.
    likeness = models.BinaryField(null=True)
    # Written with the rows that they count, in one transaction.
    open_reports = models.PositiveIntegerField(default=0, editable=False)
    useful = models.PositiveIntegerField(default=0, editable=False)
    # An editor's pick, since when.
    picked_at = models.DateTimeField(null=True, editable=False)
    script = models.CharField(max_length=6, choices=Script, default=Script.ARABIC, editable=False)

    # The network the sender came from, as /24 or /48 and as a keyed digest; both are emptied after 30 days.
    sender_network = models.CharField(max_length=43, blank=True, editable=False)
    sender_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    # Keyed digests of the text, and of the whole submission against sending it twice.
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
            ("export_person", _("Can export all that is held about a person")),
            ("erase_person", _("Can erase all that is held about a person")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(parent__isnull=True, depth=0, root_id=F("id")) | Q(parent__isnull=False, depth__gt=0)
                ),
                name="a_reply_has_a_parent_and_a_depth",
            ),
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(status=Status.APPROVED),
                name="only_an_approved_comment_is_shown",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | Q(claimed_until__isnull=False),
                name="a_claim_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["article", "path"], name="shown_in_thread", condition=Q(is_shown=True)),
            models.Index(fields=["article", "root_id"], name="shown_roots", condition=Q(is_shown=True)),
            # All that the queue filters and folds waves by, so that a filter that fits few comments reads no rows
            # but theirs.
            models.Index(
                fields=["created_at", "id"],
                name="held_oldest_first",
                condition=HELD,
                include=["article", "script", "is_proven", "wave"],
            ),
            models.Index(
                fields=["article", "-picked_at"],
                name="picks_newest_first",
                condition=Q(is_shown=True, picked_at__isnull=False),
            ),
            models.Index(
                F("triage").desc(nulls_last=True),
                "id",
                name="held_by_triage",
                condition=HELD,
                include=["article", "script", "is_proven", "wave"],
            ),
            models.Index(
                fields=["wave", "id"],
                name="held_by_wave",
                condition=HELD & Q(wave__isnull=False),
                include=["article", "script", "is_proven"],
            ),
            GinIndex(
                fields=["search_key"], opclasses=["gin_trgm_ops"], name="held_by_letters", condition=HELD
            ),
            models.Index(fields=["created_at", "id"], name="shadowed_oldest_first", condition=SHADOWED),
            models.Index(
                fields=["created_at", "id"],
                name="reported_oldest_first",
                condition=Q(status=Status.APPROVED, open_reports__gt=0),
            ),
            models.Index(fields=["email_fingerprint", "created_at"], name="comments_by_writer"),
            # Of what most comments have none of, an index holds only those that do: it is written with fewer.
            models.Index(fields=["parent"], name="comments_by_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["staff"], name="comments_by_staff", condition=Q(staff__isnull=False)),
            models.Index(
                fields=["claimed_by"], name="comments_by_claim", condition=Q(claimed_by__isnull=False)
            ),
            models.Index(fields=["wave", "id"], name="comments_by_wave", condition=Q(wave__isnull=False)),
            models.Index(
                fields=["sanction"], name="comments_by_sanction", condition=Q(sanction__isnull=False)
            ),
            models.Index(fields=["status", "created_at"], name="comments_by_status"),
            models.Index(fields=["sender_fingerprint", "created_at"], name="comments_by_sender"),
            models.Index(fields=["wording_fingerprint", "created_at"], name="comments_by_wording"),
            models.Index(
                fields=["created_at", "id"], name="networks_to_forget", condition=~Q(sender_fingerprint="")
            ),
        ]

    def __str__(self) -> str:
        # Neither name nor words: the log keeps what a row was called, and a comment can be withdrawn or erased.
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("comments:permalink", args=[self.pk])

    @property
    def receipt_url(self) -> str:
        return f"{place('comments:receipt', '-')}{self.receipt}/"


class Finding(models.Model):
    """One thing that a screening rule noticed, with where in the text and in words for the moderator."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(_("rule"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("weight"))
    # What `comments.finding_sentences` makes a sentence of.
    facts = models.JSONField(_("finding"), default=dict)
    # [{"field": "body", "start": 3, "end": 9}, …], offsets in characters of the stored text.
    evidence = models.JSONField(default=list)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-weight", "pk"]
        indexes = [models.Index(fields=["rule", "comment"], name="findings_by_rule")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """For the moderator, in the language of whoever reads it."""
        return sentence_of(self.rule, self.facts)


class Revision(models.Model):
    """What a comment said before its writer changed it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    body = BlockField(_("comment"))
    direction = models.CharField(max_length=3)
    # The version of the comment that this text belonged to.
    version = models.PositiveIntegerField()
    replaced_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("former text")
        verbose_name_plural = _("former texts")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "version"], name="a_version_has_one_former_text"),
        ]

    def __str__(self) -> str:
        return self.body[:60]
