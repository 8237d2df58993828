"""The promise of a remote that posts word of changes, so that nobody has to wait for the next poll.

A hook is such a wish as the remote keeps it. It carries no truth: whoever is told looks. Word may
be lost, doubled and late, so polling goes on beside it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A wish to be told, as the remote keeps it.

    Attributes:
        id: the remote's own.
        address: where it posts.
        expires: when the remote forgets it by itself; None: never.
        hears: it is switched on, and for everything that changes the feed.
    """

    id: str
    address: str
    expires: datetime | None
    hears: bool = True


class Announcer(Protocol):
    """Sets up where word of one feed's changes is posted.

    Raises only the errors of `ports.errors`, and never retries.
    """

    def hooks(self) -> AsyncIterator[Hook]:
        """Give the hooks for this feed that our app can see, other programs' among them."""

    async def make(self, address: str, secret: str) -> Hook:
        """Set a hook up; when this returns, everything that changes the feed is told.

        Args:
            address: where to post. The remote may call it before this returns.
            secret: sent along with each post, so that ours can be told from forged ones; at most
                128 characters of plain ASCII.

        Raises:
            AccessDenied: the account may not set up hooks there.
            Unacceptable: the remote does not post to this address.
        """

    async def renew(self, hook: Hook) -> Hook:
        """Let a hook live as long as it may from now on; one that lives for ever is given back.

        Raises:
            Gone: the remote does not have it any more.
        """

    async def remove(self, hook: str) -> None:
        """Take the hook of that id away; gone already is fine."""
