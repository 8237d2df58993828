"""Hold back what a person has to decide: deletions and edits that look like an accident.

A deletion is only ever held, never forgotten: it waits until somebody approves it (then it crosses)
or rejects it (then the item is made again where it was deleted), or until the plan no longer wants
it. What was held once is not judged anew, however few deletions a later plan has.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from turnbuckle.model.items import Kind
from turnbuckle.model.plans import Held, Notice, Reason, Withheld
from turnbuckle.model.policy import Decision, LimitMode, Policy, Standing
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of
from turnbuckle.planning.existence import path_of
from turnbuckle.planning.nodes import Fate, Forest, Node, State

_WINDOW = timedelta(hours=24)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Edits:
    """What one side did to the contents of linked files."""

    changed: list[Node] = field(default_factory=list)  # not decided on before
    unread: list[Node] = field(default_factory=list)  # changed, perhaps: somebody has to read them


def hold_back(forest: Forest, standing: Standing) -> list[Notice]:
    """Hold the deletions and edits that need a person, and tell what is held for the first time.

    Call it once it is settled what survives; what is held then stays where it is.
    """
    wanted = [node for node in forest.nodes if _is_wanted(node)]
    fresh = [node for node in wanted if not _hold_on(node, standing)]
    edits = {side: _edits(forest, side, standing) for side in Side}
    if standing.caution is not None:
        _hold(fresh, standing.caution)
    for side, found in edits.items():
        _hold_mass_change(side, fresh, found, forest, standing)
    _undo_rejected(forest)
    for side, found in edits.items():
        _wait_for_reading(side, fresh, found, forest, standing)
    if forest.terms.policy.hold_emptied:
        for side in standing.emptied:
            _hold((node for node in fresh if _deleted_on(node, side)), Reason.SIDE_EMPTIED)
    _hold_beyond_limit(forest, fresh, standing)
    for node in wanted:
        if node.held is not None:
            node.fate = Fate.FROZEN
    return _tell(forest, fresh, edits, standing)


def _is_wanted(node: Node) -> bool:
    """Tell whether its deletion is wanted, for all that is known, and nobody has agreed to it.

    What waits for its next try is among it: alone, some time later, it would pass every limit. So
    is what was edited where somebody rejected the edit; about the deletion they said nothing.
    """
    doomed = node.fate is Fate.DOOMED or (node.ending and not node.outside)
    agreed = node.decision is Decision.APPROVED
    return node.held is Reason.VANISHED or (doomed and not agreed)


def _hold_on(node: Node, standing: Standing) -> bool:
    """Go on holding what was held before; False where there is nothing to go on with."""
    side = node.only
    key = None if side is None else (side, node.items[side].id)
    if key not in standing.held or key in standing.held_changes:
        return False
    if node.held is None:
        _hold([node], Reason.DELETE_LIMIT)
    return True


def _hold(nodes: Iterable[Node], reason: Reason) -> None:
    """Hold deletions; a reason given before holds, but any other tells more than `VANISHED`."""
    for node in nodes:
        if node.held in (None, Reason.VANISHED):
            node.held, node.held_side = reason, node.only


def _deleted_on(node: Node, side: Side) -> bool:
    return node.pair is not None and node.only is side.other


def _edits(forest: Forest, side: Side, standing: Standing) -> _Edits:
    """Find what one side edited, carrying out what people said about edits held before.

    What waits for its next try stays held, or decided about, till then; it is not judged anew.
    """
    found = _Edits()
    for node in forest.nodes:
        waits = node.fate is Fate.FROZEN and not node.outside
        if node.pair is None or node.kind is not Kind.FILE:
            continue
        if node.fate is not Fate.KEPT and not waits:
            continue
        item = node.items.get(side)
        if item is None or item.version == node.pair.half(side).version:
            continue
        change = change_of(node, side, forest.terms)
        if change is Change.UNKNOWN and not waits:
            found.unread.append(node)
        if change is not Change.CHANGED:
            continue
        key = (side, item.id)
        if key in standing.held_changes:
            decision = standing.held[key]
            if decision is not None:
                node.decided_edits[side] = decision
            else:
                _hold_edit(node, side, Reason.MASS_CHANGE)
        elif node.only is None and not waits:
            found.changed.append(node)
    return found


def _hold_edit(node: Node, side: Side, reason: Reason) -> None:
    node.held_edits[side], node.kept_back = reason, True


def _undo_rejected(forest: Forest) -> None:
    """Undo an edit that a person decided against, where the other side's content may replace it.

    While that one waits itself, so does this. Were both rejected, there is nothing to go back to,
    and they are two versions like any others.
    """
    for node in forest.nodes:
        said = node.decided_edits
        rejected = [side for side, decision in said.items() if decision is Decision.REJECTED]
        if len(rejected) == 1 and not node.held_edits:
            node.reverted = rejected[0]


def _hold_mass_change(
    side: Side, fresh: list[Node], edits: _Edits, forest: Forest, standing: Standing
) -> None:
    """Hold the edits and deletions of a side where most files changed at once.

    While nobody has decided about that, the rest of it would otherwise cross in small portions.
    """
    deleted = [node for node in fresh if _deleted_on(node, side)]
    counted = _counted(deleted, edits)
    mass = bool(edits.changed) and _is_mass(counted, forest.terms.policy, standing)
    if mass or side in standing.waves:
        reason = Reason.MASS_CHANGE if mass else Reason.AFTER_MASS_CHANGE
        _hold(deleted, reason)
        for node in edits.changed:
            _hold_edit(node, side, reason)


def _wait_for_reading(
    side: Side, fresh: list[Node], edits: _Edits, forest: Forest, standing: Standing
) -> None:
    """Let the edits of a side wait while what has to be read first may make them too many."""
    policy = forest.terms.policy
    sure = _counted([node for node in fresh if _deleted_on(node, side)], edits)
    unread = sum(not node.held_edits for node in edits.unread)  # what is held is not read
    if _is_mass(sure + unread, policy, standing) and not _is_mass(sure, policy, standing):
        for node in (*edits.changed, *edits.unread):
            if not node.held_edits:
                node.kept_back, node.reverted = True, None


def _counted(deleted: list[Node], edits: _Edits) -> int:
    return len(edits.changed) + sum(node.kind is Kind.FILE for node in deleted)


def _is_mass(changed: int, policy: Policy, standing: Standing) -> bool:
    return changed >= policy.change_files and changed > policy.change_share * standing.files


def _hold_beyond_limit(forest: Forest, fresh: list[Node], standing: Standing) -> None:
    """Hold what would pass the limit of a day, or too large a share of the link's files.

    Only what is paired counts: what has no counterpart is deleted because we made it anew.
    """
    policy = forest.terms.policy
    batch = [node for node in fresh if node.held is None and node.pair is not None]
    files = [node for node in batch if node.kind is Kind.FILE]
    many = len(files) >= policy.deletion_share_files
    if many and len(files) > policy.deletion_share * standing.files:
        _hold(batch, Reason.DELETE_LIMIT)
        return
    if not files:
        return
    timed = [(deleted_at(forest, node) or standing.now or _BEGINNING, node) for node in files]
    timed.sort(key=lambda one: (one[0], one[1].order()))
    beyond = _beyond_limit(timed, standing.crossed, policy.deletions_per_day)
    if beyond:
        _hold(
            batch if policy.deletion_mode is LimitMode.HOLD_BATCH else beyond, Reason.DELETE_LIMIT
        )


def _beyond_limit(
    timed: list[tuple[datetime, Node]], crossed: tuple[datetime, ...], limit: int
) -> list[Node]:
    """Give the files, sorted by time, whose deletion makes more than `limit` in some 24 hours."""
    times = deque(sorted(crossed))
    before: deque[datetime] = deque()  # crossed or let through, within a day before the one at hand
    beyond: list[Node] = []
    full_until: datetime | None = None
    for at, node in timed:
        while times and times[0] <= at:
            before.append(times.popleft())
        while before and at - before[0] >= _WINDOW:
            before.popleft()
        if full_until == at or _is_full(at, before, times, limit):
            full_until = at
            beyond.append(node)
        else:
            before.append(at)
    return beyond


def _is_full(at: datetime, before: deque[datetime], after: deque[datetime], limit: int) -> bool:
    """Tell whether one more at this time would be too many in some 24 hours around it."""
    if len(before) >= limit:
        return True
    later: list[datetime] = []
    for time in after:
        if time - at >= _WINDOW:
            break
        later.append(time)
    if len(before) + len(later) < limit:
        return False
    around = [*before, at, *later]
    start = 0
    for end, time in enumerate(around):
        while time - around[start] >= _WINDOW:
            start += 1
        if start <= len(before) <= end and end - start + 1 > limit:
            return True
    return False


def deleted_at(forest: Forest, node: Node) -> datetime | None:
    """Give when the counterpart of a node was deleted, alone or with a folder above it."""
    side = node.only
    if side is None:
        return None
    tree, current, seen = forest.trees[side.other], node, set[int]()
    while current.pair is not None and id(current) not in seen:
        seen.add(id(current))
        gone = current.pair.half(side.other).id
        if gone in tree.gone_at:
            return tree.gone_at[gone]
        item = tree.items.get(gone)
        above = item.parent if item is not None else current.pair.half(side.other).parent
        parent = forest.node(side.other, above)
        if parent is None:
            break
        current = parent
    return None


def _tell(
    forest: Forest, fresh: list[Node], edits: dict[Side, _Edits], standing: Standing
) -> list[Notice]:
    """Tell once of every batch: all that one side did and that is held for one reason."""
    batches: dict[tuple[Reason, Side], list[Node]] = defaultdict(list)
    for node in fresh:
        if node.held is not None and node.held_side is not None:
            batches[(node.held, node.held_side.other)].append(node)
    for side, found in edits.items():
        for node in found.changed:
            if side in node.held_edits:
                batches[(node.held_edits[side], side)].append(node)
    return [
        Notice(
            reason=reason,
            side=side,
            path=_top(forest, nodes, side),
            detail=_counts(nodes, side) + _waits_with(reason, side, standing),
        )
        for (reason, side), nodes in sorted(batches.items(), key=lambda one: one[0])
    ]


def _top(forest: Forest, nodes: list[Node], side: Side) -> str:
    """Give the path of the one node that holds all the others; empty for the link's root.

    An edit is spelled as the side has it that made it, a deletion as the one that still has it.
    """
    inside = {id(node) for node in nodes}
    shown = [(node, side if side in node.items else side.other) for node in nodes]
    tops = [one for one in shown if id(forest.holder_now(*one)) not in inside]
    return path_of(*tops[0]) if len(tops) == 1 else ""


def _counts(nodes: list[Node], side: Side) -> str:
    edited = sum(side in node.held_edits for node in nodes)
    files = sum(node.kind is Kind.FILE for node in nodes) - edited
    told = [(edited, "changed"), (files, "deleted")]
    return ", ".join(f"{count} {_plural('file', count)} {what}" for count, what in told if count)


def _waits_with(reason: Reason, side: Side, standing: Standing) -> str:
    if reason is not Reason.AFTER_MASS_CHANGE:
        return ""
    wave = standing.waves[side]
    since = f"{wave.since:%Y-%m-%d %H:%M} UTC"
    return f"; waits with the {wave.files:,} {_plural('edit', wave.files)} held on {since}"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def wait_around_what_stays(forest: Forest) -> None:
    """Let a folder that is to be deleted wait for as long as something in it stays.

    It is not made again on the other side either: nothing in it was wanted there. What cannot be
    seen is taken to be where it was seen last.
    """
    for node in forest.nodes:
        stays = node.fate is Fate.FROZEN or (node.fate is Fate.KEPT and node.blocked is not None)
        if not stays:
            continue
        for side in Side:
            if side in node.items:
                _wait_from(forest, forest.holder_now(node, side), side, node.held)
            elif node.states[side] is State.HIDDEN:
                _wait_from(forest, forest.holder_last(node, side), side, node.held)
    for side, tree in forest.trees.items():
        for item in tree.items.values():
            if forest.state(side, item.id) is State.HIDDEN:  # also where another took its place
                _wait_from(forest, forest.node(side, item.parent), side, None)


def _wait_from(forest: Forest, folder: Node | None, side: Side, held: Reason | None) -> None:
    while folder is not None and (folder.fate is Fate.DOOMED or folder.waits):
        if folder.waits and (folder.held is not None or held is None):
            return
        folder.fate, folder.waits = Fate.FROZEN, True
        if held is not None and folder.decision is None:
            folder.held, folder.held_side = held, side
        folder = forest.holder_now(folder, side)


def held_of(forest: Forest) -> tuple[Held, ...]:
    """List all that waits for a person; of a file that both sides changed, each side's edit."""
    return tuple(
        Held(
            side=side,
            item=node.items[side],
            what=what,
            reason=reason,
            path=path_of(node, side),
            gone_at=deleted_at(forest, node),
        )
        for node in sorted(forest.nodes, key=Node.order)
        for side, what, reason in _held_in(node)
    )


def _held_in(node: Node) -> Iterator[tuple[Side, Withheld, Reason]]:
    if node.held is not None and node.held_side is not None:
        yield node.held_side, Withheld.DELETION, node.held
    yield from ((side, Withheld.CHANGE, why) for side, why in sorted(node.held_edits.items()))
