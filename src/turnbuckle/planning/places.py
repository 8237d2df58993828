"""Merge where each node is to be and what it is to be called: folder and name apart.

What counts here is how the other side could have it; whether a person used an item at all, which
saves it from a deletion, is asked of its real folder and name (`existence`).
"""

from turnbuckle.model.items import Kind
from turnbuckle.model.names import TEMPORARY, fit, same_but_for_form
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.albums import inner_name
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Fate, Forest, Node


def moved(forest: Forest, node: Node, side: Side) -> bool:
    """Tell whether the node is shown in another folder on that side than when both agreed."""
    if node.pair is None or node.is_root or side not in node.items:
        return False
    return forest.parent_now(node, side) is not forest.parent_then(node, side)


def renamed(node: Node, side: Side) -> bool:
    """Tell whether it goes by another name on one side; its Unicode form alone is no name."""
    item = node.items.get(side)
    if node.pair is None or node.is_root or item is None or item.name.startswith(TEMPORARY):
        return False
    return not same_but_for_form(node.name_now(side), node.name_then(side))


def merge_places(forest: Forest) -> list[Notice]:
    """Give every living node its folder, and undo moves that would put folders into each other."""
    placed = [node for node in forest.nodes if not node.is_root]
    for node in placed:
        _merge_parent(forest, node)
    undone = _break_cycles(forest)  # before any path is told: in a circle none has an end
    notices = [notice for node in placed for notice in _overruled_moves(forest, node)]
    yielding = forest.terms.policy.prefer.other
    notices.extend(
        Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(node)) for node in undone
    )
    forest.find_homes()
    for node in forest.nodes if len(forest.roots) > 1 else ():
        if node.parent is not None and not node.is_root:
            node.tool = _tool_above(node)
    return notices


def _tool_above(node: Node) -> str:
    """Give the tool of the bound folder that a node is to be below."""
    current = node
    while current.parent is not None and not current.is_root:
        current = current.parent
    return current.tool


def _overruled_moves(forest: Forest, node: Node) -> list[Notice]:
    """Tell when both sides moved a node to different folders: the preferred side's move holds."""
    if not all(moved(forest, node, side) for side in Side):
        return []
    yielding = forest.terms.policy.prefer.other
    if forest.parent_now(node, yielding) is node.parent:
        return []
    return [Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(node, yielding))]


def _has_say(forest: Forest, node: Node, side: Side) -> bool:
    """What lies in a folder that was made anew elsewhere says nothing of where it is to be."""
    holder = forest.parent_now(node, side)
    return holder is None or holder.pair is not None or holder.fate is not Fate.DOOMED


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
    if not _has_say(forest, node, prefer):
        prefer = prefer.other
    for chosen in (prefer, prefer.other):
        if _has_say(forest, node, chosen) and moved(forest, node, chosen):
            node.parent, node.parent_from = forest.parent_now(node, chosen), chosen
            break
    else:
        node.parent = forest.parent_now(node, prefer)


def _break_cycles(forest: Forest) -> list[Node]:
    """Undo moves until no folder is to be below itself, and give the folders concerned.

    An undone move can close another circle; that one leads through the folder taken back, which is
    this one or comes after it, so once through all folders is enough.
    """
    undone: list[Node] = []
    for node in sorted(forest.nodes, key=Node.order):
        while node.kind is Kind.FOLDER and (cycle := _cycle_through(node)):
            undone.extend(_undo_one(forest, cycle))
    return undone


def _undo_one(forest: Forest, cycle: list[Node]) -> list[Node]:
    """Take one folder of a circle back to where the preferred side has it, and give it.

    Neither side has the circle, so where it passes from what one of them says to what the other
    says there is a folder that both have. Each is taken back once, so there is an end to it. A
    circle that the base alone tells of, of folders that are gone, is cut without a word.
    """
    prefer = forest.terms.policy.prefer
    chosen = min(
        (
            one
            for one in cycle
            if len(one.items) == len(Side) and one.parent is not forest.parent_now(one, prefer)
        ),
        key=lambda one: (not _has_say(forest, one, prefer), one.parent_from is None, one.order()),
        default=None,
    )
    if chosen is None:
        cycle[0].parent = None
        return []
    chosen.parent, chosen.parent_from = forest.parent_now(chosen, prefer), None
    return [chosen]


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
    for node in sorted(forest.nodes, key=_by_nesting):
        if node.is_root or not node.items:
            continue
        side = node.only
        if side is not None:
            node.origin = side
            _name_after(forest, node, side)
        else:
            notices.extend(_merge_two_names(forest, node))
    return notices


def _by_nesting(node: Node) -> int:
    """Folders come before those that are nested in them, whose names may begin with theirs."""
    names = (*node.shown.values(), *node.shown_then.values())
    return max(map(len, names), default=0)


def _merge_two_names(forest: Forest, node: Node) -> list[Notice]:
    node.names = {side: node.lasting_name(side) for side in Side}
    if node.stays_put:
        node.names = {side: node.items[side].name for side in Side}
        return []
    changed = [side for side in Side if renamed(node, side)]
    prefer = forest.terms.policy.prefer
    node.origin = node.parent_from or prefer
    if node.pair is None or not changed:
        return []
    node.origin = changed[0] if len(changed) == 1 else prefer
    if len(changed) == 2:
        left, right = node.name_now(Side.LEFT), node.name_now(Side.RIGHT)
        if (
            fit(left, node.kind, forest.can(node, Side.RIGHT).names) == right
            or fit(right, node.kind, forest.can(node, Side.LEFT).names) == left
        ):
            return []
    _name_after(forest, node, node.origin)
    if len(changed) == 1:
        return []
    yielding = prefer.other
    return [Notice(reason=Reason.MOVE_OVERRULED, side=yielding, path=path_of(node, yielding))]


def _name_after(forest: Forest, node: Node, side: Side) -> None:
    there = forest.can(node, side.other)
    node.names = {side: node.lasting_name(side)}
    other = node.items.get(side.other)
    if other is not None and node.kind is Kind.FILE and not there.renames_files:
        node.names[side.other] = other.name  # it stays known there by the name that it has
        return
    told = inner_name(forest, node, side.other, node.name_now(side))
    node.names[side.other] = fit(told, node.kind, there.names)
