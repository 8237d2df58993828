"""Write JPEG photographs with a place and a date, without an imaging library.

A picture is a grid of tiles of eight by eight pixels in one colour each, so only the DC
coefficient of a block is ever needed and no cosine transform. What comes out is plain baseline
JPEG that every viewer opens.

Source: ITU-T T.81, sections B.2 (markers), F.1.2 (entropy coding) and K.3 (the DC code table);
EXIF 2.3, sections 4.6.4 to 4.6.6.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255

_DC_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_DC_CODES = (
    (0b00, 2), (0b010, 3), (0b011, 3), (0b100, 3), (0b101, 3), (0b110, 3),
    (0b1110, 4), (0b11110, 5), (0b111110, 6), (0b1111110, 7), (0b11111110, 8), (0b111111110, 9),
)  # fmt: skip
_STEP = 4  # the quantiser of the DC coefficient: eight grey levels are 64 / 4 steps
_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 2, 3, 4, 5, 7


@dataclass(frozen=True, slots=True)
class Shot:
    """When and where a photograph was taken."""

    taken: datetime
    latitude: float  # degrees, north positive
    longitude: float  # degrees, east positive
    camera: str = "Siteview 4"


def jpeg(tiles: Sequence[Sequence[Colour]], shot: Shot) -> bytes:
    """Give a JPEG of the tiles (rows of equal length, at most 8191 each way) with EXIF."""
    height, width = len(tiles) * 8, len(tiles[0]) * 8
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    scan = b"".join(bytes((number, 0x00)) for number in (1, 2, 3))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE1, b"Exif\x00\x00" + _tiff(shot)),
            _segment(0xDB, b"\x00" + bytes([_STEP] * 64)),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + components),
            _segment(0xC4, b"\x00" + bytes(_DC_LENGTHS) + bytes(range(12))),
            _segment(0xC4, b"\x10" + bytes((1, *([0] * 15))) + b"\x00"),
            _segment(0xDA, b"\x03" + scan + b"\x00\x3f\x00"),
            _entropy(tiles),
            b"\xff\xd9",
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _entropy(tiles: Sequence[Sequence[Colour]]) -> bytes:
    bits = _Bits()
    before = [0, 0, 0]
    for row in tiles:
        for colour in row:
            for component, value in enumerate(_levels(colour)):
                _put_difference(bits, value - before[component])
                bits.put(0, 1)  # end of block: no AC coefficient
                before[component] = value
    return bits.finished()


def _levels(colour: Colour) -> tuple[int, int, int]:
    """Give the quantised DC coefficients of luma, blue and red difference."""
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return (
        round((luma - 128) * 8 / _STEP),
        round(0.564 * (blue - luma) * 8 / _STEP),
        round(0.713 * (red - luma) * 8 / _STEP),
    )


def _put_difference(bits: "_Bits", difference: int) -> None:
    size = abs(difference).bit_length()
    code, length = _DC_CODES[size]
    bits.put(code, length)
    if size:
        bits.put(difference if difference > 0 else difference + (1 << size) - 1, size)


class _Bits:
    """Bits into bytes, a zero stuffed after each 0xFF."""

    def __init__(self) -> None:
        self._out = bytearray()
        self._held = 0
        self._count = 0

    def put(self, value: int, length: int) -> None:
        self._held = (self._held << length) | value
        self._count += length
        while self._count >= 8:
            self._count -= 8
            byte = (self._held >> self._count) & 0xFF
            self._out.append(byte)
            if byte == 0xFF:
                self._out.append(0)
        self._held &= (1 << self._count) - 1

    def finished(self) -> bytes:
        if self._count:
            missing = 8 - self._count
            self.put((1 << missing) - 1, missing)
        return bytes(self._out)


_Field = tuple[int, int, int, bytes]  # tag, type, count, value


def _tiff(shot: Shot) -> bytes:
    """Give the TIFF block: directory 0, then the EXIF and the GPS directories it points to."""
    taken = _text(shot.taken.strftime("%Y:%m:%d %H:%M:%S"))
    exif: list[_Field] = [
        (0x9000, _UNDEFINED, 4, b"0230"),
        (0x9003, _ASCII, len(taken), taken),
        (0x9011, _ASCII, 7, b"+00:00\x00"),
    ]
    main: list[_Field] = [
        (0x010F, _ASCII, 8, b"Novacam\x00"),
        (0x0110, _ASCII, len(_text(shot.camera)), _text(shot.camera)),
        (0x0112, _SHORT, 1, struct.pack("<H", 1)),
        (0x0132, _ASCII, len(taken), taken),
        (0x8769, _LONG, 1, b"\x00" * 4),
        (0x8825, _LONG, 1, b"\x00" * 4),
    ]
    exif_at = 8 + len(_directory(main, 8))
    gps_at = exif_at + len(_directory(exif, exif_at))
    main[4] = (0x8769, _LONG, 1, struct.pack("<L", exif_at))
    main[5] = (0x8825, _LONG, 1, struct.pack("<L", gps_at))
    return (
        struct.pack("<2sHL", b"II", 42, 8)
        + _directory(main, 8)
        + _directory(exif, exif_at)
        + _directory(_place(shot), gps_at)
    )


def _place(shot: Shot) -> list[_Field]:
    return [
        (0x0000, 1, 4, bytes((2, 3, 0, 0))),
        (0x0001, _ASCII, 2, b"N\x00" if shot.latitude >= 0 else b"S\x00"),
        (0x0002, _RATIONAL, 3, _degrees(shot.latitude)),
        (0x0003, _ASCII, 2, b"E\x00" if shot.longitude >= 0 else b"W\x00"),
        (0x0004, _RATIONAL, 3, _degrees(shot.longitude)),
    ]


def _text(text: str) -> bytes:
    return text.encode("ascii") + b"\x00"


def _degrees(value: float) -> bytes:
    hundredths = round(abs(value) * 360_000)
    minutes, seconds = divmod(hundredths, 6000)
    degrees, minutes = divmod(minutes, 60)
    return struct.pack("<6L", degrees, 1, minutes, 1, seconds, 100)


def _directory(fields: Sequence[_Field], at: int) -> bytes:
    entries, values = bytearray(), bytearray()
    values_at = at + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in fields:
        entries += struct.pack("<HHL", tag, kind, count)
        if len(value) <= 4:
            entries += value.ljust(4, b"\x00")
            continue
        entries += struct.pack("<L", values_at + len(values))
        values += value + b"\x00" * (len(value) % 2)
    return struct.pack("<H", len(fields)) + bytes(entries) + b"\x00" * 4 + bytes(values)
