"""Search in the admin's lists that forgives spelling, as readers and writers of Arabic expect."""

from collections.abc import Callable

from newsroom.text import arabic, bidi

# Of what is typed; more asks the database for long, and finds nothing.
MAX_LENGTH, MAX_WORDS = 200, 10


def words(typed: str, fold: Callable[[str], str] = arabic.normalize) -> list[str]:
    """The typed words as a column of normalized text has them, without characters that the database refuses."""
    return [fold(word) for word in bidi.clean_line(typed[:MAX_LENGTH]).split()[:MAX_WORDS]]


class AskedByFilters:
    """For a list that an address may ask what the list's filters ask, and nothing else."""

    # Columns that pages of ours link by, besides those of `list_filter`.
    linked_filters: list[str] = []

    def lookup_allowed(self, lookup, value, request=None):
        # Django lets an address ask any column any question, regular expressions included; the filters suffice.
        filters = {
            getattr(filter_, "parameter_name", filter_)
            for filter_ in [*self.list_filter, *self.linked_filters]
        }
        return lookup.removesuffix("__exact").removesuffix("__id") in filters


class FoldedSearch(AskedByFilters):
    """Search in a column of normalized text, `folded_field`; each typed word is normalized too."""

    folded_field = "search_key"
    fold = staticmethod(arabic.normalize)
    # Django shows the search box, and completes names, only where this is not empty; the look-up itself is below.
    search_fields = ["pk"]

    def get_search_results(self, request, queryset, search_term):
        # What is completed while typing comes past every form.
        for word in words(search_term, self.fold):
            queryset = queryset.filter(**{f"{self.folded_field}__contains": word})
        return queryset, False


class ScannedSearch(FoldedSearch):
    """The same for a model without such a column: all rows are read, which for some thousands takes a moment."""

    scanned_fields: list[str]

    def get_search_results(self, request, queryset, search_term):
        wanted = words(search_term, self.fold)
        if not wanted:
            return queryset, False
        found = [
            pk
            for pk, *texts in queryset.order_by().values_list("pk", *self.scanned_fields)
            if all(word in arabic.normalize(" ".join(texts)) for word in wanted)
        ]
        return queryset.filter(pk__in=found), False
