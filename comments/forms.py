"""The comment form: it checks and cleans; `submission.submit` stores."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError

from comments import privacy
from comments.models import BODY_MAX_LENGTH, NAME_MAX_LENGTH, WEBSITE_MAX_LENGTH, Comment, Complaint, Report
from comments.submission import NewComment
from newsroom.text import bidi
from newsroom.text.sanitizer import is_safe_website
from newsroom.web.fragments import UnknownValueError

EMAIL_MAX_LENGTH = 254
LATIN_LINE = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}
# White space and marks that come along when an address is copied out of a line.
_COPIED_ALONG = (
    " \t\r\n\u00a0\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
REPORT_MAX_LENGTH = Report._meta.get_field("text").max_length


class CleanedInput(forms.CharField):
    """A reader's text, cleaned before its length is judged: what is dropped does not count.

    Text that is longer by far than cleaning could mend is not cleaned at all.
    """

    clean_text = staticmethod(bidi.clean_line)
    longest_cleaned = 4

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return self.clean_text(text) if len(text) <= self.longest_cleaned * self.max_length else text


class EmailInput(CleanedInput):
    """An e-mail address, as `privacy.parse_email` writes it."""

    default_error_messages = {
        "invalid": _("This is not an e-mail address. It should look like name@example.com."),
        "max_length": _("The e-mail address is too long: %(limit_value)d characters at most."),
    }

    def __init__(self, *, autocomplete: str, **options):
        widget = forms.TextInput(attrs=LATIN_LINE | {"autocomplete": autocomplete, "inputmode": "email"})
        super().__init__(max_length=EMAIL_MAX_LENGTH, widget=widget, **options)

    def clean(self, value: object) -> str:
        try:
            return privacy.parse_email(super().clean(value))
        except EmailNotValidError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class WebsiteInput(CleanedInput):
    """The address of a site; its scheme may be missing.

    It is judged as it came: to take hidden characters out would mend what is to be refused. At its ends they were
    copied along, hide nothing, and go.
    """

    default_error_messages = {
        "invalid": _(
            "This is not a web address. It should look like https://example.com, or leave the field empty."
        ),
        "max_length": _("The website’s address is too long: %(limit_value)d characters at most."),
    }

    def __init__(self, **options):
        widget = forms.TextInput(attrs=LATIN_LINE | {"autocomplete": "url", "inputmode": "url"})
        super().__init__(max_length=WEBSITE_MAX_LENGTH, widget=widget, **options)

    def clean(self, value: object) -> str:
        typed = str(value or "").strip(_COPIED_ALONG)
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        website = super().clean(typed)
        if website and not (is_safe_website(typed) and is_safe_website(website)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return website


class BlockInput(CleanedInput):
    widget = forms.Textarea
    clean_text = staticmethod(bidi.clean_block)


class BodyInput(BlockInput):
    """A comment's text."""

    widget = forms.Textarea(attrs={"rows": 6, "dir": "auto"})

    def __init__(self):
        super().__init__(
            label=_("Comment"),
            max_length=BODY_MAX_LENGTH,
            error_messages={
                "required": _("Write your comment."),
                "max_length": _(
                    "The comment is too long: %(show_value)d characters; %(limit_value)d at most."
                ),
            },
        )


class _Shared(dict):
    """Fields that all forms of a class have in common."""

    def __deepcopy__(self, memo: dict) -> dict:
        return dict(self)


class CommentForm(forms.Form):
    """Name, e-mail and comment are required. `subject` is the honeypot: people neither see nor reach it."""

    author_name = CleanedInput(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        error_messages={
            "required": _("Write your name."),
            "max_length": _("The name is too long: %(limit_value)d characters at most."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = EmailInput(
        autocomplete="email",
        label=_("E-mail"),
        error_messages={"required": _("Write your e-mail address; it will not be published.")},
    )
    website = WebsiteInput(label=_("Website"), required=False)
    body = BodyInput()
    wants_replies = forms.BooleanField(label=_("Mail me the answers"), required=False)
    subject = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    use_required_attribute = False

    @property
    def fragment_key(self) -> None:
        """An empty form looks like any other. Raises UnknownValueError for one that was filled in."""
        if self.is_bound:
            raise UnknownValueError(type(self))

    def __init__(self, *args, article: int | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.article = article

    def clean_parent(self) -> Comment | None:
        number = self.cleaned_data["parent"]
        if not number:
            return None
        parent = Comment.objects.answerable().filter(pk=number, article=self.article).first()
        if parent is None:
            raise ValidationError(_("This comment can no longer be answered."), code="gone")
        return parent

    def draft(self) -> NewComment:
        """The valid comment, ready for `submission.submit`."""
        return NewComment(
            author_name=self.cleaned_data["author_name"],
            email=self.cleaned_data["email"],
            website=self.cleaned_data["website"],
            body=self.cleaned_data["body"],
            honeypot=self.cleaned_data["subject"],
            parent=self.cleaned_data["parent"],
            wants_replies=self.cleaned_data["wants_replies"],
        )


for _field in CommentForm.base_fields.values():
    if _field.required:
        _field.widget.attrs["aria-required"] = "true"
# To copy the fields took as long as to clean what was typed into them, and no form changes its own.
CommentForm.base_fields = _Shared(CommentForm.base_fields)


class GivenBackForm(CommentForm):
    """What a writer sent, given back without a look at it: there is nobody to ask. `told` is why."""

    def __init__(self, *args, told: str, **kwargs):
        super().__init__(*args, article=None, **kwargs)
        self._told = told

    def full_clean(self) -> None:
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}
        self.add_error(None, self._told)


class EditForm(forms.Form):
    """The text of a comment that is changed by its writer."""

    body = BodyInput()

    use_required_attribute = False


class ReportForm(forms.Form):
    """What a reader finds wrong with a comment."""

    complaint = forms.ChoiceField(
        label=_("What is wrong with the comment?"),
        choices=Complaint,
        error_messages={
            "required": _("Choose what is wrong with the comment."),
            "invalid_choice": _("Choose what is wrong with the comment."),
        },
        widget=forms.RadioSelect,
    )
    text = BlockInput(
        label=_("Explanation"),
        max_length=REPORT_MAX_LENGTH,
        required=False,
        error_messages={
            "max_length": _(
                "The explanation is too long: %(show_value)d characters; %(limit_value)d at most."
            )
        },
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    use_required_attribute = False
