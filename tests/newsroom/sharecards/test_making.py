"""Cards of articles: made by the worker, named by the page, renewed and removed."""

import io

import pytest
from django.core.files.storage import default_storage
from lxml import html
from PIL import Image as Picture

from articles import images, publishing, sharing
from articles.models import Article
from newsroom.sharecards import contents, making, typesetting
from newsroom.sharecards.models import ShareCard
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _told(client, article):
    text = client.get(article.get_absolute_url()).text
    return {
        name: line.get("content")
        for line in html.fromstring(text).iter("meta")
        for name in (line.get("name"), line.get("property"))
        if name and "image" in name
    }


def _files():
    return sorted(
        name
        for folder in default_storage.listdir("images")[0]
        for name in default_storage.listdir(f"images/{folder}")[1]
    )


def test_the_page_names_the_card_once_it_is_made(client, settings):
    article = factories.published(headline="OpenAI’s ChatGPT و«Mixtral-8x7B»")
    before = _told(client, article)

    assert making.make_newest() == 1

    digest = ShareCard.objects.get().digest
    address = f"{settings.SITE_URL}/media/images/{digest[:2]}/{digest}.jpg"
    assert before["og:image"].endswith("share.png") or "/share." in before["og:image"]
    assert _told(client, article) == {
        "og:image": address,
        "twitter:image": address,
        "og:image:type": "image/jpeg",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": article.headline,
        "twitter:image:alt": article.headline,
    }
    answer = client.get(address.removeprefix(settings.SITE_URL))
    content = b"".join(answer.streaming_content)
    assert Picture.open(io.BytesIO(content)).size == (1200, 630)
    assert answer["Content-Type"] == "image/jpeg"
    assert len(content) < 300_000


def test_nothing_is_made_twice():
    factories.published()

    assert [making.make_newest(), making.make_newest(), making.Round().run()] == [1, 0, 0]


def test_another_headline_has_another_card_and_until_then_none(client):
    article = factories.published(headline="قديم")
    making.make_newest()
    former = ShareCard.objects.get().digest
    article.headline = "جديد"
    publishing.save(article)

    without = _told(client, article)["og:image"]
    making.make_newest()

    card = ShareCard.objects.get()
    assert former not in without
    assert card.digest != former
    assert card.digest in _told(client, article)["og:image"]
    assert _files() == [f"{card.digest}.jpg"]


@pytest.mark.parametrize("changed", ["section", "hero"])
def test_what_else_is_on_a_card_makes_it_anew_in_the_rounds(changed):
    article = factories.published(hero=factories.image())
    making.make_newest()
    former = ShareCard.objects.get().digest
    if changed == "section":
        type(article.section).objects.update(name="اقتصاد")
    else:
        type(article.hero).objects.update(focal_x=10)

    assert making.Round().run() == 1
    assert ShareCard.objects.get().digest != former


@pytest.mark.parametrize("is_deleted", [False, True], ids=["withdrawn", "deleted"])
def test_the_card_of_what_readers_no_longer_see_is_removed(is_deleted):
    article = factories.published()
    making.make_newest()
    if is_deleted:
        article.delete()
    else:
        publishing.move(article, "withdraw", by=None)

    if is_deleted:
        making.Round().run()
    else:
        making.make_newest()

    assert (ShareCard.objects.count(), _files()) == (0, [])


def test_a_draft_and_what_waits_for_its_hour_have_none():
    factories.draft()
    article = factories.published()
    Article.objects.filter(pk=article.pk).update(published_at="2100-01-01T00:00Z")

    assert making.make_newest() + making.Round().run() == 0


def test_a_headline_in_letters_that_the_font_lacks_has_none():
    factories.published(headline="日本 في الأخبار")

    assert making.make_newest() == 0


def test_without_raqm_there_are_none_and_nothing_fails(monkeypatch):
    factories.published()
    monkeypatch.setattr(typesetting.features, "check", lambda name: False)

    assert making.make_newest() + making.Round().run() == 0


def test_one_that_cannot_be_drawn_keeps_no_other_from_its_card(monkeypatch):
    broken = factories.published(headline="معطوب")
    factories.published(headline="سليم")
    draw = making.drawing.draw

    def failing(card, picture):
        if card.headline == "معطوب":
            raise ValueError
        return draw(card, picture)

    monkeypatch.setattr(making.drawing, "draw", failing)

    assert [making.make_newest(), making.make_newest()] == [1, 0]
    assert not ShareCard.objects.filter(pk=broken.pk).exists()


@pytest.mark.parametrize("turn", [making.make_newest, lambda: making.Round().run()], ids=["newest", "round"])
def test_cards_are_removed_though_none_can_be_made(monkeypatch, turn):
    article = factories.published()
    making.make_newest()
    publishing.move(article, "withdraw", by=None)
    monkeypatch.setattr(making, "can_shape", lambda: False)

    turn()

    assert (ShareCard.objects.count(), _files()) == (0, [])


def test_what_was_cut_off_is_removed_by_the_next_turn():
    """The worker was ended between the new card and the removal of the file before it."""
    article = factories.published()
    images.store(images.master_name("ab" * 16), b"former")
    making.make_newest()
    ShareCard.objects.update(former="ab" * 16)

    making.make_newest()

    assert _files() == [f"{contents.card_of(article).digest}.jpg"]


def test_a_card_tells_the_section_the_day_and_the_short_link(settings):
    article = factories.published(at=None, language="en", headline="News")
    card = contents.card_of(article)

    assert (card.section, card.site, card.direction) == ("تقنية", "Nashra", "ltr")
    assert card.link == sharing.short_link(article).partition("//")[2]
