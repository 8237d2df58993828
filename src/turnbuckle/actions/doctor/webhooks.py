"""Webhooks: whether the remotes tell us of changes, and what keeps them from it."""

import asyncio
from collections import Counter
from datetime import datetime

from turnbuckle.actions.doctor.finding import Finding, Grounds, note, trouble, well
from turnbuckle.store import hooks
from turnbuckle.store.hooks import Hook, State

AREA = "webhooks"


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at the hooks of all connections, as they are noted."""
    return await asyncio.to_thread(_examined, grounds)


def _examined(grounds: Grounds) -> list[Finding]:
    now = grounds.clock.now()
    found: Counter[Finding] = Counter()
    for scope in grounds.scopes:
        for connection in scope.connections.list():
            found.update(_of(connection.name, hook, now) for hook in hooks.of(connection))
    return [_times(finding, count) for finding, count in found.items()]


def _of(name: str, hook: Hook, now: datetime) -> Finding:
    why = f": {hook.trouble}" if hook.trouble else ""
    if hook.state is State.REFUSED:
        return note(AREA, f"{name} may not have one{why}; polls alone find its changes")
    if hook.state is State.BROKEN:
        return trouble(
            AREA,
            f"{name}: one could not be set up or renewed{why}",
            "it is tried again by itself; until then polls alone find changes",
        )
    if hook.state is State.MISSING:
        return note(AREA, f"{name}: one is not set up yet")
    if hook.expires_at is not None and hook.expires_at <= now:
        return trouble(
            AREA,
            f"{name}: one has expired and was not renewed",
            "see whether the service runs that renews it",
        )
    return well(AREA, f"{name}: it works")


def _times(finding: Finding, count: int) -> Finding:
    if count == 1:
        return finding
    return Finding(
        area=finding.area,
        verdict=finding.verdict,
        said=f"{finding.said} ({count:,} times)",
        todo=finding.todo,
    )
