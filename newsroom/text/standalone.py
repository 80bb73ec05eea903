"""Markup of ours that is read elsewhere: every address in full, and language and direction with it."""

from collections.abc import Iterator
from urllib.parse import urljoin

from newsroom.text.markup import escape_attribute
from newsroom.text.tokens import StartTag, tokenize

_ADDRESSES = ("href", "src", "poster")
_SIZED_ADDRESSES = "srcset"


def standalone(html: str, page: str, language: str, direction: str) -> str:
    """What stands on the page at `page` (a full address), in an element that says how it reads.

    Feed readers know neither our page nor its direction.
    """
    content = in_full(html, page)
    return f'<div lang="{escape_attribute(language)}" dir="{escape_attribute(direction)}">{content}</div>'


def in_full(html: str, page: str) -> str:
    """The markup with every address as it is from the page at `page`, in full."""
    return "".join(_pieces(html, page))


def _pieces(html: str, page: str) -> Iterator[str]:
    position = 0
    for token in tokenize(html):
        if isinstance(token, StartTag):
            told = {name: _in_full(name, value, page) for name, value in token.attributes.items()}
            if told != token.attributes:
                yield html[position : token.start]
                attributes = "".join(f' {name}="{escape_attribute(value)}"' for name, value in told.items())
                yield f"<{token.name}{attributes}>"
                position = token.end
    yield html[position:]


def _in_full(name: str, value: str, page: str) -> str:
    if name in _ADDRESSES:
        return _joined(page, value)
    if name == _SIZED_ADDRESSES:
        candidates = (candidate.split() for candidate in value.split(",") if candidate.strip())
        return ", ".join(" ".join([_joined(page, address), *size]) for address, *size in candidates)
    return value


def _joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:
        # Brackets around what is no address of IPv6: from our page it leads nowhere either.
        return address
