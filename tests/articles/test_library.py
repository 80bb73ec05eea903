"""Pictures and the texts that hold them: noted with each save, replaced in all, and never deleted from under one."""

import re

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from articles import figures, images, library, publishing, renditions, revising
from articles.admin import ImageAdmin
from articles.models import Article, Figure, FormerFile, Image
from tests import factories
from tests.article_form import change, payload
from tests.pictures import PAGE, figure, form_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Where pictures are used


def test_the_pictures_of_a_text_are_noted_with_each_save():
    first, second = factories.image(), factories.image()
    article = factories.draft(body=figure(first) + figure(second) + figure(first))
    noted = [set(Figure.objects.values_list("image", flat=True))]
    article.body = figure(second)

    publishing.save(article)

    noted.append(set(Figure.objects.values_list("image", flat=True)))
    assert noted == [{first.pk, second.pk}, {second.pk}]


@pytest.mark.parametrize("count", [1, 8])
def test_saving_a_text_costs_the_same_for_any_number_of_pictures(django_assert_num_queries, count):
    article = factories.draft()
    article.body = "".join(figure(factories.image()) for _ in range(count))

    # Three of them keep the revision, and one looks for an earlier one.
    with django_assert_num_queries(17):
        publishing.save(article)


@pytest.mark.parametrize("count", [0, 8])
def test_pictures_in_a_text_cost_its_page_no_query(client, django_assert_num_queries, count):
    article = factories.published(body="<p>نصّ</p>" + "".join(figure(factories.image()) for _ in range(count)))
    renditions.make_due()

    with django_assert_num_queries(8):
        text = client.get(article.get_absolute_url()).text

    assert text.count("<picture>") == count


RENDITIONS = ["-320.jpg", "-320.webp", ".jpg?x=1", "-share-50-50.jpg"]


@pytest.mark.parametrize("ending", RENDITIONS)
def test_a_picture_that_is_named_by_another_of_its_files_is_noted_and_named_by_its_master(ending):
    image = factories.image()

    article = factories.draft(body=figure(image).replace(".jpg", ending))

    assert (image.src in article.body, ending in article.body + article.body_html) == (True, False)
    assert list(Figure.objects.values_list("image", flat=True)) == [image.pk]


def test_a_picture_that_is_not_of_the_library_stays_and_is_lazy():
    article = factories.draft(body='<figure><img src="/media/old/a.jpg" alt="قديمة"></figure>')

    assert article.body_html == (
        '<figure><img src="/media/old/a.jpg" alt="قديمة" loading="lazy" decoding="async"></figure>'
    )


# Pictures of unpublished changes


def changed(article: Article, **fields) -> Article:
    """The published article with a working copy that has these fields."""
    article = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(article, name, value)
    return revising.save(article, by=None, authors=[], tags=[])


@pytest.fixture(params=["hero", "body"])
def in_changes(request):
    """A picture and a published article that has it, as its main image or in its text, in its working copy alone."""
    image = factories.image()
    fields = {"hero": image} if request.param == "hero" else {"body": figure(image)}
    return image, changed(factories.published(), **fields)


def test_a_picture_of_unpublished_changes_is_not_deleted(in_changes):
    image, _article = in_changes

    with pytest.raises(library.PictureInUse):
        library.delete(image)


def test_the_desk_tells_of_pictures_in_unpublished_changes(as_photo_editor, in_changes):
    image, _article = in_changes

    (card,) = re.findall(r'<li class="picture-card">(.*?)</li>', as_photo_editor.get(PAGE).text, re.DOTALL)
    (uses,) = re.findall(
        r'<section class="module uses".*?</section>', as_photo_editor.get(form_of(image)).text, re.DOTALL
    )

    assert "في تغييرات غير منشورة لمقال واحد" in card
    assert "في تغييرات غير منشورة" in uses


