"""The queue of links that are to run: at most one run of a link at a time, at most one waiting."""

from typing import Protocol

from turnbuckle.jobs.stopping import Stopping


class Job(Protocol):
    """One run of one link; never raises for the link's own trouble."""

    async def __call__(self, link: int) -> None:
        """Run the link of that id, if it is still due."""


class Queue(Protocol):
    """Asked by the schedule, emptied by workers."""

    async def ask(self, link: int, urgency: int) -> bool:
        """Let a link run, before all that is less urgent; once, however often it is asked.

        Args:
            link: its id.
            urgency: 0 goes first.

        Returns:
            False when a run of this link waited already.
        """

    async def work(self, job: Job, *, slots: int, stopping: Stopping) -> None:
        """Carry out what was asked, until it is to end; returns when no run is under way.

        Args:
            job: what to do.
            slots: so many runs at a time.
            stopping: says when no more is to be begun, and when what is under way is cut off.
        """
