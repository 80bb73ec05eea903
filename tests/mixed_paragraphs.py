"""Paragraphs of two scripts, and the order in which their characters must be seen.

What has an order of its own (a name with its signs, an address, a telephone number) is marked by who wrote it, with
`{…}`. The order comes from the Unicode Bidirectional Algorithm as python-bidi computes it, with these parts isolated
(UAX #9, LRI or RLI, and PDI): so they read in their own direction, and nothing around them can move.
"""

import random
import re
from typing import NamedTuple

from bidi import get_display

LRI, RLI, PDI = "\u2066", "\u2067", "\u2069"


class Language(NamedTuple):
    direction: str
    words: tuple[str, ...]
    # With an order of their own, in the other direction.
    parts: tuple[str, ...]
    # That run with the text.
    numbers: tuple[str, ...]
    # How they stand in it.
    shapes: tuple[str, ...]


ARABIC = Language(
    "rtl",
    words=(
        "شركة", "أعلنت", "نموذجها", "الجديد", "في", "من", "إلى", "بعد", "تقرير", "نشرته", "صحيفة", "العالم",
        "وقالت", "إنّ", "السعر", "ارتفع", "درجات", "الحرارة", "الأهلي", "الزمالك", "لغة", "برمجة", "مكتبة", "مُحَمَّد",
    ),
    parts=(
        "OpenAI", "ChatGPT", "Mixtral-8x7B", "GPT-4", "C++", "C#", ".NET", "F#", "#AI2024", "#GPT", "@OpenAI",
        "info@example.com", "https://example.com/a/b?c=d#e", "www.example.com/x/", "+963 11 555-1234", "-5", "-40",
        "iPhone 15 Pro", "Apple (AAPL)", "AT&T", "Yahoo!", "A/B", "node.js", "OpenAI's", "L'Oréal", "x86-64",
        "Wi-Fi 6E", "$TSLA", "v2.0.1", "print()", "USB-C", "R&D", "Le Monde", "The New York Times", "1080p", "4K",
        "HTTP/2", "GPT-4o mini", "Visual C++ 2019", "São Paulo", "Москва", "H₂O", "CO2", "a.b@example.org",
    ),
    numbers=(
        "3-2", "10-20", "26/02/2024", "2024", "12.5%", "١٢٫٥٪", "1,234.5", "5:30", "٣٠٠", "2023-2024", "١٠-٢٠",
    ),
    shapes=(
        "{}", "{}", "{}", "{}،", "{}.", "{}؟", "{}:", "{}؛", "«{}»", "({})", "“{}”", "«{}»،", "({}).", "و{}", "بـ{}",
        "لـ{}", "الـ{}", "[{}]", "{}…", "{} -", "— {} —", "{}!",
    ),
)  # fmt: skip
ENGLISH = Language(
    "ltr",
    words=(
        "We", "like", "the", "paper", "after", "its", "report", "on", "prices", "that", "rose", "in", "town", "and",
        "some", "readers", "wrote", "to", "editors", "OpenAI", "GPT-4", "C++",
    ),
    parts=(
        "محمد", "ليلى حدّاد", "#وسم_جديد", "@ليلى", "القاهرة", "كأس العالم", "مُحَمَّد", "تل أبيب",
    ),
    numbers=("3-2", "10-20", "2024", "12.5%", "$5", "1,234.5", "5:30", "-5"),
    shapes=("{}", "{}", "{},", "{}.", "{}?", "{}:", "({})", "“{}”", "({}).", "{} –", "[{}]", "{}!", "{}’s"),
)  # fmt: skip


def paragraphs(count: int, seed: int, language: Language = ARABIC) -> list[str]:
    """As many marked paragraphs, the same for the same seed; a word of the language stands between any two parts."""
    chosen = random.Random(seed)
    return [_paragraph(chosen, language) for _ in range(count)]


def _paragraph(chosen: random.Random, language: Language) -> str:
    words = [] if chosen.random() < 0.2 else chosen.sample(language.words, 1)
    for _ in range(chosen.randint(1, 4)):
        is_number = chosen.random() < 0.3
        part = chosen.choice(language.numbers) if is_number else f"{{{chosen.choice(language.parts)}}}"
        words.append(chosen.choice(language.shapes).replace("{}", part))
        words += chosen.sample(language.words, chosen.randint(1, 3))
    if chosen.random() < 0.2:
        del words[-1]
    return " ".join(words)


def typed(marked: str) -> str:
    """What an editor types."""
    return marked.replace("{", "").replace("}", "")


def order(marked: str, language: Language = ARABIC) -> str:
    """The characters as they must be seen from left to right, brackets not mirrored."""
    opening = LRI if language.direction == "rtl" else RLI
    shown = get_display(
        marked.replace("{", opening).replace("}", PDI), base_dir="R" if language.direction == "rtl" else "L"
    )
    return re.sub(f"[{LRI}{RLI}{PDI}]", "", shown)
