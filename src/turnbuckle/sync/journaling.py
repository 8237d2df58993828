"""The journal of one run, shared by the steps that run side by side."""

import asyncio
from dataclasses import dataclass, field

from turnbuckle.ports.clock import Clock
from turnbuckle.store.group_commit import Intended, commit
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Link, Marks, Run
from turnbuckle.sync.writes import Write, to_journal

type _Entry = tuple[Intended | Outcome, asyncio.Future[int]]


@dataclass(slots=True, kw_only=True)
class Journaling:
    """Writes entries down in the order they came, those of one moment in one transaction."""

    link: Link
    run: Run
    marks: Marks
    clock: Clock
    _waiting: list[_Entry] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None

    async def intend(self, number: int, write: Write) -> int:
        """Write a step down before its call; give the intent's id once it is on disk."""
        return await self._write(Intended(number, to_journal(write)))

    async def settle(self, outcome: Outcome) -> None:
        """Commit what a step came to."""
        await self._write(outcome)

    async def _write(self, entry: Intended | Outcome) -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            entries = [entry for entry, _ in batch]
            try:
                ids = await asyncio.to_thread(self._commit, entries)
            except BaseException as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for (_, done), number in zip(batch, ids, strict=True):
                    if not done.done():
                        done.set_result(number)

    def _commit(self, entries: list[Intended | Outcome]) -> list[int]:
        return commit(self.link, self.run, entries, marks=self.marks, now=self.clock.now())
