"""Two at the same picture at the same moment; one of them may be the worker, or an article that takes it."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from articles import figures, images, library, publishing, renditions
from articles.models import Article, Figure, Image
from tests import factories
from tests.article_form import change, payload
from tests.pictures import figure
from tests.races import overtaken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def image():
    return factories.image()


@pytest.fixture
def article():
    return factories.draft()


def delete(image: Image) -> None:
    library.delete(Image.objects.get(pk=image.pk))


def replace(image: Image) -> None:
    library.save(Image.objects.get(pk=image.pk), images.accept(factories.picture()))


def write(article: Article, **fields) -> Article:
    stored = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    return publishing.save(stored)


def files(digest: str) -> list[str]:
    return [name for name in default_storage.listdir(images.folder(digest))[1] if name.startswith(digest)]


def form_of(image: Image, **fields) -> dict:
    return {"alt": image.alt, "credit": image.credit, "rights": image.rights} | fields


# Taken and deleted


@pytest.mark.parametrize("place", ["hero", "body"])
def test_a_picture_that_an_article_takes_at_this_moment_is_kept(client, image, article, place):
    client.force_login(factories.superuser())
    fields = {"hero": image} if place == "hero" else {"body": figure(image)}

    answer = overtaken(
        lambda: write(article, **fields),
        lambda: client.post(
            reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"}, follow=True
        ),
    )

    assert "«مقر OpenAI» مستعملة في مقالات، فلم تُحذف." in answer.text
    assert Image.objects.filter(pk=image.pk).exists()


def test_an_article_that_takes_a_picture_while_it_is_deleted_is_not_lost(as_editor, image, article):
    typed = payload(article, hero=image.pk, headline="عنوان جديد")

    answer = overtaken(lambda: delete(image), lambda: as_editor.post(change(article), typed))

    form = answer.context["adminform"].form
    assert (list(form.errors), form["headline"].value()) == (["hero"], "عنوان جديد")


def test_of_two_who_delete_a_picture_the_second_has_nothing_to_do(image):
    assert overtaken(lambda: delete(image), lambda: library.delete(image)) is None


def test_a_tag_that_is_deleted_while_an_article_takes_it_is_told_on_the_form(as_editor, article):
    tag = factories.tag()
    typed = payload(article, tags=[tag.pk])

    answer = overtaken(tag.delete, lambda: as_editor.post(change(article), typed))

    assert list(answer.context["adminform"].form.errors) == ["tags"]


# Taken in again


def test_a_picture_that_is_taken_in_while_it_is_deleted_is_a_new_one():
    content = factories.picture()
    image = library.add(content, alt="مقر OpenAI")

    again = overtaken(lambda: delete(image), lambda: library.add(content, alt="مقر OpenAI"))

    assert list(Image.objects.values_list("pk", flat=True)) == [again.pk]
    assert files(again.digest) == [f"{again.digest}.jpg"]


@pytest.mark.django_db
def test_files_of_a_picture_that_was_taken_in_again_stay(image):
    library.remove_files([image.digest])

    assert files(image.digest) == [f"{image.digest}.jpg"]


def test_files_are_removed_before_somebody_else_stores_them_anew():
    content = factories.picture()
    image = library.add(content, alt="مقر OpenAI")
    digest = image.digest
    Image.objects.all().delete()

    again = overtaken(lambda: library.remove_files([digest]), lambda: library.add(content, alt="مقر OpenAI"))

    assert (again.digest, files(digest)) == (digest, [f"{digest}.jpg"])


def test_a_picture_that_is_deleted_while_its_renditions_are_made_leaves_no_file(image, monkeypatch):
    made = renditions.files

    def overtaken_by_deletion(taken):
        for number, file in enumerate(made(taken)):
            if number == 1:
                delete(image)
            yield file

    monkeypatch.setattr(renditions, "files", overtaken_by_deletion)

    renditions.make_due()

    assert (Image.objects.exists(), files(image.digest)) == (False, [])


# Replaced


def test_a_picture_whose_file_is_replaced_while_an_article_takes_it_is_noted(image, article):
    overtaken(lambda: replace(image), lambda: write(article, body=figure(image)))

    article.refresh_from_db()
    assert Image.objects.get().src in article.body
    assert list(Figure.objects.values_list("image", flat=True)) == [image.pk]


@pytest.mark.django_db
def test_an_article_that_is_deleted_while_texts_are_printed_is_skipped(image, monkeypatch):
    first, second = (factories.draft(body=figure(image)) for _ in range(2))
    printed = figures.print_body

    def overtaken_by_deletion(article, found):
        if article.pk == first.pk:
            Article.objects.get(pk=second.pk).delete()
        printed(article, found)

    monkeypatch.setattr(figures, "print_body", overtaken_by_deletion)

    renditions.make_due()

    first.refresh_from_db()
    assert "<picture>" in first.body_html


# Credits


@pytest.mark.parametrize("place", ["hero", "body"])
def test_the_credit_of_a_picture_that_is_published_at_this_moment_stays(image, place):
    article = factories.draft(**({"hero": image} if place == "hero" else {"body": figure(image)}))
    image.credit = ""

    with pytest.raises(publishing.CreditMissing):
        overtaken(lambda: publishing.move(article, "publish", by=None), lambda: library.save(image))


def test_the_form_of_a_picture_that_is_published_at_this_moment_tells_that_it_needs_its_credit(
    as_editor, image
):
    article = factories.draft(hero=image)

    answer = overtaken(
        lambda: publishing.move(article, "publish", by=None),
        lambda: as_editor.post(
            reverse("admin:articles_image_change", args=[image.pk]), form_of(image, credit="")
        ),
    )

    assert list(answer.context["adminform"].errors) == ["credit"]


def test_an_article_whose_picture_loses_its_credit_at_this_moment_is_not_published(image):
    article = factories.draft(body=figure(image))
    image.credit = ""

    with pytest.raises(publishing.CreditMissing):
        overtaken(lambda: library.save(image), lambda: publishing.move(article, "publish", by=None))
