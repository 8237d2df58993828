"""Hand out the names in each folder, so that no two items of one side share one.

What keeps its name comes first, so a name stays what it is when neighbours come and go. Where two
nodes clash on one side only, because that side tells fewer names apart, the later one gets a
number there. Where they clash on both, one of them becomes a conflict copy.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.names import conflict_copy, fit, numbered
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.policy import Terms, Winner
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.matching import meeting_key, weaker
from turnbuckle.planning.nodes import Fate, Forest, Node
from turnbuckle.planning.places import merge_names
from turnbuckle.planning.tools import pin_what_cannot_go

_FIRST = datetime.min.replace(tzinfo=UTC)


class Names:
    """The names taken in one folder, on both sides."""

    def __init__(self, terms: Terms, tool: str) -> None:
        there = {side: terms.capabilities(side, tool) for side in Side}
        self._rules = {side: there[side].names for side in Side}
        self._doubled = {side for side in Side if there[side].duplicate_names}
        self._holders: dict[tuple[Side, str], Node | Item] = {}
        self._doubles: dict[tuple[Side, str], Node | Item] = {}  # files where they may share names

    def holder(self, side: Side, name: Name, kind: Kind) -> Node | Item | None:
        """Give what has this name, or one that is the same to that side, so that no other may."""
        if kind is Kind.FILE and side in self._doubled:
            return None
        return self._holders.get((side, self._rules[side].key(name)))

    def file(self, side: Side, name: Name) -> Node | Item | None:
        """Give a file of this name, whether or not another one may have the same."""
        found = self._doubles if side in self._doubled else self._holders
        return found.get((side, self._rules[side].key(name)))

    def take(self, side: Side, name: Name, holder: Node | Item) -> None:
        """Let `holder` have the name."""
        doubled = holder.kind is Kind.FILE and side in self._doubled
        taken = self._doubles if doubled else self._holders
        taken.setdefault((side, self._rules[side].key(name)), holder)

    def free(self, side: Side, name: Name, kind: Kind) -> Name:
        """Give the name, or the first numbered one of it that is free."""
        if self.holder(side, name, kind) is None:
            return name
        rules = self._rules[side]
        return numbered(name, kind, rules, lambda key: (side, key) in self._holders)


class Folders:
    """The names taken in every folder concerned."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._names: dict[int, Names] = {}

    def of(self, folder: Node) -> Names:
        """Give the names taken in one folder."""
        found = self._names.get(id(folder))
        if found is None:
            found = self._names[id(folder)] = Names(self._terms, folder.tool)
        return found


def settled(forest: Forest, node: Node) -> bool:
    """Tell whether the node is, by name and folder, where it is to be on every side that has it."""
    if node.fate is Fate.FROZEN:
        return True
    if len(node.items) < 2:
        return False
    return not any(forest.is_leaving(node, side) for side in Side)


def settle_names(forest: Forest) -> tuple[Folders, list[Notice], list[Notice]]:
    """Settle the names in every folder concerned.

    A node that meets one whose content must be read first is put off, and one that a side would
    not take at its new place is pinned; so a folder may have to stay that was to move into such a
    one. All of them keep the names that they have; so all names are handed out anew until there is
    no other such node.

    Returns:
        The names taken in each folder, the names of one side that gave way to the other side's,
        and the conflicts.
    """
    while True:
        _stop_what_cannot_move(forest)
        overruled = merge_names(forest)
        folders = Folders(forest.terms)
        _take_fixed(forest, folders)
        _choose_losers(forest)
        notices: list[Notice] = []
        put_off = False
        for node in sorted(_unsettled(forest), key=lambda node: _rank(forest, node)):
            if node.parent is not None:
                told = _name(forest, node, folders)
                put_off = put_off or told is None
                notices.extend(told or ())
        if not put_off and not pin_what_cannot_go(forest):
            return folders, overruled, notices


def _stop_what_cannot_move(forest: Forest) -> None:
    """Let items stay that cannot move now, and then those that cannot because these stay."""
    found = True
    while found:
        found = _stop_before_circles(forest)
        forest.find_homes()
        found = _stop_before_what_waits(forest) or found


def _stop_before_circles(forest: Forest) -> bool:
    """Let a folder stay that would move into one that lies in it and stays where it is for now."""
    found = False
    for node in forest.nodes:
        if node.kind is not Kind.FOLDER or node.fate is not Fate.KEPT or node.is_root:
            continue
        for side in node.items:
            moves = forest.home(node, side) is not forest.holder_now(node, side)
            if moves and _comes_to_lie_in_itself(forest, node, side):
                node.fate, node.undecided, node.homeless = Fate.FROZEN, True, side
                node.parent = forest.parent_now(node, side)
                found = True
                break
    return found


def _comes_to_lie_in_itself(forest: Forest, node: Node, side: Side) -> bool:
    """Tell whether a folder is below itself on a side after all moves that can be made."""
    folder, seen = forest.home(node, side), set[int]()
    while folder is not None and folder is not node and id(folder) not in seen:
        seen.add(id(folder))
        folder = forest.home(folder, side)
    return folder is node


def _stop_before_what_waits(forest: Forest) -> bool:
    """Let what would move into a folder that is not made yet keep its place, and so its name."""
    found = False
    for node in forest.nodes:
        if node.fate is not Fate.KEPT or node.is_root or node.stays_put or len(node.items) < 2:
            continue
        for side in Side:
            if forest.is_leaving(node, side) and not _can_hold(forest, node, side):
                node.stays_put, node.homeless, found = True, side, True
                break
    return found


