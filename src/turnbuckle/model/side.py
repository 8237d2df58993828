"""The two sides of a link: left is Procore-like, right is Teams-like."""

from enum import StrEnum


class Side(StrEnum):
    """One side of a link."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT
