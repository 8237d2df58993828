"""File bytes on disk."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from turnbuckle.practice.blobs import CHUNK_BYTES, Blob, Blobs, ForeignFolder


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def on_disk(blobs: Blobs) -> int:
    return sum(path.is_file() for path in blobs.folder.rglob("*")) - 1  # the marker


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def breaking() -> AsyncIterator[bytes]:
    yield b"some"
    raise ConnectionResetError


async def read(blobs: Blobs, blob: Blob, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in blobs.open(blob, start, end)])


async def test_a_stream_is_stored_and_hashed(blobs: Blobs) -> None:
    blob = await blobs.store(pieces(b"a" * CHUNK_BYTES, b"", b"bc"))

    content = b"a" * CHUNK_BYTES + b"bc"
    assert (blob.size, blob.sha256) == (len(content), sha256(content).hexdigest())
    assert await read(blobs, blob) == content


async def test_bytes_are_read_from_and_to_anywhere(blobs: Blobs) -> None:
    blob = blobs.keep(b"0123456789")

    assert await read(blobs, blob, 7) == b"789"
    assert await read(blobs, blob, 2, 5) == b"234"
    assert await read(blobs, blob, 10) == b""


async def test_a_stream_that_breaks_leaves_nothing(blobs: Blobs) -> None:
    with pytest.raises(ConnectionResetError):
        await blobs.store(breaking())

    assert on_disk(blobs) == 0


def test_a_writer_comes_back_to_what_it_saved(blobs: Blobs) -> None:
    writer = blobs.begin()
    writer.write(b"whole ")
    writer.save()
    writer.write(b"broken")
    writer.rewind()
    writer.write(b"piece")

    blob = writer.finish()

    assert blobs.read(blob) == b"whole piece"
    assert blob.sha256 == sha256(b"whole piece").hexdigest()


def test_blobs_are_joined_in_order(blobs: Blobs) -> None:
    joined = blobs.join([blobs.keep(b"one "), blobs.keep(b"two")])

    assert blobs.read(joined) == b"one two"
    assert joined.sha256 == sha256(b"one two").hexdigest()


def test_a_copied_file_is_only_read(blobs: Blobs, tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_bytes(b"ink")
    before = original.stat().st_mtime_ns

    blob = blobs.copy_from(original)

    assert blobs.read(blob) == b"ink"
    assert original.stat().st_mtime_ns == before


def test_a_dropped_blob_is_off_the_disk(blobs: Blobs) -> None:
    blobs.drop(blobs.keep(b"x"))

    assert on_disk(blobs) == 0


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(ForeignFolder, match="name an empty folder"):
        Blobs(tmp_path)


def test_a_folder_of_practice_mode_is_taken_up_again(blobs: Blobs) -> None:
    blobs.keep(b"x")

    assert on_disk(Blobs(blobs.folder)) == 1


def test_clearing_takes_the_whole_folder(blobs: Blobs) -> None:
    blobs.keep(b"x")

    blobs.clear()

    assert not blobs.folder.exists()
