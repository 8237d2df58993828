"""Webhooks of practice Procore: setting them up, by both versions of the API."""

from typing import Any

import pytest
from practice.procore.caller import Caller, Reply, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level

ADDRESS = "https://hooks.customer.com/in"
V1 = "/rest/v1.0/webhooks"


def project_root(world: World) -> str:
    return f"{company_root(world).removesuffix('/webhooks')}/projects/{world.project}/webhooks"


def company_root(world: World) -> str:
    return f"/rest/v2.0/companies/{world.procore.company_id}/webhooks"


def wish(**more: Any) -> dict[str, Any]:
    return {
        "payload_version": "v2.0",
        "namespace": "turnbuckle",
        "destination_url": ADDRESS,
        **more,
    }


def old_wish(world: World, **more: Any) -> dict[str, Any]:
    hook = {"api_version": "v2", "namespace": "turnbuckle", "destination_url": ADDRESS, **more}
    return {"project_id": world.project, "hook": hook}


async def made(app: Caller, root: str, **more: Any) -> Any:
    reply = await app.post(f"{root}/hooks", wish(**more))
    assert reply.status == 201, reply
    return reply.body["data"]


# -- the second version ----------------------------------------------------------------------------


async def test_a_hook_of_a_project_is_shown_as_it_was_made(world: World, app: Caller) -> None:
    root = project_root(world)

    hook = await made(app, root)

    assert hook["status"] == "active"
    assert hook["project_id"] == str(world.project)
    assert (await app.get(f"{root}/hooks/{hook['id']}")).body["data"] == hook
    assert [each["id"] for each in (await app.get(f"{root}/hooks")).body["data"]] == [hook["id"]]


async def test_the_secret_is_shown_masked(world: World, app: Caller) -> None:
    headers = {"Authorization": "Bearer 0123456789abcde"}

    hook = await made(app, project_root(world), destination_headers=headers)

    assert hook["destination_headers"] == {"Authorization": "*****abcde"}


async def test_a_short_secret_is_not_shown_at_all(world: World, app: Caller) -> None:
    hook = await made(app, project_root(world), destination_headers={"Authorization": "abc"})

    assert hook["destination_headers"] == {"Authorization": "*****"}


async def test_hooks_of_a_company_are_listed_by_namespace_only(world: World, app: Caller) -> None:
    root = company_root(world)
    hook = await made(app, root, namespace="one")
    await made(app, root, namespace="two")

    assert (await app.get(f"{root}/hooks")).status == 400
    listed = await app.get(f"{root}/hooks?namespace=one&include_trigger_count=true")

    assert [each["id"] for each in listed.body["data"]] == [hook["id"]]
    assert listed.body["data"][0]["trigger_count"] == 0
    assert listed.body["data"][0]["project_id"] is None


async def test_a_hook_of_the_project_is_not_one_of_the_company(world: World, app: Caller) -> None:
    hook = await made(app, project_root(world))

    assert (await app.get(f"{company_root(world)}/hooks/{hook['id']}")).status == 404


async def test_a_hook_is_changed_disabled_and_deleted(world: World, app: Caller) -> None:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}"

    changed = await app.patch(path, {"status": "disabled", "payload_version": "v4.0"})
    deleted = await app.delete(path)

    assert changed.body["data"]["status"] == "disabled"
    assert changed.body["data"]["payload_version"] == "v4.0"
    assert changed.body["data"]["destination_url"] == ADDRESS
    assert deleted.status == 204
    assert (await app.get(path)).status == 404
    assert (await app.delete(path)).status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"payload_version": "v1"},
        {"payload_version": None},
        {"namespace": "Turn Buckle"},
        {"namespace": ""},
        {"namespace": None},
        {"destination_url": None},
        {"destination_url": "http://hooks.customer.com/in"},
        {"destination_url": "https://127.0.0.1/in"},
        {"destination_url": "https://10.0.0.1/in"},
        {"destination_url": "https://me:you@hooks.customer.com/in"},
        {"destination_headers": {"Authorization": "a\r\nX-Other: b"}},
        {"destination_headers": "Bearer x"},
        {"status": "asleep"},
    ],
)
async def test_a_hook_that_makes_no_sense_is_refused(
    world: World, app: Caller, change: dict[str, Any]
) -> None:
    reply = await app.post(f"{project_root(world)}/hooks", wish(**change))

    assert reply.status == 400
    assert "errors" in reply.body
    assert not world.procore.hooks.all


async def test_with_the_switch_this_machine_may_be_told(make: Make) -> None:
    world = await make(loopback_hooks=True)
    app = await world.app()

    hook = await made(app, project_root(world), destination_url="http://localhost:9/in")

    assert hook["destination_url"] == "http://localhost:9/in"


