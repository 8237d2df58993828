"""Draft what carries contents across, keeps a losing version, and notes what agrees already."""

from dataclasses import replace

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.plans import Agree, Compare, CreateFile, Known, Made, Notice, Reason, Replace
from turnbuckle.model.policy import Loser
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of, was_read
from turnbuckle.planning.draft import Draft, is_in_place, is_moving, maker
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.matching import same_bytes
from turnbuckle.planning.naming import copy_name, losing_side
from turnbuckle.planning.nodes import Node


def draft_content(draft: Draft, node: Node) -> None:
    """Send the content that one side changed, keep what both changed, read what is not known."""
    terms = draft.forest.terms
    placed = not is_moving(draft, node) and is_in_place(draft, node)
    if node.reverted is not None or node.kept_back:
        _draft_undecided_change(draft, node)
        return
    if node.linked_now:
        agree(draft, node, place=placed, content=True)
        return
    changes = {side: change_of(node, side, terms) for side in Side}
    unknown = [side for side in Side if changes[side] is Change.UNKNOWN]
    changed = [side for side in Side if changes[side] is Change.CHANGED]
    if unknown:
        for side in unknown:
            compare(draft, node, side)
        agree(draft, node, place=placed, content=False)
        return
    if len(changed) == 2:
        same = same_bytes(node.items[Side.LEFT], node.items[Side.RIGHT])
        if same is None:
            for side in Side:
                compare(draft, node, side)
        elif not same:
            _draft_conflict(draft, node)
        agree(draft, node, place=placed, content=same is True)
        return
    if changed:
        _replace(draft, node, changed[0].other)
    agree(draft, node, place=placed, content=not changed)


def _draft_undecided_change(draft: Draft, node: Node) -> None:
    """A content that a person decided against is undone; one that is kept back goes nowhere."""
    if node.reverted is not None:
        _replace(draft, node, node.reverted)
    elif not node.held_edits:
        draft.later.add(id(node))
        for side in Side:
            if change_of(node, side, draft.forest.terms) is Change.UNKNOWN:
                compare(draft, node, side)
    if not node.linked_now:  # what is linked now agrees in nothing before its contents do
        placed = not is_moving(draft, node) and is_in_place(draft, node)
        agree(draft, node, place=placed, content=False)


def _replace(draft: Draft, node: Node, side: Side) -> int | None:
    """Give a file the other side's content; a new file where that side cannot."""
    item, source = node.items[side], node.items[side.other]
    if draft.refuses(node, side, source):
        return None
    path = path_of(node, side)
    moves = [draft.moves.get((id(node), one)) for one in Side]
    if draft.forest.can(node, side).replaces:
        step = draft.numbering.add(Replace(side=side, item=item, source=source, path=path))
        draft.wait(step, *moves)
        return step
    parent = draft.home(node, side)
    folder = draft.forest.home(node, side)
    if parent is None or folder is None:
        draft.later.add(id(node))
        return None
    step = draft.numbering.add(
        CreateFile(
            side=side,
            parent=parent,
            name=draft.names.of(folder).free(side, node.names[side], Kind.FILE),
            source_side=side.other,
            source=source,
            twin=Known(source.id),
            path=path,
            supersedes=item,
        )
    )
    draft.wait(step, maker(parent), *moves)
    return step


def _draft_conflict(draft: Draft, node: Node) -> None:
    """Both sides changed the content: the winner's goes across, the other is kept first."""
    loser_side = node.writable or losing_side(draft.forest, node, node)
    terms = draft.forest.terms
    loser = node.items[loser_side]
    keep_version = (
        terms.policy.loser is Loser.VERSION and draft.forest.can(node, loser_side).keeps_versions
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
    wish = copy_name(named, side, draft.forest.terms, node.tool)
    names = draft.names.of(node.parent)
    holder = names.file(side, wish)
    if isinstance(holder, Node) and holder is not node:
        kept = holder.items.get(side)
        if kept is not None and kept.size == loser.size:
            return ()
    name = {one: Name(names.free(one, wish, Kind.FILE)) for one in Side}
    writable = [one for one in Side if node.writable in (None, one)]
    for one in writable:
        names.take(one, name[one], loser)
    folder = path_of(node.parent, side)
    first = draft.numbering.add(
        CreateFile(
            side=side, parent=here, name=name[side], source_side=side, source=loser, twin=None,
            path=f"{folder}/{name[side]}".lstrip("/"),
        )
    )  # fmt: skip
    draft.wait(first, maker(here))
    if side.other not in writable:
        return (first,)
    second = draft.numbering.add(
        CreateFile(
            side=side.other, parent=there, name=name[side.other], source_side=side, source=loser,
            twin=Made(first), path=f"{folder}/{name[side.other]}".lstrip("/"),
        )
    )  # fmt: skip
    draft.wait(second, first, maker(there))
    return (first, second)


def compare(draft: Draft, node: Node, side: Side) -> None:
    """Have a file read, unless that was done."""
    item = node.items[side]
    if not was_read(item):
        draft.numbering.add(Compare(side=side, item=item, path=path_of(node, side)))


def agree(draft: Draft, node: Node, *, place: bool, content: bool) -> None:
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
