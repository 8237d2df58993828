"""Put the steps in an order that is safe to apply: every step after those it must not come before.

Parents are made before their children, a name is freed before it is taken, what leaves a folder
leaves it before the folder is deleted, and a folder leaves another before that one moves into it.
Where names go round in a circle, one item gets a temporary name. Albums are renamed from the
inside out.
"""

import heapq
from dataclasses import replace

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.names import lasting, temporary
from turnbuckle.model.plans import (
    CreateFile,
    CreateFolder,
    Delete,
    Known,
    Made,
    Move,
    Ref,
    Replace,
    Step,
)
from turnbuckle.model.side import Side
from turnbuckle.planning.draft import Draft
from turnbuckle.planning.nodes import Fate, Node


def in_safe_order(draft: Draft) -> tuple[Step, ...]:
    """Number the drafted steps anew, so that each comes after all that it waits for."""
    waits = _names_to_free(draft)
    _leave_before_entering(draft)
    _empty_before_deleting(draft)
    _name_albums_before_their_folder(draft)
    _break_circles(draft, waits)
    for step, freer in waits.items():
        draft.wait(step, freer)
    return _renumber(draft)


def _names_to_free(draft: Draft) -> dict[int, int]:
    """Give, for every step that takes a name, the step that frees it."""
    freeing = _freeing(draft)
    waits: dict[int, int] = {}
    for step, (node, side) in draft.places.items():
        key = _name_taken(draft, node, side, node.names[side], draft.forest.home(node, side))
        freer = freeing.get(key) if key is not None else None
        if freer is not None and freer != step:
            waits[step] = freer
    return waits


def _freeing(draft: Draft) -> dict[tuple[Side, int, str], int]:
    """Give, for every name that a step frees, that step."""
    found: dict[tuple[Side, int, str], int] = {}
    forest = draft.forest
    for node in forest.nodes:
        for side, item in node.items.items():
            step = draft.moves.get((id(node), side))
            if step is None and node.fate is Fate.DOOMED:
                step = draft.deletes.get((id(node), side))
            holder = forest.holder_now(node, side)
            key = _name_taken(draft, node, side, item.name, holder)
            if step is not None and key is not None:
                found[key] = step
    return found


def _name_taken(
    draft: Draft, node: Node, side: Side, name: Name, folder: Node | None
) -> tuple[Side, int, str] | None:
    """Give the name as no other item of that folder may have it; None: any may."""
    if folder is None:
        return None
    there = draft.forest.terms.capabilities(side, folder.tool)
    if node.kind is Kind.FILE and there.duplicate_names:
        return None
    return side, id(folder), there.names.key(name)


def _break_circles(draft: Draft, waits: dict[int, int]) -> None:
    """Where steps wait for each other, give one item a temporary name, so that its own is free."""
    while circle := _circle(draft, waits):
        chosen = min(waits[step] for step in circle if waits.get(step) in circle)
        step = draft.numbering.steps[chosen]
        if not isinstance(step, Move | Delete) or step.item.parent is None:
            raise AssertionError("only what has a name can free it")
        aside = draft.numbering.add(
            Move(
                side=step.side,
                item=step.item,
                parent=Known(step.item.parent),
                name=temporary(step.item.id, lasting(step.item.name)),
                twin=None,
                settles=False,
                path=step.path,
            )
        )
        for waiting, freer in list(waits.items()):
            if freer == chosen:
                waits[waiting] = aside
        draft.wait(chosen, aside)


def _circle(draft: Draft, waits: dict[int, int]) -> set[int]:
    """Give the steps of one circle of waiting, or none."""
    done: set[int] = set()
    for start in sorted(waits):
        trail: list[int] = []
        on_trail: set[int] = set()
        stack: list[tuple[int, bool]] = [(start, False)]
        while stack:
            step, leaving = stack.pop()
            if leaving:
                trail.pop()
                on_trail.discard(step)
                done.add(step)
                continue
            if step in on_trail:
                return set(trail[trail.index(step) :])
            if step in done:
                continue
            trail.append(step)
            on_trail.add(step)
            stack.append((step, True))
            others = set(draft.after.get(step, ()))
            if step in waits:
                others.add(waits[step])
            stack.extend((other, False) for other in sorted(others))
    return set()


