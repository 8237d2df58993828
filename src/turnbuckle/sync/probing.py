"""Find out whether a write took effect although nobody heard the answer."""

import asyncio
from dataclasses import replace

from turnbuckle.model.items import Item, Kind
from turnbuckle.model.names import suffix
from turnbuckle.model.side import Side
from turnbuckle.planning.matching import same_bytes, same_moment
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import AccessDenied, Gone, Outdated, Unacceptable, Unproven
from turnbuckle.store import closure
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.retrying import repeated
from turnbuckle.sync.transfer import read_hashes
from turnbuckle.sync.writes import DeleteItem, MakeFile, MakeFolder, MoveItem, ReplaceContent, Write

_MOST_READ_BYTES = 64 * 2**20  # two contents of one size are the rarer the larger they are
_NOT_TO_BE_FOUND = (Gone, Unproven, AccessDenied)  # of a folder that was taken from us, too


class NotMade(Exception):
    """The write did not take effect, or somebody else did something else in its place."""


async def find_made(write: Write, ends: Ends, clock: Clock) -> Item | None:
    """Look for what a write made.

    Returns:
        The item as it is now; None for a deletion that took effect.

    Raises:
        NotMade: there is nothing that this write made.
    """
    connector = ends.connectors[write.side]
    match write:
        case MakeFolder() | MakeFile():
            return await _find_created(write, ends, connector, clock)
        case ReplaceContent():
            found = await _look(connector, write.item, clock)
            if found is None or found.version == write.item.version:
                raise NotMade
            return await _if_ours(found, write.source, ends, write.side, clock)
        case MoveItem():
            found = await _look(connector, write.item, clock)
            if found is None or (found.parent, found.name) != (write.parent, write.name):
                raise NotMade
            return found
        case DeleteItem():
            if await _look(connector, write.item, clock) is not None:
                raise NotMade
            return None


async def _look(connector: Connector, item: Item, clock: Clock) -> Item | None:
    try:
        return await repeated(lambda: connector.look(item.id), clock)
    except _NOT_TO_BE_FOUND as error:
        raise NotMade from error


async def _find_created(
    write: MakeFolder | MakeFile, ends: Ends, connector: Connector, clock: Clock
) -> Item:
    try:
        found = await repeated(lambda: connector.find(write.parent, write.name), clock)
    except _NOT_TO_BE_FOUND as error:
        raise NotMade from error
    kind = Kind.FOLDER if isinstance(write, MakeFolder) else Kind.FILE
    if found is None or found.kind is not kind or await _is_of_another(write, found, ends):
        raise NotMade
    if kind is Kind.FOLDER:
        return found
    return await _if_ours(found, write.source, ends, write.side, clock)


async def _is_of_another(write: MakeFolder | MakeFile, found: Item, ends: Ends) -> bool:
    """Tell whether an item is the counterpart of another one: names may be there twice."""
    pair = await asyncio.to_thread(closure.pair_with, ends.link, write.side, found.id)
    return pair is not None and pair.half(write.side.other).id != write.source.id


async def _if_ours(found: Item, source: Item, ends: Ends, side: Side, clock: Clock) -> Item:
    """Take a file for ours if our own app wrote it, with the size and the time that we gave it.

    Where that cannot be told the file is left unpaired: the next plan reads and compares it. Size
    alone is little: where no time is kept, an earlier write of ours may have arrived in place of
    this one, so the content is read and held against the hash that the source's remote told.
    """
    capabilities = ends.connectors[side].capabilities
    rewritten = suffix(found.name) in capabilities.rewrites
    if not found.by_us or not (rewritten or found.size == source.size):
        raise NotMade
    if capabilities.keeps_modified and source.size and source.modified is not None:
        if not same_moment(found.modified, source.modified):
            raise NotMade
    elif not rewritten and source.hashes and 0 < found.size <= _MOST_READ_BYTES:
        found = await _read(found, ends, side, clock)
    if not rewritten and same_bytes(found, source) is False:
        raise NotMade
    return found


async def _read(found: Item, ends: Ends, side: Side, clock: Clock) -> Item:
    try:
        return replace(found, hashes=await read_hashes(ends.connectors[side], found, clock))
    except (Outdated, Unacceptable) as error:
        raise NotMade from error
