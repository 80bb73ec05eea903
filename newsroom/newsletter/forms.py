"""The forms of the newsletter: they check and clean; `subscribing` stores."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from articles.models import Section
from comments.forms import EmailInput


class SubscribeForm(forms.Form):
    email = EmailInput(
        autocomplete="email",
        label=_("E-mail"),
        error_messages={"required": _("Write your e-mail address; it will not be published.")},
    )
    # People neither see nor reach it.
    subject = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["aria-required"] = "true"


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of the stories"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    sections = forms.MultipleChoiceField(
        label=_("Sections"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among these sections.")},
    )

    use_required_attribute = False

    def __init__(self, *args, sections: list[Section], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [(section.pk, section.name) for section in sections]

    def clean_sections(self) -> list[int]:
        return [int(number) for number in self.cleaned_data["sections"]]
