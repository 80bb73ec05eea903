"""Blocks of a body on the site: pictures of galleries, cards, notes in feeds."""

import pytest

from articles import publishing
from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db

CARD = '<figure class="embed"><a href="https://youtu.be/dQw4w9WgXcQ">عرض GPT-5</a></figure>'


def _gallery(*images):
    figures = "".join(f'<figure><img src="{image.src}" alt="{image.alt}"></figure>' for image in images)
    return f'<figure class="gallery">{figures}</figure>'


def test_pictures_of_a_gallery_are_printed_as_figures_are():
    image = factories.image()

    article = factories.draft(body=_gallery(image))

    printed = f'<img src="{image.src}" width="480" height="270" alt="\u2067مقر OpenAI\u2069" loading="lazy"'
    assert printed in article.body_html
    assert [figure.image for figure in article.figures.all()] == [image]


def test_a_gallery_is_not_published_without_the_credits_of_its_pictures():
    images = [factories.image(), factories.image(credit="")]
    article = factories.draft(body=_gallery(*images))

    with pytest.raises(publishing.CreditMissing) as refused:
        publishing.move(article, "publish", by=None)

    assert refused.value.images == [images[1]]


@pytest.mark.parametrize(
    ("body", "frames"),
    [
        (
            CARD,
            "frame-src https://www.youtube-nocookie.com https://platform.twitter.com https://www.instagram.com",
        ),
        ("<p>نصّ</p>", None),
    ],
    ids=["with a card", "without"],
)
def test_only_a_page_with_cards_may_show_frames_of_their_providers_alone(client, body, frames):
    policy = client.get(factories.published(body=body).get_absolute_url())["Content-Security-Policy"]

    assert next((part.strip() for part in policy.split(";") if "frame-src" in part), None) == frames


def test_the_feed_tells_the_running_text_alone(client):
    body = f'{CARD}<p>أعلنت OpenAI<small class="footnote">حاشية</small> نموذجًا.</p>'
    factories.published(body=body, summary="")

    assert "<description>أعلنت OpenAI نموذجًا.</description>" in client.get("/feed/").content.decode()


def test_printing_again_changes_nothing():
    article = factories.draft(body=f'{CARD}<p>نصّ<small class="footnote">حاشية</small></p>')
    first = Article.objects.get().body_html

    publishing.save(article)

    assert Article.objects.get().body_html == first
