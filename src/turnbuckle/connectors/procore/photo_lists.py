"""The lists of one project's Photos: albums, photos, and ids alone.

Source: the fact sheet, sections 4, 10 and 16 (row 20).
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from turnbuckle.connectors.procore.index import from_on
from turnbuckle.connectors.procore.listing import ROWS_A_PAGE, Listing, ListPage
from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.connectors.procore.wire import AlbumRow, IdRow, PhotoRow
from turnbuckle.ports.errors import Gone, MalformedReply, ProjectMissing
from turnbuckle.transport.wire import Wire

type PhotoPage = ListPage[PhotoRow]

ALBUMS = "/rest/v1.0/image_categories"
PHOTOS = "/rest/v1.0/images"
OLDEST_FIRST = "created_at"


class PhotoLists:
    """Asks for the lists of one project's Photos."""

    def __init__(self, wire: Wire, project: int, rows_a_page: int = ROWS_A_PAGE) -> None:
        self._of_project = ("project_id", str(project))
        self._albums = Listing(wire, ALBUMS, list[AlbumRow], _row_id, rows_a_page)
        self._photos = Listing(wire, PHOTOS, list[PhotoRow], _row_id, rows_a_page)
        self._ids = Listing(wire, PHOTOS, list[int | IdRow], _number, rows_a_page)

    async def albums(self) -> list[AlbumRow]:
        """Give all albums; one counted call for a thousand."""
        return (await self.albums_served())[0]

    async def albums_served(self) -> tuple[list[AlbumRow], datetime]:
        """Give all albums, and Procore's own time of the answer."""
        rows: dict[int, AlbumRow] = {}
        served: datetime | None = None
        async for page in self._albums.pages([self._of_project], label="list albums"):
            served = served or page.served
            rows |= {row.id: row for row in page.rows}
        if served is None:
            raise MalformedReply(f"{REMOTE} gave no page of albums at all")
        return list(rows.values()), served

    async def in_album(self, album: int) -> list[PhotoRow]:
        """Give the photos of one album, oldest first.

        Raises:
            Gone: the album is not there, or not shown.
        """
        rows: list[PhotoRow] = []
        params = [self._of_project, ("sort", OLDEST_FIRST), ("image_category_id", str(album))]
        try:
            async for page in self._photos.pages(params, label="list an album"):
                rows.extend(page.rows)
        except ProjectMissing as error:
            raise Gone(f"{REMOTE} does not have, or does not show, this album") from error
        return rows

    def photos(self, *, label: str, updated: datetime | None = None) -> AsyncIterator[PhotoPage]:
        """Give pages of photos, oldest first: all, or those updated since."""
        params = [self._of_project, ("sort", OLDEST_FIRST)]
        if updated is not None:
            params.append(("filters[updated_at]", from_on(updated)))
        return self._photos.pages(params, label=label)

    async def made_from(self, created: datetime) -> PhotoPage:
        """Give the first page of the photos made from a moment on; one counted call."""
        span = from_on(created - timedelta(seconds=1))
        params = [self._of_project, ("sort", OLDEST_FIRST), ("filters[created_at]", span)]
        return await self._photos.page(1, params, label="renew addresses")

    async def ids(self) -> set[int]:
        """Give the ids of all photos; the sweep is complete, or it is an error.

        Raises:
            MalformedReply: there were fewer rows than Procore counted.
        """
        found: set[int] = set()
        total = 0
        params = [self._of_project, ("sort", OLDEST_FIRST), ("serializer_view", "ids_only")]
        async for page in self._ids.pages(params, label="sweep photos"):
            found |= {_number(row) for row in page.rows}
            total = page.total
        if len(found) < total:
            raise MalformedReply(f"{REMOTE} listed fewer photos than it counted")
        return found


def _row_id(row: AlbumRow | PhotoRow) -> int:
    return row.id


def _number(row: int | IdRow) -> int:
    """Which of the two ids_only gives is not published."""
    return row if isinstance(row, int) else row.id
