"""What failed in a run: set aside with its reason, and not tried again in the same run."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import NoSpace, RemoteError
from turnbuckle.store import set_aside
from turnbuckle.store.records import Link, Marks
from turnbuckle.sync.reasons import reason_of
from turnbuckle.sync.report import Report

_MOST_OVERTAKEN = 3  # times that one item may be overtaken in a run before it is set aside

type Key = tuple[Side, ItemId]


@dataclass(slots=True, kw_only=True)
class Setbacks:
    """The failures of one run.

    Attributes:
        aside: what was set aside in this run.
        full: sides that had no room left; only what needs room waits for it.
        denied: folders, by side and id, that our account may not see or change any more.
    """

    link: Link
    clock: Clock
    report: Report
    aside: set[Key] = field(default_factory=set)
    full: set[Side] = field(default_factory=set)
    denied: dict[Key, str] = field(default_factory=dict)
    _overtaken: dict[Key, int] = field(default_factory=dict)

    async def set_aside(
        self, items: Iterable[Key], path: str, error: RemoteError, marks: Marks
    ) -> None:
        """Let items wait for their next try.

        Where there is no room, the next run tries at once again, and the others after it.
        """
        for side, item in items:
            again = (side, item) in self.aside
            self.aside.add((side, item))
            if again and (side, item) in self.denied:
                continue  # one failure for all that lies in the folder
            now, mark = self.clock.now(), marks.of(side)
            await asyncio.to_thread(
                lambda side=side, item=item, now=now, mark=mark: set_aside.put(  # type: ignore[misc]
                    self.link,
                    side,
                    item,
                    path=path,
                    reason=str(error),
                    code=reason_of(error),
                    now=now,
                    mark=mark,
                    wait=not isinstance(error, NoSpace),
                )
            )
            self.report.set_aside.append((side, path, str(error)))

    async def overtaken(
        self, items: Iterable[Key], path: str, error: RemoteError, marks: Marks
    ) -> None:
        """Count that somebody was faster; whoever always is makes the item wait."""
        for key in items:
            times = self._overtaken[key] = self._overtaken.get(key, 0) + 1
            if times >= _MOST_OVERTAKEN:
                await self.set_aside([key], path, error, marks)

    async def forgive(self, items: Iterable[Key]) -> None:
        """What was overtaken before got through."""
        through = [key for key in items if key in self._overtaken]
        if through:
            self.aside.difference_update(through)
            await asyncio.to_thread(set_aside.clear, self.link, through)
