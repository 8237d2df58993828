"""What a child of the nursery does: make a link, or run it once with a hand that may kill."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from killing.points import Hand, Moment, point_of
from killing.reaching import Reaching, ask

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.model.items import ItemId
from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.store import organisations, upkeep
from turnbuckle.store.records import Bound
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.running import run_link
from turnbuckle.sync.writes import Write


class _Watching:
    """Tells the hand when a write was committed."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """Do nothing."""

    def planned(self, plan: Plan) -> None:
        """Do nothing."""

    def sent(self, count: int) -> None:
        """Do nothing."""

    def wrote(self, write: Write) -> None:
        """A write was made and noted."""
        self._hand.at(Moment.AFTER_COMMIT, type(write).__name__)

    def failed(self, side: Side, path: str, why: str) -> None:
        """Do nothing."""


def link(name: str, roots: Mapping[str, str], now: datetime) -> None:
    """Make the database, and a link between two folders."""
    upkeep.migrate(settings.TURNBUCKLE_DATA)
    scope = organisations.of()
    feeds = {}
    for side in Side:
        connection = scope.connections.add(
            side.value, system="memory", kind="practice", settings={}, secrets={}, now=now
        )
        feeds[side] = scope.feeds.of(connection, "everything")
    scope.links.add(
        name,
        left=feeds[Side.LEFT],
        right=feeds[Side.RIGHT],
        bounds=[Bound(tool=DOCUMENTS, left=ItemId(roots["left"]), right=ItemId(roots["right"]))],
        policy={},
        path_start=dict.fromkeys(Side, 0),
        now=now,
    )


async def run(
    name: str, socket: Path, now: datetime, point: dict[str, Any] | None
) -> dict[str, Any]:
    """Run the link once; give what was written and which moments were passed."""
    hand = Hand(point_of(point))
    connection_created.connect(_watched_by(hand), weak=False)
    scope = await asyncio.to_thread(organisations.of)
    ends = Ends(
        scope=scope,
        link=await asyncio.to_thread(scope.links.get, name),
        connectors={
            side: Reaching(socket, side, await ask(socket, side, "capabilities"), hand)
            for side in Side
        },
        policy=Policy(winner=Winner.LEFT),
    )
    report = await run_link(ends, StepClock(start=now), _Watching(hand))
    return {
        "writes": report.writes,
        "stopped": report.stopped,
        "passed": dict(hand.passed),
        "conflicts": [notice.path for notice in report.notices],
    }


def _watched_by(hand: Hand) -> Any:
    """Let the hand see every access, on the connection of whatever thread."""

    def connected(connection: Any, **_: Any) -> None:
        if hand.access not in connection.execute_wrappers:
            connection.execute_wrappers.append(hand.access)

    return connected
