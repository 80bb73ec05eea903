"""Authors and their bylines."""

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from newsroom.text import arabic

from .fields import BlockField, LineField
from .taxonomy import Named, NamedQuerySet

# Whether a name is written in another script: one expression for the order and its index, which PostgreSQL uses only
# where both are the same.
IS_FOREIGN = ExpressionWrapper(Q(sort_key__lt=arabic.FIRST_LETTER), output_field=models.BooleanField())


class AuthorQuerySet(NamedQuerySet):
    def alphabetical(self):
        """Arabic names first, as an Arabic index has them, then those in other scripts."""
        return self.annotate(is_foreign=IS_FOREIGN).order_by("is_foreign", "sort_key", "pk")

    def after(self, author: "Author"):
        """Those that come after `author`; for what `alphabetical` returned."""
        is_foreign = author.sort_key < arabic.FIRST_LETTER
        later = Q(sort_key__gt=author.sort_key) | Q(sort_key=author.sort_key, pk__gt=author.pk)
        following = Q(is_foreign=is_foreign) & later
        return self.filter(following if is_foreign else following | Q(is_foreign=True))


class Author(Named):
    role = LineField(_("role"), max_length=120, blank=True, help_text=_("For example: science editor."))
    biography = BlockField(_("biography"), max_length=2_000, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
    )

    objects = AuthorQuerySet.as_manager()

    url_name = "articles:author"

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["sort_key"]
        indexes = [
            models.Index(IS_FOREIGN, "sort_key", "id", name="authors_in_alphabet"),
        ]

    @property
    def letter(self) -> str:
        """Under which it stands in an index: without the article, and without hamza on its alef."""
        return self.sort_key[:1].upper()


class Byline(models.Model):
    """One author of one article, in order."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="bylines"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="an_author_signs_an_article_once"),
        ]

    def __str__(self) -> str:
        return str(self.author)
