import pytest

from newsroom.text import handles


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("الرياضة", "sports"),
        ("رياضة", "sports"),
        ("العالم", "world"),
        ("تقنية", "technology"),
        ("ثقافة وفنون", "thqafa_wfnwn"),
        ("المغرب العربي", "mghrb_arby"),
        ("Tech & Science", "tech_science"),
        ("Société", "societe"),
        ("中文", ""),
        ("", ""),
        ("ا" * 50, "a" * 30),
    ],
)
def test_a_name_in_ascii_is_proposed(name, handle):
    assert handles.proposed(name) == handle
    assert not handle or handles.HANDLE.fullmatch(handle)
