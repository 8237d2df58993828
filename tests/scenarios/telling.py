"""Trees as the catalogue tells them, and how one differs from what was expected."""

import re
from collections.abc import Iterable, Mapping

from scenarios.acting import Shown
from scenarios.vocabulary import SIDES, canonical, spread, spread_tree

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.side import Side

type Told = dict[str, str]
"""Paths without a slash at their end, each with its token or ``dir``."""

_CONFLICT = re.compile(r"#conflict-[AB](?=/|$)")
_MOST_SHOWN = 6


def told_path(path: str) -> str:
    """Tell a path as the catalogue does: a conflict copy by its original and its side."""
    steps = []
    for step in path.strip("/").split("/"):
        name, mark, number = step.partition("#dup-")
        copy = is_conflict_copy(Name(name))
        if copy is not None:
            name = f"{copy[0]}#conflict-{'A' if copy[1] is Side.LEFT else 'B'}"
        steps.append(name + (mark + number if number != "1" else ""))
    return "/".join(steps)


def told(snapshot: Mapping[str, Shown]) -> Told:
    """Tell a side: its files, and the folders that hold nothing."""
    full = {path.rstrip("/").rpartition("/")[0] for path in snapshot}
    tree: Told = {}
    for path, shown in snapshot.items():
        bare = path.rstrip("/")
        if shown.token is None and bare in full:
            continue
        name, number = told_path(bare), 1
        while name in tree:  # a second copy of the same original and side
            number += 1
            name = f"{told_path(bare)}#copy-{number}"
        tree[name] = "dir" if shown.token is None else canonical(shown.token)
    return tree


def expected(tree: Mapping[str, str]) -> Told:
    """Read a tree that a row expects."""
    return {
        path.rstrip("/").removesuffix("#dup-1"): "dir" if token == "dir" else canonical(token)
        for path, token in spread_tree(tree).items()
    }


def real_path(snapshot: Mapping[str, Shown], path: str) -> str:
    """Find the real path of a conflict copy; any other path is given as it is."""
    if not _CONFLICT.search(path):
        return path
    for real in snapshot:
        if told_path(real) == path.rstrip("/"):
            return real
    return path


def differences(found: Told, wanted: Told) -> list[str]:
    """Say how a tree differs from the one that was expected; nothing when it does not."""
    missing = sorted(path for path in wanted if path not in found)
    more = sorted(path for path in found if path not in wanted)
    other = sorted(path for path in wanted if path in found and found[path] != wanted[path])
    wrong = []
    if missing:
        wrong.append(f"lacks {_some(f'{path}: {wanted[path]}' for path in missing)}")
    if more:
        wrong.append(f"has {_some(f'{path}: {found[path]}' for path in more)} beside")
    if other:
        wrong.append(
            "holds " + _some(f"{path}: {found[path]} instead of {wanted[path]}" for path in other)
        )
    return wrong


def spread_places(places: Iterable[Mapping[str, str]]) -> set[tuple[Side, str]]:
    """Give every side and path that a list such as `new_ids` names."""
    return {
        (SIDES[place["side"]], path.rstrip("/"))
        for place in places
        for path, _ in spread(place["path"])
    }


def _some(texts: Iterable[str]) -> str:
    named = list(texts)
    more = len(named) - _MOST_SHOWN
    return ", ".join(named[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
