"""Word lists in the admin."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.admin.search import ScannedSearch
from comments.models import WatchedWord
from newsroom.text import arabic


class WatchedWordForm(forms.ModelForm):
    class Meta:
        model = WatchedWord
        fields = ["term", "kind", "level", "reason", "is_active"]

    def clean_term(self) -> str:
        term = self.cleaned_data["term"]
        # Screening looks for words, so signs alone would be accepted and never found.
        if not any(char.isalnum() for char in arabic.normalize(term)):
            raise ValidationError(_("Write at least one letter or digit: signs alone are never found."))
        return term


class WatchedWordAdmin(ScannedSearch, admin.ModelAdmin):
    form = WatchedWordForm
    list_display = ["term", "kind", "level", "reason", "is_active"]
    list_filter = ["level", "kind", "is_active"]
    scanned_fields = ["term", "reason"]
