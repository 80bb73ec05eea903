"""Telephone numbers in a text, as newspapers print them."""

import re

# The code of a country, or of an area, which may stand in parentheses. No digit is given back, or a run of them
# would be tried in every division. What stands before it is looked at behind its first sign: a search for signs
# passes over all else ten times as fast.
_CODES = (
    r"\+[0-9]{1,4}+",
    r"0(?<![\w/.,:+#-]0)[0-9]{2,4}+",
    r"\((?<![\w/.,:+#-]\()0[0-9]{1,4}+\)",
)
_REST = r"(?:[ \u00a0.-]?\(?[0-9]{1,12}+\)?){1,6}(?![\w/]|:[0-9])"
_PHONE = re.compile(f"(?:{'|'.join(_CODES)}){_REST}")
# Most texts have none, which three searches for one sign each tell in less time than one for any of three.
_PHONES = [re.compile(code + _REST) for code in _CODES]
_DATE = re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{2,4}")
_MIN_DIGITS = 7


def find_phones(text: str) -> list[tuple[int, int]]:
    """Where telephone numbers stand, without a parenthesis behind one that was opened before it."""
    if not any(phone.search(text) for phone in _PHONES):
        return []
    return [span for span in map(_span, _PHONE.finditer(text)) if span]


def _span(found: re.Match[str]) -> tuple[int, int] | None:
    start, end = found.span()
    text = found.group()
    if text.endswith(")") and text.count(")") > text.count("("):
        text, end = text[:-1], end - 1
    digits = sum(map(str.isdigit, text))
    is_phone = digits >= _MIN_DIGITS and text.count("(") == text.count(")") and not _DATE.fullmatch(text)
    return (start, end) if is_phone else None
