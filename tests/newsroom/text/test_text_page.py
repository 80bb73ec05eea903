"""Headline, paragraphs and furniture of text dumps."""

from pathlib import Path

import pytest

from newsroom.text.text_page import TextPage, parse

SEED = (Path(__file__).parents[3] / "newsroom" / "demo" / "seed-article.txt").read_text()
HEADLINE = "انتقل إلى OpenAI، مايكروسوفت لديها شركة ناشئة جديدة محببة"
FURNITURE = [
    "اترك تعليقاً",
    "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *",
    "زر الذهاب إلى الأعلى",
]
PROSE = "أعلنت شركة OpenAI أمس نموذجا جديدا، وقالت إنه أسرع من GPT-4 وأرخص."


def test_seed_headline():
    assert parse(SEED).headline == HEADLINE


def test_seed_furniture():
    assert parse(SEED).furniture == FURNITURE


def test_seed_has_seven_paragraphs():
    assert len(parse(SEED).paragraphs) == 7


def test_seed_is_kept_character_for_character():
    page = parse(SEED)

    assert "\n\n".join([page.headline + "\n", *page.paragraphs, *page.furniture]) == SEED


@pytest.mark.parametrize(
    "dump",
    [
        SEED.replace("\n", "\r\n"),
        SEED.replace("\n", "\r"),
        "\ufeff" + SEED,
        "\n\n \n" + SEED + "\n\n\n",
        SEED.replace("\n\n", "\n\n\n\n"),
        SEED.replace("\n\n", "\n \u00a0\n"),
        SEED.replace("\n\n", "\n"),
    ],
    ids=["crlf", "cr", "bom", "around", "wide gaps", "blank lines with spaces", "one line each"],
)
def test_line_ends_do_not_matter(dump):
    assert parse(dump) == parse(SEED)


def test_page_without_furniture():
    assert parse(f"عنوان\n\n{PROSE}\n\n{PROSE}") == TextPage("عنوان", [PROSE, PROSE], [])


def test_empty_dump():
    assert parse(" \r\n\ufeff") == TextPage("", [], [])


def test_only_a_headline():
    assert parse("عنوان") == TextPage("عنوان", [], [])


def test_white_space_within_a_paragraph_stays():
    assert parse("عنوان\n\n  نص  مزدوج \nسطر ثان ").paragraphs == ["  نص  مزدوج ", "سطر ثان "]


def test_lines_of_one_block_stay_one_paragraph():
    assert parse(f"عنوان\n\nسطر\nسطر ثان\n\n{PROSE}").paragraphs == ["سطر\nسطر ثان", PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "بقلم أحمد علي",
        "بقلم: سارة الخطيب",
        "كتب: محمد يونس",
        "كتبت ليلى حسن",
        "ترجمة: John Smith",
        "المصدر: رويترز",
        "By Jane Doe",
        "26 فبراير 2024",
        "الاثنين، 26 فبراير/ شباط 2024 - 10:30 م",
        "٢٦ شباط ٢٠٢٤",
        "2024-02-26",
        "26/02/2024 15:05",
        "February 26, 2024",
        "نُشر في 26 فبراير 2024",
        "آخر تحديث: 26/02/2024",
        "منذ 3 ساعات",
        "دقيقة واحدة للقراءة",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["next line", "next block"])
def test_credit_below_the_headline(line, gap):
    assert parse(f"عنوان{gap}{line}\n\n{PROSE}\n\n{PROSE}") == TextPage("عنوان", [PROSE, PROSE], [], [line])


def test_several_credits():
    page = parse(f"عنوان\nبقلم أحمد علي\n26 فبراير 2024\n\n{PROSE}\n\n{PROSE}")

    assert page.credits == ["بقلم أحمد علي", "26 فبراير 2024"]


@pytest.mark.parametrize(
    "sentence",
    [
        "كتب المدير التنفيذي رسالة طويلة إلى الموظفين قال فيها إن الشركة تغيرت.",
        "في 26 فبراير 2024 أعلنت الشركة",
    ],
)
def test_sentence_that_begins_like_a_credit_is_prose(sentence):
    assert parse(f"عنوان\n\n{sentence}\n\n{PROSE}").paragraphs == [sentence, PROSE]


@pytest.mark.parametrize(
    "heading",
    [
        "اترك تعليقاً",
        "اترك تعليقًا",
        "أترك تعليقا",
        "اتــرك تعليقاً",
        "اكتب تعليقك هنا",
        "أضف تعليقًا",
        "شاركنا برأيك",
        "اترك رداً",
        "اترك رد إلغاء الرد",
        "التعليقات",
        "٣ تعليقات",
        "التعليقات (12)",
        "لا توجد تعليقات",
        "Leave a Reply",
        "Leave a comment",
        "لن يتم نشر عنوان بريدك الإلكتروني.",
        "لن ننشر بريدك الإلكتروني",
        "Your email address will not be published. Required fields are marked *",
    ],
)
def test_everything_from_the_comment_form_on_is_furniture(heading):
    tail = [
        heading,
        "الاسم *",
        "البريد الإلكتروني *",
        "احفظ اسمي في هذا المتصفح.",
        "إرسال التعليق",
        "نص غير معروف",
    ]

    assert parse("\n\n".join(["عنوان", PROSE, *tail])) == TextPage("عنوان", [PROSE], tail)


@pytest.mark.parametrize(
    "phrase",
    [
        "زر الذهاب إلى الأعلى",
        "العودة إلى الأعلى",
        "الرجوع لأعلى الصفحة",
        "إلى الأعلى",
        "للأعلى",
        "Back to top",
        "اقرأ أيضاً",
        "مقالات ذات صلة",
        "شارك هذا المقال",
        "شاركها على فيسبوك",
        "فيسبوك تويتر واتساب",
        "طباعة",
        "جميع الحقوق محفوظة © 2024",
        "المقال التالي",
    ],
)
def test_button_is_furniture_without_a_form(phrase):
    assert parse(f"عنوان\n\n{PROSE}\n\n{phrase}\n\n{PROSE}") == TextPage("عنوان", [PROSE, PROSE], [phrase])


def test_furniture_on_the_line_after_a_paragraph():
    page = parse(f"عنوان\n\n{PROSE}\n\n{PROSE}\nاترك تعليقاً\nلن يتم نشر عنوان بريدك الإلكتروني.")

    assert page.paragraphs == [PROSE, PROSE]


@pytest.mark.parametrize(
    "sentence",
    [
        "اترك تعليقاً لصديقك على فيسبوك، ثم راقب كيف تتغير الخوارزمية التي تعرض عليه المنشورات.",
        "شارك هذا المقال أكثر من مليون قارئ على فيسبوك، وقالت OpenAI إن الرقم قياسي.",
        "التعليقات التي نشرتها الشركة أثارت جدلا واسعا بين المستخدمين.",
        "الذهاب إلى الأعلى ليس هدف الشركة الوحيد.",
    ],
)
def test_sentence_that_begins_like_a_button_is_prose(sentence):
    assert parse(f"عنوان\n\n{sentence}\n\n{PROSE}").paragraphs == [sentence, PROSE]


def test_subheading_about_comments_is_no_form():
    long_prose = " ".join([PROSE] * 4)

    page = parse(f"عنوان\n\nاترك تعليقاً\n\n{long_prose}\n\n{long_prose}")

    assert page.paragraphs == ["اترك تعليقاً", long_prose, long_prose]
