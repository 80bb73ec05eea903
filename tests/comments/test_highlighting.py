"""Marks around evidence, woven with isolates, in text that is escaped whatever it says."""

from types import SimpleNamespace

import pytest

from comments.highlighting import highlighted
from comments.models import Comment


def _comment(body, *findings, direction="rtl", **fields):
    """A comment that is stored nowhere; each finding is (weight, sentence, *(start, end) in the body)."""
    comment = Comment(pk=1, body=body, direction=direction, **fields)
    comment._prefetched_objects_cache = {
        "findings": [
            SimpleNamespace(
                weight=weight,
                sentence=sentence,
                evidence=[{"field": "body", "start": start, "end": end} for start, end in spans],
            )
            for weight, sentence, *spans in findings
        ]
    }
    return comment


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        pytest.param(_comment("شكرًا لكم"), "شكرًا لكم", id="nothing found"),
        pytest.param(
            _comment("هذا احتيال واضح", (60, "كلمة مراقبة", (4, 10))),
            'هذا <mark class="heavy" title="كلمة مراقبة">احتيال</mark> واضح',
            id="a heavy finding",
        ),
        pytest.param(
            _comment("رااااائع", (10, "مطّ", (1, 6))),
            'ر<mark class="light" title="مطّ">ااااا</mark>ئع',
            id="a light finding, inside a word",
        ),
        pytest.param(
            _comment("أبجد", (10, "أولى", (0, 3)), (80, "ثانية", (2, 4))),
            '<mark class="light" title="أولى">أب</mark><mark class="heavy" title="أولى — ثانية">ج</mark>'
            '<mark class="heavy" title="ثانية">د</mark>',
            id="findings that overlap",
        ),
        pytest.param(
            _comment("نصّ مكرّر", (70, "أُرسل من قبل", (0, 9)), (10, "مطّ", (0, 3))),
            '<mark class="light" title="أُرسل من قبل — مطّ">نصّ</mark>'
            '<mark class="whole" title="أُرسل من قبل"> مكرّر</mark>',
            id="one about all of the text does not drown the other",
        ),
        pytest.param(
            _comment("<script>x</script>", (60, 'a "quoted" <b>', (0, 8)), direction="ltr"),
            '<mark class="heavy" title="a &quot;quoted&quot; &lt;b&gt;">&lt;script&gt;</mark>x&lt;/script&gt;',
            id="markup is shown, not run",
        ),
        pytest.param(
            _comment("جرّبت C++ اليوم", (60, "كلمة", (6, 7))),
            'جرّبت <bdi dir="ltr"><mark class="heavy" title="كلمة">C</mark>++</bdi> اليوم',
            id="an isolated run that is marked in part",
        ),
        pytest.param(
            _comment("نصّ", (60, "خارج النصّ", (2, 9)), (60, "مقلوب", (2, 1)), (60, "سالب", (-1, 2))),
            "نصّ",
            id="places that do not exist",
        ),
    ],
)
def test_highlighted(comment, expected):
    assert highlighted(comment, "body") == expected


def test_override_characters_never_come_out():
    comment = _comment("آمن \u202eevil\u202c", (60, "x", (0, 6)), direction="rtl")

    shown = highlighted(comment, "body")

    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(shown)


def test_each_field_shows_its_own_evidence():
    comment = _comment("متن", author_name="اسم", author_direction="rtl", website="https://a.example")
    comment._prefetched_objects_cache["findings"] = [
        SimpleNamespace(
            weight=60,
            sentence="كلمة",
            evidence=[
                {"field": "author_name", "start": 0, "end": 2},
                {"field": "website", "start": 8, "end": 17},
            ],
        )
    ]

    shown = [highlighted(comment, field) for field in ("body", "author_name", "website")]

    assert shown == [
        "متن",
        '<mark class="heavy" title="كلمة">اس</mark>م',
        'https://<mark class="heavy" title="كلمة">a.example</mark>',
    ]
