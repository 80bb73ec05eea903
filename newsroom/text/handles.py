"""Names in ASCII for what is called in Arabic: Mastodon takes no other letters in the name of an account. Pure."""

import re
import unicodedata

# What Mastodon takes in the name of an account of another server, without the dot and the hyphen, which older ones and
# other programs refuse.
HANDLE = re.compile(r"[a-z0-9_]{1,30}")
SITE = "news"

# What sections of newspapers are called, without «ال» before each word.
_NAMES = {
    "أخبار": "news", "سياسة": "politics", "اقتصاد": "economy", "أعمال": "business", "رياضة": "sports",
    "ثقافة": "culture", "فنون": "arts", "فن": "arts", "تقنية": "technology", "تكنولوجيا": "technology",
    "علوم": "science", "صحة": "health", "رأي": "opinion", "آراء": "opinion", "مقالات": "opinion", "عالم": "world",
    "محليات": "local", "منوعات": "variety", "مجتمع": "society", "تعليم": "education", "بيئة": "environment",
    "سفر": "travel", "سيارات": "cars", "تحقيقات": "investigations", "فيديو": "video", "صور": "photos",
}  # fmt: skip
# Letters as names are commonly written in Latin ones; vowel signs are not written.
_LETTERS = str.maketrans(
    {
        "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ى": "a", "ء": "", "ئ": "i", "ؤ": "u", "ب": "b", "ت": "t", "ة": "a",
        "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh",
        "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l",
        "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y", "پ": "p", "چ": "ch", "ڤ": "v", "گ": "g", "ـ": "",
    }
)  # fmt: skip
_ARTICLE = re.compile(r"\b(?:و?ال)(?=\w{2})")


def proposed(name: str) -> str:
    """A handle for what is called so; "" where nothing of it can be written in ASCII."""
    bare = _ARTICLE.sub("", name.strip())
    known = _NAMES.get(bare) or _NAMES.get(_without_marks(bare))
    if known:
        return known
    latin = _without_marks(bare).translate(_LETTERS)
    # What is left of other scripts: é is an e with a sign.
    ascii_only = _without_marks(unicodedata.normalize("NFKD", latin)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.lower())[:30].strip("_")


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))
