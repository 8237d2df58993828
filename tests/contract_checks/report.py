"""Say of each operation of the contracts whether practice mode has it and a test used it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from contract_checks.checking import contracts

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import RealClock
from turnbuckle.practice.microsoft.graph_host import is_known
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches

_HOLE = re.compile(r"\{[^}]+\}")


class Standing(StrEnum):
    """How practice mode stands to an operation."""

    EXERCISED = "exercised"
    UNUSED = "there, and never exercised"
    ABSENT = "not there"


@dataclass(frozen=True, slots=True)
class Line:
    """One operation of a contract."""

    service: str
    operation: str
    standing: Standing


def implemented(folder: Path) -> frozenset[tuple[str, str]]:
    """Give the operations of the contracts that practice mode has; `folder` is for its blobs."""
    procore = PracticeProcore(
        blobs=Blobs(folder),
        clock=RealClock(),
        limits=NO_LIMITS,
        switches=ProcoreSwitches(),
        people_token="",
    )
    routes = {_HOLE.sub("{}", name) for name in procore.operations}
    found = {
        ("procore", one.name)
        for contract in contracts("procore")
        for one in contract.operations
        if _HOLE.sub("{}", one.name) in routes
    }
    graph = {
        ("graph", one.name)
        for contract in contracts("graph")
        for one in contract.operations
        if is_known(one.method.upper(), _HOLE.sub("some", one.path))
    }
    return frozenset(found | graph)


def report(there: Collection[tuple[str, str]], used: Collection[tuple[str, str]]) -> Iterator[Line]:
    """Tell of every operation once; the part of Procore that we have no words for is told of only
    where practice mode has it."""
    told = set[tuple[str, str]]()
    for service in ("graph", "procore"):
        for number, contract in enumerate(contracts(service)):
            for one in contract.operations:
                key = (service, one.name)
                bare = (service, _HOLE.sub("{}", one.name))
                if bare in told or (number and key not in there):
                    continue
                told.add(bare)
                standing = Standing.UNUSED if key in there else Standing.ABSENT
                yield Line(service, one.name, Standing.EXERCISED if key in used else standing)


def summary(lines: Collection[Line], *, every: bool) -> Iterator[str]:
    """Sum a report up for the end of a test run; `every` names what was never exercised."""
    for service in ("graph", "procore"):
        own = [line for line in lines if line.service == service]
        count = {each: sum(line.standing is each for line in own) for each in Standing}
        there = len(own) - count[Standing.ABSENT]
        yield (
            f"{service}: {len(own)} operations described, {there} implemented,"
            f" {count[Standing.EXERCISED]} exercised"
        )
        if every:
            unused = [line.operation for line in own if line.standing is Standing.UNUSED]
            yield from (f"  never exercised: {name}" for name in unused)
