"""Pages of a long list without counting all of it."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

# Nobody pages further; who looks for more filters or searches.
COUNTED = 1000


class BoundedPaginator(Paginator):
    """A paginator that stops counting at `COUNTED`: a count of 100,000 rows is slow."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most `COUNTED`."""
        rows: QuerySet[Any, Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:COUNTED].count()

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more rows than the pages show."""
        return self.count >= COUNTED
