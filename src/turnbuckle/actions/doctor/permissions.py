"""What a link needs of both accounts: the same questions that `link check` asks."""

import asyncio
from dataclasses import dataclass

from turnbuckle.actions import checking
from turnbuckle.actions.doctor.finding import Finding, note, trouble, well
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.wiring.remotes import Shared

AREA = "permissions"
MOST_LINKS = 100
"""More are not asked for: each costs calls that runs need, too."""

_LINK_SECONDS = 20.0
_ALL_SECONDS = 80.0
_AT_ONCE = 4
_SYSTEMS = {Side.LEFT: "Procore", Side.RIGHT: "Microsoft"}


@dataclass(frozen=True, slots=True)
class Owned:
    """A link, and whose it is."""

    scope: Scope
    link: Link


async def examine(links: list[Owned], parts: Shared) -> list[Finding]:
    """Ask for the permissions of links, as far as time and calls are enough."""
    asked = links[:MOST_LINKS]
    turns = asyncio.Semaphore(_AT_ONCE)
    until = asyncio.get_running_loop().time() + _ALL_SECONDS

    async def one(owned: Owned) -> list[Finding] | None:
        async with turns:
            left = until - asyncio.get_running_loop().time()
            return await _of(owned, parts, min(left, _LINK_SECONDS)) if left > 0 else None

    answers = await asyncio.gather(*(one(owned) for owned in asked))
    found = [finding for answer in answers for finding in answer or ()]
    skipped = len(links) - len(asked) + answers.count(None)
    ready = answers.count([])
    if ready:
        found.insert(0, well(AREA, f"all that is needed is there for {_counted(ready)}"))
    if skipped:
        found.append(
            note(
                AREA,
                f"{_counted(skipped)} not asked for, to spare calls and time",
                "turnbuckle link check LINK asks for any of them",
            )
        )
    return found


async def _of(owned: Owned, parts: Shared, limit_seconds: float) -> list[Finding]:
    """Say what one link lacks; empty: nothing."""
    name = owned.link.name
    try:
        async with asyncio.timeout(limit_seconds):
            missing = await checking.of_open_link(owned.scope, owned.link, parts)
    except TimeoutError:
        return [
            trouble(
                AREA,
                f"{name}: no answer within {limit_seconds:.0f} s",
                "ask again in a while; a remote that is busy lets us wait",
            )
        ]
    except RemoteError as error:
        return [trouble(AREA, f"{name}: {error}")]
    return [
        trouble(AREA, f"{name}, {_SYSTEMS[side]}: {said}")
        for side, found in missing.items()
        for said in found
    ]


def _counted(links: int) -> str:
    return "1 link" if links == 1 else f"{links:,} links"
