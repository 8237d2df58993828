"""A plan in the making: the steps so far, which node each belongs to, and what waits."""

from dataclasses import dataclass, field

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.plans import Known, Made, Notice, Numbering, Reason, Ref
from turnbuckle.model.side import Side
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.naming import Folders
from turnbuckle.planning.nodes import Forest, Node
from turnbuckle.planning.tools import refusal, too_long


@dataclass(slots=True)
class Draft:
    """A plan in the making: the steps, and which node each belongs to."""

    forest: Forest
    names: Folders
    numbering: Numbering = field(default_factory=Numbering)
    made: dict[tuple[int, Side], int] = field(
        default_factory=dict
    )  # node, side: step that makes it
    moves: dict[tuple[int, Side], int] = field(default_factory=dict)
    deletes: dict[tuple[int, Side], int] = field(default_factory=dict)
    after: dict[int, set[int]] = field(default_factory=dict)
    places: dict[int, tuple[Node, Side]] = field(default_factory=dict)  # step: where it puts what
    waiting: list[Notice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    at_rest: set[tuple[Side, ItemId]] = field(default_factory=set)
    later: set[int] = field(default_factory=set)  # nodes that need a step which cannot be made yet

    def ref(self, node: Node | None, side: Side) -> Ref | None:
        """Say how a step finds a folder: by its id, or by the step that makes it."""
        if node is None:
            return None
        step = self.made.get((id(node), side))
        if step is not None:
            return Made(step)
        return Known(node.items[side].id) if side in node.items else None

    def home(self, node: Node, side: Side) -> Ref | None:
        """Say how a step finds the folder that really is to hold the node on that side."""
        return self.ref(self.forest.home(node, side), side)

    def refuses(self, node: Node, side: Side, source: Item) -> bool:
        """Hold a node back that the side would not take there, and say why."""
        refused = (
            (node.blocked, "")
            if node.blocked is Reason.NESTED
            else refusal(self.forest, node, side, source, node.names[side])
            or too_long(self.forest, node, side)
        )
        if refused is None:
            return False
        above = node.within.get(side.other, node.parent)
        if above is None or above.blocked is None:
            self.hold(node, side, *refused)
        return True

    def wait(self, step: int, *others: int | None) -> None:
        """Let a step start only when the others are done."""
        found = {other for other in others if other is not None and other != step}
        self.after.setdefault(step, set()).update(found)

    def hold(self, node: Node, side: Side, reason: Reason, detail: str = "") -> None:
        """Note why a node is not in step."""
        notice = Notice(reason=reason, side=side, path=path_of(node), detail=detail)
        self.waiting.append(notice)


def maker(ref: Ref) -> int | None:
    """Give the step that makes what `ref` names; None when it is there already."""
    return ref.step if isinstance(ref, Made) else None


def is_moving(draft: Draft, node: Node) -> bool:
    """Tell whether a step moves or renames the node."""
    return any((id(node), side) in draft.moves for side in Side)


def is_in_place(draft: Draft, node: Node) -> bool:
    """Tell whether the node is, on both sides, where and what it is to be called."""
    if node.stays_put:
        return False
    return all(
        node.names.get(side) == item.name and draft.forest.parent_now(node, side) is node.parent
        for side, item in node.items.items()
    )
