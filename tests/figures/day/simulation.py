"""A day of schedule, queue, seats and budgets, by the product's own rules; only runs are a model.

The rules are called where they live: when a link is due (`jobs.schedule`), who is first
(`jobs.line`), who gets a seat (`jobs.seats`), what a run leaves in its row (`store.timings`), and
how calls are leased, shared and paced (`transport`). Polls that find nothing ask the ledger as a
worker does, without an event loop's detours; all other runs make their calls through real budgets.
"""

import asyncio
import heapq
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from figures.day import costs
from figures.day.nudged import nudged
from figures.day.population import Account, Change, Population, SimLink
from figures.day.remotes import Remotes, lowered
from figures.day.seen import Seen
from figures.day.virtual_time import VirtualClock

from turnbuckle.jobs.line import Line
from turnbuckle.jobs.schedule import after, is_sweep, looks_that_will_do
from turnbuckle.jobs.seats import AGAIN_LONG, Guest, Seats, back_after
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import (
    Ask,
    NoCallsLeft,
    Purpose,
    Told,
    Word,
    driving,
    lane,
    spending_for,
)
from turnbuckle.store.timings import URGENCY, By, Due, Timing, begun, over
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.sharing import InOneProcess, Sharing
from turnbuckle.wiring.budgets import Budgets

_USUAL = 3600  # calls an hour, as `wiring.budgets` says of Procore
_FRESH_FILES = 200
_ECHO_SECONDS = 3.0  # until word of our own writes comes back


class Worker:
    """One process."""

    def __init__(self, number: int, clock: VirtualClock, ledger: InOneProcess, slots: int) -> None:
        self.budgets = Budgets(clock, ledger, f"worker {number}")
        self.for_polls = f"polls of worker {number}"  # no slice of its budgets is touched by them
        self.seats = Seats(slots)
        self.free = [0.0] * slots  # heap: when each slot is free; one that runs is not in it

        self._both: dict[int, tuple[Budget, Budget]] = {}

    def both(self, account: Account) -> tuple[Budget, Budget]:
        """Give the budgets of an account's links."""
        kept = self._both.get(account.number)
        if kept is None:
            budgets = self.budgets
            kept = (budgets.of("procore", account.name), budgets.of("microsoft", account.tenant))
            self._both[account.number] = kept
        return kept


