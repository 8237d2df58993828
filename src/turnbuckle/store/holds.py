"""What waits for a person: batches of deletions and changes, and what was decided about them.

An item stays held until somebody decides, or until no plan wants it any more. A decision stays
beside its item until it is carried out; after that it must not decide about anything else. So a
decision about a change holds for the version that the change made, and for no later one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, groupby

from django.db.models import Count, Min, Q, QuerySet

from turnbuckle.model.items import ItemId, Kind, Version
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Held, Reason, Withheld
from turnbuckle.model.policy import Decision, Wave
from turnbuckle.model.side import Side
from turnbuckle.store import locks, models
from turnbuckle.store.notes import mark, mark_all_below, mark_anew
from turnbuckle.store.records import Link
from turnbuckle.store.rows import PAIR_COLUMNS, pair_of
from turnbuckle.store.units import in_turn, tidy, unit

_CHUNK = 400  # ids in one query

type Key = tuple[Side, ItemId]


class NoSuchBatch(Exception):
    """The link holds no batch of that number that still waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatch:
    """What was held at one time for one reason, as far as it still waits."""

    number: int
    reason: Reason
    opened: datetime
    decision: Decision | None  # None: nobody decided yet
    decided: datetime | None
    decided_by: str
    files: int
    folders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntry:
    """One item that waits."""

    side: Side
    item: ItemId
    what: Withheld
    kind: Kind
    path: str
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is on record of one item that is held."""

    decision: Decision | None
    reason: Reason
    what: Withheld
    version: str

    def waits_for_proof(self) -> bool:
        return self.reason is Reason.VANISHED and self.decision is None

    def is_rejected_edit(self) -> bool:
        return self.what is Withheld.CHANGE and self.decision is Decision.REJECTED

    def is_of(self, version: str | None) -> bool:
        """Tell whether a decision about it was made about this version."""
        return self.what is Withheld.DELETION or self.version == version


@tidy
def decisions(
    link: Link,
    items: Collection[Key],
    *,
    proven: Collection[Key] = (),
    versions: Mapping[Key, Version | None] | None = None,
) -> dict[Key, Decision | None]:
    """Give those of the items that are held, each with the decision about it, if there is one.

    Args:
        link: which holds them.
        items: which items.
        proven: items whose counterpart is deleted beyond doubt; where only that was missing, they
            are not among the result, and can be judged like any other.
        versions: the items' versions by now. What was changed again after a decision about its
            change is not among the result: nobody has decided about that.
    """
    now = versions or {}
    return {
        key: one.decision
        for key, one in _known(link, items).items()
        if not (one.waits_for_proof() and key in proven)
        and (one.decision is None or one.is_of(now.get(key)))
    }


@tidy
def edits(link: Link, items: Collection[Key]) -> tuple[frozenset[Key], dict[Key, Version]]:
    """Tell which of the items are held for their new content.

    Returns:
        Those whose new content waits, or was decided about; and the versions of those whose
        deletion waits since a person rejected the edit that made the version.
    """
    known = _known(link, items)
    changes = frozenset(key for key, one in known.items() if one.what is Withheld.CHANGE)
    versions = {key: Version(one.version) for key, one in known.items() if one.version}
    return changes, {key: at for key, at in versions.items() if key not in changes}


@tidy
def waves(link: Link) -> dict[Side, Wave]:
    """Give the sides of which edits are held as too many at once, and nobody decided about them."""
    rows = models.Hold.objects.filter(
        link_id=link.id,
        closed=None,
        decision="",
        reason=Reason.MASS_CHANGE.value,
        helditem__what=Withheld.CHANGE.value,
    )
    told = rows.values_list("helditem__side").annotate(files=Count("id"), since=Min("opened"))
    return {Side(side): Wave(files=files, since=since) for side, files, since in told}


@unit
def reconcile(
    link: Link,
    held: Sequence[Held],
    *,
    decided: Collection[Key],
    concerned: Collection[Key],
    spared: Collection[Key] = (),
    now: datetime,
) -> bool:
    """Keep what a plan holds back, and let go of what it does not hold back any more.

    With a folder goes what lies in it: where the folder alone came back, nobody else thinks of it.

    Args:
        link: whose plan it was.
        held: everything of the items concerned that it holds.
        decided: items whose decision it carries out; the decision stays till that is done.
        concerned: the items that the plan was about; others stay as they are.
        spared: those of `decided` that simply stay: their batch is over, and the decision about
            them is kept for the day on which their deletion is proven.
        now: the time.

    Returns:
        Whether something was let go; that has to be thought about now.
    """
    locks.link(link)
    stays = {(each.side, each.item.id): each for each in held}
    known = _known(link, {*stays, *concerned})
    anew = {key for key, one in known.items() if key in stays and _is_another(one, stays[key])}
    free = [key for key in known if not (key in stays or key in decided)]
    _drop(link, [*anew, *free])
    mark(link, free)  # whatever let them go, they are thought about once more
    mark_all_below(link, _folders(link, free))
    fresh = [
        each
        for each in held
        if (each.side, each.item.id) not in known or (each.side, each.item.id) in anew
    ]
    for reason, batch in groupby(sorted(fresh, key=_reason), key=_reason):
        hold = models.Hold.objects.create(link_id=link.id, reason=reason, opened=now)
        rows = [_row(hold, each, known.get((each.side, each.item.id))) for each in batch]
        models.HeldItem.objects.bulk_create(rows, batch_size=_CHUNK)
    if known:
        _close_empty(link, now)
    for side, ids in _by_side(spared):
        for some in batched(ids, _CHUNK):
            kept = _items(link).filter(side=side.value, item_id__in=some)
            over = models.Hold.objects.filter(id__in=kept.values("hold_id"), closed=None)
            over.update(closed=now)
    return bool(free)


@unit
def approve(link: Link, batch: int | None, *, by: str, now: datetime) -> int:
    """Let what is held happen at the next run.

    Args:
        link: which holds it.
        batch: the number of one batch; None for all that wait.
        by: who decided.
        now: the time.

    Returns:
        The files that were decided about.

    Raises:
        NoSuchBatch: there is none of that number that waits for a decision.
    """
    return _decide(link, batch, Decision.APPROVED, by, now)


@unit
def reject(link: Link, batch: int | None, *, by: str, now: datetime) -> int:
    """Have what is held undone at the next run; arguments and result as with `approve`."""
    return _decide(link, batch, Decision.REJECTED, by, now)


@tidy
def batches(link: Link) -> list[HeldBatch]:
    """Give the batches of which something waits, oldest first."""
    rows = list(models.Hold.objects.filter(link_id=link.id, closed=None).order_by("id"))
    counts = _counts(_items(link).filter(hold__closed=None)) if rows else {}
    return [_batch(row, counts) for row in rows]


@tidy
def of_item(link: Link, side: Side, item: ItemId) -> HeldBatch | None:
    """Give the batch that an item waits in; None when it is not held."""
    waiting_still = _items(link).select_related("hold").filter(hold__closed=None)
    row = waiting_still.filter(side=side.value, item_id=item).first()
    return None if row is None else _batch(row.hold, _counts(_items(link).filter(hold=row.hold)))


@tidy
def entries(link: Link, batch: int, limit: int | None = None) -> list[HeldEntry]:
    """Give what waits of one batch, by path."""
    rows = _items(link).filter(hold_id=batch).order_by("path", "side")
    return [
        HeldEntry(
            side=Side(row.side),
            item=ItemId(row.item_id),
            what=Withheld(row.what),
            kind=Kind(row.kind),
            path=row.path,
            gone_at=row.gone_at,
        )
        for row in (rows if limit is None else rows[:limit])
    ]


@tidy
def waiting(link: Link) -> tuple[int, bool]:
    """Count the files whose deletion nobody decided about; and tell if anything at all waits."""
    rows = _items(link).filter(hold__decision="")
    if not rows.exists():
        return 0, False
    deletions = rows.filter(what=Withheld.DELETION.value, kind=Kind.FILE.value)
    return deletions.count(), True


def approved(link: Link, items: Collection[Key]) -> set[Key]:
    """Give those of the items whose deletion a person approved, inside the caller's unit."""
    return {
        key for key, decision in decisions(link, items).items() if decision is Decision.APPROVED
    }


