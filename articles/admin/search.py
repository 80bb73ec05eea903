"""Search in the admin's lists that forgives spelling, as readers and writers of Arabic expect."""

from newsroom.text import arabic, bidi


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
        for word in self.words(search_term):
            queryset = queryset.filter(**{f"{self.folded_field}__contains": word})
        return queryset, False

    def words(self, search_term: str) -> list[str]:
        """The typed words as they are looked for. What is completed while typing comes past every form, so that
        characters which the database refuses are dropped here."""
        return [self.fold(word) for word in bidi.clean_line(search_term).split()]


class ScannedSearch(FoldedSearch):
    """The same for a model without such a column: all rows are read, which for some thousands takes a moment."""

    scanned_fields: list[str]

    def get_search_results(self, request, queryset, search_term):
        words = self.words(search_term)
        if not words:
            return queryset, False
        found = [
            pk
            for pk, *texts in queryset.order_by().values_list("pk", *self.scanned_fields)
            if all(word in arabic.normalize(" ".join(texts)) for word in words)
        ]
        return queryset.filter(pk__in=found), False
