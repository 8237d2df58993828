"""What a write costs, and what becomes of it when something is in the way."""

import hashlib
from collections.abc import AsyncIterator

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import ANA, World, bytes_of, content, told

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    EmptyRefused,
    Gone,
    Locked,
    Overtaken,
    RateLimited,
    RemoteError,
    TooLarge,
    Unreachable,
    Unsupported,
)
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.switches import NameTakenBody, ProcoreLimits


async def test_a_new_file_and_a_new_version_cost_two_calls_each(world: World) -> None:
    before = world.calls

    made = await world.documents.create_file(world.root, Name("a.pdf"), content(b"ink"))
    after_file = world.calls
    await world.documents.replace(made, content(b"more ink"))

    assert (after_file - before, world.calls - after_file) == (2, 2)


async def test_a_rename_of_a_full_folder_is_one_call_and_sends_nothing(world: World) -> None:
    plans = world.folder("Plans")
    for number in range(50):
        await world.file(f"{number}.pdf", b"ink", plans)
    folder = (await told(world.documents)).items[plans]
    before, sent = world.calls, world.meter.bytes_up["Procore"]

    moved = await world.documents.move(folder, world.root, Name("Old plans"))

    assert moved.name == "Old plans"
    assert world.calls - before == 1
    assert world.meter.bytes_up["Procore"] == sent


async def test_what_a_write_answers_is_what_a_look_tells(world: World) -> None:
    made = await world.documents.create_file(world.root, Name("a.pdf"), content(b"ink"))

    looked = await world.documents.look(made.id)

    assert looked == made
    assert made.by_us
    assert (made.size, made.kind) == (3, Kind.FILE)


async def test_a_large_file_goes_in_segments_and_three_calls(world: World) -> None:
    data = hashlib.sha256(b"seed").digest() * 400_000  # 12.8 MB
    documents = world.open(one_post_bytes=6_000_000, segment_bytes=5 << 20)
    opened: list[None] = []
    before = world.calls

    made = await documents.create_file(
        world.root, Name("big.bin"), content(data, lambda: opened.append(None))
    )

    assert world.calls - before == 3
    assert len(opened) == 2
    assert await bytes_of(documents, made) == data


@pytest.mark.parametrize("one_post_bytes", [6_000_000, 60_000_000])
async def test_content_that_is_withdrawn_at_its_end_leaves_nothing_behind(
    world: World, one_post_bytes: int
) -> None:
    async def withdrawn(start: int) -> AsyncIterator[bytes]:
        for _ in range(11):
            yield bytes(1 << 20)
        raise Overtaken("the source has changed")

    documents = world.open(one_post_bytes=one_post_bytes, segment_bytes=5 << 20)
    twelve = Content(size=12 << 20, modified=None, open=withdrawn)

    with pytest.raises(Overtaken, match="the source has changed"):
        await documents.create_file(world.root, Name("a.bin"), twelve)

    assert (await told(documents)).names == {"Harbour Tower"}


async def test_content_shorter_than_announced_is_not_stored(world: World) -> None:
    async def short(start: int) -> AsyncIterator[bytes]:
        yield b"ink"

    with pytest.raises(RemoteError, match="not 10 bytes long"):
        await world.documents.create_file(
            world.root, Name("a.bin"), Content(size=10, modified=None, open=short)
        )

    assert (await told(world.documents)).names == {"Harbour Tower"}


@pytest.mark.parametrize("body", list(NameTakenBody))
async def test_a_taken_name_is_told_in_every_shape_of_the_answer(
    make: Make, body: NameTakenBody
) -> None:
    world = await make(name_taken=body)
    theirs = await world.file("a.pdf", b"theirs")
    other = await world.documents.create_file(world.root, Name("b.pdf"), content(b"b"))

    with pytest.raises(Overtaken):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b"mine"))
    with pytest.raises(Overtaken):
        await world.documents.move(other, world.root, Name("a.pdf"))
    with pytest.raises(Overtaken):
        await world.documents.create_folder(world.root, Name("a.pdf"))

    looked = await world.documents.look(theirs)
    assert looked is not None
    assert await bytes_of(world.documents, looked) == b"theirs"


async def test_a_taken_name_is_never_numbered_behind_our_back(make: Make) -> None:
    world = await make(unique_name_default=True)
    await world.file("a.pdf")

    with pytest.raises(Overtaken):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b"mine"))