def drop(link: Link, items: Iterable[Key], now: datetime) -> None:
    """Forget that these were held or decided about, inside the caller's unit."""
    gone = list(items)
    if gone and _items(link).exists():
        _drop(link, gone)
        _close_empty(link, now)


def _decide(link: Link, batch: int | None, decision: Decision, by: str, now: datetime) -> int:
    locks.link(link)
    open_ones = models.Hold.objects.filter(link_id=link.id, closed=None, decision="")
    if batch is not None:
        open_ones = open_ones.filter(id=batch)
    numbers = list(open_ones.values_list("id", flat=True))
    if batch is not None and not numbers:
        raise NoSuchBatch(f"the link {link.name!r} holds no batch {batch} that waits for you")
    open_ones.update(decision=decision.value, decided=now, decided_by=by)
    rows = list(_items(link).filter(hold_id__in=numbers).values_list("side", "item_id", "kind"))
    mark_anew(link, [(Side(side), ItemId(item)) for side, item, _ in rows])
    return sum(kind == Kind.FILE.value for _, _, kind in rows)


def _is_another(known: _Known, held: Held) -> bool:
    """Tell whether what is held now is not what is on record: a batch of its own tells of it."""
    if known.waits_for_proof() and held.reason is not known.reason:
        return True
    if held.what is not known.what:
        return True
    return held.what is Withheld.CHANGE and known.version != held.item.version


