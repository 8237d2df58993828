"""Draft the deletions: the topmost doomed folder with all below it in one step."""

from turnbuckle.model.plans import Delete, Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.draft import Draft
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Fate, Node


def draft_deletes(draft: Draft) -> None:
    """Delete what is doomed, each folder as a whole."""
    forest = draft.forest
    for side in Side:
        doomed = [node for node in forest.nodes if node.fate is Fate.DOOMED and node.only is side]
        below: dict[int, list[Node]] = {}
        tops: list[Node] = []
        for node in doomed:
            parent = forest.parent_now(node, side)
            if parent is not None and parent.fate is Fate.DOOMED and parent.only is side:
                below.setdefault(id(parent), []).append(node)
            else:
                tops.append(node)
        for top in sorted(tops, key=Node.order):
            _delete(draft, top, side, below)


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
