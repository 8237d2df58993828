"""Paint the sample's photographs: the tower against the sky, a little taller every week."""

import random
from datetime import datetime

from turnbuckle.practice.sample.jpeg import Colour, Shot, jpeg

_WIDE, _HIGH = 40, 30  # tiles of eight pixels
_LATITUDE, _LONGITUDE = 53.5413, 9.9841


def photo(number: int, taken: datetime) -> bytes:
    """Give photograph `number` of the site (0 to 200), taken near the harbour at that time."""
    chance = random.Random(f"photo {number}")
    tiles = [[_sky(row, chance) for _ in range(_WIDE)] for row in range(_HIGH)]
    for column in range(_WIDE):
        tiles[_HIGH - 2][column] = (112, 104, 92)
        tiles[_HIGH - 1][column] = (84, 78, 70)
    left = 8 + chance.randrange(10)
    top = max(3, _HIGH - 4 - number // 2)
    for row in range(top, _HIGH - 2):
        for column in range(left, left + 12):
            tiles[row][column] = _facade(row, column, chance)
    crane = left + 13
    for row in range(2, _HIGH - 2):
        tiles[row][crane] = (214, 158, 30)
    for column in range(left - 2, min(_WIDE, crane + 6)):
        tiles[2][column] = (214, 158, 30)
    place = (
        _LATITUDE + chance.uniform(-9, 9) / 10_000,
        _LONGITUDE + chance.uniform(-9, 9) / 10_000,
    )
    return jpeg(tiles, Shot(taken, *place))


def _sky(row: int, chance: random.Random) -> Colour:
    shade = chance.randrange(6)
    return (110 + 4 * row + shade, 150 + 3 * row + shade, 222 + shade)


def _facade(row: int, column: int, chance: random.Random) -> Colour:
    if row % 2 and column % 2:
        return (252, 226, 140) if chance.random() < 0.3 else (70, 92, 120)
    return (168, 166, 160)
