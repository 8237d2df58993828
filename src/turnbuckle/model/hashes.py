"""Content hashes, taken while bytes stream by."""

import base64
import hashlib
from enum import StrEnum
from typing import Protocol

_PERIOD = 160  # bytes after which quickXorHash meets the same bit offsets again
_WIDTH_BITS = 160
_SHIFT_BITS = 11


class HashKind(StrEnum):
    """The hashes that a remote may report and that we can take ourselves."""

    SHA256 = "sha256"
    QUICKXOR = "quickxor"


class RunningHash(Protocol):
    """A hash that is still being fed."""

    def update(self, chunk: bytes, /) -> None:
        """Take the next bytes."""

    def text(self) -> str:
        """Give ``<kind>:<value>`` of all bytes so far."""


class Sha256:
    """SHA-256, lower-case hexadecimal."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def update(self, chunk: bytes, /) -> None:
        """Take the next bytes."""
        self._state.update(chunk)

    def text(self) -> str:
        """Give ``sha256:<hex>`` of all bytes so far."""
        return f"{HashKind.SHA256}:{self._state.hexdigest()}"


class QuickXor:
    """quickXorHash, base64, the hash that SharePoint and OneDrive report.

    Byte i is XORed into a 160-bit register at bit offset 11*i mod 160. Bytes 160 apart share an
    offset, so whole blocks of 160 bytes are folded together as large integers and only the last
    160 bytes are placed one by one: some 600 MB/s without a compiled extension.

    Source: the algorithm's description in the OneDrive API documentation (quickxorhash).
    """

    def __init__(self) -> None:
        self._folded = 0  # XOR of all 160-byte blocks, little-endian, aligned to the stream's start
        self._length = 0

    def update(self, chunk: bytes, /) -> None:
        """Take the next bytes."""
        if not chunk:
            return
        lead = self._length % _PERIOD
        value = int.from_bytes(chunk, "little") << (8 * lead)
        blocks = -(-(len(chunk) + lead) // _PERIOD)
        while blocks > 1:
            half = blocks // 2 + blocks % 2
            bits = half * _PERIOD * 8
            value = (value >> bits) ^ (value & ((1 << bits) - 1))
            blocks = half
        self._folded ^= value
        self._length += len(chunk)

    def text(self) -> str:
        """Give ``quickxor:<base64>`` of all bytes so far."""
        register = 0
        for index, byte in enumerate(self._folded.to_bytes(_PERIOD, "little")):
            register ^= byte << (_SHIFT_BITS * index % _WIDTH_BITS)
        register = (register & ((1 << _WIDTH_BITS) - 1)) ^ (register >> _WIDTH_BITS)
        register ^= (self._length & ((1 << 64) - 1)) << 96
        value = base64.b64encode(register.to_bytes(20, "little")).decode("ascii")
        return f"{HashKind.QUICKXOR}:{value}"


def running(kind: HashKind) -> RunningHash:
    """Start a hash of that kind."""
    return Sha256() if kind is HashKind.SHA256 else QuickXor()
