"""Which card of an article is made."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShareCard(models.Model):
    """The card of an article that lies in the store of media. Its name says what is on it: a page names it only as long
    as the article says the same."""

    # Of the article; no foreign key, for the file is to be removed after an article that was deleted.
    number = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=32)
    # Of the card before, until its file is removed.
    former = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("share card")
        verbose_name_plural = _("share cards")
        default_permissions = []
        indexes = [
            models.Index(fields=["number"], name="cards_to_remove", condition=~models.Q(former="")),
        ]

    def __str__(self) -> str:
        return self.digest
