"""What the clock is going to do to articles, and what of it is not in their history yet."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import workflow

from .article import Article

# After so long even a worker that was started anew has noted what is due.
LATE_AFTER = timedelta(minutes=5)


class ClockMoveQuerySet(models.QuerySet):
    def due(self):
        """What the worker may attend to now, the longest due first."""
        return self.filter(next_at__lte=timezone.now()).order_by("next_at", "pk")

    def late(self):
        """What somebody should look at: it failed, or no worker came."""
        return self.filter(Q(attempts__gt=0) | Q(at__lt=timezone.now() - LATE_AFTER))


class ClockMove(models.Model):
    """That an article appears or disappears at an hour, from when it is decided until it is noted and told.

    Readers depend on none of this: `Article.objects.published()` asks the clock. A row whose hour has come is a fact,
    whatever became of the article since.
    """

    class Kind(models.TextChoices):
        APPEAR = workflow.APPEAR, _("Publication")
        DISAPPEAR = workflow.DISAPPEAR, _("Withdrawal")

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="clock_moves"
    )
    kind = models.CharField(_("what happens"), max_length=9, choices=Kind)
    at = models.DateTimeField(_("hour"))
    # Who decided it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("scheduled by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The kind of error alone: its message may quote what stands in the row.
    failure = models.CharField(_("last error"), max_length=100, blank=True)
    next_at = models.DateTimeField(_("next attempt"))

    objects = ClockMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move by the clock")
        verbose_name_plural = _("moves by the clock")
        ordering = ["at", "pk"]
        # Whoever may publish sees them; the verbs write them.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["article", "kind", "at"], name="the_clock_does_a_thing_once_at_an_hour"
            ),
        ]
        indexes = [models.Index(fields=["next_at", "id"], name="clock_moves_due")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"
