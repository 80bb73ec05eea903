"""What became of an archive, to the item: as JSON for programs, and as a page in Arabic that holds all it needs."""

import hashlib
import json
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TextIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# In the page; the JSON has all of them.
MOST_SHOWN = 2_000


class Fate(StrEnum):
    CAME = "came"
    EARLIER = "earlier"
    LEFT = "left"


Note = tuple[str, str]


@dataclass(slots=True)
class Outcome:
    """What became of one item: which row (`kind` and `number`), and what of it was changed or left, as (code, detail).

    `comments` counts what became of its comments, by fate or, of those that were left, by "left:" and the reason;
    `changed` those that came otherwise than they were.
    """

    source: str
    line: int
    there: int
    title: str
    fate: Fate
    kind: str = ""
    number: int = 0
    notes: list[Note] = field(default_factory=list)
    comments: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    comments_left: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Report:
    """All outcomes, beside what was counted in the files."""

    files: list[str] = field(default_factory=list)
    is_rehearsal: bool = False
    counted: Counter[str] = field(default_factory=Counter)
    comments_counted: int = 0
    replaced: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    map: str = ""
    # What the map names and the export has not, and sections that are made for it.
    unknown_categories: list[str] = field(default_factory=list)
    new_sections: list[str] = field(default_factory=list)

    def totals(self) -> dict[str, Counter[str]]:
        """How many items of each type of the source came, were there, and were left."""
        totals: dict[str, Counter[str]] = defaultdict(Counter)
        for outcome in self.outcomes:
            totals[outcome.source][outcome.fate.value] += 1
        return dict(totals)

    def comment_totals(self) -> Counter[str]:
        totals: Counter[str] = Counter()
        for outcome in self.outcomes:
            totals += outcome.comments
        return totals

    def changes_of_comments(self) -> Counter[str]:
        totals: Counter[str] = Counter()
        for outcome in self.outcomes:
            totals += outcome.changed
        return totals

    def unreconciled(self) -> list[str]:
        """Where what was counted in the files is not what came and was reported; empty where all is accounted for."""
        totals = self.totals()
        wrong = [
            f"{kind}: {count} in the source, {totals.get(kind, Counter()).total()} accounted for"
            for kind, count in sorted((self.counted | Counter(dict.fromkeys(totals, 0))).items())
            if totals.get(kind, Counter()).total() != count
        ]
        accounted = self.comment_totals().total()
        if accounted != self.comments_counted:
            wrong.append(f"comment: {self.comments_counted} in the source, {accounted} accounted for")
        return wrong

    def as_json(self) -> dict[str, Any]:
        """All but the outcomes, which `write_json` adds one by one."""
        return {
            "files": self.files,
            "is_rehearsal": self.is_rehearsal,
            "seconds": round(self.seconds, 1),
            "counted": dict(self.counted) | {"comment": self.comments_counted},
            "totals": {kind: dict(counts) for kind, counts in self.totals().items()},
            "comments": dict(self.comment_totals()),
            "comments_changed": dict(self.changes_of_comments()),
            "unreconciled": self.unreconciled(),
            "characters_replaced": self.replaced,
            "broken": self.broken,
            "remarks": [_told(note) for note in self.remarks],
            "section_map": self.map,
        }

    def write_json(self, file: TextIO) -> None:
        head = json.dumps(self.as_json(), ensure_ascii=False, indent=1)
        file.write(head.removesuffix("\n}"))
        file.write(',\n "items": [')
        divider = "\n  "
        for outcome in self.outcomes:
            file.write(divider + json.dumps(_item(outcome), ensure_ascii=False))
            divider = ",\n  "
        file.write("\n ]\n}\n")

    def as_html(self, language: str = "ar") -> str:
        with translation.override(language):
            return render_to_string("wordpress/report.html", self._context()).lstrip()

    def _context(self) -> dict[str, Any]:
        noted = [outcome for outcome in self.outcomes if outcome.notes or outcome.comments_left]
        totals = self.totals()
        comments = self.comment_totals()
        style = render_to_string("wordpress/report.css")
        reasons: Counter[str] = Counter()
        for outcome in self.outcomes:
            reasons.update({code for code, _detail in outcome.notes})
        return {
            "report": self,
            "rows": [
                (
                    type_name(kind),
                    count,
                    *(totals.get(kind, Counter())[fate] for fate in ("came", "earlier", "left")),
                )
                for kind, count in sorted(self.counted.items())
            ],
            "comments": (
                self.comments_counted,
                comments["came"],
                comments["earlier"],
                sum(count for name, count in comments.items() if name.startswith("left:")),
            ),
            "comments_left": [
                (say(name.removeprefix("left:"), ""), count)
                for name, count in comments.most_common()
                if name.startswith("left:")
            ],
            "comments_changed": [
                (say(name, ""), count) for name, count in self.changes_of_comments().most_common()
            ],
            "reasons": [(say(code, ""), count) for code, count in reasons.most_common()],
            "remarks": [say(*note) for note in self.remarks],
            "items": [_shown(outcome) for outcome in noted[:MOST_SHOWN]],
            "more": max(0, len(noted) - MOST_SHOWN),
            "wrong": self.unreconciled(),
            "style_hash": f"sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}",
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }


def _told(note: Note) -> dict[str, str]:
    code, detail = note
    return {"code": code, "detail": detail} if detail else {"code": code}


def _item(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": outcome.source,
        "line": outcome.line,
        "id": outcome.there,
        "title": outcome.title,
        "fate": outcome.fate.value,
    }
    if outcome.kind:
        told |= {"became": outcome.kind, "number": outcome.number}
    if outcome.notes:
        told["notes"] = [_told(note) for note in outcome.notes]
    if outcome.comments:
        told["comments"] = dict(outcome.comments)
    if outcome.changed:
        told["comments_changed"] = dict(outcome.changed)
    if outcome.comments_left:
        told["comments_left"] = [{"id": number, "reason": reason} for number, reason in outcome.comments_left]
    return told


