"""The memory theatre: two memory remotes, as the catalogue's `meta.caps` describe them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from scenarios.acting import Counts, Fault, Hands, Refused, Row, Shown, World, WorldClock
from scenarios.memory_faults import MemoryFaults
from scenarios.memory_structure import MemoryStructure
from scenarios.policies import policy_of
from scenarios.vocabulary import LETTERS, TOOLS, bytes_in, content, token_of

from turnbuckle.connectors.graph.capabilities import REWRITTEN
from turnbuckle.connectors.memory.areas import Area
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.moments import Op
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE, TEAMS_LIKE, MemoryTraits
from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Outdated
from turnbuckle.store import organisations
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Bound, Link
from turnbuckle.sync.ends import Ends, SeenAs

TOPS = {Side.LEFT: "Project", Side.RIGHT: "Procore/Project"}
_LOOSE = "P/Unclassified/"
_numbers = itertools.count(1)
_BASES: Mapping[Side, MemoryTraits] = {
    Side.LEFT: replace(PROCORE_LIKE, checks_out=True, crosses_tools=False),
    # Office itself leaves its owner files there, so people may make them
    Side.RIGHT: replace(
        TEAMS_LIKE,
        names=replace(TEAMS_LIKE.names, refused_starts=(), refused_folder_starts=()),
        may_rewrite=REWRITTEN,
    ),
}


def traits_of(base: MemoryTraits, caps: Mapping[str, Any]) -> MemoryTraits:
    """Read what a catalogue says of one side; what it does not say is as in `base`."""
    names = base.names
    if "forbidden_chars" in caps:
        names = replace(names, forbidden=frozenset(caps["forbidden_chars"]))
    if "case_sensitive" in caps:
        names = replace(names, folds=not caps["case_sensitive"])
    names = replace(
        names,
        longest_path=caps.get("max_path", names.longest_path),
        longest=caps.get("max_name", names.longest),
    )
    traits = replace(base, names=names)
    if "hash" in caps:
        kind = None if caps["hash"] == "none" else HashKind(caps["hash"])
        traits = replace(traits, content_hash=kind)
    return replace(
        traits,
        guarded=caps.get("if_match", traits.guarded),
        keeps_versions=caps.get("versions", traits.keeps_versions),
        min_file_bytes=_bytes(caps, "min_size", traits.min_file_bytes),
        max_file_bytes=_bytes(caps, "max_size", traits.max_file_bytes),
    )


def _bytes(caps: Mapping[str, Any], word: str, otherwise: int) -> int:
    return bytes_in(caps[word]) if word in caps else otherwise


class MemoryHands:
    """The people of one memory remote; keeps `Hands`."""

    def __init__(self, people: People, places: Mapping[str, ItemId]) -> None:
        self._people = people
        self._places = places

    async def plant(self, tree: Mapping[str, str]) -> None:
        for path, token in tree.items():
            if token == "dir":
                self._people.mkdir(path)
            else:
                self._people.put(path, content(token))

    async def put(self, path: str, token: str) -> None:
        self._people.put(path, content(token))

    async def new(self, path: str, token: str) -> None:
        self._people.new(path, content(token))

    async def mkdir(self, path: str) -> None:
        self._people.mkdir(path)

    async def delete(self, path: str) -> None:
        self._people.delete(path)

    async def move(self, path: str, to: str) -> None:
        self._people.move(path, to)

    async def swap(self, one: str, other: str) -> None:
        self._people.swap(one, other)

    async def replace(self, path: str, token: str) -> None:
        self._people.replace(path, content(token))

    async def copy(self, path: str, to: str) -> None:
        self._people.copy(path, to)

    async def touch(self, path: str) -> None:
        self._people.touch(path)

    async def restore(self, path: str) -> None:
        self._people.restore(path)

    async def oldversion(self, path: str, token: str) -> None:
        self._people.oldversion(path, content(token))

    async def lock(self, path: str) -> None:
        self._people.lock(path)

    async def unlock(self, path: str) -> None:
        self._people.unlock(path)

    async def snapshot(self) -> Mapping[str, Shown]:
        shelf = self._people.remote.shelf
        found: dict[str, Shown] = {}
        for place, item in self._places.items():
            node = shelf.get(item)
            if node is None or shelf.is_gone(node):
                continue
            for path, each in self._people.items(place).items():
                token = None if each.kind is Kind.FOLDER else token_of(each.blob)
                found[f"{place}/{path}"] = Shown(each.id, token)
        if not any(path.startswith(_LOOSE) for path in found.keys() - {_LOOSE}):
            found.pop(_LOOSE, None)
        return found

    async def kept(self) -> frozenset[str]:
        shelf = self._people.remote.shelf
        found = set()
        for node in shelf.all():
            found |= {token_of(blob) for _, blob in node.history}
            if node.kind is Kind.FILE and shelf.is_gone(node):
                found.add(token_of(node.blob))
        return frozenset(found)


class MemoryWorld:
    """Two memory remotes with a link between them; keeps `World`. Make it in a thread."""

    ends: Ends

    def __init__(self, row: Row, meta: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        self.clock: WorldClock = StepClock()
        self._policy = policy_of(policy)
        caps = {side: _caps(meta, row, side) for side in Side}
        tools = ("D", "P") if "'P/" in repr(row) or "tool': 'P'" in repr(row) else ("D",)
        self.remotes = {
            side: MemoryRemote(
                traits_of(_BASES[side], caps[side]), self.clock, prefix=f"{side[0]}-"
            )
            for side in Side
        }
        self.places = {
            side: {tool: People(remote).mkdir(f"{TOPS[side]}/{tool}") for tool in tools}
            for side, remote in self.remotes.items()
        }
        self.people = {
            side: People(remote, places=self.places[side]) for side, remote in self.remotes.items()
        }
        for side, remote in self.remotes.items():
            remote.measured_from = People(remote).id_of(TOPS[side])
        if "P" in tools and "photos" in caps[Side.LEFT]:
            self._add_photos(caps[Side.LEFT]["photos"])
        self.hands: Mapping[Side, Hands] = {
            side: MemoryHands(self.people[side], self.places[side]) for side in Side
        }
        self._faults = MemoryFaults(self.remotes, self.people, self.clock)
        self._structure = MemoryStructure(self.remotes, self.places)
        self._link()

    def counts(self) -> Counts:
        """Add up both sides."""
        calls = [remote.calls for remote in self.remotes.values()]
        return Counts(
            transfers=sum(each.transfers for each in calls),
            moves=sum(each.moves for each in calls),
            deletes=sum(each.deletes for each in calls),
            writes=sum(each.writes for each in calls),
            refused=[
                Refused(
                    side, f"{each.op} {each.subject}", isinstance(each.error, Outdated),
                    str(each.error),
                )
                for side, remote in self.remotes.items()
                for each in remote.calls.refusals
                if each.op not in (Op.LIST, Op.DELTA, Op.GET, Op.DOWNLOAD)
            ],
        )  # fmt: skip

    def zero(self) -> None:
        """Count from nothing again."""
        for remote in self.remotes.values():
            remote.calls.reset()
        self._faults.complaints.clear()

    def complaints(self) -> Sequence[str]:
        """Give the calls that came before their time."""
        return tuple(self._faults.complaints)

    async def structure(self, side: Side, change: Mapping[str, Any]) -> None:
        """Change what lies above the tools, or the account."""
        self._structure.change(side, change)
        self.ends = replace(self.ends, accounts=self._accounts())

    async def arm(self, fault: Fault) -> None:
        """Make a remote misbehave."""
        self._faults.arm(fault)

    async def disarm(self) -> None:
        """Make both remotes behave again."""
        self._faults.disarm()

    async def remember(self) -> None:
        """Note how both remotes are."""
        self._faults.remember()

    async def link_anew(self) -> None:
        """Make the link again, in an empty database."""
        await asyncio.to_thread(self._link)

    def _add_photos(self, caps: Mapping[str, Any]) -> None:
        left = self.people[Side.LEFT]
        types = caps.get("types")
        self.remotes[Side.LEFT].areas.append(
            Area(
                tool=TOOLS["P"],
                root=left.id_of("P"),
                loose=left.mkdir(_LOOSE),
                flat=caps.get("flat", False),
                duplicate_names=caps.get("duplicate_names", False),
                suffixes=None if types is None else frozenset(f".{each}" for each in types),
                renames_files=caps.get("rename", True),
                replaces=caps.get("replace", True),
            )
        )

    def _link(self) -> None:
        scope = organisations.of()
        connectors = {side: MemoryConnector(remote) for side, remote in self.remotes.items()}
        self.ends = Ends(
            scope=scope,
            link=self._new_link(scope),
            connectors=connectors,
            policy=self._policy,
            accounts=self._accounts(),
        )

    def _accounts(self) -> Mapping[Side, SeenAs]:
        return {
            side: SeenAs(user=remote.account, tenant=remote.tenant)
            for side, remote in self.remotes.items()
        }

    def _new_link(self, scope: Scope) -> Link:
        number, now = next(_numbers), self.clock.now()
        feeds = {}
        for side in Side:
            connection = scope.connections.add(
                f"{side} {number}", system="memory", kind="practice", settings={}, secrets={},
                now=now,
            )  # fmt: skip
            feeds[side] = scope.feeds.of(connection, "everything")
        left, right = (self.places[side] for side in Side)
        tops = {side: People(remote).id_of(TOPS[side]) for side, remote in self.remotes.items()}
        return scope.links.add(
            f"row {number}",
            left=feeds[Side.LEFT],
            right=feeds[Side.RIGHT],
            bounds=[Bound(tool=TOOLS[each], left=left[each], right=right[each]) for each in left],
            project=Bound(tool="project", left=tops[Side.LEFT], right=tops[Side.RIGHT]),
            policy={},
            path_start=dict.fromkeys(Side, 1),
            now=now,
        )


def _caps(meta: Mapping[str, Any], row: Row, side: Side) -> Mapping[str, Any]:
    letter = LETTERS[side]
    return {
        **meta.get("caps", {}).get(letter, {}),
        **row.get("caps", {}).get(letter, {}),
    }


class MemoryTheatre:
    """Plays rows on memory remotes.

    Args:
        meta: the catalogue's part of that name.
        policy: the catalogue's part of that name.
    """

    name = "memory"
    copies = True

    def __init__(self, meta: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        self._meta = meta
        self._policy = policy

    def why_not(self, row: Row) -> str:
        """Say why a row cannot be played on memory remotes."""
        return "for a person and a live account" if row["run"] == "manual" else ""

    @asynccontextmanager
    async def world(self, row: Row) -> AsyncIterator[World]:
        """Make a world for one row."""
        yield await asyncio.to_thread(MemoryWorld, row, self._meta, self._policy)
