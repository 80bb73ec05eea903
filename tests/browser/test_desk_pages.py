"""Every page of the desk in Chromium: nothing for axe, nothing in the console, nothing beyond a phone's edge."""

import os
from pathlib import Path

import pytest

from tests import axe
from tests.arabic_pages import script
from tests.desk_pages import VIEWS, Desk, is_page

pytestmark = pytest.mark.django_db(transaction=True)

# So high that no bar which stays at the edge lies over a field.
WIDE, PHONE = {"width": 1280, "height": 4_000}, {"width": 390, "height": 4_000}
# What does not hang on color and width is asked once, and is half of what axe costs.
LOOKS = [
    ("light", WIDE, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]),
    ("dark", PHONE, ["color-contrast", "scrollable-region-focusable"]),
]
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
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


def test_every_page_of_the_desk(page_of, client):
    desk = Desk()
    client.force_login(desk.root)
    named = [*desk.pages(), *(("view", view) for view in VIEWS)]
    addresses = [(name, address) for name, address in _each_kind(named) if is_page(client.get(address))]
    page = page_of(desk.root, reduced_motion="reduce")
    axe.bring(page)
    complaints, faults = [], {}
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for number, (name, address) in enumerate(addresses):
        # A page opens as the one before it was left, so that every other one opens on a phone.
        looks = LOOKS[::-1] if number % 2 else LOOKS
        _show(page, *looks[0][:2])
        page.goto(address, wait_until="load")
        # An editor takes its place, and its name, after that.
        page.wait_for_selector(".tiptap:not([aria-labelledby])", state="detached")
        found = {}
        for scheme, size, rules in looks:
            _show(page, scheme, size)
            # What the content security policy stops is told there alone; axe itself tries what it forbids.
            found[f"console, {scheme}"] = [*complaints]
            found[f"axe, {scheme}"] = axe.violations(page, {"runOnly": rules})
            complaints.clear()
            found[f"pixels too wide, {scheme}"] = max(page.evaluate(TOO_WIDE), 0)
            if size == WIDE:
                found |= page.evaluate(ARABIC)
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{number:03}-{name}-{scheme}.png", full_page=True)
        if found := {fault: rows for fault, rows in found.items() if rows}:
            faults[address] = found

    assert faults == {}, faults


def _show(page, scheme, size):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
