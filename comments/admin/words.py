"""The word list in the admin: kinds and levels explained, tried out before they count, taken out and in as a file."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from articles.admin.search import ScannedSearch
from comments import highlighting, judging, rules, sanctions, screening, word_csv, word_list
from comments.forms import BlockInput, CleanedInput
from comments.models import BODY_MAX_LENGTH, Kind, Level, Mode, WatchedWord
from newsroom.text import bidi
from newsroom.text.bidi import isolate_plain
from newsroom.web.admin_columns import isolated_column

FOUND_LISTED = 20

KINDS_EXPLAINED = {
    Kind.EXACT: gettext_lazy("“كلب” finds “كلب” and “كَــلــب”, and neither “الكلب” nor “كلبهم”."),
    Kind.PHRASE: gettext_lazy(
        "“كلب” finds “والكلب” and “يا كلب” too, and not “كلبهم”. Of several words, each may have them."
    ),
    Kind.STEM: gettext_lazy(
        "“كلب” finds “كلبهم” and “لكلبها” too, and not “كلباء”. For insults and names of things."
    ),
}
LEVELS_EXPLAINED = {
    Level.WATCH: gettext_lazy("The moderator is told; it holds no comment that would be public otherwise."),
    Level.HOLD: gettext_lazy("The comment waits for a moderator, whoever wrote it."),
    Level.REJECT: gettext_lazy(
        "The comment is rejected without a moderator; for what never has an innocent sense."
    ),
}
OUTCOMES = {
    "approved": gettext_lazy(
        "Nothing here would hold a comment: it goes public where the article’s mode allows it."
    ),
    "pending": gettext_lazy("A comment with this would wait for a moderator."),
    "rejected": gettext_lazy("A comment with this would be rejected at once."),
}


def _explained(choices: type[Any], sentences: dict) -> SafeString:
    rows = format_html_join(
        "", "<dt>{}</dt><dd>{}</dd>", ((choices(value).label, text) for value, text in sentences.items())
    )
    return format_html('<dl class="explained">{}</dl>', rows)


class WatchedWordForm(forms.ModelForm):
    class Meta:
        model = WatchedWord
        fields = ["term", "kind", "level", "reason", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Fields that may only be looked at are none of the form's.
        for name, choices, sentences in (
            ("kind", Kind, KINDS_EXPLAINED),
            ("level", Level, LEVELS_EXPLAINED),
        ):
            if name in self.fields:
                self.fields[name].help_text = _explained(choices, sentences)

    def clean_term(self) -> str:
        term = self.cleaned_data["term"]
        word_list.check_findable(term)
        listed = word_list.spelled_like(term)
        if listed is not None and listed.pk != self.instance.pk:
            raise ValidationError(
                _("“%(term)s” is on the list already, and finds every spelling of it."),
                params={"term": isolate_plain(listed.term)},
            )
        return term


class TrialForm(forms.Form):
    """A text, a word, or both: what stands in one field stays while the other is tried."""

    text = BlockInput(
        label=gettext_lazy("A text as a reader would send it"),
        max_length=BODY_MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    term = CleanedInput(
        label=gettext_lazy("A new word or phrase"),
        max_length=100,
        required=False,
        validators=[word_list.check_findable],
    )
    kind = forms.ChoiceField(label=gettext_lazy("Found"), choices=Kind, initial=Kind.PHRASE, required=False)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.PHRASE

    def clean(self) -> None:
        if not (self.errors or self.cleaned_data["text"] or self.cleaned_data["term"]):
            self.add_error("text", _("Write a text here, or a word below."))


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV file"))
    skip = forms.BooleanField(
        label=gettext_lazy("Import the good lines even if others have mistakes"), required=False
    )


class WatchedWordAdmin(ScannedSearch, admin.ModelAdmin):
    form = WatchedWordForm
    list_display = [
        isolated_column("term", gettext_lazy("word or phrase")), "kind", "level",
        isolated_column("reason", gettext_lazy("reason")), "is_active",
    ]  # fmt: skip
    list_filter = ["level", "kind", "is_active"]
    scanned_fields = ["term", "reason"]
    change_form_template = "admin/comments/watchedword/change_form.html"
    change_list_template = "admin/comments/watchedword/change_list.html"

    class Media:
        css = {"all": ["css/desk/screening.css"]}

    def get_urls(self):
        of_site = self.admin_site.admin_view
        return [
            path("try/", of_site(self.try_view), name="comments_watchedword_try"),
            path("import/", of_site(self.import_view), name="comments_watchedword_import"),
            path("export/", of_site(self.export_view), name="comments_watchedword_export"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What POST `text` would trigger, and where POST `term` of `kind` stands in comments. Saves nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrialForm(request.POST or None)
        context = self.admin_site.each_context(request) | {
            "title": _("Try it"),
            "opts": self.opts,
            "form": form,
            "may_add": self.has_add_permission(request),
            "looked_at": word_list.APPROVED_LOOKED_AT,
        }
        tried = form.cleaned_data if form.is_valid() else {}
        if tried.get("text"):
            context |= _tried_text(tried["text"])
        if tried.get("term"):
            context |= _tried_word(tried["term"], tried["kind"])
        status = 422 if form.errors else 200
        return render(request, "admin/comments/watchedword/try.html", context, status=status)

    @method_decorator(never_cache)
    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take a file of words; with a mistake in it nothing is stored, unless `skip` asks for the good lines."""
        if not request.user.has_perms(word_csv.PERMISSIONS):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        problems: list[word_csv.Problem] = []
        if form.is_valid():
            try:
                # One byte more than is allowed tells that it is too large.
                found = word_csv.read(form.cleaned_data["file"].read(word_csv.MAX_BYTES + 1))
            except word_csv.UnreadableFile as error:
                form.add_error("file", str(error))
            else:
                problems = found.problems
                if found.words and (not problems or form.cleaned_data["skip"]):
                    word_csv.store(found.words, by=request.user)
                    count = len(found.words)
                    told = ngettext("%(count)d word imported.", "%(count)d words imported.", count)
                    messages.success(request, told % {"count": count})
                    for problem in problems[:FOUND_LISTED]:
                        messages.warning(request, _line(problem))
                    return redirect("admin:comments_watchedword_changelist")
        context = self.admin_site.each_context(request) | {
            "title": _("Import words"),
            "opts": self.opts,
            "form": form,
            "problems": [_line(problem) for problem in problems[:100]],
            "problem_count": len(problems),
            "columns": word_csv.COLUMNS,
            "kinds": Kind.choices,
            "levels": Level.choices,
        }
        status = 422 if form.errors or problems else 200
        return render(request, "admin/comments/watchedword/import.html", context, status=status)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = WatchedWord.objects.order_by("term")
        return HttpResponse(
            word_csv.write(words),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="words.csv"'},
        )


