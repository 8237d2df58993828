"""Making, renaming, moving, deleting and restoring folders and files."""

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.switches import NameTakenBody

TAKEN = {"errors": {"name": ["has already been taken"]}}


async def test_a_taken_name_is_refused_without_a_trace(world: World, app: Caller) -> None:
    await world.new_folder(app, "Plans")

    reply = await app.post(world.path("folders"), {"folder": {"name": "plans"}})

    assert (reply.status, reply.body) == (400, TAKEN)
    assert await world.names(app) == ["Plans"]


async def test_a_file_may_not_have_the_name_of_a_folder(world: World, app: Caller) -> None:
    await world.new_folder(app, "Plans")
    uuid = await world.uploaded(app, b"x")

    reply = await app.post(world.path("files"), {"file": {"name": "Plans", "upload_uuid": uuid}})

    assert (reply.status, reply.body) == (400, TAKEN)


async def test_names_that_differ_in_case_live_together_where_the_switch_says_so(
    make: Make,
) -> None:
    world = await make(case_blind=False, share_names=True)
    app = await world.app()
    await world.new_folder(app, "Plans")

    await world.new_folder(app, "plans")
    await world.new_file(app, "Plans", b"x")

    assert sorted(await world.names(app)) == ["Plans", "Plans", "plans"]


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        (NameTakenBody.FIELD_422, 422, {"name": ["has already been taken"]}),
        (NameTakenBody.TEXT_400, 400, "name has already been taken"),
    ],
)
async def test_a_taken_name_can_be_told_in_other_ways(
    make: Make, body: NameTakenBody, status: int, errors: object
) -> None:
    world = await make(name_taken=body)
    app = await world.app()
    await world.new_folder(app, "Plans")

    reply = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert (reply.status, reply.body) == (status, {"errors": errors})


async def test_a_unique_name_is_numbered(world: World, app: Caller) -> None:
    await world.new_file(app, "a.tar.gz", b"1")
    await world.new_file(app, "a.tar.gz", b"2", unique_name=True)

    third = await world.new_file(app, "a.tar.gz", b"3", unique_name=True)

    assert third["name"] == "a.tar (2).gz"


async def test_names_are_cleaned_unless_the_switch_is_off(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, 'a\\b/c:d*e?f"g<h>i|j')

    assert folder["name"] == "a_b_c_d_e_f_g_h_i_j"


async def test_uncleaned_names_come_back_as_they_went(make: Make) -> None:
    world = await make(clean_names=False)
    name = " What? a/b: <e\u0301>. "

    folder = await world.new_folder(await world.app(), name)

    assert folder["name"] == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, 7, None, ["a"]])
async def test_a_name_that_is_none_is_refused(world: World, app: Caller, name: object) -> None:
    reply = await app.post(world.path("folders"), {"folder": {"name": name}})

    assert reply.status == 400
    assert "name" in reply.body["errors"]


async def test_a_move_carries_everything_along_and_touches_the_folder_alone(
    world: World, app: Caller
) -> None:
    old = await world.new_folder(app, "Old")
    moved = await world.new_folder(app, "Moved", parent_id=old["id"])
    file = await world.new_file(app, "a.txt", b"x", parent_id=moved["id"])
    new = await world.new_folder(app, "New")
    world.clock.advance(60)

    reply = await app.patch(
        world.path(f"folders/{moved['id']}"), {"folder": {"parent_id": new["id"], "name": "Here"}}
    )

    rows = {row["id"]: row for row in await world.listed(app)}
    assert reply.status == 200
    assert rows[file["id"]]["name_with_path"] == "Harbour Tower/New/Here/a.txt"
    assert rows[file["id"]]["updated_at"] == "2026-05-14T08:00:00Z"
    assert rows[moved["id"]]["updated_at"] == "2026-05-14T08:01:00Z"


async def test_by_the_switches_a_move_touches_what_is_below_but_not_the_folder(
    make: Make,
) -> None:
    world = await make(touches_item=False, touches_descendants=True)
    app = await world.app()
    folder = await world.new_folder(app, "Old")
    file = await world.new_file(app, "a.txt", b"x", parent_id=folder["id"])
    world.clock.advance(60)

    await app.patch(world.path(f"folders/{folder['id']}"), {"folder": {"name": "New"}})

    rows = {row["id"]: row["updated_at"] for row in await world.listed(app)}
    assert rows[folder["id"]] == "2026-05-14T08:00:00Z"
    assert rows[file["id"]] == "2026-05-14T08:01:00Z"


