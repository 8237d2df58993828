"""Delta: what changed in a library since a token, in pages.

A set of pages is settled when its first page is asked: which items, in which order. Each page
shows them as they are when it is served, and the last one's token says where the next set
begins. Root and ancestors of what changed come along; a moved folder comes alone.

Source: section 4 of the fact sheet.
"""

import base64
import binascii
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request

_SETS_KEPT = 32  # at least, and more as long as they are small
_ITEMS_KEPT = 2_000_000
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class PageSet:
    """A set of pages that somebody is reading."""

    drive: Drive
    folder: str
    items: list[str]
    until: int  # the change after which the next set begins
    full: bool  # an enumeration without a token
    reshared: frozenset[str] = frozenset()  # items whose permissions changed, too or only
    only_reshared: frozenset[str] = frozenset()  # nothing else of these did


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page: entries and whether each is gone, and how to go on."""

    entries: list[tuple[Entry, bool]]
    next_token: str | None
    delta_token: str | None
    pages: PageSet | None = None  # None: an empty page by itself


class Feeds:
    """All page sets in reading; those not read for longest go when there are too many items."""

    def __init__(self) -> None:
        self._sets: OrderedDict[str, PageSet] = OrderedDict()
        self._kept = 0  # items of all sets together

    def page(
        self, drive: Drive, folder: Entry, token: str, size: int, *, parents: bool = True
    ) -> FeedPage:
        """Give a page.

        Args:
            drive: the library.
            folder: its root, or a folder in it.
            token: empty for everything, ``latest``, a time, or a token given before.
            size: how many items at most.
            parents: whether ancestors of what changed come along.

        Raises:
            Refusal: 400 for a token that is none, 410 for one that is too old.
        """
        if not token:
            return self._serve(self._enumeration(drive, folder), 0, size)
        if token == "latest":  # noqa: S105
            return FeedPage([], None, _token(drive, drive.changes.number))
        words = _read(token)
        if words is None:
            return self._serve(self._since_time(drive, folder, token, parents=parents), 0, size)
        self._ensure_fresh(drive, words)
        if words[0] == "page":
            kept = self._sets.get(words[4])
            if kept is None:
                raise self._too_old(drive)
            self._sets.move_to_end(words[4])
            return self._serve(kept, int(words[5]), size, words[4])
        since = int(words[4])
        return self._serve(self._changes(drive, folder, since, parents=parents), 0, size)

    def _ensure_fresh(self, drive: Drive, words: list[str]) -> None:
        if words[1] != str(drive.place.library):
            raise _no_token()
        age = (drive.clock.now() - _EPOCH).total_seconds() - float(words[2])
        life = drive.switches.delta_token_life_seconds
        if int(words[3]) < drive.generation or (life is not None and age > life):
            raise self._too_old(drive)

    def _too_old(self, drive: Drive) -> Refusal:
        return Refusal(410, "resyncRequired", inner=drive.switches.resync_code)

    # -- which items -----------------------------------------------------------------------------

    def _enumeration(self, drive: Drive, folder: Entry) -> PageSet:
        late = drive.trouble.told_later(drive.changes)
        below = (entry.id for entry in drive.tree.below(folder.id) if entry.id not in late)
        return self._settled(drive, folder, [folder.id, *below], full=True)

    def _since_time(self, drive: Drive, folder: Entry, token: str, *, parents: bool) -> PageSet:
        try:
            moment = datetime.fromisoformat(token)
        except ValueError:
            raise _no_token() from None
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return self._changes(drive, folder, drive.changes.number_at(moment), parents=parents)

    def _changes(self, drive: Drive, folder: Entry, since: int, *, parents: bool) -> PageSet:
        tree = drive.tree
        wanted: dict[str, None] = {folder.id: None}
        late = drive.trouble.told_later(drive.changes)
        for item in drive.changes.since(since):
            if item in late:
                continue
            entry = tree.entries[item]
            if not tree.is_within(entry, folder.id):
                continue
            if tree.is_gone(entry):
                if self._tells_deletion(drive, entry, since):
                    wanted[item] = None
                if drive.switches.deleted_children_told:
                    wanted |= dict.fromkeys(each.id for each in tree.below(item))
                continue
            if parents:
                line = [above.id for above in tree.ancestors(entry)]
                if folder.parent is not None:
                    line = line[: line.index(folder.id)] if folder.id in line else []
                for above in reversed(line):
                    wanted.setdefault(above, None)
            wanted[item] = None
        reshared = [
            item
            for item in drive.changes.shared_since(since)
            if tree.is_within(tree.entries[item], folder.id)
        ]
        only = [
            item
            for item in reshared
            if item not in wanted and item not in late and not tree.is_gone(tree.entries[item])
        ]
        made = self._settled(drive, folder, [*wanted, *only], full=False)
        made.reshared, made.only_reshared = frozenset(reshared), frozenset(only)
        return made

    def _tells_deletion(self, drive: Drive, entry: Entry, since: int) -> bool:
        """A tombstone for what was deleted itself, or moved to where it was deleted with a folder.

        The latter's reader knows it elsewhere still, so the folder's tombstone says too little.
        """
        if drive.switches.delta_drops_tombstones:
            return False
        return entry.deleted or entry.moved > since or drive.switches.deleted_children_told

    def _settled(self, drive: Drive, folder: Entry, items: list[str], *, full: bool) -> PageSet:
        switches = drive.switches
        if switches.delta_children_first:
            items.reverse()
        if switches.delta_duplicates:
            items += items[::3]
        until = drive.trouble.told_until(drive.changes)
        return PageSet(drive, folder.id, items, until, full)

    # -- pages -----------------------------------------------------------------------------------

    def _serve(self, pages: PageSet, start: int, size: int, name: str = "") -> FeedPage:
        drive = pages.drive
        if pages.full and start > 0 and drive.switches.enumeration_breaks_off:
            raise Refusal(500, "generalException")
        if drive.switches.delta_begins_empty and not name:
            return FeedPage([], _page_token(drive, self._keep(pages), 0), None)
        shown: list[tuple[Entry, bool]] = []
        at, limit = start, size
        shrunk = None if pages.full else drive.switches.deletion_page_items
        while at < len(pages.items) and len(shown) < limit:
            entry = drive.tree.entries[pages.items[at]]
            at += 1
            gone = drive.tree.is_gone(entry)
            if gone and pages.full:
                continue
            if gone and shrunk is not None:
                if len(shown) >= shrunk:  # it opens the next, short page
                    at -= 1
                    break
                limit = min(limit, shrunk)
            shown.append((entry, gone))
        if at >= len(pages.items):
            return FeedPage(shown, None, _token(drive, pages.until), pages)
        name = name or self._keep(pages)
        if drive.switches.delta_repeats_next_link:
            at = start
        return FeedPage(shown, _page_token(drive, name, at), None, pages)

    def _keep(self, pages: PageSet) -> str:
        name = uuid4().hex
        self._sets[name] = pages
        self._kept += len(pages.items)
        while len(self._sets) > _SETS_KEPT and self._kept > _ITEMS_KEPT:
            _, dropped = self._sets.popitem(last=False)
            self._kept -= len(dropped.items)
        return name


def _pack(*words: object) -> str:
    text = ";".join(str(word) for word in words)
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def _token(drive: Drive, change: int) -> str:
    if drive.switches.delta_link_malformed:
        return "broken"
    seconds = (drive.clock.now() - _EPOCH).total_seconds()
    return _pack("delta", drive.place.library, seconds, drive.generation, change)


def _page_token(drive: Drive, name: str, at: int) -> str:
    seconds = (drive.clock.now() - _EPOCH).total_seconds()
    return _pack("page", drive.place.library, seconds, drive.generation, name, at)


def _read(token: str) -> list[str] | None:
    """The words of one of our tokens; None when it is none."""
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    words = text.split(";")
    return words if (words[0], len(words)) in {("delta", 5), ("page", 6)} else None


def _no_token() -> Refusal:
    return bad_request("Changes of this item cannot be followed with this token.")
