"""The flat index: rows, filters, orders, pages."""

import time

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import PERSONS

ANA, BEN = PERSONS[:2]


async def test_the_root_is_a_row_and_every_path_starts_with_the_project(
    world: World, app: Caller
) -> None:
    plans = await world.new_folder(app, "Plans")
    await world.new_file(app, "A-101.pdf", b"ink", parent_id=plans["id"])

    rows = await world.listed(app)

    paths = {row["name_with_path"]: row["parent_id"] for row in rows}
    assert paths == {
        "Harbour Tower": None,
        "Harbour Tower/Recycle Bin": plans["parent_id"],
        "Harbour Tower/Plans": plans["parent_id"],
        "Harbour Tower/Plans/A-101.pdf": plans["id"],
    }


async def test_the_normal_view_tells_no_size_and_no_address(world: World, app: Caller) -> None:
    await world.new_file(app, "A-101.pdf", b"ink")

    (row,) = await world.listed(app, "filters[document_type]=file")

    assert set(row) == {
        "id", "created_at", "created_by", "custom_fields", "document_type", "is_deleted",
        "is_recycle_bin", "name", "name_with_path", "parent_id", "private", "read_only",
        "updated_at",
    }  # fmt: skip


async def test_the_extended_view_tells_the_current_version(world: World, app: Caller) -> None:
    file = await world.new_file(app, "A-101.PDF", b"ink")

    (row,) = await world.listed(app, "view=extended&filters[document_type]=file")

    version = row["file"]["current_version"]
    assert (version["id"], version["size"], version["number"]) == (
        file["file_versions"][0]["id"], 3, 1,
    )  # fmt: skip
    assert row["file"]["file_type"] == "pdf"
    assert row["created_at"] == "2026-05-14T08:00:00Z"


async def test_pages_follow_each_other_by_link_and_stop_without_next(
    world: World, app: Caller
) -> None:
    tree = world.procore.documents(world.project)
    for number in range(23):
        tree.add_folder(tree.root_id, f"Folder {number:02}", ANA)
    names: list[str] = []
    path = f"{world.index}?sort=name&per_page=10"
    links: list[str] = []

    while path:
        reply = await app.get(path)
        names += [row["name"] for row in reply.body]
        links.append(reply.headers["Link"])
        following = [each for each in links[-1].split(", ") if 'rel="next"' in each]
        path = following[0].partition("<")[2].partition(">")[0] if following else ""

    assert len(names) == len(set(names)) == 25
    assert [('rel="prev"' in link, 'rel="next"' in link) for link in links] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip
    assert (reply.headers["Total"], reply.headers["Per-Page"]) == ("25", "10")


async def test_a_page_larger_than_allowed_is_clamped(make: Make) -> None:
    world = await make(documents_per_page=5)
    tree = world.procore.documents(world.project)
    for number in range(9):
        tree.add_folder(tree.root_id, f"Folder {number}", ANA)

    reply = await (await world.app()).get(f"{world.index}?per_page=10000")

    assert len(reply.body) == 5
    assert reply.headers["Per-Page"] == "5"


@pytest.mark.parametrize("query", ["page=0", "page=one", "per_page=0", "view=full", "sort=size",
    "filters[document_type]=album", "filters[is_in_recycle_bin]=maybe", "filters[folder_id]=x",
    "filters[updated_at]=yesterday", "filters[updated_at]=2026-05-14...",
    "filters[updated_at]=a...b", "filters[private]=2"])  # fmt: skip
async def test_a_malformed_question_is_refused(world: World, app: Caller, query: str) -> None:
    reply = await app.get(f"{world.index}?{query}")

    assert reply.status == 400
    assert reply.body["errors"]


async def test_changes_are_found_by_time_with_both_ends_included(world: World, app: Caller) -> None:
    for name in ("early", "middle", "late"):
        await world.new_folder(app, name)
        world.clock.advance(60)

    found = await world.names(
        app, 'filters[updated_at]="2026-05-14T08:01:00Z...2026-05-14T08:02:00Z"&sort=-updated_at'
    )

    assert found == ["late", "middle"]


