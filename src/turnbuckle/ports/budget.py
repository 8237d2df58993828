"""Who spends an account's calls, on what, and the ledger that all workers lease them from.

A remote counts the calls of one account, however many workers make them. So the count is kept in
one place, the `Ledger`; a worker leases a slice of calls from it and spends that without asking
again. What a call is for travels with the work (a context variable), because the connectors
between the run and the wire have no use for it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol


class Purpose(IntEnum):
    """What calls are for, the most urgent first."""

    PROOF = 0  # reads that prove a deletion; a reserve is kept for these alone
    FRESH = 1  # what people changed just now goes across
    ORDINARY = 2  # looks whether anything changed, and what people ask us for
    BULK = 3  # a first sync, and other work of hours


class NoCallsLeft(Exception):
    """An account has no calls for longer than a run would wait in its seat; nothing went wrong.

    Next: end the run as it stands, and go on with another one at `until`.
    """

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            f"an account has no calls left until {until:%H:%M} UTC; the next run goes on"
            " where this one was"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """On whose behalf calls are made, and what for.

    Attributes:
        link: names the link; links of one purpose take turns. Empty: none.
        spent: calls made so far, by account; shared by all purposes of one run.
        apart: by account, how far polls have to lie apart for what it can bear; zero: as wanted.
        is_patient: whether it waits for calls however long that takes; else `NoCallsLeft` ends it.
    """

    link: str = ""
    purpose: Purpose = Purpose.ORDINARY
    spent: Counter[str] = field(default_factory=Counter)
    apart: dict[str, timedelta] = field(default_factory=dict)
    is_patient: bool = True


_current: ContextVar[Lane] = ContextVar("lane")


def lane() -> Lane:
    """Give the lane of whoever asks; an ordinary one where nobody said."""
    return _current.get(None) or Lane()


@contextmanager
def driving(link: str, purpose: Purpose, *, is_patient: bool = True) -> Iterator[Lane]:
    """Make all calls of this block, and of tasks begun in it, on behalf of a link."""
    mine = Lane(link, purpose, is_patient=is_patient)
    token = _current.set(mine)
    try:
        yield mine
    finally:
        _current.reset(token)


@contextmanager
def spending_for(purpose: Purpose) -> Iterator[None]:
    """Make the calls of this block for another purpose, on behalf of the same link."""
    token = _current.set(replace(lane(), purpose=purpose))
    try:
        yield
    finally:
        _current.reset(token)


@dataclass(frozen=True, slots=True)
class Told:
    """What one reply says about one limit."""

    limit: int  # calls that its window takes
    left: int
    reset: datetime  # when the window ends, by our clock
    always: bool = False  # the remote tells limits with every reply, not just near the end


@dataclass(slots=True, kw_only=True)
class Word:
    """What a worker has to tell since it told last; everything may be empty.

    Attributes:
        under_way: calls sent whose reply has not come.
        spent: calls sent since.
        looks: how many of them were ordinary ones.
        lost: calls of these that got no reply; the remote may have counted them.
        unclear: refusals that said nothing about limits.
        silent: good replies that said nothing about limits, since one did.
        told: the limits, the lowest that was said of each window.
        closed_until: no call of anybody before that.
    """

    under_way: int = 0
    spent: int = 0
    looks: int = 0
    lost: int = 0
    unclear: int = 0
    silent: int = 0
    told: list[Told] = field(default_factory=list)
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A worker's question for calls.

    Attributes:
        worker: names the process; it has at most one slice of an account at a time, and the new
            one takes the place of the old.
        purpose: the most urgent of what waits there.
        waiting: callers that wait for this purpose.
        links: how many links they are of.
        usual_limit: calls an hour that the vendor's pages speak of, for estimates; 0: none.
    """

    worker: str
    purpose: Purpose = Purpose.ORDINARY
    waiting: int = 1
    links: int = 1
    usual_limit: int = 0
    word: Word = field(default_factory=Word)


class Awaited(StrEnum):
    """What a worker waits for that got no calls, beside the time."""

    NOTHING = "nothing"
    A_REPLY = "a reply to one of its own calls"
    ALL_REPLIES = "the replies to all of its own calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Calls that a worker may make, or the news that it may make none yet.

    Attributes:
        calls: how many; 0: ask again at `until`.
        until: calls that were not begun by then must not be begun.
        is_reserve: for proofs alone.
        is_blind: leased while no limit was known; void once one is told.
        is_held: not for bulk work.
        awaited: of a worker that gets none: what may change that before `until`.
        apart: so far polls have to lie apart for what the account can bear; zero: as wanted.
    """

    calls: int
    until: datetime
    is_reserve: bool = False
    is_blind: bool = False
    is_held: bool = False
    awaited: Awaited = Awaited.NOTHING
    apart: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an account stands, for people.

    Attributes:
        limit: calls that its longest window takes; None: not known.
        left: how many of them are left.
        until: when that window ends; None: it has not begun.
        is_estimate: counted by us; else the remote's own word.
        closed_until: the remote asked us to wait until then.
    """

    account: str
    limit: int | None
    left: int | None
    until: datetime | None
    is_estimate: bool
    closed_until: datetime | None


class Ledger(Protocol):
    """The one place where the calls of accounts are counted, over all workers.

    An account is named by a text that is equal for all who draw on the same limits.
    """

    async def lease(self, account: str, ask: Ask, now: datetime) -> Slice:
        """Take in a worker's word, and lease it calls; never waits for other workers."""

    async def tell(self, account: str, worker: str, word: Word, now: datetime) -> None:
        """Take in a worker's word; what is left of its slice is given back."""

    async def standing(self, account: str, now: datetime) -> Standing | None:
        """Say where an account stands; None: nobody ever asked for it."""
