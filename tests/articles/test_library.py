"""The picture library: what its verbs do, what its page and its forms tell, and who may use them."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles import figures, images, library, publishing, renditions, revising
from articles.admin import ImageAdmin
from articles.models import Article, Figure, FormerFile, Image, Rights
from tests import factories
from tests.article_form import change, payload

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE = reverse("admin:articles_image_changelist")
DIALOG = "/admin/articles/image/library/"


def figure(image: Image) -> str:
    return f'<figure><img src="{image.src}" alt="مقر OpenAI"></figure>'


def form_of(image: Image) -> str:
    return reverse("admin:articles_image_change", args=[image.pk])


def upload(name="صورة المقر.png", size=(480, 270)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, factories.picture(size), "image/png")


@pytest.fixture
def photo_editor():
    return factories.staff(factories.PHOTO_EDITORS)


@pytest.fixture
def desk(client, photo_editor):
    client.force_login(photo_editor)
    return client


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

    # Three of them keep the revision.
    with django_assert_num_queries(16):
        publishing.save(article)


@pytest.mark.parametrize("count", [0, 8])
def test_pictures_in_a_text_cost_its_page_no_query(client, django_assert_num_queries, count):
    article = factories.published(body="<p>نصّ</p>" + "".join(figure(factories.image()) for _ in range(count)))
    renditions.make_due()

    with django_assert_num_queries(7):
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


def test_the_desk_tells_of_pictures_in_unpublished_changes(desk, in_changes):
    image, _article = in_changes

    (card,) = re.findall(r'<li class="picture-card">(.*?)</li>', desk.get(PAGE).text, re.DOTALL)
    (uses,) = re.findall(
        r'<section class="module uses".*?</section>', desk.get(form_of(image)).text, re.DOTALL
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


def test_the_credit_of_a_picture_that_readers_see_is_not_taken_away(desk):
    image = factories.image()
    factories.published(hero=image)

    answer = desk.post(
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
def test_the_page_deletes_what_is_not_used_and_names_what_is(desk, used):
    image = factories.image()
    if used:
        factories.draft(body=figure(image))
    choice = {"action": "delete_selected", "_selected_action": [image.pk]}

    asked = desk.post(PAGE, choice)
    desk.post(PAGE, choice | {"post": "yes"})

    assert (f'href="{form_of(image)}"' in asked.text, Image.objects.exists()) == (True, used)


def test_a_picture_that_an_article_took_while_the_question_was_open_is_kept(desk, monkeypatch):
    image = factories.image()
    ask = ImageAdmin.get_deleted_objects

    def overtaken(*args):
        asked = ask(*args)
        factories.draft(hero=image)
        return asked

    monkeypatch.setattr(ImageAdmin, "get_deleted_objects", overtaken)

    answer = desk.post(reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"}, follow=True)

    assert "«مقر OpenAI» مستعملة في مقالات، فلم تُحذف." in answer.text
    assert Image.objects.count() == 1


# Words


def test_the_name_of_the_file_becomes_the_title_and_no_part_of_an_address(desk):
    desk.post(DIALOG, {"upload": upload("صورة المقر الجديد.png"), "alt": "مقر OpenAI"})

    image = Image.objects.get()
    assert image.title == "صورة المقر الجديد"
    assert re.fullmatch(r"/media/images/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", image.src)


def test_who_uploaded_is_kept(desk, photo_editor):
    desk.post(DIALOG, {"upload": upload(), "alt": "مقر OpenAI", "rights": "agency", "credit": "رويترز"})

    image = Image.objects.get()
    assert (image.uploaded_by, image.rights) == (photo_editor, Rights.AGENCY)


def test_a_picture_without_words_is_refused_unless_it_is_decoration(desk):
    refused = desk.post(DIALOG, {"upload": upload()})
    taken = desk.post(DIALOG, {"upload": upload(), "decorative": "on"})

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert refused.json()["errors"] == ["النصّ البديل: صِف ما في الصورة، أو علِّم أنّها للزينة."]


def test_a_form_without_scripts_takes_one_file(desk):
    desk.post(reverse("admin:articles_image_add"), {"upload": upload(), "alt": "مقر OpenAI"})

    assert Image.objects.get().alt == "مقر OpenAI"


def test_the_focal_point_is_set_by_two_numbers(desk):
    image = factories.image()

    desk.post(form_of(image), {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": 20, "focal_y": 90})

    stored = Image.objects.get()
    assert (stored.focal_point, stored.focus) == ((20, 90), "focus-x-2 focus-y-9")


def test_who_saves_a_picture_second_is_told_what_the_first_wrote(desk):
    image = factories.image(alt="مقر", caption="")
    opened = _opened(desk, image)
    desk.post(form_of(image), opened | {"caption": "كتبه الأوّل"})

    answer = desk.post(form_of(image), opened | {"caption": "كتبه الثاني"})

    form = answer.context["adminform"].form
    image.refresh_from_db()
    assert form.errors["caption"] == ["حُفظ في هذه الأثناء: \u2067كتبه الأوّل\u2069"]
    assert (image.caption, form["caption"].value()) == ("كتبه الأوّل", "كتبه الثاني")


def test_who_was_told_what_the_first_wrote_saves_over_it(desk):
    image = factories.image(alt="مقر", caption="")
    opened = _opened(desk, image)
    desk.post(form_of(image), opened | {"caption": "كتبه الأوّل"})
    told = desk.post(form_of(image), opened | {"caption": "كتبه الثاني"}).context["adminform"].form

    desk.post(
        form_of(image), opened | {"caption": "كتبه الثاني", "opened_stamp": told["opened_stamp"].value()}
    )

    image.refresh_from_db()
    assert image.caption == "كتبه الثاني"


def _opened(desk, image: Image) -> dict:
    """What the form of a picture posts unchanged, as its page says it."""
    page = desk.get(form_of(image))
    (stamp,) = re.findall(r'name="opened_stamp" value="([0-9a-f]{64})"', page.text)
    form = page.context["adminform"].form
    names = ("title", "alt", "caption", "credit", "rights", "focal_x", "focal_y")
    return {name: form[name].value() for name in names} | {"opened_stamp": stamp}


@pytest.mark.parametrize("number", [-1, 101])
def test_a_focal_point_outside_of_the_picture_is_refused(desk, number):
    image = factories.image()

    answer = desk.post(
        form_of(image), {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": number, "focal_y": 5}
    )

    assert list(answer.context["adminform"].errors) == ["focal_x"]


# The page


def _shown(answer) -> list[int]:
    return [image.pk for image in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=الارشيف", ["old"]), ("q=ارشيف+روتردام", ["old"]), ("rights__exact=agency", ["old"]),
        ("used=yes", ["hero", "old"]), ("used=no", ["spare"]), ("credit=no", ["spare"]),
        ("created_at__gte=2001-01-01T00:00Z", ["spare", "hero", "old"]), ("created_at__lt=2001-01-01T00:00Z", []),
    ],
)  # fmt: skip
def test_pictures_are_found_by_words_and_by_what_is_known_of_them(desk, query, expected):
    old = factories.image(alt="ميناء روتردام", caption="من الأرشيف", rights=Rights.AGENCY)
    hero, spare = factories.image(), factories.image(credit="")
    factories.draft(hero=hero, body=figure(old))
    names = {old.pk: "old", hero.pk: "hero", spare.pk: "spare"}

    answer = desk.get(f"{PAGE}?{query}")

    assert [names[pk] for pk in _shown(answer)] == expected


def test_pictures_are_found_by_who_uploaded_them(desk, photo_editor):
    factories.image()
    desk.post(DIALOG, {"upload": upload(), "alt": "مقر OpenAI"})

    answer = desk.get(PAGE, {"by": photo_editor.pk})

    assert _shown(answer) == [Image.objects.get(uploaded_by=photo_editor).pk]


def test_the_page_counts_where_pictures_are_used(desk):
    image = factories.image()
    for _ in range(3):
        factories.draft(hero=image)
    factories.draft(body=figure(image))

    (card,) = re.findall(r'<li class="picture-card">(.*?)</li>', desk.get(PAGE).text, re.DOTALL)

    assert "صورة رئيسية لـ3 مقالات · في نصّ مقال واحد" in " ".join(card.split())


def test_the_form_names_the_articles_with_the_picture(desk):
    image = factories.image()
    article = factories.draft(hero=image, body=figure(image), headline="مقال عن Mistral")
    address = reverse("admin:articles_article_change", args=[article.pk])

    (uses,) = re.findall(
        r'<section class="module uses".*?</section>', desk.get(form_of(image)).text, re.DOTALL
    )

    assert f'<a href="{address}">' in uses
    assert "main image · in the text" not in uses
    assert "الصورة الرئيسية · في النصّ" in " ".join(uses.split())


def test_a_reporter_reads_no_headline_of_others_there(client):
    image = factories.image()
    factories.draft(hero=image, headline="سرّ عن Mistral")
    client.force_login(factories.staff(factories.REPORTERS))

    text = client.get(form_of(image)).text

    assert ("سرّ عن" in text, "في مقال واحد." in text) == (False, True)


def _many(count: int) -> None:
    """`count` pictures, each the main one of an article and in its text, by SQL."""
    section, people = factories.section(), User.objects.bulk_create(User(username=f"u{n}") for n in range(5))
    rows = Image.objects.bulk_create(
        Image(
            digest=f"{n:032x}",
            width=640,
            height=480,
            alt="صورة",
            search_key="صوره",
            uploaded_by=people[n % 5],
        )
        for n in range(count)
    )
    articles = Article.objects.bulk_create(
        Article(section=section, headline=f"خبر {n}", slug=f"خبر-{n}", hero=rows[n]) for n in range(count)
    )
    Figure.objects.bulk_create(
        Figure(article=article, image=row) for article, row in zip(articles, rows, strict=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 10_000])
@pytest.mark.parametrize("query", ["", "used=yes", "q=صورة"])
def test_the_page_takes_as_many_queries_with_ten_thousand_pictures_as_with_ten(
    desk, django_assert_num_queries, count, query
):
    _many(count)

    with django_assert_num_queries(8):
        desk.get(f"{PAGE}?{query}")


# Who may


@pytest.mark.parametrize(
    ("group", "rights"),
    [
        (factories.PHOTO_EDITORS, {"page": 200, "add": 200, "change": True, "delete": 200}),
        (factories.EDITORS, {"page": 200, "add": 200, "change": True, "delete": 403}),
        (factories.REPORTERS, {"page": 200, "add": 200, "change": False, "delete": 403}),
        (factories.MODERATORS, {"page": 403, "add": 403, "change": None, "delete": 403}),
    ],
    ids=["photo editors", "editors", "reporters", "moderators"],
)
def test_groups_may_do_with_pictures_what_is_their_work(client, group, rights):
    image = factories.image()
    client.force_login(factories.staff(group))
    form = client.get(form_of(image))

    found = {
        "page": client.get(PAGE).status_code,
        "add": client.get(reverse("admin:articles_image_add")).status_code,
        "change": form.context["has_change_permission"] if form.status_code == 200 else None,
        "delete": client.get(reverse("admin:articles_image_delete", args=[image.pk])).status_code,
    }

    assert found == rights


def test_failed_renditions_are_told_and_made_again_from_the_form(desk):
    image = factories.image()
    Image.objects.update(state="failed", failure="ملفّ الصورة مفقود.", due_at=None)
    told = desk.get(form_of(image)).text

    desk.post(
        form_of(image),
        {"alt": "مقر", "credit": "أ", "rights": "own", "focal_x": 5, "focal_y": 5, "_make_again": 1},
    )

    assert "ملفّ الصورة مفقود." in told
    assert Image.objects.get().state == "pending"


# Files as they are served


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".jpg", "image/jpeg"), ("-480.avif", "image/avif"), ("-480.webp", "image/webp")]
)
def test_files_are_served_to_be_kept_for_good(client, suffix, kind):
    image = factories.image()
    renditions.make_due()

    answer = client.get(f"/media/{images.stem(image.digest)}{suffix}")

    answer.close()
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        kind, "public, max-age=31536000, immutable",
    )  # fmt: skip
