"""Text columns that hold only clean text: whoever writes a row, no bidi override or control character gets in."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from newsroom.text import bidi

# When an article may appear or disappear. Beyond the years that Python counts, the database keeps moments that it can
# then not give back, and no list in which one stands could be read.
EARLIEST, LATEST = datetime(1800, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def check_moment(moment: datetime) -> None:
    """Raise ValidationError for a year in which nothing is published or withdrawn."""
    if not EARLIEST <= moment <= LATEST:
        years = {"first": EARLIEST.year, "last": LATEST.year}
        raise ValidationError(_("Choose a day between the years %(first)d and %(last)d."), params=years)


class LineField(models.CharField):
    """One line: a name, a headline, a caption. See `bidi.clean_line` for what is dropped and kept."""

    def to_python(self, value):
        value = super().to_python(value)
        return bidi.clean_line(value) if value is not None else None


class BlockField(models.TextField):
    """Plain text of several lines. See `bidi.clean_block`."""

    def to_python(self, value):
        value = super().to_python(value)
        return bidi.clean_block(value) if value is not None else None

    def get_prep_value(self, value):
        return self.to_python(super().get_prep_value(value))
