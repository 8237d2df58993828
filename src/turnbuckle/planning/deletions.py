"""Draft the deletions: the topmost doomed folder with all below it in one step."""

from turnbuckle.model.plans import Delete, Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.draft import Draft
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Fate, Node


def draft_deletes(draft: Draft) -> None:
    """Write down the deletions, once it is known what moves out of the folders concerned.

    A folder in which something is left, for whatever reason, stays; the rest of it goes one by one.
    """
    forest = draft.forest
    for side in Side:
        staying = _folders_that_stay(draft, side)
        doomed = [
            node
            for node in forest.nodes
            if node.fate is Fate.DOOMED and node.only is side and id(node) not in staying
        ]
        going = {id(node) for node in doomed}
        below: dict[int, list[Node]] = {}
        tops: list[Node] = []
        for node in doomed:
            parent = forest.holder_now(node, side)
            if parent is not None and id(parent) in going:
                below.setdefault(id(parent), []).append(node)
            else:
                tops.append(node)
        for top in sorted(tops, key=Node.order):
            _delete(draft, top, side, below)


def _folders_that_stay(draft: Draft, side: Side) -> set[int]:
    """Give the folders of one side, by node, in which something is left after all steps so far."""
    staying: set[int] = set()
    for node in draft.forest.nodes:
        if node.fate is Fate.DOOMED or side not in node.items:
            continue
        current: Node | None = node
        while current is not None and (id(current), side) not in draft.moves:
            current = draft.forest.holder_now(current, side)
            if current is None or id(current) in staying:
                break
            staying.add(id(current))
    return staying


def _delete(draft: Draft, top: Node, side: Side, below: dict[int, list[Node]]) -> None:
    subtree, queue = [], [top]
    while queue:
        node = queue.pop()
        subtree.append(node)
        queue.extend(sorted(below.get(id(node), []), key=Node.order, reverse=True))
    pairs = tuple(node.pair for node in subtree if node.pair is not None)
    step = draft.numbering.add(
        Delete(side=side, item=top.items[side], pairs=pairs, path=path_of(top, side))
    )
    for node in subtree:
        draft.deletes[(id(node), side)] = step
    inside = {id(node) for node in subtree}
    for where, item in draft.forest.ignored:
        if where is side and id(draft.forest.node(side, item.parent)) in inside:
            draft.notices.append(
                Notice(reason=Reason.IGNORED_DELETED, side=side, path=path_of(top, side),
                       detail=item.name)
            )  # fmt: skip
