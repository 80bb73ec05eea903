"""What came from elsewhere: which item became which row, and which address of the old site leads to it."""

import hashlib

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an item of an archive, or an old address, became here."""

    ARTICLE = "article", _("article")
    PAGE = "page", _("page of the site")
    IMAGE = "image", _("picture")
    SECTION = "section", _("section")
    TAG = "tag", _("tag")
    AUTHOR = "author", _("author")
    REVISION = "revision", _("revision")
    # Of these the number is a year, a month or a day in digits (2024, 202405, 20240517), or nothing.
    ARCHIVE = "archive", _("archive")
    FEED = "feed", _("feed")


def key_of(name: str) -> str:
    """By which a name of any length is looked up."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class ImportedItem(models.Model):
    """An item of an archive that came in, by its guid, and the row that it became.

    The number is kept when the row is deleted, so that what an editor deleted does not come back with the next import.
    """

    key = models.CharField(max_length=40, unique=True)
    guid = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.BigIntegerField()
    # Of what the archive said of it, so that a later archive tells what was changed there since.
    digest = models.CharField(max_length=40)
    # What was changed or left of it, for the report of a later run.
    notes = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = []
        indexes = [models.Index(fields=["kind", "number"], name="imported_items_by_row")]

    def __str__(self) -> str:
        return self.guid


class ImportedComment(models.Model):
    """A comment that came in with an item, by the number that it had there, and the comment that it became."""

    item = models.ForeignKey(ImportedItem, on_delete=models.CASCADE, related_name="comments")
    number_there = models.BigIntegerField()
    number = models.BigIntegerField()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number_there"], name="a_comment_of_an_item_comes_in_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.number_there}"


class OldAddress(models.Model):
    """An address of the old site, as `old_addresses.folded` writes it, and the row whose page it leads to."""

    key = models.CharField(max_length=40, unique=True)
    address = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.BigIntegerField()

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return self.address
