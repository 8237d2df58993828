"""What the owner of a link wants, and what its two remotes can do."""

import fnmatch
from dataclasses import dataclass, field
from enum import StrEnum

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.side import Side


class Winner(StrEnum):
    """Which version keeps the plain name when both sides changed a file."""

    NEWEST = "newest"
    LEFT = "left"
    RIGHT = "right"


class Loser(StrEnum):
    """What becomes of the other version."""

    COPY = "copy"  # an ordinary file beside it, whose name tells its origin
    VERSION = "version"  # an earlier version in the history, where that side keeps versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the owner of a link wants."""

    winner: Winner = Winner.NEWEST
    loser: Loser = Loser.COPY
    prefer: Side = Side.LEFT  # whose name or place holds when both sides changed it
    ignored: tuple[str, ...] = ("~$*", "*.tmp", "thumbs.db", ".ds_store", "desktop.ini", "~*.tmp")

    def ignores(self, name: Name, kind: Kind) -> bool:
        """Tell whether a file of this name is left alone on both sides."""
        if kind is Kind.FOLDER:
            return False
        folded = name.casefold()
        return any(fnmatch.fnmatchcase(folded, pattern) for pattern in self.ignored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The policy, and both remotes' capabilities."""

    policy: Policy
    left: Capabilities
    right: Capabilities
    path_start: dict[Side, int] = field(default_factory=dict)  # UTF-16 units above the link's root

    def capabilities(self, side: Side) -> Capabilities:
        """Give what one side can do."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds at the moment of planning and is in neither tree."""

    set_aside: frozenset[tuple[Side, ItemId]] = frozenset()  # items waiting for their next try
