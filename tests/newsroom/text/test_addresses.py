"""Where addresses begin and end."""

import pytest

from newsroom.text.addresses import find_addresses, find_mentions, without_addresses


def _found(text):
    return [text[address.start : address.end] for address in find_addresses(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("انظر https://example.com/مقال/جديد، ثم", ["https://example.com/مقال/جديد"]),
        ("https://example.com/a؛ و(http://b.org/c)؟", ["https://example.com/a", "http://b.org/c"]),
        ("«https://example.com/a_(b)»", ["https://example.com/a_(b)"]),
        ("“https://example.com”…", ["https://example.com"]),
        ("https://example.com/?a=1&b=2#c.", ["https://example.com/?a=1&b=2#c"]),
        ("www.example.com, www.", ["www.example.com"]),
        ("https://a.com\u200f، b", ["https://a.com"]),
        ("راسلنا على info@example.com؟", ["info@example.com"]),
        ("a.b+c@sub.example.co.uk.", ["a.b+c@sub.example.co.uk"]),
        ("كتب https://x.com/@user وa@b.co", ["https://x.com/@user", "a@b.co"]),
        ("http://user@evil.example/", ["http://user@evil.example/"]),
        ("بريد@مثال.السعودية نص", []),
        ("me@مثال.السعودية نص", ["me@مثال.السعودية"]),
        ("@user a@ @b .@c.d xhttp://a.com", []),
        ("https://" + "a" * 3000 + " b", []),
        ("http://", []),
        ("javascript:alert(1) OpenAI.com", []),
    ],
)
def test_find_addresses(text, found):
    assert _found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@user أحسنت!", ["@user"]),
        ("رد على @محمد_علي.", ["@محمد_علي"]),
        ("a@b.co", []),
        ("@User.IDX:", ["@User.IDX"]),
    ],
)
def test_find_mentions(text, found):
    assert [text[start:end] for start, end in find_mentions(text)] == found


def test_without_addresses():
    assert without_addresses("@user انظر https://a.com وb@c.org.").split() == ["انظر", "و", "."]
