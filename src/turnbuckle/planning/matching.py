"""Find items that are one although no base says so: replaced files, and twins on both sides."""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.names import NameRules, fit, numbered_once, suffix
from turnbuckle.model.pairs import Half
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.planning.nodes import Forest, Node, State

_SAME_TIME = timedelta(seconds=2)

type Judge = Callable[[Node, Node], bool | None]
"""Tells whether two files are one; None when somebody has to read them."""


def same_bytes(one: Item | Half, other: Item | Half) -> bool | None:
    """Compare two contents: True or False when it is known, None when somebody has to read them."""
    if one.size != other.size:
        return False
    if one.size == 0:
        return True
    kinds = {text.partition(":")[0]: text for text in one.hashes}
    for text in sorted(other.hashes):
        mine = kinds.get(text.partition(":")[0])
        if mine is not None:
            return mine == text
    return None


def same_moment(one: datetime | None, other: datetime | None) -> bool:
    """Tell whether two times are the same to the precision that remotes keep."""
    return one is not None and other is not None and abs(one - other) < _SAME_TIME


def same_document(items: dict[Side, Item], terms: Terms, tool: str = DOCUMENTS) -> bool | None:
    """Tell whether two files without a base hold the same; None when somebody has to read them.

    A file that our own app wrote and that its remote rewrites is known by the time we gave it.
    """
    for side, item in items.items():
        other = items[side.other]
        rewritten = suffix(item.name) in terms.capabilities(side, tool).rewrites
        if rewritten and item.by_us and same_moment(item.modified, other.modified):
            return True
    return same_bytes(items[Side.LEFT], items[Side.RIGHT])


def meeting_key(name: Name, kind: Kind, terms: Terms, tool: str = DOCUMENTS) -> str:
    """Give what a name is compared by across the sides: as either side could spell it."""
    for side in Side:
        name = fit(name, kind, terms.capabilities(side, tool).names)
    return weaker(terms, tool).key(name)


def weaker(terms: Terms, tool: str = DOCUMENTS) -> NameRules:
    """Give the rules of the side that tells fewer names apart."""
    left, right = (terms.capabilities(side, tool).names for side in Side)
    return right if right.folds else left


def rebind_replaced(forest: Forest) -> None:
    """Take a new item for the one that vanished from its very place and name.

    Deleting a file and putting another in its place is an edit for the other side, whose item
    keeps its id and history.
    """
    newcomers = _by_place(forest)
    pending = deque(_by_depth(forest))
    while pending:
        node = pending.popleft()
        for side in Side:
            if node.pair is None or node.states[side] not in (State.GONE, State.HIDDEN):
                continue
            beside = newcomers.get((id(forest.parent_then(node, side)), side), {})
            found = beside.pop((node.kind, node.name_then(side)), [])
            if len(found) != 1:
                continue
            forest.absorb(node, side, found[0])
            below = newcomers.setdefault((id(node), side), {})
            for called, nodes in newcomers.pop((id(found[0]), side), {}).items():
                below.setdefault(called, []).extend(nodes)  # what lay in the new folder lies here


def _by_place(forest: Forest) -> dict[tuple[int, Side], dict[tuple[Kind, Name], list[Node]]]:
    """Group the nodes without a base by their folder and side, and there by kind and name."""
    places: dict[tuple[int, Side], dict[tuple[Kind, Name], list[Node]]] = {}
    for (parent, side), children in forest.unpaired_children().items():
        called = places.setdefault((parent, side), {})
        for child in children:
            called.setdefault((child.kind, child.name_now(side)), []).append(child)
    return places


def _by_depth(forest: Forest) -> list[Node]:
    depths: dict[int, int] = {}

    def depth(node: Node | None) -> int:
        level, seen = 0, set[int]()
        while node is not None and node.pair is not None and id(node) not in seen:
            if id(node) in depths:
                return level + depths[id(node)]
            seen.add(id(node))
            node = forest.parent_then(node, Side.LEFT)
            level += 1
        return level

    paired = [node for node in forest.nodes if node.pair is not None]
    for node in paired:
        depths[id(node)] = depth(node)
    return sorted(paired, key=lambda node: (depths[id(node)], node.order()))


