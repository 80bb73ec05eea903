"""How long a text takes to read."""

from newsroom.text.search_words import written_in

# Words a minute of silent reading. Arabic 181, English 238, Hebrew 224, French 214, by M. Brysbaert, "How many words do
# we read per minute?", Journal of Memory and Language 109 (2019); rounded, for readers differ by a third. Languages
# in Arabic letters are read at the pace of Arabic: their words leave as much to the reader.
WORDS_A_MINUTE = {"ar": 180, "fa": 180, "ur": 180, "ckb": 180}
ELSEWHERE = 230


def count_words(html: str) -> int:
    """The words of a markup, captions and notes among them; a dash or a sign that stands alone is none."""
    return written_in(html).words


def minutes(words: int, language: str) -> int:
    """Whole minutes, the nearest; 0 for what takes less than one."""
    pace = WORDS_A_MINUTE.get(language, ELSEWHERE)
    return (words + pace // 2) // pace if words >= pace else 0
