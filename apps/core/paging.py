"""Pages of very long lists: the last one is as near as the first."""

from typing import Any

from django.core.paginator import Page, Paginator


class FromBothEnds(Paginator):
    """Reads pages of the second half from the end backwards, so that the database never skips more than half of the rows."""

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        rows: Any = self.object_list
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        if isinstance(rows, list) or first <= self.count // 2:
            return Page(rows[first:last], number, self)
        return Page(list(rows.reverse()[self.count - last : self.count - first])[::-1], number, self)
