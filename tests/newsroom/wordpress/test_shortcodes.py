"""Shortcodes in markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.wordpress.shortcodes import attributes, expanded
from tests import patience
from tests.thorough import examples


def shown(name, given, content):
    if name == "literal":
        return None
    told = ",".join(f"{key}={value}" for key, value in given.items())
    return f"«{name}({told})" + ("" if content is None else f":{content}") + "»"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("نص", "نص"),
        ('قبل [gallery ids="1,2"] بعد', "قبل «gallery(ids=1,2)» بعد"),
        ("[embed]https://x.com/a[/embed]", "«embed():https://x.com/a»"),
        ("[a x=1][b y='2'/]داخل[/a]", "«a(x=1):«b(y=2)»داخل»"),
        ("[sic] ثم [embed]u[/embed]", "«sic()» ثم «embed():u»"),
        ("[[gallery]]", "[gallery]"),
        ("[literal]", "[literal]"),
        ("[/gallery]", "[/gallery]"),
        ("[a][b]x[/a]", "«a():«b()»x»"),
        ("[1] [كذا] [ x ]", "[1] [كذا] [ x ]"),
        ('<a title="[gallery]">نص</a>', '<a title="[gallery]">نص</a>'),
        ("<script>[gallery]</script>", "<script>[gallery]</script>"),
        ("[caption]<img src='x'> نص[/caption]", "«caption():<img src='x'> نص»"),
    ],
)
def test_shortcodes_are_replaced(source, expected):
    assert expanded(source, shown) == expected


def test_attributes_without_a_name_are_numbered():
    assert attributes('https://x.com "b c" id=\'3\' أ="ب"') == {
        "0": "https://x.com",
        "1": "b c",
        "id": "3",
        "أ": "ب",
    }


PARTS = st.lists(
    st.sampled_from(["[", "]", "/", "a", "[a]", "[/a]", "[b x='", "'", '"', "=", "<p>", "ن", " ", "[["]),
    max_size=60,
)


@settings(max_examples=examples(150))
@given(PARTS.map("".join))
def test_any_brackets_give_a_text(source):
    assert isinstance(expanded(source, shown), str)


@pytest.mark.parametrize(
    "source",
    [
        "[" * 300_000,
        "[a " * 200_000,
        "[a]" * 100_000 + "[/a]" * 100_000,
        "[[a]]" * 100_000,
        "[a x='" * 100_000,
    ],
    ids=["brackets", "open tags", "nested", "escaped", "quotes"],
)
def test_hostile_brackets_take_time_in_proportion(source):
    with patience.ends():
        expanded(source, shown)
