"""The panel of practice Microsoft."""

from collections.abc import Iterator, Mapping
from typing import Any

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.directory import DIRECTORY
from turnbuckle.practice.microsoft.operations import operation_names
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.panel.graph_faults import GraphFaults
from turnbuckle.practice.panel.graph_making import GraphMaking
from turnbuckle.practice.panel.graph_troubles import GraphTroubles
from turnbuckle.practice.panel.knobs import Knobs
from turnbuckle.practice.panel.meanings import GRAPH_LIMITS, GRAPH_SWITCHES
from turnbuckle.practice.panel.newcomers import Enrol
from turnbuckle.practice.panel.panel import Panel
from turnbuckle.practice.panel.requests import Asked
from turnbuckle.practice.panel.webhook_deeds import webhook_deeds


def graph_panel(microsoft: PracticeMicrosoft, clock: PracticeClock, enrol: Enrol) -> Panel:
    """Give the panel; `clock` is the service's own, `enrol` brings new people to both services."""

    def turn(values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(microsoft.switches, name, value)

    def limit(values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(microsoft.limits, name, value)

    def log() -> Iterator[Asked]:
        for one in reversed(microsoft.log):
            yield Asked(one.at, one.method, one.path, one.status, one.who)

    directory = sorted({f"{route.method} {route.name}" for route in DIRECTORY})
    faults = GraphFaults(microsoft.faults, [*operation_names(), *directory])
    return Panel(
        service="Practice Microsoft",
        switches=Knobs(lambda: microsoft.switches, turn, GRAPH_SWITCHES),
        limits=Knobs(lambda: microsoft.limits, limit, GRAPH_LIMITS),
        troubles=[
            *faults.deeds(),
            *webhook_deeds(microsoft.subscriptions.mishaps),
            *GraphTroubles(microsoft).deeds(),
        ],
        makings=GraphMaking(microsoft, enrol).deeds(),
        clock=clock,
        log=log,
        counted=lambda: {"calls": microsoft.counters, "storage": microsoft.storage_counters},
    )
