"""The picture library in a real browser: uploads of several files, and the focal point."""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from articles import library, renditions
from articles.models import Image
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = reverse("admin:articles_image_changelist")
ROWS = "upload-queue .upload-queue__files > li"
# A file arrives over the page as it would from the desktop, by an event of that name.
ARRIVE = """async ([name, files]) => {
  const transfer = new DataTransfer();
  for (const [title, content] of files) {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], title, {type: "image/png"}));
  }
  const options = {bubbles: true, cancelable: true};
  const event = name === "paste"
    ? new ClipboardEvent(name, {...options, clipboardData: transfer})
    : new DragEvent(name, {...options, dataTransfer: transfer});
  (document.querySelector("dialog.library") ?? document.body).dispatchEvent(event);
}"""


def picture(name: str, content: bytes | None = None) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": content or factories.picture()}


@pytest.fixture
def signed_in(page_of):
    return page_of(factories.staff(factories.EDITORS))


@pytest.fixture
def page(signed_in, listen):
    # That an upload was refused is what some of the tests are about.
    return listen(signed_in, but="422")


def _describe(page, *words: str) -> None:
    for number, text in enumerate(words):
        page.locator(ROWS).nth(number).locator("input[type=text]").fill(text)


def test_several_files_are_uploaded_to_the_library(page):
    page.goto(PAGE)
    page.set_input_files("upload-queue [type=file]", [picture("الميناء.png"), picture("السوق.png")])
    _describe(page, "ميناء Rotterdam", "سوق الذهب")
    page.fill(".upload-queue__shared input", "ليلى حدّاد")
    page.get_by_role("button", name="رفع صورتين").click()
    expect(page.locator(".picture-card")).to_have_count(2)

    assert set(Image.objects.values_list("alt", "title", "credit")) == {
        ("ميناء Rotterdam", "الميناء", "ليلى حدّاد"),
        ("سوق الذهب", "السوق", "ليلى حدّاد"),
    }


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_files_that_are_dropped_or_pasted_wait_in_the_queue(page, event):
    page.goto(PAGE)
    files = [[f"{number}.png", base64.b64encode(factories.picture()).decode()] for number in range(3)]

    page.evaluate(ARRIVE, [event, files])

    expect(page.locator(f"{ROWS} bdi")).to_have_text(["0.png", "1.png", "2.png"])


def test_a_file_that_is_refused_says_why_and_keeps_no_other_from_the_library(page):
    page.goto(PAGE)
    page.set_input_files(
        "upload-queue [type=file]", [picture("تالفة.png", b"no picture"), picture("سليمة.png")]
    )
    _describe(page, "تالفة", "سليمة")
    page.get_by_role("button", name="رفع صورتين").click()

    expect(page.locator(f"{ROWS} bdi")).to_have_text(["تالفة.png"])
    expect(page.locator(f"{ROWS} .errorlist")).to_contain_text("ليس صورة صالحة")
    assert list(Image.objects.values_list("alt", flat=True)) == ["سليمة"]


def test_a_file_without_words_waits_for_them(page):
    page.goto(PAGE)
    page.set_input_files("upload-queue [type=file]", [picture("a.png")])
    page.get_by_role("button", name="رفع صورة واحدة").click()

    expect(page.locator(f"{ROWS} .errorlist")).to_have_text("صِف ما في الصورة، أو علِّم أنّها للزينة.")


def test_a_picture_that_is_uploaded_in_the_editor_is_chosen(page):
    page.goto("/admin/articles/article/add/")
    page.wait_for_selector(".prose-menubar button")
    page.click("[data-name=figure]")
    page.click(".library summary")
    page.set_input_files(".library upload-queue [type=file]", [picture("a.png")])
    _describe(page, "مقر OpenAI")
    page.get_by_role("button", name="رفع صورة واحدة").click()
    page.click(".prose-editor-dialog [type=submit]")
    page.wait_for_selector(".ProseMirror figure img")

    image = Image.objects.get()
    assert page.get_attribute(".ProseMirror figure img", "src") == image.src


def test_of_several_that_were_dropped_in_the_editor_one_is_chosen(page):
    page.goto("/admin/articles/article/add/")
    page.wait_for_selector(".prose-menubar button")
    page.click("[data-name=figure]")
    files = [[f"{number}.png", base64.b64encode(factories.picture()).decode()] for number in range(2)]
    page.evaluate(ARRIVE, ["drop", files])
    _describe(page, "الأولى", "الثانية")
    page.get_by_role("button", name="رفع صورتين").click()
    page.click(".library__pictures button:has-text('الثانية')")

    expect(page.locator(".prose-editor-dialog [name=alt]")).to_have_value("الثانية")


def _form_of(image: Image) -> str:
    return reverse("admin:articles_image_change", args=[image.pk])


def test_the_focal_point_is_set_by_a_click(page):
    image = library.add(factories.picture((400, 200)), alt="مقر OpenAI", credit="وكالة")
    page.goto(_form_of(image))
    page.click(".picture-original", position={"x": 80, "y": 150})
    shown = page.locator(".focal-crop--share").evaluate("crop => crop.style.objectPosition")
    page.click("[name=_continue]")
    page.wait_for_selector(".messagelist .success")

    assert (Image.objects.get().focal_point, shown) == ((20, 75), "20% 75%")


def test_the_focal_point_is_set_by_keys(page):
    image = factories.image()
    page.goto(_form_of(image))
    page.focus("[name=focal_x]")
    page.keyboard.press("ArrowUp")

    marker = page.locator(".focal-marker")
    assert (page.input_value("[name=focal_x]"), marker.evaluate("marker => marker.style.left")) == (
        "51",
        "51%",
    )


def test_a_card_shows_the_focal_point(page):
    image = library.add(factories.picture((900, 300)), alt="مقر OpenAI", credit="وكالة")
    image.focal_x = 90
    library.save(image)
    factories.published(hero=image)
    renditions.make_due()
    page.goto("/")

    shown = page.locator(".card__picture img").first
    assert shown.evaluate("img => getComputedStyle(img).objectPosition") == "90% 50%"
    assert re.search(r"-\d+\.avif$", shown.evaluate("img => img.decode().then(() => img.currentSrc)"))


@pytest.mark.parametrize("address", ["list", "form", "dialog"])
def test_the_library_is_accessible(signed_in, address):
    page = signed_in
    image = factories.image()
    factories.draft(hero=image)
    page.goto(
        _form_of(image)
        if address == "form"
        else PAGE
        if address == "list"
        else "/admin/articles/article/add/"
    )
    if address == "dialog":
        page.wait_for_selector(".prose-menubar button")
        page.click("[data-name=figure]")
        page.wait_for_selector(".library__pictures button")
    if address != "form":
        page.evaluate("() => document.querySelector('dialog.library details')?.setAttribute('open', '')")
        page.set_input_files("upload-queue [type=file]", [picture("a.png")])

    found = Axe().run(page).response["violations"]

    assert [
        (violation["id"], [node["html"][:90] for node in violation["nodes"]]) for violation in found
    ] == []


@pytest.mark.parametrize("address", ["list", "form"])
def test_a_phone_shows_the_library_without_scrolling_sideways(page, address):
    image = factories.image(alt="وصف طويل لصورة فيها OpenAI " * 8)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(_form_of(image) if address == "form" else PAGE)

    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
