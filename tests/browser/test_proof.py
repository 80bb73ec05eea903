"""The writing area shows mixed directions as the public page does, and changes nothing of the text for it."""

import pytest

from tests import factories
from tests.visual_order import SEEN

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


@pytest.fixture
def desk(page_of, listen):
    return listen(page_of(factories.staff(factories.EDITORS)))


@pytest.fixture
def open_form(desk):
    """Return a function that opens the form of an article with that text and waits for its proof."""

    def open_article(body):
        article = factories.published(body=body)
        desk.goto(f"/admin/articles/article/{article.pk}/change/")
        desk.wait_for_selector(f"{TEXT} [data-opening]")
        return article

    return open_article


def _isolated(desk):
    return desk.eval_on_selector_all(f"{TEXT} [data-opening]", "runs => runs.map(run => run.textContent)")


def test_a_writer_sees_what_readers_see_and_the_text_stays_as_it_is(desk, open_form):
    article = open_form(BODY)
    written = desk.evaluate(SEEN, f"{TEXT} p")
    html = desk.eval_on_selector(TEXT, "text => text.editor.getHTML()")
    desk.goto(article.get_absolute_url())

    assert (written, html) == (desk.evaluate(SEEN, ".story__body p"), BODY)


def test_what_is_written_on_at_the_end_of_a_run_belongs_to_it_at_once(desk, open_form):
    open_form("<p>لغة C+</p>")
    # Never answered.
    desk.route("**/article/proof/", lambda route: None)
    desk.focus(TEXT)
    desk.keyboard.press("Control+End")
    desk.keyboard.type("+ ثم")

    assert _isolated(desk) == ["C++"]


def test_the_caret_goes_through_a_run_letter_by_letter(desk, open_form):
    open_form("<p>لغة C++ ثم</p>")
    desk.focus(TEXT)
    desk.keyboard.press("Control+Home")
    for place in range(1, 12):
        # Browsers tell of a caret that moved a moment later; one that leaps over a place never stands there.
        desk.wait_for_function(
            "([text, place]) => document.querySelector(text).editor.state.selection.head === place",
            arg=[TEXT, place],
        )
        desk.keyboard.press("ArrowLeft")


def test_while_something_is_composed_nothing_is_asked_nor_drawn_anew(desk, open_form):
    open_form("<p>لغة C++ و C</p>")
    asked = []
    desk.on("request", lambda request: asked.append(request.url) if "/proof/" in request.url else None)
    keyboard = desk.context.new_cdp_session(desk)
    desk.focus(TEXT)
    desk.keyboard.press("Control+End")
    keyboard.send("Input.imeSetComposition", {"text": "#", "selectionStart": 1, "selectionEnd": 1})
    # Longer than the pause after which the proof is asked for.
    desk.wait_for_timeout(800)
    composed = desk.eval_on_selector(TEXT, "text => text.editor.view.composing"), _isolated(desk), [*asked]

    assert composed == (True, ["C++"], [])


def test_below_a_plain_field_stands_what_readers_see_where_it_differs(desk, open_form):
    open_form("<p>لغة C++</p>")
    desk.fill("[name=headline]", "لغة C# <ب>")
    desk.wait_for_selector(".field-headline .as-read")
    shown = desk.inner_text(".field-headline .as-read"), desk.locator(".as-read").count()
    desk.fill("[name=headline]", "لغة برمجة")
    desk.wait_for_selector(".field-headline .as-read", state="hidden")

    assert shown == ("كما يراه القارئ لغة C# <ب>", 1)


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_narrow_screen_numbers_stay_on_a_line_and_titles_do_not(new_context, width):
    number, title = "+32 2 299 11 11", "The Rise and Fall of the Great Powers in the Twentieth Century"
    article = factories.published(body=f"<p>{f'اتصل على {number} الآن. ' * 6} و-5 % في .{title} أمس</p>")
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(article.get_absolute_url())

    lines = page.eval_on_selector_all(
        ".story__body .together",
        "parts => parts.map(part => new Set([...part.getClientRects()].map(({top}) => top)).size)",
    )
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (lines, sideways) == ([1] * 7, 0)
