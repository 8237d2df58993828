"""quickXorHash: the seven vectors of the fact sheet."""

import pytest

from turnbuckle.practice.microsoft.quickxor import QuickXor

VECTORS = [
    (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    (b"a", "YQAAAAAAAAAAAAAAAQAAAAAAAAA="),
    (b"hello world\n", "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="),
    (b"x" * 160, "AAAAAAAAAAAAAAAAoAAAAAAAAAA="),
    (b"x" * 161, "eAAAAAAAAAAAAAAAoQAAAAAAAAA="),
    (bytes(i % 256 for i in range(1000)), "eMTc7ksneLHFfWI8T9W9y23sExM="),
    (bytes(7 * i % 251 for i in range(1_048_577)), "0oXO1WADZaOdrd0awOf91ed1kFU="),
]


@pytest.mark.parametrize(("data", "expected"), VECTORS)
@pytest.mark.parametrize("step", [1 << 20, 4099])
def test_the_hash_is_the_known_one_however_the_bytes_arrive(
    data: bytes, expected: str, step: int
) -> None:
    running = QuickXor()

    for start in range(0, len(data), step):
        running.update(data[start : start + step])

    assert running.text() == expected


def test_a_copy_goes_its_own_way() -> None:
    running = QuickXor()
    running.update(b"hello ")

    kept = running.copy()
    running.update(b"you")
    kept.update(b"world\n")

    assert kept.text() == "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="
