"""The sections to which an editor is limited."""

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.text.account_names import name_of

from .taxonomy import Section


class Editor(User):
    """An account that may publish, as the desk lists it to say in which sections."""

    class Meta:
        proxy = True
        verbose_name = _("editor")
        verbose_name_plural = _("sections of editors")
        ordering = ["first_name", "last_name", "username"]
        default_permissions = []
        permissions = [("oversee_sections", _("Can edit in all sections and limit editors to some"))]

    def __str__(self) -> str:
        return name_of(self)


class SectionEditor(models.Model):
    """That an editor works in a section. Who has no such row works in all of them."""

    user = models.ForeignKey(Editor, on_delete=models.CASCADE, related_name="section_rows")
    # Who loses the last of such rows with a section would have all sections.
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="editor_rows")

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="an_editor_has_a_section_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.section_id}"
