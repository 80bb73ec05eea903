"""Series: articles that are read one after the other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .fields import LineField
from .taxonomy import Named


class Series(Named):
    description = LineField(_("description"), max_length=300, blank=True)
    # Numbers of articles. Which belong to it is written in each article, and changed as its text is; this says only in
    # which order they stand, and what is not named here comes last, by date.
    order = ArrayField(models.BigIntegerField(), default=list, editable=False)

    url_name = "articles:series"

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("several", "series")
        ordering = ["sort_key"]