async def test_a_folder_cannot_be_moved_into_itself(world: World, app: Caller) -> None:
    outer = await world.new_folder(app, "Outer")
    inner = await world.new_folder(app, "Inner", parent_id=outer["id"])

    reply = await app.patch(
        world.path(f"folders/{outer['id']}"), {"folder": {"parent_id": inner["id"]}}
    )

    assert reply.status == 400
    assert "parent_id" in reply.body["errors"]


@pytest.mark.parametrize("parent", [1, "x", True, "bin", "file"])
async def test_a_parent_that_is_no_folder_is_refused(
    world: World, app: Caller, parent: object
) -> None:
    if parent == "bin":
        parent = world.procore.documents(world.project).bin_id
    if parent == "file":
        parent = (await world.new_file(app, "a.txt", b"x"))["id"]

    reply = await app.post(world.path("folders"), {"folder": {"name": "n", "parent_id": parent}})

    assert reply.status == 400


async def test_the_root_and_the_bin_stay_where_they_are(world: World, app: Caller) -> None:
    tree = world.procore.documents(world.project)
    for folder in (tree.root_id, tree.bin_id):
        path = world.path(f"folders/{folder}")

        assert (await app.delete(path)).status == 400
        assert (await app.patch(path, {"folder": {"name": "Mine"}})).status == 400


async def test_a_rename_makes_no_version(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"x")

    reply = await app.patch(world.path(f"files/{file['id']}"), {"file": {"name": "b.txt"}})

    assert reply.body["name"] == "b.txt"
    assert reply.body["id"] == file["id"]
    assert len(reply.body["file_versions"]) == 1


async def test_a_deleted_folder_lies_in_the_bin_with_all_below_it(
    world: World, app: Caller
) -> None:
    folder = await world.new_folder(app, "Plans")
    file = await world.new_file(app, "a.txt", b"x", parent_id=folder["id"])

    reply = await app.delete(world.path(f"folders/{folder['id']}"))

    rows = await world.listed(app, "filters[is_in_recycle_bin]=true")
    bin_id = world.procore.documents(world.project).bin_id
    assert (reply.status, reply.body) == (200, "")
    assert {(row["id"], row["parent_id"], row["is_deleted"]) for row in rows} == {
        (folder["id"], bin_id, True),
        (file["id"], folder["id"], True),
    }
    assert await world.names(app, "filters[is_in_recycle_bin]=false") == []
    assert await world.names(app) == ["Plans", "a.txt"]


async def test_the_bin_is_left_out_unless_asked_for_by_the_switch(make: Make) -> None:
    world = await make(bin_in_index=False)
    app = await world.app()
    folder = await world.new_folder(app, "Plans")

    await app.delete(world.path(f"folders/{folder['id']}"))

    assert await world.names(app) == []
    assert await world.names(app, "filters[is_in_recycle_bin]=true") == ["Plans"]


async def test_what_was_deleted_is_not_there_to_be_deleted_again(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"x")
    path = world.path(f"files/{file['id']}")
    await app.delete(path)

    assert (await app.delete(path)).status == 404
    assert (await app.get(path)).body["is_deleted"] is True


