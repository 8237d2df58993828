"""A service for the link of a stage, that makes one step when a test says so."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from scenarios.stage import Stage

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.store import deliveries, models, timings
from turnbuckle.store.deliveries import Word
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.timings import By, Timing
from turnbuckle.sync.ends import Ends


@dataclass
class Working:
    """What a service is made of, with the clock of the stage."""

    stage: Stage
    stopping: Stopping = field(default_factory=Stopping)
    queue: EmbeddedQueue = field(default_factory=EmbeddedQueue)
    opening: Callable[[], Awaitable[None]] | None = None  # happens before a link is opened
    troubles: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ticking = Ticking(self.queue, self.stage.clock, Path("data"), practice=True)
        self.job = OneJob(
            open_ends=self._open,
            clock=self.stage.clock,
            is_to_end=self.stopping.is_asked,
            on_database_trouble=self.troubles.append,
            practice=True,
            chance=random.Random(1),
        )

    @property
    def link(self) -> Link:
        """The stage's link."""
        return self.stage.ends.link

    async def step(self) -> int:
        """Look once who is due, and run all of them; give how many runs there were."""
        count = await self.ticking.tick()
        if count:
            await self.job(self.link.id)
        return count

    async def timing(self) -> Timing:
        """Give the link's timing."""
        return await asyncio.to_thread(timings.of, self.link)

    async def nudge(self, by: By = By.WEBHOOK) -> None:
        """Let somebody ask for a run; the word of webhooks settles."""
        now = self.stage.clock.now()
        if by is By.WEBHOOK:
            await asyncio.to_thread(_post, self.link, now)
            self.stage.clock.advance(timings.SETTLING.total_seconds())
        else:
            await asyncio.to_thread(lambda: timings.nudge([self.link.id], by, now=now))

    async def _open(self, scope: Scope, link: Link) -> Ends:
        if self.opening is not None:
            await self.opening()
        return self.stage.ends


def _post(link: Link, now: datetime) -> None:
    """Take word of both sides' hooks."""
    words = []
    for feed in models.Feed.objects.filter(id__in=(link.left_feed, link.right_feed)):
        hook, _ = models.Hook.objects.get_or_create(
            connection_id=feed.connection_id,
            feed_address=feed.address,
            defaults={"organisation_id": feed.organisation_id, "next_at": now},
        )
        words.append(Word(hook=hook.id, mark=str(uuid4()), what="changed"))
    deliveries.take(words, now=now)
