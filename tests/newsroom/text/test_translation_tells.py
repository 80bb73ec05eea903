"""The tells of machine translation: found where they are, nowhere else, and gone once they are corrected."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text import text_page, translation_tells
from newsroom.text.excerpt import plain_text
from newsroom.text.markup import escape_text
from newsroom.text.translation_tells import Kind, apply

DEMO = Path("newsroom/demo")
# Each slip of the seed that a rule can know: kind, quoted words, correction. Its wrong grammar («بعد قامت»)
# and its calques («بدء التشغيل» for a startup) are nobody's rule.
PLANTED = [
    (Kind.PUNCTUATION, ",", "،"),
    (Kind.ARTICLE, "أ", ""),
    (Kind.NAME, "OpenAI’s ChatGPT", "ChatGPT من OpenAI"),
    (Kind.SPACING, "و مايكروسوفت", "ومايكروسوفت"),
    (Kind.NAME, "مايكروسوفت مساعد الطيار", "Microsoft Copilot"),
    (Kind.REPETITION, "ميسترال ميسترال", "ميسترال"),
    (Kind.NAME, "ميسترال كبير", "ميسترال لارج"),
    (Kind.QUOTES, "”لو شات“", "«لو شات»"),
    (Kind.NAME, "ميسترال الصغيرة", "ميسترال سمول"),
    (Kind.SPACING, "لـ التحليل", "للتحليل"),
    (Kind.ARTICLE, "ال", None),
]


def _find(text):
    return translation_tells.find(f"<p>{escape_text(text)}</p>")


def _corrected(text):
    return apply(text, [edit for tell in _find(text) for edit in tell.edits])


def test_every_planted_slip_of_the_seed_is_found_and_nothing_else():
    page = text_page.parse((DEMO / "seed-article.txt").read_text("utf-8"))
    body = "".join(f"<p>{escape_text(paragraph)}</p>" for paragraph in page.paragraphs)

    found = [(tell.kind, tell.quoted, tell.replacement) for tell in translation_tells.find(body)]

    assert found == PLANTED


def _written_by_people():
    articles = []
    for path in sorted((DEMO / "articles").glob("*.toml")):
        article = tomllib.loads(path.read_text("utf-8"))
        if article.get("language", "ar") == "ar" and "body" in article:
            articles.append(pytest.param(article["body"], id=path.stem))
    return articles


@pytest.mark.parametrize("body", _written_by_people())
def test_good_arabic_raises_no_alarm(body):
    assert len(plain_text(body).split()) > 20
    assert translation_tells.find(body) == []


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("قال ”نعم“ وأضاف", "قال «نعم» وأضاف"),
        ("و”لو شات“، واجهة", "و«لو شات»، واجهة"),
        ("قال «إن ”لو شات“ جديد»", "قال «إن “لو شات” جديد»"),
        ("قال ”إن «لو شات» جديد“", "قال “إن «لو شات» جديد”"),
        ("أعلنت أ شركة جديدة", "أعلنت شركة جديدة"),
        ("بلغت ال السوق", "بلغت السوق"),
        ("يوم الاثنين, أعلنت", "يوم الاثنين، أعلنت"),
        ("يوم الاثنين,أعلنت", "يوم الاثنين، أعلنت"),
        ("يوم الاثنين , أعلنت", "يوم الاثنين، أعلنت"),
        ("مع OpenAI, وقالت", "مع OpenAI، وقالت"),
        ("ماذا بعد?", "ماذا بعد؟"),
        ("ماذا بعد??", "ماذا بعد؟؟"),
        ("انتهى; ثم عاد", "انتهى؛ ثم عاد"),
        ("قال(نعم), ثم عاد", "قال(نعم)، ثم عاد"),
        ("نعم ، ولا ؟", "نعم، ولا؟"),
        ("نعم،ولا", "نعم، ولا"),
        ("نعم،”لا“", "نعم، «لا»"),
        ("انتهى الأمر .", "انتهى الأمر."),
        ("انتهى الأمر.وقالت", "انتهى الأمر. وقالت"),
        ("و الشركة", "والشركة"),
        ("وفقا لـ التحليل", "وفقا للتحليل"),
        ("استعان بـ الشركة", "استعان بالشركة"),
        ("في في الشركة", "في الشركة"),
        ("في في في الشركة", "في الشركة"),
        ("هذا هذا النموذج", "هذا النموذج"),
        ("أعلنت مايكروسوفت مساعد الطيار", "أعلنت Microsoft Copilot"),
        ("لمايكروسوفت مساعد الطيار", "لـ Microsoft Copilot"),
        ("نموذج غوغل الجوزاء", "نموذج Google Gemini"),
        ("أطلقت آبل ذكاء", "أطلقت Apple Intelligence"),
        ("من افتح AI", "من OpenAI"),
        ("نموذج ميتا اللاما", "نموذج Meta Llama"),
        ("عن OpenAI's ChatGPT", "عن ChatGPT من OpenAI"),
        ("بقيمة $13 مليار", "بقيمة 13 مليار دولار"),
        ("بقيمة $13 مليار دولار", "بقيمة 13 مليار دولار"),
        ("بقيمة $5 فقط", "بقيمة 5 دولارات فقط"),
        ("بقيمة €1,200.50 فقط", "بقيمة 1,200.50 يورو فقط"),
        ("بقيمة £25", "بقيمة 25 جنيهًا إسترلينيًا"),
        ("بقيمة مليار 13 دولار", "بقيمة 13 مليار دولار"),
        ("بنسبة %20 هذا العام", "بنسبة 20% هذا العام"),
        ("سعة غيغابايت 16.", "سعة 16 غيغابايت."),
    ],
)
def test_a_slip_is_corrected(text, corrected):
    assert _corrected(text) == corrected


@pytest.mark.parametrize(
    "text",
    [
        "قال “نعم” و“لا”",
        "القول” ثم “آخر”",
        "فيتامين أ مفيد",
        "حلّت المجموعة أ ثانية",
        "من أ إلى ي",
        "أ) الشرط الأول",
        "أ. د. محمد",
        "بلغ 1,200 دولار و3.5 نقاط",
        "بلغ ١,٢٠٠ دولار",
        "قال: Hello, world; are you there? Yes",
        "الرابط https://example.org/a,b;c?d=نعم هنا",
        "كتب a@example.org, b@example.org",
        "الإصدار 3.11 من .NET",
        "انتظر... ثم قال",
        "د. أحمد وص.ب 12 وأ.د. منى",
        "بـ OpenAI و Google",
        "النقطتان أ و ب",
        "لا لا أريد",
        "جيد جدا جدا",
        "جيد جدًّا جدًّا",
        "خطوة خطوة",
        "رويدا رويدا",
        "و و و",
        "مساعد الطيار نجا",
        "برج الجوزاء",
        "قالت شركة ميسترال الكبيرة",
        "مطاعم McDonald's Japan",
        "بنسبة 20% أو 5٪",
        "كلّف 13 مليار دولار",
        "سعة 16 غيغابايت",
        "بسعر US$13",
    ],
)
def test_what_is_well_written_is_left_alone(text):
    assert _find(text) == []


@pytest.mark.parametrize(
    "body",
    [
        "<p>اكتب <code>نعم, لا</code></p>",
        "<pre>نعم, لا</pre>",
        '<p dir="ltr">نعم, لا</p>',
        '<p>قال <bdi lang="fa">نعم, نعم, لا</bdi></p>',
        "<p>في</p><p>في</p>",
        "<p>في<br>في</p>",
    ],
)
def test_markup_divides_texts_and_takes_code_and_other_languages_out(body):
    assert translation_tells.find(body) == []


def test_an_article_in_another_language_has_no_tells():
    assert translation_tells.find("<p>نعم, لا</p>", "fa") == []


def test_a_tell_stands_where_it_is_in_the_text_of_the_body():
    body = "<h2>أ &amp; ب 😀</h2><p>أعلنت <strong>ميسترال</strong> ميسترال, <em>نعم</em></p>"

    tells = translation_tells.find(body)

    # As an editor counts: all text nodes one after another.
    text = "أ & ب 😀أعلنت ميسترال ميسترال, نعم"
    assert [(tell.quoted, text[tell.start : tell.end]) for tell in tells] == [
        ("ميسترال ميسترال", "ميسترال ميسترال"),
        (",", ","),
    ]


def test_a_tell_is_told_with_whole_words_around_it():
    words = " ".join(f"كلمة{number}" for number in range(12))

    tell = _find(f"{words}, {words}")[0]

    assert (tell.before, tell.after) == (
        "كلمة6 كلمة7 كلمة8 كلمة9 كلمة10 كلمة11",
        " كلمة0 كلمة1 كلمة2 كلمة3 كلمة4 كلمة5",
    )


FRAGMENTS = st.sampled_from(
    """
    أعلنت ميسترال OpenAI أ ال و لـ بـ في , ؟ ? ; ، . ”لو شات“ “نعم” «لا» 13 1,200 $13 مليار دولار %20 الشركة (نعم)
    مايكروسوفت مساعد الطيار كبير https://example.org/?a=1,2 OpenAI’s ChatGPT لا جدا 3.5 ميسترال, نعم؟لا
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
TEXTS = st.lists(st.tuples(FRAGMENTS, st.sampled_from(["", " ", " ", " ", "\u00a0"])), max_size=14).map(
    lambda parts: "".join(fragment + space for fragment, space in parts)
)


