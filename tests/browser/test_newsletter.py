"""Lines of the newsletter in the order in which they must be seen: by programs that isolate what has a direction, as
browsers do, and by those to which it is an embedding, as it was to HTML 4 and is to Outlook."""

from unicodedata import combining

import pytest

from newsroom.text.mail_markup import isolate_by_marks
from tests.mixed_paragraphs import ARABIC, ENGLISH, order, paragraphs, typed
from tests.visual_order import SEEN

COUNT = 150
# With nothing but a sign between two names, which an embedding would draw along.
NEIGHBORS = ["لغات {C++}، {C#}؛ {F#} وغيرها", "({C++}) ({C#})"]


@pytest.mark.parametrize("kind", ["isolate", "embed"])
@pytest.mark.parametrize("language", [ARABIC, ENGLISH], ids=["Arabic", "English"])
def test_lines_of_a_mail(browser, language, kind):
    marked = paragraphs(COUNT, seed=11, language=language)
    if language is ARABIC:
        marked += NEIGHBORS
    lines = "".join(f"<p>{isolate_by_marks(typed(text), language.direction)}</p>" for text in marked)
    page = browser.new_page()
    page.set_content(
        f"<!doctype html><style>p {{ white-space: nowrap }} span {{ unicode-bidi: {kind} }}</style>"
        f'<body dir="{language.direction}">{lines}</body>'
    )

    seen = page.evaluate(SEEN, "p")
    page.close()

    assert [_bare(text) for text in seen] == [_bare(order(text, language)) for text in marked]


def _bare(text):
    return "".join(char for char in text if not combining(char) and char not in "\u200e\u200f").strip()
