"""Turn the decided nodes into steps."""

from dataclasses import dataclass, field, replace

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.names import length
from turnbuckle.model.plans import (
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Known,
    Made,
    Move,
    Notice,
    Numbering,
    Reason,
    Ref,
    Replace,
)
from turnbuckle.model.policy import Loser
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of, was_read
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.matching import same_bytes
from turnbuckle.planning.naming import Names, copy_name, losing_side
from turnbuckle.planning.nodes import Fate, Forest, Node, State


@dataclass(slots=True)
class Draft:
    """A plan in the making: the steps, and which node each belongs to."""

    forest: Forest
    names: dict[int, Names]
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
        if side in node.items:
            return Known(node.items[side].id)
        step = self.made.get((id(node), side))
        return None if step is None else Made(step)

    def wait(self, step: int, *others: int | None) -> None:
        """Let a step start only when the others are done."""
        found = {other for other in others if other is not None and other != step}
        self.after.setdefault(step, set()).update(found)

    def hold(self, node: Node, side: Side, reason: Reason, detail: str = "") -> None:
        """Note why a node is not in step."""
        notice = Notice(reason=reason, side=side, path=path_of(node), detail=detail)
        self.waiting.append(notice)


def draft_steps(
    forest: Forest, names: dict[int, Names], undecided: list[tuple[Node, Node]]
) -> Draft:
    """Write down what has to be done for every node, parents first."""
    draft = Draft(forest, names)
    for left, right in undecided:
        if left.aside or right.aside:
            continue
        _compare(draft, left, Side.LEFT)
        _compare(draft, right, Side.RIGHT)
    for node in forest.top_down():
        if node.is_root:
            draft.at_rest.update((side, item.id) for side, item in node.items.items())
            continue
        before = len(draft.numbering.steps), len(draft.waiting)
        match node.fate:
            case Fate.KEPT:
                _draft_kept(draft, node)
                after = len(draft.numbering.steps), len(draft.waiting)
                if before == after and not node.only and id(node) not in draft.later:
                    draft.at_rest.update((side, item.id) for side, item in node.items.items())
            case Fate.FROZEN:
                _draft_frozen(draft, node)
            case Fate.FORGOTTEN if node.pair is not None:
                path = path_of(node)
                draft.numbering.add(Forget(pair=node.pair, path=path))
            case _:
                pass
    _draft_deletes(draft)
    draft.at_rest.update((side, item.id) for side, item in forest.ignored)
    draft.at_rest.update(forest.unknown())
    return draft


def _draft_frozen(draft: Draft, node: Node) -> None:
    for side in Side:
        if node.states[side] is State.HIDDEN:
            draft.hold(node, side, Reason.HIDDEN)
            return
    if node.aside is not None:
        draft.hold(node, node.aside, Reason.SET_ASIDE)
        return
    only = node.only
    if node.pair is None or only is None or node.states[only.other] is not State.GONE:
        return
    if change_of(node, only, draft.forest.terms) is Change.UNKNOWN:
        _compare(draft, node, only)


def _draft_kept(draft: Draft, node: Node) -> None:
    only = node.only
    if only is None:
        _draft_moves(draft, node)
        if node.kind is Kind.FILE:
            _draft_content(draft, node)
        elif node.linked_now or (node.pair is not None and _rebound(node)):
            _agree(draft, node, place=_in_place(draft, node), content=True)
        return
    if node.pair is not None:
        # It begins anew: were the plan cut off here, an old pair would look like a deletion.
        draft.numbering.add(Forget(pair=node.pair, path=path_of(node)))
    _draft_own_rename(draft, node, only)
    _draft_creation(draft, node, only.other)


def _rebound(node: Node) -> bool:
    return node.pair is not None and any(
        item.id != node.pair.half(side).id for side, item in node.items.items()
    )


def _is_moving(draft: Draft, node: Node) -> bool:
    return any((id(node), side) in draft.moves for side in Side)


def _in_place(draft: Draft, node: Node) -> bool:
    """Tell whether the node is, on both sides, where and what it is to be called."""
    return all(
        node.names[side] == item.name and draft.forest.parent_now(node, side) is node.parent
        for side, item in node.items.items()
    )


def _draft_creation(draft: Draft, node: Node, side: Side) -> None:
    parent = draft.ref(node.parent, side)
    source = node.items[side.other]
    if parent is None:
        return  # the folder itself waits, and says why
    if _is_too_much(draft, node, side, source):
        return
    path = path_of(node, side)
    if node.kind is Kind.FOLDER:
        step = draft.numbering.add(
            CreateFolder(side=side, parent=parent, name=node.names[side], source=source, path=path)
        )
    else:
        step = draft.numbering.add(
            CreateFile(
                side=side,
                parent=parent,
                name=node.names[side],
                source_side=side.other,
                source=source,
                twin=Known(source.id),
                path=path,
            )
        )
    draft.made[(id(node), side)] = step
    draft.places[step] = (node, side)
    draft.wait(step, _maker(parent), draft.moves.get((id(node), side.other)))


def _maker(ref: Ref) -> int | None:
    return ref.step if isinstance(ref, Made) else None


def _is_too_much(draft: Draft, node: Node, side: Side, source: Item) -> bool:
    capabilities = draft.forest.terms.capabilities(side)
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


def _draft_own_rename(draft: Draft, node: Node, side: Side) -> None:
    """A node that lost its name on the one side that has it is renamed there first."""
    if node.names[side] == node.items[side].name:
        return
    _move(draft, node, side, twin=None, settles=False)