def test_a_text_made_to_be_slow_is_read_through():
    assert _find("--." * 100_000) == []


@given(TEXTS)
def test_once_all_is_corrected_nothing_is_left_to_correct(text):
    # A correction may bring another slip to light («في أ في»), and each leaves less to correct.
    once = text
    for _ in range(4):
        once = _corrected(once)

    assert [tell for tell in _find(once) if tell.edits] == []


@given(TEXTS)
def test_corrections_touch_nothing_but_the_words_that_are_quoted(text):
    tells = _find(text)

    kept, position = [], 0
    for edit in sorted((edit for tell in tells for edit in tell.edits), key=lambda edit: edit.start):
        assert position <= edit.start
        kept.append(text[position : edit.start])
        position = edit.end
    kept.append(text[position:])
    rest = _corrected(text)
    for piece in filter(None, kept):
        _, found, rest = rest.partition(piece)
        assert found == piece


@given(TEXTS)
def test_signs_and_spaces_are_corrected_without_a_letter_changed(text):
    edits = [
        edit
        for tell in _find(text)
        if tell.kind in (Kind.QUOTES, Kind.PUNCTUATION, Kind.SPACING)
        for edit in tell.edits
    ]
    letters = [char for char in text if char.isalnum()]

    corrected = [char for char in apply(text, edits) if char.isalnum()]

    # «لـ الشركة» becomes «للشركة»: neither the tatweel nor the alef of the article is written there.
    assert [char for char in corrected if char not in "الـ"] == [
        char for char in letters if char not in "الـ"
    ]


def test_a_footnote_is_read_apart_from_the_sentence_around_it():
    html = '<p>لم تنقطع إلا مرتين.<small class="footnote">بحسب سجلّها , وهو منشور.</small> ثم عادت.</p>'

    assert [(tell.kind, tell.start, tell.quoted) for tell in translation_tells.find(html)] == [
        (Kind.PUNCTUATION, 30, " ,")
    ]
