"""Counts, bytes and durations as people read them."""

import pytest

from turnbuckle.cli.amounts import amount, counted, duration


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (999_999, "1.0 MB"),
        (2_147_483_648, "2.1 GB"),
    ],
)
def test_bytes(count: int, said: str) -> None:
    assert amount(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.44, "0.4 s"),
        (42.4, "42 s"),
        (59.9, "1 min 0 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_nouns() -> None:
    assert [counted(1, "entry"), counted(2, "entry"), counted(1200, "file")] == [
        "1 entry",
        "2 entries",
        "1,200 files",
    ]
