"""The flat index of a Documents tool, page by page.

Source: the fact sheet, section 7.2.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from turnbuckle.connectors.procore.items import row_id
from turnbuckle.connectors.procore.listing import ROWS_A_PAGE, Listing, ListPage
from turnbuckle.connectors.procore.project import Holder
from turnbuckle.connectors.procore.wire import DocumentRow
from turnbuckle.transport.wire import Wire

type IndexPage = ListPage[DocumentRow]

OLDEST_FIRST = "document_type_then_created_at"
NEWEST_FIRST = f"-{OLDEST_FIRST}"
NEWEST_CHANGE_FIRST = "-updated_at"
_LONG_PAST = "1970-01-01T00:00:00Z"
_FAR_FUTURE = "2200-01-01T00:00:00Z"  # ranges with an open end may be refused


def moment(time: datetime) -> str:
    """Write a time as Procore does: UTC, whole seconds, Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_on(time: datetime) -> str:
    """Write the range of all times from this one on."""
    return f"{moment(time)}...{_FAR_FUTURE}"


def up_to(time: datetime) -> str:
    """Write the range of all times up to this one."""
    return f"{_LONG_PAST}...{moment(time)}"


class Index:
    """Asks for pages of one tool's flat index."""

    def __init__(self, wire: Wire, holder: Holder, rows_a_page: int = ROWS_A_PAGE) -> None:
        self._listing = Listing(
            wire, holder.index, list[DocumentRow], row_id, rows_a_page, of=holder.kind
        )
        self.rows_a_page = rows_a_page

    def pages(
        self,
        *,
        label: str,
        in_bin: bool = False,
        sort: str = OLDEST_FIRST,
        extended: bool = True,
        filters: Mapping[str, str] | None = None,
    ) -> AsyncIterator[IndexPage]:
        """Give the pages one after the other; one counted call each."""
        params = _asked(in_bin=in_bin, sort=sort, extended=extended, filters=filters or {})
        return self._listing.pages(params, label=label)

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
        params = _asked(in_bin=in_bin, sort=sort, extended=extended, filters=filters or {})
        return await self._listing.page(number, params, label=label, rows=rows)


def _asked(
    *, in_bin: bool, sort: str, extended: bool, filters: Mapping[str, str]
) -> list[tuple[str, str]]:
    return [
        ("view", "extended" if extended else "normal"),
        ("sort", sort),
        ("filters[is_in_recycle_bin]", "true" if in_bin else "false"),
        *((f"filters[{name}]", value) for name, value in filters.items()),
    ]
