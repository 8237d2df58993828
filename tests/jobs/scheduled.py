"""The schedule and the runs of a service, as tests drive them by hand: no queue, no waiting."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from turnbuckle.jobs.embedded import EmbeddedQueue
from turnbuckle.jobs.one_job import OneJob
from turnbuckle.jobs.ticking import Ticking
from turnbuckle.ports.clock import Clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.sync.ends import Ends


def scheduled(
    open_ends: Callable[[Scope, Link], Awaitable[Ends]], clock: Clock
) -> tuple[Ticking, OneJob]:
    """Give what finds the links that are due, and what runs one; trouble of the database fails."""
    job = OneJob(
        open_ends=open_ends,
        clock=clock,
        is_to_end=lambda: False,
        on_database_trouble=_fail,
        practice=True,
    )
    return Ticking(EmbeddedQueue(), clock, Path("data"), practice=True), job


def _fail(error: Exception) -> None:
    raise error
