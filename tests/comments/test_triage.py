import os
import random
import subprocess
import sys
from math import fsum, log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.triage import STATE_BYTES, Clue, Model, NeverLearned, UnreadableState

DECISIONS = [
    ("كلامك سخيف يا جاهل", True),
    ("أنتم مرتزقة وكذابون", True),
    ("يا مرتزقة الإعلام، اسكتوا!", True),
    ("شكرًا على المقال المفيد", False),
    ("مقال مفيد، وشكرًا لفريق Nashra", False),
    ("هل جُرّب Mistral على العربية؟", False),
    ("أختلف مع الكاتب في الخلاصة", False),
    ("شكرًا", False),
]
WAITING = [
    "شكرًا يا مرتزقة",
    "المقال مفيد",
    "رأي لا علاقة له بما سبق",
    "",
    "@Layla ما رأيك؟",
]
HOSTILE = [
    "",
    " \n\u00a0",
    "\u200f\u200b\u2066",
    "\ud83d \udc00",
    "\x00",
    "ه" * 5000,
    "\u0651\u064e" * 5000,
    "ﷺ" * 500,
    "م م " * 2000,
    "😀" * 1000,
]
HOSTILE_IDS = [
    "nothing",
    "white space",
    "invisible",
    "lone surrogates",
    "control",
    "one long word",
    "marks",
    "ligatures of several words",
    "single letters",
    "emoji",
]


def learned(decisions):
    model = Model()
    for text, rejected in decisions:
        model.learn(text, rejected=rejected)
    return model


def scores(model):
    return [model.score(text) for text in WAITING]


@pytest.mark.parametrize("text", [*WAITING, *HOSTILE])
def test_an_untrained_model_gives_the_neutral_score(text):
    assert Model().score(text) == 0.5


def test_an_untrained_model_has_no_clues():
    assert Model().strongest("يا مرتزقة الإعلام") == []


def test_what_resembles_rejected_comments_ranks_before_what_resembles_approved_ones():
    model = learned(DECISIONS)
    waiting = ["مقال مفيد، شكرًا", "أيها المرتزقة الجهلة", "خبر من بيروت"]

    ranked = sorted(waiting, key=model.score, reverse=True)

    assert ranked == ["أيها المرتزقة الجهلة", "خبر من بيروت", "مقال مفيد، شكرًا"]


def test_spellings_of_one_text_have_one_score():
    model = learned(DECISIONS)

    assert model.score("يا مُرتـــزقة الأعلام") == model.score("يا مرتزقه الاعلام")


def test_who_is_addressed_makes_no_difference():
    model = learned([("@Layla أنت جاهلة", True), ("@Karim شكرًا", False)])

    assert model.score("@Layla ما رأيك؟") == model.score("@Karim ما رأيك؟")


def test_scores_of_one_verdict_alone_follow_its_rate():
    model = learned([("أنتم مرتزقة", True)] * 3)

    assert [model.score(text) for text in ("أنتم مرتزقة", "رأي آخر")] == [0.8, 0.8]


def test_a_score_follows_from_the_counts():
    model = learned([("بب", True), ("تت", False), ("تت", False)])

    # A third of all n-grams were rejected; each of the six here was seen once, in a rejected comment.
    expected = log(2 / 5) + 6 * 5 / sqrt(6) * (1 - 1 / 3) / (1 + 1)
    score = model.score("بب")

    assert log(score / (1 - score)) == pytest.approx(expected)


def test_decisions_are_counted():
    model = learned(DECISIONS)

    model.forget("كلامك سخيف يا جاهل", rejected=True)

    assert model.decisions == len(DECISIONS) - 1


@pytest.mark.parametrize(("text", "rejected"), DECISIONS)
def test_undoing_the_last_decision_gives_back_the_state(text, rejected):
    model = learned(DECISIONS)
    before, scores_before = model.to_bytes(), scores(model)

    model.learn(text, rejected=rejected)
    changed = model.to_bytes()
    model.forget(text, rejected=rejected)

    assert changed != before
    assert (model.to_bytes(), scores(model)) == (before, scores_before)


@pytest.mark.parametrize("seed", range(5))
def test_undoing_in_any_order_leaves_the_model_that_never_learned_it(seed):
    source = random.Random(seed)
    undone = source.sample(DECISIONS, 4)
    model = learned(source.sample(DECISIONS, len(DECISIONS)))

    for text, rejected in undone:
        model.forget(text, rejected=rejected)

    untouched = learned(decision for decision in DECISIONS if decision not in undone)
    assert (model.to_bytes(), scores(model)) == (untouched.to_bytes(), scores(untouched))


@given(
    st.lists(st.tuples(st.text(max_size=40), st.booleans()), max_size=8), st.randoms(use_true_random=False)
)
def test_undoing_everything_leaves_an_untrained_model(decisions, source):
    model = learned(decisions)

    for text, rejected in source.sample(decisions, len(decisions)):
        model.forget(text, rejected=rejected)

    assert model.to_bytes() == Model().to_bytes()


