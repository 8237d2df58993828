"""Downloads: addresses that are used again, checks of the content, and refusals of the storage."""

import pytest
from conformance.setting import bytes_of, content, looked, pattern, told
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.fresh_addresses import FRESH, FreshAddresses
from turnbuckle.connectors.graph.replies import AddressRefused, Infected
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.ports.errors import Overtaken, Unreachable


async def test_what_the_feed_told_lately_is_read_without_a_counted_call(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    item = (await told(graph)).items[made]
    before = world.calls

    data = await bytes_of(graph, item)

    assert data == b"ink"
    assert world.calls == before


async def test_after_a_fresh_start_a_file_costs_one_counted_call(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", b"ink"))
    fresh_start = world.connector()
    before = world.calls

    data = await bytes_of(fresh_start, item)

    assert data == b"ink"
    assert world.calls - before == 1


async def test_an_address_that_became_old_is_asked_anew(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", b"ink"))
    world.clock.advance(FRESH.total_seconds() + 1)

    data = await bytes_of(graph, item)

    assert data == b"ink"
    assert world.meter.calls["Microsoft", "download"] == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_an_address_that_is_refused_is_asked_anew(
    world: World, graph: GraphConnector, ana: Ana, status: int
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", b"ink"))
    world.fault(host="storage", method="GET", status=status, html=True)

    data = await bytes_of(graph, item)

    assert data == b"ink"
    assert world.meter.calls["Microsoft", "download"] == 1


async def test_a_refusal_of_the_storage_is_never_taken_for_the_end_of_our_sign_in(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", b"ink"))
    world.fault(host="storage", method="GET", status=401, times=9)

    with pytest.raises(AddressRefused):
        await bytes_of(graph, item)


async def test_a_file_changed_between_feed_and_download_is_overtaken(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"one")
    item = (await told(graph)).items[made]
    await ana.write(made, b"two")

    with pytest.raises(Overtaken):
        await bytes_of(graph, item)


async def test_bytes_that_are_not_the_version_never_come_out_whole(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    data = pattern(3_000_000)
    made = await ana.put(world.folder, "a.dat", data)
    item = (await told(graph)).items[made]
    await ana.write(made, data[:-1] + b"!")
    came: list[int] = []

    with pytest.raises(Overtaken):
        await _read(graph, item, came)

    assert 0 < sum(came) < len(data)


async def _read(graph: GraphConnector, item: Item, came: list[int]) -> None:
    async for chunk in graph.read(item):
        came.append(len(chunk))  # noqa: PERF401  (what came before an error is wanted)


async def test_a_file_changed_meanwhile_is_not_read_on(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", b"one"))
    await ana.write(item.id, b"two")

    with pytest.raises(Overtaken):
        await bytes_of(graph, item, start=1)


async def test_a_download_that_breaks_off_says_so(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    item = await looked(graph, await ana.put(world.folder, "a.dat", pattern(3_000_000)))
    world.fault(host="storage", method="GET", cut_after_bytes=1_000_000)

    with pytest.raises(Unreachable):
        await bytes_of(graph, item)

    assert await bytes_of(graph, item) == pattern(3_000_000)


async def test_a_file_without_a_hash_is_read_and_changes_in_it_are_seen(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    world.service.switches.hash_missing_suffixes = frozenset({".dat"})
    made = await ana.put(world.folder, "a.dat", b"one")
    item = (await told(graph)).items[made]
    assert item.hashes == frozenset()
    assert item.version.startswith("c:")

    assert await bytes_of(graph, item) == b"one"
    await ana.write(made, b"two")
    with pytest.raises(Overtaken):
        await bytes_of(graph, item)


@pytest.mark.parametrize("host", ["graph", "storage"])
async def test_malware_is_told_in_plain_words(
    world: World, graph: GraphConnector, ana: Ana, host: str
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    item = await looked(world.connector(), made)
    world.fault(host=host, method="GET", status=403, code="malwareDetected")

    with pytest.raises(Infected, match="malware"):
        await bytes_of(graph, item)


async def test_no_token_of_ours_reaches_the_storage(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    """Practice Microsoft's storage refuses whoever sends one."""
    made = await graph.create_file(world.folder, Name("a.dat"), content(b"ink"))

    assert await bytes_of(graph, made) == b"ink"
    assert {line.status for line in world.service.log if line.host == "storage"} <= {200, 201, 206}


def test_only_so_many_addresses_are_remembered(world: World) -> None:
    fresh = FreshAddresses(world.clock, most=2)
    items = [
        Item(id=ItemId(name), parent=None, name=Name(name), kind=Kind.FILE, version=Version("1"))
        for name in "abc"
    ]
    for item in items:
        fresh.keep(item, f"https://storage.example/{item.id}")

    assert [fresh.of(item) is not None for item in items] == [False, True, True]
