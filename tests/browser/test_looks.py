"""The page of an article looks as it did: the same text in the same sizes, colors and places, to a quarter of a point.

The pictures it is compared with stand in tests/looks; CONTRIBUTING.md tells how they are taken anew.
"""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from articles import library
from articles.models import Article
from tests import factories, newspaper

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = Path(__file__).parents[1] / "looks"
# Where the picture of a page that looks otherwise is put.
SEEN = Path(__file__).parents[2] / "var" / "looks"
# Pictures are made this many times smaller before they are compared, so that edges of letters, which differ from one
# version of a browser to the next, say nothing, and blocks and lines do.
SCALE = 4
# Of 255, by which a pixel differs, and the share of such pixels that is no change.
DIFFERENCE, SHARE = 40, 0.002
FONTS_ARE_THERE = "() => [...document.fonts].filter(({status}) => status === 'loaded').length >= 2"


def _article():
    gradient = Image.linear_gradient("L").resize((960, 540)).convert("RGB")
    file = io.BytesIO()
    gradient.save(file, "PNG")
    picture = library.add(file.getvalue(), alt="تدرّج", caption="صورة من الميناء", credit="ليلى حدّاد")
    article = factories.published(
        headline="OpenAI تطلق نموذجًا جديدًا يكتب العربية، وMixtral-8x7B يلحق به",
        kicker="ذكاء اصطناعي", summary="قالت الشركة إنّ GPT-4 يكتب بلغة C++ أيضًا، وإنّ حرارة الخوادم بلغت -5 درجات.",
        body=newspaper.BODY * 2, tags=[factories.tag()], hero=picture,
    )  # fmt: skip
    hour = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    Article.objects.filter(pk=article.pk).update(published_at=hour, modified_at=hour)
    return article


def _shot(page, address):
    page.goto(address)
    page.wait_for_function(FONTS_ARE_THERE)
    # What came too late for the first page is there for the second.
    page.reload()
    page.wait_for_function(FONTS_ARE_THERE)
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
    return shot.resize((shot.width // SCALE, shot.height // SCALE), Image.Resampling.BOX)


def _changed(one, other):
    """The share of pixels that differ; all of them where the sizes do."""
    if one.size != other.size:
        return 1.0
    most = ImageChops.difference(one, other).split()
    brightest = ImageChops.lighter(ImageChops.lighter(most[0], most[1]), most[2])
    differing = sum(brightest.histogram()[DIFFERENCE:])
    return differing / (one.width * one.height)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_article_looks_as_it_did(new_context, width, theme):
    page = new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    ).new_page()
    reference = LOOKS / f"article-{width}-{theme}.png"

    shot = _shot(page, _article().get_absolute_url())

    if os.environ.get("NASHRA_RENEW_LOOKS"):
        shot.save(reference, optimize=True)
    SEEN.mkdir(parents=True, exist_ok=True)
    shot.save(SEEN / reference.name)
    share = _changed(shot, Image.open(reference).convert("RGB"))
    assert share <= SHARE, (
        f"{share:.1%} of the page look otherwise: compare var/looks/{reference.name} with tests/looks"
    )
