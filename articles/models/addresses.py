"""Readable addresses: what every model with a page of its own shares."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from newsroom.prepared_statements import row_of
from newsroom.text.slug import slugify

SLUG_MAX_LENGTH = 160
# Of a slug that somebody gave: it stays as it is, for an archive tells two stories apart by its end; with room for the
# number that makes it free.
GIVEN_SLUG_MAX_LENGTH = SLUG_MAX_LENGTH - 10
SAVE_ATTEMPTS = 8


class SlugField(models.CharField):
    """A Unicode slug: whatever is typed becomes one. An empty value stays empty until `settle_slug` fills it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": SLUG_MAX_LENGTH} | kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return slugify(value, GIVEN_SLUG_MAX_LENGTH) if value else value

    def formfield(self, **kwargs):
        field = super().formfield(**kwargs)
        # Its words stand as in the line of a browser, whatever their script.
        field.widget.attrs["dir"] = "ltr"
        return field


class Addressed(models.Model):
    """A row with a page at `/<kind>/<pk>/<slug>/`. The number finds the row; the slug is for people.

    A changed slug therefore needs no table of old ones: any other slug answers one redirect to the present one.
    """

    slug = SlugField(_("address"), unique=True, blank=True)

    url_name: str

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """An IRI, as HTML and browsers take it: a third of the bytes, and it can be read. What is told to machines is a
        URI, which `articles.seo.absolute` makes of it, as Django does for redirects."""
        # A form that comes back with its slug emptied still links to the page: any slug leads there.
        return f"{place(self.url_name, '0', '-')}{self.pk}/{self.slug or '-'}/"

    def save_with_free_slug(self, text: str, **options: Any) -> None:
        """Save the row; `options` are those of `save`.

        Of several at the same moment with one slug, each later one takes the next free one.
        """
        wanted = self.slug
        for attempt in range(SAVE_ATTEMPTS):
            self.slug = wanted
            self.settle_slug(text)
            try:
                with transaction.atomic():
                    self.save(**options)
            except IntegrityError:
                # Another slug is no help where something else is not free.
                if attempt == SAVE_ATTEMPTS - 1 or not self._others_at(self.slug).exists():
                    raise
            else:
                return

    def settle_slug(self, text: str) -> None:
        """Give the row a free slug: its own, else one made from `text`. One query where it is free at once."""
        wanted = slugify(self.slug, GIVEN_SLUG_MAX_LENGTH) if self.slug else slugify(text)
        candidate, number = wanted, 1
        while self._others_at(candidate).exists():
            number += 1
            candidate = f"{wanted}-{number}"
        self.slug = candidate

    def _others_at(self, slug: str) -> models.QuerySet:
        return type(self)._default_manager.exclude(pk=self.pk).filter(slug=slug)


def place(url_name: str, *end: str) -> str:
    """What stands before the `end` of the addresses of a name: of each address, whose parts these are in the place of
    its own."""
    return _place(url_name, end, get_language(), settings.LANGUAGE_CODE, get_script_prefix())


@lru_cache(maxsize=256)
def _place(
    url_name: str, end: tuple[str, ...], _language: str | None, _edition: str, _script_prefix: str
) -> str:
    # It hangs on the language that is spoken, that of the edition and where the site is mounted alone, and a page of
    # lists asks a hundred times.
    return unquote(reverse(url_name, args=end)).removesuffix("".join(f"{part}/" for part in end))


def loaded(model: type[models.Model], columns: Sequence[str], rows: Iterable[dict]) -> list[Any]:
    """Rows that another row brought along, by these columns in the order of the table; the others are deferred."""
    return [row_of(model, columns, [row[name] for name in columns]) for row in rows]