def _draft_moves(draft: Draft, node: Node) -> None:
    moving = [
        side
        for side, item in node.items.items()
        if node.names[side] != item.name or draft.forest.parent_now(node, side) is not node.parent
    ]
    ready = [side for side in moving if draft.ref(node.parent, side) is not None]
    if len(ready) < len(moving):
        draft.later.add(id(node))  # its new folder waits
        return
    for number, side in enumerate(moving):
        last = number == len(moving) - 1
        _move(draft, node, side, twin=node.items[side.other], settles=last)
    if len(moving) == 2:
        first, second = (draft.moves[(id(node), side)] for side in moving)
        draft.wait(second, first)
    if not moving and node.kind is Kind.FOLDER and not node.linked_now and not _rebound(node):
        _agree(draft, node, place=True, content=True)


def _move(draft: Draft, node: Node, side: Side, twin: Item | None, settles: bool) -> None:
    parent = draft.ref(node.parent, side)
    if parent is None:
        return
    step = draft.numbering.add(
        Move(
            side=side,
            item=node.items[side],
            parent=parent,
            name=node.names[side],
            twin=twin,
            settles=settles,
            path=path_of(node, side),
        )
    )
    draft.moves[(id(node), side)] = step
    draft.places[step] = (node, side)
    draft.wait(step, _maker(parent))


def _draft_content(draft: Draft, node: Node) -> None:
    terms = draft.forest.terms
    placed = not _is_moving(draft, node) and _in_place(draft, node)
    if node.linked_now:
        _agree(draft, node, place=placed, content=True)
        return
    changes = {side: change_of(node, side, terms) for side in Side}
    unknown = [side for side in Side if changes[side] is Change.UNKNOWN]
    changed = [side for side in Side if changes[side] is Change.CHANGED]
    if unknown:
        for side in unknown:
            _compare(draft, node, side)
        _agree(draft, node, place=placed, content=False)
        return
    if len(changed) == 2:
        same = same_bytes(node.items[Side.LEFT], node.items[Side.RIGHT])
        if same is None:
            for side in Side:
                _compare(draft, node, side)
        elif not same:
            _draft_conflict(draft, node)
        _agree(draft, node, place=placed, content=same is True)
        return
    if changed:
        _replace(draft, node, changed[0].other)
    _agree(draft, node, place=placed, content=not changed)


def _replace(draft: Draft, node: Node, side: Side) -> int | None:
    item, source = node.items[side], node.items[side.other]
    if _is_too_much(draft, node, side, source):
        return None
    path = path_of(node, side)
    step = draft.numbering.add(Replace(side=side, item=item, source=source, path=path))
    draft.wait(step, *(draft.moves.get((id(node), one)) for one in Side))
    return step


def _draft_conflict(draft: Draft, node: Node) -> None:
    """Both sides changed the content: the winner's goes across, the other is kept first."""
    loser_side = losing_side(draft.forest, node, node)
    terms = draft.forest.terms
    loser = node.items[loser_side]
    keep_version = (
        terms.policy.loser is Loser.VERSION and terms.capabilities(loser_side).keeps_versions
    )
    draft.notices.append(
        Notice(reason=Reason.CONFLICT, side=loser_side, path=path_of(node, loser_side))
    )
    copies = () if keep_version else _keep_copy(draft, node, loser_side, loser)
    if copies is None:
        return
    step = _replace(draft, node, loser_side)
    if step is not None:
        draft.wait(step, *copies)


def _keep_copy(draft: Draft, node: Node, side: Side, loser: Item) -> tuple[int, ...] | None:
    """Make an ordinary file of the losing version on both sides; none if that was done before."""
    parents = {one: draft.ref(node.parent, one) for one in Side}
    here, there = parents[side], parents[side.other]
    if here is None or there is None or node.parent is None:
        draft.later.add(id(node))
        return None
    named = replace(loser, name=node.names[side])  # it may be about to get another name
    wish = copy_name(named, side, draft.forest.terms)
    names = draft.names[id(node.parent)]
    holder = names.holder(side, wish)
    if isinstance(holder, Node) and holder is not node:
        kept = holder.items.get(side)
        if kept is not None and kept.size == loser.size:
            return ()
    name = {one: Name(names.free(one, wish, Kind.FILE)) for one in Side}
    for one in Side:
        names.take(one, name[one], loser)
    folder = path_of(node.parent, side)
    first = draft.numbering.add(
        CreateFile(
            side=side, parent=here, name=name[side], source_side=side, source=loser, twin=None,
            path=f"{folder}/{name[side]}".lstrip("/"),
        )
    )  # fmt: skip
    second = draft.numbering.add(
        CreateFile(
            side=side.other, parent=there, name=name[side.other], source_side=side, source=loser,
            twin=Made(first), path=f"{folder}/{name[side.other]}".lstrip("/"),
        )
    )  # fmt: skip
    draft.wait(first, _maker(here))
    draft.wait(second, first, _maker(there))
    return (first, second)


def _compare(draft: Draft, node: Node, side: Side) -> None:
    item = node.items[side]
    if not was_read(item):
        draft.numbering.add(Compare(side=side, item=item, path=path_of(node, side)))


def _agree(draft: Draft, node: Node, *, place: bool, content: bool) -> None:
    """Note in the base what agrees already, if the base does not know it yet."""
    left, right = node.items[Side.LEFT], node.items[Side.RIGHT]
    halves = node.pair
    place = place and (
        halves is None
        or any(
            (item.id, item.parent, item.name) != (half.id, half.parent, half.name)
            for item, half in ((left, halves.left), (right, halves.right))
        )
    )
    content = content and (
        halves is None
        or any(
            (item.id, item.version) != (half.id, half.version)
            for item, half in ((left, halves.left), (right, halves.right))
        )
    )
    if place or content:
        draft.numbering.add(
            Agree(
                left=left, right=right, was=halves, place=place, content=content, path=path_of(node)
            )
        )


def _draft_deletes(draft: Draft) -> None:
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