@pytest.mark.parametrize("end", ["publish", "discard"])
def test_pictures_are_noted_for_changes_until_these_are_published_or_discarded(in_changes, end):
    image, article = in_changes

    if end == "publish":
        publishing.move(article, "publish_changes", by=None)
    else:
        revising.discard_changes(article, by=None)

    noted = list(Figure.objects.values_list("image", "is_unpublished"))
    article.refresh_from_db()
    is_in_text = end == "publish" and article.hero is None
    assert noted == ([(image.pk, False)] if is_in_text else [])


def test_the_credit_of_a_picture_in_unpublished_changes_may_be_taken_away(in_changes):
    image, article = in_changes
    image.credit = ""

    library.save(image)

    with pytest.raises(publishing.CreditMissing):
        publishing.move(article, "publish_changes", by=None)


# Pictures that the library does not have


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ('<img src="/media/images/ab/ABC.jpg" alt="برج OpenAI">', "برج OpenAI"),
        ('<img src="/media/old/a.jpg">', "/media/old/a.jpg"),
    ],
    ids=["described", "without a word"],
)
def test_an_article_with_a_picture_of_nowhere_is_not_published(tag, name):
    article = factories.draft(body=f"<p>نصّ</p><figure>{tag}</figure>")

    with pytest.raises(figures.PictureMissing, match=name):
        publishing.move(article, "publish", by=None)


@pytest.mark.django_db(transaction=True)
def test_a_restored_text_whose_picture_was_deleted_is_not_published():
    image = factories.image()
    article = factories.published(body=figure(image))
    old = article.revisions.get()
    publishing.move(changed(article, body="<p>نصّ</p>"), "publish_changes", by=None)
    library.delete(image)

    revising.restore(old, by=None)

    with pytest.raises(figures.PictureMissing, match="مقر OpenAI"):
        publishing.move(article, "publish_changes", by=None)


# Credits


@pytest.mark.parametrize("place", ["hero", "body"])
def test_an_article_with_a_picture_of_nobody_is_not_published(place):
    image = factories.image(alt="برج OpenAI", credit="")
    article = factories.draft(**({"hero": image} if place == "hero" else {"body": figure(image)}))

    with pytest.raises(publishing.CreditMissing, match="برج OpenAI"):
        publishing.move(article, "publish", by=None)

    article.refresh_from_db()
    assert article.status == "draft"


def test_a_published_article_takes_no_picture_of_nobody():
    article = factories.published()
    article.hero = factories.image(credit="")

    with pytest.raises(publishing.CreditMissing):
        publishing.save(article)

    article.refresh_from_db()
    assert article.hero is None


def test_the_message_leads_to_the_form_of_the_picture(client):
    client.force_login(factories.staff(factories.EDITORS))
    image = factories.image(credit="")
    article = factories.draft(hero=image)
    page = reverse("admin:articles_article_change", args=[article.pk])
    form = client.get(page).context["adminform"].form
    payload = {
        name: form[name].value() for name in ("headline", "section", "language", "opened_version", "body")
    }

    answer = client.post(
        page,
        {**payload, "hero": image.pk, "_move": "publish", "thread-TOTAL_FORMS": 0, "thread-INITIAL_FORMS": 0},
        follow=True,
    )

    (told,) = re.findall(r'<li class="[^"]*\berror">(.*?)</li>', answer.text, re.DOTALL)
    assert f'href="{form_of(image)}#id_credit"' in told
    assert "تحتاج هذه الصورة إلى ذكر مصدرها قبل النشر" in told


def test_the_credit_of_a_picture_that_readers_see_is_not_taken_away(as_photo_editor):
    image = factories.image()
    factories.published(hero=image)

    answer = as_photo_editor.post(
        form_of(image), {"alt": "مقر", "credit": "", "rights": "own", "focal_x": 50, "focal_y": 50}
    )

    assert answer.context["adminform"].errors == {"credit": ["القرّاء يرون هذه الصورة، فلا بدّ من ذكر مصدرها."]}


# Replacing and deleting


