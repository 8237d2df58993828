"""Hashes equal what the remotes report, however the bytes are cut into chunks."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnbuckle.model.hashes import HashKind, running

VECTORS = [
    (b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    (b"a", "YQAAAAAAAAAAAAAAAQAAAAAAAAA="),
    (b"hello world\n", "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="),
    (b"x" * 160, "AAAAAAAAAAAAAAAAoAAAAAAAAAA="),
    (b"x" * 161, "eAAAAAAAAAAAAAAAoQAAAAAAAAA="),
    (bytes(number % 256 for number in range(1000)), "eMTc7ksneLHFfWI8T9W9y23sExM="),
    (bytes(7 * number % 251 for number in range(1_048_577)), "0oXO1WADZaOdrd0awOf91ed1kFU="),
]


def of(kind: HashKind, *chunks: bytes) -> str:
    state = running(kind)
    for chunk in chunks:
        state.update(chunk)
    return state.text()


@pytest.mark.parametrize(("content", "expected"), VECTORS, ids=lambda value: str(len(value)))
def test_quickxor_equals_the_known_vectors(content: bytes, expected: str) -> None:
    assert of(HashKind.QUICKXOR, content) == f"quickxor:{expected}"


def test_sha256_is_written_in_lower_case_hexadecimal() -> None:
    assert of(HashKind.SHA256, b"in", b"k") == f"sha256:{hashlib.sha256(b'ink').hexdigest()}"


@pytest.mark.parametrize("kind", HashKind)
@given(content=st.binary(max_size=700), cuts=st.lists(st.integers(0, 700), max_size=8))
def test_how_the_bytes_are_cut_makes_no_difference(
    kind: HashKind, content: bytes, cuts: list[int]
) -> None:
    places = [0, *sorted(cuts), len(content)]
    chunks = [content[start:end] for start, end in itertools.pairwise(places)]

    assert of(kind, *chunks) == of(kind, content)


def test_a_hash_can_be_asked_in_between() -> None:
    state = running(HashKind.QUICKXOR)
    state.update(b"hello ")
    state.text()

    state.update(b"world\n")

    assert state.text() == of(HashKind.QUICKXOR, b"hello world\n")
