"""What is held about a person, for a place of its own on the desk; it has no rows."""

from django.utils.translation import gettext_lazy as _

from .comment import Comment


class PersonalData(Comment):
    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("personal data")
        verbose_name_plural = _("a person’s data")
