"""Alerts, and who is told of them: one address for posts, or several, for each organisation."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from turnbuckle.store import alerts, recipients
from turnbuckle.store.alerts import Alert
from turnbuckle.store.names import UnknownName
from turnbuckle.store.organisations import Scope
from turnbuckle.store.recipients import Untold
from turnbuckle.store.records import Connection
from turnbuckle.store.timings import PRACTICE
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.telling import is_loopback, shown, tell

_MOST_CLOSED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """What an organisation has to know.

    Attributes:
        alerts: those that are open, and those closed last.
        recipients: who is told.
        untold: who could not be told of something.
    """

    alerts: tuple[Alert, ...]
    recipients: tuple[Connection, ...]
    untold: tuple[Untold, ...]


def alarms(scope: Scope, *, closed: bool) -> Alarms:
    """Give an organisation's alerts; with `closed` also those that are over."""
    most = _MOST_CLOSED if closed else 0
    return Alarms(
        alerts=tuple(alerts.of(scope.id, most_closed=most)),
        recipients=tuple(recipients.of(scope.connections)),
        untold=tuple(recipients.untold(scope.connections)),
    )


def tell_to(scope: Scope, name: str, address: str, *, now: datetime) -> Connection:
    """Have alerts told to an address from now on; it is told so at once, to see that it works.

    Args:
        scope: whose alerts.
        name: of the recipient, for people; one of that name gets the new address, and is not told
            any more what waited for it.
        address: https, on the public internet; or of this machine, for practice.
        now: the time.

    Raises:
        BadAddress: nothing is told there.
        NotTold: it did not take the first post.
        NameTaken: there is another connection of that name.
    """
    kind = PRACTICE if is_loopback(address) else "live"
    asyncio.run(_greet(address, scope.name))
    if name in {each.name for each in recipients.of(scope.connections)}:
        scope.connections.remove(name)
    return recipients.add(
        scope.connections, name, address=address, shown=shown(address), kind=kind, now=now
    )


def forget(scope: Scope, name: str) -> None:
    """Tell a recipient nothing any more.

    Raises:
        UnknownName: there is none of that name.
    """
    known: Sequence[str] = [each.name for each in recipients.of(scope.connections)]
    if name not in known:
        there = f"there are: {', '.join(known)}" if known else "there are none"
        raise UnknownName(f"alerts are not told to anybody called {name!r}; {there}")
    scope.connections.remove(name)


async def _greet(address: str, organisation: str) -> None:
    told = {"text": "Turnbuckle: alerts are told here.", "organisation": organisation, "alerts": []}
    async with open_session() as session:
        await tell(session, address, told)
