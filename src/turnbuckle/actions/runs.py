"""Run a link, keep it running, or see what a run would do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from turnbuckle.model.plans import Plan
from turnbuckle.ports.clock import Clock
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.looks import Wanted
from turnbuckle.store.organisations import Scope
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import preview as preview_link
from turnbuckle.sync.running import run_link
from turnbuckle.sync.watching import Watcher
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import open_ends


class Paused(Exception):
    """This link waits for a person; the text says for what."""


@dataclass(slots=True, kw_only=True)
class Ran:
    """What a run did and what it cost."""

    report: Report
    seconds: float
    meter: Meter = field(default_factory=Meter)

    @property
    def is_in_step(self) -> bool:
        """Whether all is done: nothing stopped the run, was set aside, or waits for a person."""
        return not (self.report.stopped or self.report.set_aside or self.report.holds)


class GoOn(Protocol):
    """Says after each run whether there is to be another."""

    def __call__(self, ran: Ran) -> bool:
        """Take note of a run; False ends."""


def run(
    scope: Scope,
    name: str,
    watcher: Watcher | None = None,
    *,
    complete: bool = False,
    clock: Clock | None = None,
) -> Ran:
    """Bring both sides of a link into step.

    Args:
        scope: whose.
        name: the link's.
        watcher: who looks on.
        complete: enumerate both sides anew, whatever was known before.
        clock: the time.

    Raises:
        UnknownName: there is no such link.
        Paused, LinkBusy: it cannot run now.
    """
    done: list[Ran] = []

    def once(ran: Ran) -> bool:
        done.append(ran)
        return False

    asyncio.run(_run(scope, name, watcher, once, 0.0, complete=complete, clock=clock))
    return done[0]


def keep_in_step(
    scope: Scope,
    name: str,
    watcher: Watcher,
    go_on: GoOn,
    *,
    pause_seconds: float,
    clock: Clock | None = None,
) -> None:
    """Run a link again and again, with a pause between runs, while `go_on` says so."""
    asyncio.run(_run(scope, name, watcher, go_on, pause_seconds, complete=False, clock=clock))


def preview(scope: Scope, name: str, clock: Clock | None = None) -> Plan:
    """Say what a run would do now; nothing is written to either remote.

    Raises:
        UnknownName: there is no such link.
        RemoteError: a side cannot be read.
    """
    return asyncio.run(_preview(scope, name, clock or agreed_clock()))


async def _run(
    scope: Scope,
    name: str,
    watcher: Watcher | None,
    go_on: Callable[[Ran], bool],
    pause_seconds: float,
    *,
    complete: bool,
    clock: Clock | None,
) -> None:
    clock = clock or agreed_clock()
    link = await asyncio.to_thread(scope.links.get, name)
    integration = await asyncio.to_thread(scope.integrations.of, link)
    if link.paused or integration.paused:
        raise Paused(f"the link {name!r} is paused: {link.paused or integration.paused}")
    meter = Meter()
    async with open_ends(scope, link, clock, meter) as ends:
        wanted: Wanted | None = Wanted(after=clock.now(), closely=True)
        while True:
            before = clock.now()
            _empty(meter)
            report = await run_link(ends, clock, watcher, complete=complete, wanted=wanted)
            wanted = None
            seconds = (clock.now() - before).total_seconds()
            if not go_on(Ran(report=report, seconds=seconds, meter=_copy(meter))):
                return
            await clock.sleep(pause_seconds)


async def _preview(scope: Scope, name: str, clock: Clock) -> Plan:
    link = await asyncio.to_thread(scope.links.get, name)
    async with open_ends(scope, link, clock, Meter()) as ends:
        return await preview_link(ends, clock)


def _copy(meter: Meter) -> Meter:
    return Meter(
        calls=meter.calls.copy(),
        transfers=meter.transfers.copy(),
        sign_ins=meter.sign_ins.copy(),
        bytes_up=meter.bytes_up.copy(),
        bytes_down=meter.bytes_down.copy(),
        errors=meter.errors.copy(),
        retries=meter.retries,
    )


def _empty(meter: Meter) -> None:
    for counted in (
        meter.calls,
        meter.transfers,
        meter.sign_ins,
        meter.bytes_up,
        meter.bytes_down,
        meter.errors,
    ):
        counted.clear()
    meter.retries = 0
