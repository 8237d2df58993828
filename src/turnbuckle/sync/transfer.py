"""One content on its way from one remote to the other: streamed, hashed, verified, never kept."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from turnbuckle.model.hashes import HashKind, running
from turnbuckle.model.items import Item
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import Overtaken, RateLimited, Transient
from turnbuckle.sync.retrying import MOST_RATE_LIMITS, TRIES, repeated, wait_after

type Watch = Callable[[int], None]


class Reads(Protocol):
    """Where a content comes from; every `Connector` is one."""

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of `item` from byte `start`, in chunks."""


class Transfer:
    """Reads `item` from its remote, going on after a break, and knows what went by.

    The last chunk is given out only when size and, where the remote tells one, hash are right.
    """

    def __init__(self, source: Reads, item: Item, clock: Clock, watch: Watch) -> None:
        self._source = source
        self._item = item
        self._clock = clock
        self._watch = watch
        self._hashes = [running(kind) for kind in HashKind]
        self._hashed_bytes = 0

    def content(self) -> Content:
        """Give what a connector sends."""
        return Content(size=self._item.size, modified=self._item.modified, open=self._open)

    def hashes(self) -> frozenset[str]:
        """Give the hashes of the whole content; empty while not all of it went by."""
        if self._hashed_bytes != self._item.size:
            return frozenset()
        return frozenset(each.text() for each in self._hashes)

    async def read_all(self) -> frozenset[str]:
        """Read the content without sending it anywhere, and give its hashes."""
        async for _ in self._open(0):
            pass
        return self.hashes()

    async def _open(self, start: int) -> AsyncIterator[bytes]:
        position = start
        held: bytes | None = None
        async for chunk in self._chunks(start):
            self._take(position, chunk)
            position += len(chunk)
            if held is not None:
                yield held
            held = chunk
        self._verify(position)
        if held is not None:
            yield held

    async def _chunks(self, start: int) -> AsyncIterator[bytes]:
        position, failures, refusals = start, 0, 0
        while True:
            try:
                async for chunk in self._source.read(self._item, position):
                    position += len(chunk)
                    failures = refusals = 0
                    yield chunk
            except RateLimited as error:
                refusals += 1
                if refusals >= MOST_RATE_LIMITS:
                    raise
                await self._clock.sleep(max(error.wait.total_seconds(), 0.1))
            except Transient:
                failures += 1
                if failures >= TRIES:
                    raise
                await self._clock.sleep(wait_after(failures))
            else:
                return

    def _take(self, position: int, chunk: bytes) -> None:
        """Hash what was not hashed before; an upload that goes on may ask for bytes again."""
        known = self._hashed_bytes - position
        if known < 0 or known >= len(chunk):
            return
        fresh = chunk[known:] if known else chunk
        for each in self._hashes:
            each.update(fresh)
        self._hashed_bytes += len(fresh)
        self._watch(len(fresh))

    def _verify(self, position: int) -> None:
        if position != self._item.size:
            raise Overtaken(
                f"{self._item.name!r} gave {position} bytes instead of {self._item.size}:"
                " it is being changed, and is looked at again"
            )
        mine = {text.partition(":")[0]: text for text in self.hashes()}
        for told in self._item.hashes:
            taken = mine.get(told.partition(":")[0])
            if taken is not None and taken != told:
                raise Overtaken(
                    f"{self._item.name!r} came with other bytes than its remote told of;"
                    " it is looked at again"
                )


async def read_hashes(source: Reads, item: Item, clock: Clock) -> frozenset[str]:
    """Read the content of `item` without sending it anywhere, and give its hashes.

    Raises:
        RemoteError: it cannot be read, also after further tries.
    """
    return await repeated(Transfer(source, item, clock, lambda _: None).read_all, clock)
