import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import word_diff
from newsroom.text.word_diff import Kind
from tests.patience import ends

KEPT, DELETED, INSERTED = Kind.KEPT, Kind.DELETED, Kind.INSERTED
TEXTS = st.lists(st.sampled_from(["قال", "OpenAI", "،", "نموذج ", "C++", " "]), max_size=30).map("".join)


def shown(runs):
    return [(run.kind, run.text) for run in runs]


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("أطلقت OpenAI نموذجًا", "أطلقت OpenAI نموذجًا", [(KEPT, "أطلقت OpenAI نموذجًا")]),
        (
            "أطلقت OpenAI نموذجًا",
            "أطلقت Google نموذجًا",
            [(KEPT, "أطلقت "), (DELETED, "OpenAI "), (INSERTED, "Google "), (KEPT, "نموذجًا")],
        ),
        ("نموذج جديد", "نموذج، جديد", [(KEPT, "نموذج"), (INSERTED, "، "), (KEPT, "جديد")]),
        ("", "نصّ", [(INSERTED, "نصّ")]),
        ("نصّ", "", [(DELETED, "نصّ")]),
        ("", "", []),
    ],
    ids=["same", "a word", "a comma", "from nothing", "to nothing", "nothing"],
)
def test_words_are_kept_deleted_and_inserted(old, new, runs):
    assert shown(word_diff.of_texts(old, new)) == runs


def test_paragraphs_pictures_and_links_of_markup_are_compared():
    runs = word_diff.of_markup(
        '<p>خبر</p><p>عن <a href="https://a.example/">Mistral</a></p>',
        '<p>خبر</p><h2>عن <a href="https://b.example/">Mistral</a></h2><figure><img src="/x" alt="مقر"></figure>',
    )

    assert shown(runs) == [
        (KEPT, "¶pخبر"), (DELETED, "¶p"), (INSERTED, "¶h2"), (KEPT, "عن Mistral "),
        (DELETED, "<https://a.example/> "), (INSERTED, "<https://b.example/> ¶figure[مقر] "),
    ]  # fmt: skip


def test_marks_within_a_paragraph_are_no_change_of_words():
    runs = word_diff.of_markup("<p>أطلقت OpenAI نموذجًا</p>", "<p>أطلقت <strong>OpenAI</strong> نموذجًا</p>")

    assert shown(runs) == [(KEPT, "¶pأطلقت OpenAI نموذجًا")]


def _side(runs, dropped):
    return [word.text for run in runs if run.kind is not dropped for word in run.words]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_difference(old, new):
    runs = word_diff.of_texts(old, new)

    assert _side(runs, INSERTED) == [word.text for word in word_diff.words(old)]
    assert _side(runs, DELETED) == [word.text for word in word_diff.words(new)]
    assert "".join(run.text for run in runs if run.kind is not DELETED) == new


@given(TEXTS)
def test_the_words_of_a_text_make_it_up_again(text):
    assert "".join(word.text + word.space for word in word_diff.words(text)) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [("أ ب " * 20_000, "ب ج أ " * 20_000), ("كلمة " * 50_000, "أخرى " * 50_000)],
    ids=["recurring words", "nothing in common"],
)
def test_texts_of_any_length_are_compared(old, new):
    with ends():
        runs = word_diff.of_texts(old, new)

    assert "".join(run.text for run in runs if run.kind is not DELETED) == new


def test_where_too_much_was_changed_whole_paragraphs_are_compared(monkeypatch):
    monkeypatch.setattr(word_diff, "MAX_EDITS", 2)

    runs = word_diff.of_markup("<p>بقي</p><p>أ ب ج</p>", "<p>بقي</p><p>د هـ و</p>")

    assert shown(runs) == [(KEPT, "¶pبقي"), (DELETED, "¶pأ ب ج"), (INSERTED, "¶pد هـ و")]


def test_a_note_stands_in_brackets_apart_from_its_word():
    words = word_diff.words_of_markup('<p>نموذجًا<small class="footnote">بحسب بيانها</small> جديدًا</p>')

    assert "".join(word.text + word.space for word in words[1:]) == "نموذجًا [بحسب بيانها] جديدًا"
