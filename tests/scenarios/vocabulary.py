"""The words of the catalogue: trees, tokens, changes and ranges, read from its rows as data."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.connectors.memory.people import People
from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.side import Side

CATALOGUE = Path(__file__).parent / "catalogue.yaml"
SIDES = {"A": Side.LEFT, "B": Side.RIGHT}
SIZE_BYTES = 1000
_RANGE = re.compile(r"\[(\d+)-(\d+)\]")
_SIZED = re.compile(r"^(?P<token>.*)@(?P<size>\d+)(?P<unit>[KMGT]?B?)$")
_CONFLICT = re.compile(r"^(?P<path>.*)#conflict-(?P<side>[AB])(?P<slash>/?)$")

type Row = Mapping[str, Any]
type Told = dict[str, str]
"""A tree as the catalogue tells it: paths without a slash at their end, tokens or ``dir``."""


def rows(path: Path = CATALOGUE) -> list[Row]:
    """Give every row of a catalogue."""
    found: list[Row] = yaml.safe_load(path.read_text())["scenarios"]
    return found


def needs_documents_alone(row: Row) -> bool:
    """Tell whether a row is about Documents only, without faults and without switches."""
    text = repr({key: row[key] for key in row if key != "title"})
    return row["run"] == "auto" and "P/" not in text and "caps" not in row and "5GB" not in text


def spread(path: str, value: str) -> Iterator[tuple[str, str]]:
    """Give every path that a range stands for, with its token."""
    found = _RANGE.search(path)
    if found is None:
        yield path, value
        return
    for number in range(int(found[1]), int(found[2]) + 1):
        yield path[: found.start()] + str(number) + path[found.end() :], f"{value}{number}"


def content(token: str) -> Blob:
    """Give the bytes that a token stands for."""
    sized = _SIZED.match(token)
    size = int(sized["size"]) if sized else SIZE_BYTES
    word = sized["token"] if sized else token
    if size == 0:
        return b""
    seed = hashlib.sha256(word.encode()).digest()
    lead = f"{word}\n".encode()
    return (lead + seed * (size // len(seed) + 1))[:size]


def plant(people: People, tree: Mapping[str, str]) -> None:
    """Put a tree on one side."""
    for pattern, value in tree.items():
        for path, token in spread(pattern, value):
            if value == "dir":
                people.mkdir(path)
            else:
                people.put(path, content(token))


def act(people: People, change: Mapping[str, Any]) -> None:
    """Let a user do one thing."""
    ((verb, what),) = change.items()
    paths = [what] if isinstance(what, str) else list(what)
    paths[0] = found_path(people, paths[0])
    match verb:
        case "put" | "new" | "replace" | "oldversion":
            method = getattr(people, verb)
            for path, token in spread(paths[0], paths[1]):
                method(path, content(token))
        case "mkdir" | "del" | "touch" | "restore" | "lock" | "unlock":
            method = getattr(people, {"del": "delete"}.get(verb, verb))
            for path, _ in spread(paths[0], ""):
                method(path)
        case "mv":
            people.move(paths[0], paths[1])
        case "swap" | "copy":
            getattr(people, verb)(*paths)
        case _:
            raise ValueError(f"the catalogue has no word {verb!r}")


def found_path(people: People, path: str) -> str:
    """Turn ``path#conflict-A`` into the path of the copy that is there."""
    wanted = _CONFLICT.match(path)
    if wanted is None:
        return path
    for real, told in told_paths(people).items():
        if told == path.rstrip("/"):
            return real
    return path


def told_paths(people: People) -> dict[str, str]:
    """Give every path of a side, and how the catalogue would tell it."""
    found: dict[str, str] = {}
    for real in people.snapshot():
        told = []
        for step in real.strip("/").split("/"):
            copy = is_conflict_copy(Name(step))
            side = "A" if copy and copy[1] is Side.LEFT else "B"
            told.append(f"{copy[0]}#conflict-{side}" if copy else step)
        found[real.rstrip("/")] = "/".join(told)
    return found


def told_tree(people: People) -> dict[str, Blob | None]:
    """Give a side as the catalogue tells it: files, and folders that hold nothing."""
    names = told_paths(people)
    tree = people.snapshot()
    full = {path.rstrip("/").rpartition("/")[0] for path in tree}
    return {
        names[path.rstrip("/")]: blob
        for path, blob in tree.items()
        if blob is not None or path.rstrip("/") not in full
    }


def expected_tree(tree: Mapping[str, str]) -> dict[str, Blob | None]:
    """Read a tree that a row expects."""
    found: dict[str, Blob | None] = {}
    for pattern, value in tree.items():
        for path, token in spread(pattern, value):
            found[path.rstrip("/")] = None if value == "dir" else content(token)
    return found
