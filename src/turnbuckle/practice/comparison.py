"""Compare the two practice services from outside: same tree, same content, nothing left behind.

It reads both over plain HTTP as a person does, downloads and hashes every file, and shares
neither code with the connectors and the engine nor objects with the services. A file that
Microsoft rewrote is compared by the bytes that Microsoft says it had received.

    python -m turnbuckle.practice.comparison START-UP-FILE
"""

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from turnbuckle.practice.naming_rules import (
    LONGEST,
    is_left_alone,
    mapped,
    may_stand_for,
    same_key,
    without_number,
)
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Person, Refused, Seen
from turnbuckle.practice.playing.teams_user import TeamsUser

TEMPORARY = "turnbuckle-temp"
REWRITTEN_TYPES = frozenset(
    [
        ".doc",
        ".docm",
        ".docx",
        ".htm",
        ".html",
        ".pdf",
        ".potx",
        ".ppt",
        ".pptm",
        ".pptx",
        ".vsdx",
        ".xls",
        ".xlsb",
        ".xlsm",
        ".xlsx",
    ]
)
_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same on both sides."""

    path: str  # by Procore's names where the item is there, else by Microsoft's
    what: str


@dataclass(slots=True)
class Comparison:
    """What the two sides hold, and where they differ."""

    left_files: int = 0
    left_folders: int = 0
    right_files: int = 0
    right_folders: int = 0
    bytes_hashed: int = 0  # of both sides together
    left_alone: list[str] = field(default_factory=list)  # temporary files, kept in step by nobody
    renamed: int = 0  # items whose two names differ, as the mapping says
    rewritten: list[str] = field(default_factory=list)  # compared by what Microsoft had received
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def lines(self) -> Iterator[str]:
        """Say it in sentences."""
        yield f"Procore: {self.left_files} files in {self.left_folders} folders"
        yield f"Teams: {self.right_files} files in {self.right_folders} folders"
        yield f"{self.bytes_hashed} bytes hashed, {self.renamed} names mapped"
        yield f"{len(self.rewritten)} files rewritten by Microsoft, compared with what it received"
        yield f"{len(self.left_alone)} temporary files left alone"
        for difference in self.differences:
            yield f"DIFFERENT {difference.path}: {difference.what}"
        yield "The two sides are equal." if self.is_equal else "The two sides differ."


@dataclass(slots=True, eq=False)
class Node:
    """A folder or a file with its hash, and for a rewritten one the hash of what was received."""

    seen: Seen
    sha256: str = ""
    received_sha256: str = ""
    below: list["Node"] = field(default_factory=list)


async def compare(startup: Mapping[str, Any]) -> Comparison:
    """Compare the project's documents with the channel's folder.

    Args:
        startup: the content of the start-up file of both practice services.

    Raises:
        Refused: a service did not let us read something.
    """
    left = await ProcoreUser.sign_in(startup)
    try:
        right = await TeamsUser.sign_in(startup)
        try:
            return await _compare(left, right)
        finally:
            await right.close()
    finally:
        await left.close()


async def _compare(left: ProcoreUser, right: TeamsUser) -> Comparison:
    result = Comparison()
    left_seen, right_seen = await left.listing(), await right.listing()
    _count(result, left_seen, right_seen)
    left_tree = _tree(left.top, left_seen, result, "Procore")
    right_tree = _tree(right.top, right_seen, result, "Teams")
    await _hash_all(left, left_tree, result)
    await _hash_all(right, right_tree, result)
    await _ask_originals(right, left_tree, right_tree)
    found = _Found()
    _match_folder(left_tree, right_tree, "", found)
    result.differences += found.differences
    result.rewritten += found.rewritten
    result.renamed = found.renamed
    return result


def _count(result: Comparison, left: Sequence[Seen], right: Sequence[Seen]) -> None:
    result.left_folders = sum(item.is_folder for item in left)
    result.left_files = len(left) - result.left_folders
    result.right_folders = sum(item.is_folder for item in right)
    result.right_files = len(right) - result.right_folders


def _tree(top: str, items: Iterable[Seen], result: Comparison, side: str) -> Node:
    """Hang the items below their folders, without those that are left alone."""
    root = Node(Seen(id=top, parent=None, name="", is_folder=True))
    nodes = {top: root}
    for item in items:
        if TEMPORARY in item.name:
            result.differences.append(Difference(item.name, f"a temporary name left on {side}"))
        if is_left_alone(item.name, is_folder=item.is_folder):
            result.left_alone.append(f"{side}: {item.name}")
            continue
        node = nodes[item.id] = Node(item)
        nodes[item.parent or top].below.append(node)
    return root


def _files(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        for child in waiting.pop().below:
            if child.seen.is_folder:
                waiting.append(child)
            else:
                yield child


async def _hash_all(person: Person, tree: Node, result: Comparison) -> None:
    async def hash_one(node: Node) -> None:
        hashed, size = hashlib.sha256(), 0
        async for piece in person.read(node.seen):
            hashed.update(piece)
            size += len(piece)
        node.sha256 = hashed.hexdigest()
        result.bytes_hashed += size
        if size != node.seen.size:
            said = f"{node.seen.size} bytes by the listing, {size} downloaded"
            result.differences.append(Difference(node.seen.name, said))

    await _each(_files(tree), hash_one)


async def _ask_originals(right: TeamsUser, left_tree: Node, right_tree: Node) -> None:
    """Ask what Microsoft had received, for the files whose content Procore does not know."""
    known = {node.sha256 for node in _files(left_tree)}

    async def ask(node: Node) -> None:
        node.received_sha256 = await right.received_sha256(node.seen)

    await _each((node for node in _files(right_tree) if node.sha256 not in known), ask)


async def _each(nodes: Iterable[Node], act: Callable[[Node], Awaitable[None]]) -> None:
    """Act on all, a few at once."""
    waiting = iter(nodes)

    async def work() -> None:
        for node in waiting:
            await act(node)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
    except* Refused as refused:
        raise refused.exceptions[0] from None


@dataclass(slots=True)
class _Found:
    differences: list[Difference] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    renamed: int = 0

    def add(self, other: "_Found") -> None:
        self.differences += other.differences
        self.rewritten += other.rewritten
        self.renamed += other.renamed


def _match_folder(left: Node, right: Node, path: str, found: _Found) -> None:
    """Pair what is in two folders, and add what differs to `found`."""
    contested = _contested_keys(left.below)
    rights = {node.seen.id: node for node in right.below}
    by_name = {(node.seen.name, node.seen.is_folder): node for node in right.below}
    waiting = []
    for node in left.below:
        name = mapped(node.seen.name, is_folder=node.seen.is_folder)
        twin = by_name.get((name, node.seen.is_folder))
        if twin is None or _bases(name) & contested:
            waiting.append(node)
        else:
            del rights[twin.seen.id]
            _match(node, twin, path, found)
    _match_by_content(waiting, _Unpaired(rights.values()), path, found)


def _bases(name: str) -> set[str]:
    return {same_key(base) for base in without_number(name)}


def _contested_keys(nodes: Iterable[Node]) -> set[str]:
    """Give the keys that several names of one folder have after the mapping."""
    seen: set[str] = set()
    twice: set[str] = set()
    for node in nodes:
        key = same_key(mapped(node.seen.name, is_folder=node.seen.is_folder))
        (twice if key in seen else seen).add(key)
    return twice


class _Unpaired:
    """The items of one folder of Teams that nothing is paired with yet."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.seen.id: node for node in nodes}
        self._by_base: dict[str, list[Node]] = {}
        self._long: list[Node] = []
        for node in self._nodes.values():
            for base in _bases(node.seen.name):
                self._by_base.setdefault(base, []).append(node)
            if len(node.seen.name) > LONGEST // 3:
                self._long.append(node)

    def candidates(self, left: Node) -> list[Node]:
        """Those that may stand for this item of Procore's."""
        is_folder, name = left.seen.is_folder, left.seen.name
        plain = self._by_base.get(same_key(mapped(name, is_folder=is_folder)), [])
        found = {node.seen.id: node for node in (*plain, *self._long)}
        return [
            node
            for node in found.values()
            if node.seen.id in self._nodes
            and node.seen.is_folder == is_folder
            and may_stand_for(node.seen.name, name, is_folder=is_folder)
        ]

    def take(self, node: Node) -> None:
        """This one is paired now."""
        del self._nodes[node.seen.id]

    def rest(self) -> Iterator[Node]:
        """Those that are left."""
        yield from self._nodes.values()


