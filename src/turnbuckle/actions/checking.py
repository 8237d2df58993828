"""Say what is missing before anything can be kept in step: of an account, or of a link.

Nothing is changed anywhere. Of each project at Procore one call is asked, its permission manifest;
at Microsoft an upload is begun in the link's folders and called off.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from turnbuckle.actions.links import connection_named
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Connection, Feed, Link
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.microsoft import MicrosoftAccount
from turnbuckle.wiring.procore import ProcoreAccount
from turnbuckle.wiring.registry import account_of
from turnbuckle.wiring.remotes import Shared, shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found out about one thing.

    Attributes:
        what: a project or a company by its name.
        missing: in plain words, each with what to do; empty: it is ready.
    """

    what: str
    missing: Sequence[str]


def of_procore(
    scope: Scope, connection: str | None = None, clock: Clock | None = None
) -> list[Finding]:
    """Check every project that an account reaches, and the company's own Documents.

    Raises:
        RemoteError: the account itself does not work; the text says what to do.
        UnknownName: there is no such connection of Procore.
    """
    found = connection_named(scope, "procore", connection)
    return asyncio.run(_of_account(found, clock or agreed_clock()))


def of_link(scope: Scope, link: Link, clock: Clock | None = None) -> dict[Side, Sequence[str]]:
    """Say of each side of a link what keeps it from being synced; empty: nothing."""
    return asyncio.run(_of_link(scope, link, clock or agreed_clock()))


async def _of_account(connection: Connection, clock: Clock) -> list[Finding]:
    async with shared(clock, Meter()) as parts:
        account = ProcoreAccount(await asyncio.to_thread(account_of, connection), parts)
        company, missing = await account.company_missing()
        projects = [
            Finding(what=title, missing=await account.project_missing(int(number)))
            for number, title in await account.projects()
        ]
        return [*projects, Finding(what=company, missing=missing)]


async def _of_link(scope: Scope, link: Link, clock: Clock) -> dict[Side, Sequence[str]]:
    async with shared(clock, Meter()) as parts:
        return await of_open_link(scope, link, parts)


async def of_open_link(scope: Scope, link: Link, parts: Shared) -> dict[Side, Sequence[str]]:
    """Say the same as `of_link`, over what is open already."""
    feeds = {side: await asyncio.to_thread(scope.feeds.get, link.feed(side)) for side in Side}
    accounts = {
        side: await asyncio.to_thread(scope.connections.by_id, feed.connection)
        for side, feed in feeds.items()
    }
    return {
        Side.LEFT: await _left(accounts[Side.LEFT], feeds[Side.LEFT], parts),
        Side.RIGHT: await _right(accounts[Side.RIGHT], feeds[Side.RIGHT], link.bounds, parts),
    }


async def _left(connection: Connection, feed: Feed, parts: Shared) -> Sequence[str]:
    account = ProcoreAccount(await asyncio.to_thread(account_of, connection), parts)
    try:
        return await account.feed_missing(feed.address)
    except RemoteError as error:
        return [str(error)]


async def _right(
    connection: Connection, feed: Feed, bounds: Sequence[Bound], parts: Shared
) -> Sequence[str]:
    account = MicrosoftAccount(await asyncio.to_thread(account_of, connection), parts)
    missing: dict[str, None] = {}
    for bound in bounds:
        try:
            await account.ready(feed.address, bound.right)
        except RemoteError as error:
            missing[str(error)] = None
    return list(missing)
