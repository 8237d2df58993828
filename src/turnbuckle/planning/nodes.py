"""Join the three trees into nodes: each node is one document or folder, on one side or on both."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import TEMPORARY, lasting
from turnbuckle.model.pairs import Base, Pair
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Decision, Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, Tree


class State(StrEnum):
    """What we know of a node on one side."""

    PRESENT = "present"
    GONE = "gone"  # its deletion is proven
    HIDDEN = "hidden"  # not seen, nothing proven
    ELSEWHERE = "elsewhere"  # it lives on in a tool about which nothing is decided now
    NEVER = "never"  # it was never there


class Fate(StrEnum):
    """What is to become of a node."""

    KEPT = "kept"
    DOOMED = "doomed"  # to be deleted where it is left
    FORGOTTEN = "forgotten"  # gone on both sides
    FROZEN = "frozen"  # nothing is decided on it now; it keeps its places and names


@dataclass(slots=True, eq=False)
class Node:
    """One document or folder. Mutable, and seen by the planner alone."""

    kind: Kind
    pair: Pair | None
    items: dict[Side, Item]  # where it is present
    states: dict[Side, State]
    fate: Fate = Fate.KEPT
    parent: "Node | None" = None  # where it is to be
    parent_from: Side | None = None  # the side whose move decided on the parent
    names: dict[Side, Name] = field(default_factory=dict)  # what it is to be called
    origin: Side = Side.LEFT  # the side whose name it goes by
    revived: bool = False  # deleted on one side, kept because of the other
    loses: bool = False  # it must leave its name to another version of the same name
    undecided: bool = False  # frozen until its content has been read, or its name or folder is free
    aside: Side | None = None  # frozen since it failed there; it is tried again later
    ending: bool = False  # frozen for another try, and to be deleted as soon as there is one
    linked_now: bool = False  # two items without a base, found to be one
    blocked: Reason | None = None  # why the other side can never take it as it is
    held: Reason | None = None  # its deletion waits for a person
    held_side: Side | None = None  # the side of the item that would be deleted
    decision: Decision | None = None  # what a person said about it, where that is carried out now
    held_edits: dict[Side, Reason] = field(default_factory=dict)  # of these sides; they wait too
    decided_edits: dict[Side, Decision] = field(default_factory=dict)  # what was said about them
    waits: bool = False  # a doomed folder that stays while something in it does
    outside: bool = False  # not in the part of the link that is kept in step
    may_return: bool = False  # changed there, below a folder that may come back as it was
    kept_back: bool = False  # its new content is not carried over in this plan
    reverted: Side | None = None  # the side that gets the other side's content back
    stays_put: bool = False  # its place and names stay as they are on both sides
    homeless: Side | None = None  # where it cannot move, since its new folder there is to wait
    writable: Side | None = None  # the only side that may be written to; None: both
    refused: tuple[Side, str, Reason, str] | None = None  # why it stays put, its path as wanted
    within: dict[Side, "Node"] = field(default_factory=dict)  # its folder there, if not `parent`
    tool: str = DOCUMENTS  # where it is, and once the places are merged: where it is to be
    shown: dict[Side, Name] = field(default_factory=dict)  # what a nested folder is called where
    shown_then: dict[Side, Name] = field(default_factory=dict)  # folders are flat; see `albums`

    @property
    def only(self) -> Side | None:
        """The one side that holds it, or None when both or neither do."""
        return next(iter(self.items)) if len(self.items) == 1 else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether one side has it in a tool about which nothing is decided now."""
        return State.ELSEWHERE in self.states.values()

    @property
    def is_root(self) -> bool:
        """Whether the link is bound to it."""
        return self.pair is not None and self.pair.left.parent is None

    def name_now(self, side: Side) -> Name:
        """Give the name that the other side is to know it by, if this side's name holds."""
        return self.shown.get(side) or self.lasting_name(side)

    def lasting_name(self, side: Side) -> Name:
        """Give the name that an item has, or had before it got a temporary one."""
        name = self.items[side].name
        if name.startswith(TEMPORARY) and self.pair is not None:
            return self.pair.half(side).name
        return lasting(name)

    def name_then(self, side: Side) -> Name:
        """Give the same as it was when both sides agreed."""
        return self.shown_then.get(side) or (
            self.pair.half(side).name if self.pair else self.items[side].name
        )

    def order(self) -> tuple[str, str]:
        """A key that sorts nodes alike in every run."""
        left, right = self.items.get(Side.LEFT), self.items.get(Side.RIGHT)
        half = self.pair.left.id if self.pair else ""
        return (left.id if left else half, right.id if right else "")


