"""What findings say, in the language of whoever reads them."""

import pytest
from django.utils import timezone, translation

from comments import rules
from comments.finding_sentences import sentence_of

ISOLATES = {ord(mark): None for mark in "\u2066\u2067\u2069"}
SIX = ["كلب", "لص", "نذل", "وغد", "جبان", "تافه"]
CASES = [
    ("honeypot", {}, "The hidden field, which readers do not see, was filled in; that is what programs do."),
    ("empty", {}, "Once the comment is cleaned, nothing is left of it to read."),
    (
        "sanctioned",
        {"count": 2, "targets": ["domain", "name"]},
        "2 sanctions apply to the comment: against a site that it links to, and against its writer’s name.",
    ),
    ("too_long", {"letters": 3005, "limit": 3000}, "The comment has 3005 letters; the limit is 3000."),
    ("many_links", {"links": 2}, "The comment has 2 links."),
    ("watched_words", {"terms": [["قمار", "إعلان"]]}, "1 watched word occurs: “قمار” (إعلان)."),
    ("flood", {"comments": 3}, "3 comments came from the same network within 10 minutes before this one."),
    (
        "foreign_script",
        {"mixed": 1, "script": "CYRILLIC"},
        (
            "In 1 word, Latin letters are mixed with look-alikes of another script. "
            "Most letters of the comment are neither Arabic nor Latin. Most of its letters are Cyrillic."
        ),
    ),
    ("shouting", {"percent": 86}, "86% of the Latin letters in the comment are capitals."),
    ("stretching", {"letters": True, "marks": False}, "The comment has stretched words."),
    (
        "wave",
        {"alike": 3, "since": "2026-11-25T11:05:00+00:00", "is_spam": True},
        (
            "It is like 3 comments of a wave that began at 25 November 2026, 14:05. "
            "Moderators have called that wave spam."
        ),
    ),
    ("flood", {"unjudged": "slow"}, "This rule took longer than usual over the comment, so read it with care."),
    ("a rule of another time", {}, ""),
    ("flood", {"form": "of another time"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "sentence"), CASES)
def test_in_english(rule, facts, sentence):
    with translation.override("en"), timezone.override("Asia/Riyadh"):
        assert sentence_of(rule, facts).translate(ISOLATES) == sentence


@pytest.mark.parametrize(
    ("rule", "facts", "sentence"),
    [
        ("too_long", {"letters": 3001, "limit": 3000}, "طول التعليق 3001 حرف، والحدّ 3000 حرف."),
        ("too_long", {"letters": 3005, "limit": 3000}, "طول التعليق 3005 أحرف، والحدّ 3000 حرف."),
        ("too_long", {"letters": 3011, "limit": 3000}, "طول التعليق 3011 حرفًا، والحدّ 3000 حرف."),
        ("flood", {"comments": 3}, "سبق هذا التعليقَ 3 تعليقات من الشبكة نفسها في آخر 10 دقائق."),
        ("flood", {"comments": 11}, "سبق هذا التعليقَ 11 تعليقًا من الشبكة نفسها في آخر 10 دقائق."),
        ("flood", {"comments": 100}, "سبق هذا التعليقَ 100 تعليق من الشبكة نفسها في آخر 10 دقائق."),
        ("sanctioned", {"count": 1, "targets": ["network"]}, "تسري على التعليق عقوبة واحدة: على شبكة مُرسِله."),
        ("watched_words", {"terms": [["كلب", ""], ["لص", ""]]}, "وردت كلمتان من قائمة الكلمات المراقَبة: «كلب»، «لص»."),
        (
            "watched_words",
            {"terms": [[term, ""] for term in SIX]},
            "وردت 6 كلمات من قائمة الكلمات المراقَبة: «كلب»، «لص»، «نذل»، «وغد»، «جبان»، وغيرها.",
        ),
        ("empty", {"unjudged": "failed"}, "تعذّر فحص التعليق بهذه القاعدة، فاقرأه بعناية."),
    ],
)  # fmt: skip
def test_in_arabic(rule, facts, sentence):
    with translation.override("ar"):
        assert sentence_of(rule, facts).translate(ISOLATES) == sentence


def test_every_rule_has_words():
    facts = {"count": 1, "targets": [], "letters": 1, "limit": 1, "links": 2, "terms": [], "comments": 3}
    facts |= {"mixed": 1, "script": None, "percent": 80, "marks": True}

    assert all(sentence_of(rule.name, facts) for rule in rules.RULES)