def link_twins(forest: Forest, are_one: Judge) -> list[tuple[Node, Node]]:
    """Join folders, and files of equal content, that appeared on both sides at the same place.

    Args:
        forest: all nodes concerned.
        are_one: tells of two files of one name whether they are one.

    Returns:
        Pairs of files (left, right) whose contents somebody has to read before they can be joined.
    """
    undecided: list[tuple[Node, Node]] = []
    children = forest.unpaired_children()
    queue = deque(node for node in forest.nodes if node.kind is Kind.FOLDER and node.pair)
    while queue:
        folder = queue.popleft()
        lefts = children.pop((id(folder), Side.LEFT), [])
        rights = children.pop((id(folder), Side.RIGHT), [])
        for left, right in _candidates(lefts, rights, forest.terms):
            same = True if left.kind is Kind.FOLDER else are_one(left, right)
            if same is None:
                undecided.append((left, right))
            elif same:
                forest.absorb(left, Side.RIGHT, right)
                left.linked_now = True
                children[(id(left), Side.RIGHT)] = children.pop((id(right), Side.RIGHT), [])
        queue.extend(node for node in (*lefts, *rights) if node.kind is Kind.FOLDER)
    return undecided


def _candidates(lefts: list[Node], rights: list[Node], terms: Terms) -> list[tuple[Node, Node]]:
    """Pair up children of one folder by name, the closest spellings first, each child once."""
    found: list[tuple[Node, Node]] = []
    lefts, rights = sorted(lefts, key=_age), sorted(rights, key=_age)
    numbers = _numbers(lefts, terms) | _numbers(rights, terms)
    for spell in (_literally, _fitted, _folded, lambda one, given: _numbered(one, given, numbers)):
        waiting: dict[tuple[Kind, str], list[Node]] = {}
        for right in rights:
            waiting.setdefault((right.kind, spell(right, terms)), []).append(right)
        for left in lefts:
            group = waiting.get((left.kind, spell(left, terms)))
            if group:
                found.append((left, group.pop(0)))
        paired = {id(node) for pair in found for node in pair}
        lefts = [node for node in lefts if id(node) not in paired]
        rights = [node for node in rights if id(node) not in paired]
    return found


def _name_of(node: Node) -> Name:
    return node.name_now(next(iter(node.items)))


def _literally(node: Node, terms: Terms) -> str:
    return _name_of(node)


def _fitted(node: Node, terms: Terms) -> str:
    name = _name_of(node)
    for side in Side:
        name = fit(name, node.kind, terms.capabilities(side, node.tool).names)
    return name


def _folded(node: Node, terms: Terms) -> str:
    return meeting_key(_name_of(node), node.kind, terms, node.tool)


def _numbers(nodes: list[Node], terms: Terms) -> dict[int, int]:
    """Count the nodes of one side whose names the other side holds to be the same, by age."""
    counted: Counter[tuple[Kind, str]] = Counter()
    numbers: dict[int, int] = {}
    for node in nodes:
        key = (node.kind, _folded(node, terms))
        counted[key] += 1
        numbers[id(node)] = counted[key]
    return numbers


def _numbered(node: Node, terms: Terms, numbers: dict[int, int]) -> str:
    """Spell a name with the number that it would have got on the other side."""
    number, rules = numbers[id(node)], weaker(terms, node.tool)
    name = Name(_fitted(node, terms))
    return rules.key(numbered_once(name, node.kind, rules, number) if number > 1 else name)


def _age(node: Node) -> tuple[str, tuple[str, str]]:
    item = next(iter(node.items.values()))
    return (item.created.isoformat() if item.created else "", node.order())
