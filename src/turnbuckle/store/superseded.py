"""Items whose content was made anew elsewhere on their side: to be deleted, not to be mourned."""

from collections.abc import Iterable

from turnbuckle.model.items import ItemId, Version
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.records import Link
from turnbuckle.store.units import in_turn, tidy


@tidy
def superseded(link: Link) -> dict[tuple[Side, ItemId], Version]:
    """Give them, each with the version that it is to be deleted at; few wait at one time."""
    rows = models.Superseded.objects.filter(link_id=link.id)
    return {
        (Side(side), ItemId(item)): Version(version)
        for side, item, version in rows.values_list("side", "item_id", "version")
    }


def put(link: Link, items: Iterable[tuple[Side, ItemId, Version]]) -> None:
    """Note items that were superseded, inside the caller's unit."""
    in_turn(
        "INSERT INTO store_superseded (link_id, side, item_id, version)"
        " VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (link_id, side, item_id) DO UPDATE SET version = excluded.version",
        [(link.id, side.value, item, version) for side, item, version in items],
    )


def drop(link: Link, items: Iterable[tuple[Side, ItemId]]) -> None:
    """Forget those that are gone by now, inside the caller's unit."""
    gone = list(items)
    if not gone or not models.Superseded.objects.filter(link_id=link.id).exists():
        return
    in_turn(
        "DELETE FROM store_superseded WHERE link_id = %s AND side = %s AND item_id = %s",
        [(link.id, side.value, item) for side, item in gone],
    )
