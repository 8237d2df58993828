"""A plan: the steps decided by one look. Data only; `sync` applies it, people read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side


@dataclass(frozen=True, slots=True)
class Known:
    """A folder or item that is there already, by its id on the side of the step."""

    id: ItemId


@dataclass(frozen=True, slots=True)
class Made:
    """The item that another step of the same plan makes, by that step's number."""

    step: int


type Ref = Known | Made


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFolder:
    """Make a folder on `side` for the folder `source` of the other side, and pair the two.

    `supersedes` is the folder of `side` in whose place it comes, where that one cannot be moved.
    """

    side: Side
    parent: Ref
    name: Name
    source: Item
    path: str  # for people, on the side of the step
    supersedes: Item | None = None
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFile:
    """Send the content of `source`, an item of `source_side`, to a new file on `side`.

    `twin` is what the new file is paired with on the other side; None keeps it unpaired (the copy
    of a losing version, beside which a second step makes its twin). `supersedes` is the file of
    `side` in whose place the new one comes, where that one cannot be moved or get new content; a
    later plan deletes it.
    """

    side: Side
    parent: Ref
    name: Name
    source_side: Side
    source: Item
    twin: Ref | None
    path: str
    supersedes: Item | None = None
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Send the content of `source`, on the other side, into `item`; settles its content."""

    side: Side
    item: Item
    source: Item
    path: str
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Move or rename `item`, with all below it.

    `twin` is the item's counterpart; with `settles`, both places agree once this step is done.
    """

    side: Side
    item: Item
    parent: Ref
    name: Name
    twin: Item | None
    settles: bool
    path: str
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Put `item` into the bin of `side`; `pairs` are forgotten with it, the item's own first."""

    side: Side
    item: Item
    pairs: tuple[Pair, ...]
    path: str
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Read the content of `item` to take the hash `of kind`; nothing is written to a remote."""

    side: Side
    item: Item
    path: str
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree:
    """Note in the base that two items are one, as they are now; nothing is written to a remote.

    `was` is the pair that this replaces (None: linked for the first time).
    """

    left: Item
    right: Item
    was: Pair | None
    place: bool  # their names and parents agree
    content: bool  # their contents agree
    path: str
    after: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Drop a pair whose items are gone on both sides, or that no longer belong together."""

    pair: Pair
    path: str
    after: frozenset[int] = frozenset()


type Step = CreateFolder | CreateFile | Replace | Move | Delete | Compare | Agree | Forget


class Reason(StrEnum):
    """Why something was decided, held back, or is not in step; `WORDS` says it to people."""

    CONFLICT = "conflict"
    DELETE_CANCELLED = "delete_cancelled"
    IGNORED_DELETED = "ignored_items_deleted_with_folder"
    MOVE_OVERRULED = "move_overruled"
    UNDECIDED = "undecided"
    ONE_WAY = "one_way"
    # not in step: something about the item
    PATH_TOO_LONG = "path_too_long"
    BAD_NAME = "bad_name"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    EMPTY_NOT_ALLOWED = "empty_not_allowed"
    TOO_LARGE = "too_large"
    LOCKED = "locked"
    CHECKED_OUT = "checked_out"
    QUOTA_FULL = "quota_full"
    PERMISSION = "permission"
    SERVER_ERROR = "server_error"
    UNSUPPORTED = "unsupported_item"
    NESTED = "nested_album"
    HIDDEN = "hidden"
    SET_ASIDE = "set_aside"
    FOLDER_WAITS = "folder_waits"
    # held until a person decides
    DELETE_LIMIT = "delete_limit"
    SIDE_EMPTIED = "side_emptied"
    MASS_CHANGE = "mass_change"
    AFTER_MASS_CHANGE = "after_mass_change"
    VANISHED = "vanished_without_tombstone"
    ACCOUNT_CHANGED = "account_changed"
    ROLLED_BACK = "state_rolled_back"
    REBUILT = "rebuilt_without_history"
    # about the link as a whole
    STRUCTURE_RENAMED = "structural_renamed"
    STRUCTURE_MOVED = "structural_moved"
    ROOT_MISSING = "root_missing"
    PROJECT_ARCHIVED = "project_archived"
    PROJECT_MISSING = "project_missing"
    SIGN_IN = "reconnect_account"
    WRONG_TENANT = "wrong_tenant"