def _match_by_content(lefts: Sequence[Node], unpaired: _Unpaired, path: str, found: _Found) -> None:
    """Pair items whose names got numbers: which got which, only the content can tell.

    Perfect pairs first, then the ones with the fewest differences.
    """
    imperfect = []
    for node in lefts:
        trials = [(_tried(node, twin, path), twin) for twin in unpaired.candidates(node)]
        perfect = [(trial, twin) for trial, twin in trials if not trial.differences]
        if perfect:
            trial, twin = min(perfect, key=lambda pair: _strangeness(node, pair[1]))
            unpaired.take(twin)
            found.add(trial)
        else:
            imperfect.append(node)
    for node in imperfect:
        _match_imperfect(node, unpaired, path, found)
    for twin in unpaired.rest():
        found.differences.append(Difference(f"{path}{twin.seen.name}", "only in Teams"))


def _match_imperfect(node: Node, unpaired: _Unpaired, path: str, found: _Found) -> None:
    trials = [(_tried(node, twin, path), twin) for twin in unpaired.candidates(node)]
    if not trials:
        found.differences.append(Difference(f"{path}{node.seen.name}", "only in Procore"))
        return
    trial, twin = min(trials, key=lambda pair: len(pair[0].differences))
    unpaired.take(twin)
    found.add(trial)


def _strangeness(left: Node, right: Node) -> int:
    """Prefer the plain name to a numbered one where the content is the same."""
    plain = mapped(left.seen.name, is_folder=left.seen.is_folder)
    return 0 if right.seen.name == plain else 1


def _tried(left: Node, right: Node, path: str) -> _Found:
    trial = _Found()
    _match(left, right, path, trial)
    return trial


def _match(left: Node, right: Node, path: str, found: _Found) -> None:
    here = f"{path}{left.seen.name}"
    found.renamed += left.seen.name != right.seen.name
    if left.seen.is_folder:
        _match_folder(left, right, f"{here}/", found)
    elif left.sha256 != right.sha256:
        if left.sha256 != right.received_sha256:
            found.differences.append(Difference(here, "the content differs"))
        elif not right.seen.name.lower().endswith(tuple(REWRITTEN_TYPES)):
            found.differences.append(Difference(here, "rewritten, but not of a rewritten type"))
        else:
            found.rewritten.append(here)


def main(arguments: Sequence[str]) -> int:
    """Compare the services of a start-up file; give 0 if they are equal, else 1."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m turnbuckle.practice.comparison START-UP-FILE\n")
        return 2
    startup = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    try:
        result = asyncio.run(compare(startup))
    except (Refused, OSError) as error:
        sys.stderr.write(f"a practice service could not be read: {error}\n")
        return 1
    sys.stdout.write("\n".join(result.lines()) + "\n")
    return 0 if result.is_equal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
