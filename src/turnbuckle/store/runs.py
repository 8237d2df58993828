"""Runs: when a link ran, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from turnbuckle.store import models
from turnbuckle.store.journal import GIVEN_UP_KEPT
from turnbuckle.store.leases import hold
from turnbuckle.store.records import Lease, Link, Run
from turnbuckle.store.units import tidy, unit

UNDONE = "undone"
"""What the report of a run that brings back deleted items counts under; others have no such key."""


_TIDY = (
    "DELETE FROM store_intent WHERE link_id = %s"
    " AND state IN ('done', 'void', 'given up', 'failed')"
    " AND (state IN ('done', 'void') OR ended_at < %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run, for people to read."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    state: str  # running | done | stopped | failed | broken off
    report: Mapping[str, Any]


@unit
def start(link: Link, lease: Lease, *, now: datetime, is_undoing: bool = False) -> Run:
    """Begin a run; one that never ended is written down as broken off.

    Args:
        link: whose run.
        lease: that whoever begins it holds.
        now: the time.
        is_undoing: it brings back what an earlier run deleted, without any intents.

    Raises:
        LeaseLost: the lease is not held any more.
    """
    report: dict[str, Any] = {UNDONE: {}} if is_undoing else {}
    row = models.Run(link_id=link.id, fence=lease.fence, started_at=now, report=report)
    hold(Run(id=0, link=link.id, fence=lease.fence, started_at=now))
    models.Run.objects.filter(link_id=link.id, state="running").update(
        state="broken off", ended_at=now
    )
    is_first = not models.Run.objects.filter(link_id=link.id, state="done").exists()
    row.save()
    return Run(id=row.id, link=link.id, fence=lease.fence, started_at=now, is_first=is_first)


@unit
def finish(run: Run, state: str, report: Mapping[str, Any], *, now: datetime) -> None:
    """End a run with its report; intents whose outcome is known are not needed any more.

    Args:
        run: which one.
        state: done, stopped (a person has to act first) or failed.
        report: what JSON can hold; no secrets.
        now: the time.

    Raises:
        LeaseLost: the run does not hold its link any more.
    """
    hold(run)
    models.Run.objects.filter(id=run.id).update(state=state, report=dict(report), ended_at=now)
    models.Link.objects.filter(id=run.link).update(last_run_at=now)
    with connection.cursor() as sql:
        sql.execute(_TIDY, [run.link, now - GIVEN_UP_KEPT])


@tidy
def last(link: Link, count: int) -> list[PastRun]:
    """Give the newest runs, newest first."""
    rows = models.Run.objects.filter(link_id=link.id).order_by("-id")[:count]
    return [
        PastRun(
            id=row.id,
            started_at=row.started_at,
            ended_at=row.ended_at,
            state=row.state,
            report=row.report,
        )
        for row in rows
    ]
