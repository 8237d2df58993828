"""From a link in the store to its two ends, open and ready to run."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec

from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.ports.announcing import Announcer
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector
from turnbuckle.store.connections import TokenStore, secrets_of
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection, Link
from turnbuckle.store.units import together
from turnbuckle.sync.ends import Ends, SeenAs
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring import microsoft, procore
from turnbuckle.wiring.remotes import Account, Shared, shared


class OpenConnector(Protocol):
    """Makes the connector of one feed."""

    def __call__(self, account: Account, address: str, shared: Shared) -> Connector:
        """Open the feed at that address; makes no call."""


CONNECTORS: Mapping[str, OpenConnector] = {
    "procore": procore.connector,
    "microsoft": microsoft.connector,
}
"""The remotes there are; a new one is one line here."""


class OpenAnnouncer(Protocol):
    """Makes what sets up hooks for one feed."""

    def __call__(self, account: Account, address: str, shared: Shared) -> Announcer:
        """Open the feed at that address; makes no call."""


ANNOUNCERS: Mapping[str, OpenAnnouncer] = {
    "procore": procore.announcer,
    "microsoft": microsoft.announcer,
}
"""The remotes that can post word of changes."""


def account_of(connection: Connection) -> Account:
    """Give what is needed to sign in as a stored connection.

    Raises:
        VaultError: its secrets cannot be opened.
    """
    secret = str(secrets_of(connection).get("client_secret", ""))
    return Account(
        system=connection.system,
        settings=connection.settings,
        client_secret=secret,
        tokens=TokenStore(connection),
        key=f"connection {connection.id} {_fingerprint(connection, secret)}",
        connection=connection.id,
    )


def _fingerprint(connection: Connection, secret: str) -> str:
    """Tell apart what a connection was and is: whoever runs for long must not use the former."""
    plain = json.dumps([dict(connection.settings), secret], sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


@asynccontextmanager
async def open_ends(scope: Scope, link: Link, clock: Clock, meter: Meter) -> AsyncIterator[Ends]:
    """Open both ends of a link for one or more runs, and close them again.

    Raises:
        VaultError: a connection's secrets cannot be opened.
    """
    async with shared(clock, meter) as parts:
        yield await ends_of(scope, link, parts)


async def ends_of(scope: Scope, link: Link, parts: Shared) -> Ends:
    """Give both ends of a link, for as long as what the wires share is open.

    Raises:
        VaultError: a connection's secrets cannot be opened.
    """
    sides = await asyncio.to_thread(_open_both, scope, link)
    return Ends(
        scope=scope,
        link=link,
        connectors={
            side: CONNECTORS[account.system](account, address, parts)
            for side, (_, account, address) in sides.items()
        },
        policy=policy_of(link.policy),
        accounts={side: seen_as(connection.settings) for side, (connection, _, _) in sides.items()},
        connections={side: connection for side, (connection, _, _) in sides.items()},
        budgets=[parts.budget(account) for _, account, _ in sides.values()],
    )


def policy_of(kept: Mapping[str, Any]) -> Policy:
    """Read a link's policy as the store keeps it."""
    return msgspec.convert(dict(kept), Policy)


def to_keep(policy: Policy) -> dict[str, Any]:
    """Give a policy as the store keeps it."""
    plain: dict[str, Any] = msgspec.to_builtins(policy)
    return plain


def seen_as(settings: Mapping[str, Any]) -> SeenAs:
    """Say as whom a connection signs in, by the ids that its remote gives.

    A Microsoft tenant that is written as a domain has an id that nobody told us.
    """
    tenant = str(settings.get("company_id") or settings.get("tenant") or "").casefold()
    user = settings.get("person") or settings.get("user_id") or settings.get("client_id") or ""
    return SeenAs(user=str(user), tenant="" if "." in tenant else tenant)


@together
def _open_both(scope: Scope, link: Link) -> dict[Side, tuple[Connection, Account, str]]:
    return {side: _open(scope, link, side) for side in Side}


def _open(scope: Scope, link: Link, side: Side) -> tuple[Connection, Account, str]:
    """Give a side's connection, with what it needs to sign in, and the feed's address."""
    feed = scope.feeds.get(link.feed(side))
    connection = scope.connections.by_id(feed.connection)
    return connection, account_of(connection), feed.address