WORDS: Mapping[Reason, str] = {
    Reason.CONFLICT: "both sides changed it; the other version is kept as a copy beside it",
    Reason.DELETE_CANCELLED: "deleted on one side but changed on the other; the change survives",
    Reason.IGNORED_DELETED: "files that are never synced went to the bin with their folder",
    Reason.MOVE_OVERRULED: "both sides moved or renamed it differently; one of the two holds",
    Reason.UNDECIDED: "both sides had it before, and nobody can tell whether they are the same;"
    " say which one holds",
    Reason.ONE_WAY: "changes go the other way only; this one stays where it is",
    Reason.PATH_TOO_LONG: "its path is longer than the other side allows; shorten a folder's name",
    Reason.BAD_NAME: "the other side refuses its name; rename it",
    Reason.TYPE_NOT_ALLOWED: "the other side takes no files of this type there",
    Reason.EMPTY_NOT_ALLOWED: "the other side takes no empty files",
    Reason.TOO_LARGE: "larger than the other side takes",
    Reason.LOCKED: "somebody has it open; it is tried again later",
    Reason.CHECKED_OUT: "somebody has checked it out; it is tried again later",
    Reason.QUOTA_FULL: "the other side is full; it goes on when there is room",
    Reason.PERMISSION: "our account has no right to it there; ask for the right",
    Reason.SERVER_ERROR: "the remote fails on it time and again; it is tried again later",
    Reason.UNSUPPORTED: "no file that could be copied (a notebook, or a link to elsewhere)",
    Reason.NESTED: "albums hold no albums; move the folder up, or let such folders become albums",
    Reason.HIDDEN: "cannot be seen now and nothing proves that it was deleted; left as it is",
    Reason.SET_ASIDE: "failed before; it is tried again later",
    Reason.FOLDER_WAITS: "it cannot move into its new folder yet; it follows as soon as it can",
    Reason.DELETE_LIMIT: "more deletions at once than this link lets through; approve or reject",
    Reason.SIDE_EMPTIED: "everything on one side is gone at once; approve or reject",
    Reason.MASS_CHANGE: "most files changed at once; approve if that was meant, or reject",
    Reason.AFTER_MASS_CHANGE: "changed while most files of the same side had changed at once and"
    " waited for you; approve if that was meant, or reject",
    Reason.VANISHED: "not visible any more, and nothing proves that it was deleted",
    Reason.ACCOUNT_CHANGED: "not visible to the account that signs in now; approve or reject",
    Reason.ROLLED_BACK: "our own records are older than what both sides hold (a restored backup?)",
    Reason.REBUILT: "our records were lost; equal files were linked again, nothing was deleted",
    Reason.STRUCTURE_RENAMED: "a folder that the link is bound to was renamed; it is followed",
    Reason.STRUCTURE_MOVED: "a folder that the link is bound to was moved; it is followed",
    Reason.ROOT_MISSING: "the folder that the link is bound to cannot be seen; bring it back",
    Reason.PROJECT_ARCHIVED: "the project is archived and can only be read; reopen it to go on",
    Reason.PROJECT_MISSING: "the project was deleted or cannot be seen; nothing was changed",
    Reason.SIGN_IN: "the account has to sign in again",
    Reason.WRONG_TENANT: "signed in to another company or tenant than the link was made with",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that a person should know about one path."""

    reason: Reason
    side: Side
    path: str
    detail: str = ""


class Withheld(StrEnum):
    """What a held entry keeps from happening."""

    DELETION = "deletion"  # of the item named
    CHANGE = "change"  # the item's new content goes nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that waits for a person.

    `item` of `side` is what would be deleted, or what was changed. `gone_at` is when its
    counterpart was deleted, where that is known.
    """

    side: Side
    item: Item
    what: Withheld
    reason: Reason
    path: str
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps decided by one look.

    Attributes:
        steps: each may start when all steps that its `after` numbers are done.
        waiting: what is not in step and not decided on, with the reason.
        notices: what was decided against somebody's change.
        held: what waits for a person, of the items concerned: held before or held now. Of what
            was held before, the reason given here may differ from the one that was noted then.
        decided: the held items whose decision this plan carries out, and those about which it
            decides nothing now; until they are missing here their hold or decision still counts.
        spared: those of `decided` of which a person rejected a deletion that nothing proves. They
            stay as they are, and are made anew only once it is proven; nobody has to wait for that.
        at_rest: the items that need nothing more; not part of what two plans are compared by.
    """

    steps: tuple[Step, ...] = ()
    waiting: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    held: tuple[Held, ...] = ()
    decided: frozenset[tuple[Side, ItemId]] = frozenset()
    spared: frozenset[tuple[Side, ItemId]] = frozenset()
    at_rest: frozenset[tuple[Side, ItemId]] = field(default=frozenset(), compare=False)

    @property
    def writes(self) -> tuple[Step, ...]:
        """The steps that write to a remote."""
        return tuple(step for step in self.steps if not isinstance(step, Compare | Agree | Forget))


@dataclass(slots=True)
class Numbering:
    """Numbers the steps of a plan while it is being made."""

    steps: list[Step] = field(default_factory=list)

    def add(self, step: Step) -> int:
        """Append a step and give its number."""
        self.steps.append(step)
        return len(self.steps) - 1
