"""Write floor plans as DXF and laser scans as PLY.

Source: Autodesk's DXF reference, release 12 (the ASCII form every CAD program reads); the PLY
format of Stanford's 3D scanning repository, binary little-endian.
"""

import random
from collections.abc import Iterable, Iterator

Line = tuple[float, float, float, float]  # from x, y to x, y, in metres

_POINT_BYTES = 9  # three 16-bit coordinates in millimetres and three colours
_CHUNK_POINTS = 100_000


def dxf(title: str, lines: Iterable[Line]) -> bytes:
    """Give a drawing of straight walls with its title as a text."""
    groups: list[tuple[int, object]] = [
        (0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"), (0, "ENDSEC"),
        (0, "SECTION"), (2, "ENTITIES"),
    ]  # fmt: skip
    for x0, y0, x1, y1 in lines:
        groups += [(0, "LINE"), (8, "WALLS"), (10, x0), (20, y0), (30, 0.0)]
        groups += [(11, x1), (21, y1), (31, 0.0)]
    groups += [(0, "TEXT"), (8, "TITLE"), (10, 0.0), (20, -2.0), (30, 0.0), (40, 1.0), (1, title)]
    groups += [(0, "ENDSEC"), (0, "EOF")]
    text = "".join(f"{code:>3}\n{value}\n" for code, value in groups)
    return text.encode("ascii", "replace")


def floor_plan(seed: int) -> list[Line]:
    """Give the walls of one floor: the outline and a dozen rooms, always the same for a seed."""
    chance = random.Random(seed)
    corners = [(0.0, 0.0), (42.0, 0.0), (42.0, 24.0), (0.0, 24.0)]
    lines = [(*a, *b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    for _ in range(12):
        x, y = chance.randrange(0, 36) * 1.0, chance.randrange(0, 18) * 1.0
        w, d = chance.randrange(3, 7) * 1.0, chance.randrange(3, 7) * 1.0
        lines += [(x, y, x + w, y), (x + w, y, x + w, y + d)]
    return lines


def ply(points: int, seed: int) -> Iterator[bytes]:
    """Give a point cloud in pieces of under 1 MiB; the same for equal arguments.

    Args:
        points: how many; the file has nine bytes for each and a header of about 200.
        seed: which cloud.
    """
    coordinates = "".join(f"property short {axis}\n" for axis in "xyz")
    colours = "".join(f"property uchar {colour}\n" for colour in ("red", "green", "blue"))
    yield (
        "ply\nformat binary_little_endian 1.0\ncomment Harbour Tower, scan of level 4\n"
        f"element vertex {points}\n{coordinates}{colours}end_header\n"
    ).encode()
    chance = random.Random(seed)
    while points:
        count = min(points, _CHUNK_POINTS)
        yield chance.randbytes(count * _POINT_BYTES)
        points -= count
