"""Pages of a list: `page` and `per_page` in, `Link`, `Total` and `Per-Page` out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from yarl import URL

from turnbuckle.practice.procore.arguments import whole
from turnbuckle.practice.procore.refusals import invalid, plain

_LONGEST_LINK = 8100  # bytes; clients in use read headers of 8190


@dataclass(frozen=True, slots=True)
class Paging:
    """Which stretch of a list a call asks for."""

    page: int
    per_page: int

    @classmethod
    def asked(cls, url: URL, *, default: int, largest: int) -> "Paging":
        """Read a call's wish; a `per_page` above `largest` is clamped to it.

        Raises:
            Refusal: one of them is not a number from 1 on.
        """
        page = whole(url.query.get("page", "1"), "page")
        per_page = whole(url.query.get("per_page", str(default)), "per_page")
        if page < 1:
            raise invalid("page", "is not a number from 1 on")
        if per_page < 1:
            raise invalid("per_page", "is not a number from 1 on")
        return cls(page, min(per_page, largest))

    def cut[Row](self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of this page."""
        return rows[(self.page - 1) * self.per_page : self.page * self.per_page]

    def headers(self, url: URL, total: int) -> dict[str, str]:
        """What the answer carries; the last page has no ``next``, the first no ``prev``.

        Raises:
            Refusal: 414, the query is too long to be told in a header.
        """
        last = max(1, ceil(total / self.per_page))
        pages = {"first": 1, "prev": self.page - 1, "next": self.page + 1, "last": last}
        links = {
            name: f'<{url.update_query(page=page, per_page=self.per_page)}>; rel="{name}"'
            for name, page in pages.items()
            if 1 <= page <= last and not (name == "prev" and self.page > last + 1)
        }
        for name in ("first", "last", "prev"):  # all hold the query: the next page is needed most
            if len(", ".join(links.values())) > _LONGEST_LINK:
                links.pop(name, None)
        told = ", ".join(links.values())
        if len(told) > _LONGEST_LINK:
            raise plain(414, "Request-URI Too Large")
        return {"Link": told, "Total": str(total), "Per-Page": str(self.per_page)}
