"""The checks U1 to U10 that hold after every phase of every row; each says what is wrong."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from scenarios.ledger import Ledger, is_ignored
from scenarios.outcome import Outcome, same_place
from scenarios.telling import differences, spread_places, told, told_path
from scenarios.vocabulary import LETTERS, TOOLS, canonical, plain

from turnbuckle.model.names import TEMPORARY
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side

LOOSE = "P/Unclassified/"
_ONCE = frozenset({Reason.CONFLICT, Reason.DELETE_CANCELLED, Reason.MOVE_OVERRULED})


async def wrong(outcome: Outcome, expect: Mapping[str, Any], ledger: Ledger) -> list[str]:
    """Run all checks that need no further cycle."""
    synced = outcome.state == "synced" and expect.get("state", "synced") == "synced"
    return [
        *_marked("U1", await ledger.wrong(outcome.world.hands, on_both=synced)),
        *_marked("U2", _apart(outcome, expect) if synced else []),
        *_marked("U4", _links(outcome) if synced else []),
        *_marked("U5", _ids(outcome, expect)),
        *_marked("U6", _forever(outcome)),
        *_marked("U7", _out_of_order(outcome)),
        *_marked("U9", _left_over(outcome)),
        *_marked("U10", _unexplained(outcome)),
        *outcome.world.complaints(),
    ]


def _marked(check: str, texts: list[str]) -> list[str]:
    return [f"{check} {text}" for text in texts[:3]] + (
        [f"{check} and {len(texts) - 3} more"] if len(texts) > 3 else []
    )


def _apart(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    """Where a row names no tree, both sides hold the same (U2)."""
    if expect.keys() & {"tree", "a", "b", "tree_any"}:
        return []
    left, right = (
        {
            path: plain(token)
            for path, token in told(outcome.after[side]).items()
            if not is_ignored(path)
        }
        for side in Side
    )
    return [f"b {text}" for text in differences(right, left)]


def _links(outcome: Outcome) -> list[str]:
    """Every item is linked once, to one of the same content (U4)."""
    bounds = outcome.world.ends.link.bounds
    off = {bound.tool for bound in bounds if not bound.enabled}
    found = []
    shown = {
        side: {
            each.id: (path, each.token)
            for path, each in outcome.after[side].items()
            if not is_ignored(path)
            and path != LOOSE
            and TOOLS.get(path.partition("/")[0]) not in off
        }
        for side in Side
    }
    for side in Side:
        linked = Counter(pair.half(side).id for pair in outcome.base[1])
        found += [f"{path} has no link on the {side} side"
                  for item, (path, _) in shown[side].items() if not linked[item]]  # fmt: skip
        found += [f"{item} has {count} links" for item, count in linked.items() if count > 1]
    for pair in outcome.base[1]:
        left, right = (shown[side].get(pair.half(side).id) for side in Side)
        if (left is None) != (right is None):
            found.append(f"a link of {(left or right or ('?',))[0]} to nothing")
        elif left and right and _other_content(left[1], right[1]):
            found.append(f"{left[0]} is {left[1]} and its counterpart {right[1]}")
    return found


def _other_content(left: str | None, right: str | None) -> bool:
    if left is None or right is None:
        return left is not right
    return plain(canonical(left)) != plain(canonical(right))


def _ids(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    """What was linked keeps its ids, but for those that the row names (U5)."""
    allowed = spread_places(expect.get("new_ids", ()))
    found = []
    for side in Side:
        was = {pair.half(side.other).id: pair.half(side).id for pair in outcome.base[0]}
        there = {shown.id for shown in outcome.after[side].values()}
        for pair in outcome.base[1]:
            before, now = was.get(pair.half(side.other).id), pair.half(side).id
            changed = before not in (None, now) and before not in there
            path = outcome.path_of(side, now) if changed else None
            if path is not None and (side, told_path(path)) not in allowed:
                found.append(f"{path} has a new id on side {LETTERS[side]}")
    return found


def _forever(outcome: Outcome) -> list[str]:
    """Nothing was deleted for good (U6)."""
    count = outcome.counts.forever
    return [f"{count} items were deleted for good"] if count else []


def _out_of_order(outcome: Outcome) -> list[str]:
    """No call was refused for its place in the order (U7); with a fault that may happen."""
    if outcome.faults:
        return []
    return [
        f"{each.what} was refused: {each.why}"
        for each in outcome.counts.refused
        if each.out_of_order
    ]


def _left_over(outcome: Outcome) -> list[str]:
    """No temporary name is left (U9)."""
    return [
        f"{path} is left on side {LETTERS[side]}"
        for side in Side
        for path in outcome.after[side]
        if TEMPORARY in path
    ]


def _unexplained(outcome: Outcome) -> list[str]:
    """Every copy, and everything that is blocked, has exactly one notice (U10)."""
    notices = [notice for report in outcome.reports for notice in report.notices]
    found = []
    for copy in outcome.copies():
        original = copy.partition("#conflict-")[0]
        told_of = [
            notice
            for notice in notices
            if notice.reason is Reason.CONFLICT
            and (
                same_place(original, notice.path)
                or same_place(copy, notice.path)
                or notice.path.rpartition("/")[2] == original.rpartition("/")[2]
            )
        ]
        if not told_of and Reason.CONFLICT not in outcome.codes:
            found.append(f"nobody was told of {copy}")
    repeated = Counter(
        (notice.reason, notice.path, notice.side) for notice in notices if notice.reason in _ONCE
    )
    found += [
        f"{path}: {reason} was told {count} times"
        for (reason, path, _), count in repeated.items()
        if count > 1
    ]
    blocked = Counter((notice.side, notice.path) for notice in outcome.blocked)
    found += [f"{path} is blocked {count} times"
              for (_, path), count in blocked.items() if count > 1]  # fmt: skip
    found += [f"{each.item} is held without a reason"
              for each in outcome.holdings if not each.reason]  # fmt: skip
    return found
