"""Uploads: what they cost, what they survive, and what they never leave behind."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from conformance.setting import breaking, bytes_of, content, looked, pattern
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.uploads import FRAGMENT_BYTES, STEP_BYTES
from turnbuckle.model.items import Name
from turnbuckle.ports.connector import CHUNK_BYTES, Content
from turnbuckle.ports.errors import (
    AccessDenied,
    Locked,
    NoSpace,
    Overtaken,
    RateLimited,
    Unreachable,
)

LARGE = pattern(2 * FRAGMENT_BYTES + 12_345)
PDF = Name("plan.dat")


def fragments(world: World) -> int:
    return world.service.storage_counters["PUT fragment"]


def sessions_left(world: World) -> int:
    return len(world.service.uploads)


async def test_a_new_file_costs_one_counted_call_and_one_fragment(
    world: World, graph: GraphConnector
) -> None:
    await graph.create_file(world.folder, PDF, content(pattern(FRAGMENT_BYTES)))

    assert world.calls == 1
    assert fragments(world) == 1


async def test_a_new_file_keeps_its_own_time_without_a_second_version(
    world: World, graph: GraphConnector
) -> None:
    yesterday = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)

    made = await graph.create_file(world.folder, PDF, content(b"ink", yesterday))

    assert made.modified == yesterday
    assert world.service.channel("Site Office").drive.get(made.id).version == 1


async def test_a_large_file_goes_in_fragments_of_the_size_that_microsoft_wants(
    world: World, graph: GraphConnector
) -> None:
    made = await graph.create_file(world.folder, PDF, content(LARGE))

    assert FRAGMENT_BYTES % STEP_BYTES == 0
    assert fragments(world) == 3
    assert await bytes_of(graph, made) == LARGE


@pytest.mark.parametrize("chunk", [1000, 327_681, CHUNK_BYTES])
async def test_chunks_of_any_size_become_fragments_of_the_right_size(
    world: World, graph: GraphConnector, chunk: int
) -> None:
    data = LARGE if chunk > 1000 else LARGE[: FRAGMENT_BYTES + 1]

    made = await graph.create_file(world.folder, PDF, content(data, chunk=chunk))

    assert made.size == len(data)
    assert await bytes_of(graph, made) == data


async def test_an_upload_that_breaks_goes_on_where_the_storage_stopped(
    world: World, graph: GraphConnector
) -> None:
    starts: list[int] = []
    world.fault(host="storage", method="PUT", skip=1, cut_after_bytes=3 * CHUNK_BYTES)

    made = await graph.create_file(world.folder, PDF, noting(LARGE, starts))

    assert starts == [0, FRAGMENT_BYTES]
    assert await bytes_of(graph, made) == LARGE


async def test_waits_between_breaks_grow_and_five_are_enough(
    world: World, graph: GraphConnector
) -> None:
    started = world.clock.now()
    fault = world.fault(host="storage", method="PUT", status=503, html=True, times=100)

    with pytest.raises(Unreachable):
        await graph.create_file(world.folder, PDF, content(b"ink"))

    assert 100 - fault.times == 6
    assert (world.clock.now() - started).total_seconds() == 0.5 + 1 + 2 + 4 + 8
    assert await graph.find(world.folder, PDF) is None


async def test_an_upload_that_goes_on_between_its_breaks_is_never_given_up(
    world: World, graph: GraphConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("turnbuckle.connectors.graph.uploads.FRAGMENT_BYTES", STEP_BYTES)
    data = pattern(7 * STEP_BYTES)
    for number in range(7):
        world.fault(
            host="storage", method="PUT", skip=number, status=503, path="uploadSession", html=True
        )

    made = await graph.create_file(world.folder, PDF, content(data))

    assert made.size == len(data)
    assert fragments(world) == 14


async def test_a_busy_storage_is_given_the_time_it_asks_for(
    world: World, graph: GraphConnector
) -> None:
    started = world.clock.now()
    world.fault(host="storage", method="PUT", status=429, retry_after_seconds=40)

    made = await graph.create_file(world.folder, PDF, content(b"ink"))

    assert made.size == 3
    assert (world.clock.now() - started).total_seconds() >= 40


async def test_a_storage_that_wants_a_long_rest_does_not_hold_up_the_run(
    world: World, graph: GraphConnector
) -> None:
    world.fault(host="storage", method="PUT", status=429, retry_after_seconds=3000)

    with pytest.raises(RateLimited) as told:
        await graph.create_file(world.folder, PDF, content(b"ink"))

    assert told.value.wait.total_seconds() == 3000


async def test_a_lost_session_is_begun_again_once(world: World, graph: GraphConnector) -> None:
    world.fault(host="storage", method="PUT", skip=1, status=404, code="itemNotFound")

    made = await graph.create_file(world.folder, PDF, content(LARGE))

    assert await bytes_of(graph, made) == LARGE
    assert world.meter.calls["Microsoft", "create upload"] == 2


async def test_a_session_that_is_lost_again_and_again_is_given_up(
    world: World, graph: GraphConnector
) -> None:
    world.fault(host="storage", method="PUT", status=404, code="itemNotFound", times=9)

    with pytest.raises(Unreachable):
        await graph.create_file(world.folder, PDF, content(b"ink"))

    assert world.meter.calls["Microsoft", "create upload"] == 2


async def test_when_the_last_answer_is_lost_nobody_uploads_a_second_time(
    world: World, graph: GraphConnector
) -> None:
    world.fault(host="storage", method="PUT", lose_answer=True)

    with pytest.raises(Unreachable, match="looked up"):
        await graph.create_file(world.folder, PDF, content(b"ink"))

    found = await graph.find(world.folder, PDF)
    assert found is not None
    assert (found.size, found.by_us) == (3, True)
    assert world.meter.calls["Microsoft", "create upload"] == 1


async def test_a_replaced_office_file_whose_session_is_lost_gets_another(
    world: World, graph: GraphConnector
) -> None:
    world.service.switches.office_session_lost_once = True
    made = await graph.create_file(world.folder, Name("a.docx"), content(b"one"))

    replaced = await graph.replace(made, content(b"two!"))

    assert await bytes_of(graph, replaced) == b"two!"


@pytest.mark.parametrize("size", [10, 6_000_000, len(LARGE)])
async def test_a_content_that_objects_cancels_the_session(
    world: World, graph: GraphConnector, size: int
) -> None:
    source = breaking(LARGE[:size], Overtaken("not what was meant"), size - 1)

    with pytest.raises(Overtaken, match="not what was meant"):
        await graph.create_file(world.folder, PDF, source)

    assert sessions_left(world) == 0
    assert await graph.find(world.folder, PDF) is None


async def test_a_content_that_objects_only_at_its_very_end_is_heard(
    world: World, graph: GraphConnector
) -> None:
    source = breaking(b"0123456789", Overtaken("not what was meant"), 10)

    with pytest.raises(Overtaken, match="not what was meant"):
        await graph.create_file(world.folder, PDF, source)

    assert await graph.find(world.folder, PDF) is None


@pytest.mark.parametrize("real", [b"", b"0123", b"0123456789abc"])
async def test_a_content_of_another_length_than_announced_is_not_kept(
    world: World, graph: GraphConnector, real: bytes
) -> None:
    lying = Content(size=10, modified=None, open=content(real).open)

    with pytest.raises(Overtaken):
        await graph.create_file(world.folder, PDF, lying)

    assert await graph.find(world.folder, PDF) is None
    assert sessions_left(world) == 0


async def test_an_empty_file_that_is_not_empty_any_more_is_not_made(
    world: World, graph: GraphConnector
) -> None:
    lying = Content(size=0, modified=None, open=content(b"ink").open)

    with pytest.raises(Overtaken):
        await graph.create_file(world.folder, PDF, lying)

    assert await graph.find(world.folder, PDF) is None


async def test_a_name_taken_while_the_file_was_sent_is_overtaken(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    data = pattern(FRAGMENT_BYTES + 1)

    async def opened(start: int) -> AsyncIterator[bytes]:
        async for chunk in content(data).open(start):
            yield chunk
        await ana.put(world.folder, PDF, b"hers")

    with pytest.raises(Overtaken):
        await graph.create_file(
            world.folder, PDF, Content(size=len(data), modified=None, open=opened)
        )

    found = await graph.find(world.folder, PDF)
    assert found is not None
    assert await bytes_of(graph, found) == b"hers"


async def test_a_full_library_is_told_before_anything_is_sent(
    world: World, graph: GraphConnector
) -> None:
    world.service.limits.quota_bytes = 100

    with pytest.raises(NoSpace):
        await graph.create_file(world.folder, PDF, content(pattern(1000)))

    assert fragments(world) == 0


async def test_a_file_that_is_opened_while_it_is_replaced_stays_as_it_was(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await graph.create_file(world.folder, PDF, content(b"old"))
    data = pattern(FRAGMENT_BYTES + 1)

    async def opened(start: int) -> AsyncIterator[bytes]:
        async for chunk in content(data).open(start):
            yield chunk
        await ana.lock(made.id)

    with pytest.raises((Locked, Overtaken)):
        await graph.replace(made, Content(size=len(data), modified=None, open=opened))

    assert await bytes_of(graph, await looked(graph, made.id)) == b"old"


async def test_a_name_that_no_address_can_hold_costs_a_second_step(
    world: World, graph: GraphConnector
) -> None:
    made = await graph.create_file(world.folder, Name("a&#b.txt"), content(b"ink"))

    assert made.name == "a&#b.txt"
    assert names_in_folder(world) == ["a&#b.txt"]


async def test_the_second_step_leaves_no_temporary_name_when_it_fails(
    world: World, graph: GraphConnector
) -> None:
    world.fault(host="graph", method="PATCH", status=403, code="accessDenied")

    with pytest.raises(AccessDenied, match=r"Sites\.Selected"):
        await graph.create_file(world.folder, Name("a&#b.txt"), content(b"ink"))

    assert names_in_folder(world) == []


async def test_what_sharepoint_made_of_a_file_is_what_is_reported(
    world: World, graph: GraphConnector
) -> None:
    world.service.switches.rewrite_after_seconds = 0.0

    made = await graph.create_file(world.folder, Name("a.pdf"), content(b"%PDF-1.7 ink"))

    assert await bytes_of(graph, made) != b"%PDF-1.7 ink"
    assert made == await graph.look(made.id)


def names_in_folder(world: World) -> list[str]:
    tree = world.service.drive(world.drive_id).tree
    return [entry.name for entry in tree.children(world.folder)]


def noting(data: bytes, starts: list[int]) -> Content:
    """Give `data`, and note from where it was asked for."""

    async def opened(start: int) -> AsyncIterator[bytes]:
        starts.append(start)
        async for chunk in content(data).open(start):
            yield chunk

    return Content(size=len(data), modified=None, open=opened)
