"""Documents by the API's second version: the index, the content of folders, revisions."""

from typing import Any

import pytest
from practice.procore.caller import Caller, World

from turnbuckle.practice.persons import person


def in_project(world: World, rest: str) -> str:
    return f"/rest/v2.0/companies/{world.procore.company_id}/projects/{world.project}/{rest}"


async def rows(caller: Caller, path: str) -> list[dict[str, Any]]:
    reply = await caller.get(path)
    assert reply.status == 200, reply
    found: list[dict[str, Any]] = reply.body["data"]
    return found


@pytest.fixture
async def plans(world: World, app: Caller) -> Any:
    """A folder with a file and a folder, which holds one more."""
    folder = await world.new_folder(app, "Plans")
    old = await world.new_folder(app, "Old", parent_id=folder["id"])
    await world.new_file(app, "A-101.pdf", b"ink", parent_id=folder["id"])
    await world.new_file(app, "A-100.pdf", b"old ink", parent_id=old["id"])
    return folder


async def test_ids_are_texts_and_no_path_is_told(world: World, app: Caller, plans: Any) -> None:
    short, long = f"/rest/v2.0/projects/{world.project}/documents", in_project(world, "documents")

    told = await rows(app, f"{short}?view=extended&filters[search]=A-101")
    same = await rows(app, f"{long}?view=extended&filters[search]=A-101")

    assert told == same
    assert told[0]["parent_id"] == str(plans["id"])
    assert told[0]["file"]["current_version"]["file_id"] == told[0]["id"]
    assert "name_with_path" not in str(told)


async def test_a_page_has_ten_rows_and_never_more_than_a_hundred(world: World, app: Caller) -> None:
    tree = world.procore.documents(world.project)
    for number in range(120):
        tree.add_folder(tree.root_id, f"{number:03}", person("ana"))

    sizes = [
        len(await rows(app, in_project(world, f"documents{query}")))
        for query in ("", "?per_page=1000", "?per_page=100&page=2")
    ]
    reply = await app.get(in_project(world, "folders?per_page=100"))

    assert sizes == [10, 100, 22]
    assert (reply.headers["Total"], len(reply.body["data"])) == ("121", 100)
    assert 'rel="next"' in reply.headers["Link"]


async def test_a_companys_own_documents_are_there_too(world: World, app: Caller) -> None:
    tree = world.procore.company_documents()
    tree.add_folder(tree.root_id, "Safety", person("ana"))

    told = await rows(app, f"/rest/v2.0/companies/{world.procore.company_id}/documents")

    assert [row["name"] for row in told if not row["is_recycle_bin"]][1:] == ["Safety"]


async def test_a_folder_tells_files_and_folders_mixed(
    world: World, app: Caller, plans: Any
) -> None:
    root = await rows(app, in_project(world, "folders?sort=name"))
    inside = await rows(app, in_project(world, f"folders/{plans['id']}?sort=name"))
    files = await rows(app, in_project(world, f"folders/{plans['id']}?exclude_folders=true"))

    assert [row["name"] for row in root] == ["Plans", "Recycle Bin"]
    assert [row["name"] for row in inside] == ["A-101.pdf", "Old"]
    assert [row["name"] for row in files] == ["A-101.pdf"]


async def test_a_subtree_is_searched_only_by_a_filter(
    world: World, app: Caller, plans: Any
) -> None:
    path = in_project(world, f"folders/{plans['id']}?include_descendants=true")

    refused = await app.get(path)
    found = await rows(app, f"{path}&filters[document_type]=file&sort=name")

    assert (refused.status, list(refused.body)) == (400, ["error"])
    assert [row["name"] for row in found] == ["A-100.pdf", "A-101.pdf"]


async def test_the_bin_is_left_out_of_a_search_unless_asked_for(
    world: World, app: Caller, plans: Any
) -> None:
    await app.delete(world.path(f"folders/{plans['id']}"))
    path = in_project(world, "folders?include_descendants=true&filters[document_type]=file")

    live = await rows(app, path)
    binned = await rows(app, f"{path}&filters[is_in_recycle_bin]=true")

    assert live == []
    assert len(binned) == 2


@pytest.mark.parametrize(
    ("view", "has"),
    [("normal", (True, False)), ("web_normal", (True, True)), ("sync_compact", (False, False))],
)
async def test_each_view_tells_what_it_tells(
    world: World, app: Caller, plans: Any, view: str, has: tuple[bool, bool]
) -> None:
    (row,) = await rows(
        app, in_project(world, f"folders/{plans['id']}?view={view}&exclude_folders=1")
    )

    assert ("has_private_ancestor" in row, "file" in row) == has


async def test_what_lies_in_a_private_folder_is_marked_for_admins_and_absent_for_others(
    world: World, app: Caller, plans: Any
) -> None:
    await app.patch(
        world.path(f"folders/{plans['id']}"), {"folder": {"explicit_permissions": True}}
    )
    query = "folders?include_descendants=true&filters[document_type]=file"

    ours = await rows(app, in_project(world, query))
    theirs = await rows(await world.person("dilip"), in_project(world, query))

    assert [row["has_private_ancestor"] for row in ours] == [True, True]
    assert theirs == []


async def test_the_twenty_newest_revisions_are_told_newest_first(world: World, app: Caller) -> None:
    file = await world.new_file(app, "A-101.pdf", b"0")
    tree = world.procore.documents(world.project)
    for number in range(1, 23):
        blob = world.blobs.keep(str(number).encode())
        tree.add_version(tree.nodes[file["id"]], blob, person("ben"))

    told = await rows(app, in_project(world, f"documents/{file['id']}/revisions"))

    assert [row["file_version"] for row in told] == list(range(23, 3, -1))
    assert (told[0]["file_id"], told[0]["created_by"]["name"]) == (str(file["id"]), "Ben Okafor")


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("folders/5", 404),
        ("folders?view=huge", 400),
        ("documents?view=sync_compact", 400),
        ("documents?filters[updated_at]=yesterday", 400),
        ("documents/5/revisions", 404),
        ("folders/x", 400),
    ],
)
async def test_a_refusal_has_the_second_versions_shape(
    world: World, app: Caller, rest: str, status: int
) -> None:
    reply = await app.get(in_project(world, rest))

    assert (reply.status, list(reply.body)) == (status, ["error"])
    assert {"code", "message"} <= set(reply.body["error"])


async def test_the_path_names_the_company_of_the_header_and_one_of_its_projects(
    world: World, app: Caller
) -> None:
    other = world.procore.add_company("Elsewhere Inc")
    statuses = [
        (await app.get(f"/rest/v2.0/companies/{other}/projects/{world.project}/folders")).status,
        (
            await app.get(f"/rest/v2.0/companies/{world.procore.company_id}/projects/5/folders")
        ).status,
        (await app.get(f"/rest/v1.0/projects/{world.project}/folders")).status,
        (await app.get(f"/rest/v1.0/projects/{world.project}/files/5")).status,
    ]

    assert statuses == [403, 404, 404, 404]
