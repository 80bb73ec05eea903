"""Authors and their bylines."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import BlockField, LineField
from .taxonomy import Named


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

    url_name = "articles:author"

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["sort_key"]


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
