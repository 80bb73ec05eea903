import pytest

from newsroom.text.skeleton import fold_letters


@pytest.mark.parametrize(
    "dressed",
    [
        pytest.param("كَلْبُهُمْ", id="tashkeel"),
        pytest.param("كــلــبــهم", id="tatweel"),
        pytest.param("ك\u200bلب\u200dهم", id="invisible"),
        pytest.param("ک\u0644بهـم", id="Persian letters"),
        pytest.param("ﻛﻠﺒﻬﻢ", id="presentation forms"),
        pytest.param("ك.ل_ب هـ م", id="apart"),
        pytest.param("<b>كل</b>بهم", id="tags"),
        pytest.param("&#1603;لبهم", id="references"),
        pytest.param("كلللبهمم", id="stretched"),
        pytest.param("كلب👍هم ٣!", id="signs"),
    ],
)
def test_folded_letters_are_the_same_in_any_dress(dressed):
    assert fold_letters(f"هذا {dressed} ثم") == fold_letters("هذا كلبهم ثم")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("", ""),
        ("123 👍 ـــ ؟!", ""),
        ("أنـا  والمُعلِّم، ١٢٣!", "اناوالمعلم"),
        ("ررررائع جدااا", "رايعجدا"),
        ("Ünïcode ﻻ ﷲ", "unicodeلاله"),
        ("<b>نص</b>&nbsp;آخر", "نصاخر"),
    ],
)
def test_folded_letters(text, letters):
    assert fold_letters(text) == letters