async def test_triggers_are_made_listed_counted_and_deleted(world: World, app: Caller) -> None:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}"
    body = {"resource_name": "Project Files", "event_type": "create"}

    trigger = (await app.post(f"{path}/triggers", body)).body["data"]

    assert (await app.get(f"{path}/triggers")).body["data"] == [trigger]
    assert (await app.get(path)).body["data"]["trigger_count"] == 1
    assert (await app.delete(f"{path}/triggers/{trigger['id']}")).status == 204
    assert (await app.get(f"{path}/triggers")).body["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"resource_name": "Dreams", "event_type": "create"},
        {"resource_name": "Company Files", "event_type": "create"},
        {"resource_name": "Project Files", "event_type": "read"},
        {"resource_name": "Weather Logs", "event_type": "delete"},
        {"resource_name": "Project Files"},
        {"event_type": "create"},
        {"resource_name": 7, "event_type": "create"},
    ],
)
async def test_a_trigger_of_nothing_that_happens_is_refused(
    world: World, app: Caller, body: dict[str, Any]
) -> None:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}/triggers"

    assert (await app.post(path, body)).status == 400


async def test_the_same_trigger_twice_is_refused(world: World, app: Caller) -> None:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}/triggers"
    body = {"resource_name": "Images", "event_type": "delete"}
    await app.post(path, body)

    assert (await app.post(path, body)).status == 400


async def bulk(world: World, app: Caller, rows: Any) -> Reply:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}"
    return await app.post(f"{path}/triggers/bulk", rows)


async def test_many_triggers_are_made_at_once(world: World, app: Caller) -> None:
    rows = [
        {"resource_name": name, "event_type": event}
        for name in ("Project Files", "Project Folders", "Images", "Image Categories")
        for event in ("create", "update", "delete")
    ]

    reply = await bulk(world, app, rows)

    assert reply.status == 201
    assert len(reply.body["data"]) == 12


async def test_of_many_triggers_the_good_ones_are_made(world: World, app: Caller) -> None:
    good = {"resource_name": "Project Files", "event_type": "create"}
    bad = {"resource_name": "Dreams", "event_type": "create"}

    reply = await bulk(world, app, [bad, good])

    assert reply.status == 207
    refused, taken = reply.body["data"]
    assert refused["errors"] == {"resource_name": ["is not included in the list"]}
    assert taken["resource_name"] == "Project Files"


@pytest.mark.parametrize(("rows", "status"), [([], 400), ({}, 400), ([{}] * 501, 413)])
async def test_too_few_and_too_many_at_once_are_refused(
    world: World, app: Caller, rows: Any, status: int
) -> None:
    assert (await bulk(world, app, rows)).status == status


@pytest.mark.off_contract
async def test_a_list_nested_too_deep_is_refused(world: World, app: Caller) -> None:
    root = project_root(world)
    path = f"{root}/hooks/{(await made(app, root))['id']}/triggers/bulk"

    reply = await app.call(
        "POST", path, data=b"[" * 100_000, headers={"Content-Type": "application/json"}
    )

    assert (reply.status, reply.body) == (400, {"errors": "the body is not JSON"})


async def test_the_resources_of_projects_and_companies_differ(world: World, app: Caller) -> None:
    query = "resources?payload_version=v2.0&per_page=100"

    of_project = (await app.get(f"{project_root(world)}/{query}")).body["data"]
    of_company = (await app.get(f"{company_root(world)}/{query}")).body["data"]

    names = {each["name"]: each["actions"] for each in of_project}
    assert names["Project Files"] == ["create", "update", "delete"]
    assert names["Weather Logs"] == ["create", "update"]
    assert "Delay Logs" not in names
    assert {"Company Files", "Projects"} <= {each["name"] for each in of_company}


async def test_the_resources_ask_for_a_version_and_come_in_pages(world: World, app: Caller) -> None:
    root = project_root(world)

    page = await app.get(f"{root}/resources?payload_version=v4.0")

    assert len(page.body["data"]) == 10
    assert int(page.headers["Total"]) > 40
    assert (await app.get(f"{root}/resources")).status == 400


# -- the first version -----------------------------------------------------------------------------


async def test_an_old_hook_is_made_listed_changed_and_deleted(world: World, app: Caller) -> None:
    headers = {"Authorization": "Basic c2VjcmV0"}
    hook = (await app.post(f"{V1}/hooks", old_wish(world, destination_headers=headers))).body
    path = f"{V1}/hooks/{hook['id']}"
    change = {"project_id": world.project, "hook": {"namespace": "other"}}

    listed = await app.get(f"{V1}/hooks?project_id={world.project}&namespace=turnbuckle")
    changed = await app.patch(path, change)
    deleted = await app.delete(f"{path}?project_id={world.project}")

    assert hook["owned_by_project_id"] == world.project
    assert hook["destination_headers"] == {"Authorization": "*****jcmV0"}
    assert [each["id"] for each in listed.body] == [hook["id"]]
    assert changed.body["namespace"] == "other"
    assert deleted.status == 200
    assert (await app.get(f"{V1}/hooks?project_id={world.project}")).body == []


