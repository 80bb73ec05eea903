"""Pages of a list of the desk that may be long: nobody goes through thousands of rows, so nobody counts them."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

# What comes after is found by asking for less: a page costs what its OFFSET does.
MOST = 2_000


class BoundedPaginator(Paginator):
    """Pages of the first MOST rows. `has_more` says whether there are others; the count is one query that ends."""

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list
        return rows.order_by()[: MOST + 1].count() if hasattr(rows, "order_by") else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def has_more(self) -> bool:
        return self._counted > MOST
