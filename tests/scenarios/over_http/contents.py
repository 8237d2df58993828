"""The bytes that a token stands for over HTTP, and the token that some bytes are.

A gigabyte of the catalogue is only `GIGABYTE_BYTES` here, for files and for limits alike: what a
row says of large files (several fragments, a limit passed) happens all the same, in little time.
"""

import hashlib
import re

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.microsoft.items import Bytes
from turnbuckle.practice.microsoft.quickxor import quickxor_of

GIGABYTE_BYTES = 4 << 20
SIZE_BYTES = 1000
_SIZED = re.compile(r"^(?P<token>.*)@(?P<size>\d+)(?P<unit>[KMGT]?B)?$")
_UNITS = {
    "": 1,
    "B": 1,
    "KB": 1000,
    "MB": 1000**2,
    "GB": GIGABYTE_BYTES,
    "TB": 1000 * GIGABYTE_BYTES,
}


def size_bytes(text: str) -> int:
    """Read a size of the catalogue, such as ``5GB``, on this theatre's scale."""
    digits = text.rstrip("BKMGT")
    return int(digits) * _UNITS[text[len(digits) :]]


def content(token: str) -> bytes:
    """Give the bytes of a token; two tokens differ also where their size is the same."""
    sized = _SIZED.match(token)
    size = size_bytes(sized["size"] + (sized["unit"] or "")) if sized else SIZE_BYTES
    word = sized["token"] if sized else token
    if size == 0:
        return b""
    seed = hashlib.sha256(word.encode()).digest()
    lead = f"{word}\n".encode()
    return (lead + seed * (size // len(seed) + 1))[:size]


class Contents:
    """All contents of one row, each kept once."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._made: dict[str, Bytes] = {}
        self._tokens: dict[str, str] = {}

    def blob(self, token: str) -> Blob:
        """Give a token's bytes as Procore keeps them."""
        return self.bytes_of(token).blob

    def bytes_of(self, token: str, part: float = 1.0) -> Bytes:
        """Give a token's bytes, or the first part of them, as a library keeps them."""
        if part < 1.0:
            data = content(token)
            return self._kept(data[: int(len(data) * part)])
        if token not in self._made:
            self._made[token] = self._kept(content(token))
        made = self._made[token]
        self._tokens[made.blob.sha256] = token
        return made

    def _kept(self, data: bytes) -> Bytes:
        blob = self._blobs.keep(data)
        return Bytes(blob=blob, quickxor=quickxor_of(self._blobs.path(blob)))

    def token(self, blob_sha256: str, received_sha256: str = "") -> str:
        """Tell which token some bytes are; of rewritten ones, what was received is given, too."""
        if received_sha256:
            return f"rw({self.token(received_sha256)})"
        return self._tokens.get(blob_sha256, f"?{blob_sha256[:8]}")
