"""Companies, projects, tools, permissions, and the rule of the company header."""

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level

HEADER = "Procore-Company-Id"


def without_company(caller: Caller) -> Caller:
    left = {name: value for name, value in caller.headers.items() if name != HEADER}
    return Caller(caller.session, caller.address, left)


async def test_every_answer_has_a_request_id_of_its_own(world: World, app: Caller) -> None:
    paths = ["/rest/v1.0/me", "/rest/v1.0/nothing", world.path("folders/1"), world.index]
    replies = [await caller.get(path) for path in paths for caller in (app, world.anybody)]

    ids = {reply.headers["x-request-id"] for reply in replies}

    assert len(ids) == len(replies)


async def test_without_a_token_there_is_nothing(world: World) -> None:
    reply = await world.anybody.get(world.index)

    assert (reply.status, reply.body) == (401, {"errors": "The access token is invalid"})


async def test_me_is_named_only_within_a_company(world: World, app: Caller) -> None:
    plain = (await app.get("/rest/v1.0/me")).body
    named = (await app.get(f"/rest/v1.0/me?company_id={world.procore.company_id}")).body

    assert set(plain) == {"id", "login"}
    assert set(named) == {"id", "login", "name"}


async def test_the_company_header_is_needed_but_for_two_calls(world: World) -> None:
    person = without_company(await world.person("ana"))

    statuses = [
        (await person.get(path)).status
        for path in ("/rest/v1.0/me", "/rest/v1.0/companies", world.index)
    ]

    assert statuses == [200, 200, 400]


async def test_an_apps_own_account_sends_the_header_even_there(world: World, app: Caller) -> None:
    reply = await without_company(app).get("/rest/v1.0/me")

    assert (reply.status, reply.body) == (400, {"errors": "Missing Procore-Company-Id header!"})


async def test_the_status_of_a_missing_header_is_a_switch(make: Make) -> None:
    world = await make(missing_company_header=403)

    reply = await without_company(await world.app()).get(world.index)

    assert reply.status == 403


@pytest.mark.parametrize(("company", "status"), [("12", 403), ("x", 400), ("", 400)])
async def test_a_header_of_no_company_is_refused(world: World, company: str, status: int) -> None:
    reply = await (await world.app(Procore_Company_Id=company)).get(world.index)

    assert reply.status == status


async def test_a_project_of_another_company_is_refused_and_an_unknown_one_is_not_there(
    world: World,
) -> None:
    other = world.procore.add_company("Elsewhere Inc", PERSONS)
    theirs = world.procore.add_project("Their Tower", company_id=other)
    ana = await world.person("ana")

    foreign = await ana.get(f"/rest/v1.0/projects/{theirs}/documents")
    unknown = await ana.get("/rest/v1.0/projects/5/documents")

    assert (foreign.status, foreign.body) == (403, {"message": "Invalid Project or Company"})
    assert unknown.status == 404


async def test_an_app_taken_from_the_company_is_refused(world: World, app: Caller) -> None:
    world.procore.disconnect_app()

    reply = await app.get(world.index)

    assert (reply.status, reply.body["message"]) == (403, "App is not connected to this company")


async def test_revoked_tokens_are_refused(world: World, app: Caller) -> None:
    world.procore.revoke_tokens()

    assert (await app.get(world.index)).status == 401


async def test_companies_are_those_of_the_account(world: World, app: Caller) -> None:
    world.procore.add_company("Elsewhere Inc")

    reply = await app.get("/rest/v1.0/companies")

    assert [row["id"] for row in reply.body] == [world.procore.company_id]
    assert reply.headers["Total"] == "1"


