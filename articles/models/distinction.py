"""Stories that resemble one another and were found to be two."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Distinction(models.Model):
    """Somebody who wrote `article` looked at `other` and need not be told of it again."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="distinctions")
    other = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="two_stories_are_told_apart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.other_id}"
