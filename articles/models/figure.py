"""Which pictures stand in the texts of articles: what «used in» is asked of, and what keeps them from deletion."""

from django.db import models

from .article import Article
from .image import Image


class Figure(models.Model):
    """A picture in the body of an article, once however often it stands there.

    A working copy is a text of its own; of that its main image is noted as well, for no column of the article has it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="figures")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="figures")
    # Of the working copy rather than of the article itself.
    is_unpublished = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "image", "is_unpublished"], name="a_picture_is_noted_once_a_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image} – {self.article}"
