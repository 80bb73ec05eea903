"""Count the words of a language that watched terms would hold.

Run `python benchmarks/innocent_words.py phrase /usr/share/hunspell/ar.dic /usr/share/dict/american-english` from the
root of the repository. The kind of the terms comes first (exact, phrase or stem), then word lists with a word a line,
or Hunspell dictionaries. Debian has them as hunspell-ar, hunspell-id, hunspell-tr, wamerican, wfrench and wspanish.

Words that are the term itself, spelled in any way, are counted apart. Of the others, which are all named, a reader
must tell the right ones: «خنزيرة» holds the term «خنزير», but «برهان» not «رهان».
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from newsroom.text.arabic import normalize
from newsroom.text.term_index import Term, TermIndex, TermKind

TERMS = Path(__file__).resolve().parent.parent / "tests/newsroom/text/watched_terms.txt"


def words_of(path: Path) -> list[str]:
    """Return the words, each once, without the first line's count and the flags of a Hunspell dictionary."""
    lines = path.read_text(errors="replace").splitlines()
    return list(
        dict.fromkeys(word for line in lines if (word := re.split(r"[/\t]", line)[0]) and not word.isdigit())
    )


def main(kind: str, *paths: str) -> None:
    index = TermIndex(Term(term, TermKind(kind)) for term in TERMS.read_text().splitlines())
    for path in paths:
        words = words_of(Path(path))
        themselves = 0
        others = defaultdict(list)
        for word in words:
            for term in {match.term for match in index.find(word)}:
                if normalize(term) == normalize(word):
                    themselves += 1
                else:
                    others[term].append(word)
        held = {word for found in others.values() for word in found}
        share = len(held) / len(words)
        print(
            f"{path}: {len(words)} words; {themselves} are a term, {len(held)} others are held ({share:.4%})"
        )
        for term, found in others.items():
            print(f"  {term}: {' '.join(found)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