class Forest:
    """All nodes concerned, found by either side's ids."""

    def __init__(self, base: Base, left: Tree, right: Tree, terms: Terms) -> None:
        self.trees = {Side.LEFT: left, Side.RIGHT: right}
        self.terms = terms
        self.base = base
        self.ignored: list[tuple[Side, Item]] = []
        self._states: dict[tuple[Side, ItemId], State] = {}
        self._by_id: dict[tuple[Side, ItemId], Node] = {}
        self._nodes: dict[int, Node] = {}
        self._tools: dict[tuple[Side, ItemId], str] = {}
        self._add_pairs()
        self._add_items()
        self.roots = self._bound_folders()
        self._place_in_tools()

    @property
    def nodes(self) -> list[Node]:
        """All nodes, in the order in which the trees were read."""
        return list(self._nodes.values())

    def node(self, side: Side, item: ItemId | None) -> Node | None:
        """Give the node that an id belongs, or belonged, to."""
        return None if item is None else self._by_id.get((side, item))

    def holder_now(self, node: Node, side: Side) -> Node | None:
        """Give the folder that really holds the node on that side now."""
        item = node.items.get(side)
        return self.node(side, item.parent) if item else None

    def holders_now(self, node: Node, side: Side) -> Iterator[Node]:
        """Give the folders above the node on that side, the nearest first.

        What is present lies below a bound folder, so there is an end to them.
        """
        holder = self.holder_now(node, side)
        while holder is not None:
            yield holder
            holder = self.holder_now(holder, side)

    def holder_then(self, node: Node, side: Side) -> Node | None:
        """Give the folder that really held the node on that side when both sides agreed."""
        return self.node(side, node.pair.half(side).parent) if node.pair else None

    def holder_last(self, node: Node, side: Side) -> Node | None:
        """Give the folder in which the node's item of that side was seen last."""
        if node.pair is None:
            return None
        seen = self.trees[side].items.get(node.pair.half(side).id)
        return self.node(side, seen.parent) if seen else self.holder_then(node, side)

    def parent_now(self, node: Node, side: Side) -> Node | None:
        """Give the folder that holds the node on that side now, as the other side could have it."""
        if side in node.shown:
            return self.roots.get(self.tool_at(node, side))
        return self.holder_now(node, side)

    def parent_then(self, node: Node, side: Side) -> Node | None:
        """Give the same as it was when both sides agreed."""
        holder = self.holder_then(node, side)
        if side in node.shown_then and holder is not None:
            return self.roots.get(holder.tool)
        return holder

    def home(self, node: Node, side: Side) -> Node | None:
        """Give the folder that is really to hold the node on that side.

        What is left alone stays where it is. A nested folder that is shown at the top stays in, or
        comes back to, the folder it is in.
        """
        if side in node.items and (node.stays_put or node.fate is Fate.FROZEN):
            return self.holder_now(node, side)
        if node.parent is None or not node.parent.is_root:
            return node.parent
        if side in node.items:
            if side in node.shown and self.parent_now(node, side) is node.parent:
                return self.holder_now(node, side)
        elif side in node.shown_then and self.parent_then(node, side) is node.parent:
            holder = self.holder_then(node, side)
            if holder is not None and holder.fate in (Fate.KEPT, Fate.FROZEN):
                return holder
        return node.parent

    def find_homes(self) -> None:
        """Note where a node is to be on a side that is not as the other side could have it."""
        for node in self.nodes:
            node.within = {}
            stays = node.stays_put or node.fate is Fate.FROZEN
            if stays or node.shown or node.shown_then:
                homes = {side: self.home(node, side) for side in Side}
                node.within = {
                    side: home for side, home in homes.items() if home and home is not node.parent
                }

    def is_leaving(self, node: Node, side: Side) -> bool:
        """Tell whether the node is to be elsewhere, or called otherwise, than it is on a side."""
        item = node.items.get(side)
        if item is None:
            return False
        if node.stays_put:
            return False
        return node.names.get(side) != item.name or self.parent_now(node, side) is not node.parent

    def crosses(self, node: Node, side: Side) -> bool:
        """Tell whether the node is to be in another tool, on a side that cannot move it there."""
        if side not in node.items or node.stays_put or node.is_root or len(self.roots) < 2:
            return False
        at = self.tool_at(node, side)
        return at != node.tool and not self.terms.capabilities(side, at).crosses_tools

    def tool_at(self, node: Node, side: Side) -> str:
        """Give the tool that the node's item lies in on one side, or lay in when it was there."""
        item = node.items.get(side)
        return self._tool_of(side, item.id) if item else self.tool_then(node, side)

    def tool_then(self, node: Node, side: Side) -> str:
        """Give the tool that the node lay in on one side when both sides agreed."""
        if node.pair is None:
            return node.tool
        pair: Pair | None = node.pair
        last, seen = node.pair.half(side).id, set[ItemId]()
        while pair is not None and last not in seen:
            seen.add(last)
            last = pair.half(side).parent or last
            pair = self.base.of(side, last)
        return self._tool_of(side, last)

    def _tool_of(self, side: Side, item_id: ItemId) -> str:
        trail: list[ItemId] = []
        current: ItemId | None = item_id
        tree = self.trees[side]
        found = DOCUMENTS
        while current is not None and current not in trail:
            if current in tree.roots or (side, current) in self._tools:
                found = tree.roots.get(current) or self._tools[(side, current)]
                break
            trail.append(current)
            item, pair = tree.items.get(current), self.base.of(side, current)
            current = item.parent if item else (pair.half(side).parent if pair else None)
        for passed in trail:
            self._tools[(side, passed)] = found
        return found

    def can(self, node: Node, side: Side) -> Capabilities:
        """Tell what one side can do where the node is to be."""
        return self.terms.capabilities(side, node.tool)

    def state(self, side: Side, item_id: ItemId) -> State:
        """Tell what is known of an id; what lies below a gone folder is gone with it."""
        trail: list[ItemId] = []
        current: ItemId | None = item_id
        verdict = State.HIDDEN
        tree = self.trees[side]
        while current is not None and current not in trail:
            known = self._states.get((side, current))
            if known is not None:
                verdict = known
                break
            trail.append(current)
            if current in tree.roots:
                verdict = State.PRESENT
                break
            if current in tree.elsewhere:
                verdict = State.ELSEWHERE
                break
            if current in tree.gone or current in tree.hidden:
                verdict = State.GONE if current in tree.gone else State.HIDDEN
                break
            item = tree.items.get(current)
            current = item.parent if item else None
        for passed in trail:
            self._states[(side, passed)] = verdict
        return verdict

    def _add_pairs(self) -> None:
        for pair in sorted(self.base.pairs, key=lambda pair: (pair.left.id, pair.right.id)):
            states = {side: self.state(side, pair.half(side).id) for side in Side}
            items = {
                side: self.trees[side].items[pair.half(side).id]
                for side in Side
                if states[side] is State.PRESENT and pair.half(side).id in self.trees[side].items
            }
            node = Node(kind=pair.kind, pair=pair, items=items, states=states)
            for side in Side:
                self._by_id[(side, pair.half(side).id)] = node
            self._nodes[id(node)] = node

    def _add_items(self) -> None:
        for side, tree in self.trees.items():
            for item in tree.items.values():
                if (side, item.id) in self._by_id or item.id in tree.roots:
                    continue
                if self.state(side, item.id) is not State.PRESENT:
                    continue
                temporary = item.name.startswith(TEMPORARY) and lasting(item.name) == item.name
                left_over = item.by_us and temporary
                if left_over or self.terms.policy.ignores(item.name, item.kind):
                    self.ignored.append((side, item))
                    continue
                states = {side: State.PRESENT, side.other: State.NEVER}
                node = Node(kind=item.kind, pair=None, items={side: item}, states=states)
                self._by_id[(side, item.id)] = node
                self._nodes[id(node)] = node

    def _bound_folders(self) -> dict[str, Node]:
        """Give the folder pair that each tool is bound to."""
        tree = self.trees[Side.LEFT]
        roots = [node for node in self.nodes if node.is_root]
        return {tree.roots[node.pair.left.id]: node for node in roots if node.pair is not None}

    def _place_in_tools(self) -> None:
        if set(self.roots) == {DOCUMENTS}:
            return
        prefer = self.terms.policy.prefer
        for node in self.nodes:
            side = prefer if prefer in node.items or not node.items else prefer.other
            node.tool = self.tool_at(node, side)

    def unknown(self) -> Iterator[tuple[Side, ItemId]]:
        """Give the ids that came and went without ever being paired: nobody misses them."""
        for side, tree in self.trees.items():
            for item in (*tree.gone, *tree.items):
                if (side, item) not in self._by_id and self.state(side, item) is State.GONE:
                    yield side, item

    def absorb(self, node: Node, side: Side, other: Node) -> None:
        """Make `other`, which is on `side` alone, the half of `node` on that side."""
        item = other.items[side]
        node.items[side] = item
        node.shown.pop(side, None)
        if side in other.shown:
            node.shown[side] = other.shown[side]
        node.states[side] = State.PRESENT
        self._by_id[(side, item.id)] = node
        del self._nodes[id(other)]

    def unpaired_children(self) -> dict[tuple[int, Side], list[Node]]:
        """Group the nodes without a base by the folder node (its `id()`) and side they lie in."""
        found: dict[tuple[int, Side], list[Node]] = defaultdict(list)
        for node in self.nodes:
            side = node.only
            if node.pair is None and side is not None and node.fate is not Fate.DOOMED:
                parent = self.parent_now(node, side)
                if parent is not None:
                    found[(id(parent), side)].append(node)
        return found

    def top_down(self) -> Iterator[Node]:
        """Walk the nodes, each after the folder it is to be in.

        What stays where it is can be in another that is in it on the other side; the order of such
        two is all the same.
        """
        depths: dict[int, int] = {}

        def above(node: Node) -> Node | None:
            homes = (self.home(node, side) for side in Side)
            return next((home for home in homes if home is not node.parent), node.parent)

        def depth(node: Node) -> int:
            trail = []
            current: Node | None = node
            while current is not None and id(current) not in depths:
                trail.append(current)
                depths[id(current)] = 0
                current = above(current)
            level = depths[id(current)] if current is not None else -1
            for passed in reversed(trail):
                level += 1
                depths[id(passed)] = level
            return depths[id(node)]

        yield from sorted(self.nodes, key=lambda node: (depth(node), node.order()))
