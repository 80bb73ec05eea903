"""The writing area shows mixed directions as the public page does, and changes nothing of the text for it."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = ".prose-editor > .ProseMirror"
PARAGRAPHS = [
    "سعر الدولار -5 % اليوم",
    "لغتا C++ و C# معاً",
    "اتصل على +32 2 299 11 11 الآن",
    "اتصل على <strong>+32 2</strong> 299 11 11 الآن",
    "قال (OpenAI) إن GPT-4.",
    "من 3-2 إلى 5-1",
    "user99 3 تعليقات",
    "😀 لغة C++, وC# معاً",
    "لغة C++<br>و C# معاً",
    'لغة <bdi dir="ltr">C++</bdi> و C# معاً',
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + '<p dir="ltr">We like #وسم, he said</p>'
# The characters of each paragraph as they are seen, line by line from left to right.
SEEN = """(container) => [...document.querySelectorAll(`${container} p`)].map((paragraph) => {
    const seen = [];
    let [line, bottom] = [0, 0];
    const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        for (let at = 0; at < text.length; at++) {
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const [rect] = range.getClientRects();
            if (!rect) continue;
            if (rect.top > bottom - 4) [line, bottom] = [line + 1, rect.bottom];
            seen.push({char: text.data[at], line, x: rect.left});
        }
    }
    seen.sort((one, other) => one.line - other.line || one.x - other.x);
    return seen.map(({char}) => char).join("");
})"""


@pytest.fixture
def desk(new_context, live_server):
    client = Client()
    client.force_login(factories.staff(factories.EDITORS))
    context = new_context()
    context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def test_a_writer_sees_what_readers_see(desk):
    article = factories.published(body=BODY)
    desk.goto(f"/admin/articles/article/{article.pk}/change/")
    desk.wait_for_selector(f"{TEXT} [data-opening]")
    written = desk.evaluate(SEEN, TEXT)
    html = desk.evaluate(f"document.querySelector('{TEXT}').editor.getHTML()")
    desk.goto(article.get_absolute_url())
    read = desk.evaluate(SEEN, ".story__body")

    assert (written, html) == (read, BODY)
