"""Two strict sides with bins, on which people do what the catalogue's rows say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from planning.gallery import LETTERS, Hall
from scenarios.vocabulary import canonical, content, spread, spread_tree, token_of

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import is_conflict_copy, length, numbered_once
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree

LOOSE = "P/Unclassified"
"""Where photos without an album lie on the left; to the planner that is the top of Photos."""

type Told = dict[str, str]
"""Paths as the catalogue tells them, each with its token or ``dir``."""


@dataclass
class Shelf(Hall):
    """One side whose bin can be taken back from."""

    bin: dict[str, list[tuple[Item, bytes | None]]] = field(default_factory=dict)

    def delete(self, item: ItemId) -> None:
        self.bin[self.path(item)] = [
            (self.items[one], self.contents.get(one)) for one in self._below(item)
        ]
        super().delete(item)

    def tree(self) -> Tree:
        self.longest = {}
        limited = self.rules.longest_path is not None and self.rules.longest_path < 400
        for item in self.items.values() if limited else ():
            units, current = 0, item
            while current.parent is not None:
                units += length(current.name) + (units > 0)
                current = self.items[current.parent]
                self.longest[current.id] = max(units, self.longest.get(current.id, 0))
        return super().tree()

    def path(self, item: ItemId) -> str:
        """Give a path as the catalogue spells it."""
        names: list[str] = []
        current, lowest = self.items[item], self.items[item]
        while current.parent is not None:
            names.append(current.name)
            current = self.items[current.parent]
        top = "D" if current.id == LETTERS["D"] else "P"
        if self.side is Side.LEFT and top == "P" and lowest.kind is Kind.FILE and len(names) == 1:
            top = LOOSE
        return "/".join([top, *reversed(names)])

    def find(self, path: str) -> Item | None:
        """Find an item by the catalogue's path; where names fold, in any case."""
        letter, *steps = self._bare(path).split("/")
        found: Item | None = self.items[LETTERS[letter]]
        for step in steps:
            name, _, number = step.partition("#dup-")
            if found is None:
                return None
            children = self.children(found.id)
            exact = [one for one in children if one.name == name]
            same = exact or [
                one for one in children if self.rules.key(one.name) == self.rules.key(name)
            ]
            place = int(number or 1) - 1
            found = same[place] if place < len(same) else None
        return found

    def know(self, path: str) -> Item:
        """Find an item that is there, also a conflict copy that a row names as such."""
        found = self.find(path) or self._copy_at(path)
        assert found is not None, f"nothing at {path}"
        return found

    def _copy_at(self, path: str) -> Item | None:
        if "#conflict-" not in path:
            return None
        bare = path.strip("/")
        return next((one for one in self.items.values() if told_path(self, one) == bare), None)

    def _bare(self, path: str) -> str:
        path = path.strip("/")
        if self.side is Side.LEFT and path.startswith(LOOSE):
            return "P" + path.removeprefix(LOOSE)
        return path

    def _below(self, item: ItemId) -> Iterator[ItemId]:
        yield item
        for child in self.children(item):
            yield from self._below(child.id)

    # what people do, in the catalogue's words

    def act(self, verb: str, what: Any) -> None:
        """Do one thing."""
        paths = [what] if isinstance(what, str) else list(what)
        if verb in ("put", "new", "replace", "oldversion"):
            for path, token in spread(paths[0], paths[1]):
                self._write(verb, path, token)
        elif verb in ("mv", "swap", "copy"):
            getattr(self, f"_{verb}")(*paths)
        else:
            for path, _ in spread(paths[0]):
                getattr(self, f"_{verb}")(path)

    def plant(self, tree: Mapping[str, str]) -> None:
        """Put many items at once."""
        for path, token in spread_tree(tree).items():
            self.act(
                "mkdir" if token == "dir" else "new", path if token == "dir" else [path, token]
            )

    def _write(self, verb: str, path: str, token: str) -> None:
        blob = content(token)
        assert isinstance(blob, bytes)
        there = self.find(path) or self._copy_at(path)
        if verb == "replace":
            there = self.know(path)
            self.delete(there.id)
            assert there.parent is not None
            self.make(there.parent, there.name, blob)
        elif there is None or verb == "new":
            folder, name = self._place(path)
            self.make(folder, name, blob)
        else:
            self.write(there.id, blob)

    def _place(self, path: str) -> tuple[ItemId, str]:
        above, _, name = self._bare(path).rpartition("/")
        return self._mkdir(above), name

    def _mkdir(self, path: str) -> ItemId:
        found = self.find(path)
        return found.id if found is not None else self.make(*self._place(path), None).id

    def _del(self, path: str) -> None:
        self.delete(self.know(path).id)

    def _mv(self, path: str, to: str) -> None:
        self.move(self.know(path).id, *self._place(to))

    def _swap(self, one: str, other: str) -> None:
        first, second = self.know(one), self.know(other)
        assert first.parent is not None
        assert second.parent is not None
        aside = numbered_once(first.name, first.kind, self.rules, 999)
        self.move(first.id, first.parent, aside)
        self.move(second.id, first.parent, first.name)
        self.move(first.id, second.parent, second.name)

    def _copy(self, path: str, to: str) -> None:
        self._copy_into(self.know(path), *self._place(to))

    def _copy_into(self, item: Item, folder: ItemId, name: str) -> None:
        inside = self.children(item.id)
        made = self.make(folder, name, self.contents.get(item.id))
        for child in inside:
            self._copy_into(child, made.id, child.name)

    def _touch(self, path: str) -> None:
        item = self.know(path)
        self.items[item.id] = replace(item, modified=self._tick(), tag=f"touched {self.ticks}")

    def _restore(self, path: str) -> None:
        for number, (item, blob) in enumerate(self.bin.pop(path.strip("/"))):
            parent = self._place(path)[0] if number == 0 else item.parent
            self.items[item.id] = replace(item, parent=parent)
            if blob is not None:
                self.contents[item.id] = blob
            del self.gone[item.id], self.gone_at[item.id]


def told_path(shelf: Shelf, item: Item) -> str:
    """Tell a path as the catalogue does: a conflict copy by its original and its side."""
    steps = []
    for step in shelf.path(item.id).split("/"):
        copy = is_conflict_copy(Name(step))
        letter = "A" if copy is not None and copy[1] is Side.LEFT else "B"
        steps.append(step if copy is None else f"{copy[0]}#conflict-{letter}")
    return "/".join(steps)


def told(shelf: Shelf) -> Told:
    """Tell a side: its files, and the folders that hold nothing."""
    full = {item.parent for item in shelf.items.values()}
    tree: Told = {}
    for item in shelf.items.values():
        if item.parent is None or (item.kind is Kind.FOLDER and item.id in full):
            continue
        blob = shelf.contents.get(item.id)
        path = _free(told_path(shelf, item), lambda wanted: wanted in tree)
        tree[path] = "dir" if blob is None else token_of(blob)
    return tree


def _free(path: str, is_taken: Callable[[str], bool]) -> str:
    number, wanted = 1, path
    while is_taken(wanted):
        number += 1
        wanted = f"{path}#dup-{number}"
    return wanted


def expected(tree: Mapping[str, str]) -> Told:
    """Read a tree that a row expects."""
    return {
        path.rstrip("/").removesuffix("#dup-1"): "dir" if token == "dir" else canonical(token)
        for path, token in spread_tree(tree).items()
    }
