"""The Documents of a company itself: the same rules as in a project, at addresses of their own."""

from typing import Any

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import COMPANY_NAME, PERSONS, person
from turnbuckle.practice.procore.company import Level

NEWS = b"a safety notice for all sites"


def at(world: World, rest: str, company: int | None = None) -> str:
    return f"/rest/v1.0/companies/{company or world.procore.company_id}/{rest}"


async def uploaded(world: World, caller: Caller, data: bytes, name: str = "a.pdf") -> str:
    """Send bytes by an upload of the company's; give its uuid."""
    path = f"/rest/v1.1/companies/{world.procore.company_id}/uploads"
    upload = (await caller.post(path, {"response_filename": name})).body
    assert (await world.send(upload, data)).status == 204
    return str(upload["uuid"])


async def new_file(world: World, caller: Caller, name: str, **fields: Any) -> Any:
    uuid = await uploaded(world, caller, NEWS, name)
    body = {"file": {"name": name, "upload_uuid": uuid, **fields}}
    reply = await caller.post(at(world, "files"), body)
    assert reply.status == 201, reply
    return reply.body


async def new_folder(world: World, caller: Caller, name: str, **fields: Any) -> Any:
    reply = await caller.post(at(world, "folders"), {"folder": {"name": name, **fields}})
    assert reply.status == 201, reply
    return reply.body


async def names(world: World, caller: Caller, query: str = "") -> list[str]:
    rows = (await caller.get(at(world, f"documents?per_page=1000&{query}"))).body
    return [row["name"] for row in rows if row["parent_id"] and not row["is_recycle_bin"]]


async def test_the_root_bears_the_companys_name_and_is_a_row_of_the_index(
    world: World, app: Caller
) -> None:
    root = (await app.get(at(world, "folders"))).body
    rows = (await app.get(at(world, "documents?view=extended"))).body

    assert (root["name"], root["parent_id"]) == (COMPANY_NAME, None)
    assert [row["id"] for row in rows if row["parent_id"] is None] == [root["id"]]


async def test_a_file_goes_up_and_comes_down_byte_for_byte(world: World, app: Caller) -> None:
    folder = await new_folder(world, app, "Safety")
    made = await new_file(world, app, "notice.pdf", parent_id=folder["id"])

    shown = (await app.get(at(world, f"files/{made['id']}"))).body
    url = shown["file_versions"][0]["url"]
    moved = await app.get(url)
    got = await world.anybody.get(moved.headers["Location"])

    assert shown["name_with_path"] == f"{COMPANY_NAME}/Safety/notice.pdf"
    assert "projectId" not in url
    assert got.body.encode("latin-1") == NEWS


async def test_an_item_is_renamed_moved_deleted_and_restored(world: World, app: Caller) -> None:
    folder = await new_folder(world, app, "Safety")
    made = await new_file(world, app, "notice.pdf")
    path = at(world, f"files/{made['id']}")

    moved = await app.patch(path, {"file": {"name": "n.pdf", "parent_id": folder["id"]}})
    deleted = await app.delete(path)
    gone = await names(world, app, "filters[is_in_recycle_bin]=false")
    binned = await names(world, app, "filters[is_in_recycle_bin]=true")
    back = await app.patch(path, {"file": {"parent_id": folder["id"]}})

    assert moved.body["name_with_path"] == f"{COMPANY_NAME}/Safety/n.pdf"
    assert (deleted.status, gone, binned) == (200, ["Safety"], ["n.pdf"])
    assert (back.body["is_deleted"], back.body["parent_id"]) == (False, folder["id"])


async def test_new_bytes_are_a_new_version_of_the_same_file(world: World, app: Caller) -> None:
    made = await new_file(world, app, "notice.pdf")
    uuid = await uploaded(world, app, b"second edition")

    reply = await app.post(
        at(world, f"file_versions?file_id={made['id']}"), {"file_version": {"upload_uuid": uuid}}
    )
    version = (await app.get(at(world, f"file_versions/{reply.body['id']}"))).body

    assert (version["number"], version["file_id"], version["size"]) == (2, made["id"], 14)


async def test_a_taken_name_and_an_unknown_folder_are_refused(world: World, app: Caller) -> None:
    await new_folder(world, app, "Safety")
    project_root = world.procore.documents(world.project).root_id

    taken = await app.post(at(world, "folders"), {"folder": {"name": "safety"}})
    elsewhere = await app.post(
        at(world, "folders"), {"folder": {"name": "x", "parent_id": project_root}}
    )

    assert (taken.status, taken.body) == (400, {"errors": {"name": ["has already been taken"]}})
    assert (elsewhere.status, list(elsewhere.body["errors"])) == (400, ["parent_id"])


