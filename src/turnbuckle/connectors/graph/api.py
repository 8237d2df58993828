"""Calls to Graph: every one says who we are and carries an id of its own.

The id (`client-request-id`) is what Microsoft's support asks for; decorated traffic is served
first when SharePoint is busy.

Source: section 7 of the Graph fact sheet.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Any
from uuid import uuid4

import aiohttp

from turnbuckle.connectors.graph.replies import REMOTE, sorter
from turnbuckle.connectors.graph.wire import Listing
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.reply import Reply
from turnbuckle.transport.tokens import Tokens
from turnbuckle.transport.wire import Params, Wire

USER_AGENT = "ISV|Turnbuckle|Turnbuckle/0.1"
MOST_PAGES = 50_000
_OK = frozenset({200})


def graph_wire(
    *,
    cloud: Cloud,
    tokens: Tokens,
    budget: Budget,
    session: aiohttp.ClientSession,
    clock: Clock,
    meter: Meter,
    connection: int | None = None,
) -> Wire:
    """Make the wire to Microsoft Graph for one connection."""
    return Wire(
        remote=REMOTE,
        cloud=cloud,
        tokens=tokens,
        budget=budget,
        session=session,
        clock=clock,
        meter=meter,
        sort_error=sorter(clock),
        headers={"User-Agent": USER_AGENT},
        connection=connection,
    )


class GraphApi:
    """Graph as its callers here need it.

    Args:
        wire: made by `graph_wire`.
        new_id: gives an id for each call, unique, without any meaning.
    """

    def __init__(self, wire: Wire, *, new_id: Callable[[], str] = lambda: str(uuid4())) -> None:
        self.wire = wire
        self._new_id = new_id

    async def call(
        self,
        method: str,
        address: str,
        *,
        label: str,
        expect: Collection[int] = _OK,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: Any = None,
        data: bytes | None = None,
    ) -> Reply:
        """Make one counted call; see `Wire.call`."""
        return await self.wire.call(
            method,
            address,
            label=label,
            expect=expect,
            params=params,
            json=json,
            data=data,
            headers={"client-request-id": self._new_id(), **(headers or {})},
        )

    async def get[T](
        self, address: str, shape: type[T], *, label: str, params: Params | None = None
    ) -> T:
        """Read one thing; raises what `replies` makes of a refusal."""
        reply = await self.call("GET", address, label=label, params=params)
        return reply.json(shape)

    async def each[T](
        self, address: str, shape: type[Listing[T]], *, label: str, params: Params | None = None
    ) -> AsyncIterator[T]:
        """Read all pages of a listing, following its next links.

        Raises:
            MalformedReply: the links never end.
        """
        trail = Trail()
        page = await self.get(address, shape, label=label, params=params)
        while True:
            for one in page.value:
                yield one
            if page.next_link is None:
                return
            page = await self.get(trail.step(page.next_link), shape, label=label)


class Trail:
    """The next links that were followed, to notice when they lead in a circle.

    Source: service faults of 2018, 2021 and 2022, section 4 of the Graph fact sheet.
    """

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._seen: set[str] = set()
        self._most = most

    def step(self, link: str) -> str:
        """Give `link` back, if it is a new one.

        Raises:
            MalformedReply: it was followed before, or there were too many.
        """
        if link in self._seen:
            raise MalformedReply("Microsoft's list of changes leads in a circle; it is tried again")
        if len(self._seen) >= self._most:
            raise MalformedReply(f"Microsoft's list does not end after {self._most} pages")
        self._seen.add(link)
        return link