@pytest.mark.parametrize("version", ["v1.0", "v1.1"])
async def test_projects_are_those_open_to_the_account(
    world: World, app: Caller, version: str
) -> None:
    world.procore.add_project("Closed Tower", active=False)
    hidden = world.procore.add_project("Hidden Tower")
    world.procore.set_open(hidden, world.procore.service_account, False)
    path = f"/rest/{version}/projects?company_id={world.procore.company_id}"

    names = [row["name"] for row in (await app.get(path)).body]
    every = [row["name"] for row in (await app.get(path + "&filters[by_status]=All")).body]

    assert names == ["Harbour Tower"]
    assert every == ["Harbour Tower", "Closed Tower"]
    assert (await app.get(f"/rest/v1.0/projects/{hidden}/documents")).status == 403


async def test_three_hundred_projects_are_the_most_of_a_page(world: World, app: Caller) -> None:
    path = f"/rest/v1.1/projects?company_id={world.procore.company_id}&per_page=1000&view=ids"

    reply = await app.get(path)

    assert reply.headers["Per-Page"] == "300"
    assert reply.body == [{"id": world.project}]


async def test_one_project_is_shown(world: World, app: Caller) -> None:
    path = f"/rest/v1.0/projects/{world.project}"

    shown = (await app.get(f"{path}?company_id={world.procore.company_id}")).body

    assert (shown["display_name"], shown["active"]) == ("316 - Harbour Tower", True)
    assert (await app.get(path)).status == 400


@pytest.mark.parametrize("level", list(Level))
async def test_the_manifest_tells_the_level_on_documents(
    world: World, app: Caller, level: Level
) -> None:
    world.procore.set_level(world.project, world.procore.service_account, level)

    reply = await app.get(f"/rest/v1.0/settings/permissions?project_id={world.project}")

    (tool,) = [tool for tool in reply.body["tools"] if tool["name"] == "documents"]
    assert tool["user_access_level"] == {"id": level.value, "name": level.label}
    assert tool["available_for_user"] is (level is not Level.NONE)
    actions = {action["action_name"] for action in tool["permitted_actions"]}
    assert ("destroy_files_and_folders" in actions) is (level is Level.ADMIN)


async def test_a_switched_off_tool_lets_nobody_in(world: World, app: Caller) -> None:
    world.procore.set_documents_on(world.project, False)

    reply = await app.get(world.index)
    tools = (await app.get(f"/rest/v1.0/projects/{world.project}/tools")).body

    assert (reply.status, reply.body["code"]) == (403, 403)
    assert [tool["is_active"] for tool in tools if tool["engine_name"] == "documents"] == [False]


async def test_the_settings_wrap_their_errors(world: World, app: Caller) -> None:
    reply = await app.get("/rest/v1.0/settings/permissions")

    assert reply.status == 400
    assert set(reply.body["error"]) == {"code", "message", "details"}


async def test_a_body_of_another_type_is_refused(world: World, app: Caller) -> None:
    reply = await app.call(
        "POST", world.path("folders"), data=b"<folder/>", headers={"Content-Type": "text/xml"}
    )

    assert reply.status == 406


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"folder": 1}', b"{}", b"\xff"])
async def test_a_body_that_is_not_what_it_should_be_is_refused(
    world: World, app: Caller, body: bytes
) -> None:
    reply = await app.call(
        "POST", world.path("folders"), data=body, headers={"Content-Type": "application/json"}
    )

    assert reply.status == 400


@pytest.mark.off_contract
async def test_a_form_is_read_like_json(world: World, app: Caller) -> None:
    reply = await app.call("POST", world.path("folders"), data={"folder[name]": "Plans"})

    assert (reply.status, reply.body["name"]) == (201, "Plans")


@pytest.mark.off_contract
async def test_unknown_fields_are_ignored(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans", custom_fields={"custom_field_1": 2})

    assert folder["custom_fields"] == {}


async def test_the_project_is_named_in_the_query(world: World, app: Caller) -> None:
    assert (await app.get("/rest/v1.0/folders")).status == 400
    assert (await app.get(f"/rest/v1.0/projects/{world.project}/folders")).status == 404
