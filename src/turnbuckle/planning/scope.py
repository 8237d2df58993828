"""Leave alone what the owner does not want kept in step, and what is paused.

Leaving the scope is not a deletion: what lies outside stays where it is on both sides, and its pair
is kept, so that nothing is sent again when it comes back.
"""

import fnmatch
from collections.abc import Iterator
from datetime import timedelta

from turnbuckle.model.items import Kind
from turnbuckle.model.policy import Policy, Standing
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.planning.nodes import Fate, Forest, Node

type Place = tuple[str, ...]
"""The names from below the tool's folder down to an item, without their case."""


def places_of(forest: Forest, *, then: bool = False) -> dict[int, Place]:
    """Give the place of every node (by its `id()`), spelled as the preferred side spells it.

    Args:
        forest: all nodes concerned.
        then: give the places on which both sides agreed last, where they did.
    """
    prefer = forest.terms.policy.prefer
    found: dict[int, Place] = {}

    def above(node: Node) -> Node | None:
        return forest.parent_then(node, prefer) if then and node.pair else node.parent

    for node in forest.nodes:
        trail: list[Node] = []
        current: Node | None = node
        while current is not None and not current.is_root and id(current) not in found:
            if current in trail:
                break  # agreed on at different times, two folders may each have lain in the other
            trail.append(current)
            current = above(current)
        place: Place = found.get(id(current), ())
        for passed in reversed(trail):
            side = passed.only or prefer
            seen = side in passed.items and not (then and passed.pair)
            name = passed.name_now(side) if seen else passed.name_then(side)
            place = (*place, name.casefold())
            found[id(passed)] = place
    return found


def leave_outside(forest: Forest, standing: Standing) -> None:
    """Freeze what is outside the scope; call it once it is known where everything is to be.

    A folder that is outside and holds something inside comes along, for the other side needs it.
    """
    policy = forest.terms.policy
    if not policy.scope and not policy.directions:
        return
    places = places_of(forest)
    fates: dict[int, Fate] = {}
    for node in forest.nodes:
        if node.is_root or not node.items or node.is_elsewhere:
            continue
        if not _is_kept(node, places[id(node)], policy, standing):
            fates[id(node)] = node.fate
            node.fate, node.outside = Fate.FROZEN, True
            node.undecided, node.held, node.held_side = False, None, None
    for node in forest.nodes:
        if node.fate is Fate.KEPT:
            for folder in _needed_for(node):
                folder.fate, folder.outside = fates[id(folder)], False
    for node in forest.nodes:
        node.revived = node.revived and not node.outside
    _watch_below_what_left(forest, standing)


def _watch_below_what_left(forest: Forest, standing: Standing) -> None:
    """Mark what changed below a folder that was taken out of the scope and may be brought back.

    Once it is back it is as both sides know it, so nothing else would tell of what changed in it.
    """
    policy, then = forest.terms.policy, places_of(forest, then=True)
    left = {
        id(node)
        for node in forest.nodes
        if node.outside and node.pair is not None and node.kind is Kind.FOLDER
        if _is_kept(node, then[id(node)], policy, standing)
    }
    for node in forest.nodes if left else ():
        node.may_return = node.outside and _differs(node) and _is_below(node, left)


def _is_below(node: Node, folders: set[int]) -> bool:
    folder = node.parent
    while folder is not None and id(folder) not in folders:
        folder = folder.parent
    return folder is not None


def _differs(node: Node) -> bool:
    """Tell whether anything of a node is otherwise than when both sides agreed."""
    if node.pair is None or len(node.items) < len(Side):
        return True
    return any(
        (item.parent, item.name, item.version) != (half.parent, half.name, half.version)
        for side, item in node.items.items()
        for half in (node.pair.half(side),)
    )


def _needed_for(node: Node) -> Iterator[Node]:
    """Give the folders outside that have to be on both sides for the sake of what is in them."""
    folder = node.parent
    while folder is not None and folder.outside and folder.only is not None:
        yield folder
        folder = folder.parent


def _is_kept(node: Node, place: Place, policy: Policy, standing: Standing) -> bool:
    """Tell whether a node is kept in step at a place."""
    paused = direction_at(policy, node, place) is Direction.PAUSED
    return not paused and _is_inside(node, place, policy, standing)


def _is_inside(node: Node, place: Place, policy: Policy, standing: Standing) -> bool:
    speaking = (rule for rule in reversed(policy.scope) if _speaks(rule, node, place, standing))
    rule = next(speaking, None)
    return rule is None or rule.include


def _speaks(rule: Rule, node: Node, place: Place, standing: Standing) -> bool:
    if rule.folder and not _matches(rule.folder, place):
        return False
    of_files = bool(rule.names) or rule.larger_than is not None or rule.older_than_days is not None
    if not of_files:
        return True
    if node.kind is Kind.FOLDER:
        return False
    if rule.names and not any(_like(place[-1], pattern) for pattern in rule.names):
        return False
    size = max(item.size for item in node.items.values())
    if rule.larger_than is not None and size <= rule.larger_than:
        return False
    return rule.older_than_days is None or _is_older(node, rule.older_than_days, standing)


def _is_older(node: Node, days: int, standing: Standing) -> bool:
    """Tell the age by the newest of both sides; what has no time is never too old."""
    times = [item.modified for item in node.items.values()]
    if standing.now is None or not times:
        return False
    return all(at is not None and standing.now - at > timedelta(days=days) for at in times)


def _matches(folder: str, place: Place) -> bool:
    """Tell whether an item is what a folder pattern names, or lies anywhere below it."""
    patterns = folder.strip("/").split("/")
    return len(place) >= len(patterns) and all(map(_like, place, patterns))


def _like(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern.casefold())


def direction_at(policy: Policy, node: Node, place: Place) -> Direction:
    """Give where changes go at a place: the nearest folder up the path decides."""
    if not policy.directions:
        return Direction.BOTH
    wanted = {
        tuple(part for part in folder.casefold().split("/") if part): direction
        for folder, direction in policy.directions.items()
    }
    folder = place if node.kind is Kind.FOLDER else place[:-1]
    for length in range(len(folder), -1, -1):
        if folder[:length] in wanted:
            return wanted[folder[:length]]
    return Direction.BOTH
