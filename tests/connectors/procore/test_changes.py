"""What changed in a project, and what it costs to know."""

import json

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, bytes_of, content, told

from turnbuckle.model.items import Cursor, Kind, Name
from turnbuckle.ports.errors import CursorExpired
from turnbuckle.practice.procore.company import Level


async def test_a_project_is_told_in_three_calls_folders_first(world: World) -> None:
    plans = world.folder("Plans")
    await world.file("A-101.pdf", b"ink", plans)

    full = await told(world.documents)

    assert world.calls == 3
    kinds = [item.kind for page in full.pages for item in page.items]
    assert kinds == [Kind.FOLDER, Kind.FOLDER, Kind.FILE]
    assert full.full
    assert {page.expected for page in full.pages} == {3}
    assert full.items[world.root].parent is None


async def test_the_recycle_bin_is_no_item_nor_is_what_lies_in_it(world: World) -> None:
    world.delete(await world.file("gone.pdf"))

    full = await told(world.documents)

    assert full.names == {"Harbour Tower"}
    assert full.gone == set()


@pytest.mark.parametrize("bin_in_index", [True, False])
async def test_a_quiet_project_costs_one_call(make: Make, bin_in_index: bool) -> None:
    world = await make(bin_in_index=bin_in_index)
    for number in range(20):
        await world.file(f"{number}.pdf")
    world.delete(await world.file("gone.pdf"))
    since = (await told(world.documents)).cursor
    before = world.calls

    quiet = await told(world.documents, since)

    assert world.calls - before == 1
    assert (quiet.items, quiet.gone, quiet.full, quiet.cursor) == ({}, set(), False, since)


async def test_a_quiet_project_of_many_files_costs_one_call_once_its_changes_are_old(
    world: World,
) -> None:
    for number in range(150):
        await world.write(await world.file(f"{number}.pdf"), b"ink")
    cursor = (await told(world.documents)).cursor
    costs = []

    for minutes in (1, 10, 5, 5, 5, 90, 5):
        world.clock.advance(60 * minutes)
        before = world.calls
        later = await told(world.documents, cursor)
        cursor = later.cursor
        costs.append(world.calls - before)
        assert not later.full

    assert costs == [3, 3, 1, 1, 1, 2, 1]


async def test_a_close_look_passes_over_nothing_that_cancels_out(make: Make) -> None:
    world = await make(touches_item=False)
    old = [await world.file(f"{number}.pdf") for number in range(150)]
    world.delete(old[0])
    world.clock.advance(3600)
    cursor = (await told(world.documents, (await told(world.documents)).cursor)).cursor
    world.clock.advance(300)
    world.restore(old[0])
    world.delete(old[1])

    at_once = await told(world.documents, cursor)
    world.documents.look_closely()
    closely = await told(world.documents, cursor)

    assert (at_once.items, at_once.gone) == ({}, set())
    assert old[0] in closely.items
    assert old[1] in closely.gone


async def test_after_an_hour_even_what_cancels_out_is_found(make: Make) -> None:
    world = await make(touches_item=False)
    old = [await world.file(f"{number}.pdf") for number in range(150)]
    world.delete(old[0])
    world.clock.advance(3600)
    cursor = (await told(world.documents, (await told(world.documents)).cursor)).cursor
    world.restore(old[0])
    world.delete(old[1])
    world.clock.advance(3600)

    later = await told(world.documents, cursor)

    assert old[0] in later.items
    assert old[1] in later.gone


async def test_edits_moves_and_new_items_are_told_and_nothing_else(world: World) -> None:
    plans, old = world.folder("Plans"), await world.file("old.pdf")
    await world.file("other.pdf")
    since = (await told(world.documents)).cursor
    world.clock.advance(600)
    await world.write(old, b"more ink")
    made = await world.documents.create_file(plans, Name("new.pdf"), content(b"new"))
    world.clock.advance(600)
    before = world.calls

    later = await told(world.documents, since)

    assert later.items.keys() == {old, made.id}
    assert not later.full
    assert world.calls - before == 2
    assert await bytes_of(world.documents, later.items[old]) == b"more ink"


