"""Faults on their way: hooks of both remotes that strike at their spots."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from simulation.case import Fault, Spot, Word
from simulation.dying import Access

from turnbuckle.connectors.memory.moments import Moment
from turnbuckle.model.side import Side
from turnbuckle.ports import errors

_MOST_MOMENTS = 20_000  # in one run; a run that needs more goes in circles
_MOST_TURNS = 3

type UserActs = Callable[[Side, Word | None, str], Word | None]
"""Lets a user of a side act: the word, or one chosen now; gives what was done, None: nothing."""


class Livelock(AssertionError):
    """A run that goes in circles."""


@dataclass
class Armed:
    """One fault: how often its spot was passed, and what its users did."""

    fault: Fault
    number: int
    passed: int = 0
    did: list[Word] = field(default_factory=list)

    def strikes(self, side: Side, moment: Moment) -> bool:
        """Tell whether it happens now."""
        spot = self.fault.spot
        if spot is None or not _is_there(spot, side, moment):
            return False
        self.passed += 1
        return 0 <= self.passed - 1 - spot.nth < self.fault.times


def _is_there(spot: Spot, side: Side, moment: Moment) -> bool:
    is_side = spot.side is None or spot.side is side
    return is_side and moment.when == spot.when and moment.op in spot.ops


class Happening:
    """All that happens at the moments of the runs of one simulation; it keeps the trace."""

    def __init__(self, access: Access, chance: random.Random, users_act: UserActs) -> None:
        self.access = access
        self.trace = hashlib.sha256()
        self.armed: list[Armed] = []
        self._chance = chance
        self._users_act = users_act
        self._moments = 0
        self.upset_feed: Callable[[Fault], None] = lambda fault: None
        self.take_over: Callable[[], asyncio.Task[None]]

    def hook(self, side: Side) -> Callable[[Moment], Awaitable[None] | None]:
        """Give the hook for one side's calls."""

        def at(moment: Moment) -> Awaitable[None] | None:
            if self.access.is_dead:
                self.access.die()
            self.tell(f"{side} {moment.when} {moment.op} {moment.subject}")
            self._moments += 1
            if self._moments > _MOST_MOMENTS:
                raise Livelock(f"still calling after {_MOST_MOMENTS} moments")
            waits = None
            for armed in self.armed:
                if armed.strikes(side, moment):
                    waits = self._strike(armed) or waits
            turns = self._chance.randrange(_MOST_TURNS)
            return waits or (_turns(turns) if turns else None)

        return at

    def tell(self, line: str) -> None:
        """Add a line to the trace."""
        self.trace.update(line.encode("utf-8", "surrogatepass") + b"\n")

    def begin(self) -> None:
        """A run begins."""
        self._moments = 0

    def arm(self, faults: tuple[Fault, ...]) -> None:
        """Let these happen from now on; those without a spot happen at once."""
        self.armed = [Armed(fault, number) for number, fault in enumerate(faults)]
        for armed in self.armed:
            fault = armed.fault
            if fault.kind == "db_crash":
                self.access.die_at(fault.access)
            elif fault.kind == "db_error":
                self.access.fail_at(fault.access)
            elif fault.spot is None and fault.kind != "restored":  # that is between two runs
                self._strike(armed)

    def disarm(self) -> None:
        """Let nothing happen any more."""
        self.armed = []
        self.access.live()

    def _strike(self, armed: Armed) -> Awaitable[None] | None:
        """Let it happen; gives what the call has to wait for."""
        fault = armed.fault
        self.tell(f"fault {armed.number} {fault.kind}")
        match fault.kind:
            case "crash":
                self.access.die()
            case "http" | "refused":
                raise getattr(errors, fault.error)("as the simulation wants it")
            case "lost" | "broken":
                raise errors.Unreachable("the connection broke")
            case "throttle":
                raise errors.RateLimited("the remote", timedelta(seconds=fault.seconds))
            case "second":
                other = self.take_over()
                return _over(other) if fault.error == "after" else None
            case "reset" | "stale" | "quirk":
                self.upset_feed(fault)
            case "race" | "hide" | "corrupt":
                for number, word in enumerate(fault.words):
                    did = self._users_act(fault.side, word, f"{fault.kind}{armed.number}.{number}")
                    armed.did += [] if did is None else [did]
        return None


async def _over(other: asyncio.Task[None]) -> None:
    """Stand still until the other one is done."""
    await asyncio.wait({other})


async def _turns(number: int) -> None:
    """Let others go first."""
    for _ in range(number):
        await asyncio.sleep(0)
