"""Which pictures stand in the texts of articles: what «used in» is asked of."""

from django.db import models

from .article import Article
from .image import Image


class Figure(models.Model):
    """A picture in the body of an article, once however often it stands there."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="figures")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="figures")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "image"], name="a_picture_is_noted_once_an_article")
        ]

    def __str__(self) -> str:
        return f"{self.image} – {self.article}"
