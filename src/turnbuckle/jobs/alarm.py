"""The alarm: now and then all links are reviewed, and who wants to know is told what is wrong.

It goes on beside the schedule and waits for nobody there, and nobody there waits for it. A
recipient that does not answer is tried again, later each time, for a day; the others are told
meanwhile.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from django.db import Error

from turnbuckle.ports.clock import Clock
from turnbuckle.store import alerts, organisations, recipients
from turnbuckle.store.link_states import LATE
from turnbuckle.store.recipients import Claimed, Event
from turnbuckle.store.timings import PRACTICE
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.vault import VaultError
from turnbuckle.transport.telling import BadAddress, NotTold, tell

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_GIVEN_UP_AFTER = timedelta(days=1)
_PRUNED_EVERY_SECONDS = 3600.0
_AT_ONCE = 8
_MOST_NAMED = 5

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Alarm:
    """Belongs to one event loop.

    Attributes:
        session: for posts.
        clock: the time.
        practice: the service runs links with practice services; then it also tells recipients on
            this machine.
        grace_seconds: so long after the start no link is called late: all may be, after a night
            without a service.
    """

    session: aiohttp.ClientSession
    clock: Clock
    practice: bool
    grace_seconds: float = LATE.total_seconds()
    _began: float = field(default_factory=time.monotonic, init=False)
    _pruned: float | None = field(default=None, init=False)

    async def once(self) -> None:
        """Review all links, and tell what is new.

        Raises:
            DatabaseError, StoreUnusable: the database cannot be used.
        """
        judges_late = time.monotonic() - self._began >= self.grace_seconds
        for name, alert in await asyncio.to_thread(self._reviewed, judges_late):
            about = {"organisation": name, "link": alert.name, "alert": alert.kind.value}
            if alert.closed_at is None:
                _log.warning("%s is %s: %s", alert.name, alert.kind, alert.said, extra=about)
            else:
                _log.info("%s is not %s any more", alert.name, alert.kind, extra=about)
        await self._tell_all()

    def _reviewed(self, judges_late: bool) -> list[tuple[str, alerts.Alert]]:
        now = self.clock.now()
        alerts.review(now, practice=self.practice, judges_late=judges_late)
        news = alerts.pass_on(now)
        if self._pruned is None or time.monotonic() - self._pruned >= _PRUNED_EVERY_SECONDS:
            self._pruned = time.monotonic()
            alerts.prune(now)
            recipients.prune(now)
        names = {scope.id: scope.name for scope in organisations.every()} if news else {}
        return [(names.get(alert.organisation, ""), alert) for alert in news]

    async def _tell_all(self) -> None:
        kinds = ("live", PRACTICE) if self.practice else ("live",)
        now = self.clock.now()
        waiting = await asyncio.to_thread(lambda: recipients.claim(now, kinds=kinds))
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(claimed: Claimed) -> None:
            async with turns:
                await self._tell(claimed)

        await asyncio.gather(*(one(claimed) for claimed in waiting))

    async def _tell(self, claimed: Claimed) -> None:
        try:
            address = await asyncio.to_thread(recipients.address_of, claimed.recipient)
            await tell(self.session, address, post_of(claimed.organisation, claimed.events))
        except (Error, StoreUnusable):
            raise
        except (NotTold, BadAddress, VaultError) as error:
            await self._note(claimed, str(error))
        else:
            await asyncio.to_thread(recipients.told, claimed, self.clock.now())

    async def _note(self, claimed: Claimed, trouble: str) -> None:
        now, oldest = self.clock.now(), claimed.events[0]
        wait = min(_FIRST_WAIT * 2 ** min(oldest.tries, 10), _LONGEST_WAIT)
        lost = [each.telling for each in claimed.events if now - each.made_at > _GIVEN_UP_AFTER]
        if oldest.tries == 0 or lost:
            what = "it is not tried any more" if lost else "it is tried again"
            _log.warning(
                "alerts could not be told to %s, %s: %s",
                claimed.recipient.name, what, trouble, extra={"organisation": claimed.organisation},
            )  # fmt: skip
        await asyncio.to_thread(
            lambda: recipients.failed(claimed, trouble, next_at=now + wait, given_up=lost)
        )


def post_of(organisation: str, events: Sequence[Event]) -> dict[str, Any]:
    """Give what is posted: `text` for people, as chat programs take it, and the same as data."""
    return {
        "text": _text(events),
        "organisation": organisation,
        "alerts": [
            {
                "id": each.alert,
                "event": each.event,
                "link": each.link,
                "kind": each.kind,
                "said": each.said,
                "opened_at": _moment(each.opened_at),
                "closed_at": _moment(each.closed_at),
            }
            for each in events
        ],
    }


def _text(events: Sequence[Event]) -> str:
    lines = [
        f"{each.link} is {each.kind}: {each.said}"
        if each.event == "opened"
        else f"{each.link} is not {each.kind} any more"
        for each in events[:_MOST_NAMED]
    ]
    if len(events) > _MOST_NAMED:
        rest = Counter(each.event for each in events[_MOST_NAMED:])
        lines.append("and " + ", ".join(f"{n:,} more {event}" for event, n in rest.items()))
    return "Turnbuckle: " + "\n".join(lines)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
