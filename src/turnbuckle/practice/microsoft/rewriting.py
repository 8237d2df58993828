"""SharePoint rewrites Office, PDF and HTML files after they come in; so do we, harmlessly.

A note is added where the format allows one: a comment of the archive for Office files, a comment
line after the end of a PDF, a comment at the end of a page. Bytes, size, hash, eTag and cTag
change; who changed the file last, and the file's own times, do not. What was received is
remembered, so that a comparison can tell a rewritten file from a damaged one; its bytes go from
the disk a minute later, since somebody may be about to read them.

Source: section 5 of the fact sheet (onedrive-api-docs issue 935).
"""

import asyncio
import heapq
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

from turnbuckle.practice.blobs import CHUNK_BYTES, Blob, Blobs
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Bytes, Entry, Received
from turnbuckle.practice.microsoft.quickxor import QuickXor
from turnbuckle.practice.microsoft.switches import GraphSwitches

_ARCHIVES = frozenset({"docx", "xlsx", "pptx", "docm", "xlsm", "pptm"})
_PAGES = frozenset({"html", "htm", "aspx"})
_END_RECORD = b"PK\x05\x06"
_END_RECORD_BYTES = 22
_STALE_SECONDS = 60


def is_rewritten(name: str, switches: GraphSwitches | None = None) -> bool:
    """Whether the library changes files of this name after an upload."""
    suffix = name.rpartition(".")[2].lower()
    if switches is not None and switches.rewritten_suffixes is not None:
        return f".{suffix}" in switches.rewritten_suffixes
    return suffix == "pdf" or suffix in _ARCHIVES or suffix in _PAGES


class Rewriter:
    """Rewrites at once, or keeps a list of what is due later."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._due: list[tuple[datetime, int, Drive, str, str]] = []
        self._stale: deque[tuple[datetime, Blob]] = deque()
        self._order = 0
        self._busy = asyncio.Lock()

    async def uploaded(self, drive: Drive, entry: Entry) -> None:
        """A file came in from outside: rewrite it now, or note when."""
        switches = drive.switches
        wait, bump = switches.rewrite_after_seconds, switches.tag_bump_after_seconds
        if wait is not None and entry.size > 0 and is_rewritten(entry.name, switches):
            if wait <= 0:
                await self._rewrite(drive, entry)
            else:
                self._later(wait, drive, entry, "rewrite")
        if bump is not None:
            self._later(bump, drive, entry, "bump")

    def _later(self, seconds: float, drive: Drive, entry: Entry, what: str) -> None:
        self._order += 1
        at = drive.clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._due, (at, self._order, drive, entry.id, what))

    async def run_due(self, now: datetime) -> None:
        """Do what is due by now; called before each request is answered."""
        while self._stale and self._stale[0][0] <= now:
            self._blobs.drop(self._stale.popleft()[1])
        if not self._due or self._due[0][0] > now:
            return
        async with self._busy:
            while self._due and self._due[0][0] <= now:
                _, _, drive, item, what = heapq.heappop(self._due)
                entry = drive.tree.entries[item]
                if what == "bump":
                    entry.etag += 1
                    drive.touch(entry)
                elif entry.content is not None and entry.content.received is None:
                    await self._rewrite(drive, entry)

    @property
    def stale(self) -> list[Blob]:
        """What was rewritten lately, still on the disk."""
        return [blob for _, blob in self._stale]

    async def _rewrite(self, drive: Drive, entry: Entry) -> None:
        before = entry.content
        if before is None or drive.tree.is_gone(entry):
            return
        path = self._blobs.path(before.blob)
        after = await asyncio.to_thread(self._written_again, path, entry)
        if entry.content is not before or drive.tree.is_gone(entry):  # somebody was faster
            self._blobs.drop(after.blob)
            return
        self._stale.append((drive.clock.now() + timedelta(seconds=_STALE_SECONDS), before.blob))
        received = Received(before.blob.sha256, before.size)
        content = Bytes(blob=after.blob, quickxor=after.quickxor, received=received)
        drive.exchange(entry, content, added=content.size - before.size)
        entry.etag += 1  # told apart from the upload's own

    def _written_again(self, path: Path, entry: Entry) -> Bytes:
        kept, tail = _changed_end(path, entry)
        running = QuickXor()
        with path.open("rb") as source, self._blobs.begin() as writer:
            while kept > 0 and (chunk := source.read(min(kept, CHUNK_BYTES))):
                kept -= len(chunk)
                writer.write(chunk)
                running.update(chunk)
            writer.write(tail)
            running.update(tail)
            return Bytes(blob=writer.finish(), quickxor=running.text())


def _changed_end(path: Path, entry: Entry) -> tuple[int, bytes]:
    """How many bytes stay, and what comes after them."""
    size = path.stat().st_size
    note = f"SharePoint {entry.guid} version {entry.version}".encode()
    suffix = entry.name.rpartition(".")[2].lower()
    if suffix == "pdf":
        return size, b"\n% " + note + b"\n"
    if suffix in _PAGES:
        return size, b"\n<!-- " + note + b" -->\n"
    with path.open("rb") as source:
        source.seek(max(0, size - _END_RECORD_BYTES))
        end = source.read()
    if end.startswith(_END_RECORD) and end.endswith(b"\0\0"):
        comment = len(note).to_bytes(2, "little") + note
        return size - _END_RECORD_BYTES, end[:-2] + comment
    return size, note
