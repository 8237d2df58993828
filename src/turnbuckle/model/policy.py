"""What the owner of a link wants, what its two remotes can do, and what stands already."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.plans import Reason
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS


class Winner(StrEnum):
    """Which version keeps the plain name when both sides changed a file."""

    NEWEST = "newest"
    LEFT = "left"
    RIGHT = "right"


class Loser(StrEnum):
    """What becomes of the other version."""

    COPY = "copy"  # an ordinary file beside it, whose name tells its origin
    VERSION = "version"  # an earlier version in the history, where that side keeps versions


class LimitMode(StrEnum):
    """What happens to deletions that would pass the limit."""

    HOLD_BATCH = "hold_batch"  # the whole batch waits for a person
    UP_TO_LIMIT = "up_to_limit"  # as many as are allowed cross, the rest waits


class Albums(StrEnum):
    """What becomes of a nested folder where the other side's folders are flat."""

    FLATTEN = "flatten"  # `X/Y` becomes the album `X - Y`
    BLOCK = "block"  # it is reported and left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the owner of a link wants."""

    winner: Winner = Winner.NEWEST
    loser: Loser = Loser.COPY
    prefer: Side = Side.LEFT  # whose name or place holds when both sides changed it
    ignored: tuple[str, ...] = ("~$*", "*.tmp", "thumbs.db", ".ds_store", "desktop.ini", "~*.tmp")
    deletions_per_day: int = 250  # files whose deletion may cross in any 24 hours
    deletion_mode: LimitMode = LimitMode.HOLD_BATCH
    deletion_share: float = 0.5  # of the link's files; a batch of more than this is held
    deletion_share_files: int = 20  # a batch of fewer files is not held for its share
    hold_emptied: bool = True  # hold all deletions when everything at the top of a side is gone
    change_share: float = 0.5  # of the link's files; more edits at once than this are held
    change_files: int = 50  # fewer edits than this are never held
    albums: Albums = Albums.FLATTEN
    scope: tuple[Rule, ...] = ()  # the last rule that speaks of an item holds; none: it is synced
    directions: Mapping[str, Direction] = field(default_factory=dict)  # by folder; "": everywhere

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

    def capabilities(self, side: Side, tool: str = DOCUMENTS) -> Capabilities:
        """Give what one side can do inside one tool."""
        return (self.left if side is Side.LEFT else self.right).of(tool)


class Decision(StrEnum):
    """What a person said about something held."""

    APPROVED = "approved"  # do it
    REJECTED = "rejected"  # undo it where it was done


class Answer(StrEnum):
    """What a person said about two files that nobody can tell apart or join for sure."""

    SAME = "same"  # they are one document: link them as they are
    LEFT = "left"  # the left one holds, the right one gets its content
    RIGHT = "right"
    BOTH = "both"  # they are two: keep one of them as a conflict copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two files as they were when a person said what they are to each other.

    An answer is about these two contents: it says nothing of another file that takes the place of
    one of them, and nothing of what is saved later.
    """

    left: ItemId
    left_version: Version
    right: ItemId
    right_version: Version

    @classmethod
    def of(cls, left: Item, right: Item) -> "Twins":
        """Give two files as they are now."""
        return cls(
            left=left.id,
            left_version=left.version,
            right=right.id,
            right_version=right.version,
        )

    def half(self, side: Side) -> tuple[ItemId, Version]:
        """Give one side's file and its version."""
        if side is Side.LEFT:
            return self.left, self.left_version
        return self.right, self.right_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Edits of one side that were held as too many at once, and that nobody decided about yet."""

    files: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds at the moment of planning and is in neither tree.

    Attributes:
        set_aside: items waiting for their next try.
        held: what is held of the items concerned, with a person's decision once there is one. The
            item of a deletion is the one that would be deleted, that of a change the changed one.
            A decision has to stand here until it is carried out (`Plan.decided` names it till
            then), and no longer: whoever forgets, deletes or agrees on the content of its pair
            has to drop it, or it would decide on what happens to the item afterwards.
        held_changes: those of `held` of which a new content waits, or was decided about.
        rejected_edits: versions of items whose deletion is held, where a person rejected the edit
            that made the version before; it saves them from no deletion.
        waves: the sides of which too many edits are held; whatever else they do is held with these.
        caution: why every deletion is held for now, whatever proves it.
        crossed: when the files were deleted whose deletion crossed lately; not those that a
            person approved.
        files: files of the link, linked or not yet; what the shares of the policy are taken of.
        emptied: sides on which every linked item at the top is away, where there were two or more.
        superseded: items whose content was made anew elsewhere on their side; they are to be
            deleted while they are still at that version.
        began: when the link was made; what both sides had before that is never taken for two
            new files. None: nobody knows.
        answers: what a person said about files that are to be decided.
        now: when the plan is made; counts for deletions whose own time nobody knows.
    """

    set_aside: frozenset[tuple[Side, ItemId]] = frozenset()
    held: Mapping[tuple[Side, ItemId], Decision | None] = field(default_factory=dict)
    held_changes: frozenset[tuple[Side, ItemId]] = frozenset()
    rejected_edits: Mapping[tuple[Side, ItemId], Version] = field(default_factory=dict)
    waves: Mapping[Side, Wave] = field(default_factory=dict)
    caution: Reason | None = None
    crossed: tuple[datetime, ...] = ()
    files: int = 0
    emptied: frozenset[Side] = frozenset()
    superseded: Mapping[tuple[Side, ItemId], Version] = field(default_factory=dict)
    answers: Mapping[Twins, Answer] = field(default_factory=dict)
    began: datetime | None = None
    now: datetime | None = None
