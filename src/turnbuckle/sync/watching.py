"""What a run tells while it is at work."""

from typing import Protocol

from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.sync.writes import Write


class Watcher(Protocol):
    """Somebody who looks on; a watcher must return at once and never raise."""

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """So many items were told so far, of so many where the remote says."""

    def planned(self, plan: Plan) -> None:
        """A plan was made and will be applied."""

    def sent(self, count: int) -> None:
        """So many more bytes went across."""

    def wrote(self, write: Write) -> None:
        """A write was made and noted."""

    def failed(self, side: Side, path: str, why: str) -> None:
        """A step failed; the item waits or is looked at again."""


class Nobody:
    """A watcher that does not look."""

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """Do nothing."""

    def planned(self, plan: Plan) -> None:
        """Do nothing."""

    def sent(self, count: int) -> None:
        """Do nothing."""

    def wrote(self, write: Write) -> None:
        """Do nothing."""

    def failed(self, side: Side, path: str, why: str) -> None:
        """Do nothing."""