def _known(link: Link, items: Collection[Key]) -> dict[Key, _Known]:
    """Give what is on record of each of the items that is held."""
    found: dict[Key, _Known] = {}
    if not items or not _items(link).exists():
        return found
    for side, ids in _by_side(items):
        for some in batched(ids, _CHUNK):
            rows = _items(link).filter(side=side.value, item_id__in=some)
            told = rows.values_list("item_id", "hold__decision", "hold__reason", "what", "version")
            for item, decision, reason, what, version in told:
                found[(side, ItemId(item))] = _Known(
                    Decision(decision) if decision else None,
                    Reason(reason),
                    Withheld(what),
                    version,
                )
    return found


def _folders(link: Link, items: Collection[Key]) -> list[Pair]:
    """Give the pairs of those of the items that are folders."""
    found: list[Pair] = []
    for side, ids in _by_side(items):
        for some in batched(ids, _CHUNK):
            rows = models.PairRow.objects.filter(
                link_id=link.id, kind=Kind.FOLDER.value, **{f"{side}_id__in": some}
            )
            found.extend(pair_of(row) for row in rows.values_list(*PAIR_COLUMNS))
    return found


def _items(link: Link) -> QuerySet[models.HeldItem]:
    return models.HeldItem.objects.filter(link_id=link.id)


def _by_side(items: Iterable[Key]) -> Iterable[tuple[Side, list[ItemId]]]:
    for side in Side:
        ids = sorted(item for at, item in items if at is side)
        if ids:
            yield side, ids


def _counts(items: QuerySet[models.HeldItem]) -> dict[tuple[int, str], int]:
    """Count items by their batch and kind, all batches in one query."""
    rows = items.values_list("hold_id", "kind").annotate(count=Count("id"))
    return {(batch, kind): count for batch, kind, count in rows}


def _batch(row: models.Hold, counts: Mapping[tuple[int, str], int]) -> HeldBatch:
    return HeldBatch(
        number=row.id,
        reason=Reason(row.reason),
        opened=row.opened,
        decision=Decision(row.decision) if row.decision else None,
        decided=row.decided,
        decided_by=row.decided_by,
        files=counts.get((row.id, Kind.FILE.value), 0),
        folders=counts.get((row.id, Kind.FOLDER.value), 0),
    )


def _reason(held: Held) -> str:
    return held.reason.value


def _row(hold: models.Hold, held: Held, before: _Known | None) -> models.HeldItem:
    """Give what to keep of an item; `before` is what was on record of it."""
    of_change = held.what is Withheld.CHANGE or (before is not None and before.is_rejected_edit())
    return models.HeldItem(
        hold_id=hold.id,
        link_id=hold.link_id,
        side=held.side.value,
        item_id=held.item.id,
        what=held.what.value,
        kind=held.item.kind.value,
        path=held.path,
        gone_at=held.gone_at,
        version=held.item.version if of_change else "",
    )


def _drop(link: Link, items: Sequence[Key]) -> None:
    in_turn(
        "DELETE FROM store_helditem WHERE link_id = %s AND side = %s AND item_id = %s",
        [(link.id, side.value, item) for side, item in items],
    )


def _close_empty(link: Link, now: datetime) -> None:
    models.Hold.objects.filter(
        ~Q(id__in=_items(link).values("hold_id")), link_id=link.id, closed=None
    ).update(closed=now)
