"""File contents: bytes, or a recipe for bytes that would be too many to hold.

A generated content begins with a line that names its recipe. A stream that begins so is compared
with the recipe while it passes, and kept as the recipe when every byte agreed: a file of 5 GB
crosses from one memory remote to another without being in memory.
"""

import functools
import random
import re
from dataclasses import dataclass

from turnbuckle.model.hashes import HashKind, running
from turnbuckle.ports.connector import CHUNK_BYTES

_LEAD = re.compile(rb"generated ([0-9]+) ([0-9]+)\n")
_SMALLEST_GENERATED_BYTES = 64  # a shorter one would not hold its first line


@dataclass(frozen=True, slots=True)
class Generated:
    """`size` bytes that follow from `seed` and `size` alone; `size` is at least 64."""

    seed: int
    size: int

    def __post_init__(self) -> None:
        if self.size < _SMALLEST_GENERATED_BYTES:
            raise ValueError(f"a generated content has {_SMALLEST_GENERATED_BYTES} bytes or more")


type Blob = bytes | Generated
"""The content of one file."""


def size_of(blob: Blob) -> int:
    """Count the bytes."""
    return len(blob) if isinstance(blob, bytes) else blob.size


def piece(blob: Blob, start: int, length: int) -> bytes:
    """Give up to `length` bytes from byte `start`; `length` is at most `CHUNK_BYTES`."""
    if isinstance(blob, bytes):
        return blob[start : start + length]
    length = max(0, min(length, blob.size - start))
    block = _block(blob.seed, blob.size)
    offset = start % CHUNK_BYTES
    return (block[offset : offset + length] + block[: max(0, offset + length - CHUNK_BYTES)])[
        :length
    ]


@functools.lru_cache(maxsize=8)
def _block(seed: int, size: int) -> bytes:
    """Give the mebibyte that a generated content repeats."""
    lead = b"generated %d %d\n" % (seed, size)
    return lead + random.Random(seed * 1_000_003 + size).randbytes(CHUNK_BYTES - len(lead))


@functools.lru_cache(maxsize=4096)
def hash_of(blob: Blob, kind: HashKind) -> str:
    """Give ``<kind>:<value>`` of the whole content."""
    state = running(kind)
    for start in range(0, size_of(blob), CHUNK_BYTES):
        state.update(piece(blob, start, CHUNK_BYTES))
    return state.text()


def rewritten(blob: Blob) -> Blob:
    """Give what a remote that rewrites documents makes of one: ``rw(...)`` around the bytes."""
    if isinstance(blob, Generated):
        return Generated(blob.seed + 1, blob.size)
    return b"rw(" + blob + b")"


class Sink:
    """Collects the content of one upload, chunk by chunk."""

    def __init__(self) -> None:
        self.size = 0
        self._recipe: Generated | None = None
        self._chunks: list[bytes] = []

    def take(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self.size == 0:
            found = _LEAD.match(chunk)
            if found is not None and int(found[2]) >= _SMALLEST_GENERATED_BYTES:
                self._recipe = Generated(int(found[1]), int(found[2]))
        if self._recipe is not None and not self._follows(self._recipe, chunk):
            self._spell_out(self._recipe)
        if self._recipe is None:
            self._chunks.append(chunk)
        self.size += len(chunk)

    def blob(self) -> Blob:
        """Give all that was taken."""
        if self._recipe is not None and self._recipe.size != self.size:
            self._spell_out(self._recipe)
        return self._recipe or b"".join(self._chunks)

    def _follows(self, recipe: Generated, chunk: bytes) -> bool:
        return all(
            piece(recipe, self.size + start, len(part)) == part
            for start in range(0, len(chunk), CHUNK_BYTES)
            for part in (chunk[start : start + CHUNK_BYTES],)
        )

    def _spell_out(self, recipe: Generated) -> None:
        self._recipe = None
        self._chunks = [
            piece(recipe, start, min(CHUNK_BYTES, self.size - start))
            for start in range(0, self.size, CHUNK_BYTES)
        ]