def _line(problem: word_csv.Problem) -> str:
    return _("Line %(line)d: %(problem)s") % {"line": problem.line, "problem": problem.sentence}


def _tried_text(text: str) -> dict[str, Any]:
    """What the rules that need nothing but the text find in it. Two queries."""
    orders = sanctions.against(
        email_fingerprint="", network_fingerprint="", author_name="", website="", body=text
    )
    history = screening.History(
        watched=word_list.watched(), orders=tuple(sanctions.as_order(sanction) for sanction in orders)
    )
    draft = screening.Draft(author_name="", website="", body=text, honeypot="")
    findings = screening.screen(draft, history, rules.RULES)
    outcome = screening.verdict(findings, mode=Mode.HOLD_FINDINGS, is_trusted=False, is_night=False)
    rows = sorted(judging.finding_rows(findings), key=lambda finding: -finding.weight)
    direction = bidi.direction(text)
    return {
        "outcome": OUTCOMES[outcome],
        "findings": rows,
        "direction": direction,
        "marked": highlighting.marked(text, "body", rows, direction),
    }


def _tried_word(term: str, kind: str) -> dict[str, Any]:
    """In which of the last approved comments the word stands. Two queries."""
    found = word_list.in_approved(term, kind)
    return {
        "tried": {"term": term, "kind": kind, "listed": word_list.spelled_like(term)},
        "found_count": len(found),
        "found": [
            (comment, highlighting.marked(comment.body, "body", rows, comment.direction))
            for comment, finding in found[:FOUND_LISTED]
            if (rows := judging.finding_rows([finding]))
        ],
    }
