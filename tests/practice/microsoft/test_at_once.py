"""Several people at once: somebody deletes a file while another writes it, and nothing is left."""

import asyncio
from collections.abc import AsyncIterator

from practice.microsoft.client import Microsoft

from turnbuckle.practice.blobs import MARKER

MIB = 1 << 20


def on_disk(microsoft: Microsoft) -> int:
    """How many files the service keeps."""
    folder = microsoft.service.blobs.folder
    return sum(path.is_file() and path.name != MARKER for path in folder.rglob("*"))


async def test_content_for_a_file_that_goes_while_it_comes_in_is_refused_and_not_kept(
    microsoft: Microsoft,
) -> None:
    item = (await microsoft.put("plan.txt", b"first")).json["id"]
    came, gone = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"x" * MIB
        came.set()
        await gone.wait()
        yield b"y"

    writing = asyncio.create_task(
        microsoft.call("PUT", f"{microsoft.at}/items/{item}/content", data=slowly())
    )
    await came.wait()
    await microsoft.call("DELETE", f"{microsoft.at}/items/{item}")
    gone.set()
    answer = await writing

    assert (answer.status, answer.error) == (404, "itemNotFound")
    assert (microsoft.drive.used_bytes, microsoft.drive.bin_bytes) == (0, 5)
    assert on_disk(microsoft) == 1


async def test_a_file_deleted_before_it_is_rewritten_costs_what_came_in(
    microsoft: Microsoft,
) -> None:
    microsoft.switches.rewrite_after_seconds = 5.0
    item = (await microsoft.put("plan.pdf", b"%PDF-1.4\n")).json["id"]
    await microsoft.call("DELETE", f"{microsoft.at}/items/{item}")

    microsoft.clock.advance(6)
    await microsoft.call("GET", microsoft.at)

    assert (microsoft.drive.used_bytes, microsoft.drive.bin_bytes) == (0, 9)
    assert on_disk(microsoft) == 1


async def test_the_bytes_before_a_rewriting_go_from_the_disk_a_minute_later(
    microsoft: Microsoft,
) -> None:
    microsoft.switches.rewrite_after_seconds = 0.0
    await microsoft.put("plan.pdf", b"%PDF-1.4\n")
    held = [on_disk(microsoft)]

    microsoft.clock.advance(61)
    await microsoft.call("GET", microsoft.at)

    assert [*held, on_disk(microsoft)] == [2, 1]


async def test_a_copy_keeps_its_bytes_when_the_original_is_rewritten(microsoft: Microsoft) -> None:
    microsoft.switches.rewrite_after_seconds = 5.0
    made = (await microsoft.put("plan.pdf", b"%PDF-1.4\n")).json
    await microsoft.call(
        "POST", f"{microsoft.at}/items/{made['id']}/copy", json={"name": "copy.pdf"}
    )

    for _ in range(2):
        microsoft.clock.advance(61)
        await microsoft.call("GET", microsoft.at)

    copied = microsoft.drive.tree.child(microsoft.folder, "copy.pdf")
    assert copied is not None
    assert (await microsoft.download(copied.id)).body == b"%PDF-1.4\n"
