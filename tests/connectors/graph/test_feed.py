"""The feed under all that Graph's delta has been seen to do."""

from collections.abc import AsyncIterator

import pytest
from conformance.setting import everything, make, told
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.api import Trail
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.delta import sorted_page
from turnbuckle.connectors.graph.items import to_item
from turnbuckle.connectors.graph.wire import DriveItem, ParentReference
from turnbuckle.model.items import Cursor, Item, Kind
from turnbuckle.model.pages import Page
from turnbuckle.ports.errors import AccessDenied, CursorExpired, MalformedReply, Unreachable


async def test_a_poll_without_changes_is_one_call_and_tells_nothing_of_ours(
    world: World, graph: GraphConnector
) -> None:
    since = (await told(graph)).cursor
    before = world.calls

    quiet = await told(graph, since)

    assert world.calls - before == 1
    assert {item.kind for item in quiet.items.values()} <= {Kind.FOLDER}  # the root comes along
    assert not quiet.gone


async def test_the_root_has_no_parent(world: World, graph: GraphConnector) -> None:
    items = (await told(graph)).items

    assert [item.name for item in items.values() if item.parent is None] == ["root"]


@pytest.mark.parametrize(
    "switched",
    [
        {"delta_duplicates": True},
        {"delta_children_first": True},
        {"deleted_children_told": True},
        {"tombstones_have_kind": False},
        {"delta_gives_path": False, "folders_have_ctag": False},
        {"delta_gives_download_address": False},
        {"deletion_page_items": 2},
    ],
    ids=str,
)
async def test_the_feed_tells_the_same_whatever_form_delta_takes(
    world: World, graph: GraphConnector, ana: Ana, switched: dict[str, object]
) -> None:
    for name, value in switched.items():
        setattr(world.service.switches, name, value)
    world.service.limits.largest_page_items = 4
    folder = await ana.mkdir(world.folder, "x")
    files = [await ana.put(folder, f"{number}.dat", b"ink") for number in range(9)]
    doomed = await ana.mkdir(world.folder, "doomed")
    inside = await ana.put(doomed, "a.dat", b"ink")

    first = await told(graph)
    await ana.delete(doomed)
    await ana.move(files[0], world.folder, "moved.dat")
    later = await told(graph, first.cursor)

    assert {*files, folder, doomed, inside} <= set(first.items)
    assert doomed in later.gone
    assert later.items[files[0]].parent == world.folder
    assert not later.gone & {folder, *files}


async def test_the_cursor_names_no_host(world: World, graph: GraphConnector) -> None:
    cursor = (await told(graph)).cursor

    assert cursor.startswith("/v1.0/drives/")
    assert "127.0.0.1" not in cursor


async def test_a_cursor_cannot_lead_to_another_host(world: World, graph: GraphConnector) -> None:
    for text in ("https://evil.example/v1.0/drives/x/root/delta", "//evil.example/x", "", "/x"):
        with pytest.raises(CursorExpired):
            await told(graph, Cursor(text))

    assert world.calls == 0


async def test_a_token_that_became_too_old_asks_for_a_full_set(
    world: World, graph: GraphConnector
) -> None:
    world.service.switches.delta_token_life_seconds = 60
    since = (await told(graph)).cursor
    world.clock.advance(120)

    with pytest.raises(CursorExpired):
        await told(graph, since)


@pytest.mark.parametrize(
    ("status", "code"),
    [(410, "resyncRequired"), (400, "invalidRequest"), (404, "syncStateNotFound")],
)
async def test_a_cursor_that_is_refused_asks_for_a_full_set(
    world: World, graph: GraphConnector, status: int, code: str
) -> None:
    since = (await told(graph)).cursor
    world.fault(host="graph", path="delta", status=status, code=code)

    with pytest.raises(CursorExpired):
        await told(graph, since)


async def test_pages_that_lead_in_a_circle_are_noticed(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    world.service.limits.largest_page_items = 2
    world.service.switches.delta_repeats_next_link = True
    for number in range(8):
        await ana.put(world.folder, f"{number}.dat", b"ink")

    with pytest.raises(MalformedReply, match="circle"):
        await told(graph)


def test_a_list_without_an_end_is_noticed() -> None:
    trail = Trail(most=3)
    for number in range(3):
        trail.step(f"/{number}")

    with pytest.raises(MalformedReply, match="does not end"):
        trail.step("/4")


async def test_a_set_that_breaks_off_has_no_cursor(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    world.service.limits.largest_page_items = 2
    for number in range(4):
        await ana.put(world.folder, f"{number}.dat", b"ink")
    world.fault(host="graph", path="delta", skip=1, status=503, html=True)
    pages: list[Page] = []

    with pytest.raises(Unreachable):
        await _gather(graph.changes(None), pages)

    assert pages
    assert not [page for page in pages if page.cursor]


async def _gather(source: AsyncIterator[Page], into: list[Page]) -> None:
    async for page in source:
        into.append(page)  # noqa: PERF401  (what came before a break is wanted)


async def test_a_library_that_vanished_is_no_list_of_deletions(
    world: World, graph: GraphConnector
) -> None:
    since = (await told(graph)).cursor
    world.fault(host="graph", path="delta", status=404, code="itemNotFound")

    with pytest.raises(AccessDenied):
        await told(graph, since)


async def test_our_own_writes_are_known_by_our_app_and_a_colleagues_are_not(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    world.service.switches.app_writes_show_system_user = True
    await make(graph, world.folder, "ours.dat")
    await ana.put(world.folder, "hers.dat", b"ink")

    found = await everything(graph, world.folder)

    assert (found["ours.dat"].by_us, found["hers.dat"].by_us) == (True, False)
    assert found["hers.dat"].author


def test_the_last_word_on_an_item_holds_within_a_page() -> None:
    def take(raw: DriveItem) -> Item:
        return to_item(raw, "app")

    place = ParentReference(id="p")
    there = DriveItem(id="1", name="a", folder={}, parent_reference=place)
    gone = DriveItem(id="1", deleted={"state": "deleted"}, parent_reference=place)

    assert sorted_page([there, gone], take) == ([], ["1"])
    assert sorted_page([gone, there], take) == ([take(there)], [])


def test_notebooks_and_shortcuts_are_neither_items_nor_deletions() -> None:
    place = ParentReference(id="p")
    raw = [
        DriveItem(id="1", name="Notes", package={"type": "oneNote"}, parent_reference=place),
        DriveItem(id="2", name="Other", folder={}, remote_item={"id": "9"}, parent_reference=place),
    ]

    assert sorted_page(raw, lambda one: to_item(one, "app")) == ([], [])
