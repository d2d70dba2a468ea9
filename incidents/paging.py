"""Pages of a long list without counting all of it."""

from functools import cached_property

from django.core.paginator import Paginator

# Nobody pages further; who looks for more filters or searches.
COUNTED = 1000


class BoundedPaginator(Paginator):
    """A paginator that stops counting at `COUNTED`: a count of 100,000 rows is slow."""

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        """The number of rows, at most `COUNTED`."""
        return int(self.object_list.order_by()[:COUNTED].count())  # type: ignore[union-attr]

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more rows than the pages show."""
        return self.count >= COUNTED
