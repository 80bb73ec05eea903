"""What was done with articles and the front page, and what was tried without the right."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.workflow import OF_THE_CLOCK, State

from .article import Article
from .fields import BlockField, LineField


class MadeTransitions(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(is_denied=False)

    def keep(self, article, act: str, *, by, **more):
        """Keep that `by` did with the stored article what leaves its state as it is. One query."""
        state = article.state
        return self.create(
            article=article,
            headline=article.headline,
            move=act,
            from_state=state,
            to_state=state,
            by=by,
            **more,
        )


class Transition(models.Model):
    """What somebody did with an article or the front page, or tried to do without the right: kept for good.

    Mostly a move through the workflow; `move` is one of `articles.workflow.ACTS`. What leaves the state as it was, such
    as the choice of a reviewer, a correction or a note, goes from a state to the same one. So does what was denied,
    which is found among the `attempts` alone.
    """

    # None where it is gone, where it was never written because that was denied, and of the front page.
    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.SET_NULL, null=True, related_name="transitions"
    )
    # How the article was called then.
    headline = LineField(_("headline"), max_length=250, blank=True)
    move = models.CharField(_("move"), max_length=20)
    is_denied = models.BooleanField(_("denied"), default=False)
    from_state = models.CharField(_("from"), max_length=12, choices=State.choices)
    to_state = models.CharField(_("to"), max_length=12, choices=State.choices)
    # Of a publication: since when, or from when on, readers see the article.
    published_at = models.DateTimeField(_("hour of publication"), null=True)
    # Of a new hour of withdrawal: until when they see it.
    withdraw_at = models.DateTimeField(_("withdraw on"), null=True)
    # The hour that either of them had before, given up for another or for none.
    previous_hour = models.DateTimeField(null=True)
    # Who was chosen to review it; None where it is no such choice, or where nobody is to.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    note = BlockField(_("note"), max_length=1_000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    attempts = models.Manager()
    objects = MadeTransitions()

    class Meta:
        # So that relations, too, take nothing that was denied for done.
        default_manager_name = "objects"
        verbose_name = _("move")
        verbose_name_plural = _("record of moves")
        # What the clock did is noted after its hour.
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_denied=False) | Q(to_state=F("from_state")),
                name="what_was_denied_changed_nothing",
            ),
            models.UniqueConstraint(
                fields=["article", "move", "at"],
                condition=Q(move__in=sorted(OF_THE_CLOCK)),
                name="what_the_clock_did_is_noted_once",
            ),
        ]
        indexes = [
            models.Index(F("by"), F("id").desc(), name="moves_by_account"),
            models.Index(F("id").desc(), name="denied_moves", condition=Q(is_denied=True)),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.from_state} → {self.to_state}"