async def test_what_is_in_a_project_is_not_in_its_company_and_the_other_way_round(
    world: World, app: Caller
) -> None:
    ours = await new_file(world, app, "notice.pdf")
    theirs = await world.new_file(app, "plan.pdf", b"plan")

    statuses = [
        (await app.get(at(world, f"files/{theirs['id']}"))).status,
        (await app.get(world.path(f"files/{ours['id']}"))).status,
    ]

    assert statuses == [404, 404]
    assert await names(world, app) == ["notice.pdf"]
    assert await world.names(app) == ["plan.pdf"]


@pytest.mark.parametrize(
    ("level", "statuses"),
    [
        (Level.NONE, [403, 403, 403]),
        (Level.READ_ONLY, [200, 403, 403]),
        (Level.STANDARD, [200, 201, 403]),
        (Level.ADMIN, [200, 201, 200]),
    ],
)
async def test_each_level_may_do_what_it_may_in_a_project(
    world: World, app: Caller, level: Level, statuses: list[int]
) -> None:
    made = await new_file(world, app, "notice.pdf")
    world.procore.set_company_level(person("finn"), level)
    finn = await world.person("finn")

    got = [
        (await finn.get(at(world, "documents"))).status,
        (await finn.post(at(world, "folders"), {"folder": {"name": "x"}})).status,
        (await finn.delete(at(world, f"files/{made['id']}"))).status,
    ]

    assert got == statuses


async def test_a_private_item_and_the_bin_are_there_for_admins_alone(
    world: World, app: Caller
) -> None:
    hidden = await new_folder(world, app, "Wages", explicit_permissions=True)
    inside = await new_file(world, app, "may.pdf", parent_id=hidden["id"])
    old = await new_file(world, app, "old.pdf")
    await app.delete(at(world, f"files/{old['id']}"))
    dilip, ana = await world.person("dilip"), await world.person("ana")

    status = (await dilip.get(at(world, f"files/{inside['id']}"))).status

    assert status == 404
    assert await names(world, dilip) == []
    assert sorted(await names(world, ana)) == ["Wages", "may.pdf", "old.pdf"]


async def test_a_tool_that_is_off_is_refused(world: World, app: Caller) -> None:
    world.procore.set_company_documents_on(False)

    reply = await app.get(at(world, "documents"))

    assert (reply.status, "not enabled in this company" in reply.body["message"]) == (403, True)


async def test_the_path_and_the_header_name_the_same_company(world: World, app: Caller) -> None:
    other = world.procore.add_company("Elsewhere Inc", PERSONS)

    foreign = await app.get(at(world, "documents", other))
    closed = await (await world.app(Procore_Company_Id=str(other))).get(
        at(world, "documents", other)
    )
    world.procore.connect_app(company_id=other)
    joined = await (await world.app(Procore_Company_Id=str(other))).get(
        at(world, "documents", other)
    )

    assert [foreign.status, closed.status, joined.status] == [403, 403, 200]


async def test_a_link_to_a_file_works_only_for_those_who_see_it(world: World, app: Caller) -> None:
    made = await new_file(world, app, "notice.pdf")
    url = made["file_versions"][0]["url"]
    world.procore.set_company_level(person("finn"), Level.NONE)
    finn, ewa = await world.person("finn"), await world.person("ewa")

    assert [(await finn.get(url)).status, (await ewa.get(url)).status] == [403, 302]


async def test_the_manifest_tells_the_level_on_the_companys_documents(
    world: World, app: Caller
) -> None:
    path = f"/rest/v1.0/settings/permissions?company_id={world.procore.company_id}"
    world.procore.set_company_level(world.procore.service_account, Level.STANDARD)

    tools = {tool["name"]: tool for tool in (await app.get(path)).body["tools"]}

    assert tools["documents"]["user_access_level"] == {"id": 3, "name": "Standard"}
    assert tools["documents"]["available_for_user"]
    assert not tools["admin"]["available_for_user"]


async def test_the_total_is_told_without_the_rows(world: World, app: Caller) -> None:
    await new_folder(world, app, "Safety")

    reply = await app.call("HEAD", at(world, "documents?filters[is_in_recycle_bin]=false"))

    assert (reply.status, reply.headers["Total"], reply.body) == (200, "3", "")


async def test_a_person_of_a_new_company_works_in_its_documents_alone(make: Make) -> None:
    world = await make()
    other = world.procore.add_company("Elsewhere Inc")
    lea = world.procore.add_person("Lea Marsh", other)
    caller = await world.person("lea")
    theirs = Caller(
        caller.session, caller.address, {**caller.headers, "Procore-Company-Id": str(other)}
    )

    made = await theirs.post(at(world, "folders", other), {"folder": {"name": "Ours"}})
    refused = await caller.get(at(world, "documents"))

    assert (made.status, refused.status) == (201, 403)
    assert [node[2] for node in world.procore.company_documents(other).walk()] == ["Ours"]
    assert lea.login == "lea.marsh@harbourpoint.example"