@pytest.mark.django_db(transaction=True)
def test_a_new_file_takes_the_place_of_a_picture_in_every_text():
    image = factories.image()
    article = factories.published(hero=image, body=figure(image))
    before = image.src

    library.save(image, images.accept(factories.picture((600, 300))))

    article.refresh_from_db()
    assert image.src != before
    assert (before in article.body + article.body_html, image.src in article.body) == (False, True)
    assert 'width="600" height="300"' in article.body_html


def test_a_form_that_was_open_meanwhile_saves_the_new_file():
    image = factories.image()
    body = figure(image)
    article = factories.draft(body=body)
    library.save(image, images.accept(factories.picture((600, 300))))

    article.body = body
    publishing.save(article)

    assert image.src in article.body_html
    assert list(Figure.objects.values_list("image", flat=True)) == [image.pk]


@pytest.fixture
def opened_before(as_editor):
    """An article and what its form posts, from before another file was put in the place of its picture."""
    image = factories.image()
    article = factories.published(body=figure(image))
    form = payload(article)
    library.save(image, images.accept(factories.picture((600, 300))))
    figures.print_again(image)
    return article, form


def test_a_form_that_was_open_while_a_picture_was_replaced_changes_nothing(as_editor, opened_before):
    article, form = opened_before

    as_editor.post(change(article), form)

    article.refresh_from_db()
    assert article.working_copy is None


def test_to_put_another_file_in_place_of_a_picture_is_no_conflict(as_editor, opened_before):
    article, form = opened_before
    publishing.move(article, "withdraw", by=None)

    as_editor.post(change(article), form | {"summary": "ملخّص جديد"})

    article.refresh_from_db()
    assert article.summary == "ملخّص جديد"


def test_a_picture_gets_its_first_file_back():
    first = factories.picture()
    image = library.add(first, alt="مقر")
    library.save(image, images.accept(factories.picture()))

    library.save(image, images.accept(first))

    assert Image.objects.get().digest == images.accept(first).digest
    assert FormerFile.objects.filter(digest=image.digest).count() == 0


@pytest.mark.parametrize("place", ["hero", "body"])
def test_a_picture_in_use_is_not_deleted(place):
    image = factories.image()
    factories.draft(**({"hero": image} if place == "hero" else {"body": figure(image)}))

    with pytest.raises(library.PictureInUse, match="مقر OpenAI"):
        library.delete(image)

    assert default_storage.exists(images.master_name(image.digest))


@pytest.mark.django_db(transaction=True)
def test_all_files_go_with_a_picture():
    image = factories.image()
    former = image.digest
    library.save(image, images.accept(factories.picture()))
    renditions.make_due()
    current = image.digest

    library.delete(image)

    left = [
        name
        for digest in (former, current)
        for name in default_storage.listdir(images.folder(digest))[1]
        if name.startswith(digest)
    ]
    assert (left, Image.objects.count()) == ([], 0)


@pytest.mark.parametrize("used", [True, False])
def test_the_page_deletes_what_is_not_used_and_names_what_is(as_photo_editor, used):
    image = factories.image()
    if used:
        factories.draft(body=figure(image))
    choice = {"action": "delete_selected", "_selected_action": [image.pk]}

    asked = as_photo_editor.post(PAGE, choice)
    as_photo_editor.post(PAGE, choice | {"post": "yes"})

    assert (f'href="{form_of(image)}"' in asked.text, Image.objects.exists()) == (True, used)


def test_a_picture_that_an_article_took_while_the_question_was_open_is_kept(as_photo_editor, monkeypatch):
    image = factories.image()
    ask = ImageAdmin.get_deleted_objects

    def overtaken(*args):
        asked = ask(*args)
        factories.draft(hero=image)
        return asked

    monkeypatch.setattr(ImageAdmin, "get_deleted_objects", overtaken)

    answer = as_photo_editor.post(
        reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"}, follow=True
    )

    assert "«مقر OpenAI» مستعملة في مقالات، فلم تُحذف." in answer.text
    assert Image.objects.count() == 1
