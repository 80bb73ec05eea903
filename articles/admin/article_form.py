"""The form on which an article is written, and on which its moves are made."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from articles import calendar, contents, editor, publishing, revising, scopes
from articles.models import Article, Author, Byline, Draft, Revision
from articles.models.fields import check_moment
from articles.related import MAX_STORIES
from articles.workflow import MOVES, Move
from newsroom.text import markup
from newsroom.text.sanitizer import SanitizerError, is_safe_website, sanitize_article
from newsroom.web.isolation import isolate

from .article_moves import ReviewerField
from .lookups import Lookup, LookupMultiple

NOT_OF_THE_TEXT = {
    "opened_version", "draft_key", "draft_sequence", "replaces", "publish_at", "note", "change_note", "is_minor",
    "reviewer",
}  # fmt: skip
LEFT_TO_RIGHT = {"dir": "ltr", "class": "vTextField"}


_SHOWN = "%Y-%m-%dT%H:%M"
# Without a summer time.
_EVEN = ZoneInfo("UTC")


class MomentInput(forms.DateTimeInput):
    """One field for day and hour, with the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__({"dir": "ltr"} | (attrs or {}), format=_SHOWN)


def _as_shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(_SHOWN)


class MomentField(forms.DateTimeField):
    """A moment by the newsroom's clocks: of an hour that comes twice the first, of one that does not come none."""

    widget = MomentInput
    default_validators = [check_moment]

    def to_python(self, value):
        # In a zone without such hours; what was typed with an offset has another.
        with timezone.override(_EVEN):
            given = super().to_python(value)
        if given is None or given.tzinfo is not _EVEN:
            return given
        check_moment(given)
        wall, zone = given.replace(tzinfo=None), timezone.get_current_timezone()
        if not calendar.exists(wall, zone):
            raise ValidationError(calendar.NO_SUCH_HOUR)
        return calendar.moment(wall, zone)


class OrderedLookup(LookupMultiple):
    """Rows in the order in which they were chosen."""

    def optgroups(self, name, value, attr=None):
        groups = super().optgroups(name, value, attr)
        order = [str(chosen) for chosen in value]
        for _label, options, _index in groups:
            options.sort(key=lambda option: order.index(str(option["value"])))
        return groups


class AmongThoseTaken:
    """For a look-up of articles. None is listed: of so many the newest hundred help nobody.

    A headline is looked for among those that the field takes: of others its answer would tell that they are written.
    """

    def _rows(self):
        return self.choices.queryset


class StoriesLookup(AmongThoseTaken, OrderedLookup):
    """Articles in the order in which they were chosen."""


class StoryLookup(AmongThoseTaken, Lookup):
    """One article."""


class OrderedField(forms.ModelMultipleChoiceField):
    """Rows in the order in which they were chosen."""

    def clean(self, value):
        rows = {str(row.pk): row for row in super().clean(value)}
        return [rows[pk] for pk in dict.fromkeys(map(str, value or []))]

    def has_changed(self, initial, data):
        return list(map(str, initial or [])) != list(map(str, data or []))


def credits_missing(error: publishing.CreditMissing) -> SafeString:
    """The sentence of the error and, behind it, links to the forms on which the credits are given."""
    links = format_html_join(
        " ",
        '<a href="{}">{}</a>',
        (
            (reverse("admin:articles_image_change", args=[image.pk]) + "#id_credit", isolate(image))
            for image in error.images
        ),
    )
    return format_html("{} {} {}", error, _("Give it on the form of the picture:"), links)


