"""Words that moderators want to be told about, and what follows when they stand in a comment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.fields import LineField


class Kind(models.TextChoices):
    """How a term may stand in a text; the values are those of `newsroom.text.term_index.TermKind`."""

    EXACT = "exact", _("Exactly as listed")
    PHRASE = "phrase", _("Also behind particles and the article")
    STEM = "stem", _("Behind particles and before endings")


class Level(models.TextChoices):
    WATCH = "watch", _("Watch: tell the moderator")
    HOLD = "hold", _("Hold: wait for the moderator")
    REJECT = "reject", _("Reject at once")


class WatchedWord(models.Model):
    """A word or phrase, found in any spelling."""

    term = LineField(_("word or phrase"), max_length=100, unique=True)
    kind = models.CharField(_("found"), max_length=6, choices=Kind, default=Kind.PHRASE)
    level = models.CharField(_("what follows"), max_length=6, choices=Level, default=Level.HOLD)
    reason = LineField(_("reason"), max_length=200, help_text=_("Shown to the moderator beside the comment."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term
