"""What a finding says to a moderator, in the language of whoever reads it.

Findings are stored as facts, `{"links": 3}`: the rules are pure, and a comment that was screened on one day is read by
moderators of several languages on another.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsroom.text import bidi

# What stands in `facts` under "unjudged" where a rule gave no judgment.
FAILED, SLOW = "failed", "slow"
MAX_TERMS_NAMED = 5
MAX_QUOTED_LETTERS = 60

Facts = Mapping[str, Any]

_ORDERED_AGAINST = {
    "email": gettext_lazy("against its writer"),
    "network": gettext_lazy("against its sender’s network"),
    "name": gettext_lazy("against its writer’s name"),
    "domain": gettext_lazy("against a site that it links to"),
}
_SCRIPTS = {
    "CYRILLIC": gettext_lazy("Most of its letters are Cyrillic."),
    "GREEK": gettext_lazy("Most of its letters are Greek."),
    "HEBREW": gettext_lazy("Most of its letters are Hebrew."),
    "CJK": gettext_lazy("Most of its letters are Chinese."),
    "HANGUL": gettext_lazy("Most of its letters are Korean."),
    "HIRAGANA": gettext_lazy("Most of its letters are Japanese."),
    "KATAKANA": gettext_lazy("Most of its letters are Japanese."),
    "DEVANAGARI": gettext_lazy("Most of its letters are Devanagari."),
    "ARMENIAN": gettext_lazy("Most of its letters are Armenian."),
    "GEORGIAN": gettext_lazy("Most of its letters are Georgian."),
    "THAI": gettext_lazy("Most of its letters are Thai."),
    "ETHIOPIC": gettext_lazy("Most of its letters are Ethiopic."),
    "SYRIAC": gettext_lazy("Most of its letters are Syriac."),
    "TIFINAGH": gettext_lazy("Most of its letters are Tifinagh."),
}


def sentence_of(rule: str, facts: Facts) -> str:
    """The sentence for a finding of `rule`; "" for one that was stored by a rule, or in a form, of another time."""
    if unjudged := facts.get("unjudged"):
        return _unjudged(unjudged)
    try:
        return _SENTENCES[rule](facts)
    except KeyError:
        return ""


def _unjudged(how: str) -> str:
    if how == SLOW:
        return _("This rule took longer than usual over the comment, so read it with care.")
    return _("This rule could not judge the comment, so read it with care.")


def _honeypot(facts: Facts) -> str:
    return _("The hidden field, which readers do not see, was filled in; that is what programs do.")


def _unidentified(facts: Facts) -> str:
    return _(
        "The browser named neither itself nor the page of the comment, so that this rule could not judge."
    )


def _sanctioned(facts: Facts) -> str:
    sentence = ngettext(
        "%(count)d sanction applies to the comment: %(kinds)s.",
        "%(count)d sanctions apply to the comment: %(kinds)s.",
        facts["count"],
    )
    kinds = [str(_ORDERED_AGAINST[target]) for target in facts["targets"]]
    return sentence % {"count": facts["count"], "kinds": _(", and ").join(kinds)}


def _impersonation(facts: Facts) -> str:
    return _(
        "The name is that of somebody who works here, or of an office here; readers may take it for the newspaper’s."
    )


def _empty(facts: Facts) -> str:
    return _("Once the comment is cleaned, nothing is left of it to read.")


def _too_long(facts: Facts) -> str:
    sentence = ngettext(
        "The comment has %(count)d letter; the limit is %(limit)d.",
        "The comment has %(count)d letters; the limit is %(limit)d.",
        facts["letters"],
    )
    return sentence % {"count": facts["letters"], "limit": facts["limit"]}


def _many_links(facts: Facts) -> str:
    sentence = ngettext("The comment has %(count)d link.", "The comment has %(count)d links.", facts["links"])
    return sentence % {"count": facts["links"]}


def _watched_words(facts: Facts) -> str:
    terms = facts["terms"]
    named = [_quoted(*term) for term in terms[:MAX_TERMS_NAMED]]
    if len(terms) > MAX_TERMS_NAMED:
        named.append(_("and others"))
    sentence = ngettext(
        "%(count)d watched word occurs: %(words)s.",
        "%(count)d watched words occur: %(words)s.",
        len(terms),
    )
    return sentence % {"count": len(terms), "words": _(", ").join(named)}


def _duplicate(facts: Facts) -> str:
    return _("The same text was sent in another comment within 24 hours.")


def _flood(facts: Facts) -> str:
    sentence = ngettext(
        "%(count)d comment came from the same network within 10 minutes before this one.",
        "%(count)d comments came from the same network within 10 minutes before this one.",
        facts["comments"],
    )
    return sentence % {"count": facts["comments"]}


def _foreign_script(facts: Facts) -> str:
    told = []
    if mixed := facts["mixed"]:
        sentence = ngettext(
            "In %(count)d word, Latin letters are mixed with look-alikes of another script.",
            "In %(count)d words, Latin letters are mixed with look-alikes of another script.",
            mixed,
        )
        told.append(sentence % {"count": mixed})
    if (script := facts["script"]) is not None:
        told.append(_("Most letters of the comment are neither Arabic nor Latin."))
        if script in _SCRIPTS:
            told.append(str(_SCRIPTS[script]))
    return " ".join(told)


def _shouting(facts: Facts) -> str:
    return _("%(percent)d%% of the Latin letters in the comment are capitals.") % {
        "percent": facts["percent"]
    }


def _stretching(facts: Facts) -> str:
    if facts["letters"] and facts["marks"]:
        return _("The comment has stretched words, and exclamation or question marks in a row.")
    if facts["letters"]:
        return _("The comment has stretched words.")
    return _("The comment has exclamation or question marks in a row.")


def _wave(facts: Facts) -> str:
    begun = timezone.localtime(datetime.fromisoformat(facts["since"]))
    sentence = ngettext(
        "It is like %(count)d comment of a wave that began at %(begun)s.",
        "It is like %(count)d comments of a wave that began at %(begun)s.",
        facts["alike"],
    )
    told = [sentence % {"count": facts["alike"], "begun": date_format(begun, "DATETIME_FORMAT")}]
    if facts["is_spam"]:
        told.append(_("Moderators have called that wave spam."))
    return " ".join(told)


def _quoted(term: str, reason: str) -> str:
    quoted = _("“%(term)s”") % {"term": bidi.isolate_plain(_shortened(term))}
    return f"{quoted} ({bidi.isolate_plain(_shortened(reason))})" if reason else quoted


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTED_LETTERS else f"{text[: MAX_QUOTED_LETTERS - 1]}…"


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "honeypot": _honeypot,
    "unidentified": _unidentified,
    "sanctioned": _sanctioned,
    "impersonation": _impersonation,
    "empty": _empty,
    "too_long": _too_long,
    "many_links": _many_links,
    "watched_words": _watched_words,
    "duplicate": _duplicate,
    "flood": _flood,
    "foreign_script": _foreign_script,
    "shouting": _shouting,
    "stretching": _stretching,
    "wave": _wave,
}
