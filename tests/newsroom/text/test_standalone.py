"""Markup that leaves the site."""

import pytest

from newsroom.text.standalone import standalone

PAGE = "https://news.example/article/7/%D8%AE%D8%A8%D8%B1/"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('<a href="/tag/3/">OpenAI</a>', '<a href="https://news.example/tag/3/">OpenAI</a>'),
        ('<a href="#note-1">1</a>', f'<a href="{PAGE}#note-1">1</a>'),
        (
            '<a href="https://openai.com/?a=1&amp;b=2">x</a>',
            '<a href="https://openai.com/?a=1&amp;b=2">x</a>',
        ),
        ('<a href="mailto:a@example.org">x</a>', '<a href="mailto:a@example.org">x</a>'),
        ('<a href="//[x">x</a>', '<a href="//[x">x</a>'),
        (
            '<img src="/media/a.jpg" alt="&quot;C++&quot;" loading="lazy">',
            '<img src="https://news.example/media/a.jpg" alt="&quot;C++&quot;" loading="lazy">',
        ),
        (
            '<source srcset="/media/a-320.avif 320w, /media/a-640.avif 640w">',
            '<source srcset="https://news.example/media/a-320.avif 320w, https://news.example/media/a-640.avif 640w">',
        ),
        ('<code> href="/x"</code> &lt;a href="/y"&gt;', '<code> href="/x"</code> &lt;a href="/y"&gt;'),
        ('<pre>\n\nx</pre><p title="/x">خبر</p>', '<pre>\n\nx</pre><p title="/x">خبر</p>'),
    ],
    ids=["path", "fragment", "elsewhere", "mail", "no address", "picture", "sizes", "text", "all else"],
)
def test_addresses_are_in_full_and_all_else_is_as_it_was(written, read):
    assert standalone(written, PAGE, "ar", "rtl") == f'<div lang="ar" dir="rtl">{read}</div>'
