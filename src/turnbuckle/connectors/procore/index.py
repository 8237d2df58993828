"""The flat index of a project's documents, page by page.

Procore may grant fewer rows a page than were asked for, so the end is told by the missing
rel="next" or by `Total`, never by a short page.

Source: the fact sheet, sections 4 and 7.2.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from turnbuckle.connectors.procore.items import row_id
from turnbuckle.connectors.procore.wire import DocumentRow
from turnbuckle.model.items import ItemId
from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.budget import remote_now
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.wire import Wire

ROWS_A_PAGE = 1000
OLDEST_FIRST = "document_type_then_created_at"
NEWEST_FIRST = f"-{OLDEST_FIRST}"
NEWEST_CHANGE_FIRST = "-updated_at"
_LONG_PAST = "1970-01-01T00:00:00Z"
_FAR_FUTURE = "2200-01-01T00:00:00Z"  # ranges with an open end may be refused
_NEXT = re.compile(r"""rel\s*=\s*"?'?next\b""", re.IGNORECASE)


def moment(time: datetime) -> str:
    """Write a time as Procore does: UTC, whole seconds, Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_on(time: datetime) -> str:
    """Write the range of all times from this one on."""
    return f"{moment(time)}...{_FAR_FUTURE}"


def up_to(time: datetime) -> str:
    """Write the range of all times up to this one."""
    return f"{_LONG_PAST}...{moment(time)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """One page of the index.

    Attributes:
        total: rows of the whole listing, as Procore counted them for this answer.
        served: Procore's own time of this answer.
    """

    rows: list[DocumentRow]
    total: int
    served: datetime
    last: bool


class Index:
    """Asks for pages of one project's flat index."""

    def __init__(self, wire: Wire, project: int, rows_a_page: int = ROWS_A_PAGE) -> None:
        self._wire = wire
        self._path = f"/rest/v1.0/projects/{project}/documents"
        self.rows_a_page = rows_a_page

    async def pages(
        self,
        *,
        label: str,
        in_bin: bool = False,
        sort: str = OLDEST_FIRST,
        extended: bool = True,
        filters: Mapping[str, str] | None = None,
    ) -> AsyncIterator[IndexPage]:
        """Give the pages one after the other; one counted call each.

        When rows vanished meanwhile, the later ones have moved up: the page before is read again,
        so that none slips through between two pages. Rows of the two latest pages are not told
        twice.
        """
        told: tuple[set[ItemId], set[ItemId]] = (set(), set())
        number, total = 1, 0
        while True:
            page = await self.page(
                number, label=label, in_bin=in_bin, sort=sort, extended=extended, filters=filters
            )
            vanished, total = page.total < total, page.total
            if vanished and number > 1:
                number -= 1
                continue
            ids = {row_id(row): row for row in page.rows}
            fresh = [row for each, row in ids.items() if each not in told[0] | told[1]]
            told = (told[1], set(ids))
            yield IndexPage(rows=fresh, total=page.total, served=page.served, last=page.last)
            if page.last:
                return
            number += 1

    async def page(
        self,
        number: int,
        *,
        label: str,
        in_bin: bool = False,
        sort: str = OLDEST_FIRST,
        extended: bool = True,
        rows: int | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> IndexPage:
        """Give one page; one counted call."""
        params = [
            ("view", "extended" if extended else "normal"),
            ("sort", sort),
            ("filters[is_in_recycle_bin]", "true" if in_bin else "false"),
            *((f"filters[{name}]", value) for name, value in (filters or {}).items()),
            ("page", str(number)),
            ("per_page", str(rows or self.rows_a_page)),
        ]
        reply = await self._wire.call("GET", self._path, params=params, label=label)
        found = reply.json(list[DocumentRow])
        total, link = _total(reply), reply.headers.get("link", "")
        more = bool(_NEXT.search(link)) if link else number * len(found) < total
        return IndexPage(
            rows=found,
            total=total,
            served=remote_now(reply.headers, self._wire.clock.now()),
            last=not (found and more),
        )


def _total(reply: Reply) -> int:
    text = reply.headers.get("total", "").strip()
    if not (text.isascii() and text.isdigit()):
        raise MalformedReply("Procore listed documents without saying how many there are")
    return int(text)
