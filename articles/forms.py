"""Forms that readers fill in."""

from collections.abc import Hashable, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Section
from articles.search import Filters
from newsroom.web.isolation import isolate_runs


class FiltersForm(forms.Form):
    """Among which articles to search. What an address asks in vain is told beside its field, and not asked."""

    section = forms.ModelChoiceField(
        Section.objects.all(), label=_("Section"), required=False, empty_label=_("All sections")
    )
    author = forms.ModelChoiceField(None, label=_("Written by"), required=False, empty_label=_("Anybody"))
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.data.get("author"):
            # Asked with each form: whom readers see, the clock decides.
            self.fields["author"].queryset = Author.objects.published()

    def filters(self) -> Filters:
        self.full_clean()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value is not None})

    def offer(self, sections: Sequence[Section], authors: Sequence[Author]) -> None:
        """Let these be chosen, and the author that is; for a form that was read. Of nobody there is no choice."""
        field = self.fields["section"]
        field.choices = [("", field.empty_label), *((section.pk, str(section)) for section in sections)]
        field = self.fields["author"]
        chosen = self.cleaned_data.get("author")
        offered = [*authors, *([chosen] if chosen and chosen not in authors else [])]
        field.choices = [
            ("", field.empty_label),
            *((author.pk, isolate_runs(author.name)) for author in offered),
        ]
        if not offered and "author" not in self.errors:
            del self.fields["author"]

    @property
    def fragment_key(self) -> list[Hashable]:
        """What a page shows of the form; see `newsroom.web.fragments`."""
        return [
            (field.name, field.value(), getattr(field.field, "choices", ()), list(field.errors))
            for field in self
        ]
