"""Find out what two files are to each other that both sides had before the link was made.

Where a remote rewrites files, a person who put the same document on both sides has two files of
different bytes. Nobody can tell that from two different documents, so a person is asked, instead
of a wave of conflict copies.
"""

from turnbuckle.model.items import Item, Kind
from turnbuckle.model.names import suffix
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.policy import Answer, Standing, Twins
from turnbuckle.model.side import Side
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.matching import same_document
from turnbuckle.planning.nodes import Fate, Forest, Node

_YIELDS = {Answer.LEFT: Side.RIGHT, Answer.RIGHT: Side.LEFT}
"""Whose content is replaced when the other one holds."""


class Adoption:
    """Judges files of one name that no base knows, one pair after the other."""

    def __init__(self, forest: Forest, standing: Standing) -> None:
        self._forest = forest
        self._standing = standing
        self._asked: list[tuple[Node, Node]] = []

    def are_one(self, left: Node, right: Node) -> bool | None:
        """Tell whether both are one document; None when somebody has to read them first."""
        items = {Side.LEFT: left.items[Side.LEFT], Side.RIGHT: right.items[Side.RIGHT]}
        answer = self._standing.answers.get(Twins.of(items[Side.LEFT], items[Side.RIGHT]))
        if answer is not None:
            left.reverted = _YIELDS.get(answer)
            return answer is not Answer.BOTH
        same = same_document(items, self._forest.terms, left.tool)
        if same is False and self._is_unsure(items, left.tool):
            self._asked.append((left, right))
        return same

    def _is_unsure(self, items: dict[Side, Item], tool: str) -> bool:
        """Tell whether a rewriting could be all that is between two files from before the link.

        Bytes that were changed without changing their number were not changed by a remote.
        """
        began = self._standing.began
        if began is None or items[Side.LEFT].size == items[Side.RIGHT].size:
            return False
        times = [item.created or item.modified for item in items.values()]
        if not all(at is not None and at < began for at in times):
            return False
        return any(
            suffix(item.name) in self._forest.terms.capabilities(side, tool).rewrites
            for side, item in items.items()
        )

    def ask(self) -> list[Notice]:
        """Leave alone what a person has to decide on, and say what that is."""
        waiting: list[Notice] = []
        for left, right in self._asked:
            if left.fate is Fate.KEPT and right.fate is Fate.KEPT:
                left.fate = right.fate = Fate.FROZEN
                waiting.append(
                    Notice(reason=Reason.UNDECIDED, side=Side.LEFT, path=path_of(left, Side.LEFT))
                )
        return waiting


def tell_rebuilt(forest: Forest, twins: list[tuple[Node, Node]]) -> list[Notice]:
    """Tell once when a link that knows nothing yet finds what our own app wrote: it lost its state.

    Args:
        forest: all nodes concerned, those linked already among them.
        twins: files that somebody has to read before they can be linked.
    """
    if any(pair.left.parent is not None for pair in forest.base.pairs):
        return []
    nodes = [node for node in forest.nodes if node.linked_now]
    nodes.extend(node for pair in twins for node in pair)
    for side in Side:
        for node in nodes:
            if node.kind is Kind.FILE and side in node.items and node.items[side].by_us:
                return [Notice(reason=Reason.REBUILT, side=side, path="")]
    return []
