"""File contents that name themselves, as the catalogue's tokens do, and can be found again.

A content begins with its token and goes on with bytes that look random and follow from the token,
so a copy of any piece of it, on a disk or in a database, is recognised.
"""

import functools
import hashlib

from turnbuckle.connectors.memory.blobs import Blob

SIZE_BYTES = 1000  # as the catalogue has it
COMMON = "common"  # what users of both sides write now and then
EMPTY = "e@0"


@functools.lru_cache(maxsize=4096)
def content(token: str) -> bytes:
    """Give the bytes that a token stands for; ``word@SIZE`` says how many."""
    word, _, size = token.partition("@")
    seed = hashlib.sha256(word.encode()).digest()
    wanted = int(size) if size else SIZE_BYTES
    return (f"{word}\n".encode() + seed * (wanted // len(seed) + 1))[:wanted]


def mark_of(token: str) -> bytes:
    """Give bytes that only this token's content holds."""
    return hashlib.sha256(token.partition("@")[0].encode()).digest()


def token_of(blob: Blob) -> str | None:
    """Read the token of a content, rewritten or not; None for one that nobody wrote whole."""
    if not isinstance(blob, bytes):
        return None
    while blob.startswith(b"rw(") and blob.endswith(b")"):
        blob = blob[3:-1]
    if blob == b"":
        return EMPTY
    word = blob.partition(b"\n")[0].decode("utf-8", "replace")
    token = word if len(blob) == SIZE_BYTES else f"{word}@{len(blob)}"
    return token if content(token) == blob else None


def is_own(token: str) -> bool:
    """Tell whether only one user wrote it, once."""
    return token not in (COMMON, EMPTY)
