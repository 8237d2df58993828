"""Commit together what several steps want to commit at the same moment.

A commit waits for the disk, whatever it holds; steps that run side by side share that wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from turnbuckle.store import journal
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Link, Marks, Run
from turnbuckle.store.units import unit


@dataclass(frozen=True, slots=True)
class Intended:
    """A write that is about to be made."""

    number: int
    step: Mapping[str, Any]


@unit
def commit(
    link: Link,
    run: Run,
    entries: Sequence[Intended | Outcome],
    *,
    marks: Marks,
    now: datetime,
) -> list[int]:
    """Commit intents and outcomes in one transaction.

    Returns:
        For each entry the id of its intent; 0 for an outcome.

    Raises:
        LeaseLost: the run does not hold the link any more; nothing was committed.
    """
    outcomes = [entry for entry in entries if isinstance(entry, Outcome)]
    if outcomes:
        journal.settle(link, run, outcomes, marks=marks, now=now)
    return [
        journal.intend(link, run, entry.number, entry.step, now=now)
        if isinstance(entry, Intended)
        else 0
        for entry in entries
    ]
