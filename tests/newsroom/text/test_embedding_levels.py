"""Embedding levels against orders measured in Chromium, and the algorithm's rules one by one."""

import time

import pytest

from newsroom.text.embedding_levels import embedding_levels

RTL, LTR = 1, 0


def visual_order(text, levels):
    """The characters from left to right (UAX #9, rule L2), brackets not mirrored."""
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return "".join(text[index] for index in order)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("OpenAI تطلق نموذجا", "اجذومن قلطت OpenAI"),
        ("شراكة مع Mistral AI.", ".Mistral AI عم ةكارش"),
        ("شركة Apple (AAPL) ارتفعت", "تعفترا Apple (AAPL) ةكرش"),
        ("المتعدد (MMLU).", ".)MMLU( ددعتملا"),
        ("لغة C++ أسرع", "عرسأ ++C ةغل"),
        ("user99 3 تعليقات", "تاقيلعت user99 3"),
        ("رقم +963 11 555-1234 هنا", "انه 1234-555 11 963+ مقر"),
        ("الأهلي 3-2 الزمالك", "كلامزلا 2-3 يلهألا"),
        ("حرارة -5 درجات", "تاجرد 5- ةرارح"),
        ("بنسبة 12.5% زاد", "داز %12.5 ةبسنب"),
        ("بنسبة ١٢٫٥٪ زاد", "داز ٪١٢٫٥ ةبسنب"),
        ("#وسم_جديد #AI2024", "AI2024# ديدج_مسو#"),
        ("“لو شات“، وهو", "وهو ،“تاش ول“"),
        ("@user أحسنت!", "!تنسحأ user@"),
        ("123 !!!", "!!! 123"),
        ("زر https://example.com/مقال/جديد، ثم", "مث ،ديدج/لاقم/https://example.com رز"),
        ("من 10-20 في 26/02/2024", "26/02/2024 يف 20-10 نم"),
        ("Visual C++ 2019 جديد", "ديدج Visual C++ 2019"),
        ("print() دالة", "ةلاد )(print"),
    ],
)
def test_order_in_a_right_to_left_paragraph(text, shown):
    assert visual_order(text, embedding_levels(text, RTL)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("This is great!", "This is great!"),
        ("I like #وسم a lot", "I like #مسو a lot"),
        ("محمد 3 comments", "3 دمحم comments"),
        ("in 26 فبراير 2024 the", "in 26 2024 رياربف the"),
    ],
)
def test_order_in_a_left_to_right_paragraph(text, shown):
    assert visual_order(text, embedding_levels(text, LTR)) == shown


@pytest.mark.parametrize(
    ("text", "base", "levels"),
    [
        ("", RTL, []),
        ("اa", RTL, [1, 2]),
        ("اa", LTR, [1, 0]),
        ("\u064ba", RTL, [1, 2]),
        ("ا1", LTR, [1, 2]),
        ("a1", RTL, [2, 2]),
        ("1.2", RTL, [2, 2, 2]),
        ("ا1$", RTL, [1, 2, 1]),
        ("1$", RTL, [2, 2]),
        ("a\u00adb", RTL, [2, 2, 2]),
        ("a  ", RTL, [2, 1, 1]),
        ("a(ا)b", LTR, [0, 0, 1, 0, 0]),
        ("ا(a)", RTL, [1, 1, 2, 1]),
        ("a(b)ا", RTL, [2, 2, 2, 2, 1]),
        ("a\ufffcb", RTL, [2, 2, 2]),
        ("ا\ufffcb", RTL, [1, 1, 2]),
    ],
)
def test_levels(text, base, levels):
    assert embedding_levels(text, base) == levels


def test_too_many_open_brackets_make_no_pairs():
    text = "ا" + "(" * 64 + "a)"

    assert embedding_levels(text, RTL)[-1] == 1


@pytest.mark.parametrize("row", ["%", "% ", "!", "(", "1,", "ا1", "a1", "\u064b", "\u200b"])
@pytest.mark.parametrize("base", [RTL, LTR])
def test_long_rows_of_signs_take_linear_time(row, base):
    begun = time.thread_time()
    embedding_levels("a" + row * 25_000 + "ا", base)

    assert time.thread_time() - begun < 1
