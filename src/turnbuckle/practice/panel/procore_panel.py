"""The panel of practice Procore."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.panel.knobs import Knobs
from turnbuckle.practice.panel.meanings import PROCORE_LIMITS, PROCORE_SWITCHES
from turnbuckle.practice.panel.newcomers import Enrol
from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.procore_faults import ProcoreFaults
from turnbuckle.practice.panel.procore_making import ProcoreMaking
from turnbuckle.practice.panel.procore_troubles import ProcoreTroubles
from turnbuckle.practice.panel.requests import Asked
from turnbuckle.practice.panel.webhook_deeds import webhook_deeds
from turnbuckle.practice.procore.server import PracticeProcore


def procore_panel(procore: PracticeProcore, clock: PracticeClock, enrol: Enrol) -> Panel:
    """Give the panel; `clock` is the service's own, `enrol` brings new people to both services."""

    def turn(values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(procore.switches, name, value)

    def limit(values: Mapping[str, Any]) -> None:
        procore.set_limits(replace(procore.limits, **values))

    def log() -> Iterator[Asked]:
        for one in reversed(procore.log):
            yield Asked(one.at, one.method, one.path, one.status, one.who)

    faults = ProcoreFaults(procore.faults, procore.operation_names)
    return Panel(
        service="Practice Procore",
        switches=Knobs(lambda: procore.switches, turn, PROCORE_SWITCHES),
        limits=Knobs(lambda: procore.limits, limit, PROCORE_LIMITS),
        troubles=[
            *faults.deeds(),
            *webhook_deeds(procore.hooks.mishaps),
            *ProcoreTroubles(procore).deeds(),
        ],
        makings=ProcoreMaking(procore, enrol).deeds(),
        clock=clock,
        log=log,
        counted=lambda: {"calls": procore.counters, "storage": procore.storage_counters},
    )
