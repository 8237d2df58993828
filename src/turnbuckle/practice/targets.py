"""Choose what the people of a working day change, from whatever tree is there.

Only items that have the same path on both sides are chosen, so that it is certain which item of
the other side is meant; and nothing is chosen twice, so that it is certain what should come out.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from turnbuckle.practice.naming_rules import is_left_alone, mapped, same_key
from turnbuckle.practice.playing.seen import Seen

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One item as it stands on both sides."""

    path: Path
    left: Seen
    right: Seen

    @property
    def shown(self) -> str:
        """The path as text."""
        return "/".join(self.path)


class Targets:
    """What may still be chosen; every choice takes its item, and all below it, off the list."""

    def __init__(
        self, left_top: str, left: Sequence[Seen], right_top: str, right: Sequence[Seen]
    ) -> None:
        right_by_path = dict(_paths(right_top, right))
        left_paths = list(_paths(left_top, left))
        self._all = {
            path: Pair(path, seen, right_by_path[path])
            for path, seen in _unmapped(left_paths)
            if path in right_by_path and right_by_path[path].is_folder == seen.is_folder
        }
        self._inside: Counter[Path] = Counter()
        self._odd: set[Path] = set()
        self._files = 0
        for path, seen in left_paths:
            self._files += not seen.is_folder
            for depth in range(1, len(path)):
                self._inside[path[:depth]] += not seen.is_folder
                if path not in self._all:
                    self._odd.add(path[:depth])
        files = [(seen.size, path) for path, seen in left_paths if not seen.is_folder]
        if files:  # the largest file stays, so that the comparison meets it
            _, largest = max(files)
            self._odd.update(largest[:depth] for depth in range(1, len(largest)))
        self._keys = {(path[:-1], same_key(path[-1])) for path, _ in left_paths} | {
            (path[:-1], same_key(path[-1])) for path in right_by_path
        }
        self._taken: set[Path] = set()
        self._around: set[Path] = set()

    def inside(self, pair: Pair) -> int:
        """How many files are below a folder of Procore's, at any depth."""
        return self._inside[pair.path]

    def folders_inside(self, pair: Pair) -> int:
        """How many folders are below a folder at any depth."""
        depth = len(pair.path)
        return sum(
            other.left.is_folder and len(path) > depth and path[:depth] == pair.path
            for path, other in self._all.items()
        )

    def large_folder(self) -> Pair | None:
        """Take the folder with the most files, at most a third of all."""
        fit = [pair for pair in self._free_folders() if self.inside(pair) <= self._files // 3]
        fit = [pair for pair in fit if self.inside(pair)]
        return self._take(max(fit, key=lambda pair: (self.inside(pair), pair.path), default=None))

    def small_folder(self) -> Pair | None:
        """Take a folder with one to eight files that are the same on both sides."""
        fit = (
            pair
            for pair in self._free_folders()
            if 1 <= self.inside(pair) <= 8 and pair.path not in self._odd
        )
        return self._take(min(fit, key=_scattered, default=None))

    def file(self) -> Pair | None:
        """Take a file."""
        fit = (pair for pair in self._free() if not pair.left.is_folder)
        return self._take(min(fit, key=_scattered, default=None))

    def place_for(self, moved: Pair) -> Pair | None:
        """Give a folder that this file can be moved to; it is not taken."""
        key = same_key(moved.path[-1])
        fit = (
            pair
            for pair in self._free_folders(around=True)
            if pair.path != moved.path[:-1] and (pair.path, key) not in self._keys
        )
        place = min(fit, key=_scattered, default=None)
        if place is not None:
            self._keys.add((place.path, key))
            self._keep(place.path)
        return place

    def new_name(self, pair: Pair, addition: str) -> str:
        """Give the name with an addition before its extension, so that nobody has it yet."""
        stem, dot, ending = pair.path[-1].rpartition(".")
        if pair.left.is_folder or not stem:
            stem, dot, ending = pair.path[-1], "", ""
        for number in range(1, 1000):
            more = addition if number == 1 else f"{addition}{number}"
            name = f"{stem[:180]}{more}{dot}{ending}"
            key = (pair.path[:-1], same_key(name))
            if key not in self._keys and mapped(name, is_folder=pair.left.is_folder) == name:
                self._keys.add(key)
                return name
        raise AssertionError("a thousand names are taken")

    def free_top_name(self, name: str) -> str:
        """Give a name that nothing at the top has."""
        tried, number = name, 1
        while ((), same_key(tried)) in self._keys:
            number += 1
            tried = f"{name} {number}"
        self._keys.add(((), same_key(tried)))
        return tried

    def _free(self) -> Iterator[Pair]:
        for path, pair in self._all.items():
            if not any(path[:depth] in self._taken for depth in range(1, len(path) + 1)):
                yield pair

    def _free_folders(self, *, around: bool = False) -> Iterator[Pair]:
        for pair in self._free():
            if pair.left.is_folder and (around or pair.path not in self._around):
                yield pair

    def _take(self, pair: Pair | None) -> Pair | None:
        if pair is not None:
            self._taken.add(pair.path)
            self._keep(pair.path[:-1])
        return pair

    def _keep(self, folder: Path) -> None:
        """Nobody may take this folder or one above it any more: something in it is in use."""
        self._around.update(folder[:depth] for depth in range(1, len(folder) + 1))


def _scattered(pair: Pair) -> bytes:
    """An order that has nothing to do with the tree and is the same every time."""
    return hashlib.sha256("\0".join(pair.path).encode("utf-8", "surrogatepass")).digest()


def _paths(top: str, items: Iterable[Seen]) -> Iterator[tuple[Path, Seen]]:
    known: dict[str, Path] = {top: ()}
    for item in items:
        path = (*known[item.parent or top], item.name)
        if item.is_folder:
            known[item.id] = path
        yield path, item


def _unmapped(items: Sequence[tuple[Path, Seen]]) -> Iterator[tuple[Path, Seen]]:
    """Give the items whose whole path means the same on both sides."""
    keys = Counter(
        (path[:-1], same_key(mapped(path[-1], is_folder=seen.is_folder))) for path, seen in items
    )
    plain: set[Path] = {()}
    for path, seen in items:
        name = mapped(path[-1], is_folder=seen.is_folder)
        if (
            path[:-1] in plain
            and name == path[-1]
            and keys[path[:-1], same_key(name)] == 1
            and not is_left_alone(name, is_folder=seen.is_folder)
        ):
            if seen.is_folder:
                plain.add(path)
            yield path, seen
