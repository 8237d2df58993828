"""The journal: every write is written down before it is made, and its outcome after it.

An intent is committed before the call. Its outcome, the base, the trees, the dirty marks and the
activity are committed together. Both ask the lease first: a process that lost its link writes
nothing any more. What is open after a crash is looked up on the remotes before anything is planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from turnbuckle.model.items import Item, ItemId, Version
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store import answers, formers, holds, locks, models, removed, set_aside, superseded
from turnbuckle.store.leases import hold
from turnbuckle.store.notes import (
    drop_dirty,
    mark,
    mark_all_below,
    mark_children,
    mark_readers,
    write_gone,
    write_hashes,
    write_items,
)
from turnbuckle.store.records import Entry, Link, Marks, OpenIntent, Run
from turnbuckle.store.removed import Removal
from turnbuckle.store.rows import PAIR_COLUMNS, PAIR_SELECT, pair_values
from turnbuckle.store.units import in_turn, tidy, unit

_CHUNK = 400  # ids in one query
_MOST_GIVEN_UP = 200  # more than a handful is rare
GIVEN_UP_KEPT = timedelta(days=1)
"""So long a write that was given up may arrive: its machine may sleep, and wake up."""


class NotOpen(Exception):
    """The intent was ended before; a step is settled, failed or voided once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one step came to; all parts of it are committed together.

    Attributes:
        intent: the intent that it ends; None for a step that wrote to no remote.
        seen: items as their remotes reported them after the write, or as a look found them.
        hashes: what we took of contents that went by: side, item, version and hashes; kept only
            where the item is still at that version.
        gone: items that are proven to be gone.
        former: items as they were before the write.
        forget: pairs to drop from the base; done before `pairs`.
        pairs: pairs to put into the base; each replaces those with one of its two ids.
        opens: folders that were paired anew: what lies in them has to be thought about, even if
            the plan that reads them is cut off.
        enters: folders that got to another place, which may be one that is kept in step while
            the old one was not: all that lies below them has to be thought about.
        single: items made that are in no pair yet: they have to be thought about, even if the
            step that pairs them is never made.
        clean: items that need no more thought.
        decided: items about which nothing that a person decided, or had to decide, is left.
        removed: what went into a bin because its counterpart was deleted.
        superseded: items whose content was made anew elsewhere, at these versions.
        activity: what people read about it.
    """

    intent: int | None = None
    seen: Sequence[tuple[Side, Item]] = ()
    hashes: Sequence[tuple[Side, ItemId, Version, frozenset[str]]] = ()
    gone: Sequence[tuple[Side, ItemId]] = ()
    former: Sequence[tuple[Side, Item]] = ()
    forget: Sequence[Pair] = ()
    pairs: Sequence[Pair] = ()
    opens: Sequence[Pair] = ()
    enters: Sequence[Pair] = ()
    single: Sequence[tuple[Side, ItemId]] = ()
    clean: Sequence[tuple[Side, ItemId]] = ()
    decided: Sequence[tuple[Side, ItemId]] = ()
    removed: Sequence[Removal] = ()
    superseded: Sequence[tuple[Side, ItemId, Version]] = ()
    activity: Sequence[Entry] = ()


@unit
def intend(link: Link, run: Run, number: int, step: Mapping[str, Any], *, now: datetime) -> int:
    """Write a step down before its call is made; give the intent's id.

    Raises:
        LeaseLost: the run does not hold the link any more; nothing may be written.
    """
    hold(run)
    row = models.Intent.objects.create(
        link_id=link.id, run_id=run.id, number=number, step=dict(step), made_at=now
    )
    return row.id


@unit
def settle(
    link: Link, run: Run, outcomes: Sequence[Outcome], *, marks: Marks | None, now: datetime
) -> None:
    """Commit what steps came to, in their order, in one transaction.

    Args:
        link: whose steps they were.
        run: who made them.
        outcomes: one for each step.
        marks: how far both sides were told when the steps were decided (`trees.marks`); what was
            told later survives. None: nothing else can have told anything.
        now: when it happened.

    Raises:
        LeaseLost: the run does not hold the link any more; nothing was committed.
        NotOpen: an intent was ended before; nothing was committed.
    """
    hold(run)
    locks.link(link)
    _end([each.intent for each in outcomes if each.intent is not None], "done", now, "")
    removed.write(link, run, [one for each in outcomes for one in each.removed], now)
    _observe(link, outcomes, marks, now)
    _rebase(link, outcomes)
    _forget_decisions(link, outcomes, now)
    mark_children(link, [pair for each in outcomes for pair in each.opens])
    mark_all_below(link, [pair for each in outcomes for pair in each.enters])
    mark(link, [item for each in outcomes for item in each.single])
    set_aside.clear(link, [item for each in outcomes for item in each.gone])
    drop_dirty(link.id, [item for each in outcomes for item in each.clean], marks)
    write_activity(link, run, [entry for each in outcomes for entry in each.activity], now)


@unit
def fail(run: Run, intent: int, error: str, *, now: datetime) -> None:
    """End an intent whose call was refused: it took no effect.

    Raises:
        LeaseLost: the run does not hold the link any more; whoever does has ended it.
    """
    hold(run)
    _end([intent], "failed", now, error)


@unit
def void(run: Run, intent: int, *, now: datetime) -> None:
    """End an intent whose call was never made, or that recovery found without effect.

    Raises:
        LeaseLost: as with `fail`.
    """
    hold(run)
    _end([intent], "void", now, "")


@unit
def give_up(run: Run, intent: int, *, now: datetime) -> None:
    """End an intent whose effect recovery did not find, and keep it: it may arrive all the same.

    Raises:
        LeaseLost: as with `fail`.
    """
    hold(run)
    _end([intent], "given up", now, "")


@tidy
def given_up(link: Link, *, now: datetime) -> list[OpenIntent]:
    """Give the writes that may arrive although nobody waits for them any more, oldest first.

    Those that a remote refused are among them: an earlier try of the same write may be on its way.
    """
    rows = models.Intent.objects.filter(
        link_id=link.id, state__in=("given up", "failed"), ended_at__gte=now - GIVEN_UP_KEPT
    )
    return [_open(row) for row in reversed(rows.order_by("-id")[:_MOST_GIVEN_UP])]


@tidy
def open_intents(link: Link) -> list[OpenIntent]:
    """Give the intents without an outcome, oldest first."""
    rows = models.Intent.objects.filter(link_id=link.id, state="open").order_by("id")
    return [_open(row) for row in rows]


@unit
def record(link: Link, run: Run, entries: Sequence[Entry], *, now: datetime) -> None:
    """Append activity that belongs to no step, such as a notice of the plan.

    Raises:
        LeaseLost: the run does not hold the link any more, which may be gone.
    """
    hold(run)
    write_activity(link, run, entries, now)


def write_activity(link: Link, run: Run, entries: Sequence[Entry], now: datetime) -> None:
    """Append activity inside the caller's unit."""
    models.Activity.objects.bulk_create(
        [
            models.Activity(
                link_id=link.id,
                run_id=run.id,
                at=now,
                side=entry.side.value,
                what=entry.what,
                path=entry.path,
                detail=entry.detail,
            )
            for entry in entries
        ]
    )


