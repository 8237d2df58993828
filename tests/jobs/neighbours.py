"""Several links of the same accounts, polled by the schedule over real sockets, as a service does.

All of their runs share what runs of one process share: wires, tokens, budgets, the meter.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from jobs.scheduled import scheduled
from sync.over_http.stage import CHANNEL, Scene, Stage, staged

from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.connectors.procore.photo_items import top_id
from turnbuckle.jobs.cadence import cadence_of
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.schedule import is_sweep
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.practice.persons import person
from turnbuckle.store import timings
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Link
from turnbuckle.store.timings import By
from turnbuckle.sync.ends import Ends
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.procore import feed_address
from turnbuckle.wiring.registry import ends_of
from turnbuckle.wiring.remotes import Shared, shared

POLL = timedelta(minutes=5)
_ROUNDS_TO_REST = 3


@dataclass
class Neighbours:
    """What a test touches.

    Attributes:
        stage: the services; its own link is the first of the neighbours.
        parts: what all runs share.
        links: all of them.
    """

    stage: Stage
    parts: Shared
    links: list[Link]
    ticking: Ticking = field(init=False)
    job: OneJob = field(init=False)

    def __post_init__(self) -> None:
        self.ticking, self.job = scheduled(self._open, self.stage.clock)

    async def poll(self) -> Counter[tuple[str, str]]:
        """Let all links become due and run each once; give calls by remote and label.

        The services have to have counted as many.
        """
        self.stage.clock.advance(POLL.total_seconds())
        counters = self.stage.procore.counters, self.stage.microsoft.counters
        before, counted = self.parts.meter.calls.copy(), sum(each.calls for each in counters)
        await self._run_all()
        made = self.parts.meter.calls - before
        assert sum(each.calls for each in counters) - counted == made.total(), made
        return made

    async def at_rest(self) -> None:
        """Run until everything is in step, and no link is listed completely by the next poll."""
        for _ in range(_ROUNDS_TO_REST):
            self.stage.clock.advance(5)
            await asyncio.to_thread(self._asked_for)
            await self._run_all()
        for _ in self.links:
            if await asyncio.to_thread(self._is_to_sweep):
                await self.poll()

    async def failed(self) -> int:
        """Count the links whose last run did not get through."""
        found = [await asyncio.to_thread(timings.of, link) for link in self.links]
        return sum(each.failures > 0 for each in found)

    async def _run_all(self) -> None:
        assert await self.ticking.tick() == len(self.links)
        for link in self.links:
            await self.job(link.id)

    def _asked_for(self) -> None:
        numbers = [link.id for link in self.links]
        timings.nudge(numbers, By.PERSON, now=self.stage.clock.now())

    def _is_to_sweep(self) -> bool:
        soon, usual = self.stage.clock.now() + POLL, cadence_of({})
        return any(
            is_sweep(timings.begun(timings.of(link), now=soon), usual, link.created)
            for link in self.links
        )

    async def _open(self, scope: Scope, link: Link) -> Ends:
        return await ends_of(scope, link, self.parts)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A link as a test wants it.

    Attributes:
        project: the number of its project, which is made where there is none yet.
        photos: it keeps the project's Photos in step, too.
    """

    project: int = 0
    photos: bool = False


@asynccontextmanager
async def side_by_side(folder: Path, wanted: Sequence[Wanted]) -> AsyncIterator[Neighbours]:
    """Start both services, with links to folders of one channel; nothing has run.

    Each link has a file in its folder on the left.
    """
    async with staged(folder, Scene()) as stage, shared(stage.clock, Meter()) as parts:
        numbers = sorted({each.project for each in wanted})
        projects = {number: stage.procore.add_project(f"Quay {number}") for number in numbers}
        links = await asyncio.to_thread(
            lambda: [
                _linked(stage, projects[each.project], each.photos, f"House {place}")
                for place, each in enumerate(wanted)
            ]
        )
        await asyncio.to_thread(
            lambda: stage.ends.scope.links.remove(stage.ends.link.name, now=stage.clock.now())
        )
        yield Neighbours(stage, parts, links)


def _linked(stage: Stage, project: int, photos: bool, name: str) -> Link:
    scope, ana, chloe = stage.ends.scope, person("ana"), person("chloe")
    tree, channel = stage.procore.documents(project), stage.microsoft.channel(CHANNEL)
    left = tree.add_folder(tree.root_id, name, ana)
    tree.add_file(left, "A-101.txt", stage.blobs.keep(name.encode()), ana)
    bounds = [
        Bound(
            tool=DOCUMENTS,
            left=folder_id(left),
            right=ItemId(channel.drive.add_folder(channel.folder, name, chloe)),
        )
    ]
    if photos:
        album = channel.drive.add_folder(channel.folder, f"{name}, photos", chloe)
        bounds.append(Bound(tool=PHOTOS, left=top_id(project), right=ItemId(album)))
    accounts = stage.ends.connections
    return scope.links.add(
        name,
        left=scope.feeds.of(accounts[Side.LEFT], feed_address(project, photos=photos)),
        right=scope.feeds.of(accounts[Side.RIGHT], channel.drive.place.drive_id),
        bounds=bounds,
        policy={},
        path_start={Side.RIGHT: len(channel.drive.place.web_path) + 40},
        now=stage.clock.now(),
    )
