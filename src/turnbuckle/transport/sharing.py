"""How the calls of one account are shared among all workers: the rules of every ledger.

What a remote told last, less what is leased, is what may still be leased, so the workers together
stay inside every window. Where no window is known, and after one ended, one call is let through,
and its reply tells how many may follow: Procore's headers are about whichever limit is hit first,
so they bound the limits that they do not speak of too. A remote that says nothing is not slowed
down.

Bulk work leaves half of an hour's calls, less as the hour passes, to everything that is quicker:
a remote that tells of its hour only near the end would else be asked for all of it at once, and
people's edits would wait until the next one. It is our own count; a remote that grants more than
its vendor's pages say is believed.

A slice is small and short-lived. What a worker that died had leased counts as spent until the
window ends, which may be true.

Times are compared with those kept before, so a clock that was set back would leave an account
closed, or bulk work held, for as long as it went back. What was told by the clock of then is
forgotten instead, and one call asks anew.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from turnbuckle.ports.budget import Ask, Awaited, Purpose, Slice, Standing, Told, Word
from turnbuckle.transport.pacing import Pacing
from turnbuckle.transport.told import SAME_MOMENT

SLICE_CALLS = 10  # of a small limit; of a large one more, see `_most`
UNTOLD_CALLS = 50  # where a remote says nothing
SLICE_LIFE = timedelta(seconds=5)  # so soon a worker asks again, and hears what others were told
DIED = timedelta(seconds=5)  # after a slice's end: nobody comes back for it
PROBE_PATIENCE = timedelta(seconds=15)  # then another call asks how many may follow
RESERVE_SHARE = 0.05
RESERVE_CALLS = 10
KEPT_FROM_BULK = 0.5  # of an hour's calls, at its beginning
_NO_RESERVE = timedelta(seconds=60)  # a window that ends so soon keeps none: proofs can wait
_SOON = timedelta(seconds=0.5)
_TRUTH = 0.01  # of an hour's calls
_SHORTLY = timedelta(seconds=0.1)
_HOUR = timedelta(hours=1)
_LEARNT = timedelta(days=1)  # a limit not told for so long may have been raised
SET_BACK = timedelta(minutes=1)  # so far no two questions get ahead of each other by themselves
_MOST_WINDOWS = 6
_SPARE_FROM = 5  # calls of a window, from which one is kept to ask with
_SILENT_AFTER = 3  # good replies without a limit, from a remote that used to tell always


@dataclass(slots=True, kw_only=True)
class Worker:
    """What one process holds and wants."""

    asked: datetime
    calls: int = 0  # leased or under way, as it told last
    until: datetime  # of its slice, or when it was to ask again
    links: int = 1
    waits_for: Purpose = Purpose.ORDINARY
    waiting: int = 0  # callers that the slice was too small for


@dataclass(slots=True, kw_only=True)
class Hour:
    """Our own count, for estimates where the remote does not tell of its longest window."""

    began: datetime
    calls: int = 0


@dataclass(slots=True, kw_only=True)
class Sharing:
    """One account as its ledger knows it; changed in place, one worker's question at a time."""

    windows: list[Told] = field(default_factory=list)
    is_stale: bool = False  # a window ended; while it lasted, nothing was told of the others
    always_tells: bool = False
    is_silent: bool = False
    silent_replies: int = 0  # good ones in a row
    closed_until: datetime | None = None
    probed: datetime | None = None  # when a call was let through to learn the windows
    workers: dict[str, Worker] = field(default_factory=dict)
    hour: Hour | None = None
    long_limit: int = 0  # of its longest window, as told last; 0: never
    long_told: datetime | None = None
    usual_limit: int = 0
    proven_calls: int = 0  # that were granted in an hour, beyond the usual limit
    pacing: Pacing = field(default_factory=Pacing)
    heard: datetime | None = None  # what time it was when somebody asked last

    def lease(self, ask: Ask, now: datetime) -> Slice:
        """Take in a worker's word, and lease it calls if there are any; see `ports.budget`."""
        self._hear(ask.worker, ask.word, now)
        self.usual_limit = ask.usual_limit or self.usual_limit
        mine = self._worker(ask.worker, now)
        mine.asked, mine.links = now, max(1, ask.links)
        held = self._held_until(now)
        if held is not None and ask.purpose is Purpose.BULK:
            given = Slice(calls=0, until=held)
        else:
            given = self._answer(ask, mine, now)
        mine.calls += given.calls
        mine.waits_for, mine.waiting = ask.purpose, max(0, ask.waiting - given.calls)
        mine.until = given.until
        if held is None and not self.pacing.apart_minutes:
            return given
        return replace(given, is_held=held is not None, apart=self.pacing.apart)

    def tell(self, worker: str, word: Word, now: datetime) -> None:
        """Take in a worker's word; what is left of its slice is free again."""
        self._hear(worker, word, now)
        self.workers[worker].waiting = 0
        if not word.under_way:
            del self.workers[worker]

    def _hear(self, worker: str, word: Word, now: datetime) -> None:
        self._tidy(now)
        self._worker(worker, now).calls = word.under_way
        self._count(word.spent, now)
        self.pacing.count(word.looks, self._known_long(now) or self.usual_limit, now)
        for told in word.told:
            self._learn(told, now)
        self._presume_spent(word.lost)
        self._listen(word)
        if word.closed_until is not None:
            self.closed_until = max(self.closed_until or now, word.closed_until)

    def _listen(self, word: Word) -> None:
        """Draw conclusions from replies that told no limit."""
        self.silent_replies = word.silent + (0 if word.told else self.silent_replies)
        if not (word.silent or word.unclear or word.lost):
            return
        self.probed = None
        if self.windows:
            return
        if self.silent_replies >= (_SILENT_AFTER if self.always_tells else 1):
            self.is_silent, self.always_tells = True, False

    def standing(self, account: str, now: datetime) -> Standing:
        """Say where the account stands; see `ports.budget`."""
        self._tidy(now)
        told = [each for each in self.windows if each.limit == self.long_limit]
        if told:
            window = max(told, key=lambda each: each.reset)
            limit, left, until = window.limit, window.left, window.reset
            return self._standing(account, limit, left, until, is_estimate=False)
        limit = self._known_long(now) or self.usual_limit
        if not limit:
            return self._standing(account, None, None, None, is_estimate=True)
        used = self.hour.calls if self.hour else 0
        ends = self.hour.began + _HOUR if self.hour else None
        return self._standing(account, limit, max(0, limit - used), ends, is_estimate=True)

    def _standing(
        self,
        account: str,
        limit: int | None,
        left: int | None,
        until: datetime | None,
        *,
        is_estimate: bool,
    ) -> Standing:
        return Standing(
            account=account,
            limit=limit,
            left=left,
            until=until,
            is_estimate=is_estimate,
            closed_until=self.closed_until,
        )

    def _answer(self, ask: Ask, mine: Worker, now: datetime) -> Slice:
        if self.closed_until is not None:
            return Slice(calls=0, until=self.closed_until)
        ahead = self._ahead_of(ask, now)
        if self.is_silent:
            return Slice(calls=UNTOLD_CALLS, until=now + SLICE_LIFE, is_blind=True)
        if self.is_stale or not self.windows:
            return self._probe(mine, now, ahead)
        for_all = {each: each.left - self._reserve(each, now) for each in self.windows}
        for_proofs = {each: each.left - self._spare(each, now) for each in self.windows}
        room = for_proofs if ask.purpose is Purpose.PROOF else for_all
        spent = [each.reset for each, left in room.items() if left <= 0]
        if spent:
            return Slice(calls=0, until=max(spent))
        leased = sum(worker.calls for worker in self.workers.values())
        free = min(for_all.values()) - leased - ahead
        if free > 0:
            return self._portion(ask, mine, free, now, is_reserve=False)
        kept = min(for_proofs.values()) - leased - ahead
        if ask.purpose is Purpose.PROOF and kept > 0:
            return self._portion(ask, mine, min(kept, ask.waiting), now, is_reserve=True)
        soonest = min(each.reset for each in self.windows)
        is_all_mine = leased == mine.calls and not ahead
        awaited = Awaited.ALL_REPLIES if is_all_mine else Awaited.NOTHING
        return Slice(calls=0, until=min(soonest, now + _SOON), awaited=awaited)

    def _probe(self, mine: Worker, now: datetime, ahead: int) -> Slice:
        """Let one call through to learn how many may follow, unless one is under way."""
        if self.probed is not None and now - self.probed < PROBE_PATIENCE:
            awaited = Awaited.A_REPLY if mine.calls else Awaited.NOTHING
            return Slice(calls=0, until=now + _SHORTLY, awaited=awaited)
        if ahead:
            return Slice(calls=0, until=now + _SHORTLY)
        self.probed = now
        return Slice(calls=1, until=now + SLICE_LIFE, is_blind=True)

    def _portion(
        self, ask: Ask, mine: Worker, available: int, now: datetime, *, is_reserve: bool
    ) -> Slice:
        """Give a worker what its links come to among all that ask."""
        peers = sum(
            other.links
            for other in self.workers.values()
            if other is not mine and now - other.asked <= SLICE_LIFE
        )
        share = -(-available * mine.links // (mine.links + peers))
        most = max(SLICE_CALLS, min(UNTOLD_CALLS, min(each.limit for each in self.windows) // 50))
        ends = min(each.reset for each in self.windows)
        return Slice(
            calls=max(1, min(share, most, available)),
            until=min(ends, now + SLICE_LIFE),
            is_reserve=is_reserve,
        )

    def _ahead_of(self, ask: Ask, now: datetime) -> int:
        """Count the calls that wait at other workers for something more urgent."""
        return sum(
            other.waiting
            for name, other in self.workers.items()
            if name != ask.worker
            and other.waits_for < ask.purpose
            and now <= other.until + _SOON * 2
        )

    def _held_until(self, now: datetime) -> datetime | None:
        """Say until when bulk work leaves the calls of our hour to others; None: it need not.

        The last calls of the hour are nobody's in particular: near them the remote tells the truth.
        """
        limit = self._known_long(now) or max(self.usual_limit, self.proven_calls)
        if not self.usual_limit or self.hour is None:
            return None
        left, ends = (limit - self.hour.calls) / limit, self.hour.began + _HOUR
        kept = KEPT_FROM_BULK * ((ends - now) / _HOUR)
        if left > kept or left <= _TRUTH:
            return None
        return min(ends, now + max(_SOON, (kept - left) / KEPT_FROM_BULK * _HOUR))

    def _reserve(self, window: Told, now: datetime) -> int:
        """Give how many calls of a window ordinary work may not have."""
        if window.reset - now <= _NO_RESERVE:
            return self._spare(window, now)
        wanted = max(RESERVE_CALLS, round(window.limit * RESERVE_SHARE))
        return min(wanted, window.limit // 4)

    def _spare(self, window: Told, now: datetime) -> int:
        """Give how many calls of a window nobody may have.

        Where a burst's last call is the last of a longer window too, headers that speak of one
        limit alone cannot tell, and the question after the burst would be refused. One call kept
        is one left to ask with.
        """
        is_burst = window.reset - now <= _NO_RESERVE
        return 1 if is_burst and self.always_tells and window.limit >= _SPARE_FROM else 0

    def _learn(self, told: Told, now: datetime) -> None:
        self.always_tells = self.always_tells or told.always
        self.probed = None
        if told.reset <= now:
            return
        self.is_silent = self.is_stale = False
        if told.reset - now > _NO_RESERVE and told.limit >= self._known_long(now):
            self.long_limit, self.long_told = told.limit, now
        for place, known in enumerate(self.windows):
            if known.limit == told.limit and abs(known.reset - told.reset) <= SAME_MOMENT:
                left, reset = min(known.left, told.left), max(known.reset, told.reset)
                self.windows[place] = Told(told.limit, left, reset, told.always)
                return
        self.windows.append(told)
        if len(self.windows) > _MOST_WINDOWS:
            self.windows.remove(max(self.windows, key=lambda each: each.left))

    def _known_long(self, now: datetime) -> int:
        is_old = self.long_told is None or now - self.long_told > _LEARNT
        return 0 if is_old else self.long_limit

    def _count(self, spent: int, now: datetime) -> None:
        if self.hour is not None and now - self.hour.began >= _HOUR:
            self.hour = None
        if spent:
            self.hour = self.hour or Hour(began=now)
            self.hour.calls += spent
            if self.hour.calls > self.usual_limit:
                self.proven_calls = max(self.proven_calls, self.hour.calls)

    def _tidy(self, now: datetime) -> None:
        """Forget windows that ended, and workers that did not come back."""
        if self.heard is not None and now < self.heard - SET_BACK:
            self._set_back(now)
        self.heard = now
        live = [each for each in self.windows if each.reset > now]
        self.is_stale = self.is_stale or len(live) < len(self.windows)
        self.windows = live
        if self.closed_until is not None and self.closed_until <= now:
            self.closed_until = None
        gone = [name for name, worker in self.workers.items() if now > worker.until + DIED]
        for name in gone:
            self._presume_spent(self.workers.pop(name).calls)

    def _set_back(self, now: datetime) -> None:
        """Forget what was told by a clock that was ahead of this one; limits stay as learnt."""
        self.windows, self.closed_until, self.probed, self.hour = [], None, None, None
        if self.long_told is not None:
            self.long_told = min(self.long_told, now)
        self.pacing.set_back(now)
        for worker in self.workers.values():
            worker.asked = min(worker.asked, now)
            worker.until = min(worker.until, now + SLICE_LIFE)

    def _presume_spent(self, calls: int) -> None:
        """Take off calls that the remote may have counted; the next window has them again."""
        if calls:
            self.windows = [replace(each, left=max(0, each.left - calls)) for each in self.windows]

    def _worker(self, name: str, now: datetime) -> Worker:
        known = self.workers.get(name)
        if known is None:
            known = self.workers[name] = Worker(asked=now, until=now)
        return known


class InOneProcess:
    """A `Ledger` for one process alone; what it knows ends with it."""

    def __init__(self) -> None:
        self.accounts: dict[str, Sharing] = {}
        self.questions = 0

    async def lease(self, account: str, ask: Ask, now: datetime) -> Slice:
        """Take in a worker's word, and lease it calls."""
        self.questions += 1
        return self.accounts.setdefault(account, Sharing()).lease(ask, now)

    async def tell(self, account: str, worker: str, word: Word, now: datetime) -> None:
        """Take in a worker's word."""
        self.accounts.setdefault(account, Sharing()).tell(worker, word, now)

    async def standing(self, account: str, now: datetime) -> Standing | None:
        """Say where an account stands."""
        known = self.accounts.get(account)
        return None if known is None else known.standing(account, now)