async def test_an_old_hook_of_a_company_is_its_own(world: World, app: Caller) -> None:
    company = world.procore.company_id
    body = old_wish(world) | {"company_id": company}
    del body["project_id"]

    hook = (await app.post(f"{V1}/hooks", body)).body

    assert hook["owned_by_company_id"] == company
    assert (await app.get(f"{V1}/hooks?project_id={world.project}")).body == []
    assert len((await app.get(f"{V1}/hooks?company_id={company}")).body) == 1


async def test_old_triggers_singly_and_in_bulk(world: World, app: Caller) -> None:
    hook = (await app.post(f"{V1}/hooks", old_wish(world))).body
    path = f"{V1}/hooks/{hook['id']}/triggers"
    place = {"project_id": world.project, "api_version": "v2"}

    one = {"resource_name": "Project Files", "event_type": "create"}
    single = await app.post(path, {**place, "trigger": one})
    images = [{"resource_name": "Images", "event_type": each} for each in ("create", "delete")]
    many = await app.post(f"{path}/bulk", {**place, "triggers": images})
    some = await app.post(f"{path}/bulk", {**place, "triggers": [one]})
    ids = [each["id"] for each in many.body["success"]]
    gone = await app.call("DELETE", f"{path}/bulk", json={**place_of(world), "triggers": ids})
    again = await app.call("DELETE", f"{path}/bulk", json={**place_of(world), "triggers": ids})
    last = await app.delete(f"{path}/{single.body['id']}?project_id={world.project}")

    assert (single.status, single.body["event_type"]) == (201, "CREATE")
    assert (many.status, some.status, gone.status, again.status) == (200, 207, 200, 207)
    assert last.status == 200
    assert (await app.get(f"{path}?project_id={world.project}")).body == []


def place_of(world: World) -> dict[str, int]:
    return {"project_id": world.project}


async def test_old_resources_and_versions_are_listed(world: World, app: Caller) -> None:
    resources = (await app.get(f"{V1}/resources?project_id={world.project}")).body
    versions = (await app.get(f"{V1}/resources/api_versions?project_id={world.project}")).body

    assert "Image Categories" in {each["tools"] for each in resources}
    assert "v2" in versions


async def test_both_versions_show_the_same_hooks(world: World, app: Caller) -> None:
    hook = await made(app, project_root(world))

    listed = (await app.get(f"{V1}/hooks?project_id={world.project}")).body

    assert [str(each["id"]) for each in listed] == [hook["id"]]


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", "hooks"),
        ("GET", "hooks?project_id=x"),
        ("POST", "hooks"),
        ("GET", "resources"),
        ("POST", "hooks/x/triggers"),
    ],
)
async def test_an_old_call_without_its_place_is_refused(
    app: Caller, method: str, rest: str
) -> None:
    assert (await app.call(method, f"{V1}/{rest}", json={})).status == 400


# -- who may ---------------------------------------------------------------------------------------


async def test_webhooks_need_the_level_standard_on_webhooks(world: World, app: Caller) -> None:
    account = world.procore.service_account
    world.procore.hooks.set_level(world.procore.company_id, account, Level.READ_ONLY)

    assert (await app.post(f"{project_root(world)}/hooks", wish())).status == 403
    assert (await app.get(f"{project_root(world)}/hooks")).status == 403


async def test_a_person_without_the_permission_is_refused_and_an_admin_is_not(world: World) -> None:
    path = f"{project_root(world)}/hooks"

    assert (await (await world.person(PERSONS[4].key)).get(path)).status == 403
    assert (await (await world.person(PERSONS[0].key)).get(path)).status == 200


async def test_hooks_of_a_project_that_is_not_theirs_are_refused(world: World, app: Caller) -> None:
    world.procore.set_open(world.project, world.procore.service_account, is_open=False)

    assert (await app.get(f"{project_root(world)}/hooks")).status == 403


async def test_a_deleted_project_takes_its_hooks_with_it(world: World, app: Caller) -> None:
    await made(app, project_root(world))

    world.procore.delete_project(world.project)

    assert not world.procore.hooks.all


async def test_hooks_of_another_company_than_the_headers_are_refused(
    world: World, app: Caller
) -> None:
    other = world.procore.add_company("Other")

    assert (await app.get(f"/rest/v2.0/companies/{other}/webhooks/hooks?namespace=a")).status == 403


@pytest.mark.parametrize(
    ("method", "rest", "status"),
    [
        ("GET", "hooks/1", 404),
        ("PATCH", "hooks/1", 404),
        ("DELETE", "hooks/1", 404),
        ("GET", "hooks/x", 400),
        ("GET", "hooks/1/triggers", 404),
        ("POST", "hooks/1/triggers", 404),
        ("POST", "hooks/1/triggers/bulk", 404),
        ("DELETE", "hooks/1/triggers/1", 404),
        ("GET", "hooks/1/deliveries", 404),
    ],
)
async def test_what_is_not_there_is_404_and_without_a_token_401(
    world: World, app: Caller, method: str, rest: str, status: int
) -> None:
    path = f"{project_root(world)}/{rest}"

    assert (await app.call(method, path, json={})).status == status
    assert (await world.anybody.call(method, path)).status == 401
