"""Files come down by the addresses that the listing told."""

from collections.abc import AsyncIterator

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, bytes_of, content, told

from turnbuckle.model.items import Name
from turnbuckle.ports.errors import Gone, Overtaken, Unproven, Unreachable


async def test_files_that_were_listed_come_down_without_a_counted_call(world: World) -> None:
    for number in range(30):
        await world.file(f"{number}.pdf", f"ink {number}".encode())
    items = (await told(world.documents)).items.values()
    before = world.calls

    read = {item.name: await bytes_of(world.documents, item) for item in items if item.version}

    assert world.calls == before
    assert read == {f"{number}.pdf": f"ink {number}".encode() for number in range(30)}
    assert world.meter.bytes_down["Procore"] == sum(map(len, read.values()))


@pytest.mark.parametrize("status", [401, 403])
async def test_addresses_that_ended_are_renewed_together_by_one_call(
    make: Make, status: int
) -> None:
    world = await make(url_expired_status=status)
    for number in range(30):
        await world.file(f"{number}.pdf", b"ink")
    items = [item for item in (await told(world.documents)).items.values() if item.version]
    world.clock.advance(4000)
    before = world.calls

    for item in items:
        assert await bytes_of(world.documents, item) == b"ink"

    assert world.calls - before == 1
    assert world.meter.sign_ins["Procore", "client credentials"] == 1


async def test_a_process_that_starts_afresh_asks_once_for_all_it_reads(world: World) -> None:
    for number in range(30):
        await world.file(f"{number}.pdf", b"ink")
    items = [item for item in (await told(world.documents)).items.values() if item.version]
    afresh, before = world.open(), world.calls

    for item in items:
        assert await bytes_of(afresh, item) == b"ink"

    assert world.calls - before == 1


@pytest.mark.parametrize("order", ["oldest first", "newest first", "all in one second"])
async def test_addresses_are_renewed_in_bulk_whatever_the_order(make: Make, order: str) -> None:
    world = await make(documents_per_page=10)
    for number in range(60):
        await world.file(f"{number}.pdf", b"ink")
        world.clock.advance(0 if order == "all in one second" else 60)
    items = [item for item in (await told(world.documents)).items.values() if item.version]
    items.sort(key=lambda item: item.created or world.clock.now(), reverse=order == "newest first")
    afresh, before = world.open(), world.calls

    for item in items:
        assert await bytes_of(afresh, item) == b"ink"

    assert world.calls - before <= 15


async def test_reading_goes_on_from_a_byte(world: World) -> None:
    data = bytes(range(256)) * 9000
    item = await world.documents.look(await world.file("big.bin", data))
    assert item is not None

    rest = await bytes_of(world.documents, item, 1_000_001)

    assert rest == data[1_000_001:]


async def test_a_transfer_that_breaks_off_can_be_taken_up_again(world: World) -> None:
    data = bytes(range(256)) * 9000
    item = await world.documents.look(await world.file("big.bin", data))
    assert item is not None
    world.service.faults.cut("GET storage", 700_000)
    taken = bytearray()

    with pytest.raises(Unreachable):
        await _into(taken, world.documents.read(item))
    await _into(taken, world.documents.read(item, len(taken)))

    assert bytes(taken) == data


async def _into(taken: bytearray, chunks: AsyncIterator[bytes]) -> None:
    async for chunk in chunks:
        taken += chunk


async def test_a_newer_version_is_not_passed_off_as_the_one_that_was_meant(world: World) -> None:
    file = await world.file("A-101.pdf", b"old")
    old = (await told(world.documents)).items[file]
    await world.write(file, b"new")
    await world.documents.look(file)

    with pytest.raises(Overtaken):
        await bytes_of(world.documents, old)


async def test_a_file_in_the_bin_is_gone_when_its_address_must_be_asked_for(world: World) -> None:
    file = await world.file("A-101.pdf")
    item = await world.documents.look(file)
    assert item is not None
    world.delete(file)

    with pytest.raises(Gone):
        await bytes_of(world.open(), item)


async def test_a_version_that_slipped_in_is_noted_and_can_be_read(world: World) -> None:
    file = await world.file("A-101.pdf", b"first")
    seen = (await told(world.documents)).items[file]
    await world.write(file, b"Ben's")

    made = await world.documents.replace(seen, content(b"ours"))

    (slip,) = world.documents.slips
    assert (slip.item, slip.ours) == (file, made.version)
    (theirs,) = await world.documents.between(slip)
    assert theirs.author == "Ben Okafor"
    assert await bytes_of(world.documents, theirs) == b"Ben's"


async def test_no_slip_is_noted_when_nobody_came_in_between(world: World) -> None:
    file = await world.file("A-101.pdf", b"first")
    seen = (await told(world.documents)).items[file]

    again = await world.open().replace(seen, content(b"ours"))
    await world.documents.replace(again, content(b"ours again"))

    assert world.documents.slips == []


async def test_a_hidden_item_is_unproven_and_a_deleted_one_is_gone(world: World) -> None:
    deleted = await world.file("deleted.pdf")
    world.delete(deleted)

    assert await world.documents.look(deleted) is None
    with pytest.raises(Unproven):
        await world.documents.look(Name("file:987654321"))  # type: ignore[arg-type]


async def test_a_404_of_what_lies_in_the_bin_is_read_as_a_deletion_only_by_the_bins_row(
    world: World,
) -> None:
    deleted, hidden = await world.file("deleted.pdf"), await world.file("hidden.pdf")
    world.delete(deleted)
    world.service.faults.fail("GET /files", 404, times=2)

    assert await world.documents.look(deleted) is None
    with pytest.raises(Unproven):
        await world.documents.look(hidden)
