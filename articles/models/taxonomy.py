"""Sections and tags: where an article stands and what it is about."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, Expression, F, OuterRef
from django.utils.translation import gettext_lazy as _

from newsroom.text import arabic, bidi

from .addresses import Addressed
from .fields import LineField


class NamedQuerySet(models.QuerySet):
    def published(self, at: datetime | Expression | None = None):
        """Those of which readers see an article, at an hour as `ArticleQuerySet.published` takes it: a name may say
        what is not to be known yet."""
        relation = self.model.articles.field
        articles = relation.model.objects.published(at)
        return self.filter(Exists(articles.filter(**{relation.name: OuterRef("pk")})))

    def called(self, name: str) -> list:
        """The rows of that name in any spelling, with or without tashkeel and hamza. One query."""
        name = bidi.clean_line(name)
        wanted = arabic.normalize(name)
        return [row for row in self.filter(sort_key=_sort_key(name)) if arabic.normalize(row.name) == wanted]


class Named(Addressed):
    """A name with a page. `sort_key` orders names as Arabic readers expect, on a server without ICU too."""

    name = LineField(_("name"), max_length=120, unique=True)
    sort_key = models.CharField(max_length=240, editable=False, db_collation="C")

    # What lists call a row by, for the database.
    NAME = F("name")

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def settle(self) -> None:
        """Fill the columns that follow from the name."""
        self.name = type(self)._meta.get_field("name").to_python(self.name)
        self.sort_key = _sort_key(self.name)


def _sort_key(name: str) -> str:
    return arabic.sort_key(name)[: Named._meta.get_field("sort_key").max_length]


class Color(models.TextChoices):
    """Tokens of the style sheet, each readable on paper and surface in both themes."""

    RED = "red", _("red")
    ORANGE = "orange", _("orange")
    OLIVE = "olive", _("olive")
    GREEN = "green", _("green")
    TEAL = "teal", _("teal")
    BLUE = "blue", _("blue")
    VIOLET = "violet", _("violet")
    PLUM = "plum", _("plum")


class Section(Named):
    description = LineField(_("description"), max_length=300, blank=True)
    color = models.CharField(
        _("color"),
        max_length=8,
        choices=Color.choices,
        blank=True,
        help_text=_("The color of its name and rules on the site. Left empty, it is that of the newspaper."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Sections stand in the order of this number, smallest first.")
    )

    url_name = "articles:section"

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "sort_key"]


class Tag(Named):
    url_name = "articles:tag"

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["sort_key"]
