"""The words of the site are of one language on each page: in Arabic chrome no English, in English chrome no Arabic."""

import re

import lxml.html
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles import archive, publishing
from articles.models import SitePage
from comments.models import RejectionReason
from newsroom import message_catalog
from newsroom.web import interface_language
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

INSERTED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
FOREIGN = {"en": re.compile("[\u0621-\u064a]+"), "ar": re.compile("[A-Za-z]{2,}")}
# Typed by somebody, or for a program.
TYPED = {"bdi", "code", "kbd", "option", "q", "script", "style", "textarea"}
# Examples of what may be typed.
QUOTED = re.compile("“[^”]*”|«[^»]*»")
# Names, which both languages write so; some of them in the articles, whose language is that of the Arabic chrome.
NAMES = {"RSS", "Atom", "JSON", "Feed", "Mistral", "AI", "Azure", "Microsoft", "OpenAI", "GPT", "JavaScript"}


def words(html, language):
    """The foreign words in what a page says itself: neither typed nor marked as of another language."""
    root = lxml.html.fromstring(html)
    for element in list(root.iter()):
        is_other = element.get("lang") not in (None, language) or element.get("dir") not in (
            None,
            "rtl" if language == "ar" else "ltr",
        )
        if not isinstance(element.tag, str) or element.tag in TYPED or is_other:
            element.text, element[:] = "", []
            for name in ("aria-label", "title", "placeholder"):
                element.attrib.pop(name, None)
    said = [element.text or "" for element in root.iter()] + [element.tail or "" for element in root.iter()]
    said += root.xpath("//@aria-label | //@title | //@placeholder")
    said = [QUOTED.sub("", INSERTED.sub("", text)) for text in said]
    return {word for text in said for word in FOREIGN[language].findall(text)} - NAMES


@pytest.fixture
def addresses():
    """Pages of readers of every kind, for articles whose own words are of the other script."""
    section = factories.section("تقنية")
    series, tag, author = factories.series("نماذج"), factories.tag("نماذج"), factories.author("سلمى")
    article = factories.published(section=section, series=series, tags=[tag], authors=[author])
    factories.correction(article)
    comment = factories.approved(article)
    answer = factories.approved(article, parent=comment)
    withdrawn = factories.published()
    publishing.move(withdrawn, "withdraw", by=None)
    day = timezone.localdate()
    today = archive.Period(day.year, day.month, day.day)
    return [
        "/", article.get_absolute_url(), section.get_absolute_url(), tag.get_absolute_url(),
        author.get_absolute_url(), series.get_absolute_url(), reverse("articles:corrections"),
        reverse("articles:authors"), reverse("articles:archive"), today.get_absolute_url(),
        SitePage.objects.get(purpose="contact").get_absolute_url(), reverse("articles:saved"),
        reverse("articles:feeds"), reverse("articles:search"), "/search/?q=زرافة", "/search/?q=OpenAI",
        reverse("comments:thread", args=[comment.pk]), reverse("comments:reply", args=[answer.pk]),
        reverse("comments:report", args=[comment.pk]), comment.receipt_url, withdrawn.get_absolute_url(),
        "/nowhere/", reverse("comments:confirm", args=["nobody"]), reverse("comments:unsubscribe", args=["nobody"]),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_of_readers(client, addresses, language):
    found = {}
    for address in addresses:
        page = client.get(interface_language.in_language(address, language))
        assert f'<html lang="{language}"' in page.text
        found |= dict.fromkeys(words(page.text, language), address)

    assert found == {}


def test_pages_of_the_desk_say_nothing_of_the_arabic_catalog_in_english(client):
    article = factories.published()
    comment = factories.sent(article, body="https://a.example https://b.example https://c.example")
    client.force_login(factories.staff(factories.ADMINISTRATORS))
    client.cookies[interface_language.COOKIE] = "en"
    catalog = message_catalog._read(message_catalog._path(settings.BASE_DIR, "django"))
    ours = {
        form
        for message in catalog
        if message.id
        for form in message_catalog._forms(message.string)
        if FOREIGN["en"].search(form)
    }
    # Rows that the newsroom words as it likes, and the switch.
    ours -= {*RejectionReason.objects.values_list("label", flat=True), "العربية"}

    said = set()
    for address in [
        "/admin/", "/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/",
        "/admin/articles/article/add/", "/admin/articles/article/calendar/", "/admin/comments/comment/",
        f"/admin/comments/comment/{comment.pk}/change/", "/admin/articles/image/", "/admin/mail/outgoingmail/",
        f"/admin/articles/article/{article.pk}/history/",
    ]:  # fmt: skip
        page = client.get(address)
        assert '<html lang="en" dir="ltr">' in page.text, address
        root = lxml.html.fromstring(page.text)
        said |= {text.strip() for text in root.xpath("//text() | //@title | //@aria-label | //@placeholder")}

    assert "The comment has 3 links." in said
    assert said & ours == set()
