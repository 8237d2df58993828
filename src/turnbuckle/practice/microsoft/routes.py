"""What an address of the directory is: method and pattern, cost, the right it asks for, the work.

Every room of the directory (people, teams, channels, sites, ...) has a table of its routes;
`directory` puts the tables together. A pattern is matched against the decoded path below the
version, with the other spelling of keys, ``teams('1')``, already in the usual one, ``teams/1``.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.links import link_with
from turnbuckle.practice.microsoft.refusals import bad_request
from turnbuckle.practice.microsoft.wire import Json, selected

USER = r"/(?:me|users/(?P<user>[^/]+))"
TEAM = r"/teams/(?P<team>[^/]+)"
GROUP = r"/groups/(?P<team>[^/]+)"
SITE = r"/sites/(?P<site>[^/:]+(?::/[^:]*:?)?)"

Parts = dict[str, str]
"""What of a path has a name in the pattern, such as the id of a team."""


@dataclass(frozen=True, slots=True)
class Route:
    """One thing to ask of the directory."""

    method: str
    pattern: re.Pattern[str]
    name: str  # under which calls are counted, after the method
    units: int
    right: str  # a key of principals.RIGHTS; empty: the work checks by itself
    work: Callable[[Call, Parts], Awaitable[Reply]]


def route(  # noqa: PLR0917
    method: str,
    pattern: str,
    name: str,
    units: int,
    right: str,
    work: Callable[[Call, Parts], Awaitable[Reply]],
) -> Route:
    """Make a route of a pattern in text."""
    return Route(method, re.compile(pattern), name, units, right, work)


def listed(call: Call, path: str, rows: Sequence[Json], *, usual: int | None = None) -> Reply:
    """One page of a listing, with a link to the next one.

    Args:
        call: which may ask for a size and for certain keys.
        path: of the listing, below the version.
        rows: all of them.
        usual: how many a page has when the caller names no size; None: as of files.
    """
    size = call.page_size if usual is None or "top" in call.options else usual
    start = _start_of(call.options.get("skiptoken", ""))
    shown = [selected(row, call.select) for row in rows[start : start + size]]
    body: Json = {"value": shown}
    if call.options.get("count", "").lower() == "true":
        body["@odata.count"] = len(rows)
    if start + size < len(rows):
        packed = base64.urlsafe_b64encode(f"row {start + size}".encode()).decode()
        body["@odata.nextLink"] = link_with(call, path, {"$skiptoken": packed})
    return Reply(200, body)


def _start_of(token: str) -> int:
    if not token:
        return 0
    try:
        start = int(base64.urlsafe_b64decode(token).decode().removeprefix("row "))
    except (binascii.Error, ValueError):
        raise bad_request("The skip token is none of ours.") from None
    return max(0, start)
