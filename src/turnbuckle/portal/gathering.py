"""Take posts together: what arrives while the last ones are committed goes into the next commit.

A commit waits for the disk, whatever it holds. So one thread does all of this portal's work in the
database, and whoever comes meanwhile waits for its next turn, some milliseconds away. Nobody is
answered before what they told is kept; who would wait too long is asked to come again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import Error

from turnbuckle.portal.posts import Post, Verdict, judge
from turnbuckle.ports.clock import Clock
from turnbuckle.store import deliveries
from turnbuckle.store.deliveries import MOST_AT_ONCE
from turnbuckle.store.turns import WRITERS
from turnbuckle.store.unusable import StoreUnusable

LATER = Verdict(503)
_PATIENCE_SECONDS = 2.5  # Microsoft calls an answer slow after three, Procore lost after five
_BURST_SECONDS = 0.05  # posts that come so close together are a burst
_GATHER_SECONDS = 0.01  # within one, a commit waits so long for more of it
_MOST_WAITING_BYTES = 16 << 20
_OWN_BYTES = 512  # about so much does a waiting post take beside its body

_log = logging.getLogger(__name__)


class Gathering:
    """Judges and records posts; belongs to one event loop.

    Args:
        on_taken: called on the loop when words were recorded.
        clock: says when something arrived.
    """

    def __init__(self, clock: Clock, on_taken: Callable[[], None]) -> None:
        self._on_taken = on_taken
        self._clock = clock
        self._waiting: list[tuple[Post, asyncio.Future[Verdict]]] = []
        self._waiting_bytes = 0
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix="portal", initializer=WRITERS.go_first
        )
        self._task: asyncio.Task[None] | None = None
        self._ended_at = float("-inf")  # when the last commit was over, by the loop's time

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, after what waits was taken."""
        if self._task is not None:
            await asyncio.wait({self._task})
        self._thread.shutdown(wait=True)

    async def take(self, post: Post) -> Verdict:
        """Judge a post, and record it if it is ours."""
        size = len(post.body) + _OWN_BYTES
        if self._waiting_bytes + size > _MOST_WAITING_BYTES:
            return LATER
        answer: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((post, answer))
        self._waiting_bytes += size
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="portal-gathering")
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await answer
        except TimeoutError:
            return LATER

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if loop.time() - self._ended_at < _BURST_SECONDS:
                await asyncio.sleep(_GATHER_SECONDS)
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            self._waiting_bytes -= sum(len(post.body) + _OWN_BYTES for post, _ in batch)
            posts = [post for post, _ in batch]
            verdicts = await loop.run_in_executor(self._thread, self._take, posts)
            for (_, answer), verdict in zip(batch, verdicts, strict=True):
                if not answer.done():
                    answer.set_result(verdict)
            self._ended_at = loop.time()
            if any(verdict.word is not None for verdict in verdicts):
                self._on_taken()

    def _take(self, posts: Sequence[Post]) -> list[Verdict]:
        try:
            doors = deliveries.doors([post.number for post in posts])
            verdicts = [judge(post, doors.get(post.number)) for post in posts]
            words = [verdict.word for verdict in verdicts if verdict.word is not None]
            if words:
                deliveries.take(words, now=self._clock.now())
        except (Error, StoreUnusable) as error:
            _log.warning("posts of remotes could not be recorded, they will come again: %s", error)
            return [LATER] * len(posts)
        return verdicts
