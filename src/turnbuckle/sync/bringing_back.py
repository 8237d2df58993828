"""Undo deletions: take what was deleted out of a bin, or send it again from there.

One side is enough: the next run carries to the other what is back on one. No journal is needed.
Everything is looked for before it is brought back, so whatever breaks off can be begun again.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Restores
from turnbuckle.ports.errors import (
    AccessDenied,
    Blocked,
    NoSpace,
    Overtaken,
    RemoteError,
    Transient,
    Unsupported,
)
from turnbuckle.store import findings, notes
from turnbuckle.store.deletions import Deleted, DeletionBatch
from turnbuckle.store.findings import Sight
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.retrying import repeated
from turnbuckle.sync.transfer import Reads, Transfer

_DEEPEST = 2_000  # folders above one item


class How(StrEnum):
    """What became of one deleted item."""

    RESTORED = "restored"  # taken out of the bin
    SENT = "sent again"  # from the other side's bin, or from where it was moved to there
    THERE = "there already"  # somebody brought it back, or an undoing before this one
    BY_HAND = "by hand"  # no app can; a person has to


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of one deleted item.

    Attributes:
        side: where it is back; for what is left to a person, where we deleted it.
        why: why no app can bring it back; empty otherwise.
    """

    item: Deleted
    how: How
    side: Side
    why: str = ""


async def bring_back(
    ends: Ends, clock: Clock, batch: DeletionBatch
) -> AsyncIterator[Sequence[Undone]]:
    """Undo a batch of deletions, as far as it was not undone yet; tops first.

    Yields:
        What became of each thing deleted by name, with all that went with it.

    Raises:
        RemoteError: a remote does not answer, or our account may not do anything there.
    """
    groups = [group for group in batch.groups if any(each.undone_at is None for each in group)]
    extent = _Extent(ends, clock)
    for group in sorted(groups, key=lambda group: (group[0].path.count("/"), group[0].path)):
        yield await _Group(ends, clock, extent, group).bring_back()


@dataclass(slots=True)
class _Extent:
    """Tells what lies inside of the link, as the remotes have it now; asks each folder once."""

    ends: Ends
    clock: Clock
    known: dict[tuple[Side, ItemId], bool] = field(default_factory=dict)

    async def holds(self, side: Side, item: Item) -> bool:
        """Tell whether an item lies in a folder that the link is bound to."""
        connector, roots = self.ends.connectors[side], self.ends.link.roots(side)
        line: list[ItemId] = []
        current, is_inside = item.parent, False
        for _ in range(_DEEPEST):
            if current is None:
                break
            if current in roots or (side, current) in self.known:
                is_inside = current in roots or self.known[side, current]
                break
            line.append(current)
            folder = await repeated(lambda at=current: connector.look(at), self.clock)  # type: ignore[misc]
            current = None if folder is None else folder.parent
        self.known |= {(side, each): is_inside for each in line}
        return is_inside


@dataclass(slots=True)
class _Bin:
    """Reads from a bin as others read from a remote."""

    remote: Restores

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        return self.remote.read_binned(item, start)


