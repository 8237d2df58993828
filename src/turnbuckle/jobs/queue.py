"""The queue of links that are to run: at most one run of a link at a time, at most one waiting."""

from collections.abc import Sequence
from typing import Protocol

from turnbuckle.jobs.stopping import Stopping
from turnbuckle.store.timings import Due


class Job(Protocol):
    """One run of one link; never raises for the link's own trouble."""

    async def __call__(self, link: int) -> None:
        """Run the link of that id, if it is still due."""


class Queue(Protocol):
    """Asked by the schedule, emptied by workers."""

    async def ask(self, due: Sequence[Due]) -> None:
        """Let links run, the most urgent first; each once, however often it is asked.

        It may take only some of them: whoever is still due is asked for again.

        Args:
            due: the most urgent first.
        """

    async def work(self, job: Job, *, slots: int, stopping: Stopping) -> None:
        """Carry out what was asked, until it is to end; returns when no run is under way.

        Args:
            job: what to do.
            slots: so many runs at a time.
            stopping: says when no more is to be begun, and when what is under way is cut off.
        """
