"""What the store hands out: frozen records, safe to keep and to pass between threads.

Records of an organisation come from its scope (`organisations.of`) and are the tickets for
everything below it: a function that takes a `Link` or a `Feed` needs no further check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from turnbuckle.model.items import Cursor, ItemId
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS

RECIPIENT = "alerts"
"""What a connection has in place of a remote's name where it is a recipient of alerts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Credentials for one remote account; the secrets stay in the vault."""

    id: int
    organisation: int
    name: str
    system: str  # procore | microsoft | memory, or `RECIPIENT`
    kind: str  # live | practice
    settings: Mapping[str, Any]  # cloud, addresses, client_id, tenant, company_id, ...
    account: str  # whose it is, for people to read
    created: datetime
    sign_ins: int = 1  # how often somebody signed in for it

    @property
    def sign_in_command(self) -> str:
        """What a person types to sign in to it again."""
        return f'turnbuckle connect {self.system} --name "{self.name}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """Two connections whose accounts are joined."""

    id: int
    organisation: int
    left: int  # the id of the connection on the left side
    right: int
    key: str = field(repr=False)  # whoever knows it may tell us that something changed
    settings: Mapping[str, Any]  # what the owner set; absent: as usual
    paused: str  # the reason; empty: its links run
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One remote source of changes, and where we left it."""

    id: int
    organisation: int
    connection: int
    address: str  # a drive's id, a project's id
    cursor: Cursor | None  # None: everything must be told
    complete_at: datetime | None  # when it was last told completely
    account: str = ""  # who read it last, as the remote knows them; empty: not known yet
    tenant: str = ""  # the company or tenant of that account
    observed_at: datetime | None = None  # when the newest look at it began that came to its end
    closely_at: datetime | None = None  # the same, of looks that pass nothing over
    said_at: datetime | None = None  # when its hook said last that somebody should look
    heard_at: datetime | None = None  # the `said_at` that a close look followed
    changed_at: datetime | None = None  # when a look last brought something new


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Two folders that a link binds to each other: a tool's, or a project's."""

    tool: str
    left: ItemId
    right: ItemId
    enabled: bool = True  # False: left alone until somebody switches it on again

    def on(self, side: Side) -> ItemId:
        """Give the folder of one side."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Folders of a left feed bound to folders of a right feed, one pair for each tool."""

    id: int
    organisation: int
    integration: int
    name: str
    left_feed: int
    right_feed: int
    bounds: tuple[Bound, ...]  # never empty
    project: Bound | None  # the pair above them, whose right name follows the left one
    policy: Mapping[str, Any]
    path_start: Mapping[Side, int]  # UTF-16 units above the link's root
    paused: str  # the reason; empty: it runs
    created: datetime
    last_run_at: datetime | None
    caution: str = ""  # a `Reason`: until a complete run came to rest, every deletion is held
    trouble: str = ""  # the `Reason` that stopped the last run; empty: none did

    def feed(self, side: Side) -> int:
        """Give the id of one side's feed."""
        return self.left_feed if side is Side.LEFT else self.right_feed

    def root(self, side: Side, tool: str = DOCUMENTS) -> ItemId:
        """Give the folder that one side is bound to for a tool; the first one without that tool."""
        found = next((bound for bound in self.bounds if bound.tool == tool), self.bounds[0])
        return found.on(side)

    def roots(self, side: Side) -> dict[ItemId, str]:
        """Give the folders that one side is bound to, each with its tool."""
        return {bound.on(side): bound.tool for bound in self.bounds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to run one link until a time; a larger fence ends it at once."""

    link: int
    owner: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a link, as its holder knows it."""

    id: int
    link: int
    fence: int
    started_at: datetime
    is_first: bool = False  # no run of the link ever came to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIntent:
    """A write whose outcome nobody wrote down: the process ended, or the answer was lost."""

    id: int
    run: int
    number: int
    step: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """How far each side was told when a plan was made.

    What a feed told later is neither overwritten nor forgotten by that plan's outcomes: without
    this, word of a change that came in between would be lost.
    """

    left: int
    right: int

    def of(self, side: Side) -> int:
        """Give one side's mark."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of activity, for people."""

    side: Side
    what: str
    path: str
    detail: str = ""
