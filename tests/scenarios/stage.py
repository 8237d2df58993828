"""Two memory remotes with a link between a folder of each, on the real store and engine."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE, TEAMS_LIKE, MemoryTraits
from turnbuckle.model.items import ItemId
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.store import organisations
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Link
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link

MOST_RUNS = 60
_numbers = itertools.count(1)

TRAITS: Mapping[Side, MemoryTraits] = {
    Side.LEFT: PROCORE_LIKE,
    # Office itself leaves its owner files there, so people may make them
    Side.RIGHT: replace(TEAMS_LIKE, names=replace(TEAMS_LIKE.names, refused_starts=())),
}


class Stage:
    """Two remotes with a link between their folders ``D``; make it in a thread, it writes rows.

    Args:
        policy: what the owner wants; by default the left version wins.
        traits: what kind of remotes they are; by default as the catalogue has them.
    """

    def __init__(
        self, policy: Policy | None = None, traits: Mapping[Side, MemoryTraits] = TRAITS
    ) -> None:
        self.clock = StepClock()
        self.remotes = {
            side: MemoryRemote(traits[side], self.clock, prefix=f"{side[0]}-") for side in Side
        }
        self.people = {side: People(self.remotes[side]) for side in Side}
        roots = {side: self.people[side].mkdir("D") for side in Side}
        scope = organisations.of()
        self.ends = Ends(
            scope=scope,
            link=_link(scope, roots, self.clock),
            connectors={side: MemoryConnector(self.remotes[side]) for side in Side},
            policy=policy or Policy(winner=Winner.LEFT),
        )
        self.reports: list[Report] = []

    @property
    def left(self) -> People:
        """The users of the left remote."""
        return self.people[Side.LEFT]

    @property
    def right(self) -> People:
        """The users of the right remote."""
        return self.people[Side.RIGHT]

    async def run(self, *, complete: bool = False) -> Report:
        """Run the link once."""
        return await run_link(self.ends, self.clock, complete=complete)

    async def settle(self) -> int:
        """Run until a run writes nothing; give the number of runs."""
        self.reports = []
        for run in range(MOST_RUNS):
            self.reports.append(await self.run())
            if not self.reports[-1].writes:
                return run + 1
        raise AssertionError(f"still writing after {MOST_RUNS} runs")

    def count(self, what: str) -> int:
        """Add up one kind of call over both sides."""
        return sum(int(getattr(remote.calls, what)) for remote in self.remotes.values())

    def zero(self) -> None:
        """Forget the calls made so far."""
        for remote in self.remotes.values():
            remote.calls.reset()


def _link(scope: Scope, roots: Mapping[Side, ItemId], clock: StepClock) -> Link:
    number = next(_numbers)
    feeds: dict[Side, Any] = {}
    for side in Side:
        connection = scope.connections.add(
            f"{side} {number}", system="memory", kind="practice", settings={}, secrets={},
            now=clock.now(),
        )  # fmt: skip
        feeds[side] = scope.feeds.of(connection, "everything")
    return scope.links.add(
        f"row {number}", left=feeds[Side.LEFT], right=feeds[Side.RIGHT],
        bounds=[Bound(tool=DOCUMENTS, left=roots[Side.LEFT], right=roots[Side.RIGHT])], policy={},
        path_start=dict.fromkeys(Side, 0), now=clock.now(),
    )  # fmt: skip
