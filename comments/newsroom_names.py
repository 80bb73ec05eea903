"""The names of the newsroom, in which no reader may write unread."""

from functools import lru_cache

from django.contrib.auth import get_user_model
from django.db.models import Value
from django.db.models.functions import Concat

from articles.models import Author
from comments.editions import Kept
from newsroom.text.skeleton import fold_letters


def _read() -> frozenset[str]:
    staff = get_user_model().objects.filter(is_staff=True, is_active=True)
    full_name = Concat("first_name", Value(" "), "last_name")
    names = staff.values_list(full_name, "username").union(Author.objects.values_list("name", "slug"))
    return frozenset(_folded(name) for row in names for name in row) - {""}


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return fold_letters(name)


# Those that staff and authors go by, as `skeleton.fold_letters` has them.
NAMES = Kept("names", _read)
