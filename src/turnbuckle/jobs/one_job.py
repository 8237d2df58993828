"""One run of one link as a job: begun if it is still due, and its outcome put into the schedule.

Whatever happens to a link stays with it: its errors are told in the log, it rests for a while, and
the service goes on. Where even that cannot be noted, because the database is away or its disk is
full, the job is as due as before, and the schedule waits for the database.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError

from turnbuckle.jobs.cadence import Cadence, cadence_of
from turnbuckle.jobs.schedule import after, after_failure, is_sweep, looks_that_will_do
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Purpose
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store import organisations, timings
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.store.names import UnknownName
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.rollback import WentBack
from turnbuckle.store.timings import Timing
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.vault import VaultError
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link
from turnbuckle.sync.subject import about

_log = logging.getLogger(__name__)
_BUSY = timedelta(seconds=15)  # then somebody else's run of the link is looked at again
_KNOWN = (RemoteError, VaultError, WentBack)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneJob:
    """Keeps `Job`.

    Attributes:
        open_ends: opens both ends of a link of an organisation.
        clock: the time.
        on_database_trouble: told when the database failed the job.
        is_to_end: whether runs under way are to come to a safe point and end.
        practice: whether links with practice services may run.
        chance: spreads what failed together.
    """

    open_ends: Callable[[Scope, Link], Awaitable[Ends]]
    clock: Clock
    is_to_end: Callable[[], bool]
    on_database_trouble: Callable[[Exception], None]
    practice: bool = False
    chance: random.Random = field(default_factory=random.Random)

    async def __call__(self, link: int) -> None:
        """See `Job`."""
        try:
            began = await asyncio.to_thread(
                lambda: timings.begin(link, now=self.clock.now(), practice=self.practice)
            )
            if began is not None:
                await self._run(began)
        except (DatabaseError, StoreUnusable) as error:
            self.on_database_trouble(error)
        except UnknownName:
            _log.info("the link was removed before its run", extra={"link": link})

    async def _run(self, began: Timing) -> None:
        scope, link, cadence = await asyncio.to_thread(_told_of, began)
        with about(organisation=scope.name, link=link.name):
            await self._carried_out(began, scope, link, cadence)

    async def _carried_out(self, began: Timing, scope: Scope, link: Link, cadence: Cadence) -> None:
        swept = is_sweep(began, cadence, link.created)
        try:
            ends = await self.open_ends(scope, link)
            report = await run_link(
                ends,
                self.clock,
                complete=swept,
                is_to_end=self.is_to_end,
                purpose=Purpose.FRESH if began.is_nudged else Purpose.ORDINARY,
                wanted=looks_that_will_do(began, cadence),
            )
        except LinkBusy as error:
            _log.info("put off: %s", error)
            until = self.clock.now() + _BUSY
            await asyncio.to_thread(timings.put_off, began, until)
        except LeaseLost as error:
            _log.warning("the run ended early and is due again: %s", error)
        except (DatabaseError, StoreUnusable):
            raise
        except _KNOWN as error:
            _log.warning("the run failed: %s", error)
            await self._failed(began)
        except Exception:  # noqa: BLE001  one link's trouble ends no service
            _log.exception("the run failed in a way that was not foreseen")
            await self._failed(began)
        else:
            await self._over(began, link, cadence, report, swept=swept)

    async def _over(
        self, began: Timing, link: Link, cadence: Cadence, report: Report, *, swept: bool
    ) -> None:
        bound = {"writes": report.writes, "state": report.state.value}
        if report.cut_short:
            _log.info("the run came to a safe point and is due again", extra=bound)
            return
        if report.stopped:
            _log.warning("the run stopped: %s", report.stopped, extra=bound)
            await self._failed(began)
            return
        _log.log(logging.INFO if report.writes else logging.DEBUG, "in step", extra=bound)
        now = self.clock.now()
        following = after(
            began, cadence, news=_news(report), swept=swept, made_at=link.created, now=now
        )
        await asyncio.to_thread(lambda: timings.end(began, following, now=now))

    async def _failed(self, began: Timing) -> None:
        now = self.clock.now()
        following = after_failure(began, now=now, chance=self.chance.random())
        await asyncio.to_thread(lambda: timings.end(began, following, now=now))


def _told_of(timing: Timing) -> tuple[Scope, Link, Cadence]:
    scope = organisations.of_link(timing.link)
    link = scope.links.by_id(timing.link)
    return scope, link, cadence_of(scope.integrations.of(link).settings)


def _news(report: Report) -> Side | None:
    """Say on which side something had changed: what was written came from the other one."""
    return next((side for side in Side if report.tallies[side.other].writes), None)