def _can_hold(forest: Forest, node: Node, side: Side) -> bool:
    """Tell whether the folder that is to hold the node there is there, or is made by this plan."""
    folder, seen = forest.home(node, side), set[int]()
    while folder is not None and side not in folder.items and id(folder) not in seen:
        seen.add(id(folder))
        if folder.fate is not Fate.KEPT or folder.blocked is not None:
            return False
        folder = forest.home(folder, side)
    return True


def _take_fixed(forest: Forest, folders: Folders) -> None:
    for side, item in forest.ignored:
        parent = forest.node(side, item.parent)
        if parent is not None:
            folders.of(parent).take(side, item.name, item)
    for node in forest.nodes:
        if node.is_root or not settled(forest, node):
            continue
        for side, item in node.items.items():
            parent = forest.holder_now(node, side)
            if parent is not None:
                folders.of(parent).take(side, item.name, node)


def _unsettled(forest: Forest) -> list[Node]:
    return [
        node
        for node in forest.nodes
        if node.fate is Fate.KEPT and not node.is_root and not settled(forest, node)
    ]


def _choose_losers(forest: Forest) -> None:
    """Where both sides made a different file of one name, say which one leaves the name."""
    groups: dict[tuple[int, str], dict[Side, Node]] = defaultdict(dict)
    for node in _unsettled(forest):
        if node.kind is Kind.FILE and node.only is not None and not node.revived:
            name = node.items[node.only].name
            key = (id(node.parent), meeting_key(name, node.kind, forest.terms, node.tool))
            groups[key].setdefault(node.only, node)
    for found in groups.values():
        if len(found) == 2 and _clash_on_both(forest, found):
            found[losing_side(forest, found[Side.LEFT], found[Side.RIGHT])].loses = True


def _clash_on_both(forest: Forest, found: dict[Side, Node]) -> bool:
    return all(
        rules.key(found[Side.LEFT].names[side]) == rules.key(found[Side.RIGHT].names[side])
        for side, rules in ((one, forest.can(found[one], one).names) for one in Side)
    )


def losing_side(forest: Forest, left: Node, right: Node) -> Side:
    """Tell which side's version gives way, as the policy says; a tie goes to the preferred side."""
    policy = forest.terms.policy
    if policy.winner is not Winner.NEWEST:
        return Side.RIGHT if policy.winner is Winner.LEFT else Side.LEFT
    at = {
        Side.LEFT: left.items[Side.LEFT].modified or _FIRST,
        Side.RIGHT: right.items[Side.RIGHT].modified or _FIRST,
    }
    if at[policy.prefer] >= at[policy.prefer.other]:
        return policy.prefer.other
    return policy.prefer


def _rank(forest: Forest, node: Node) -> tuple[object, ...]:
    item = node.items.get(node.origin) or next(iter(node.items.values()))
    return (
        node.loses,
        node.kind is not Kind.FOLDER,
        node.pair is None and not node.linked_now,
        node.origin is not forest.terms.policy.prefer,
        (item.created or _FIRST).isoformat(),
        node.order(),
    )


def _name(forest: Forest, node: Node, folders: Folders) -> list[Notice] | None:
    """Name one node and tell if it became a conflict copy; None: it was put off."""
    homes = {side: forest.home(node, side) or node for side in Side}
    taken = {side: folders.of(home) for side, home in homes.items()}
    holders = {side: taken[side].holder(side, node.names[side], node.kind) for side in Side}
    met = [holder for holder in holders.values() if holder is not None and holder is not node]
    if any(isinstance(holder, Node) and holder.undecided for holder in met):
        node.fate, node.undecided = Fate.FROZEN, True  # who keeps the name is not known yet
        return None
    notices: list[Notice] = []
    if len(met) == 2 or (met and node.loses):
        notices.append(_make_copy_of(forest, node))
    for side in Side:
        if not _is_named_for_good(forest, node, side):
            node.names[side] = taken[side].free(side, node.names[side], node.kind)
        taken[side].take(side, node.names[side], node)
    return notices


def _is_named_for_good(forest: Forest, node: Node, side: Side) -> bool:
    return (
        side in node.items and node.kind is Kind.FILE and not forest.can(node, side).renames_files
    )


def _make_copy_of(forest: Forest, node: Node) -> Notice:
    """Rename a node that loses its name on both sides to the name of a conflict copy."""
    notice = Notice(reason=Reason.CONFLICT, side=node.origin, path=path_of(node, node.origin))
    item = node.items[node.origin]
    name = copy_name(item, node.origin, forest.terms, node.tool)
    for side in Side:
        if not _is_named_for_good(forest, node, side):
            node.names[side] = name
    return notice


def copy_name(item: Item, side: Side, terms: Terms, tool: str = DOCUMENTS) -> Name:
    """Name the conflict copy of an item so that both sides can hold the name."""
    name = item.name
    for one in Side:
        name = fit(name, item.kind, terms.capabilities(one, tool).names)
    shortest = min(terms.capabilities(one, tool).names.longest for one in Side)
    rules = replace(weaker(terms, tool), longest=shortest)
    return conflict_copy(name, item.kind, side, item.version, rules)
