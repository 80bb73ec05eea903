"""`manage.py import_text`: from a text file to an article, and its answers to files that make none."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Author, Tag
from newsroom.text.excerpt import plain_text
from tests import factories

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[2] / "newsroom" / "demo" / "seed-article.txt"
FURNITURE = [
    "اترك تعليقاً",
    "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *",
    "زر الذهاب إلى الأعلى",
]


@pytest.fixture(autouse=True)
def section():
    return factories.section("تقنية")


@pytest.fixture
def dump(tmp_path):
    """A function that writes a text file and returns its path."""

    def write(text="مايكروسوفت وMistral AI\n\nأعلنت الشركتان شراكة (MMLU).", encoding="utf-8"):
        path = tmp_path / "مقال.txt"
        path.write_text(text, encoding)
        return path

    return write


def import_text(file, *arguments, section="تقنية", author="ليلى حدّاد"):
    out = StringIO()
    call_command("import_text", str(file), "--section", section, "--author", author, *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_text_comes_in_character_for_character():
    import_text(SEED)

    article = Article.objects.get()
    lines = [line for line in SEED.read_text("utf-8").split("\n") if line.strip()]
    assert [article.headline, *plain_text(article.body).split("\n")] == lines[:-3]


def test_it_reports_the_headline_the_paragraphs_and_what_it_left_out():
    report = import_text(SEED)

    article = Article.objects.get()
    place = f"/admin/articles/article/{article.pk}/change/"
    assert report == [
        f"“{article.headline}”: article {article.pk}, 7 paragraphs.",
        *(f"Left out: {line}" for line in FURNITURE),
        f"It is a draft, not published yet; open it on the desk: {place}",
    ]


def test_it_reports_where_readers_find_what_it_published(dump):
    report = import_text(dump(), "--publish")

    article = Article.objects.get()
    assert report[-1] == f"Readers find it at {article.get_absolute_url()}"


def test_an_import_is_a_draft(dump):
    import_text(dump())

    assert Article.objects.get().status == Article.Status.DRAFT


def test_publish_shows_it_to_readers(dump):
    import_text(dump(), "--publish")

    assert Article.objects.published().count() == 1


def test_the_same_file_again_changes_nothing_and_says_so(dump):
    file = dump()
    import_text(file)

    report = import_text(file, "--publish", "--tag", "OpenAI", author="كاتب آخر")

    article = Article.objects.get()
    assert report == [f"Nothing to do: “مايكروسوفت وMistral AI” is here already, article {article.pk}."]
    assert (article.version, article.status) == (1, Article.Status.DRAFT)
    assert (Author.objects.count(), Tag.objects.count()) == (1, 0)


def test_another_text_under_the_same_headline_is_another_article(dump):
    import_text(dump("العنوان نفسه\n\nفقرة عن OpenAI."))

    import_text(dump("العنوان نفسه\n\nفقرة أخرى عن OpenAI."))

    assert Article.objects.count() == 2


def test_authors_and_tags_keep_their_order_and_are_made_where_new(dump):
    known = factories.author("نورة السبيعي")

    import_text(dump(), "--author", "نوره السبيعى", "--tag", "C++", "--tag", "GPT-4", author="Sarah Keller")

    article = Article.objects.get()
    assert [byline.author.name for byline in article.bylines.all()] == ["Sarah Keller", known.name]
    assert set(article.tags.values_list("name", flat=True)) == {"C++", "GPT-4"}


def test_the_source_is_credited(dump):
    import_text(dump(), "--source-name", "Example Wire", "--source-url", "https://example.org/wire")

    article = Article.objects.get()
    assert (article.source_name, article.source_url) == ("Example Wire", "https://example.org/wire")


def test_markup_in_a_file_is_text(dump):
    import_text(dump("عنوان\n\nالوسم <b>بخط</b> عريض & <script>alert(1)</script> في النص."))

    assert (
        plain_text(Article.objects.get().body) == "الوسم <b>بخط</b> عريض & <script>alert(1)</script> في النص."
    )


def test_a_byte_order_mark_is_no_part_of_the_headline(dump):
    import_text(dump(encoding="utf-8-sig"))

    assert Article.objects.get().headline == "مايكروسوفت وMistral AI"


def test_a_section_is_found_by_its_address_too(dump, section):
    import_text(dump(), section=section.slug)

    assert Article.objects.get().section == section


def test_an_unknown_section_is_answered_with_those_that_there_are(dump):
    factories.section("علوم")

    with pytest.raises(CommandError) as caught:
        import_text(dump(), section="طبخ")

    assert str(caught.value) == "There is no section “طبخ”; there are: تقنية، علوم."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "There is no file {file}.", id="missing"),
        pytest.param(b"", "{file}: The file is empty.", id="empty"),
        pytest.param(b" \n\n\t\n", "{file}: The file is empty.", id="blank"),
        pytest.param(
            "عنوان وحده".encode(), "{file}: The file holds a headline and no paragraph.", id="headline"
        ),
        pytest.param(
            "عنوان\n\nنص".encode("cp1256"),
            "{file} is not in UTF-8: byte 1 is not part of a character.",
            id="cp1256",
        ),
        pytest.param(
            ("كلمة " * 100 + "\n\nفقرة.").encode(),
            "{file}: The first line is taken for the headline and is too long for one: 499 characters, 250 at most.",
            id="long headline",
        ),
    ],
)
def test_a_file_that_makes_no_article_is_answered_in_a_sentence(tmp_path, content, sentence):
    file = tmp_path / "مقال.txt"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError) as caught:
        import_text(file)

    assert str(caught.value) == sentence.format(file=file)
    assert not Article.objects.exists()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        import_text(tmp_path)


def test_a_source_that_is_no_web_address_is_refused(dump):
    with pytest.raises(CommandError) as caught:
        import_text(dump(), "--source-url", "javascript:alert(1)")

    assert str(caught.value) == "--source-url is no web address: javascript:alert(1)"


def test_an_empty_author_is_refused_and_leaves_nothing_behind(dump):
    with pytest.raises(CommandError, match="The name of an author or a tag is empty"):
        import_text(dump(), "--author", "\u200f ", author="كاتب جديد")

    assert not Author.objects.exists()


LONG = "وكالة " * 90


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--author", LONG, "The name of an author or a tag is too long: 539 characters, 120 at most."),
        ("--tag", LONG, "The name of an author or a tag is too long: 539 characters, 120 at most."),
        ("--source-name", LONG, "The source is too long: 539 characters, 160 at most."),
        (
            "--source-url",
            f"https://example.org/{'a' * 490}",
            "The address of the source is too long: 510 characters, 500 at most.",
        ),
    ],
    ids=["author", "tag", "source name", "source address"],
)
def test_what_is_too_long_for_its_column_is_refused_and_leaves_nothing_behind(dump, option, value, sentence):
    file = dump()

    with pytest.raises(CommandError) as caught:
        import_text(file, option, value)

    assert str(caught.value) == f"{file}: {sentence}"
    assert not Author.objects.exists()


def test_a_page_in_html_comes_in_by_the_same_door(dump):
    page = dump(
        "<!doctype html><html><head><title>x</title></head><body><nav>الرئيسية</nav>"
        "<article><h1>خبر عن OpenAI</h1><p>بقلم سامي</p><p>نص <b>غامق</b>.</p></article></body></html>"
    )

    report = import_text(page)

    article = Article.objects.get()
    assert (article.headline, article.body) == ("خبر عن OpenAI", "<p>نص <b>غامق</b>.</p>")
    assert "Left out: بقلم سامي" in report
