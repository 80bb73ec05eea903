"""What apps hold about the person of an address, besides comments: they put themselves here, so that whoever answers a
person, or erases what is held, asks all of them."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Holder(NamedTuple):
    """`count` says how many rows are held about an address, `export` yields what they say, `erase` removes them, in the
    transaction of whoever calls it."""

    name: str
    count: Callable[[str], int]
    export: Callable[[str], Iterator[dict[str, Any]]]
    erase: Callable[[str], None]


HOLDERS: list[Holder] = []


def count(email: str) -> int:
    return sum(holder.count(email) for holder in HOLDERS)


def erase(email: str) -> None:
    for holder in HOLDERS:
        holder.erase(email)
