"""quickXorHash, the only content hash that SharePoint reports.

Byte i is XORed into a 160-bit register at bit 11*i mod 160, so bytes 160 apart meet at the same
bit. All bytes are therefore XORed onto one lane, a whole number of 160-byte rows long, as large
integers; the lane is folded to one row, and only that row is placed byte by byte, at the end.

Source: the algorithm's description in the OneDrive API documentation (quickxorhash).
"""

import base64
from pathlib import Path
from typing import Self

_ROW_BYTES = 160
_LANE_BYTES = _ROW_BYTES * 2048
_REGISTER_BITS = 160
_STEP_BITS = 11
_READ_BYTES = 1 << 20


class QuickXor:
    """A quickXorHash that is still being fed."""

    def __init__(self) -> None:
        self._lane = 0
        self._waiting = bytearray()  # less than a lane, not yet XORed on
        self._length = 0

    def update(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._waiting += chunk
        self._length += len(chunk)
        full = len(self._waiting) - len(self._waiting) % _LANE_BYTES
        if full:
            view = memoryview(self._waiting)
            for start in range(0, full, _LANE_BYTES):
                self._lane ^= int.from_bytes(view[start : start + _LANE_BYTES], "little")
            view.release()
            del self._waiting[:full]

    def copy(self) -> Self:
        """The same state, to come back to when what follows turns out to be broken."""
        other = type(self)()
        other._lane, other._length = self._lane, self._length
        other._waiting = bytearray(self._waiting)
        return other

    def text(self) -> str:
        """The hash of all bytes so far, in base64."""
        row = self._lane ^ int.from_bytes(self._waiting, "little")
        while (rows := -(-row.bit_length() // (8 * _ROW_BYTES))) > 1:
            bits = 8 * _ROW_BYTES * -(-rows // 2)
            row = (row >> bits) ^ (row & ((1 << bits) - 1))
        register = 0
        for index, byte in enumerate(row.to_bytes(_ROW_BYTES, "little")):
            register ^= byte << (_STEP_BITS * index % _REGISTER_BITS)
        register = (register >> _REGISTER_BITS) ^ (register & ((1 << _REGISTER_BITS) - 1))
        register ^= (self._length & ((1 << 64) - 1)) << 96
        return base64.b64encode(register.to_bytes(20, "little")).decode("ascii")


def quickxor_of(path: Path) -> str:
    """Read a file in pieces of one MiB and give its quickXorHash."""
    running = QuickXor()
    with path.open("rb") as source:
        while chunk := source.read(_READ_BYTES):
            running.update(chunk)
    return running.text()
