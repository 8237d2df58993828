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
    """A folder that moves below one of its own descendants waits until that one has left it."""
    for (_, side), step in draft.moves.items():
        node, _ = draft.places[step]
        if node.kind is not Kind.FOLDER:
            continue
        chain: list[Node] = []
        current = draft.forest.home(node, side)
        while current is not None and current is not node and current not in chain:
            chain.append(current)
            is_there = side in current.items
            current = (draft.forest.holder_now if is_there else draft.forest.home)(current, side)
        if current is node:
            draft.wait(step, *(draft.moves.get((id(one), side)) for one in chain))


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