def test_a_changed_verdict_is_forgotten_and_learned():
    model = learned(DECISIONS)
    model.forget("شكرًا", rejected=False)
    model.learn("شكرًا", rejected=True)

    assert model.to_bytes() == learned([*DECISIONS[:-1], ("شكرًا", True)]).to_bytes()


@pytest.mark.parametrize(
    ("text", "rejected"),
    [("شكرًا", True), ("شكرًا جزيلًا", False), ("كلامك سخيف يا جاهل", False)],
    ids=["other verdict", "other text", "other verdict of a rejected text"],
)
def test_what_was_never_learned_is_not_forgotten(text, rejected):
    model = learned(DECISIONS)

    with pytest.raises(NeverLearned):
        model.forget(text, rejected=rejected)

    assert model.to_bytes() == learned(DECISIONS).to_bytes()


def test_an_untrained_model_forgets_not_even_an_empty_comment():
    with pytest.raises(NeverLearned):
        Model().forget("", rejected=True)


def test_the_state_comes_back_from_its_bytes():
    model = learned(DECISIONS)
    copy = Model.from_bytes(model.to_bytes())

    assert (copy.to_bytes(), scores(copy), copy.decisions) == (
        model.to_bytes(),
        scores(model),
        len(DECISIONS),
    )


def test_a_copy_from_bytes_learns_on():
    copy = Model.from_bytes(learned(DECISIONS[:4]).to_bytes())
    for text, rejected in DECISIONS[4:]:
        copy.learn(text, rejected=rejected)

    assert copy.to_bytes() == learned(DECISIONS).to_bytes()


@pytest.mark.parametrize("decisions", [[], DECISIONS], ids=["untrained", "trained"])
def test_the_size_of_the_state_does_not_grow(decisions):
    assert len(learned(decisions).to_bytes()) == STATE_BYTES == 992_040


@pytest.mark.parametrize(
    "state",
    [
        b"",
        Model().to_bytes()[:-1],
        Model().to_bytes() + b"\0",
        b"triage 0" + Model().to_bytes()[8:],
    ],
    ids=["nothing", "too short", "too long", "another version"],
)
def test_what_is_no_state_is_refused(state):
    with pytest.raises(UnreadableState):
        Model.from_bytes(state)


@pytest.mark.slow
def test_other_processes_give_the_same_bits():
    program = (
        "import zlib; from tests.comments.test_triage import *\n"
        "model = learned(DECISIONS); print(zlib.crc32(model.to_bytes()), [score.hex() for score in scores(model)])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(answers) == 1


@pytest.mark.parametrize("text", HOSTILE, ids=HOSTILE_IDS)
def test_hostile_texts_are_learned_scored_and_undone(text):
    model = learned(DECISIONS)
    before = model.to_bytes()

    model.learn(text, rejected=True)
    score = model.score(text)
    model.forget(text, rejected=True)

    assert 0 <= score <= 1
    assert model.to_bytes() == before


def test_very_long_texts_have_scores_at_the_ends():
    source = random.Random(1)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    worse, better = (" ".join("".join(source.choices(letters, k=7)) for _ in range(1000)) for _ in range(2))
    model = learned([(worse, True), (better, False)] * 5)

    assert (model.score(worse), model.score(better)) == (pytest.approx(1), pytest.approx(0))


def test_the_strongest_words_are_told_as_they_stand_in_the_text():
    text = "شكرًا يا مُرتـــزقة"

    clues = learned(DECISIONS).strongest(text, limit=2)

    assert [(text[clue.start : clue.end], clue.contribution > 0, clue.ngram) for clue in clues] == [
        ("مُرتـــزقة", True, "مرتز"),
        ("شكرًا", False, "شكرا"),
    ]


def test_clues_come_in_the_order_of_their_strength():
    strengths = [
        abs(clue.contribution) for clue in learned(DECISIONS).strongest("شكرا يا مرتزقه الاعلام الجاهل")
    ]

    assert (len(strengths), strengths) == (5, sorted(strengths, reverse=True))


def test_contributions_add_up_to_the_score():
    model = learned(DECISIONS)
    text = "شكرًا يا مرتزقة، شكرًا ﷺ"

    total = fsum(clue.contribution for clue in model.strongest(text, limit=100))

    score = model.score(text)
    unknown = model.score("")
    assert total == pytest.approx(log(score / (1 - score)) - log(unknown / (1 - unknown)))


def test_unknown_words_are_no_clues():
    assert learned([("مرتزقة", True), ("شكرا", False)]).strongest("☂") == []


@pytest.mark.parametrize("text", HOSTILE, ids=HOSTILE_IDS)
def test_clues_of_hostile_texts_lie_within_them(text):
    model = learned([(text, True), ("شكرًا", False)])

    assert all(0 <= clue.start < clue.end <= len(text) for clue in model.strongest(text))


def test_a_clue_is_a_value():
    model = learned([("جاهل", True), ("شكرا", False)])

    (clue,) = model.strongest(" جاهل")

    assert clue == Clue(start=1, end=5, contribution=clue.contribution, ngram="جاهل")
