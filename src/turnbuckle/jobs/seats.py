"""Who may run beside whom in one process, so that work of hours leaves room for what is quick.

A first sync takes hours, and so does everything of an account whose calls are used up. Were the
seats of a process given to whoever comes first, some first syncs, or one customer whose remote asks
us to wait, would keep all other links from running. So first syncs have half of the seats, complete
listings a quarter, one at a time of a pair of accounts, and no pair ever has all that are left of
them. Where enough links of an account wait for its calls already, no more of them sit down: that
brings nothing across sooner. Whoever gets no seat comes back shortly, the later the more there are.

First syncs take turns: one that has had its time makes room, at a safe point, for one that was
turned away. It goes on later where it was. Where a seat is left, one of those who were turned away
is called in: many first syncs are over in less time than they would stay away.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from turnbuckle.ports.budget import Purpose

TURN = timedelta(minutes=10)  # a first sync has its seat for so long before it makes room
AGAIN_LONG = timedelta(seconds=30)  # then a first sync that got no seat asks again
AGAIN_POLL = timedelta(seconds=10)
AGAIN_NUDGED = timedelta(seconds=2)
_ONE_AFTER_ANOTHER = timedelta(seconds=0.5)  # so those come back of whom there are many
_REMEMBERED = timedelta(minutes=2)  # whoever was turned away longer ago found a seat elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A run that wants a seat.

    Attributes:
        link: of which link.
        together: the integration that it belongs to.
        is_long: the link was never in step before.
        is_nudged: somebody waits for it.
        is_sweep: it lists both sides completely, with calls that everything else goes before.
    """

    link: int
    together: int
    is_long: bool = False
    is_nudged: bool = False
    is_sweep: bool = False

    @property
    def purpose(self) -> Purpose:
        """What its looks are for."""
        if self.is_long or self.is_sweep:
            return Purpose.BULK
        return Purpose.FRESH if self.is_nudged else Purpose.ORDINARY


def back_after(guest: Guest) -> timedelta:
    """Say within how long whoever waited for an account's calls comes back when there are some.

    Who is waited for comes first, and not all come at once.
    """
    if guest.is_nudged:
        return AGAIN_NUDGED
    return AGAIN_POLL * 6


@dataclass(slots=True)
class _Standing:
    """One that waits for a seat, not for an account's calls.

    Attributes:
        back: when it comes back by itself.
        is_put_off: its row says so, so it can be called in.
    """

    guest: Guest
    back: datetime
    is_put_off: bool = False


@dataclass(slots=True)
class _Seated:
    """Who is seated, counted: first syncs, and by pair of accounts."""

    long: int = 0
    all: dict[int, int] = field(default_factory=dict)
    quick: dict[int, int] = field(default_factory=dict)  # all but first syncs
    sweeping: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Seats:
    """The seats of one process.

    Args:
        slots: how many there are.
    """

    slots: int
    _taken: dict[int, tuple[Guest, datetime]] = field(default_factory=dict)
    _turned_away: datetime | None = None  # when the last first sync was
    _away: dict[int, dict[int, datetime]] = field(default_factory=dict)  # pair, link: comes back
    _standing: dict[int, _Standing] = field(default_factory=dict)  # by link

    def take(self, guest: Guest, now: datetime, *, is_crowded: bool = False) -> timedelta | None:
        """Give a seat until `leave`; None: it is there, else so soon it may ask again.

        Args:
            guest: who wants one.
            now: the time.
            is_crowded: enough links wait already for calls of an account of its own.
        """
        wait = self._wait(guest, is_crowded=is_crowded)
        away = self._away.setdefault(guest.together, {})
        self._standing.pop(guest.link, None)
        if wait is None:
            away.pop(guest.link, None)
            self._taken[guest.link] = (guest, now)
            return None
        if guest.is_long:
            self._turned_away = now
        for link in [link for link, back in away.items() if back + AGAIN_POLL < now]:
            del away[link]  # it found a seat elsewhere
        wait = max(wait, _ONE_AFTER_ANOTHER * len(away))
        away[guest.link] = now + wait
        if not is_crowded or self._wait(guest, is_crowded=False) is not None:
            self._standing[guest.link] = _Standing(guest, now + wait)
        return wait

    def _wait(
        self, guest: Guest, *, is_crowded: bool, seated: _Seated | None = None
    ) -> timedelta | None:
        """Say how long one has to wait at least; None: there is a seat."""
        there = seated or self._seated()
        mine, half = guest.together, self._for_long
        quick, left = there.quick.get(mine, 0), max(1, self.slots - 1 - there.long)
        if guest.is_long:
            is_full = there.long >= half or there.all.get(mine, 0) >= max(1, self.slots - 1)
            return AGAIN_LONG if is_full else None
        is_full = quick >= left
        if guest.is_sweep:
            most = max(1, half // 2)
            is_full = is_full or len(there.sweeping) >= most or mine in there.sweeping
            return AGAIN_LONG if is_full else None
        is_full = is_full or (is_crowded and quick > 0)
        if guest.is_nudged:
            return AGAIN_NUDGED if is_full else None
        is_full = is_full or quick >= max(1, (self.slots - there.long) // 2)
        return AGAIN_POLL if is_full else None

    @property
    def _for_long(self) -> int:
        """How many seats first syncs have at most."""
        return max(1, self.slots // 2)

    def _seated(self) -> _Seated:
        found = _Seated()
        for each, _ in self._taken.values():
            pair = each.together
            found.all[pair] = found.all.get(pair, 0) + 1
            if each.is_long:
                found.long += 1
            else:
                found.quick[pair] = found.quick.get(pair, 0) + 1
            if each.is_sweep:
                found.sweeping.append(pair)
        return found

    def leave(self, link: int) -> None:
        """A run is over; whoever has no seat may leave again."""
        self._taken.pop(link, None)

    def is_put_off(self, guest: Guest) -> None:
        """Whoever was turned away may be called in from now on."""
        if guest.link in self._standing:
            self._standing[guest.link].is_put_off = True

    def call_in(self, now: datetime) -> int | None:
        """Name a link that is to come back at once, because there is a seat for it now."""
        for link in [link for link, each in self._standing.items() if each.back < now]:
            del self._standing[link]  # it came back, here or elsewhere
        if not self._standing:
            return None
        seated, called = self._seated(), None
        full = set()  # what one finds no seat for, others like it do not either
        has_long = seated.long < self._for_long
        for each in self._standing.values():
            guest = each.guest
            if not each.is_put_off or (guest.is_long and not has_long):
                continue
            like = (guest.together, guest.is_long, guest.is_nudged, guest.is_sweep)
            if like in full or (called and called.back <= each.back):
                continue
            if self._wait(guest, is_crowded=False, seated=seated) is None:
                called = each
            else:
                full.add(like)
        if called is None:
            return None
        del self._standing[called.guest.link]
        return called.guest.link

    def is_to_make_room(self, link: int, now: datetime) -> bool:
        """Tell whether a first sync had its turn, and another one waits for a seat."""
        taken = self._taken.get(link)
        if taken is None or self._turned_away is None:
            return False
        guest, since = taken
        if not guest.is_long or now - since < TURN:
            return False
        return now - self._turned_away <= _REMEMBERED
