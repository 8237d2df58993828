"""Settle on connected accounts what no public source tells of the remotes.

Reading alone unless writing is allowed; then everything happens in one scratch folder at each
remote, which is moved into the bin at the end, also when something fails or a person stops it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from turnbuckle.ports.clock import Clock, SystemClock
from turnbuckle.ports.errors import MalformedReply, RateLimited, RemoteError, SignInNeeded
from turnbuckle.ports.probe import Answer, Check, Ground, NotSettled, Probe, scratch_name
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.microsoft import Destination
from turnbuckle.wiring.probe import probe_of_microsoft, probe_of_procore
from turnbuckle.wiring.registry import account_of
from turnbuckle.wiring.remotes import Shared, shared

UNASKED = "asked only with --allow-writes"
"""The reason why a check was left out that needs the scratch folder."""

_STRANGE = (MalformedReply, KeyError, TypeError, ValueError, IndexError)
"""What reading an answer raises that has another form than anybody told of."""


class NoSuchCheck(Exception):
    """A check was named that there is not; the text lists them."""


class NothingToProbe(Exception):
    """No account is connected, or none of those that were meant; the text says what to do."""


class ScratchRefused(Exception):
    """The scratch folder could not be made; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person wants to be probed.

    Attributes:
        procore, microsoft: names of connections; None: the only one of that system, if any.
        project: its name or id; None: the only one.
        destination: a channel, a library or a OneDrive; None: Microsoft is left out.
        only: names of checks; empty: all.
    """

    procore: str | None = None
    microsoft: str | None = None
    project: str | None = None
    destination: Destination | None = None
    writes: bool = False
    wait: timedelta = timedelta()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of one check.

    Attributes:
        answer: None: it is not settled, and `reason` says why.
        calls: API calls that were sent for it.
        transfers: requests to storage, which no limit is known to count.
    """

    name: str
    question: str
    answer: Answer | None
    reason: str
    calls: int
    transfers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a probe of one remote will do."""

    remote: str
    shown: str
    checks: int
    calls: int  # at most, with those for making the scratch folder and tidying up
    leftovers: Sequence[str]  # of earlier probes


@dataclass(slots=True, kw_only=True)
class Told:
    """What a probe found out at one remote."""

    remote: str
    shown: str
    asked: list[Asked] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)  # switches, each with the reason
    calls: int = 0
    stayed: Sequence[str] = ()  # what could not be moved into the bin


class Onlooker(Protocol):
    """Who looks on while the questions are asked."""

    def begins(self, remote: str, shown: str) -> None:
        """The questions to a remote begin."""

    def asked(self, asked: Asked) -> None:
        """One was asked."""

    def tidied(self, remote: str, stayed: Sequence[str]) -> None:
        """What was made is in the bin, but for what stayed."""


def look(scope: Scope, wanted: Wanted, clock: Clock | None = None) -> list[Prospect]:
    """Say what a probe would do, after signing in and looking for leftovers; nothing is written.

    Raises:
        NothingToProbe, NoSuchCheck, NotFound, UnclearDestination: what was named is not there.
        RemoteError: a remote cannot be reached or read; the text says what to do.
    """
    return asyncio.run(_look(_connections(scope, wanted), wanted, clock or SystemClock()))


def probe(
    scope: Scope,
    wanted: Wanted,
    onlooker: Onlooker,
    *,
    remove_leftovers: bool = False,
    clock: Clock | None = None,
) -> list[Told]:
    """Ask all questions, one after the other.

    Args:
        scope: whose.
        wanted: what, and where.
        onlooker: told of each answer.
        remove_leftovers: first move into the bin what earlier probes left.
        clock: the time.

    Raises:
        ScratchRefused: the account may not make a folder there.
        NothingToProbe, NoSuchCheck, NotFound, UnclearDestination, RemoteError: as `look`.
    """
    return asyncio.run(
        _probe(
            _connections(scope, wanted),
            wanted,
            onlooker,
            clock or SystemClock(),
            remove_leftovers=remove_leftovers,
        )
    )


async def ask_all[G: Ground](
    asking: Probe[G],
    meter: Meter,
    onlooker: Onlooker,
    *,
    scratch: str | None,
    only: tuple[str, ...] = (),
) -> Told:
    """Ask the questions of one remote.

    Args:
        asking: the questions, and where.
        meter: of the ground's wire.
        onlooker: told of each answer.
        scratch: the name of the scratch folder to be made; None: nothing is written.
        only: names of checks; empty: all.
    """
    ground = asking.ground
    told = Told(remote=ground.remote, shown=ground.shown)
    before = meter.calls_to(ground.remote)
    onlooker.begins(ground.remote, ground.shown)
    try:
        if scratch is not None:
            await _prepare(ground, scratch)
        for check in _chosen(asking.checks, only):
            asked = await _ask(check, ground, meter, writes=scratch is not None)
            told.asked.append(asked)
            onlooker.asked(asked)
    finally:
        if scratch is not None:
            told.stayed = await ground.clean()
            onlooker.tidied(ground.remote, told.stayed)
    told.calls = meter.calls_to(ground.remote) - before
    told.open = still_open(asking, told.asked)
    return told


def still_open(asking: Probe[Any], asked: Sequence[Asked]) -> dict[str, str]:
    """Give the switches that stay open, each with the reason."""
    settled = {name for each in asked if each.answer for name in each.answer.switches}
    found = dict(asking.open)
    reasons = {each.name: each.reason for each in asked}
    for check in asking.checks:
        for name in check.settles:
            if name not in settled:
                found[name] = reasons.get(check.name) or _not_seen(check.name, reasons)
    return {name: reason for name, reason in found.items() if name not in settled}


def _not_seen(name: str, reasons: Mapping[str, str]) -> str:
    return "what was seen does not tell" if name in reasons else f"{name} was not asked"


async def _prepare(ground: Ground, name: str) -> None:
    try:
        await ground.prepare(name)
    except NotSettled as error:
        raise ScratchRefused(
            f"{ground.remote} does not let the account make the folder {name!r} in"
            f" {ground.shown}: {error}"
        ) from error


async def _ask[G: Ground](check: Check[G], ground: G, meter: Meter, *, writes: bool) -> Asked:
    calls, transfers = meter.calls_to(ground.remote), _transfers(meter, ground.remote)
    answer, reason = None, ""
    if check.writes and not writes:
        reason = UNASKED
    else:
        ground.allow(check.calls)
        try:
            answer = await check.ask(ground)
        except (SignInNeeded, RateLimited):
            raise
        except _STRANGE as error:
            kind = type(error).__name__
            reason = f"an answer has another form than anybody told of ({kind}: {error})"[:300]
        except (NotSettled, RemoteError) as error:
            reason = str(error)
    return Asked(
        name=check.name,
        question=check.question,
        answer=answer,
        reason=reason,
        calls=meter.calls_to(ground.remote) - calls,
        transfers=_transfers(meter, ground.remote) - transfers,
    )


def _transfers(meter: Meter, remote: str) -> int:
    return sum(count for (name, _), count in meter.transfers.items() if name == remote)


def _chosen[G](checks: Sequence[Check[G]], only: tuple[str, ...]) -> list[Check[G]]:
    return [check for check in checks if not only or check.name in only]


async def _look(
    connections: Mapping[str, Connection], wanted: Wanted, clock: Clock
) -> list[Prospect]:
    found = []
    async with _opened(connections, wanted, clock) as (probes, _):
        for asking in probes:
            checks = [
                check
                for check in _chosen(asking.checks, wanted.only)
                if wanted.writes or not check.writes
            ]
            ground = asking.ground
            tidying = ground.tidying if wanted.writes else 0
            found.append(
                Prospect(
                    remote=ground.remote,
                    shown=ground.shown,
                    checks=len(checks),
                    calls=sum(check.calls for check in checks) + tidying,
                    leftovers=await ground.leftovers(),
                )
            )
    return found


async def _probe(
    connections: Mapping[str, Connection],
    wanted: Wanted,
    onlooker: Onlooker,
    clock: Clock,
    *,
    remove_leftovers: bool,
) -> list[Told]:
    scratch = scratch_name(clock.now()) if wanted.writes else None
    async with _opened(connections, wanted, clock) as (probes, meter):
        found = []
        for asking in probes:
            if remove_leftovers:
                await asking.ground.remove_leftovers()
            found.append(await ask_all(asking, meter, onlooker, scratch=scratch, only=wanted.only))
        return found


@asynccontextmanager
async def _opened(
    connections: Mapping[str, Connection], wanted: Wanted, clock: Clock
) -> AsyncIterator[tuple[list[Probe[Any]], Meter]]:
    meter = Meter()
    async with shared(clock, meter) as parts:
        probes = await _probes(connections, wanted, parts)
        _require_known(probes, wanted.only)
        yield probes, meter


async def _probes(
    connections: Mapping[str, Connection], wanted: Wanted, parts: Shared
) -> list[Probe[Any]]:
    probes: list[Probe[Any]] = []
    if "procore" in connections:
        account = await asyncio.to_thread(account_of, connections["procore"])
        probes.append(await probe_of_procore(account, parts, wanted.project, wanted.wait))
    if "microsoft" in connections and wanted.destination is not None:
        account = await asyncio.to_thread(account_of, connections["microsoft"])
        probes.append(await probe_of_microsoft(account, parts, wanted.destination))
    if not probes:
        raise NothingToProbe("name where at Microsoft to probe: --team and --channel, or --site")
    return probes


def _require_known(probes: Sequence[Probe[Any]], only: tuple[str, ...]) -> None:
    known = {check.name for asking in probes for check in asking.checks}
    missing = sorted(set(only) - known)
    if missing:
        raise NoSuchCheck(
            f"there is no check {missing[0]!r}; there are: {', '.join(sorted(known))}"
        )


def _connections(scope: Scope, wanted: Wanted) -> dict[str, Connection]:
    """Give the connections that are meant, by system."""
    found: dict[str, Connection] = {}
    for system, name in (("procore", wanted.procore), ("microsoft", wanted.microsoft)):
        known = [each for each in scope.connections.list() if each.system == system]
        if name is not None:
            found[system] = scope.connections.get(name)
        elif len(known) == 1:
            found[system] = known[0]
        elif known:
            names = ", ".join(each.name for each in known)
            raise NothingToProbe(f"several accounts are connected; give --{system} one of: {names}")
    if not found:
        raise NothingToProbe("no account is connected yet; begin with `turnbuckle connect`")
    return found
