"""What a mail of the newsletter says, and whether mail programs show it as it is meant.

The rules are those of Outlook, which sets mails with Word, and of Gmail, which takes out what it does not know:
https://www.caniemail.com names each of them.
"""

import re
from html import unescape

import pytest
from lxml import html

from articles import sharing
from newsroom.newsletter import digest
from tests import factories

pytestmark = pytest.mark.django_db

HEADLINE = "OpenAI تطلق C++ و.NET، وماذا عن #AI2024؟"
# Nothing else is in it, so nothing is taken out.
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "p", "a", "span", "br",
}  # fmt: skip
ATTRIBUTES = {
    "align", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "class", "content", "dir", "href", "lang",
    "name", "role", "style", "width",
}  # fmt: skip
# Of inline styles: what Word and Gmail have, or what may be missing (max-width, mso-hide).
STYLES = {
    "background-color", "border-bottom", "color", "display", "font-family", "font-size", "font-weight", "line-height",
    "margin", "max-height", "max-width", "mso-hide", "overflow", "padding", "text-align", "text-decoration", "width",
}  # fmt: skip
GMAIL_CLIPS = 102_000


def _mail(language="ar", **options):
    return digest.mail(digest.today(), language=language, **options)


def _styles(element):
    return dict(part.split(":", 1) for part in element.get("style", "").split(";") if part)


@pytest.fixture
def mail():
    for number in range(4):
        factories.published(
            headline=f"{HEADLINE} {number}", summary=f"قال <b>المتحدث</b> باسم AT&T: «{number}»."
        )
    return _mail()


def test_its_html_holds_nothing_that_programs_take_out(mail):
    elements = list(html.fromstring(mail.html).iter())

    assert {element.tag for element in elements if isinstance(element.tag, str)} <= ELEMENTS
    assert {name for element in elements for name in element.attrib} <= ATTRIBUTES
    assert {name for element in elements for name in _styles(element)} <= STYLES
    assert not re.search(r"url\(|@import|position|float|flex|grid|javascript:|<img|<!--", mail.html)


def test_its_layout_stands_in_tables_with_widths_and_directions(mail):
    page = html.fromstring(mail.html)
    tables = page.findall(".//table")

    assert [table.get("width") for table in tables] == ["100%", "600"]
    assert {table.get("role") for table in tables} == {"presentation"}
    for element in [*tables, *page.iter("td", "p")]:
        assert element.get("dir") == "rtl"
    # The direction alone does not align in Outlook, nor the style alone.
    for element in page.iter("p"):
        assert (element.get("align"), _styles(element)["text-align"]) == ("right", "right")
    # Outlook knows no background of a style on a table, other programs none of an attribute.
    for element in [*tables, page.find("body")]:
        assert element.get("bgcolor") == _styles(element)["background-color"]


def test_what_stands_in_a_style_sheet_is_colors_alone(mail):
    [style] = re.findall("<style>(.*?)</style>", mail.html, re.DOTALL)

    assert set(re.findall(r"([a-z-]+):(?=[^{}]*;)", style)) <= {
        "color-scheme", "supported-color-schemes", "background-color", "color", "border-color",
    }  # fmt: skip
    assert "prefers-color-scheme: dark" in style
    # Gmail drops the whole of one that is longer.
    assert len(style) < 8_192


def test_links_are_whole(mail, settings):
    links = [element.get("href") for element in html.fromstring(mail.html).iter("a")]

    ours = [link for link in links if "invalid" not in link]
    assert len(ours) == 5
    assert all(link.startswith(f"{settings.SITE_URL}/") for link in ours)


def test_a_reader_gets_links_of_their_own(mail):
    own = mail.to(leave="https://x.example/l", choose="https://x.example/c")

    for part in (own.text, own.html):
        assert "invalid" not in part
        assert (part.count("https://x.example/l"), part.count("https://x.example/c")) == (1, 1)


def test_gmail_does_not_clip_the_longest(settings):
    for _ in range(digest.MOST + 5):
        factories.published(headline="OpenAI&C++ " * 22, summary="«C++» & <نعم> " * 40)

    mail = _mail()

    assert len(mail.html.encode()) < GMAIL_CLIPS
    assert mail.html.count("<td") == digest.MOST + 3


def test_the_text_says_what_the_html_says(mail):
    page = html.fromstring(mail.html)
    [table] = page.xpath("//table[@width='600']")
    # Direction is told by marks there and by isolates here.
    shown, read = _words(table.text_content()), _words(mail.text)
    links = {element.get("href") for element in table.iter("a")}

    assert shown - read == set()
    # Beside its addresses and lists, nothing.
    assert read - shown <= {"—", "--", "*"} | links
    assert links <= set(mail.text.split())


def _words(text):
    spaced = re.sub("[·\u00a0]", " ", re.sub("[\u2066-\u2069\u200e\u200f]", "", text))
    # A label stands before its address there, and is the link here.
    return {word.rstrip(":") for word in spaced.split()}


def test_names_stand_between_marks_and_in_no_element_that_programs_take_out(mail):
    assert '&rlm;<span dir="ltr">C++</span>&rlm;' in mail.html
    assert '&rlm;<span dir="ltr">#AI2024</span>&rlm;' in mail.html
    assert "<bdi" not in mail.html
    # What was typed as markup is text.
    assert "&lt;b&gt;المتحدث" in mail.html


def test_programs_that_show_a_beginning_show_that_of_the_summary(mail):
    hidden = html.fromstring(mail.html).find(".//body/div")

    assert _styles(hidden)["display"] == "none"
    assert unescape(hidden.text_content()).lstrip("\u200f").startswith("قال")


def test_an_english_mail_runs_from_left_to_right():
    factories.published(headline="OpenAI and محمد", summary="", language="en")

    mail = _mail("en")
    page = html.fromstring(mail.html)

    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert {element.get("align") for element in page.iter("p")} == {"left"}
    assert mail.subject.startswith("Nashra today")


def test_an_edition_in_arabic_digits_has_them_in_its_own_words_alone(settings):
    settings.NUMERALS = "arabic-indic"
    article = factories.published(headline="GPT 4 في 2024", summary="")

    mail = _mail()

    assert "2024" in mail.text
    assert sharing.short_link(article) in mail.text
    assert sharing.short_link(article) in mail.html
    assert re.search("[٠-٩]", mail.text.partition("\n")[0])


def test_no_mail_without_a_story_for_the_reader():
    factories.published()

    assert _mail("en") is None
    assert _mail(sections=[999]) is None


def test_a_draft_and_what_waits_are_not_in_it():
    factories.draft(headline="مسودة")
    factories.published(headline="قديم", at=None)

    assert [word for word in ("مسودة",) if word in _mail().text] == []
