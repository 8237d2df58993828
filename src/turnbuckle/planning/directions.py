"""Keep every write off a side that may not be written to.

What would have to be written there stays as it is on both sides, and is told as long as it does.
Everything else of the same item goes on: a file that was moved where moves are not carried still
gets its new content from the other side.
"""

from collections.abc import Callable

from turnbuckle.model.items import Kind
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.scope import Direction
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of
from turnbuckle.planning.existence import moved, path_of, renamed
from turnbuckle.planning.nodes import Fate, Forest, Node
from turnbuckle.planning.scope import direction_at, places_of

_WRITABLE = {Direction.TO_RIGHT: Side.RIGHT, Direction.TO_LEFT: Side.LEFT}


def give_directions(forest: Forest) -> list[Notice]:
    """Mark what may be written on one side alone, and freeze what would be made on the other."""
    policy = forest.terms.policy
    if not any(direction in _WRITABLE for direction in policy.directions.values()):
        return []
    places = places_of(forest)
    for node in forest.nodes:
        if not node.is_root:
            node.writable = _WRITABLE.get(direction_at(policy, node, places[id(node)]))
    notices = _freeze(forest, lambda node, side: node.fate is Fate.KEPT and node.writable is side)
    for node in forest.nodes:
        if node.writable is not None and node.fate is Fate.KEPT and node.only is None:
            notices.extend(_keep_back(forest, node, node.writable))
    return notices


def keep_deletions_back(forest: Forest) -> list[Notice]:
    """Keep what was deleted where deletions are not carried over; the other side has it still."""
    return _freeze(
        forest, lambda node, side: node.fate is Fate.DOOMED and node.writable is side.other
    )


def _freeze(forest: Forest, concerns: Callable[[Node, Side], bool]) -> list[Notice]:
    """Freeze what one side alone has and the other may not learn of; tell of the topmost only."""
    frozen = [
        (node, side)
        for node in forest.nodes
        for side in node.items
        if node.only is side and concerns(node, side)
    ]
    inside = {id(node) for node, _ in frozen}
    for node, _ in frozen:
        node.fate, node.revived = Fate.FROZEN, False
    return [
        _told(node, side)
        for node, side in frozen
        if node.parent is None or id(node.parent) not in inside
    ]


def _keep_back(forest: Forest, node: Node, writable: Side) -> list[Notice]:
    """Keep a place and a content back that were changed on the side that only takes changes."""
    source = writable.other
    placed = {side for side in Side if moved(forest, node, side) or renamed(node, side)}
    prefer = forest.terms.policy.prefer
    if writable in placed and not (source in placed and prefer is source):
        node.stays_put = True
    if node.kind is Kind.FILE and node.pair is not None:
        changes = {side: change_of(node, side, forest.terms) for side in Side}
        unchanged = changes[source] in (Change.NONE, Change.NOTED)
        node.kept_back = unchanged and changes[writable] is Change.CHANGED
    return [_told(node, writable)] if node.stays_put or node.kept_back else []


def _told(node: Node, side: Side) -> Notice:
    return Notice(reason=Reason.ONE_WAY, side=side, path=path_of(node, side))