def _shown(outcome: Outcome) -> dict[str, Any]:
    notes = [say(*note) for note in outcome.notes]
    left = Counter(reason for _number, reason in outcome.comments_left)
    for code, count in left.items():
        counted = ngettext(
            "One comment was left: %(reason)s", "%(count)d comments were left: %(reason)s", count
        )
        notes.append(counted % {"count": count, "reason": say(code, "")})
    return {
        "type": type_name(outcome.source),
        "line": outcome.line,
        "there": outcome.there,
        "title": outcome.title,
        "fate": {
            Fate.CAME: _("came in"),
            Fate.EARLIER: _("was here already"),
            Fate.LEFT: _("was left"),
        }[outcome.fate],
        "notes": notes,
    }


def type_name(kind: str) -> str:
    names = {
        "post": _("posts"),
        "page": _("pages"),
        "attachment": _("attachments"),
        "category": _("categories"),
        "tag": _("tags"),
        "author": _("writers"),
        "revision": _("revisions"),
    }
    return names.get(kind, kind)


def say(code: str, detail: str) -> str:
    """A note as a sentence."""
    sentence = _sentences().get(code, code)
    return _("%(sentence)s (%(detail)s)") % {"sentence": sentence, "detail": detail} if detail else sentence


def _sentences() -> dict[str, str]:
    return {
        # left
        "trash": _("It was in the trash."),
        "auto_draft": _("It was a draft that nobody had begun."),
        "revision": _("It is an older version; these come in only when asked for."),
        "revision_alone": _("What it is a version of did not come in."),
        "revision_late": _("What it is a version of was worked on here already."),
        "kind": _("It is nothing that a newspaper has."),
        "guid_twice": _("The same item stands in the files twice."),
        "unused": _("No text that came in shows it."),
        "unused_name": _("Nothing that came in has it."),
        "file_missing": _("Its file was not taken."),
        "refused": _("It could not be taken in."),
        "taxonomy": _("It belongs to another taxonomy than categories and tags."),
        "category_left": _("The map leaves it."),
        "deleted_here": _("It came in earlier and was deleted since."),
        # changed
        "headline_made": _("It had no headline; the first words of its text stand for one."),
        "headline_cut": _("Its headline was too long and was cut."),
        "summary_cut": _("Its summary was too long and was cut."),
        "draft_private": _("It was private and came in as a draft."),
        "draft_password": _("A password protected it; it came in as a draft."),
        "draft_date": _("It had no date and came in as a draft."),
        "draft_missed": _("Its hour went by before it was published there; it came in as a draft."),
        "draft_text": _("It cannot be published as it is and came in as a draft."),
        "draft_status": _("Its status is not known here; it came in as a draft."),
        "section_default": _("It had no category that became a section."),
        "slug_taken": _("Its address was taken; it has another."),
        "dropped": _("Something was left out of its text."),
        "unknown_shortcode": _("A shortcode that is not known was left out; its text stayed."),
        "picture_lost": _("A picture was not found and was left out."),
        "oversized": _("A part of it was larger than any text, and its end was cut off."),
        "pages_joined": _("Its pages were joined into one."),
        "author_default": _("Nobody was named as its writer."),
        "shadowed": _("Its old address is that of another page here, which stays."),
        "address_twice": _("Its old address leads elsewhere already."),
        "changed_there": _("It was changed there since it came in; here it stays as it is."),
        "closed": _("It takes no comments, as there."),
        "sticky_left": _("It was sticky, and the front page has no room for it."),
        "sticky": _("It was sticky and stands on the front page."),
        "front_page_kept": _("The front page was arranged here already, so sticky posts were not put on it."),
        "name_cut": _("Its name was too long and was cut."),
        # comments
        "pingback": _("It is a pingback or a trackback."),
        "comment_kind": _("It is no comment of a reader."),
        "comment_empty": _("It holds no text."),
        "comment_number": _("It has no number."),
        "comment_twice": _("It stands there twice."),
        "comment_beyond": _("The item is larger than any, and its last comments were not read."),
        "comment_of_page": _("Pages take no comments here."),
        "comment_of_left": _("Its item was left."),
        "comment_orphan": _("What it answered is not there; it stands by itself."),
        "comment_unshown": _("What it answered is not shown; it stands by itself."),
        "comment_name": _("Its name was missing or too long."),
        "comment_email": _("Its e-mail address was none and was left out."),
        "comment_date": _("It had no date, or one to come; that of its article stands for it."),
        "comment_cut": _("It was too long and was cut."),
        "comment_status": _("Its status is not known here; it waits for a moderator."),
    }


def lines(report: Report) -> Iterator[str]:
    """What whoever ran the import reads at its end."""
    if report.unknown_categories:
        yield f"The map names what is no category of the export: {', '.join(report.unknown_categories)}"
    if report.new_sections:
        yield f"Sections that are new: {', '.join(report.new_sections)}"
    totals = report.totals()
    for kind, count in sorted(report.counted.items()):
        own = totals.get(kind, Counter())
        yield _counted(kind, count, own["came"], own["earlier"], own["left"])
    comments = report.comment_totals()
    left = sum(count for name, count in comments.items() if name.startswith("left:"))
    yield _counted("comment", report.comments_counted, comments["came"], comments["earlier"], left)


def _counted(kind: str, count: int, came: int, earlier: int, left: int) -> str:
    return f"{kind}: {count} in the source, {came} came in, {earlier} were here, {left} were left"
