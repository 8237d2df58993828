"""Merge where each node is to be and what it is to be called: folder and name apart."""

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.names import TEMPORARY, fit
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.existence import moved, path_of, renamed
from turnbuckle.planning.nodes import Fate, Forest, Node


def merge_places(forest: Forest) -> list[Notice]:
    """Give every living node its folder, and undo moves that would put folders into each other."""
    notices: list[Notice] = []
    for node in forest.nodes:
        if not node.is_root:
            _merge_parent(forest, node)
            notices.extend(_overruled_moves(forest, node))
    return [*notices, *_break_cycles(forest)]


def _overruled_moves(forest: Forest, node: Node) -> list[Notice]:
    """Tell when both sides moved a node to different folders: the preferred side's move holds."""
    if not all(moved(forest, node, side) for side in Side):
        return []
    yielding = forest.terms.policy.prefer.other
    if forest.parent_now(node, yielding) is node.parent:
        return []
    return [Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(node, yielding))]


def _merge_parent(forest: Forest, node: Node) -> None:
    side = node.only
    if side is not None:
        node.parent = forest.parent_now(node, side)
        node.parent_from = side if moved(forest, node, side) else None
        return
    if not node.items:
        node.parent = forest.parent_then(node, Side.LEFT)
        return
    prefer = forest.terms.policy.prefer
    for chosen in (prefer, prefer.other):
        if moved(forest, node, chosen):
            node.parent, node.parent_from = forest.parent_now(node, chosen), chosen
            break
    else:
        node.parent = forest.parent_now(node, prefer)
    if node.parent is not None and node.parent.fate is Fate.FORGOTTEN:
        node.parent = forest.parent_now(node, prefer.other) or node.parent


def _break_cycles(forest: Forest) -> list[Notice]:
    notices: list[Notice] = []
    yielding = forest.terms.policy.prefer.other
    for node in sorted(forest.nodes, key=Node.order):
        while node.kind is Kind.FOLDER and (cycle := _cycle_through(node)):
            undone = min(
                (one for one in cycle if one.parent_from is yielding),
                key=Node.order,
                default=cycle[0],
            )
            undone.parent = forest.parent_now(undone, yielding.other)
            undone.parent_from = None
            notices.append(
                Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(undone))
            )
    return notices


def _cycle_through(node: Node) -> list[Node]:
    """Give the nodes of the circle that `node` is part of, or none."""
    trail, current = [node], node.parent
    while current is not None and current is not node:
        if any(current is one for one in trail):
            return []  # a circle further up, met when its own nodes are looked at
        trail.append(current)
        current = current.parent
    return trail if current is node else []


def merge_names(forest: Forest) -> list[Notice]:
    """Say which side's name each node goes by, and what it is called on each side if it is free."""
    notices: list[Notice] = []
    for node in forest.nodes:
        if node.is_root or not node.items:
            continue
        side = node.only
        if side is not None:
            node.origin = side
            _name_after(forest, node, side)
        else:
            notices.extend(_merge_two_names(forest, node))
    return notices


def _merge_two_names(forest: Forest, node: Node) -> list[Notice]:
    left, right = node.items[Side.LEFT], node.items[Side.RIGHT]
    node.names = {side: _lasting_name(node, side) for side in Side}
    changed = [side for side in Side if renamed(node, side)]
    prefer = forest.terms.policy.prefer
    node.origin = node.parent_from or prefer
    if node.pair is None or not changed:
        return []
    node.origin = changed[0] if len(changed) == 1 else prefer
    if len(changed) == 2:
        right_rules, left_rules = forest.terms.right.names, forest.terms.left.names
        if (
            fit(left.name, node.kind, right_rules) == right.name
            or fit(right.name, node.kind, left_rules) == left.name
        ):
            return []
    _name_after(forest, node, node.origin)
    if len(changed) == 1:
        return []
    yielding = prefer.other
    return [Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(node, yielding))]


def _lasting_name(node: Node, side: Side) -> Name:
    """Give the name that an item has, or had before it got a temporary one."""
    name = node.items[side].name
    if name.startswith(TEMPORARY) and node.pair is not None:
        return node.pair.half(side).name
    return name


def _name_after(forest: Forest, node: Node, side: Side) -> None:
    name = node.items[side].name
    rules = forest.terms.capabilities(side.other).names
    node.names = {side: name, side.other: fit(name, node.kind, rules)}