@pytest.mark.parametrize("touches", [True, False])
async def test_a_deletion_is_told_from_the_bin_whether_or_not_its_time_changed(
    make: Make, touches: bool
) -> None:
    world = await make(touches_item=touches)
    doomed = await world.file("doomed.pdf")
    await world.file("safe.pdf")
    since = (await told(world.documents)).cursor
    world.clock.advance(600)
    world.delete(doomed)

    later = await told(world.documents, since)

    assert later.gone == {doomed}
    assert not later.full


async def test_a_deleted_folder_takes_its_content_with_it(world: World) -> None:
    plans = world.folder("Plans")
    inside = await world.file("A-101.pdf", b"ink", plans)
    since = (await told(world.documents)).cursor
    world.clock.advance(600)
    world.delete(plans)

    later = await told(world.documents, since)

    assert {plans, inside} <= later.gone
    assert not later.full


@pytest.mark.parametrize("touches", [True, False])
async def test_what_was_restored_comes_back_as_an_ordinary_item(make: Make, touches: bool) -> None:
    world = await make(touches_item=touches)
    plans = world.folder("Plans")
    inside = await world.file("A-101.pdf", b"ink", plans)
    world.delete(plans)
    since = (await told(world.documents)).cursor
    world.clock.advance(600)
    world.restore(plans)

    later = await told(world.documents, since)

    assert {plans, inside} <= later.items.keys()
    assert later.gone == set()


async def test_one_deleted_and_one_restored_unseen_by_time_are_both_found(make: Make) -> None:
    world = await make(touches_item=False)
    back, doomed = await world.file("back.pdf"), await world.file("doomed.pdf")
    world.delete(back)
    since = (await told(world.documents)).cursor
    world.clock.advance(600)
    world.restore(back)
    world.delete(doomed)

    later = await told(world.documents, since)

    assert back in later.items
    assert doomed in later.gone


async def test_a_chain_of_looks_never_misses_and_never_tells_everything_again(
    world: World,
) -> None:
    keep = [await world.file(f"{number}.pdf") for number in range(5)]
    cursor = (await told(world.documents)).cursor

    for item in keep:
        world.clock.advance(60)  # inside the overlap, so every change is told more than once
        await world.write(item, b"edit")
        made = await world.documents.create_file(world.root, Name(f"new {item}"), content(b"x"))
        world.delete(made.id)
        later = await told(world.documents, cursor)
        cursor = later.cursor

        assert not later.full
        assert item in later.items
        assert made.id in later.gone


async def test_an_index_of_many_pages_is_told_whole(make: Make) -> None:
    world = await make(documents_per_page=3)
    made = {await world.file(f"{number}.pdf") for number in range(10)}

    full = await told(world.documents)

    assert made < full.items.keys()
    assert len(full.items) == full.pages[0].expected


async def test_a_deletion_while_pages_are_read_hides_no_other_file(make: Make) -> None:
    world = await make(documents_per_page=3)
    made = [await world.file(f"{number}.pdf") for number in range(10)]
    seen = set()

    async for page in world.documents.changes(None):
        if made[0] in {item.id for item in page.items}:
            world.delete(made[0])  # all later rows move up by one
        seen |= {item.id for item in page.items}

    assert set(made[1:]) < seen


async def test_what_an_account_cannot_see_any_more_is_missing_but_not_gone(world: World) -> None:
    hidden = await world.file("private.pdf")
    since = (await told(world.documents)).cursor
    node = world.tree.nodes[int(hidden.partition(":")[2])]
    node.private = True
    world.tree.changed(node)
    world.service.set_level(world.project.id, world.service.service_account, Level.STANDARD)

    later = await told(world.documents, since)

    assert hidden not in later.items
    assert later.full
    assert later.gone == set()


async def test_the_cursor_is_short_text_without_a_secret(world: World) -> None:
    await world.file("A-101.pdf")

    cursor = (await told(world.documents)).cursor

    assert json.loads(cursor)["live"] == 2
    assert len(cursor) < 300
    assert await world.tokens.bearer() not in cursor


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"of":"project 1"}'])
async def test_a_cursor_that_is_none_of_ours_is_expired(world: World, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        await told(world.documents, Cursor(cursor))


async def test_a_cursor_of_another_project_is_expired(world: World) -> None:
    mine = json.loads((await told(world.documents)).cursor)
    other = Cursor(json.dumps({**mine, "of": "project 1"}))

    with pytest.raises(CursorExpired):
        await told(world.documents, other)