@dataclass(slots=True)
class _Group:
    """Something that was deleted by name, and all that went with it."""

    ends: Ends
    clock: Clock
    extent: _Extent
    items: Sequence[Deleted]
    reasons: list[str] = field(default_factory=list)
    away: set[Side] = field(default_factory=set)  # where somebody moved the top out of the link

    @property
    def top(self) -> Deleted:
        return self.items[0]

    async def bring_back(self) -> Sequence[Undone]:
        for side in Side:
            if await self._is_there(side):
                return await self._back(How.THERE, side, self.items)
        for side in Side:
            found = None if side in self.away else await self._restored(side)
            if found is not None:
                return found
        for side in Side:
            sent = await self._sent(side)
            if sent is not None:
                return sent
        return [self._by_hand(each) for each in self.items]

    async def _is_there(self, side: Side) -> bool:
        connector = self.ends.connectors[side]
        try:
            found = await repeated(lambda: connector.look(self.top.on(side)), self.clock)
            if found is None:
                return False
            await self._note(side, found)
            is_inside = await self.extent.holds(side, found)
        except RemoteError as error:
            _stop_for(error)
            return False
        if not is_inside:
            self.away.add(side)
            self.reasons.append(_moved_out(found.name))
        return is_inside

    async def _restored(self, side: Side) -> Sequence[Undone] | None:
        """Take everything out of one side's bin; None where that cannot be done."""
        remote = self.ends.connectors[side]
        if not isinstance(remote, Restores):
            return None
        try:
            folder = await self._folder(side, self.top.place(side)[0])
            return await self._restore(remote, side, self.top, folder)
        except RemoteError as error:
            _stop_for(error)
            self.reasons.append(str(error))
            return None

    async def _restore(
        self, remote: Restores, side: Side, item: Deleted, folder: ItemId
    ) -> list[Undone]:
        """Take one item out of the bin; into a folder that was made anew, what was in it."""
        try:
            back = await repeated(lambda: remote.restore(item.on(side), folder), self.clock)
        except Overtaken:
            standing = await self._standing_folder(side, item, folder)
            if standing is None:
                raise
            done = [Undone(item=item, how=How.THERE, side=side)]
            for child in self._inside(side, item):
                try:
                    done += await self._restore(remote, side, child, standing)
                except RemoteError as inner:
                    _stop_for(inner)
                    done += [self._by_hand(each, str(inner)) for each in self._below(side, child)]
            return done
        await self._note(side, back)
        if not await self.extent.holds(side, back):
            raise Unsupported(_moved_out(back.name))
        return await self._back(How.RESTORED, side, self._below(side, item))

    async def _standing_folder(self, side: Side, item: Deleted, folder: ItemId) -> ItemId | None:
        """Give the folder that has a deleted folder's name by now."""
        if item.kind is not Kind.FOLDER:
            return None
        connector, name = self.ends.connectors[side], item.place(side)[1]
        found = await repeated(lambda: connector.find(folder, name), self.clock)
        return found.id if found is not None and found.kind is Kind.FOLDER else None

    async def _sent(self, source: Side) -> Sequence[Undone] | None:
        """Send everything from one side's bin to the other side; None where that cannot be."""
        remote = self.ends.connectors[source]
        if not isinstance(remote, Restores) or not await self._can_be_read(remote, source):
            return None
        target = source.other
        parent, _ = self.top.place(target)
        try:
            places = {parent: await self._folder(target, parent)}
        except RemoteError as error:
            _stop_for(error)
            self.reasons.append(str(error))
            return None
        # what came back before is a person's again, whatever became of it since
        left = [each for each in self.items if each.kind is Kind.FOLDER or each.undone_at is None]
        return [await self._send(remote, source, each, places) for each in left]

    async def _can_be_read(self, remote: Restores, source: Side) -> bool:
        """Try whether a bin shows its files, before any folder is made for them."""
        for each in self.items:
            seen = await self._seen(source, each)
            if each.kind is Kind.FOLDER or seen is None or not seen.size:
                continue
            try:
                await _first(remote.read_binned(seen))
            except RemoteError as error:
                _stop_for(error)
                self.reasons.append(str(error))
                return False
            return True
        return any(each.kind is Kind.FOLDER for each in self.items)

    async def _send(
        self, remote: Restores, source: Side, each: Deleted, places: dict[ItemId | None, ItemId]
    ) -> Undone:
        target = source.other
        parent, name = each.place(target)
        folder = places.get(parent)
        if folder is None:
            return self._by_hand(each, "the folder that it lay in could not be made")
        try:
            how, made = await self._make(remote, source, each, folder, name)
        except RemoteError as error:
            _stop_for(error)
            return self._by_hand(each, str(error))
        await self._note(target, made)
        if each.kind is Kind.FOLDER:
            places[each.on(target)] = made.id
        return Undone(item=each, how=how, side=target)

    async def _make(
        self, remote: Restores, source: Side, each: Deleted, folder: ItemId, name: Name
    ) -> tuple[How, Item]:
        connector = self.ends.connectors[source.other]
        if each.kind is Kind.FOLDER:
            made = await repeated(lambda: connector.create_folder(folder, name), self.clock)
            return How.SENT, made
        seen = await self._seen(source, each)
        if seen is None:
            raise Unsupported("nobody remembers which version of it was deleted")
        if await self._was_changed_outside(source, each):
            raise Unsupported(f"{seen.name!r} was changed since it was moved out of the link")
        standing = await repeated(lambda: connector.find(folder, name), self.clock)
        if standing is not None and await self._same(_Bin(remote), seen, connector, standing):
            return How.THERE, standing  # an undoing that was cut off sent it, or a person
        transfer = Transfer(_Bin(remote), seen, self.clock, lambda _: None)
        made = await repeated(
            lambda: connector.create_file(folder, name, transfer.content()), self.clock
        )
        return How.SENT, made

    async def _same(self, binned: Reads, seen: Item, connector: Reads, standing: Item) -> bool:
        """Tell whether a file is the deleted one to the last byte; equal sizes prove nothing."""
        if standing.kind is not Kind.FILE or standing.size != seen.size:
            return False
        mine = Transfer(binned, seen, self.clock, lambda _: None)
        theirs = Transfer(connector, standing, self.clock, lambda _: None)
        hashes = standing.hashes or await repeated(theirs.read_all, self.clock)
        return bool(hashes & await repeated(mine.read_all, self.clock))

    async def _folder(self, side: Side, parent: ItemId | None) -> ItemId:
        """Give the folder where something lay; those that are gone, too, are made anew."""
        connector, link = self.ends.connectors[side], self.ends.link
        missing: list[Name] = []
        current = parent
        for _ in range(_DEEPEST):
            if current is None or current in link.roots(side):
                break
            found = await repeated(lambda at=current: connector.look(at), self.clock)  # type: ignore[misc]
            if found is not None:
                if not await self.extent.holds(side, found):
                    raise Unsupported(_moved_out(found.name))
                break
            sight = await asyncio.to_thread(findings.sight, link, side, current)
            current = None if sight is None else sight.item.parent
            missing += [] if sight is None else [sight.item.name]
        folder = current or link.root(side)
        for name in reversed(missing):
            made = await repeated(
                lambda into=folder, called=name: connector.create_folder(into, called),  # type: ignore[misc]
                self.clock,
            )
            await self._note(side, made)
            folder = made.id
        return folder

    async def _seen(self, side: Side, each: Deleted) -> Item | None:
        sight = await asyncio.to_thread(findings.sight, self.ends.link, side, each.on(side))
        return None if sight is None else sight.item

    async def _note(self, side: Side, item: Item) -> None:
        """Keep an item as it is now: the link thinks about it, and knows it for no stranger's."""
        feed = await asyncio.to_thread(self.ends.feed, side)
        await asyncio.to_thread(notes.note, feed, item)

    def _inside(self, side: Side, folder: Deleted) -> list[Deleted]:
        return [each for each in self.items if each.place(side)[0] == folder.on(side)]

    def _below(self, side: Side, item: Deleted) -> list[Deleted]:
        """Give an item and all that lay below it."""
        found, number = [item], 0
        while number < len(found):
            found += self._inside(side, found[number])
            number += 1
        return found

    async def _back(self, how: How, side: Side, items: Sequence[Deleted]) -> list[Undone]:
        """Say that items are back with a folder, but for those that a person had moved away."""
        done = []
        for each in items:
            sight = await asyncio.to_thread(findings.sight, self.ends.link, side, each.on(side))
            if sight is not None and self._lies_away(side, sight):
                done.append(self._by_hand(each, _moved_out(sight.item.name)))
            else:
                done.append(Undone(item=each, how=how, side=side))
        return done

    def _lies_away(self, side: Side, sight: Sight) -> bool:
        """Tell whether an item was last seen outside of the link."""
        top = self.top.on(side)
        is_with_top = sight.item.id == top or top in sight.above
        return sight.state == "present" and not sight.tool and not is_with_top

    async def _was_changed_outside(self, side: Side, each: Deleted) -> bool:
        """Tell whether somebody wrote to what was moved out; that was not meant for the link."""
        sight = await asyncio.to_thread(findings.sight, self.ends.link, side, each.on(side))
        if sight is None or not (side in self.away or self._lies_away(side, sight)):
            return False
        return sight.item.modified is None or sight.item.modified > each.deleted_at

    def _by_hand(self, each: Deleted, why: str = "") -> Undone:
        said = why or "; ".join(dict.fromkeys(self.reasons))
        return Undone(item=each, how=How.BY_HAND, side=each.side, why=said)


def _moved_out(name: Name) -> str:
    return f"{name!r} was moved out of the link's folders; moved back it is there again"


async def _first(chunks: AsyncIterator[bytes]) -> None:
    """Take the first of some chunks and leave the rest."""
    try:
        async for _ in chunks:
            return
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()


def _stop_for(error: RemoteError) -> None:
    """Go on with others only where the error is one of this item alone."""
    if isinstance(error, Transient):
        raise error
    if isinstance(error, Blocked) and not isinstance(error, AccessDenied | NoSpace):
        raise error