class ArticleForm(forms.ModelForm):
    # What was told of the move that was made, for the history.
    told = ""
    # Whether it says what is stored already, though another version than it was opened with: somebody sent it twice.
    is_sent_again = False
    # What its writer typed before and did not save, where the form is opened with that.
    draft: Draft | None = None
    # The numbers of the sections that are offered; None for all.
    limited_to: frozenset[int] | None = None
    # A version beyond what the database counts to is none.
    opened_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    draft_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    # How much was typed, which a script counts; see `Draft`.
    draft_sequence = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    # The edition of the draft that it was opened with.
    replaces = forms.CharField(widget=forms.HiddenInput, required=False, max_length=46)
    bylines = OrderedField(
        Author.objects.all(),
        label=_("Authors"),
        required=False,
        help_text=_("They sign in this order."),
        widget=OrderedLookup(Byline._meta.get_field("author"), admin.site),
    )
    related = OrderedField(
        Article.objects.all(),
        label=_("Related stories"),
        required=False,
        help_text=_("They stand first, in this order; the rest of four is filled by tags and wording."),
        # A look-up needs a relation, which the field itself, numbers in their order, is not.
        widget=StoriesLookup(Revision._meta.get_field("article"), admin.site),
    )
    publish_at = MomentField(label=_("Publish later, on"), required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    reviewer = ReviewerField()
    change_note = forms.CharField(
        label=_("What was changed"),
        required=False,
        max_length=200,
        help_text=_("For the list of revisions; readers do not see it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    is_minor = forms.BooleanField(
        label=_("Minor edit"),
        required=False,
        help_text=_("For slips of the pen: the time of the last change stays, in feeds too."),
    )

    class Media:
        js = [
            Script("js/editor/writing.js", defer=True),
            Script("js/editor/gaps.js", defer=True),
            Script("js/editor/beside.js", defer=True),
        ]

    class Meta:
        model = Article
        fields = "__all__"
        widgets = {
            "kicker": forms.TextInput,
            "headline": forms.Textarea(attrs={"rows": 2, "data-one-line": ""}),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "body": editor.EditorWidget,
            "source_url": forms.URLInput(attrs=LEFT_TO_RIGHT),
        }

    def __init__(self, *args, initial=None, **kwargs):
        article = kwargs.get("instance")
        opened_with = {}
        if article is not None and article.working_copy is not None:
            opened_with = contents.initial(article.working_copy.content)
            opened_with["bylines"] = opened_with.pop("authors")
        super().__init__(*args, initial=opened_with | (initial or {}), **kwargs)
        if self.instance.pk:
            self.initial["opened_version"] = self.instance.version
            if "bylines" not in self.initial:
                self.initial["bylines"] = [byline.author_id for byline in self.instance.bylines.all()]
            if self.instance.is_scheduled:
                self.initial["publish_at"] = self.instance.published_at
            self.initial["reviewer"] = self.instance.reviewer_id
        self.fields["reviewer"].queryset = scopes.reviewers(
            self.instance.section if self.instance.section_id else None
        )
        if self.limited_to is not None and "section" in self.fields:
            self._offer_sections(self.limited_to)
        self.initial["draft_key"] = str(uuid4())
        if self.draft is not None:
            self._open_with(self.draft)

    def _offer_sections(self, numbers: frozenset[int]) -> None:
        """Offer these sections and the present one; what else is sent is for the verb to deny, not for the form."""
        field = self.fields["section"]
        offered = {*numbers, self.initial.get("section")}
        field.widget.choices = [
            choice for choice in field.choices if not choice[0] or choice[0].value in offered
        ]

    def _open_with(self, draft: Draft) -> None:
        for name, field in self.fields.items():
            value = draft.values.get(name)
            if value is None or field.widget.is_hidden:
                continue
            if isinstance(value, list):
                # A choice is kept with its label.
                chosen = [str(choice[0]) for choice in value if isinstance(choice, list) and choice]
                many = isinstance(field, forms.ModelMultipleChoiceField)
                value = chosen if many else (chosen or [""])[0]
            self.initial[name] = value
        self.initial["opened_version"] = draft.based_on_version
        self.initial["replaces"] = draft.edition

    def _save_m2m(self) -> None:
        """Leave authors and tags to the verb, which knows whether they are those of the article or of its copy."""

    @cached_property
    def changed_data(self) -> list[str]:
        # What belongs to the pressed button is told by its move.
        return [name for name in super().changed_data if name not in NOT_OF_THE_TEXT]

    @property
    def move(self) -> Move | None:
        """The move whose button was pressed."""
        return MOVES.get(self.data.get("_move", ""))

    def clean_body(self) -> str:
        try:
            return sanitize_article(markup.from_editor(self.cleaned_data["body"]))
        except SanitizerError as error:
            raise ValidationError(str(error)) from error

    def clean_related(self) -> list[int]:
        numbers = [story.pk for story in self.cleaned_data["related"] if story.pk != self.instance.pk]
        if len(numbers) > MAX_STORIES:
            raise ValidationError(_("Choose up to four."))
        return numbers

    def clean_translation_of(self):
        original = self.cleaned_data["translation_of"]
        if original is not None and original.language == self.cleaned_data.get("language"):
            raise ValidationError(_("The original must be in another language than this article."))
        return original

    def clean_draft_key(self) -> str:
        """The key that a form was given; none in place of what is no such key."""
        key = self.cleaned_data["draft_key"]
        return key if revising.DRAFT_KEY.fullmatch(key) else ""

    def clean_source_url(self) -> str:
        url = self.cleaned_data["source_url"]
        if url and not is_safe_website(url):
            raise ValidationError(_("Write a full web address, beginning with https://."))
        return url

    def clean_publish_at(self):
        at = self.cleaned_data["publish_at"]
        if self.move is None or not self.move.takes_time:
            if at is None or self._is_hour_of_publication(at):
                return None
            raise ValidationError(
                _("To schedule, press the button below the hour. Otherwise leave the hour as it was.")
            )
        # Its hour came while the form was open, say: field and button are gone, so the refused move tells of it.
        if self.instance.state not in self.move.sources:
            return at
        if at is None and self.move.needs_time:
            raise ValidationError(publishing.NO_HOUR)
        # Some minutes may pass between choosing and pressing.
        if at is not None and at < timezone.now() - timedelta(minutes=10):
            raise ValidationError(
                _("This hour has passed. Choose a later one, or press “Publish now”.")
                if self.move.needs_time
                else _("This hour has passed. Choose a later one, or empty it to publish now.")
            )
        return at

    def _is_hour_of_publication(self, at) -> bool:
        """Whether `at` is what the form of a scheduled article began with; its field knows no seconds."""
        stored = self.instance.published_at
        return stored is not None and at == stored.replace(second=0, microsecond=0)

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        if note and (self.move is None or not self.move.takes_note):
            raise ValidationError(
                _("A note goes with a return or a withdrawal. Press its button, or empty the note.")
            )
        if not note and self.move is not None and self.move.needs_note:
            raise ValidationError(publishing.NO_REASON)
        return note

    def clean_reviewer(self):
        reviewer = self.cleaned_data["reviewer"]
        if self.move is not None and self.move.name == "submit":
            return reviewer
        # As it was when the form was opened: a colleague who chose somebody meanwhile holds up no text.
        opened = self.data.get("opened_reviewer", str(self.instance.reviewer_id or ""))
        if self.add_prefix("reviewer") in self.data and str(reviewer.pk if reviewer else "") != opened:
            raise ValidationError(_("To choose a reviewer, press the button below the names."))
        return reviewer

    def clean(self):
        cleaned = super().clean()
        for name in ("publish_at", "withdraw_at"):
            shown = self.get_initial_for_field(self.fields[name], name) if name in self.fields else None
            # What is shown of a moment leaves out the seconds, and which of two same hours it is.
            if shown and cleaned.get(name) and _as_shown(shown) == _as_shown(cleaned[name]):
                cleaned[name] = shown
        if self.instance.pk:
            # Locked until the save, which is in the same transaction, so that nobody comes in between.
            stored = (
                Article.objects.select_for_update()
                .only("version", "status", "published_at")
                .get(pk=self.instance.pk)
            )
            self.instance.status, self.instance.published_at = stored.status, stored.published_at
            self.stored_version = stored.version
        withdraw_at, published_at = cleaned.get("withdraw_at"), self.instance.published_at
        # The database would refuse it as well, without saying where.
        if withdraw_at and published_at and withdraw_at <= published_at:
            self.add_error("withdraw_at", _("The withdrawal must come after the publication."))
        return cleaned

    def _post_clean(self) -> None:
        """Django's, which fills the article; only then can its text be compared with the stored one."""
        super()._post_clean()
        if not self.instance.pk:
            return
        opened = self.cleaned_data.get("opened_version")
        if opened == self.stored_version or not self._text_was_changed_since(opened):
            return
        stored = revising.current(self.instance)
        # An address that was left to the site is the one that it gave.
        self.instance.slug = self.instance.slug or stored["slug"]
        if not self.errors and not self._differs_from(stored):
            self.is_sent_again = True
            return
        self.add_error(
            None,
            ValidationError(
                _("Somebody else saved this article while you were writing. Your text is not saved yet."),
                code="conflict",
            ),
        )

    def _differs_from(self, stored: contents.Content) -> bool:
        contents.settle(self.instance)
        typed = contents.of(self.instance, self.cleaned_data["bylines"], self.cleaned_data["tags"])
        return bool(contents.changed(stored, typed))

    def _text_was_changed_since(self, version: int | None) -> bool:
        """Whether somebody wrote; who published or returned the article meanwhile took nothing from anybody."""
        opened = revising.at_version(self.instance, version)
        return opened is None or bool(contents.changed(opened, revising.current(self.instance)))

    @property
    def is_mere_conflict(self) -> bool:
        """Whether somebody else was first, and nothing else is wrong."""
        return len(self.errors) == 1 and self.has_error(NON_FIELD_ERRORS, "conflict")