async def test_a_folder_that_is_there_already_is_given(world: World) -> None:
    plans = world.folder("Plans")

    given = await world.documents.create_folder(world.root, Name("Plans"))

    assert given.id == plans


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"checked_out_patch": 403, "checked_out_version": 403},
        {"checked_out_version": 409},
    ],
)
async def test_a_checked_out_file_is_locked_in_every_shape_of_the_answer(
    make: Make, switches: dict[str, int]
) -> None:
    world = await make(**switches)
    item = await world.documents.look(await world.file("a.pdf"))
    assert item is not None
    node = world.tree.nodes[int(item.id.partition(":")[2])]
    node.checked_out_by, node.checked_out_until = ANA, world.tree.now() + 3600

    for write in (
        world.documents.replace(item, content(b"mine")),
        world.documents.move(item, world.root, Name("b.pdf")),
        world.documents.delete(item),
    ):
        with pytest.raises(Locked):
            await write

    looked = await world.documents.look(item.id)
    assert looked is not None
    assert looked.locked_by == "Ana Ruiz"


async def test_a_name_that_procore_cleans_is_told_as_it_became(make: Make) -> None:
    world = await make(clean_names=True)

    made = await world.documents.create_file(world.root, Name("a:b.pdf"), content(b"ink"))
    moved = await world.documents.move(made, world.root, Name("c?d.pdf"))

    assert (made.name, moved.name) == ("a_b.pdf", "c_d.pdf")


@pytest.mark.parametrize("name", ["x" * 256, "   "])
async def test_a_refused_name_is_a_bad_name(world: World, name: str) -> None:
    with pytest.raises(BadName):
        await world.documents.create_folder(world.root, Name(name))


async def test_a_place_that_is_gone_is_told(world: World) -> None:
    plans = world.folder("Plans")
    item = await world.documents.look(await world.file("a.pdf"))
    assert item is not None
    world.delete(plans)

    with pytest.raises(Gone):
        await world.documents.create_file(plans, Name("b.pdf"), content(b"ink"))
    with pytest.raises(Gone):
        await world.documents.move(item, plans, Name("a.pdf"))


async def test_a_rename_does_not_bring_a_deleted_file_back(world: World) -> None:
    item = await world.documents.look(await world.file("a.pdf"))
    assert item is not None
    world.delete(item.id)

    with pytest.raises(Gone):
        await world.documents.move(item, world.root, Name("b.pdf"))

    assert await world.documents.look(item.id) is None


async def test_a_deletion_looks_once_and_deletes_once(world: World) -> None:
    item = (await told(world.documents)).items[world.root]
    made = await world.documents.create_folder(item.id, Name("Plans"))
    before = world.calls

    await world.documents.delete(made)
    after = world.calls
    await world.documents.delete(made)

    assert (after - before, world.calls - after) == (2, 1)
    assert await world.documents.look(made.id) is None


async def test_without_the_right_nothing_is_written_and_the_sentence_says_what_to_do(
    world: World,
) -> None:
    world.service.set_level(world.project.id, world.service.service_account, Level.READ_ONLY)

    with pytest.raises(AccessDenied, match="Admin"):
        await world.documents.create_folder(world.root, Name("Plans"))


async def test_an_app_that_was_taken_out_of_the_company_is_told_so(world: World) -> None:
    world.service.disconnect_app()

    with pytest.raises(AccessDenied, match="App Management"):
        await world.documents.look(world.root)


async def test_a_storage_that_refuses_the_size_and_one_that_fails(world: World) -> None:
    xml = {"Code": "EntityTooLarge"}
    world.service.faults.fail("POST storage", 400, body=xml)
    with pytest.raises(TooLarge):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b"ink"))

    world.service.faults.fail("POST storage", 503)
    with pytest.raises(Unreachable):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b"ink"))


async def test_empty_files_are_taken_or_refused_with_the_reason(make: Make) -> None:
    world = await make(empty_uploads=False)

    with pytest.raises(EmptyRefused, match="empty"):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b""))


async def test_a_lost_answer_is_unreachable_and_the_file_can_be_found(world: World) -> None:
    world.service.faults.lose_answer("POST /files")

    with pytest.raises(Unreachable):
        await world.documents.create_file(world.root, Name("a.pdf"), content(b"ink"))

    found = await world.documents.find(world.root, Name("a.pdf"))
    assert found is not None
    assert found.by_us


async def test_many_calls_under_real_limits_are_paced_and_none_is_refused(make: Make) -> None:
    world = await make(limits=ProcoreLimits(hourly=3600, spike=25, spike_seconds=10))

    for number in range(40):
        await world.documents.create_folder(world.root, Name(f"{number}"))

    assert world.service.counters.refused == 0


async def test_a_limit_reached_by_others_is_told_with_its_wait(world: World) -> None:
    world.service.faults.fail("GET /folders/{id}", 429, headers={"Retry-After": "7"})

    with pytest.raises(RateLimited) as refused:
        await world.documents.look(world.root)

    assert refused.value.wait.total_seconds() == 7


async def test_only_files_have_content_and_only_folders_hold_items(world: World) -> None:
    root = await world.documents.look(world.root)
    assert isinstance(root, Item)

    with pytest.raises(Unsupported):
        await world.documents.replace(root, content(b"ink"))
    with pytest.raises(Unsupported):
        await world.documents.create_folder(ItemId("file:1"), Name("x"))
