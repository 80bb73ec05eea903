"""Links by which people without an account see one version of an article that is not published."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PreviewLinkQuerySet(models.QuerySet):
    def open(self):
        """Those that are neither revoked nor at their end; what became of their articles is asked elsewhere."""
        return self.filter(revoked_at=None, ends_at__gt=timezone.now())


class PreviewLink(models.Model):
    """Whoever has its address may read one revision until `ends_at`; see `articles.previews`."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="preview_links")
    revision = models.ForeignKey("articles.Revision", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-pk"]
        default_permissions = []
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("at")), name="a_preview_link_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.pk}"
