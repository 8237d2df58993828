"""What the engine itself knows of a link, read from its database for the checks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from turnbuckle.model.items import ItemId
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.rows import PAIR_COLUMNS, pair_of
from turnbuckle.store.units import tidy
from turnbuckle.sync.writes import Write, to_journal

_REASONS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Holding:
    """One item that waits for a person."""

    side: Side
    item: ItemId
    is_deletion: bool
    is_file: bool
    reason: str


async def pairs(link: Link) -> list[Pair]:
    """Give the base."""
    return await _read(
        lambda: [
            pair_of(row)
            for row in models.PairRow.objects.filter(link_id=link.id).values_list(*PAIR_COLUMNS)
        ]
    )


async def holdings(link: Link) -> list[Holding]:
    """Give what waits for a person and is not decided."""
    return await _read(
        lambda: [
            Holding(
                Side(row.side),
                ItemId(row.item_id),
                row.what == "deletion",
                row.kind == "file",
                row.hold.reason,
            )
            for row in models.HeldItem.objects.filter(
                link_id=link.id, hold__closed=None, hold__decision=""
            ).select_related("hold")
        ]
    )


async def newest_entry(link: Link) -> int:
    """Give the number of the newest line of activity."""
    return await _read(
        lambda: (
            models.Activity.objects.filter(link_id=link.id)
            .order_by("-id")
            .values_list("id", flat=True)
            .first()
            or 0
        )
    )


async def told_since(link: Link, entry: int) -> set[str]:
    """Give the codes that the activity tells after that line."""
    found = await _read(
        lambda: set(
            models.Activity.objects.filter(link_id=link.id, id__gt=entry).values_list(
                "what", flat=True
            )
        )
    )
    return found & _REASONS


async def reopen(link: Link, writes: list[Write]) -> None:
    """Put finished writes into the journal again, as if nobody knew what became of them."""

    def put() -> None:
        run = models.Run.objects.filter(link_id=link.id).order_by("-id").first()
        assert run is not None
        models.Intent.objects.bulk_create(
            models.Intent(
                link_id=link.id,
                run_id=run.id,
                number=number,
                step=to_journal(write),
                made_at=run.started_at,
            )
            for number, write in enumerate(writes)
        )

    await _read(put)


async def _read[T](read: Callable[[], T]) -> T:
    return await asyncio.to_thread(tidy(read))
