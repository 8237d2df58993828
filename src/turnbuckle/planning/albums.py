"""Show nested folders as the other side could have them, where its folders are flat.

Procore's albums hold photos and no albums. A folder `North` in the folder `Site` is shown to the
planner as `Site - North` at the top of its tool, now and in the base; so a folder that is renamed
renames the albums of all below it. Only names and parents are shown so: an item stays what it is,
and a step on the nested side uses its real folder and its real name. `docs/names.md` tells people.
"""

from collections.abc import Iterator

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import JOINT, TEMPORARY, joined
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Albums
from turnbuckle.model.side import Side
from turnbuckle.planning.nodes import Forest, Node

_DEEPEST = 2_000  # folders above one another; a longer chain is a circle


def show_nested(forest: Forest) -> None:
    """Give every nested folder the name that it is shown under, as it is and as it was."""
    for tool, flat in _flat_sides(forest):
        nested = flat.other
        for node in forest.nodes:
            if node.kind is not Kind.FOLDER or node.is_root:
                continue
            if nested in node.items and forest.tool_at(node, nested) == tool:
                now = _names_now(forest, node, nested)
                if len(now) > 1:
                    node.shown[nested] = joined(now)
            if node.pair is not None and forest.tool_then(node, nested) == tool:
                then = _names_then(forest, node, nested)
                if len(then) > 1:
                    node.shown_then[nested] = joined(then)


def block_nested(forest: Forest) -> None:
    """Leave new nested folders alone where the owner wants no album made of them."""
    if forest.terms.policy.albums is not Albums.BLOCK:
        return
    for node in forest.nodes:
        if node.shown and node.pair is None and len(node.items) == 1:
            node.blocked = Reason.NESTED


def _flat_sides(forest: Forest) -> Iterator[tuple[str, Side]]:
    """Give the tools in which the folders of one side alone are flat, each with that side."""
    for tool in forest.roots:
        flat = [side for side in Side if forest.terms.capabilities(side, tool).flat]
        if len(flat) == 1:
            yield tool, flat[0]


def _names_now(forest: Forest, node: Node, side: Side) -> list[Name]:
    """Give the names from below the tool's folder down to the node."""
    names: list[Name] = []
    tree = forest.trees[side]
    current: ItemId | None = node.items[side].id
    for _ in range(_DEEPEST):
        item = None if current is None or current in tree.roots else tree.items.get(current)
        if item is None:
            break
        pair = forest.base.of(side, item.id)
        lasting = pair is not None and item.name.startswith(TEMPORARY)
        names.append(pair.half(side).name if lasting and pair else item.name)
        current = item.parent
    return names[::-1]


def _names_then(forest: Forest, node: Node, side: Side) -> list[Name]:
    names: list[Name] = []
    pair = node.pair
    for _ in range(_DEEPEST):
        if pair is None or pair.half(side).parent is None:
            break
        names.append(pair.half(side).name)
        pair = forest.base.of(side, pair.half(side).parent)
    return names[::-1]


def inner_name(forest: Forest, node: Node, side: Side, told: Name) -> Name:
    """Give the real name of a nested folder that the flat side calls `told`.

    The folder that it lies in, or is to lie in, has a name of its own and need not be said again.
    """
    home = forest.home(node, side)
    if home is None or home is node.parent:
        return told
    outer = [home.names.get(side.other), _shown_name(forest, home, side)]
    for name in outer:
        rest = told.removeprefix(f"{name}{JOINT}")
        if name and rest and rest != told:
            return Name(rest)
    return told


def _shown_name(forest: Forest, folder: Node, side: Side) -> Name:
    """Give what a folder is shown as once it has the name that it is to have."""
    names: list[Name] = []
    current: Node | None = folder
    for _ in range(_DEEPEST):
        if current is None or current.is_root:
            break
        item = current.items.get(side)
        name = current.names.get(side) or (item.name if item else None)
        if name is not None:
            names.append(name)
        current = forest.home(current, side)
    return joined(names[::-1])
