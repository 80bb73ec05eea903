"""Blocks beyond paragraphs: the one form in which each is stored, and what readers get of it."""

import pytest
from django.utils import translation

from newsroom.text.bidi import isolate_markup
from newsroom.text.blocks import printed
from newsroom.text.excerpt import html_excerpt
from newsroom.text.sanitizer import sanitize_article
from tests.xss_vectors import XSS_VECTORS, script_capable

IMAGE = '<img src="/media/images/ab/a.jpg" alt="مقر OpenAI">'
CARD = '<figure class="embed"><a href="https://x.com/i/status/123">منشور</a></figure>'


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        (
            '<figure class="pull-quote"><figcaption>سام</figcaption>لا عودة</figure>',
            '<figure class="pull-quote"><blockquote><p>لا عودة</p></blockquote><figcaption>سام</figcaption></figure>',
        ),
        ('<figure class="pull-quote"><figcaption>سام</figcaption></figure>', "<p>سام</p>"),
        (
            f'<figure class="gallery">{IMAGE}<p>نص</p><figcaption>كلّها</figcaption></figure>',
            f'<figure class="gallery"><figure>{IMAGE}</figure><figcaption>كلّها</figcaption></figure><p>نص</p>',
        ),
        ('<figure class="gallery"><p>نص</p></figure>', "<p>نص</p>"),
        (
            '<aside class="fact-box"><h3>أرقام</h3><aside class="fact-box"><p>واحد</p></aside></aside>',
            '<aside class="fact-box"><h3>أرقام</h3><p>واحد</p></aside>',
        ),
        ("<aside><p>إعلان</p></aside>", "<p>إعلان</p>"),
        ('<aside class="fact-box ad"><p>إعلان</p></aside>', "<p>إعلان</p>"),
        ('<figure class="embed"><a href="https://twitter.com/a/status/123">منشور</a></figure>', CARD),
        (
            '<figure class="embed"><a href="https://evil.example/">منشور</a></figure>',
            '<p><a href="https://evil.example/">منشور</a></p>',
        ),
        ('<p class="MsoNormal">نص</p>', "<p>نص</p>"),
        (
            '<p>أ<small class="footnote">واحد</small><small class="footnote">اثنان</small></p>',
            '<p>أ<small class="footnote">واحد</small><small class="footnote">اثنان</small></p>',
        ),
        (
            '<p><small class="footnote">واحد<small class="footnote"> في واحد</small></small>.</p>',
            '<p><small class="footnote">واحد في واحد</small>.</p>',
        ),
        (
            '<p><a href="/x">رابط<small class="footnote">واحد</small></a></p>',
            '<p><a href="/x">رابط</a><small class="footnote">واحد</small></p>',
        ),
    ],
    ids=[
        *(
            "quote",
            "quote of nobody",
            "gallery",
            "gallery of nothing",
            "box in a box",
            "aside",
            "aside of others",
        ),
        *("card", "card of a stranger", "class", "two notes", "note in a note", "note in a link"),
    ],
)
def test_a_block_is_stored_in_one_form(html, stored):
    assert sanitize_article(html) == stored
    assert sanitize_article(stored) == stored


def test_notes_are_numbered_in_their_order_and_lead_back():
    html = '<p>GPT-4<small class="footnote">من <i>OpenAI</i></small> ثم<small class="footnote">ثانية</small>.</p>'

    with translation.override("ar"):
        page = printed(html, "rtl")

    assert page == (
        '<p>GPT-4<sup class="note-mark" dir="rtl"><a id="note-mark-1" href="#note-1" aria-label="الحاشية 1">1</a></sup>'
        ' ثم<sup class="note-mark" dir="rtl"><a id="note-mark-2" href="#note-2" aria-label="الحاشية 2">2</a></sup>.</p>'
        '<section class="notes" aria-labelledby="notes"><h2 id="notes" lang="ar" dir="rtl">الحواشي</h2><ol>'
        '<li id="note-1"><span>من <i>OpenAI</i></span> <a class="notes__back" href="#note-mark-1"'
        ' aria-label="عودة إلى موضع الحاشية 1">↑</a></li>'
        '<li id="note-2"><span>ثانية</span> <a class="notes__back" href="#note-mark-2"'
        ' aria-label="عودة إلى موضع الحاشية 2">↑</a></li></ol></section>'
    )
    # The mark stays out of the runs that are isolated around it.
    assert "GPT-4</bdi>1" not in isolate_markup(page)


def test_a_card_names_whom_loading_it_contacts_and_loads_nothing():
    with translation.override("ar"):
        page = printed(CARD, "rtl")

    assert page == (
        '<figure class="embed" data-provider="x" data-frame="https://platform.twitter.com/embed/Tweet.html?id=123"'
        ' data-load="اعرضه هنا"><p class="embed__provider" dir="ltr" lang="en">X</p>'
        '<p class="embed__title"><a href="https://x.com/i/status/123">منشور</a></p>'
        '<p class="embed__told" lang="ar" dir="rtl">'
        "عند عرضه يتصل متصفّحك بموقع X، فيعلم أنّك تقرأ هذه الصفحة.</p></figure>"
    )


def test_a_gallery_scrolls_by_keys_under_the_name_of_its_caption():
    stored = f'<figure class="gallery"><figure>{IMAGE}</figure><figcaption>المقر</figcaption></figure>'

    assert printed(stored, "rtl") == (
        '<figure class="gallery"><div class="gallery__strip" role="group" tabindex="0" aria-label="المقر">'
        f"<figure>{IMAGE}</figure></div><figcaption>المقر</figcaption></figure>"
    )


def test_an_excerpt_is_of_the_running_text_alone():
    blocks = (
        f'<figure class="gallery"><figure>{IMAGE}<figcaption>صورة</figcaption></figure></figure>{CARD}'
        '<figure class="pull-quote"><blockquote><p>قول</p></blockquote></figure>'
        '<aside class="fact-box"><p>رقم</p></aside>'
    )

    page = printed(f'{blocks}<p>أعلنت OpenAI<small class="footnote">حاشية</small> نموذجًا.</p>', "rtl")

    assert html_excerpt(page) == "أعلنت OpenAI نموذجًا."


@pytest.mark.slow
def test_vectors_in_every_block():
    frame = (
        '<aside class="fact-box">%s</aside><figure class="embed"><a href="%s">%s</a></figure>'
        '<figure class="gallery"><img src="%s">%s</figure><p>نص<small class="footnote">%s</small></p>'
    )
    found = {}
    for vector in XSS_VECTORS:
        page = printed(sanitize_article(frame.replace("%s", vector)), "rtl")
        if capable := script_capable(page):
            found[vector] = capable

    assert found == {}
