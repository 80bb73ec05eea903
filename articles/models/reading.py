"""How often articles are read, and nothing about who read them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class Reading(models.Model):
    """One reading as it was told of, until the worker counts it.

    `number` is whatever stood in the address: whether it is that of an article which readers see is asked when it is
    counted, so that telling of it takes the same time whatever it is, and locks no row. The hour is all that is kept of
    the moment: nobody's visit can be told from it.
    """

    number = models.BigIntegerField()
    hour = models.DateTimeField()

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.number} {self.hour}"


class HourOfReadings(models.Model):
    """How often an article was read within an hour."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["hour", "article"], name="an_hour_of_an_article_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.hour} {self.times}"


class DayOfReadings(models.Model):
    """How often an article was read on a day of the newsroom's calendar."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    day = models.DateField()
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["day", "article"], name="a_day_of_an_article_is_one_row"),
        ]
        indexes = [models.Index(fields=["article", "day"], name="readings_of_an_article")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day} {self.times}"


class MostRead(models.Model):
    """The numbers of what was read most of late, in their order. One row; whether readers see them is asked anew."""

    class Period(models.TextChoices):
        DAY = "day", _("in the last 24 hours")
        WEEK = "week", _("in the last seven days")

    articles = ArrayField(models.BigIntegerField(), default=list)
    period = models.CharField(max_length=4, choices=Period, default=Period.DAY)

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return str(self.articles)
