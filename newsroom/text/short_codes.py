"""Short codes for numbers: what somebody reads out or types from paper.

Letters and digits that look or sound like another are left out, and so are vowels, so that no code is a word.
"""

ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}


def encode(number: int) -> str:
    """The code of a number, 1 or more."""
    code = ""
    while number:
        number, value = divmod(number, len(ALPHABET))
        code = ALPHABET[value] + code
    return code


def decode(code: str) -> int | None:
    """The number of a code in either case; None for what is none, so that each number has one code."""
    number = 0
    for char in code.lower():
        value = _VALUES.get(char)
        if value is None:
            return None
        number = number * len(ALPHABET) + value
    return number if number and encode(number) == code.lower() else None
