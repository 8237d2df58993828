"""A list of Procore's, page by page.

Procore may grant fewer rows a page than were asked for, so the end is told by the missing
rel="next" or by `Total`, never by a short page.

Source: the fact sheet, section 4.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from turnbuckle.connectors.procore.replies import REMOTE
from turnbuckle.ports.errors import Gone, MalformedReply, ProjectMissing
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.told import remote_now
from turnbuckle.transport.wire import Wire

ROWS_A_PAGE = 1000
_NEXT = re.compile(r"""rel\s*=\s*"?'?next\b""", re.IGNORECASE)

type Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage[Row]:
    """One page of a list.

    Attributes:
        total: rows of the whole list, as Procore counted them for this answer.
        served: Procore's own time of this answer.
    """

    rows: list[Row]
    total: int
    served: datetime
    last: bool


class Listing[Row]:
    """Asks for pages of one list of a project, or of a company.

    Args:
        shape: of one page's body.
        id_of: what a row is told from all others by.
        of: what people call whose list it is: project or company.
    """

    def __init__(
        self,
        wire: Wire,
        path: str,
        shape: type[list[Row]],
        id_of: Callable[[Row], object],
        rows_a_page: int = ROWS_A_PAGE,
        *,
        of: str = "project",
    ) -> None:
        self._wire = wire
        self._path = path
        self._shape = shape
        self._id_of = id_of
        self._of = of
        self.rows_a_page = rows_a_page

    async def pages(self, params: Params, *, label: str) -> AsyncIterator[ListPage[Row]]:
        """Give the pages one after the other; one counted call each.

        When rows vanished meanwhile, the later ones have moved up: the page before is read again,
        so that none slips through between two pages. Rows of the two latest pages are not told
        twice.
        """
        told: tuple[set[object], set[object]] = (set(), set())
        number, total = 1, 0
        while True:
            page = await self.page(number, params, label=label)
            vanished, total = page.total < total, page.total
            if vanished and number > 1:
                number -= 1
                continue
            ids = {self._id_of(row): row for row in page.rows}
            fresh = [row for each, row in ids.items() if each not in told[0] | told[1]]
            told = (told[1], set(ids))
            yield ListPage(rows=fresh, total=page.total, served=page.served, last=page.last)
            if page.last:
                return
            number += 1

    async def page(
        self, number: int, params: Params, *, label: str, rows: int | None = None
    ) -> ListPage[Row]:
        """Give one page; one counted call.

        Raises:
            ProjectMissing: there is no such list, so whose it is is gone or hidden.
        """
        asked = [*params, ("page", str(number)), ("per_page", str(rows or self.rows_a_page))]
        try:
            reply = await self._wire.call("GET", self._path, params=asked, label=label)
        except Gone as error:
            raise ProjectMissing(
                f"{REMOTE} does not have this {self._of} any more, or does not show it to the"
                " connected account; nothing was deleted. Bring it back or give the account"
                " access to it"
            ) from error
        found = reply.json(self._shape)
        total, link = _total(reply), reply.headers.get("link", "")
        more = bool(_NEXT.search(link)) if link else number * len(found) < total
        return ListPage(
            rows=found,
            total=total,
            served=remote_now(reply.headers, self._wire.clock.now()),
            last=not (found and more),
        )


def _total(reply: Reply) -> int:
    text = reply.headers.get("total", "").strip()
    if not (text.isascii() and text.isdigit()):
        raise MalformedReply(f"{REMOTE} listed something without saying how much there is")
    return int(text)