def _open(row: models.Intent) -> OpenIntent:
    return OpenIntent(
        id=row.id, run=row.run_id, number=row.number, step=row.step, made_at=row.made_at
    )


def _end(intents: Sequence[int], state: str, now: datetime, error: str) -> None:
    if not intents:
        return
    ended = models.Intent.objects.filter(id__in=intents, state="open").update(
        state=state, ended_at=now, error=error
    )
    if ended != len(intents):
        raise NotOpen("a step was to be ended twice; nothing was written")


def _forget_decisions(link: Link, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Let no decision, and no waiting deletion of ours, outlive what it was about."""
    gone = [item for each in outcomes for item in each.gone]
    holds.drop(link, [*gone, *(item for each in outcomes for item in each.decided)], now)
    answers.drop(link, [pair.left.id for each in outcomes for pair in each.pairs])
    paired = [
        (side, pair.half(side).id) for each in outcomes for pair in each.pairs for side in Side
    ]
    superseded.drop(link, [*gone, *paired])
    superseded.put(link, [one for each in outcomes for one in each.superseded])


def _observe(link: Link, outcomes: Sequence[Outcome], marks: Marks | None, now: datetime) -> None:
    """Write what the steps saw into the trees, and tell other links of the same feeds."""
    for side in Side:
        feed, upto = link.feed(side), None if marks is None else marks.of(side)
        items = [item for each in outcomes for at, item in each.seen if at is side]
        gone = [item for each in outcomes for at, item in each.gone if at is side]
        taken = [rest for each in outcomes for at, *rest in each.hashes if at is side]
        formers.keep(
            feed, [item for each in outcomes for at, item in each.former if at is side], now
        )
        write_items(feed, items, upto)
        write_hashes(feed, taken)
        write_gone(feed, gone, upto, now)
        mark_readers(feed, [*(item.id for item in items), *gone], link, side)


def _rebase(link: Link, outcomes: Sequence[Outcome]) -> None:
    """Bring the base to what the outcomes say, in their order."""
    forgotten = [pair for each in outcomes for pair in each.forget]
    put = [pair for each in outcomes for pair in each.pairs]
    mark(link, _displaced(link, put))
    in_turn(
        "DELETE FROM store_pair WHERE link_id = %s AND left_id = %s AND right_id = %s",
        [(link.id, pair.left.id, pair.right.id) for pair in forgotten],
    )
    in_turn(
        "DELETE FROM store_pair WHERE link_id = %s AND left_id = %s",
        [(link.id, pair.left.id) for pair in put],
    )
    in_turn(
        "DELETE FROM store_pair WHERE link_id = %s AND right_id = %s",
        [(link.id, pair.right.id) for pair in put],
    )
    in_turn(_INSERT_PAIR, [(link.id, *pair_values(pair)) for pair in _standing(outcomes)])


def _displaced(link: Link, put: Sequence[Pair]) -> list[tuple[Side, ItemId]]:
    """Give the items that lose their pair to another item: they have to be thought about again."""
    found = []
    for side in Side:
        new = {pair.half(side).id: pair.half(side.other).id for pair in put}
        for some in batched(new, _CHUNK):
            rows = models.PairRow.objects.filter(link_id=link.id, **{f"{side}_id__in": some})
            for mine, theirs in rows.values_list(f"{side}_id", f"{side.other}_id"):
                if new[mine] != theirs:
                    found.append((side.other, ItemId(theirs)))
    return found


def _standing(outcomes: Sequence[Outcome]) -> list[Pair]:
    """Give the pairs that outcomes put and that no later outcome replaced or forgot."""
    by_left: dict[ItemId, Pair] = {}
    by_right: dict[ItemId, Pair] = {}
    for each in outcomes:
        for pair in each.forget:
            standing = by_left.get(pair.left.id)
            if standing is not None and standing.right.id == pair.right.id:
                del by_left[pair.left.id], by_right[pair.right.id]
        for pair in each.pairs:
            for replaced in (by_left.get(pair.left.id), by_right.get(pair.right.id)):
                if replaced is not None:
                    by_left.pop(replaced.left.id, None)
                    by_right.pop(replaced.right.id, None)
            by_left[pair.left.id] = by_right[pair.right.id] = pair
    return list(by_left.values())


_INSERT_PAIR = (
    f"INSERT INTO store_pair (link_id, {PAIR_SELECT})"  # noqa: S608
    f" VALUES (%s, {', '.join(['%s'] * len(PAIR_COLUMNS))})"
)
