"""Every page of the desk in Chromium: nothing for axe, nothing in the console, nothing beyond a phone's edge."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.arabic_pages import script
from tests.desk_pages import VIEWS, Desk, is_page

pytestmark = pytest.mark.django_db(transaction=True)

# So high that no bar which stays at the edge lies over a field.
SIZES = {"light": {"width": 1280, "height": 4_000}, "dark": {"width": 390, "height": 4_000}}
# What does not hang on color and width has been asked once, and is half of what axe costs.
ASKED_OF_AXE = {
    "light": {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "scrollable-region-focusable"]},
}
# What makes a page of readers Arabic makes one of the desk so.
ARABIC = script(
    "the page runs from right to left in Arabic",
    "direction comes from markup",
    "letters are neither spaced nor slanted, nor is a text set to both edges",
    "no first letter is set apart",
    "fields of addresses and codes run from left to right, fields of text do not",
    "code runs from left to right apart from the text",
    "embeddings are never used, and isolates are closed",
    "signs between Arabic words are Arabic",
    "signs of a Latin name stand behind it",
    "digits of the page's own words are of one family",
)
# Below it, each page is left as a picture: to be looked at.
PICTURES = os.environ.get("DESK_PICTURES")


def _each_kind(named):
    """All but the histories and deletions after the first, and forms to add what there is a form to change for."""
    names = {name for name, _address in named}
    seen = set()
    for name, address in named:
        kind = name.rpartition("_")[2]
        if kind == "add" and f"{name.removesuffix('add')}change" in names:
            continue
        if kind not in seen or kind not in {"history", "delete"}:
            seen.add(kind)
            yield name, address


@pytest.mark.parametrize("scheme", SIZES)
def test_every_page_of_the_desk(page_of, client, scheme):
    desk = Desk()
    client.force_login(desk.root)
    named = [*desk.pages(), *(("view", view) for view in VIEWS)]
    addresses = [(name, address) for name, address in _each_kind(named) if is_page(client.get(address))]
    page = page_of(desk.root, color_scheme=scheme, viewport=SIZES[scheme], reduced_motion="reduce")
    axe = Axe()
    complaints, faults = [], {}
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for number, (name, address) in enumerate(addresses):
        page.goto(address, wait_until="load")
        # An editor takes its place, and its name, after that.
        page.wait_for_selector(".tiptap:not([aria-labelledby])", state="detached")
        # What the content security policy stops is told there alone; axe itself tries what it forbids.
        found = [*complaints]
        found += [
            (violation["id"], [node["html"][:160] for node in violation["nodes"]])
            for violation in axe.run(page, options=ASKED_OF_AXE[scheme]).response["violations"]
        ]
        complaints.clear()
        if width := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            found.append(f"{width} pixels too wide" if width > 0 else "")
        if found := [fault for fault in found if fault]:
            faults[address] = found
        if scheme == "light":
            found = {fault: rows for fault, rows in page.evaluate(ARABIC).items() if rows}
            if found:
                faults[address] = [*faults.get(address, []), found]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{number:03}-{name}-{scheme}.png", full_page=True)

    assert faults == {}, faults
