"""The tokens of HTML, compared with html5lib where it matters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.tokens import EndTag, StartTag, Text, tokenize


def _tokens(html):
    return [html[token.start : token.end] for token in tokenize(html)]


def _attributes(html):
    return next(token.attributes for token in tokenize(html) if isinstance(token, StartTag))


@pytest.mark.parametrize(
    ("html", "tokens"),
    [
        ("<p>نص</p>", ["<p>", "نص", "</p>"]),
        ("a<!-- > -->b<!DOCTYPE x>c<?x?>d</ >e", ["a", "b", "c", "d", "e"]),
        ("a<!-->b<!--->c<!-- --!>d", ["a", "b", "c", "d"]),
        ("<![if x]>a<![endif]>", ["a"]),
        ("<script>a<b></script>c", ["<script>", "a<b>", "</script>", "c"]),
        ("<textarea>a<b></textarea>c", ["<textarea>", "a<b>", "</textarea>", "c"]),
        ("<script>a", ["<script>", "a"]),
        ("<plaintext><b>", ["<plaintext>", "<b>"]),
        ("a <3 b < c", ["a <3 b < c"]),
        ("a <b c", ["a <b c"]),
        ("a<!-- b", ["a"]),
        ("<a title='>'>x", ["<a title='>'>", "x"]),
        ("<a title=it's>x", ["<a title=it's>", "x"]),
        ('<a "b">x', ['<a "b">', "x"]),
        ("<a/b=c/>x", ["<a/b=c/>", "x"]),
        ("<a x==y>z", ["<a x==y>", "z"]),
        ("<a =y>z", ["<a =y>", "z"]),
    ],
)
def test_places(html, tokens):
    assert _tokens(html) == tokens


@pytest.mark.parametrize(
    ("html", "attributes"),
    [
        ('<A HREF="x" href=y>', {"href": "x"}),
        ("<a b c='&quot;' d=&amp;e>", {"b": "", "c": '"', "d": "&e"}),
        ("<a href='?a=1&lt=2&copy=3&amp;b'>", {"href": "?a=1&lt=2&copy=3&b"}),
        ("<a href=java&#115cript&colon;1>", {"href": "javascript:1"}),
        ("<a\n title = 'x'\tb>", {"title": "x", "b": ""}),
    ],
)
def test_attributes(html, attributes):
    assert _attributes(html) == attributes


def test_end_tag():
    assert list(tokenize("</P x>")) == [EndTag("p", 0, 6)]


@given(st.text(st.sampled_from("<>/!-ab ='\"&;p?s\n")))
def test_tokens_are_in_order_and_apart(html):
    ends = [0]
    for token in tokenize(html):
        assert ends[-1] <= token.start < token.end <= len(html)
        ends.append(token.end)


@given(st.text())
def test_text_without_brackets_is_one_token(text):
    text = text.replace("<", "")

    assert list(tokenize(text)) == ([Text(0, len(text))] if text else [])
