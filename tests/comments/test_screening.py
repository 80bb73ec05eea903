import dataclasses
import logging

import pytest

from comments import screening
from comments.screening import Draft, Evidence, Finding, History, screen, verdict

DRAFT = Draft(author_name="ليلى", website="", body="شكرًا لفريق OpenAI", honeypot="")
HISTORY = History()


class Stub:
    """A rule that answers with what it was made with, or raises it."""

    def __init__(self, name, answer):
        self.name = name
        self.answer = answer
        self.calls = 0

    def __call__(self, draft, history):
        self.calls += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_findings_come_in_the_order_of_the_rules():
    first, second = Finding("first", 10), Finding("second", 90)
    rules = [Stub("first", first), Stub("silent", None), Stub("second", second)]

    assert screen(DRAFT, HISTORY, rules) == [first, second]


def test_every_rule_runs_whatever_the_others_found():
    rules = [Stub("heavy", Finding("heavy", 100)), Stub("broken", ValueError()), Stub("last", None)]

    screen(DRAFT, HISTORY, rules)

    assert [rule.calls for rule in rules] == [1, 1, 1]


def test_a_rule_that_raises_leaves_a_finding_of_the_highest_weight():
    assert screen(DRAFT, HISTORY, [Stub("many_links", ZeroDivisionError())]) == [
        Finding("many_links", 100, {"unjudged": "failed"})
    ]


def test_a_failure_is_logged_without_the_words_of_the_comment(caplog):
    with caplog.at_level(logging.ERROR):
        screen(DRAFT, HISTORY, [Stub("many_links", ValueError(DRAFT.body))])

    assert caplog.messages == ["Screening rule many_links failed: ValueError"]
    assert DRAFT.body not in caplog.text


def test_a_slow_rule_keeps_its_finding_and_adds_one_of_the_highest_weight(monkeypatch):
    clock = iter([0.0, screening.SECONDS_PER_RULE + 0.1])
    monkeypatch.setattr(screening.time, "thread_time", lambda: next(clock))
    finding = Finding("flood", 50, {"comments": 3})

    assert screen(DRAFT, HISTORY, [Stub("flood", finding)]) == [
        finding,
        Finding("flood", 100, {"unjudged": "slow"}),
    ]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        pytest.param(DRAFT, "body", id="draft"),
        pytest.param(HISTORY, "watched", id="history"),
        pytest.param(Finding("flood", 50, {"comments": 3}), "weight", id="finding"),
        pytest.param(Evidence("body", 0, 4), "start", id="evidence"),
    ],
)
def test_values_are_frozen(value, field):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)


LIGHT, HEAVY = Finding("stretching", 10), Finding("many_links", 60, {"links": 2})
LISTED = Finding("watched_words", 60, {"terms": []}, rejects=True)


@pytest.mark.parametrize(
    ("findings", "terms", "expected"),
    [
        pytest.param([], {"mode": "hold_all", "is_trusted": True}, "pending", id="all are held"),
        pytest.param([], {"mode": "unproven"}, "pending", id="not trusted"),
        pytest.param([], {"mode": "unproven", "is_trusted": True}, "approved", id="trusted"),
        pytest.param([LIGHT], {"mode": "unproven", "is_trusted": True}, "approved", id="a matter of style"),
        pytest.param([HEAVY], {"mode": "unproven", "is_trusted": True}, "pending", id="a finding"),
        pytest.param([], {"mode": "findings"}, "approved", id="findings alone are held"),
        pytest.param([HEAVY], {"mode": "findings"}, "pending", id="as this one"),
        pytest.param([], {"mode": "findings", "is_night": True}, "pending", id="night"),
        pytest.param([LIGHT, LISTED], {"mode": "hold_all"}, "rejected", id="a word nobody wants"),
    ],
)
def test_the_verdict_is_over_all_findings(findings, terms, expected):
    assert verdict(findings, **{"is_trusted": False, "is_night": False} | terms) == expected
