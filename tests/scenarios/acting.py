"""What a theatre must offer so that the catalogue's runner can play a row in it.

There are two theatres: memory remotes, and both practice services over HTTP. The runner reads the
rows, lets people act, runs the engine and checks; a theatre makes one `World` for each row. Both
have the real store and the real engine, so whatever is done to those is the runner's own work and
no concern of a theatre: crashes, failing database accesses, lost or restored state, races, two
workers, the engine's clock, hints by webhook, decisions about holds, switching a tool off and on.

Paths are the catalogue's, below the project: ``D/...`` in Documents, ``P/...`` in Photos; folders
end in ``/``; ``path#dup-2`` is the second item of that name in its folder, by creation. On the
left, photos without an album lie in ``P/Unclassified/``. Tokens are the catalogue's too (``v1``,
``v1@0``, ``v1@5GB``); a theatre turns them into bytes and recognises them when it shows a tree.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.sync.ends import Ends

type Row = Mapping[str, Any]
type Fault = Mapping[str, Any]


class NotHere(Exception):
    """This theatre cannot do what a row asks; the text says why, for the table."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as people see it; `id` is the one that the connector tells.

    `token` is the content, None for a folder. A content that the remote rewrote after our upload
    is shown as ``rw(token)``; one that is none of the row's as ``?`` and some mark of it.
    """

    id: ItemId
    token: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A writing call of our app that a remote refused."""

    side: Side
    what: str  # the call and the path, for people to read
    out_of_order: bool  # parent missing, folder not empty, name taken; not: somebody was faster
    why: str


@dataclass(slots=True, kw_only=True)
class Counts:
    """Calls of our app that a remote carried out, a lost answer included, on both sides together.

    One content is one transfer, in however many fragments it went; a folder that goes into the bin
    is one deletion, with all below it.
    """

    transfers: int = 0  # contents written
    moves: int = 0
    deletes: int = 0
    writes: int = 0  # all of these, and folders made
    forever: int = 0  # deletions that no bin keeps
    refused: list[Refused] = field(default_factory=list)


class WorldClock(Protocol):
    """The clock of a row: remotes, people and engine share it; only waiting moves it far."""

    def now(self) -> datetime:
        """Tell the time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""

    def advance(self, seconds: float) -> None:
        """Let that much time pass."""


class Hands(Protocol):
    """The people of one side. What the remote refuses to them raises: the row cannot be played.

    All rows need them.
    """

    async def plant(self, tree: Mapping[str, str]) -> None:
        """Put many files and folders (``dir``) at once; a range has been spread out before."""

    async def put(self, path: str, token: str) -> None:
        """Make a file and the folders above it, or give the file a new version (same id)."""

    async def new(self, path: str, token: str) -> None:
        """Make a further file, even if the name exists (photos)."""

    async def mkdir(self, path: str) -> None:
        """Make a folder and those above it."""

    async def delete(self, path: str) -> None:
        """Put an item with all below it into the bin."""

    async def move(self, path: str, to: str) -> None:
        """Move and/or rename; `to` is the full new path; folders above it are made."""

    async def swap(self, one: str, other: str) -> None:
        """Exchange the names and places of two items."""

    async def replace(self, path: str, token: str) -> None:
        """Delete and make again under the same name: a new id."""

    async def copy(self, path: str, to: str) -> None:
        """Copy on the server: a new id."""

    async def touch(self, path: str) -> None:
        """Change metadata only."""

    async def restore(self, path: str) -> None:
        """Bring back from the bin what was last deleted at this path, with its old id."""

    async def oldversion(self, path: str, token: str) -> None:
        """Make the earlier version that holds this content the current one again."""

    async def lock(self, path: str) -> None:
        """Open exclusively (right), check out (left)."""

    async def unlock(self, path: str) -> None:
        """Close, check in."""

    async def snapshot(self) -> Mapping[str, Shown]:
        """Give all below the tool folders, also what our app cannot see; an empty left
        ``P/Unclassified/`` is left out."""

    async def kept(self) -> frozenset[str]:
        """Give the tokens that the recycle bin and the version histories hold (check U1)."""


class World(Protocol):
    """Two remotes with a link between them, for one row (or one phase-repeating pass of it)."""

    clock: WorldClock
    ends: Ends
    hands: Mapping[Side, Hands]

    def counts(self) -> Counts:
        """Give what was counted since `zero`."""

    def zero(self) -> None:
        """Count from nothing again."""

    def complaints(self) -> Sequence[str]:
        """Give the rules of a remote that our app broke: a call before its time, for one."""

    async def structure(self, side: Side, change: Mapping[str, Any]) -> None:
        """Let somebody change levels 1 to 3, or the account (rows S226 to S244, S261).

        Args:
            side: where.
            change: as the catalogue's `structural` says: `do`, and by need `level`, `tool`,
                `name`. `do: move` without a level moves the item before `` -> `` out of the link.
        """

    async def arm(self, fault: Fault) -> None:
        """Make a remote behave so from now on, until `disarm`.

        Kinds: http, response_lost, partial_listing, empty_listing, stale_read, vanish,
        delta_reset, delta_quirk, token_revoked, permission_lost, quota_full, rewrite_on_upload,
        etag_bump_after_upload, corrupt_download, growing_upload, clock_skew (A and B),
        remote_rollback, budget, poison. Those about listings concern every look: incremental,
        complete, and by id. `remote_rollback` goes back to the time of `remember`.

        Raises:
            NotHere: this theatre cannot.
        """

    async def disarm(self) -> None:
        """Make both remotes behave again; what was hidden is visible, what was revoked given."""

    async def remember(self) -> None:
        """Note how both remotes are now, for `remote_rollback` (row S212)."""

    async def link_anew(self) -> None:
        """Make connections and the link again in an empty database, and `ends` with them.

        For `state_lost` (rows S209, S265): the same accounts, the same bound folders.
        """


class Theatre(Protocol):
    """Where rows are played."""

    name: str  # as the table's column is headed
    copies: bool  # whether `copy.deepcopy` gives another world, beside the database

    def why_not(self, row: Row) -> str:
        """Say why a row cannot be played here; empty when it can."""

    def world(self, row: Row) -> AbstractAsyncContextManager[World]:
        """Make a world: `meta.caps` overlaid by the row's `caps`, the catalogue's `policy`.

        Both tools are bound if the row says anything of ``P/``, else Documents alone will do.

        Raises:
            NotHere: that came out only while making it.
        """
