"""Practice services with other switches than usual, and the probe on them; all in one process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from turnbuckle.actions.probe import Asked, Told, ask_all
from turnbuckle.ports.probe import Ground, Probe, Value
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.sharing import InOneProcess
from turnbuckle.wiring.budgets import Budgets
from turnbuckle.wiring.microsoft import Destination
from turnbuckle.wiring.probe import probe_of_microsoft, probe_of_procore
from turnbuckle.wiring.remotes import Account, shared

START = datetime(2026, 5, 14, 8, 0, 0, tzinfo=UTC)
SCRATCH = "Turnbuckle probe 2026-05-14 080000"


@dataclass
class Looking:
    """Looks on, and keeps what it is told."""

    asked_names: list[str] = field(default_factory=list)
    stayed: list[Sequence[str]] = field(default_factory=list)

    def begins(self, remote: str, shown: str) -> None:
        pass

    def asked(self, asked: Asked) -> None:
        self.asked_names.append(asked.name)

    def tidied(self, remote: str, stayed: Sequence[str]) -> None:
        self.stayed.append(stayed)


@dataclass
class Probing[S]:
    """A practice service, and the probe on it."""

    service: S
    probe: Probe[Any]
    meter: Meter
    looking: Looking = field(default_factory=Looking)

    async def __call__(self, *only: str, writes: bool = True) -> Told:
        scratch = SCRATCH if writes else None
        return await ask_all(self.probe, self.meter, self.looking, scratch=scratch, only=only)

    @property
    def ground(self) -> Ground:
        ground: Ground = self.probe.ground
        return ground


@asynccontextmanager
async def procore(
    folder: Path,
    *,
    limits: ProcoreLimits | None = None,
    wait: timedelta = timedelta(),
    **switches: Any,
) -> AsyncIterator[Probing[PracticeProcore]]:
    """Start a practice Procore with these switches, and open the probe of its one project."""
    clock = SimulatedClock(START)
    service = PracticeProcore(
        blobs=Blobs(folder / "blobs"),
        clock=clock,
        limits=limits or ProcoreLimits(hourly=100_000, spike=None),
        switches=ProcoreSwitches(**switches),
        people_token="people-token-of-this-test",
    )
    await service.start()
    try:
        project = service.add_project("Harbour Tower")
        account = Account(
            system="procore",
            settings={
                "practice": service.address,
                "practice_storage": service.storage_address,
                "client_id": service.client_id,
                "company_id": service.company_id,
            },
            client_secret=service.client_secret,
        )
        meter = Meter()
        async with shared(clock, meter, Budgets(clock, InOneProcess())) as parts:
            probe = await probe_of_procore(account, parts, str(project), wait)
            yield Probing(service, probe, meter)
    finally:
        await service.stop()


@asynccontextmanager
async def microsoft(
    folder: Path,
    *,
    limits: GraphLimits | None = None,
    destination: Destination | None = None,
    **switches: Any,
) -> AsyncIterator[Probing[PracticeMicrosoft]]:
    """Start a practice Microsoft with these switches, and open the probe of a channel."""
    clock = SimulatedClock(START)
    service = PracticeMicrosoft(
        blobs=Blobs(folder / "blobs"),
        clock=clock,
        limits=limits or GraphLimits.without_throttling(),
        switches=GraphSwitches(**switches),
        people_token="people-token-of-this-test",
    )
    await service.start()
    try:
        account = Account(
            system="microsoft",
            settings={
                "practice": service.address,
                "practice_storage": service.storage_address,
                "client_id": service.client_id,
                "tenant": service.tenant_id,
            },
            client_secret=service.client_secret,
        )
        meter = Meter()
        channel = Destination(team=service.team.name, channel="Site Office")
        async with shared(clock, meter, Budgets(clock, InOneProcess())) as parts:
            probe = await probe_of_microsoft(account, parts, destination or channel)
            yield Probing(service, probe, meter)
    finally:
        await service.stop()


def told_value(value: Any) -> Value:
    """Give a switch's value as the probe tells it."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, set | frozenset):
        return sorted(value)
    plain: Value = value
    return plain


def switches(told: Told) -> dict[str, Value]:
    """Give all switches that a probe settled."""
    found: dict[str, Value] = {}
    for each in told.asked:
        if each.answer is not None:
            found |= each.answer.switches
    return found


def unanswered(told: Told) -> dict[str, str]:
    """Give the checks that did not settle anything, with their reasons."""
    return {each.name: each.reason for each in told.asked if each.answer is None}


def in_words(value: object) -> str:
    """Name a value of a switch the same in every process, which sets do not do by themselves."""
    return " ".join(sorted(value)) or "none" if isinstance(value, frozenset) else str(value)
