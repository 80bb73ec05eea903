import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import search_query
from newsroom.text.search_query import SearchQuery, parse


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("أحمد والقرآن", SearchQuery(("احمد", "والقران"))),
        ('"ميناء الساحل" أخبار', SearchQuery(("ميناء", "الساحل", "اخبار"), ("ميناء الساحل",))),
        ("«نموذج GPT-4»", SearchQuery(("نموذج", "gpt-4"), ("نموذج gpt 4",))),
        ("طاقة -نفط", SearchQuery(("طاقه",), (), ("نفط",))),
        ("طاقة −نفط", SearchQuery(("طاقه",), (), ("نفط",))),
        ("طاقة بدون:نفط", SearchQuery(("طاقه",), (), ("نفط",))),
        ("طاقة بدون: نفط", SearchQuery(("طاقه",), (), ("نفط",))),
        ("حياة بدون نفط", SearchQuery(("حياه", "بدون", "نفط"))),
        ("شبه-جزيرة GPT-4", SearchQuery(("شبه", "جزيره", "gpt-4"))),
        ("«قال -مازحا-»", SearchQuery(("قال", "مازحا"), ("قال مازحا",))),
        ('متى عُرض "حوض السمك" أول مرة', SearchQuery(("متي", "عرض", "حوض", "السمك", "اول", "مره"))),
        ("علامة « وحدها", SearchQuery(("علامه", "وحدها"))),
        ("-" * 33, SearchQuery()),
        ('"' * 5000, SearchQuery()),
        ("\0", SearchQuery()),
        ("", SearchQuery()),
        ("-نفط", SearchQuery((), (), ("نفط",))),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_what_was_typed_is_read(typed, expected):
    assert parse(typed) == expected


def test_what_is_too_long_is_read_in_part():
    query = parse("بحر " * 1000)

    assert query.words == ("بحر",) * search_query.MAX_WORDS


@given(st.text())
def test_anything_typed_is_read(typed):
    query = parse(typed)

    assert len(query.words) <= search_query.MAX_WORDS
    assert not set(query.words) & set(query.excluded)
