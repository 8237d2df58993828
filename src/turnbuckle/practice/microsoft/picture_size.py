"""How wide and high a picture is, from the first bytes of a PNG or a JPEG."""

import struct
from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_READ_BYTES = 1 << 16


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels; None when the file is no such picture."""
    with path.open("rb") as file:
        head = file.read(_READ_BYTES)
    if head.startswith(_PNG) and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return width, height
    return _jpeg_size(head) if head.startswith(_JPEG) else None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        length = int.from_bytes(head[at + 2 : at + 4])
        if head[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
