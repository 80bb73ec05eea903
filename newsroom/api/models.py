"""Tokens by which programs act for an account, and what was written by them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NAME_MAX_LENGTH = 60
LONGEST_LIFE = timedelta(days=366)


class Scope(models.TextChoices):
    READ_DRAFTS = "drafts:read", _("Read unpublished articles")
    WRITE_ARTICLES = "articles:write", _("Write drafts of one’s own")
    WRITE_IMAGES = "images:write", _("Upload pictures")
    MODERATE_COMMENTS = "comments:moderate", _("Decide over held comments")


class TokenQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def shown_to(self, user):
        """Those that `user` sees and may revoke: the own, and who oversees them, all."""
        return self if user.has_perm(OVERSEE) else self.filter(user=user)


OVERSEE = "api.oversee_tokens"


class Token(models.Model):
    """Only a digest of it is stored, and its beginning, by which its owner knows it again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    beginning = models.CharField(_("begins with"), max_length=13, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("may"), size=len(Scope)
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens of programs")
        ordering = ["-pk"]
        default_permissions = []
        permissions = [("oversee_tokens", _("Can see and revoke the tokens of all accounts"))]
        constraints = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="a_token_is_for_something"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + LONGEST_LIFE),
                name="a_token_ends_within_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class Verb(models.TextChoices):
    CREATE_DRAFT = "create_draft", _("Wrote a draft")
    CHANGE_DRAFT = "change_draft", _("Changed a draft")
    UPLOAD_IMAGE = "upload_image", _("Uploaded a picture")
    DECIDE_COMMENT = "decide_comment", _("Decided over a comment")


class Use(models.Model):
    """Something written by a token. For a day it keeps what was answered, so that who asks again by the same `key` is
    told the same."""

    token = models.ForeignKey(Token, verbose_name=_("token"), on_delete=models.CASCADE, related_name="uses")
    at = models.DateTimeField(_("at"), default=timezone.now)
    verb = models.CharField(_("act"), max_length=20, choices=Verb.choices)
    # The number of what was written.
    row = models.BigIntegerField(_("number"), null=True)
    status = models.PositiveSmallIntegerField(_("answered"), default=0)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - none is not the same as another none
    # A digest of what was sent with the key.
    asked = models.CharField(max_length=64, blank=True)
    # What was answered, byte by byte.
    answer = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("act of a program")
        verbose_name_plural = _("acts of programs")
        ordering = ["-pk"]
        default_permissions = []
        constraints = [
            models.UniqueConstraint(
                fields=["token", "key"], condition=Q(key__isnull=False), name="a_key_is_used_once"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="kept_answers", condition=Q(key__isnull=False))]

    def __str__(self) -> str:
        return str(self.pk)