def _leave_before_entering(draft: Draft) -> None:
    """Let no folder move into one that lies below it then.

    Where that could be at some time between, the folder waits until all that is to be above it has
    come to its place: then nothing of what is above its new place is below it any more.
    """
    for (_, side), step in draft.moves.items():
        node, _ = draft.places[step]
        if node.kind is Kind.FOLDER and _may_lie_below_itself(draft, node, side):
            draft.wait(
                step, *(draft.moves.get((id(one), side)) for one in _above(draft, node, side))
            )


def _may_lie_below_itself(draft: Draft, node: Node, side: Side) -> bool:
    """Tell whether its new place lies below a folder by where folders are now, or are to be."""
    pending, seen = [draft.forest.home(node, side)], set[int]()
    while pending:
        folder = pending.pop()
        if folder is node:
            return True
        if folder is not None and id(folder) not in seen:
            seen.add(id(folder))
            pending += [draft.forest.holder_now(folder, side), _folder_after(draft, folder, side)]
    return False


def _above(draft: Draft, node: Node, side: Side) -> list[Node]:
    """Give the folders above a node after all moves, the nearest first."""
    found: list[Node] = []
    folder = draft.forest.home(node, side)
    while folder is not None and folder is not node and folder not in found:
        found.append(folder)
        folder = _folder_after(draft, folder, side)
    return found


def _folder_after(draft: Draft, node: Node, side: Side) -> Node | None:
    """Give the folder that holds a node after all moves; what is not there yet is made there."""
    stays = side in node.items and (id(node), side) not in draft.moves
    return (draft.forest.holder_now if stays else draft.forest.home)(node, side)


def _empty_before_deleting(draft: Draft) -> None:
    for (_, side), step in draft.moves.items():
        node, _ = draft.places[step]
        for holder in draft.forest.holders_now(node, side):
            if holder.fate is Fate.DOOMED:
                delete = draft.deletes.get((id(holder), side))
                if delete is not None:
                    draft.wait(delete, step)
                break


def _name_albums_before_their_folder(draft: Draft) -> None:
    """An album shown under the names of several folders gets its name before theirs is agreed on.

    The base keeps real names alone: with the outer one in it, nobody would miss the rename.
    """
    for (_, side), step in draft.moves.items():
        node, _ = draft.places[step]
        if side.other not in node.shown:
            continue
        for holder in draft.forest.holders_now(node, side.other):
            outer = draft.moves.get((id(holder), side))
            if outer is not None:
                draft.wait(outer, step)


def _renumber(draft: Draft) -> tuple[Step, ...]:
    steps = draft.numbering.steps
    waiting = {number: set(draft.after.get(number, ())) for number in range(len(steps))}
    followers: dict[int, list[int]] = {}
    for number, others in waiting.items():
        for other in others:
            followers.setdefault(other, []).append(number)
    ready = [(_weight(steps[n]), n) for n, others in waiting.items() if not others]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        _, number = heapq.heappop(ready)
        order.append(number)
        for follower in followers.get(number, ()):
            waiting[follower].discard(number)
            if not waiting[follower]:
                heapq.heappush(ready, (_weight(steps[follower]), follower))
    if len(order) != len(steps):
        raise AssertionError("steps that wait for each other")
    place = {old: new for new, old in enumerate(order)}
    return tuple(
        _refer(steps[old], place, frozenset(place[n] for n in draft.after.get(old, ())))
        for old in order
    )


def _weight(step: Step) -> tuple[int, int]:
    """Cheap steps first, then transfers, the small ones before the large, then deletions."""
    match step:
        case Delete():
            return (3, 0)
        case CreateFile() | Replace():
            return (2, step.source.size)
        case Move() | CreateFolder():
            return (1, 0)
        case _:
            return (0, 0)


def _refer(step: Step, place: dict[int, int], after: frozenset[int]) -> Step:
    def new(ref: Ref) -> Ref:
        return Made(place[ref.step]) if isinstance(ref, Made) else ref

    match step:
        case CreateFile():
            twin = step.twin and new(step.twin)
            return replace(step, parent=new(step.parent), twin=twin, after=after)
        case CreateFolder() | Move():
            return replace(step, parent=new(step.parent), after=after)
        case _:
            return replace(step, after=after)
