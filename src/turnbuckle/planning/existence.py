"""Decide which nodes live: an edit or a move beats a delete; no folder dies around a survivor."""

from turnbuckle.model.items import Kind
from turnbuckle.model.names import TEMPORARY, same_but_for_form
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.policy import Standing
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of
from turnbuckle.planning.nodes import Fate, Forest, Node, State


def moved(forest: Forest, node: Node, side: Side) -> bool:
    """Tell whether the node lies in another folder on that side than when both sides agreed."""
    if node.pair is None or node.is_root or side not in node.items:
        return False
    return forest.parent_now(node, side) is not forest.parent_then(node, side)


def renamed(node: Node, side: Side) -> bool:
    """Tell whether one side gave the node another name; its Unicode form alone is no name."""
    item = node.items.get(side)
    if node.pair is None or node.is_root or item is None:
        return False
    if item.name.startswith(TEMPORARY):
        return False  # our own, left over from a run that was cut off in an exchange of names
    return not same_but_for_form(item.name, node.pair.half(side).name)


def decide_existence(forest: Forest, standing: Standing) -> None:
    """Give every node its fate, looking at the node alone; `keep_around_survivors` looks around."""
    for node in forest.nodes:
        node.fate = _fate(forest, node, standing)
    _keep_moved_folders_whole(forest)


def _fate(forest: Forest, node: Node, standing: Standing) -> Fate:
    if node.is_root:
        return Fate.KEPT
    failed = [side for side, item in node.items.items() if (side, item.id) in standing.set_aside]
    if failed:
        node.aside = failed[0]
        return Fate.FROZEN
    if State.HIDDEN in node.states.values():
        return Fate.FROZEN
    side = node.only
    if node.pair is None or side is None:
        return Fate.KEPT if node.items else Fate.FORGOTTEN
    change = Change.NONE
    if node.kind is Kind.FILE:
        change = change_of(node, side, forest.terms)
    if change is Change.UNKNOWN:
        node.undecided = True
        return Fate.FROZEN
    if change is Change.CHANGED or moved(forest, node, side) or renamed(node, side):
        node.revived = True
        node.origin = side
        return Fate.KEPT
    return Fate.DOOMED


def _keep_moved_folders_whole(forest: Forest) -> None:
    """A folder moved or renamed on one side and deleted on the other is kept with all it holds."""
    for side in Side:
        below: dict[int, list[Node]] = {}
        for node in forest.nodes:
            parent = forest.parent_now(node, side)
            if parent is not None and node.fate is Fate.DOOMED:
                below.setdefault(id(parent), []).append(node)
        queue = [
            node
            for node in forest.nodes
            if node.revived and node.kind is Kind.FOLDER and node.only is side
        ]
        while queue:
            for child in below.pop(id(queue.pop()), []):
                child.fate, child.revived, child.origin = Fate.KEPT, True, side
                queue.append(child)


def keep_around_survivors(forest: Forest) -> list[Notice]:
    """Keep every folder that something living is to be in, and tell what was not deleted so.

    Call it once the places are merged: what moves out of a folder does not keep it alive.
    """
    for node in forest.nodes:
        if node.fate not in (Fate.KEPT, Fate.FROZEN):
            continue
        parent = node.parent
        while parent is not None and parent.fate in (Fate.DOOMED, Fate.FORGOTTEN):
            if parent.fate is Fate.FORGOTTEN:
                break
            parent.fate, parent.revived = Fate.KEPT, True
            parent.origin = parent.only or Side.LEFT
            parent = parent.parent
    return [
        Notice(reason=Reason.DELETE_CANCELLED, side=node.only or Side.LEFT, path=path_of(node))
        for node in forest.nodes
        if node.revived and not (node.parent is not None and _follows(node, node.parent))
    ]


def _follows(node: Node, parent: Node) -> bool:
    """Whether the notice of a folder kept whole speaks for this node too."""
    return parent.revived and not _own_reason(node)


def _own_reason(node: Node) -> bool:
    side = node.only
    if node.pair is None or side is None:
        return False
    item, half = node.items[side], node.pair.half(side)
    return item.version != half.version or item.name != half.name or item.parent != half.parent


def path_of(node: Node, side: Side | None = None) -> str:
    """Give a node's path below the link's root, for people to read."""
    names: list[str] = []
    current: Node | None = node
    while current is not None and not current.is_root:
        chosen = side if side in current.items else (current.only or Side.LEFT)
        item = current.items.get(chosen)
        name = current.names.get(side or chosen) or (item.name if item else "")
        if not name and current.pair is not None:
            name = current.pair.half(chosen).name
        names.append(name)
        current = current.parent
    return "/".join(reversed(names))
