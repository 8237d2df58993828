"""A content crosses whole and verified, or not at all; it is never in memory as a whole."""

import gc
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sync.source import Source

from turnbuckle.connectors.memory.blobs import Generated, hash_of, piece
from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import Item
from turnbuckle.ports.connector import CHUNK_BYTES
from turnbuckle.ports.errors import AccessDenied, Overtaken, RateLimited, Unreachable
from turnbuckle.sync.retrying import TRIES

MIB = 1 << 20


async def drain(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def given_out_before_refusal(chunks: AsyncIterator[bytes]) -> bytes:
    got: list[bytes] = []

    async def take() -> None:
        async for chunk in chunks:
            got.append(chunk)  # noqa: PERF401  (what came before the error is what is asked)

    with pytest.raises(Overtaken):
        await take()
    return b"".join(got)


def sha256(blob: bytes | Generated) -> str:
    return hash_of(blob, HashKind.SHA256)


async def test_what_goes_in_comes_out_and_is_hashed_on_the_way(source: Source) -> None:
    item = await source.file(blob := Generated(1, 3 * MIB + 7))
    transfer = source.transfer(item)

    got = await drain(transfer.content().open(0))

    assert got == b"".join(piece(blob, start, MIB) for start in range(0, blob.size, MIB))
    assert transfer.hashes() == {hash_of(blob, kind) for kind in HashKind}
    assert source.sent == blob.size


async def test_an_empty_file_is_a_content_too(source: Source) -> None:
    transfer = source.transfer(await source.file(b""))

    assert await drain(transfer.content().open(0)) == b""
    assert transfer.hashes() == {hash_of(b"", kind) for kind in HashKind}


async def test_chunks_are_never_larger_than_a_connector_was_promised(source: Source) -> None:
    transfer = source.transfer(await source.file(Generated(1, 5 * MIB)))

    assert {len(chunk) async for chunk in transfer.content().open(0)} == {CHUNK_BYTES}


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(200 * MIB, marks=pytest.mark.slow),
        pytest.param(5 * 10**9, marks=pytest.mark.long),
    ],
)
async def test_memory_stays_the_same_however_large_the_file(source: Source, size: int) -> None:
    item = await source.file(Generated(1, size))
    transfer = source.transfer(item)
    gc.collect()
    tracemalloc.start()

    passed = 0
    async for chunk in transfer.content().open(0):
        passed += len(chunk)

    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert passed == size
    assert peak_bytes < 16 * MIB


async def test_a_broken_download_goes_on_at_the_byte_where_it_broke(source: Source) -> None:
    item = await source.file(blob := Generated(1, 8 * MIB))
    starts = source.starts()
    source.fail(When.DURING, Unreachable("the connection broke"), times=1)

    got = await drain(source.transfer(item).content().open(0))

    assert got == b"".join(piece(blob, start, MIB) for start in range(0, blob.size, MIB))
    assert starts == [0, 4 * MIB]


async def test_a_download_that_goes_on_after_each_break_is_never_given_up(source: Source) -> None:
    item = await source.file(Generated(1, 100 * MIB))
    transfer = source.transfer(item)
    source.fail(When.DURING, Unreachable("the connection broke"), times=TRIES + 1)

    got = await drain(transfer.content().open(0))

    assert len(got) == 100 * MIB
    assert transfer.hashes()


async def test_a_download_that_gives_nothing_is_given_up_after_the_last_try(
    source: Source,
) -> None:
    item = await source.file(b"ink")
    starts = source.starts()
    source.fail(When.BEFORE, Unreachable("no answer"), times=100)

    with pytest.raises(Unreachable):
        await drain(source.transfer(item).content().open(0))

    assert len(starts) == TRIES


async def test_a_download_that_is_told_to_wait_waits_as_told(source: Source) -> None:
    item = await source.file(b"ink")
    source.fail(When.BEFORE, RateLimited("SharePoint", timedelta(seconds=300)), times=7)
    before = source.clock.now()

    assert await drain(source.transfer(item).content().open(0)) == b"ink"

    waited = source.clock.now() - before
    assert timedelta(seconds=2100) <= waited < timedelta(seconds=2101)


async def test_an_error_that_stays_ends_a_download_at_once(source: Source) -> None:
    item = await source.file(b"ink")
    starts = source.starts()
    source.fail(When.BEFORE, AccessDenied("no right"), times=100)

    with pytest.raises(AccessDenied):
        await drain(source.transfer(item).content().open(0))

    assert len(starts) == 1


@pytest.mark.parametrize("told_bytes", [3 * MIB - 1, 3 * MIB + 1, 0])
async def test_the_last_chunk_is_withheld_when_the_size_is_not_the_one_told(
    source: Source, told_bytes: int
) -> None:
    item = replace(await source.file(Generated(1, 3 * MIB)), size=told_bytes)

    got = await given_out_before_refusal(source.transfer(item).content().open(0))

    assert len(got) < 3 * MIB


@pytest.mark.parametrize("kind", HashKind)
async def test_the_last_chunk_is_withheld_when_the_hash_is_not_the_one_told(
    source: Source, kind: HashKind
) -> None:
    item = await source.file(Generated(1, 3 * MIB))
    item = replace(item, hashes=frozenset({hash_of(b"others", kind)}))

    got = await given_out_before_refusal(source.transfer(item).content().open(0))

    assert len(got) == 2 * MIB


async def test_a_wrong_file_of_one_chunk_gives_out_nothing(source: Source) -> None:
    item = replace(await source.file(b"ink"), hashes=frozenset({sha256(b"others")}))

    assert await given_out_before_refusal(source.transfer(item).content().open(0)) == b""


async def test_an_upload_that_asks_for_earlier_bytes_again_leaves_the_hashes_right(
    source: Source,
) -> None:
    item = await source.file(blob := Generated(1, 6 * MIB + 100))
    transfer = source.transfer(item)
    first = transfer.content().open(0)
    for _ in range(4):
        await anext(first)

    rest = await drain(transfer.content().open(2 * MIB + 5))

    assert len(rest) == blob.size - 2 * MIB - 5
    assert transfer.hashes() == {hash_of(blob, kind) for kind in HashKind}
    assert source.sent == blob.size


async def test_an_upload_that_begins_in_the_middle_has_no_hashes_to_tell(source: Source) -> None:
    item = await source.file(Generated(1, 3 * MIB))
    transfer = source.transfer(item)

    rest = await drain(transfer.content().open(MIB))

    assert len(rest) == 2 * MIB
    assert transfer.hashes() == frozenset()


async def test_bytes_that_were_changed_between_two_reads_are_noticed(source: Source) -> None:
    """The remote tells no hash, and the size is the same: the version is what gives it away."""
    item = await source.file(Generated(1, 4 * MIB))
    transfer = source.transfer(item)

    def change_and_break(moment: Moment) -> None:
        if (moment.when, moment.op) == (When.DURING, Op.DOWNLOAD):
            source.remote.calls.hooks.clear()
            source.change(Generated(2, 4 * MIB))
            raise Unreachable("the connection broke")

    source.remote.calls.hooks.append(change_and_break)

    got = await given_out_before_refusal(transfer.content().open(0))

    assert len(got) < 4 * MIB


async def test_reading_a_content_for_its_hashes_alone_sends_nothing(source: Source) -> None:
    item: Item = await source.file(b"ink")

    assert await source.transfer(item).read_all() == {hash_of(b"ink", kind) for kind in HashKind}
