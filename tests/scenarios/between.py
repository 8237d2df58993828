"""Stand between the engine and a connector, and let things happen at the moments of its calls.

Whatever a real connector is asked for beyond `ports.Connector` is passed on, so the engine finds
the same optional powers.
"""

import dataclasses
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Cursor, Item, ItemId, Name
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.connector import Connector, Content

UPLOADS = frozenset({Op.CREATE_FILE, Op.REPLACE})
WRITES = UPLOADS | {Op.CREATE_FOLDER, Op.MOVE, Op.DELETE}
STEPS = WRITES | {Op.DOWNLOAD}  # what a plan's steps ask for, and nothing else does

OPS: dict[str, frozenset[Op]] = {
    "list": frozenset({Op.LIST}),
    "delta": frozenset({Op.DELTA}),
    "get": frozenset({Op.GET}),
    "download": frozenset({Op.DOWNLOAD}),
    "upload": UPLOADS,
    "create_folder": frozenset({Op.CREATE_FOLDER}),
    "move": frozenset({Op.MOVE}),
    "delete": frozenset({Op.DELETE}),
    "any": frozenset(Op),
}
"""The catalogue's words for operations."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of one of the engine's calls."""

    when: When
    op: Op
    side: Side


type Act = Callable[[Moment], Awaitable[None] | None]


@dataclass(slots=True)
class Moments:
    """Who wants to act at the moments of the engine's calls, in this order."""

    acts: list[Act] = field(default_factory=list)
    planned: bool = False  # a plan was made, in the run that goes on now

    async def reach(self, when: When, op: Op, side: Side) -> None:
        """Let everybody act."""
        for act in tuple(self.acts):
            answer = act(Moment(when, op, side))
            if inspect.isawaitable(answer):
                await answer


class Between:
    """One side's connector, with moments around its calls."""

    def __init__(self, inner: Connector, side: Side, moments: Moments) -> None:
        self.inner = inner
        self._side = side
        self._moments = moments

    @property
    def capabilities(self) -> Capabilities:
        return self.inner.capabilities

    async def changes(self, since: Cursor | None) -> AsyncIterator[Page]:
        op = Op.LIST if since is None else Op.DELTA
        await self._reach(When.BEFORE, op)
        async for page in self.inner.changes(since):
            yield page
        await self._reach(When.AFTER, op)

    async def look(self, item: ItemId) -> Item | None:
        return await self._around(Op.GET, self.inner.look(item))

    async def find(self, parent: ItemId, name: Name) -> Item | None:
        return await self._around(Op.GET, self.inner.find(parent, name))

    async def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        await self._reach(When.BEFORE, Op.DOWNLOAD)
        reached = False
        async for chunk in self.inner.read(item, start):
            if not reached:
                reached = True
                await self._reach(When.DURING, Op.DOWNLOAD)
            yield chunk
        await self._reach(When.AFTER, Op.DOWNLOAD)

    async def create_folder(self, parent: ItemId, name: Name) -> Item:
        return await self._around(Op.CREATE_FOLDER, self.inner.create_folder(parent, name))

    async def create_file(self, parent: ItemId, name: Name, content: Content) -> Item:
        watched = self._watched(content, Op.CREATE_FILE)
        return await self._around(Op.CREATE_FILE, self.inner.create_file(parent, name, watched))

    async def replace(self, item: Item, content: Content) -> Item:
        watched = self._watched(content, Op.REPLACE)
        return await self._around(Op.REPLACE, self.inner.replace(item, watched))

    async def move(self, item: Item, parent: ItemId, name: Name) -> Item:
        return await self._around(Op.MOVE, self.inner.move(item, parent, name))

    async def delete(self, item: Item) -> None:
        await self._around(Op.DELETE, self.inner.delete(item))

    def _watched(self, content: Content, op: Op) -> Content:
        """Let the middle of an upload be a moment: when about half of the bytes have passed."""

        async def opened(start: int) -> AsyncIterator[bytes]:
            sent, reached = start, False
            async for chunk in content.open(start):
                if not reached and 2 * (sent + len(chunk)) >= content.size:
                    reached = True
                    await self._reach(When.DURING, op)
                sent += len(chunk)
                yield chunk

        return dataclasses.replace(content, open=opened)

    async def _around[T](self, op: Op, call: Awaitable[T]) -> T:
        try:
            await self._reach(When.BEFORE, op)
        except BaseException:
            cast(Any, call).close()  # it is never made
            raise
        answer = await call
        await self._reach(When.AFTER, op)
        return answer

    async def _reach(self, when: When, op: Op) -> None:
        await self._moments.reach(when, op, self._side)


def between(inner: Connector, side: Side, moments: Moments) -> Connector:
    """Give a connector that does what `inner` does, with moments around its calls."""

    def passed_on(name: str) -> property:
        return property(lambda self: getattr(self.inner, name))

    further = {
        name: passed_on(name)
        for name in dir(type(inner))
        if not name.startswith("_") and not hasattr(Between, name)
    }
    made = type("Between", (Between,), further)(inner, side, moments)
    return cast(Connector, made)
