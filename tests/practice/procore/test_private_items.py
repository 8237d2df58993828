"""Who sees what: private items and those who were let in, the bin, what is private by default."""

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import person

WAGES = {"explicit_permissions": True}


async def test_a_private_item_is_absent_for_all_but_admins_its_maker_and_who_was_let_in(
    world: World, app: Caller
) -> None:
    folder = await world.new_folder(app, "Wages", **WAGES)
    file = await world.new_file(app, "may.pdf", b"much", parent_id=folder["id"])
    tree = world.procore.documents(world.project)
    tree.allow(tree.nodes[folder["id"]], person("ewa"))
    seen = {}

    for key in ("ana", "ewa", "dilip"):
        who = await world.person(key)
        status = (await who.get(world.path(f"files/{file['id']}"))).status
        seen[key] = (status, await world.names(who))

    assert seen == {
        "ana": (200, ["Wages", "may.pdf"]),
        "ewa": (200, ["Wages", "may.pdf"]),
        "dilip": (404, []),
    }


async def test_who_was_let_in_can_be_shut_out_again(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Wages", **WAGES)
    tree = world.procore.documents(world.project)
    ewa = await world.person("ewa")
    tree.allow(tree.nodes[folder["id"]], person("ewa"))
    before = await world.names(ewa)

    tree.allow(tree.nodes[folder["id"]], person("ewa"), False)

    assert (before, await world.names(ewa)) == (["Wages"], [])


async def test_a_private_item_is_neither_written_nor_put_into_by_others(
    world: World, app: Caller
) -> None:
    folder = await world.new_folder(app, "Wages", **WAGES)
    dilip = await world.person("dilip")

    renamed = await dilip.patch(world.path(f"folders/{folder['id']}"), {"folder": {"name": "x"}})
    inside = await dilip.post(
        world.path("folders"), {"folder": {"name": "x", "parent_id": folder["id"]}}
    )

    assert [renamed.status, inside.status] == [404, 400]


async def test_by_the_projects_setting_what_is_new_is_private_unless_a_call_says_else(
    world: World, app: Caller
) -> None:
    world.procore.set_private_by_default(world.project, True)

    made = [
        await world.new_folder(app, "Silent"),
        await world.new_folder(app, "Open", explicit_permissions=False),
        await world.new_file(app, "a.pdf", b"ink"),
    ]
    photo = await app.post(
        world.path("images"),
        {
            "upload_uuid": await world.uploaded(app, b"light"),
            "image_name": "a.jpg",
            "image": {"description": "roof"},
        },
    )

    assert [item["private"] for item in made] == [True, False, True]
    assert photo.body["private"] is True


async def test_the_bin_is_there_for_admins_and_for_who_was_granted_just_that(
    world: World, app: Caller
) -> None:
    folder = await world.new_folder(app, "Old")
    await app.delete(world.path(f"folders/{folder['id']}"))
    ewa = await world.person("ewa")
    manifest = f"/rest/v1.0/settings/permissions?project_id={world.project}"
    before = await world.names(ewa)
    world.procore.set_sees_bin(world.project, person("ewa"), True)

    granted = await world.names(ewa)
    tools = {tool["name"]: tool for tool in (await ewa.get(manifest)).body["tools"]}

    assert (before, granted) == ([], ["Old"])
    actions = [each["action_name"] for each in tools["documents"]["permitted_actions"]]
    assert actions == ["see_recycle_bin"]


@pytest.mark.parametrize("tells_off", [False, True])
async def test_the_manifest_tells_of_a_tool_that_is_off_only_by_the_switch(
    make: Make, tells_off: bool
) -> None:
    world = await make(manifest_tells_off=tells_off)
    world.procore.set_documents_on(world.project, False)
    world.procore.set_company_documents_on(False)
    app = await world.app()

    told = []
    for query in (f"project_id={world.project}", f"company_id={world.procore.company_id}"):
        manifest = (await app.get(f"/rest/v1.0/settings/permissions?{query}")).body["tools"]
        told.append([t["available_for_user"] for t in manifest if t["name"] == "documents"])

    assert told == ([[False], [False]] if tells_off else [[], []])
