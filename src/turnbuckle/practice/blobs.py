"""File bytes on disk: written in a stream, hashed on the way, read from any byte.

Practice mode keeps no content in memory, so that files of gigabytes cost nothing but disk. Every
blob is a file of its own in a folder that practice mode made; a marker file says so, and a folder
with other people's files in it is refused.
"""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterable, AsyncIterator, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

CHUNK_BYTES = 1 << 20
MARKER = ".turnbuckle-practice"


class ForeignFolder(Exception):
    """The folder holds files that practice mode did not make, so it is left alone."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are on disk and do not change any more."""

    id: str
    size: int  # bytes
    sha256: str  # 64 lower-case hex digits


class Writer:
    """A blob that is being written; used as a context manager it leaves nothing half-written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._hash = hashlib.sha256()
        self._saved = (0, self._hash.copy())
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._file.closed:
            self.discard()

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add bytes at the end."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def save(self) -> None:
        """Remember this length, so that `rewind` can come back to it."""
        self._saved = (self.size, self._hash.copy())

    def rewind(self) -> None:
        """Forget what was written since the last `save`, or everything."""
        self.size, state = self._saved
        self._hash = state.copy()
        self._file.seek(self.size)
        self._file.truncate()

    def finish(self) -> Blob:
        """Close the file and give the blob."""
        self._file.close()
        return Blob(self._path.name, self.size, self._hash.hexdigest())

    def discard(self) -> None:
        """Close the file and take it from the disk."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class Blobs:
    """All blobs of one folder.

    Raises:
        ForeignFolder: the folder is not empty and practice mode did not make it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / MARKER
        if not marker.exists() and any(folder.iterdir()):
            raise ForeignFolder(
                f"{folder} holds files that practice mode did not make; name an empty folder"
            )
        marker.touch()
        self.folder = folder
        self.shared: set[str] = set()  # ids of blobs that stay, whoever drops them
        self.dropped: list[Path] = []
        self._spares = False

    def begin(self) -> Writer:
        """Start a new blob, to be written piece by piece."""
        name = uuid4().hex
        shard = self.folder / name[:2]
        shard.mkdir(exist_ok=True)
        return Writer(shard / name)

    async def store(self, stream: AsyncIterable[bytes]) -> Blob:
        """Write a stream to its end; when it breaks off, nothing stays."""
        with self.begin() as writer:
            async for chunk in stream:
                writer.write(chunk)
            return writer.finish()

    def keep(self, data: bytes) -> Blob:
        """Store bytes that are in memory already (small ones: seeds and tests)."""
        with self.begin() as writer:
            writer.write(data)
            return writer.finish()

    def copy_from(self, path: Path) -> Blob:
        """Copy a file of the disk; the original is only read."""
        with path.open("rb") as source, self.begin() as writer:
            while chunk := source.read(CHUNK_BYTES):
                writer.write(chunk)
            return writer.finish()

    def join(self, parts: Iterable[Blob]) -> Blob:
        """Make one blob of several, in this order; the parts stay. Blocks: call it in a thread."""
        with self.begin() as writer:
            for part in parts:
                with self.path(part).open("rb") as source:
                    while chunk := source.read(CHUNK_BYTES):
                        writer.write(chunk)
            return writer.finish()

    def path(self, blob: Blob) -> Path:
        """Where the bytes are, for a server that sends files by itself; never write there."""
        return self.folder / blob.id[:2] / blob.id

    async def open(
        self, blob: Blob, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Give the bytes from `start` up to, without, `end` in chunks of at most 1 MiB."""
        left = (blob.size if end is None else min(end, blob.size)) - start
        with self.path(blob).open("rb") as source:
            source.seek(start)
            while left > 0:
                chunk = source.read(min(left, CHUNK_BYTES))
                left -= len(chunk)
                yield chunk
                await asyncio.sleep(0)  # other requests get their turn between the chunks

    def read(self, blob: Blob) -> bytes:
        """Give all bytes at once (small blobs: people's pages and tests)."""
        return self.path(blob).read_bytes()

    def share(self, blob: Blob) -> None:
        """Somebody else needs the blob too; from now on it stays, whoever drops it."""
        self.shared.add(blob.id)

    def drop(self, blob: Blob) -> None:
        """Take a blob from the disk, unless it is shared; only who stored it may."""
        if blob.id in self.shared:
            return
        if self._spares:
            self.dropped.append(self.path(blob))
        else:
            self.path(blob).unlink(missing_ok=True)

    def spare_dropped(self) -> None:
        """From now on only list in `dropped` what is to be taken from the disk some time."""
        self._spares = True

    def sweep(self, wanted: Container[str]) -> None:
        """Take all blobs from the disk but those with the wanted ids."""
        for path in self.folder.glob("??/*"):
            if path.name not in wanted:
                path.unlink()

    def clear(self) -> None:
        """Take the whole folder from the disk, which the marker proves to be ours."""
        if (self.folder / MARKER).exists():
            shutil.rmtree(self.folder)