class Simulation:
    """One day."""

    def __init__(self, population: Population) -> None:
        self.population, self.scale = population, population.scale
        self.links = population.links
        self.clock = VirtualClock(population.start)
        self.ledger, self.remotes, self.seen = InOneProcess(), Remotes(self.clock), Seen()
        self.line = Line()
        count, slots = self.scale.workers, self.scale.slots
        self.workers = [Worker(n, self.clock, self.ledger, slots) for n in range(count)]
        self.chance = random.Random(self.scale.seed + 2)
        self._due: list[tuple[datetime, int]] = []  # heap; entries out of date are skipped
        self._looked: dict[str, datetime] = {}  # by drive: when its newest look began
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = 0

    async def through(self) -> Seen:
        """Let the day pass."""
        loop = asyncio.get_running_loop()
        for link in self.links.values():
            self._put(link)
        changes = self.population.day()
        coming = next(changes, None)
        while (now := loop.time()) < self.scale.seconds:
            while coming is not None and coming.at <= now:
                self._change(coming)
                coming = next(changes, None)
            self._look()
            self.seen.depth(now, self.line.depth)
            await asyncio.sleep(1.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.seen

    # -- what happens --------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        link = self.links[change.link]
        link.waiting.append(change)
        if change.told is not None:
            loop = asyncio.get_running_loop()
            loop.call_at(change.told, self._tell, link, change.side)

    def _tell(self, link: SimLink, side: Side) -> None:
        link.timing = nudged(link.timing, By.WEBHOOK, now=self.clock.now(), side=side)
        self._put(link)
        self._look()

    def _put(self, link: SimLink) -> None:
        heapq.heappush(self._due, (link.timing.next_at, link.id))

    def _put_off(self, link: SimLink, until: datetime) -> None:
        since = link.timing.nudged_at or link.timing.next_at
        link.timing = replace(link.timing, next_at=until, resting_until=until, nudged_at=since)
        self._put(link)

    def _look(self) -> None:
        """Ask the line for all that are due, and begin what there is room for."""
        now, found = self.clock.now(), []
        while self._due and self._due[0][0] <= now:
            at, number = heapq.heappop(self._due)
            timing = self.links[number].timing
            if timing.next_at == at:
                by = timing.nudged_by if timing.is_nudged else ""
                found.append((URGENCY.index(by), at, number))
        found.sort()
        self.line.ask([Due(link=number, urgency=urgency) for urgency, _, number in found])
        self._begin(now)

    def _begin(self, now: datetime) -> None:
        seconds = asyncio.get_running_loop().time()
        while self.line.depth and (worker := self._with_room(seconds)) is not None:
            number = self.line.take()
            if number is None:
                return
            self._begin_one(self.links[number], worker, now, seconds)

    def _with_room(self, seconds: float) -> Worker | None:
        """Give the worker whose turn it is among those with a slot free within the second."""
        for _ in self.workers:
            self._turn = (self._turn + 1) % len(self.workers)
            worker = self.workers[self._turn]
            if worker.free and worker.free[0] < seconds + 1.0:
                return worker
        return None

    def _begin_one(self, link: SimLink, worker: Worker, now: datetime, seconds: float) -> None:
        if link.timing.next_at > now:
            self.line.done(link.id)
            return
        began = begun(link.timing, now=now)
        swept = is_sweep(began, self.population.cadence, link.made_at)
        guest = self._guest(link, began, swept)
        until = self._kept_away(link, worker, guest, now)
        if until is not None:
            self._put_off(link, until)
            self.line.done(link.id)
            worker.seats.is_put_off(guest)
            self._call_in(worker, now)
            return
        free = heapq.heappop(worker.free)
        link.timing = began
        if self._is_quiet(link, began, swept):
            took = self._poll(link, began, worker, now)
            if took is not None:
                self._leave(worker, link, now)
                heapq.heappush(worker.free, max(free, seconds) + took)
                self.line.done(link.id)
                return
        task = asyncio.create_task(self._run(link, began, worker, swept))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _guest(self, link: SimLink, began: Timing, swept: bool) -> Guest:
        return Guest(
            link=link.id,
            together=link.account.number,
            is_long=began.ended_at is None,
            is_nudged=began.is_nudged,
            is_sweep=swept,
        )

    def _kept_away(
        self, link: SimLink, worker: Worker, guest: Guest, now: datetime
    ) -> datetime | None:
        procore, microsoft = worker.both(link.account)
        known = procore.dry_until(guest.purpose), microsoft.dry_until(guest.purpose)
        dry = max(filter(None, known), default=None) if any(known) else None
        if dry is not None:
            link.had_no_calls = True
            return dry + back_after(guest) * self.chance.random()
        is_crowded = procore.is_crowded(guest.purpose) or microsoft.is_crowded(guest.purpose)
        wait = worker.seats.take(guest, now, is_crowded=is_crowded)
        return None if wait is None else now + wait * self.chance.uniform(0.75, 1.25)

    def _leave(self, worker: Worker, link: SimLink, now: datetime) -> None:
        worker.seats.leave(link.id)
        self._call_in(worker, now)

    def _call_in(self, worker: Worker, now: datetime) -> None:
        called = worker.seats.call_in(now)
        if called is not None:
            link = self.links[called]
            if not link.timing.failures and link.timing.next_at > now:
                link.timing = replace(link.timing, next_at=now, resting_until=now)
                self._put(link)

    # -- polls that find nothing -----------------------------------------------------------------

    def _is_quiet(self, link: SimLink, began: Timing, swept: bool) -> bool:
        is_plain = not (swept or began.is_nudged or began.ended_at is None or link.waiting)
        return is_plain and not link.account.busy

    def _poll(self, link: SimLink, began: Timing, worker: Worker, now: datetime) -> float | None:
        """Ask both sides, and give how long it took; None: there are no calls just now."""
        account = link.account
        wanted = costs.quiet(link.photos)
        sharing = self.ledger.accounts.get(account.name)
        if sharing is None:
            sharing = self.ledger.accounts[account.name] = Sharing()
        left, word = wanted.procore, Word()
        while left:
            ask = Ask(worker=worker.for_polls, usual_limit=_USUAL, word=word, waiting=left)
            given = sharing.lease(ask, now)
            if not given.calls:
                return None
            for _ in range(min(left, given.calls)):
                standing = self.remotes.standing(account.name)
            made = min(left, given.calls)
            reset = datetime.fromtimestamp(standing.reset, UTC)
            told = Told(standing.limit, standing.remaining, reset, always=True)
            word = Word(spent=made, looks=made, told=[told])
            left -= made
        sharing.tell(worker.for_polls, word, now)
        graph = wanted.graph if self._is_to_be_asked(link, began) else 0
        if graph:
            self.remotes.graph(account.tenant, graph)
            self._looked[link.drive] = now
        self.seen.quiet(wanted.procore, graph)
        took = wanted.procore * costs.CALL_SECONDS + costs.CALL_SECONDS + costs.RUN_SECONDS
        self._over(link, began, None, swept=False, apart=given.apart, now=now)
        return took

    def _is_to_be_asked(self, link: SimLink, began: Timing) -> bool:
        if not link.shares:  # nobody else looks at its drive, and its own last look is too old
            return True
        wanted = looks_that_will_do(began, self.population.cadence)
        at = self._looked.get(link.drive)
        return wanted is None or at is None or at <= wanted.after

    # -- all other runs --------------------------------------------------------------------------

    async def _run(self, link: SimLink, began: Timing, worker: Worker, swept: bool) -> None:
        link.account.busy += 1
        is_first, dry = began.ended_at is None, None
        guest = self._guest(link, began, swept)
        try:
            with driving(str(link.id), guest.purpose, is_patient=False) as mine:
                news = await self._carried_out(link, began, worker, swept)
        except NoCallsLeft as error:
            dry = error.until
        finally:
            link.account.busy -= 1
            self._leave(worker, link, self.clock.now())
            self.line.done(link.id)
            seconds = asyncio.get_running_loop().time()
            heapq.heappush(worker.free, seconds)
        now = self.clock.now()
        if dry is not None:
            until = dry + back_after(guest) * self.chance.random()
            self.seen.runs["cut short"] += 1
            link.had_no_calls = True
            self._put_off(link, until)
        elif is_first and link.done < link.to_do:
            self._put_off(link, now + AGAIN_LONG)
        else:
            apart = max(mine.apart.values(), default=None)
            self._over(link, began, news, swept=swept, apart=apart, now=now)
        self._begin(now)

    async def _carried_out(
        self, link: SimLink, began: Timing, worker: Worker, swept: bool
    ) -> Side | None:
        is_first = began.ended_at is None
        if swept or (is_first and not link.done):
            await self._ask(link, worker, costs.whole(link.files, link.photos))
        else:
            finds = bool(link.waiting) or began.is_nudged or is_first
            calls = costs.close if finds else costs.quiet
            await self._ask(link, worker, calls(link.photos))
        self._looked[link.drive] = began.started_at or began.next_at
        if is_first:
            await self._first_sync(link, worker)
            return None
        taken = list(link.waiting)
        await self._across(link, worker, taken)
        link.waiting = [each for each in link.waiting if each not in taken]
        for change in taken:
            self.seen.arrived(link, change, began, self.clock.now(), self.population.start)
        if taken and link.hooks:
            loop = asyncio.get_running_loop()
            loop.call_later(_ECHO_SECONDS, self._tell, link, taken[0].side.other)
        return taken[0].side if taken else None

    async def _across(self, link: SimLink, worker: Worker, taken: Iterable[Change]) -> None:
        sides = [each.side for each in taken for _ in range(each.files)]
        purpose = Purpose.FRESH if len(sides) <= _FRESH_FILES else lane().purpose
        with spending_for(purpose):
            for number, side in enumerate(sides, 1):
                await self._ask(link, worker, costs.file(number, side is Side.RIGHT))
                await asyncio.sleep(costs.CONTENT_SECONDS)

    async def _first_sync(self, link: SimLink, worker: Worker) -> None:
        """Take files across, many at once, until all are done or others are to have their turn."""
        looked = asyncio.get_running_loop().time()
        while link.done < link.to_do:
            if worker.seats.is_to_make_room(link.id, self.clock.now()):
                return
            if asyncio.get_running_loop().time() - looked > costs.LOOK_AGAIN_SECONDS:
                await self._ask(link, worker, costs.close(link.photos))
                looked = asyncio.get_running_loop().time()
            some = range(link.done + 1, min(link.done + costs.AT_ONCE, link.to_do) + 1)
            each = [costs.file(number, number % 2 == 0) for number in some]
            await asyncio.gather(*(self._ask(link, worker, calls) for calls in each))
            await asyncio.sleep(costs.CONTENT_SECONDS)
            link.done += len(each)
            self.seen.bulk(link, len(each), self.clock.now())

    async def _ask(self, link: SimLink, worker: Worker, calls: costs.Calls) -> None:
        for system, count in (("procore", calls.procore), ("microsoft", calls.graph)):
            budget, left = worker.both(link.account)[system == "microsoft"], count
            while left:
                await budget.acquire()
                await asyncio.sleep(costs.CALL_SECONDS)
                if system == "procore":
                    status, headers = self.remotes.procore(link.account.name)
                else:
                    status, headers = self.remotes.graph(link.account.tenant, 2 if count > 1 else 1)
                await budget.note(lowered(headers), status, self.clock.now())
                left -= status == 200

    def _over(
        self,
        link: SimLink,
        began: Timing,
        news: Side | None,
        *,
        swept: bool,
        apart: timedelta | None,
        now: datetime,
    ) -> None:
        following = after(
            began,
            self.population.cadence,
            news=news,
            swept=swept,
            made_at=link.made_at,
            now=now,
            apart=apart,
        )
        link.had_no_calls = False
        self.seen.ran(link, began, swept=swept)
        link.timing = over(link.timing, began, following, now=now)
        self._put(link)
