"""Views of the desk's list of articles that somebody saved: what is asked, and in which order."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import LineField


class SavedViewQuerySet(models.QuerySet):
    def offered_to(self, user):
        """One's own and those that others share; one's own first."""
        is_own = models.Case(models.When(user=user, then=0), default=1)
        return (
            self.filter(Q(user=user) | Q(is_shared=True))
            .select_related("user")
            .order_by(is_own, "name", "pk")
        )


class SavedView(models.Model):
    """`query` is the address of the list behind its question mark, as the list itself writes it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = LineField(_("name"), max_length=60)
    query = models.CharField(max_length=2_000)
    is_default = models.BooleanField(_("opens first"), default=False)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="somebody_has_one_view_of_a_name"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="one_view_opens_first_for_somebody"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
