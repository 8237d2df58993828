"""Turn the decided nodes into steps, parents first."""

from turnbuckle.model.items import Item, Kind
from turnbuckle.model.plans import CreateFile, CreateFolder, Forget, Known, Move, Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of
from turnbuckle.planning.deletions import draft_deletes
from turnbuckle.planning.draft import Draft, is_in_place, maker
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.naming import Folders
from turnbuckle.planning.nodes import Fate, Forest, Node, State
from turnbuckle.planning.sending import agree, compare, draft_content


def draft_steps(forest: Forest, names: Folders, undecided: list[tuple[Node, Node]]) -> Draft:
    """Write down what has to be done for every node, parents first."""
    draft = Draft(forest, names)
    for left, right in undecided:
        compare(draft, left, Side.LEFT)
        compare(draft, right, Side.RIGHT)
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
    draft_deletes(draft)
    draft.at_rest.update((side, item.id) for side, item in forest.ignored)
    draft.at_rest.update(forest.unknown())
    return draft


def _draft_frozen(draft: Draft, node: Node) -> None:
    if node.held is not None or node.held_edits:
        return  # the plan lists it among what is held
    for side in Side:
        if node.states[side] is State.HIDDEN:
            draft.hold(node, side, Reason.HIDDEN)
            return
    if node.aside is not None:
        _tell_where_it_is(draft, node, node.aside, Reason.SET_ASIDE)
        return
    if node.homeless is not None:
        _tell_where_it_is(draft, node, node.homeless, Reason.FOLDER_WAITS)
        return
    only = node.only
    if not node.undecided or node.pair is None or only is None:
        return
    if change_of(node, only, draft.forest.terms) is Change.UNKNOWN:  # else it waits for a name
        compare(draft, node, only)


def _draft_kept(draft: Draft, node: Node) -> None:
    only = node.only
    if only is None:
        _draft_both(draft, node)
        return
    if node.pair is not None:
        # It begins anew: were the plan cut off here, an old pair would look like a deletion.
        draft.numbering.add(Forget(pair=node.pair, path=path_of(node)))
    _draft_own_rename(draft, node, only)
    _draft_creation(draft, node, only.other)


def _draft_both(draft: Draft, node: Node) -> None:
    """Bring together what both sides hold."""
    crossing = next((side for side in Side if draft.forest.crosses(node, side)), None)
    if crossing is not None:
        _draft_crossing(draft, node, crossing)
        return
    if node.refused is not None:
        side, path, reason, detail = node.refused
        draft.waiting.append(Notice(reason=reason, side=side, path=path, detail=detail))
    _draft_moves(draft, node)
    if node.kind is Kind.FILE:
        draft_content(draft, node)
    elif node.linked_now or (node.pair is not None and _rebound(node)):
        agree(draft, node, place=is_in_place(draft, node), content=True)


def _draft_crossing(draft: Draft, node: Node, side: Side) -> None:
    """Make an item anew in another tool; the old one is deleted once that was done.

    What that side itself changed goes across first, since the new item is made from the other one.
    """
    changed = node.kind is Kind.FILE and change_of(node, side, draft.forest.terms) in (
        Change.CHANGED,
        Change.UNKNOWN,
    )
    if changed or node.kept_back or node.reverted is not None:
        draft.later.add(id(node))
        draft_content(draft, node)
        return
    if draft.forest.is_leaving(node, side.other):
        _move(draft, node, side.other, twin=None, settles=False)
    _draft_creation(draft, node, side, supersedes=node.items[side])


def _rebound(node: Node) -> bool:
    return node.pair is not None and any(
        item.id != node.pair.half(side).id for side, item in node.items.items()
    )


def _draft_creation(draft: Draft, node: Node, side: Side, supersedes: Item | None = None) -> None:
    parent = draft.home(node, side)
    source = node.items[side.other]
    if parent is None and node.blocked is None:
        return  # the folder itself waits, and says why
    if draft.refuses(node, side, source) or parent is None:
        return
    path = path_of(node, side)
    if node.kind is Kind.FOLDER:
        step = draft.numbering.add(
            CreateFolder(
                side=side,
                parent=parent,
                name=node.names[side],
                source=source,
                path=path,
                supersedes=supersedes,
            )
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
                supersedes=supersedes,
            )
        )
    draft.made[(id(node), side)] = step
    draft.places[step] = (node, side)
    draft.wait(step, maker(parent), draft.moves.get((id(node), side.other)))


def _draft_own_rename(draft: Draft, node: Node, side: Side) -> None:
    """A node that lost its name on the one side that has it is renamed there first."""
    if node.names[side] == node.items[side].name:
        return
    _move(draft, node, side, twin=None, settles=False)


def _draft_moves(draft: Draft, node: Node) -> None:
    if node.homeless is not None:
        draft.later.add(id(node))
        _tell_where_it_is(draft, node, node.homeless, Reason.FOLDER_WAITS)
        return
    moving = [side for side in node.items if draft.forest.is_leaving(node, side)]
    for number, side in enumerate(moving):
        last = number == len(moving) - 1
        _move(draft, node, side, twin=node.items[side.other], settles=last)
    if len(moving) == 2:
        first, second = (draft.moves[(id(node), side)] for side in moving)
        draft.wait(second, first)
    if moving or node.stays_put:
        return
    if node.kind is Kind.FOLDER and not node.linked_now and not _rebound(node):
        agree(draft, node, place=True, content=True)


def _tell_where_it_is(draft: Draft, node: Node, side: Side, reason: Reason) -> None:
    draft.waiting.append(Notice(reason=reason, side=side, path=path_of(node, side)))


def _move(draft: Draft, node: Node, side: Side, twin: Item | None, settles: bool) -> None:
    parent = draft.home(node, side)
    if parent is None:
        draft.later.add(id(node))
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
    draft.wait(step, maker(parent))