async def test_an_open_range_is_taken_where_the_switch_allows(make: Make) -> None:
    world = await make(open_ranges=True)
    app = await world.app()
    await world.new_folder(app, "early")
    world.clock.advance(60)
    await world.new_folder(app, "late")

    assert await world.names(app, "filters[updated_at]=2026-05-14T08:01:00Z...") == ["late"]


async def test_a_folder_filter_gives_the_folder_itself_and_all_below(
    world: World, app: Caller
) -> None:
    outer = await world.new_folder(app, "Outer")
    inner = await world.new_folder(app, "Inner", parent_id=outer["id"])
    await world.new_file(app, "deep.txt", b"x", parent_id=inner["id"])
    await world.new_folder(app, "Elsewhere")

    found = await world.names(app, f"filters[folder_id]={outer['id']}&sort=name")

    assert found == ["deep.txt", "Inner", "Outer"]


async def test_filters_are_joined_by_and(world: World, app: Caller) -> None:
    ben = await world.person("ben")
    await world.new_file(ben, "roof plan.pdf", b"x")
    await world.new_file(ben, "roof plan.dwg", b"x")
    await world.new_file(app, "roof list.pdf", b"x")

    found = await world.names(
        app,
        f"filters[search]=ROOF&filters[file_type][]=pdf&filters[created_by_id][]={BEN.id}"
        f"&filters[created_by_id][]={ANA.id}",
    )

    assert found == ["roof plan.pdf"]


async def test_an_order_stays_right_while_items_change(world: World, app: Caller) -> None:
    for name in ("c", "a", "b"):
        await world.new_folder(app, name)
    first = await world.names(app, "sort=name")
    rows = {row["name"]: row["id"] for row in await world.listed(app)}

    await app.patch(world.path(f"folders/{rows['a']}"), {"folder": {"name": "z"}})

    assert first == ["a", "b", "c"]
    assert await world.names(app, "sort=name") == ["b", "c", "z"]
    assert await world.names(app, "sort=-name") == ["z", "c", "b"]


async def test_files_and_folders_can_be_told_apart_by_order(world: World, app: Caller) -> None:
    await world.new_folder(app, "b folder")
    await world.new_file(app, "c.txt", b"x")
    await world.new_file(app, "a.txt", b"x")

    found = await world.names(app, "sort=document_type_then_name")

    assert found == ["a.txt", "c.txt", "b folder"]


async def test_head_tells_the_total(world: World, app: Caller) -> None:
    reply = await app.call("HEAD", world.index)

    assert (reply.status, reply.headers["Total"]) == (200, "2")


async def test_fifty_thousand_items_are_listed_fast_and_a_rename_is_cheap(world: World) -> None:
    tree = world.procore.documents(world.project)
    blob = world.blobs.keep(b"the same for all")
    folders = [tree.add_folder(tree.root_id, f"Folder {number}", ANA) for number in range(50)]
    for folder in folders:
        for number in range(1000):
            tree.add_file(folder, f"File {number}.pdf", blob, ANA)
    app = await world.app()
    path = (
        f"{world.index}?view=extended&filters[is_in_recycle_bin]=false"
        "&sort=document_type_then_name&per_page=1000&page="
    )
    await app.get(f"{path}1")

    pages, renames = [], []
    for number in range(2, 7):
        before = time.process_time()
        assert len((await app.get(f"{path}{number}")).body) == 1000
        pages.append(time.process_time() - before)
    for number in range(5):
        before = time.process_time()
        name = {"folder": {"name": f"Renamed {number}"}}
        await app.patch(world.path(f"folders/{folders[0]}"), name)
        renames.append(time.process_time() - before)

    assert min(pages) < 0.25  # with the client's own reading; alone it is some 30 ms
    assert min(renames) < 0.1
