"""Both remotes: every account, the time that they tell, and the permissions of every link.

A link is asked for only where both of its accounts work; else each would tell the same again.
"""

import asyncio
from collections.abc import Iterable

from turnbuckle.actions.doctor import accounts, clock, permissions
from turnbuckle.actions.doctor.finding import Finding, Grounds, Verdict, trouble
from turnbuckle.actions.doctor.permissions import Owned
from turnbuckle.ports.clock import SystemClock
from turnbuckle.store.agreed_clock import ServerClock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.times_told import TimesTold
from turnbuckle.wiring.remotes import Shared, shared

_ACCOUNT_SECONDS = 20.0
_AT_ONCE = 8


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at all accounts at once, and then at the links between those that work."""
    known = await asyncio.to_thread(_connections, grounds.scopes)
    times, of_server = TimesTold(SystemClock()), None
    if isinstance(grounds.clock, ServerClock):
        of_server = TimesTold(grounds.clock)
    turns = asyncio.Semaphore(_AT_ONCE)
    async with shared(grounds.clock, Meter()) as parts:
        for each in filter(None, (times, of_server)):
            each.listen(parts.session)
        found = await asyncio.gather(*(_account(one, parts, turns) for one in known))
        working = {
            connection.id
            for connection, finding in zip(known, found, strict=True)
            if finding.verdict is Verdict.WELL
        }
        links = await asyncio.to_thread(_links, grounds.scopes, working)
        missing = await permissions.examine(links, parts)
    return [*found, *clock.examine(times, of_server), *missing]


async def _account(connection: Connection, parts: Shared, turns: asyncio.Semaphore) -> Finding:
    try:
        async with turns, asyncio.timeout(_ACCOUNT_SECONDS):
            return await accounts.examine(connection, parts)
    except TimeoutError:
        return trouble(
            accounts.AREA,
            f"{connection.name}: no answer within {_ACCOUNT_SECONDS:.0f} s",
            "ask again in a while, and see whether the network is slow",
        )


def _connections(scopes: Iterable[Scope]) -> list[Connection]:
    return [each for scope in scopes for each in scope.connections.list()]


def _links(scopes: Iterable[Scope], working: set[int]) -> list[Owned]:
    """Give the links whose two accounts work, those that were stopped first."""
    found = []
    for scope in scopes:
        for link in scope.links.list():
            between = scope.integrations.of(link)
            if {between.left, between.right} <= working:
                found.append(Owned(scope, link))
    return sorted(found, key=lambda owned: not (owned.link.paused or owned.link.trouble))
