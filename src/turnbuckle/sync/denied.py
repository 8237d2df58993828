"""Find out how much a refused right covers: one item, or a whole folder that was taken from us."""

import asyncio

from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import AccessDenied, RemoteError, Unproven
from turnbuckle.store import structure
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.retrying import repeated
from turnbuckle.sync.writes import MakeFile, MakeFolder, ReplaceContent, Write


def places_of(write: Write) -> list[tuple[Side, ItemId]]:
    """Give the items that a write needs a right to, on either side."""
    match write:
        case MakeFolder():
            return [(write.side, write.parent)]
        case MakeFile():
            return [(write.side, write.parent), (write.source_side, write.source.id)]
        case ReplaceContent():
            return [(write.side, write.item.id), (write.side.other, write.source.id)]
        case _:
            return [(write.side, write.item.id)]


async def topmost_denied(
    ends: Ends, side: Side, item: ItemId, clock: Clock, known: dict[tuple[Side, ItemId], str]
) -> ItemId | None:
    """Give the highest folder below the link's own that we may not see, above or at an item.

    Args:
        ends: the link.
        side: on which side.
        item: where a right was refused.
        clock: the time.
        known: folders that were found so before, with their paths; a new one is added.

    Returns:
        None where the nearest folder can be seen, or where even the link's own cannot.
    """
    roots = ends.link.roots(side)
    line = [
        each for each, _ in await asyncio.to_thread(structure.above, ends.link.feed(side), item)
    ]
    inside = []
    for each in line:
        if each.id in roots:
            break
        inside.append(each)
    else:
        return None  # it lies elsewhere
    for each in inside:
        if (side, each.id) in known:
            return each.id
    top: Item | None = None
    for each in [each for each in inside if each.kind is Kind.FOLDER]:
        if not await _is_denied(ends, side, each.id, clock):
            break
        top = each
    if top is None:
        return None
    if top is inside[-1] and await _is_denied(ends, side, line[len(inside)].id, clock):
        return None
    names = [each.name for each in inside[inside.index(top) :]]
    known[(side, top.id)] = "/".join(reversed(names))
    return top.id


async def _is_denied(ends: Ends, side: Side, item: ItemId, clock: Clock) -> bool:
    try:
        await repeated(lambda: ends.connectors[side].look(item), clock)
    except (AccessDenied, Unproven):
        return True
    except RemoteError:
        return False
    return False