async def test_moving_out_of_the_bin_restores_everything(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans")
    await world.new_file(app, "a.txt", b"x", parent_id=folder["id"])
    path = world.path(f"folders/{folder['id']}")
    await app.delete(path)

    reply = await app.patch(path, {"folder": {"parent_id": folder["parent_id"]}})

    assert reply.status == 200
    assert await world.names(app, "filters[is_in_recycle_bin]=false") == ["Plans", "a.txt"]
    assert await world.names(app, "filters[is_in_recycle_bin]=true") == []


async def test_one_file_of_a_deleted_folder_can_be_restored_alone(
    world: World, app: Caller
) -> None:
    folder = await world.new_folder(app, "Plans")
    file = await world.new_file(app, "a.txt", b"x", parent_id=folder["id"])
    await app.delete(world.path(f"folders/{folder['id']}"))

    await app.patch(world.path(f"files/{file['id']}"), {"file": {"parent_id": folder["parent_id"]}})

    assert await world.names(app, "filters[is_in_recycle_bin]=false") == ["a.txt"]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_restore_fails_where_the_switch_says_so(make: Make, status: int) -> None:
    world = await make(restore=status)
    app = await world.app()
    folder = await world.new_folder(app, "Plans")
    path = world.path(f"folders/{folder['id']}")
    await app.delete(path)

    reply = await app.patch(path, {"folder": {"parent_id": folder["parent_id"]}})

    assert reply.status == status


@pytest.mark.parametrize(("blocks", "status"), [(False, 201), (True, 400)])
async def test_a_deleted_item_keeps_its_name_only_by_the_switch(
    make: Make, blocks: bool, status: int
) -> None:
    world = await make(bin_blocks_names=blocks)
    app = await world.app()
    folder = await world.new_folder(app, "Plans")
    await app.delete(world.path(f"folders/{folder['id']}"))

    reply = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert reply.status == status


async def test_a_restore_onto_a_taken_name_is_refused(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans")
    path = world.path(f"folders/{folder['id']}")
    await app.delete(path)
    await world.new_folder(app, "Plans")

    reply = await app.patch(path, {"folder": {"parent_id": folder["parent_id"]}})

    assert (reply.status, reply.body) == (400, TAKEN)


async def test_a_folder_shows_its_direct_children_and_no_more(world: World, app: Caller) -> None:
    outer = await world.new_folder(app, "Outer")
    inner = await world.new_folder(app, "Inner", parent_id=outer["id"])
    await world.new_file(app, "deep.txt", b"x", parent_id=inner["id"])
    await world.new_file(app, "here.txt", b"x", parent_id=outer["id"])

    shown = (await app.get(world.path(f"folders/{outer['id']}"))).body

    assert [file["name"] for file in shown["files"]] == ["here.txt"]
    assert [
        (each["name"], each["files"], each["has_children_files"]) for each in shown["folders"]
    ] == [("Inner", [], True)]


async def test_the_root_can_be_shown_without_its_files(world: World, app: Caller) -> None:
    await world.new_folder(app, "Plans")
    await world.new_file(app, "here.txt", b"x")

    shown = (await app.get(world.path("folders?exclude_files=true"))).body

    assert shown["files"] == []
    assert [each["name"] for each in shown["folders"]] == ["Recycle Bin", "Plans"]


async def test_a_read_only_item_is_left_alone(world: World, app: Caller) -> None:
    schedules = await world.new_folder(app, "Schedules")
    file = await world.new_file(app, "plan.mpp", b"x", parent_id=schedules["id"])
    world.procore.documents(world.project).mark_read_only(schedules["id"])

    reply = await app.delete(world.path(f"files/{file['id']}"))

    assert reply.status == 403
    assert reply.body["code"] == 403


async def test_a_private_folder_is_hidden_with_all_below_it(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Payroll", explicit_permissions=True)
    file = await world.new_file(app, "may.xlsx", b"x", parent_id=folder["id"])
    chloe = await world.person("chloe")

    assert await world.names(chloe) == []
    assert (await chloe.get(world.path(f"files/{file['id']}"))).status == 404
    rows = await world.listed(app, "view=extended&filters[document_type]=file")
    assert rows[0]["private_parent"]["id"] == folder["id"]


async def test_levels_decide_who_may_do_what(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans")
    path = world.path(f"folders/{folder['id']}")
    account = world.procore.service_account
    allowed = {}

    for level in reversed(Level):
        world.procore.set_level(world.project, account, level)
        allowed[level.label] = [
            (await app.get(path)).status,
            (await app.patch(path, {"folder": {"name": level.label}})).status,
            (await app.post(world.path("folders"), {"folder": {"name": f"n{level}"}})).status,
            (await app.delete(world.path("folders/1"))).status,
        ]

    assert allowed == {
        "Admin": [200, 200, 201, 404],
        "Standard": [200, 200, 201, 403],
        "Read Only": [200, 403, 403, 403],
        "None": [403, 403, 403, 403],
    }


async def test_only_admins_see_the_bin(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans")
    await app.delete(world.path(f"folders/{folder['id']}"))
    chloe = await world.person("chloe")

    assert [row["name"] for row in await world.listed(chloe)] == ["Harbour Tower"]
    assert (await chloe.get(world.path(f"folders/{folder['id']}"))).status == 404
