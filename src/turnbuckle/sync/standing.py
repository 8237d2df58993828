"""What the planner has to know besides both trees: what is held, what crossed, how large it is."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from turnbuckle.model.items import ItemId, Kind, Version
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Policy, Standing
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.store import answers, extent, holds, removed, set_aside, superseded
from turnbuckle.store.closure import Concerned
from turnbuckle.store.records import Link

_WINDOW = timedelta(hours=24)  # in which deletions are added up

type Key = tuple[Side, ItemId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a standing is made for.

    Attributes:
        aside: what failed in this run already.
        caution: why all deletions are to be held.
    """

    link: Link
    policy: Policy
    concerned: Concerned
    aside: frozenset[Key]
    caution: Reason | None
    now: datetime


def standing_of(asked: Asked) -> Standing:
    """Read what stands; the database is asked only for what the look at hand can need."""
    link, concerned = asked.link, asked.concerned
    away = _away(concerned)
    held = holds.decisions(
        link,
        keys_of(concerned),
        proven=_proven(concerned, away),
        versions=versions_of(concerned),
    )
    changes, rejected = holds.edits(link, held)
    return Standing(
        set_aside=set_aside.waiting(link, asked.now) | asked.aside,
        held=held,
        held_changes=changes,
        rejected_edits=rejected,
        waves=holds.waves(link) if away or _edits_anything(concerned) else {},
        caution=asked.caution,
        crossed=_crossed(asked) if away else (),
        files=_files(asked, away),
        emptied=frozenset(side for side in Side if _is_emptied(link, concerned, side)),
        superseded=superseded.superseded(link),
        answers=answers.given(link),
        began=link.created,
        now=asked.now,
    )


def keys_of(concerned: Concerned) -> set[Key]:
    """Give every item that a look is about, known by now or only by the base."""
    keys = {(side, pair.half(side).id) for pair in concerned.base.pairs for side in Side}
    for tree in (concerned.left, concerned.right):
        for ids in (tree.items, tree.gone, tree.hidden):
            keys.update((tree.side, item) for item in ids)
    return keys


def versions_of(concerned: Concerned) -> dict[Key, Version | None]:
    """Give the version of every item that a look is about; None for what is gone."""
    found: dict[Key, Version | None] = {}
    for tree in (concerned.left, concerned.right):
        found.update(((tree.side, item.id), item.version) for item in tree.items.values())
        found.update(((tree.side, item), None) for item in tree.gone)
    return found


def _tree(concerned: Concerned, side: Side) -> Tree:
    return concerned.left if side is Side.LEFT else concerned.right


def _is_away(concerned: Concerned, side: Side, pair: Pair) -> bool:
    tree, item = _tree(concerned, side), pair.half(side).id
    return item in tree.gone or item in tree.hidden


def _away(concerned: Concerned) -> list[Pair]:
    """Give the pairs of which one half is deleted, has left, or cannot be seen."""
    return [
        pair
        for pair in concerned.base.pairs
        if any(_is_away(concerned, side, pair) for side in Side)
    ]


def _proven(concerned: Concerned, away: Collection[Pair]) -> set[Key]:
    """Give the items whose counterpart is deleted, or has left, beyond doubt."""
    return {
        (side, pair.half(side).id)
        for pair in away
        for side in Side
        if pair.half(side.other).id in _tree(concerned, side.other).gone
    }


def _crossed(asked: Asked) -> tuple[datetime, ...]:
    """Give when what crossed lately was deleted: all that a window with one of ours can hold."""
    concerned = asked.concerned
    times = [at for tree in (concerned.left, concerned.right) for at in tree.gone_at.values()]
    return removed.crossed(asked.link, min([*times, asked.now]) - _WINDOW)


def _files(asked: Asked, away: Collection[Pair]) -> int:
    """Count the link's files, as far as a share of them can be passed by what changed now."""
    policy = asked.policy
    deleted = sum(pair.kind is Kind.FILE for pair in away)
    edited = {
        side: sum(_is_edited(asked.concerned, side, pair) for pair in asked.concerned.base.pairs)
        for side in Side
    }
    changed = deleted + max(edited.values())
    shares = []
    if deleted >= policy.deletion_share_files:
        shares.append((deleted, policy.deletion_share))
    if any(edited.values()) and changed >= policy.change_files:
        shares.append((changed, policy.change_share))
    if not shares:
        return changed
    if any(share <= 0 for _, share in shares):
        return changed  # any number passes a share of nothing
    most = max(math.ceil(count / share) for count, share in shares) + 1
    return extent.files_upto(asked.link, most)


def _edits_anything(concerned: Concerned) -> bool:
    return any(_is_edited(concerned, side, pair) for pair in concerned.base.pairs for side in Side)


def _is_edited(concerned: Concerned, side: Side, pair: Pair) -> bool:
    item = _tree(concerned, side).items.get(pair.half(side).id)
    if item is None or pair.kind is not Kind.FILE:
        return False
    return item.version != pair.half(side).version


def _is_emptied(link: Link, concerned: Concerned, side: Side) -> bool:
    roots = _tree(concerned, side).roots
    touched = any(
        pair.half(side).parent in roots and _is_away(concerned, side, pair)
        for pair in concerned.base.pairs
    )
    return touched and extent.is_emptied(link, side, list(roots))
