"""Text columns that hold only clean text: whoever writes a row, no bidi override or control character gets in."""

from django.db import models

from newsroom.text import bidi


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
