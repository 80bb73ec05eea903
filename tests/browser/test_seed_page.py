"""The first real page: every word of it, in the order in which it must be seen."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

SEED = Path(__file__).parents[2] / "newsroom" / "demo" / "seed-article.txt"
LINES = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
HEADLINE, *PARAGRAPHS = LINES[:8]
FURNITURE = LINES[8:]

# For each character of the body: itself, and where on the page its glyph stands.
GLYPHS = """body => {
    const glyphs = [];
    for (const paragraph of body.querySelectorAll('p')) {
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        const row = [];
        for (let node; (node = walker.nextNode());) {
            for (let at = 0; at < node.length; at++) {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const box = range.getClientRects()[0];
                row.push([node.data[at], box ? box.left : null, box ? box.right : null, box ? box.bottom : null]);
            }
        }
        glyphs.push(row);
    }
    return glyphs;
}"""
LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9’-]*(?: [A-Za-z][A-Za-z0-9’-]*)*")


@pytest.fixture
def seed_page(page):
    factories.section("تقنية")
    factories.author("هيئة التحرير")
    call_command("import_text", str(SEED), section="تقنية", author=["هيئة التحرير"], publish=True)
    page.goto(Article.objects.get().get_absolute_url())
    return page


def test_every_paragraph_is_there_character_for_character(seed_page):
    assert seed_page.locator("article h1").inner_text() == HEADLINE
    assert seed_page.locator(".story__body p").all_inner_texts() == PARAGRAPHS


def test_the_furniture_has_the_words_of_the_original(seed_page):
    heading, notice, button = FURNITURE
    text = seed_page.inner_text("body")

    assert heading in seed_page.locator("h2").all_inner_texts()
    assert notice in text
    assert seed_page.get_by_role("link", name=button).count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_latin_runs_read_from_left_to_right_and_punctuation_stands_on_the_arabic_side(seed_page, width):
    seed_page.set_viewport_size({"width": width, "height": 900})
    seed_page.evaluate("document.fonts.ready")
    checked = 0

    for row in seed_page.locator(".story__body").evaluate(GLYPHS):
        text = "".join(glyph[0] for glyph in row)
        for run in LATIN_RUN.finditer(text):
            placed = [
                glyph for glyph in row[run.start() : run.end()] if glyph[1] is not None and glyph[0] != " "
            ]
            lines = {}
            for glyph in placed:
                lines.setdefault(round(glyph[3] / 8), []).append(glyph)
            for glyphs in lines.values():
                lefts = [glyph[1] for glyph in glyphs]
                assert lefts == sorted(lefts), run[0]
                checked += 1
            after = row[run.end()] if run.end() < len(row) else None
            last = placed[-1]
            if after and after[0] in ".،,)“”" and after[1] is not None and abs(after[3] - last[3]) < 8:
                first_on_line = min(glyph[1] for glyph in placed if abs(glyph[3] - last[3]) < 8)
                assert after[2] <= first_on_line + 1, run[0] + after[0]
            before = row[run.start() - 1] if run.start() else None
            if before and before[0] in "(“”" and before[1] is not None and abs(before[3] - placed[0][3]) < 8:
                assert before[1] >= max(glyph[2] for glyph in placed if abs(glyph[3] - before[3]) < 8) - 1, (
                    run[0]
                )

    assert checked >= 30
