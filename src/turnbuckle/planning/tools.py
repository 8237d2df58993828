"""What a tool of one side does not take: too large, too long a path."""

from turnbuckle.model.items import Item
from turnbuckle.model.names import length
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.draft import Draft
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Node


def is_too_much(draft: Draft, node: Node, side: Side, source: Item) -> bool:
    """Hold a node back that the side would not take, and say why."""
    capabilities = draft.forest.can(node, side)
    if source.size > capabilities.max_file_bytes:
        draft.hold(node, side, Reason.TOO_LARGE, f"{source.size} bytes")
        return True
    longest = capabilities.names.longest_path
    if longest is not None:
        start = draft.forest.terms.path_start.get(side, 0)
        units = start + 1 + length(path_of(node, side))
        if units > longest:
            draft.hold(node, side, Reason.PATH_TOO_LONG, f"{units} characters, {longest} at most")
            return True
    return False
