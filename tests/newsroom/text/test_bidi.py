"""What is stored, which way a text runs, and which runs are isolated."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.text import bidi_runs
from newsroom.text.bidi import (
    clean_block,
    clean_characters,
    clean_line,
    direction,
    find_isolates,
    isolate_html,
    isolate_markup,
    isolate_plain,
    isolate_runs,
    strip_overrides,
    without_long_marks,
)
from newsroom.text.embedding_levels import embedding_levels
from newsroom.text.sanitizer import sanitize_article
from tests.mixed_paragraphs import ARABIC, ENGLISH, order, paragraphs, typed
from tests.newsroom.text.test_embedding_levels import visual_order
from tests.patience import ends
from tests.thorough import examples

SEED = (Path(__file__).parents[3] / "newsroom" / "demo" / "seed-article.txt").read_text()
BDI = re.compile(r'<bdi dir="(ltr|rtl)">(.*?)</bdi>')
# Letters, digits, signs and brackets of both directions, marks and joiners.
MIXED = st.text(st.sampled_from("ابو٣ aBC19+-#@./:()[]«»،؟!%$_\u200f\u200c\u064b\n&<"), max_size=40)


def _shown(html):
    """An isolated right-to-left line as it is seen from left to right."""
    isolates = [unescape(match[2]) for match in BDI.finditer(html)]
    outer = unescape(BDI.sub("\ufffc", html))
    shown = visual_order(outer, embedding_levels(outer, 1))
    # The isolates of these lines stand in a right-to-left row: the last one comes first from the left.
    for text in reversed(isolates):
        shown = shown.replace("\ufffc", visual_order(text, embedding_levels(text, 0)), 1)
    return shown


def _marked(html):
    """What is isolated, between the brackets of a marked paragraph."""
    return unescape(BDI.sub(r"{\2}", html))


def _without_bdi(html):
    return re.sub(r'</?bdi(?: dir="(?:ltr|rtl)")?>', "", html)


# --- cleaning


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("\u202enimda", "nimda"),
        ("\u202dعلي كتب", "علي كتب"),
        ("علي\u2066", "علي"),
        ("  علي \t\n حسن\u00a0 ", "علي حسن"),
        ("\u200fعلي\u200e", "علي"),
        ("ع\u200bل\u2060ي\ufeff", "علي"),
        ("a\x00b\x07c\x9bd", "abcd"),
        ("abc\ud83d", "abc"),
        ("\u0627\u0653خر", "آخر"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb \u200cم", "ab م"),
        ("سـ\u200bـبـام ربـ\u200cـح", "سـبـام ربـح"),
        ("كــــلب", "كـلب"),
        ("👨\u200d👩\u200d👧 \u200dx", "👨\u200d👩\u200d👧 x"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("م" + "\u064e\u064f\u0650\u064d\u064b", "م\u064b\u064d\u064e"),
        ("مََََ", "مَ"),
        ("x\U000e0041\U000e007fy", "xy"),
        ("\u3164\u115fx", "x"),
    ],
)
def test_clean_line(text, clean):
    assert clean_line(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("سطر\r\nسطر\rسطر\u2028سطر", "سطر\nسطر\nسطر\nسطر"),
        ("أ\n\n\n\n\n\nب", "أ\n\n\nب"),
        ("أ \n \n \n \nب", "أ\n\n\nب"),
        ("\n\n أ  ب \n", "أ  ب"),
        ("أ\u200f. \u200eC++\u061c", "أ\u200f. \u200eC++\u061c"),
        ("أ\u200f\u200f\u200e.", "أ\u200f."),
        ("أ\u202eب\u2069\u200b\x00", "أب"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_clean_block(text, clean):
    assert clean_block(text) == clean


def test_clean_block_keeps_the_seed():
    assert clean_block(SEED) == SEED.strip()


@given(st.text())
def test_cleaning_is_idempotent(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_block(clean_block(text)) == clean_block(text)
    assert clean_characters(clean_characters(text)) == clean_characters(text)


@given(
    st.text(
        st.sampled_from("اب\u0653\u064b\u064b\u0301ـ\u200c\u200d\u200f\u200b\n ❤\ufe0f🔥a\u0327"), max_size=15
    )
)
def test_cleaning_is_idempotent_on_tricky_letters(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_block(clean_block(text)) == clean_block(text)


def test_the_short_way_through_a_usual_text_is_the_long_way():
    # What is never stored, at the end, makes a text unusual, and goes.
    texts = [before + chr(code) for code in range(0x10000) for before in ("ا", "a")]

    assert [text for text in texts if clean_characters(text) != clean_characters(text + "\u200b")] == []


@given(st.text(st.sampled_from("اأبي\u064b\u064e\u0651\u0652ـaé,\n 5")))
@example("ــ")
def test_marks_and_tatweel_are_cleaned_in_a_usual_text_too(text):
    assert clean_characters(text) == clean_characters(text + "\u200b")


@given(st.text(st.sampled_from("ابa \u00a0\u2003\t\n\r\u2028\u200e\u200fـ\u064b\u0301\u200c5")))
def test_the_short_way_through_a_usual_block_is_the_long_way(text):
    assert clean_block(text) == clean_block(text + "\u200b")


def test_strip_overrides_keeps_direction_marks():
    assert strip_overrides("\u202aa\u202e\u2066b\u2069\u200f\u200c\U000e0041") == "ab\u200f\u200c"


# --- direction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OpenAI تطلق نموذجا", "rtl"),
        ("@user أحسنت!", "rtl"),
        ("@User.IDX Great work", "ltr"),
        ("This is great!", "ltr"),
        ("https://example.com/long/path خبر", "rtl"),
        ("someone@example.com نعم", "rtl"),
        ("اب OpenAI", "ltr"),
        ("ابج OpenAI", "rtl"),
        ("👨\u200d👩\u200d👧 رائع 😀!", "rtl"),
        ("I met محمد in Riyadh yesterday", "ltr"),
    ],
)
def test_direction(text, expected):
    assert direction(text) == expected


@pytest.mark.parametrize("default", ["rtl", "ltr"])
@pytest.mark.parametrize("text", ["123 !!!", "", "@user https://a.com", "\u200f\u200f"])
def test_direction_without_letters(text, default):
    assert direction(text, default) == default


@pytest.mark.parametrize(
    ("value", "base", "isolated"),
    [
        pytest.param("علي\u202e", "rtl", "\u2067علي\u2069", id="overrides go"),
        pytest.param("OpenAI تعلن", "rtl", "\u2067OpenAI تعلن\u2069", id="Latin name first"),
        pytest.param("علي, a life", "ltr", "\u2066علي, a life\u2069", id="Arabic name first"),
        pytest.param(
            "Mistral AI تطلق نموذجًا جديدًا", None, "\u2067Mistral AI تطلق نموذجًا جديدًا\u2069", id="by letters"
        ),
        pytest.param("\u2067Nashra", None, "\u2066Nashra\u2069", id="by letters, left to right"),
    ],
)
def test_isolate_plain(value, base, isolated):
    assert isolate_plain(value, base) == isolated


@pytest.mark.parametrize(
    ("text", "base", "isolated"),
    [
        pytest.param("لغة C++ أسرع", "rtl", "لغة \u2066C++\u2069 أسرع", id="Latin in Arabic"),
        pytest.param("I like #وسم a lot", "ltr", "I like \u2067#وسم\u2069 a lot", id="Arabic in English"),
        pytest.param("شراكة مع Mistral AI", "rtl", "شراكة مع Mistral AI", id="nothing that moves"),
    ],
)
def test_isolate_runs(text, base, isolated):
    assert isolate_runs(text, base) == isolated


# --- isolating


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("لغة C++ أسرع", "لغة [C++] أسرع"),
        ("لغة C#، وF#.", "لغة [C#]، و[F#]."),
        ("منصة .NET ولـ.NET و.NET", "منصة [.NET] ولـ[.NET] و[.NET]"),
        ("(C++) و«C++»", "([C++]) و«[C++]»"),
        ("Microsoft Visual C++ جديد", "[Microsoft Visual C++] جديد"),
        ("#وسم_جديد #AI2024", "#وسم_جديد [#AI2024]"),
        ("عام #2024 وعام", "عام [#2024] وعام"),
        ("اتصل +963 11 555-1234 الآن", "اتصل [+963 11 555-1234] الآن"),
        ("رقمه (+966 11 555 0199).", "رقمه ([+966 11 555 0199])."),
        ("اتصل +1 (202) 555-0143.", "اتصل [+1 (202) 555-0143]."),
        ("على (02) 2299 1111 الآن", "على [(02) 2299 1111] الآن"),
        ("رقم 011 555 1234 هنا", "رقم [011 555 1234] هنا"),
        ("حرارة -5 درجات", "حرارة [-5] درجات"),
        ("-5 درجات", "[-5] درجات"),
        ("نمو +3.2% و−12°C", "نمو [+3.2%] و[−12°C]"),
        ("بين -3 و-5 درجات", "بين [-3] و[-5] درجات"),
        ("خسر ب-5% ثم ربح ف+3", "خسر ب[-5%] ثم ربح ف[+3]"),
        ("بين 3 و-5 و±2", "بين 3 و[-5] و[±2]"),
        ("نحو −12°C ليلا", "نحو [−12°C] ليلا"),
        ("للكبار 18+ فقط", "للكبار [18+] فقط"),
        ("سعره $50 فقط", "سعره [$50] فقط"),
        ("user99 3 تعليقات", "[user99] 3 تعليقات"),
        ("شكرا @user99، أحسنت", "شكرا [@user99]، أحسنت"),
        ("راسلنا على info@example.com؟", "راسلنا على [info@example.com]؟"),
        ("زر https://example.com/مقال/جديد، ثم", "زر [https://example.com/مقال/جديد]، ثم"),
        ("زر https://example.com/.", "زر [https://example.com/]."),
        ("دالة print() هنا", "دالة [print()] هنا"),
        ("نظام Windows® هنا", "نظام [Windows®] هنا"),
        ("مجلد /etc/hosts ثم ~/bin", "مجلد [/etc/hosts] ثم [~/bin]"),
        ("خيار --help هنا", "خيار [--help] هنا"),
        ("بـ OpenAI. Le Chat هي", "بـ [OpenAI]. Le Chat هي"),
        ("من Google، Meta ثم", "من [Google]، Meta ثم"),
        ("لغات C++، C# وJava", "لغات [C++]، [C#] وJava"),
        ("اشترت Yahoo! موقعًا", "اشترت [Yahoo!] موقعًا"),
        ("رسالة إلى Google! ثم", "رسالة إلى Google! ثم"),
        ("لـ@OpenAI و@GoogleAI", "لـ[@OpenAI] و[@GoogleAI]"),
        ("رقمه +963 11 555-1234: اتصل", "رقمه [+963 11 555-1234]: اتصل"),
    ],
)
def test_isolated(text, isolated):
    html = isolated.replace("[", '<bdi dir="ltr">').replace("]", "</bdi>")

    assert isolate_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "الأهلي 3-2 الزمالك",
        "النتيجة 3 -2 أو 3 - 2",
        "من 10-20 في المئة",
        "بنسبة 12.5% وبنسبة ١٢٫٥٪",
        "في 26/02/2024 عند 10:30",
        "في 01-02-2024 وفي 2024-02-26",
        "نسبة 3:2 و1/2",
        "لقاح كوفيد-19 أو-5",
        "قاذفات ب-52 ومقاتلات ف-16",
        "من و-5-7",
        "شراكة مع Mistral AI.",
        "شركة Apple (AAPL) ارتفعت",
        "المتعدد (MMLU).",
        "نماذج OpenAI’s ChatGPT و مايكروسوفت",
        "Claude-2، وGemini-Ultra، وChatGPT-4",
        "على Mixtral-8x7B، وهو",
        "خدمات Microsoft Azure.",
        "و”لو شات“، و“أغلقت”",
        "Visual C++ 2019 جديد",
        "قال -OpenAI- أمس",
        "زار St. Louis أمس",
        "قال: Hello there. How are you? ثم",
        "أطلق iPhone 15 برو",
        "بسعر 3،4 دولار",
        "This is great!",
        "123 !!!",
        "https",
        "",
    ],
)
def test_left_alone(text):
    assert isolate_html(text) == text


# Orders measured in Chromium with isolate_html's output, except that brackets are not mirrored.
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("لغة C++ أسرع", "عرسأ C++ ةغل"),
        ("user99 3 تعليقات", "تاقيلعت 3 user99"),
        ("رقم +963 11 555-1234 هنا", "انه +963 11 555-1234 مقر"),
        ("حرارة -5 درجات", "تاجرد -5 ةرارح"),
        ("بين -3 و-5 درجات", "تاجرد -5و -3 نيب"),
        ("#وسم_جديد #AI2024", "#AI2024 ديدج_مسو#"),
        ("راسلنا على info@example.com؟", "؟info@example.com ىلع انلسار"),
        ("@user أحسنت!", "!تنسحأ @user"),
        ("زر https://example.com/مقال/جديد، ثم", "مث ،https://example.com/ديدج/لاقم رز"),
        ("لغات C++، C# وJava", "Javaو C# ،C++ تاغل"),
        ("بـ OpenAI. Le Chat هي", "يه Le Chat .OpenAI ـب"),
        ("و.NET (C++) #2024 ثم", "مث .NET (C++) #2024و"),
        ("user99 1 و#AI C++ 3 مرات", "تارم #AI C++ 3و 1 user99"),
        ("الأهلي 3-2 الزمالك", "كلامزلا 2-3 يلهألا"),
    ],
)
def test_visual_order(text, shown):
    assert _shown(isolate_html(text)) == shown


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("I like #وسم a lot", 'I like <bdi dir="rtl">#وسم</bdi> a lot'),
        ("محمد 3 comments", '<bdi dir="rtl">محمد</bdi> 3 comments'),
        ("in 26 فبراير 2024 the", 'in 26 <bdi dir="rtl">فبراير</bdi> 2024 the'),
        ("see https://a.com/مقال 3 times", 'see <bdi dir="ltr">https://a.com/مقال</bdi> 3 times'),
        ("He said سعر 50 دولار today", "He said سعر 50 دولار today"),
        ("the C++ language (-5)", "the C++ language (-5)"),
    ],
)
def test_left_to_right_paragraph(text, isolated):
    assert isolate_html(text, "ltr") == isolated


@pytest.mark.parametrize("language", [ARABIC, ENGLISH], ids=["Arabic", "English"])
def test_generated_paragraphs_are_seen_as_the_algorithm_has_it(language):
    marked = paragraphs(1_000, seed=7, language=language)

    shown = [order(_marked(isolate_html(typed(text), language.direction)), language) for text in marked]

    assert shown == [order(text, language) for text in marked]


def test_seed_has_one_run_to_isolate():
    assert [match[2] for match in BDI.finditer(isolate_html(SEED))] == ["OpenAI"]


def test_markup_characters_are_escaped():
    assert isolate_html("<b>\"C++\" & 'x'</b> نص").replace('<bdi dir="ltr">', "").replace("</bdi>", "") == (
        "&lt;b&gt;&quot;C++&quot; &amp; &#x27;x&#x27;&lt;/b&gt; نص"
    )


def test_lines_are_paragraphs_of_their_own():
    assert isolate_html("Visual\nC++ نص") == 'Visual\n<bdi dir="ltr">C++</bdi> نص'


@given(MIXED, st.sampled_from(["rtl", "ltr"]))
def test_text_stays_the_same(text, base):
    assert unescape(_without_bdi(isolate_html(text, base))) == text


# --- markup


@pytest.mark.parametrize(
    ("html", "isolated"),
    [
        ("<p>لغة C++ أسرع</p>", "<p>لغة [C++] أسرع</p>"),
        ("<p>لغة <b>C++</b> أسرع</p>", "<p>لغة <b>[C++]</b> أسرع</p>"),
        ("<p>لغة <b>Visual</b> C++</p>", "<p>لغة [<b>Visual</b> C++]</p>"),
        ("<p>لغة <b>C</b>++</p>", "<p>لغة [<b>C</b>++]</p>"),
        ("<p>لغة <b>نص Visual</b> C++</p>", "<p>لغة <b>نص Visual</b> [C++]</p>"),
        ("<p>لغة C&#43;&plus; &amp; نص</p>", "<p>لغة [C&#43;&plus;] &amp; نص</p>"),
        ("<p>لغة <bdi>C++</bdi> و<code>C++</code></p>", None),
        ('<p>لغة <span dir="ltr">C++</span></p>', None),
        ('<p>لغة <span lang="en">the C++ way</span></p>', None),
        ('<p>لغة <span lang="en">C++</span></p>', '<p>لغة [<span lang="en">C++</span>]</p>'),
        ("<pre>لغة C++</pre>", None),
        ("<ul><li>C++</li><li>لغة</li></ul>", "<ul><li>[C++]</li><li>لغة</li></ul>"),
        ("<p>Visual<br>C++ نص</p>", "<p>Visual<br>[C++] نص</p>"),
        ("<p>Visual\nC++ نص</p>", "<p>[Visual\nC++] نص</p>"),
        ('<p>نص <img src="/media/C++.jpg" alt="C++"> نص</p>', None),
        ('<p dir="ltr">the C++ way</p>', None),
        ('<a href="https://a.com/">https://a.com/</a>', '<a href="https://a.com/">[https://a.com/]</a>'),
        ("<p CLASS=x>لغة C++</P >", "<p CLASS=x>لغة [C++]</P >"),
        (
            '<p>C++ لغة Visual<small class="footnote">Java C#</small> نص</p>',
            '<p>[C++] لغة Visual<small class="footnote">[Java C#]</small> نص</p>',
        ),
    ],
)
def test_isolate_markup(html, isolated):
    expected = (isolated or html).replace("[", '<bdi dir="ltr">').replace("]", "</bdi>")

    assert isolate_markup(html) == expected


def test_markup_with_a_direction_of_its_own_is_judged_by_it():
    assert (
        isolate_markup('<p dir="ltr">like #وسم a</p>') == '<p dir="ltr">like <bdi dir="rtl">#وسم</bdi> a</p>'
    )


@pytest.mark.parametrize(
    ("html", "isolates"),
    [
        pytest.param("<p>😀 &amp; C++</p><p>C#</p>", [(4, 7, "ltr"), (7, 9, "ltr")], id="code points"),
        pytest.param("<p>لغة <b>Visual</b> C++</p>", [(4, 14, "ltr")], id="across elements"),
        pytest.param(
            "<p><bdi>C++</bdi> لغة &#43;5</p>", [(8, 10, "ltr")], id="behind what is isolated already"
        ),
        pytest.param('<p dir="ltr">like #وسم a</p>', [(5, 9, "rtl")], id="from left to right"),
        pytest.param(
            '<p>لغة<small class="footnote">ن C#</small> C++</p>', [(5, 7, "ltr"), (8, 11, "ltr")], id="note"
        ),
        pytest.param("<b>" * 300 + "لغة C++", [], id="absurdly deep"),
    ],
)
def test_isolates_are_told_by_code_points_of_the_text(html, isolates):
    assert find_isolates(html) == isolates


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [f"<{slash}{tag}>" for tag in ("p", "b", "a", "bdi", "i", "code") for slash in ("", "/")]
        ),
        st.sampled_from(["<br>", "<li>", "&amp;", "&#43;"]),
        st.sampled_from(
            ("<span lang=en>", "</span>", '<p dir="ltr">', "<img>", "C++", "user99 3 نص", "OpenAI. Le ن")
        ),
        MIXED.map(lambda text: text.replace("<", "").replace("&", "")),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("html", "isolated"),
    [
        ("<p>a<code>1</code>،a</p>", '<p><bdi dir="ltr">a<code>1</code></bdi>،a</p>'),
        ("<p>a <bdi>نص</bdi>، b</p>", '<p><bdi dir="ltr">a <bdi>نص</bdi></bdi>، b</p>'),
        ('<p>a<img src="x">،a</p>', '<p><bdi dir="ltr">a<img src="x"></bdi>،a</p>'),
        ('<p>a<i><bdi dir="ltr">1</bdi>،a</i></p>', '<p>a<i><bdi dir="ltr">1</bdi>،a</i></p>'),
    ],
)
def test_what_isolates_its_content_is_wrapped_whole_or_not_at_all(html, isolated):
    assert isolate_markup(html) == isolated


@pytest.mark.slow
@example("a<i>1،a", "rtl")
@settings(max_examples=examples(300))
@given(MARKUP, st.sampled_from(["rtl", "ltr"]))
def test_isolating_markup_twice_changes_nothing(html, base):
    isolated = isolate_markup(sanitize_article(html), base)

    assert isolate_markup(isolated, base) == isolated


@given(MARKUP)
def test_markup_is_otherwise_the_same(html):
    assert _without_bdi(isolate_markup(html)) == _without_bdi(html)


def test_absurdly_deep_markup_is_left_alone():
    html = "<b>" * 300 + "لغة C++"

    assert isolate_markup(html) == html


def test_a_tower_of_marks_is_cut_before_it_is_put_in_order():
    # Normalization orders marks of two kinds in quadratic time: 60,000 of them take seconds.
    tower = "a" + "\u0301" * 30_000 + "\u0323" * 30_000

    assert len(without_long_marks(tower)) == 31
    assert len(clean_block(tower)) <= 4


SIGNS = [
    "ع",
    "علي ",
    "@علي",
    " ",
    "5",
    "www.x.com/سلام",
    ";",
    "3 ",
    "C++",
    "-5",
    "،",
    "@ali",
    "~/a",
    "<",
    "\n",
]
PIECES = st.lists(st.sampled_from(SIGNS), max_size=10).map("".join)


@pytest.mark.parametrize("base", ["rtl", "ltr"])
@pytest.mark.parametrize("text", ["Follow @علي www.x.com/سلام 5", "@ع;www.ع 3", "@علي~/a&٥10،.NETa.b5"])
def test_a_run_around_another_holds_it(text, base):
    assert unescape(re.sub("<[^>]*>", "", isolate_html(text, base))) == text
    assert re.sub("[\u2066-\u2069]", "", isolate_runs(text, base)) == text


@given(PIECES, st.sampled_from(["rtl", "ltr"]))
def test_isolating_changes_no_character(text, base):
    shown = isolate_html(text, base)

    assert unescape(re.sub("<[^>]*>", "", shown)) == text
    assert shown.count("<bdi") == shown.count("</bdi>")
    assert isolate_runs(text, base).translate(dict.fromkeys(range(0x2066, 0x206A))) == text


@given(PIECES)
@example("²")
@example("Yum! a1² 3 ن")
def test_only_a_line_with_an_edge_has_tokens_to_be_looked_at(text):
    alike = [_edged(line) for line in text.split("\n") if bidi_runs._EDGE.search(line) is None]

    assert [found for found in alike if found] == []


def test_a_line_of_many_signs_takes_linear_time():
    with ends():
        isolate_markup(f"<p>{'a 1 ' * 200_000}x</p>", plain=True)


def _edged(line):
    return [
        token[0]
        for token in bidi_runs._tokens(line)
        if bidi_runs._edged_span(line, token)
        or (token[0][-1].isdigit() and bidi_runs._NUMBER_OF_THINGS.match(line, token.end()))
    ]


@given(
    PIECES.filter(lambda text: not set("<>&\n") & set(text)),
    PIECES.filter(lambda text: not set("<>&\n") & set(text)),
)
@example("ن C+", "+ ن")
def test_a_paragraph_is_read_across_links_the_short_way_too(before, linked):
    # A reference, even one of a space in the middle of it, is not for the short way.
    html = f'<p>ن{before}<a href="https://example.com/">ن{linked}ن</a>ن</p>'
    long_way = html.replace("ن</p>", "ن&#32;ن</p>")

    assert isolate_markup(html) == isolate_markup(long_way).replace("&#32;ن", "")


@given(st.text(st.sampled_from("اa -\t\n\x85\xa0\u200f\u200d\u0640\u064b\u064c\u0301\ufdd0\x00")))
def test_a_line_is_cleaned_alike_whether_one_look_tells_that_it_is_clean_or_not(text):
    # No line that a space begins or ends is.
    assert clean_line(text) == clean_line(f" {text} ")
