"""One account's budget of calls in this process: the local end of what all workers share.

Callers stand in line here; one of them asks the ledger for a slice of calls whenever there is
none left, and lets the others in with it. Nothing is asked for a single call, and nothing at all
while nobody waits. A reply that closes the account is told to the ledger at once, all other
replies with the next question.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from turnbuckle.ports.budget import (
    Ask,
    Awaited,
    Lane,
    Ledger,
    NoCallsLeft,
    Purpose,
    Slice,
    Told,
    Word,
    lane,
)
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.sharing import SET_BACK, InOneProcess
from turnbuckle.transport.told import SAME_MOMENT, limit_told, retry_after
from turnbuckle.transport.turns import Turns

_log = logging.getLogger(__name__)
_UNTOLD_WAIT = timedelta(seconds=10)  # after a 429 that does not say how long
_REPLY_PATIENCE_SECONDS = 5.0
_LONG = timedelta(seconds=15)  # longer than a burst's window
_VERY_LONG = timedelta(minutes=1)  # for bulk work that leaves calls to others, which is usual
_CROWD = 2  # links that wait; more of them bring nothing across sooner
_IDLE_SECONDS = 1.0  # then what is left of a slice is given back


class Budget:
    """The calls that one account may still make; one object for all of a process who use it.

    Args:
        clock: the time.
        ledger: where all workers lease from; None: there is no other worker.
        account: names the account in the ledger.
        worker: names this process there.
        units_per_call: what a call is counted as where a remote counts something else.
        usual_limit: calls an hour that the vendor's pages speak of; 0: they do not.

    Attributes:
        calls: how many were let through.
        waited_seconds: how long callers were kept waiting because nothing was left, longest queue
            counted once.
    """

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger | None = None,
        account: str = "",
        *,
        worker: str = "",
        units_per_call: int = 1,
        usual_limit: int = 0,
    ) -> None:
        self.calls = 0
        self.waited_seconds = 0.0
        self.account = account
        self._clock = clock
        self._ledger = ledger or InOneProcess()
        self._worker = worker or secrets.token_hex(6)
        self._units_per_call = units_per_call
        self._usual_limit = usual_limit
        self._turns = Turns()
        self._slice = Slice(calls=0, until=clock.now())
        self._under_way = 0
        self._word = Word()
        self._apart = timedelta(0)
        self._closed_until: datetime | None = None
        self._none_until: datetime | None = None  # as the ledger said last
        self._none_for_proofs = False  # nor then
        self._held_until: datetime | None = None  # bulk work
        self._latest = clock.now()
        self._asking_for: Purpose | None = None  # somebody asks, or waits to ask again
        self._more_urgent = asyncio.Event()
        self._replied = asyncio.Event()
        self._idle: asyncio.TimerHandle | None = None
        self._returning: asyncio.Task[None] | None = None
        self._exchange = asyncio.Lock()  # the ledger hears one word of ours after the other

    async def acquire(self) -> None:
        """Wait until one more call may be sent, on behalf of the current `lane`.

        Every call let through must be followed by `note`, or by `lost` when no reply came.

        Raises:
            NoCallsLeft: there will be none for a while, and the lane is not patient.
        """
        mine = lane()
        waiter = self._turns.enter(mine)
        if self._asking_for is not None and mine.purpose < self._asking_for:
            self._more_urgent.set()
        try:
            while not waiter.let_in:
                self._let_in()
                if waiter.let_in:
                    break
                if not mine.is_patient and (until := self.dry_until(mine.purpose)) is not None:
                    raise NoCallsLeft(until)
                if self._asking_for is None:
                    await self._ask(mine)
                else:
                    await waiter.woken.wait()
                    waiter.woken.clear()
        except BaseException:
            if waiter.let_in:  # and cancelled before it went: the call is not made
                self._under_way -= 1
                self._slice = replace(self._slice, calls=self._slice.calls + 1)
            raise
        finally:
            self._turns.leave(waiter)
            self._wake()
        self.calls += 1
        self._word.spent += 1
        self._word.looks += mine.purpose is Purpose.ORDINARY
        mine.spent[self.account] += 1
        mine.apart[self.account] = self._apart

    async def note(self, headers: Mapping[str, str], status: int, now: datetime) -> None:
        """Take in what a reply says about the limits; `headers` have names in lower case."""
        self._now()  # where the clock was set back, only what came before this is forgotten
        told = limit_told(headers, now, units_per_call=self._units_per_call)
        try:
            wait = retry_after(headers, now)
        except MalformedReply:
            wait = None
        was_blind = self._slice.is_blind and not self._slice.calls
        if status == 429 and wait is None:
            wait = told.reset - now if told else _UNTOLD_WAIT
        if told is not None:
            self._hear(told)
        elif status < 400:
            self._word.silent += 1
        else:
            self._word.unclear += 1
        self._came_back()
        if wait is not None and status >= 400:
            self._closed_until = max(self._closed_until or now, now + wait)
            self._word.closed_until = self._closed_until
            await self.give_back()
        elif was_blind and self._is_idle():
            await self.give_back()  # others may wait to hear how many calls may follow

    def closed(self, until: datetime) -> None:
        """Take note that the remote told another process to wait; the ledger knows it already."""
        self._closed_until = max(self._closed_until or until, until)

    def dry_until(self, purpose: Purpose = Purpose.ORDINARY) -> datetime | None:
        """Say until when a new caller would wait in vain; None: not for long.

        It is what callers before heard, so nobody is asked, and where none called it says nothing.
        """
        is_for_me = purpose is not Purpose.PROOF or self._none_for_proofs
        now = self._now()
        until = self._none_until if is_for_me else None
        held = self._held_until if purpose is Purpose.BULK else None
        if held is not None and held - now > _VERY_LONG:
            until = max(until or held, held)
        if self._closed_until is not None:
            until = max(until or self._closed_until, self._closed_until)
        return until if until is not None and until - now > _LONG else None

    def is_crowded(self, purpose: Purpose) -> bool:
        """Tell whether enough links wait already for calls as urgent as those of a new one."""
        return self._turns.links(purpose) >= _CROWD

    def lost(self) -> None:
        """Take note that a call let through got no reply; the remote may have counted it."""
        self._word.lost += 1
        self._came_back()

    async def close(self) -> None:
        """Give back what is left, for good."""
        if self._idle is not None:
            self._idle.cancel()
        if self._returning is not None:
            await self._returning
        if self.calls:
            await self.give_back()

    async def give_back(self) -> None:
        """Return what is left of the slice, and tell all that is to tell."""
        async with self._exchange:
            now = self._now()
            self._slice = replace(self._slice, calls=0)
            with self._telling() as word:
                await self._ledger.tell(self.account, self._worker, word, now)

    def _now(self) -> datetime:
        """Give the time; where the clock was set back, nothing told by it before holds."""
        now = self._clock.now()
        if now < self._latest - SET_BACK:
            self._slice = Slice(calls=0, until=now)
            self._closed_until = self._none_until = self._held_until = None
            self._word.told, self._word.closed_until = [], None
        self._latest = now
        return now

    def _hear(self, told: Told) -> None:
        """Keep the lowest that was told of each window; a slice never promises more than that."""
        self._word.silent = 0
        kept = self._word.told
        for place, known in enumerate(kept):
            if known.limit == told.limit and abs(known.reset - told.reset) <= SAME_MOMENT:
                kept[place] = told if told.left < known.left else known
                break
        else:
            kept.append(told)
        most = 0 if self._slice.is_blind else told.left
        if most < self._slice.calls:
            self._slice = replace(self._slice, calls=most)

    def _came_back(self) -> None:
        self._under_way = max(0, self._under_way - 1)
        self._replied.set()
        if self._is_idle():
            self._return_later()

    def _is_idle(self) -> bool:
        return not self._under_way and self._turns.first() is None

    def _return_later(self) -> None:
        """Give back what nobody needs once it was quiet for a while; others may wait for it."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._begin_return)

    def _begin_return(self) -> None:
        if self._is_idle():
            self._returning = asyncio.create_task(self._return_quietly())

    async def _return_quietly(self) -> None:
        """Nobody waits for this: where it fails, the word is told with the next question."""
        try:
            await self.give_back()
        except Exception as error:  # noqa: BLE001  whatever keeps the ledger, no call needs this one
            _log.warning("calls that are left over could not be given back yet: %s", error)

    def _let_in(self) -> None:
        """Let in as many as the slice has calls for."""
        now = self._now()
        if self._closed_until is not None and self._closed_until > now:
            return  # the ledger is told, and will say so
        while self._slice.calls > 0 and self._slice.until > now:
            first = self._turns.first()
            if first is None or not _is_for(self._slice, first.lane.purpose):
                return
            self._turns.take().woken.set()
            self._under_way += 1
            self._slice = replace(self._slice, calls=self._slice.calls - 1)

    async def _ask(self, asking: Lane) -> None:
        """Ask the ledger for calls, and wait where it has none yet; not for long with no patience.

        All others hear of a long wait at once, so that who has no patience goes away.
        """
        first = self._turns.first()
        if first is None:
            return
        self._asking_for = first.lane.purpose
        self._more_urgent.clear()
        try:
            async with self._exchange:
                given = await self._lease(self._asking_for)
                self._apart, self._turns.holds_bulk = given.apart, given.is_held
                if given.is_held and self._asking_for is Purpose.BULK:
                    self._held_until = given.until
                else:
                    self._none_until = None if given.calls else given.until
                    self._none_for_proofs = self._asking_for is Purpose.PROOF
            if given.calls:
                self._slice = given
                return
            if self.dry_until(self._asking_for) is not None:
                self._turns.wake()
                if not asking.is_patient:
                    return
            await self._wait(given)
        finally:
            self._asking_for = None

    async def _lease(self, purpose: Purpose) -> Slice:
        waiting, links = self._turns.count(purpose)
        now = self._now()
        self._slice = Slice(calls=0, until=now)
        self._replied.clear()
        with self._telling() as word:
            ask = Ask(
                worker=self._worker,
                purpose=purpose,
                waiting=waiting,
                links=links,
                usual_limit=self._usual_limit,
                word=word,
            )
            return await self._ledger.lease(self.account, ask, now)

    async def _wait(self, given: Slice) -> None:
        """Wait until it makes sense to ask again, or until somebody more urgent comes."""
        if given.awaited is not Awaited.NOTHING and self._under_way:
            await self._wait_for_replies(given.awaited)
            return
        before = self._clock.now()
        seconds = max(0.01, (given.until - before).total_seconds())
        sleep = asyncio.ensure_future(self._clock.sleep(seconds))
        urgent = asyncio.ensure_future(self._more_urgent.wait())
        try:
            await asyncio.wait({sleep, urgent}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (sleep, urgent):
                each.cancel()
            await asyncio.gather(sleep, urgent, return_exceptions=True)
        self.waited_seconds += (self._clock.now() - before).total_seconds()

    async def _wait_for_replies(self, awaited: Awaited) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REPLY_PATIENCE_SECONDS):
                while not self._replied.is_set() or (
                    awaited is Awaited.ALL_REPLIES and self._under_way
                ):
                    self._replied.clear()
                    await self._replied.wait()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[Word]:
        """Hand over the word; it is kept for the next time when it could not be told."""
        word, self._word = self._word, Word()
        word.under_way = self._under_way
        try:
            yield word
        except BaseException:
            self._word = _both(word, self._word)
            raise

    def _wake(self) -> None:
        if self._asking_for is None and (first := self._turns.first()) is not None:
            first.woken.set()


def _both(first: Word, then: Word) -> Word:
    return Word(
        spent=first.spent + then.spent,
        looks=first.looks + then.looks,
        lost=first.lost + then.lost,
        unclear=first.unclear + then.unclear,
        silent=then.silent + (0 if then.told else first.silent),
        told=first.told + then.told,
        closed_until=then.closed_until or first.closed_until,
    )


def _is_for(given: Slice, purpose: Purpose) -> bool:
    if purpose is Purpose.BULK and given.is_held:
        return False
    return purpose is Purpose.PROOF or not given.is_reserve
