"""Recognise a write of ours that takes effect after it was given up.

A process may be frozen, or end, with a content on its way. Whoever takes the link over looks for
it and does not find it; then it arrives all the same, where nothing guards a file even over what
was written since. It is old content of the other side: it must not go back there over a later edit,
nor become a conflict copy, as nobody edited anything on this side. So before a plan is carried out,
what our own app wrote, and the base does not know, is held against the writes that were given up.
What is found among them is noted as made, and the other side's later content goes after it.

Where a remote cannot tell our app from the person it signs in as, the content itself is the proof.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace

from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.model.names import suffix
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.planning.matching import same_bytes, same_moment
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import RemoteError
from turnbuckle.store import closure, journal
from turnbuckle.store.closure import Concerned
from turnbuckle.store.records import Run
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.outcomes import outcome_of
from turnbuckle.sync.recovery import settle_found
from turnbuckle.sync.report import Report
from turnbuckle.sync.transfer import read_hashes
from turnbuckle.sync.writes import MakeFile, ReplaceContent, Write, from_journal

type _Key = tuple[Side, ItemId]


async def settle_late(
    ends: Ends, run: Run, clock: Clock, report: Report, concerned: Concerned
) -> bool:
    """Note what arrived late as made; tell whether there was any, so that the plan is made anew."""
    unknown = _unknown_of_ours(concerned)
    if not unknown:
        return False
    settled = set[_Key]()
    for write in await _given_up(ends, clock):
        found = await _arrived(write, ends, concerned, unknown)
        if found is None or (write.side, found.id) in settled:
            continue
        found = await _proven(found, write, ends, clock, is_newest=_is_newest(write, concerned))
        if found is None:
            continue
        was = concerned.base.of(write.side, found.id)
        outcome = outcome_of(write, found, intent=None, was=was, hashes=frozenset())
        await settle_found(ends, run, clock, write, outcome, marks=concerned.marks)
        settled.add((write.side, found.id))
        report.recovered += 1
    return bool(settled)


async def is_late(version: Item, write: ReplaceContent, ends: Ends, clock: Clock) -> bool:
    """Tell whether a version that our write came after is an earlier try of it, or arrived late."""
    if not version.by_us:
        return False
    for each in [write, *await _given_up(ends, clock)]:
        if not isinstance(each, ReplaceContent) or each.item.id != version.id:
            continue
        if await _proven(version, each, ends, clock, is_newest=False) is not None:
            return True
    return False


async def _given_up(ends: Ends, clock: Clock) -> list[MakeFile | ReplaceContent]:
    now = clock.now()
    intents = await asyncio.to_thread(lambda: journal.given_up(ends.link, now=now))
    writes = [from_journal(intent.step) for intent in intents]
    return [write for write in writes if isinstance(write, MakeFile | ReplaceContent)]


def _unknown_of_ours(concerned: Concerned) -> Mapping[_Key, Item]:
    """Give the files whose content our own app wrote, without the base's knowing of it."""

    def each() -> Iterator[tuple[_Key, Item]]:
        for side, tree in ((Side.LEFT, concerned.left), (Side.RIGHT, concerned.right)):
            for item in tree.items.values():
                if item.kind is not Kind.FILE or not item.by_us or item.id in tree.gone:
                    continue
                pair = concerned.base.of(side, item.id)
                if pair is None or pair.half(side).version != item.version:
                    yield (side, item.id), item

    return dict(each())


async def _arrived(
    write: MakeFile | ReplaceContent,
    ends: Ends,
    concerned: Concerned,
    unknown: Mapping[_Key, Item],
) -> Item | None:
    """Give the file that is where this write would have put its content."""
    if isinstance(write, ReplaceContent):
        found = unknown.get((write.side, write.item.id))
        was = concerned.base.of(write.side, write.item.id)
        is_ours = was is not None and was.half(write.side.other).id == write.source.id
        return found if is_ours and not _is_newest(write, concerned) else None
    if write.twin is None:
        return None
    place = (write.side, write.parent, write.name)
    for (side, item), found in unknown.items():
        if place == (side, found.parent, found.name) and concerned.base.of(side, item) is None:
            return found if await _pair_of(write.twin, write, ends) is None else None
    return None


async def _pair_of(twin: Item, write: Write, ends: Ends) -> Pair | None:
    return await asyncio.to_thread(closure.pair_with, ends.link, write.side.other, twin.id)


def _is_newest(write: MakeFile | ReplaceContent, concerned: Concerned) -> bool:
    """Tell whether its source still has that content; then a plan compares both by itself."""
    side = write.source_side if isinstance(write, MakeFile) else write.side.other
    tree = concerned.left if side is Side.LEFT else concerned.right
    now = tree.items.get(write.source.id)
    return now is not None and now.id not in tree.gone and now.version == write.source.version


async def _proven(
    found: Item,
    write: MakeFile | ReplaceContent,
    ends: Ends,
    clock: Clock,
    *,
    is_newest: bool,
) -> Item | None:
    """Give the file, with its hashes, if it holds what the write was to bring; else None."""
    can = ends.connectors[write.side].capabilities
    source = write.source
    is_same_time = can.keeps_modified and same_moment(found.modified, source.modified)
    if suffix(found.name) in can.rewrites:
        return found if is_same_time else None
    if found.size != source.size:
        return None
    try:
        if can.content_hash is None and source.size:
            hashes = await read_hashes(ends.connectors[write.side], found, clock)
            found = replace(found, hashes=hashes)
        if is_newest and same_bytes(found, source) is None:
            side = write.source_side if isinstance(write, MakeFile) else write.side.other
            hashes = await read_hashes(ends.connectors[side], source, clock)
            source = replace(source, hashes=hashes)
    except RemoteError:
        return None
    same = same_bytes(found, source)
    return found if same or (same is None and is_same_time) else None
