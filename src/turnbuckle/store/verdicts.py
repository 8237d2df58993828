"""What a page set means for the rows that we know."""

from enum import IntEnum


class Verdict(IntEnum):
    """What a staged row means for the row of the same item that we know."""

    SAME = 0  # nothing new, or the end of an item that we never knew
    NEW = 1
    TOUCHED = 2  # differs only in what no plan looks at (tag, author, times)
    CHANGED = 3
    STALE = 4  # older than our own word about the item
    DOUBTED = 5  # what our own write has replaced: told too late, or put back by somebody


NEWS = (Verdict.NEW, Verdict.CHANGED, Verdict.DOUBTED)
"""Those that somebody has to think about."""
