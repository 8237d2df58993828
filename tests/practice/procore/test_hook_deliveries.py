"""Webhooks of practice Procore, received: what is told of which change."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from practice.procore.conftest import Make
from practice.procore.hook_told import SECRET, Told, tell
from practice.receiver import Receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
async def told(make: Make, receiver: Receiver) -> Told:
    return await tell(await make(loopback_hooks=True), receiver)


# -- what is told ----------------------------------------------------------------------------------


async def test_a_new_file_is_told_with_its_version_and_the_secret(told: Told) -> None:
    file = await told.world.new_file(told.app, "a.pdf", b"one", description="first")

    await told.settle()

    first, second = told.receiver.received
    assert first.headers["Authorization"] == SECRET
    assert first.headers["Content-Type"] == "application/json"
    assert first.path == "/in"
    event = first.json
    assert len(event.pop("ulid")) == 26
    assert event.pop("id") > 0
    assert event.pop("timestamp") == "2026-05-14T08:00:00.000000Z"
    account, company = told.world.procore.service_account.id, told.world.procore.company_id
    assert event == {
        "metadata": {
            "source_user_id": account,
            "source_project_id": told.world.project,
            "source_operation_id": None,
            "source_company_id": company,
            "source_application_id": told.world.procore.client_id,
        },
        "user_id": account,
        "company_id": company,
        "project_id": told.world.project,
        "api_version": "v2.0",
        "event_type": "create",
        "resource_name": "Project Files",
        "resource_id": file["id"],
    }
    assert second.json["resource_name"] == "Project File Versions"


async def test_each_change_of_a_file_is_told(told: Told) -> None:
    world, app = told.world, told.app
    folder = (await world.new_folder(app, "Plans"))["id"]
    file = (await world.new_file(app, "a.pdf", b"one"))["id"]
    path = world.path(f"files/{file}")
    assert await told.events() == [
        ("Project Folders", "create", folder),
        ("Project Files", "create", file),
        ("Project File Versions", "create", world.procore.documents(world.project)
            .nodes[file].versions[0].id),
    ]  # fmt: skip

    for change in (
        {"name": "b.pdf"},
        {"parent_id": folder},
        {"description": "x", "explicit_permissions": True},
    ):
        await app.patch(path, {"file": change})
        assert await told.events() == [("Project Files", "update", file)]
    await app.delete(path)
    assert await told.events() == [("Project Files", "delete", file)]
    await app.patch(path, {"file": {"parent_id": folder}})
    assert await told.events() == [("Project Files", "create", file)]


async def test_new_bytes_are_told_as_a_version_and_an_update(told: Told) -> None:
    world, app = told.world, told.app
    file = await world.new_file(app, "a.pdf", b"one")
    await told.events()
    body = {"file_version": {"upload_uuid": await world.uploaded(app, b"two")}}

    version = (await app.post(world.path(f"file_versions?file_id={file['id']}"), body)).body

    assert await told.events() == [
        ("Project File Versions", "create", version["id"]),
        ("Project Files", "update", file["id"]),
    ]


async def test_photos_and_albums_are_told(told: Told) -> None:
    world, app = told.world, told.app
    album = (await world.new_album(app, "Week 18"))["id"]
    photo = (await world.new_photo(app, "a.jpg", b"light"))["id"]
    path = world.path(f"images/{photo}")
    assert await told.events() == [
        ("Image Categories", "create", album),
        ("Images", "create", photo),
    ]

    await app.patch(path, {"image": {"image_category_id": album, "starred": True}})
    assert await told.events() == [("Images", "update", photo)]
    await app.patch(world.path(f"image_categories/{album}"), {"image_category": {"name": "W"}})
    assert await told.events() == [("Image Categories", "update", album)]
    await app.delete(path)
    await app.patch(world.path(f"images/{photo}/retrieve"), None)
    assert await told.events() == [("Images", "delete", photo), ("Images", "create", photo)]
    await app.delete(world.path(f"image_categories/{album}"))
    assert await told.events() == [
        ("Images", "update", photo),
        ("Image Categories", "delete", album),
    ]


async def test_what_is_refused_is_not_told(told: Told) -> None:
    await told.world.new_folder(told.app, "Plans")
    await told.events()

    await told.app.post(told.world.path("folders"), {"folder": {"name": "Plans"}})

    assert await told.events() == []


async def test_only_what_a_trigger_names_is_told(make: Make, receiver: Receiver) -> None:
    told = await tell(await make(loopback_hooks=True), receiver)
    triggers = (await told.app.get(f"{told.root}/hooks/{told.hook}/triggers?per_page=100")).body
    for each in triggers["data"]:
        if (each["resource_name"], each["event_type"]) != ("Project Folders", "delete"):
            await told.app.delete(f"{told.root}/hooks/{told.hook}/triggers/{each['id']}")
    folder = (await told.world.new_folder(told.app, "Plans"))["id"]

    await told.app.delete(told.world.path(f"folders/{folder}"))

    assert await told.events() == [("Project Folders", "delete", folder)]


async def test_another_project_is_not_told_of(told: Told) -> None:
    other = told.world.procore.add_project("Elsewhere")

    body = {"folder": {"name": "Plans"}}
    await told.app.post(f"/rest/v1.0/folders?project_id={other}", body)

    assert await told.events() == []


async def test_the_company_tells_of_its_own_documents_and_projects(
    make: Make, receiver: Receiver
) -> None:
    world = await make(loopback_hooks=True)
    app, company = await world.app(), world.procore.company_id
    root = f"/rest/v2.0/companies/{company}/webhooks/hooks"
    body = {
        "payload_version": "v2",
        "namespace": "turnbuckle",
        "destination_url": f"{receiver.address}/in",
    }
    hook = (await app.post(root, body)).body["data"]["id"]
    for name in ("Company Folders", "Projects"):
        trigger = {"resource_name": name, "event_type": "create"}
        await app.post(f"{root}/{hook}/triggers", trigger)

    folder = await app.post(
        f"/rest/v1.0/companies/{company}/folders", {"folder": {"name": "Standards"}}
    )
    project = world.procore.add_project("Elsewhere")
    await world.new_folder(app, "Plans")
    await world.procore.hooks.settle()

    told = [(each["resource_name"], each["resource_id"]) for each in receiver.bodies]
    assert told == [("Company Folders", folder.body["id"]), ("Projects", project)]
    assert receiver.bodies[0]["project_id"] is None


async def test_a_person_at_the_web_pages_is_told_without_an_app(told: Told) -> None:
    ana = await told.world.person("ana")

    await told.world.new_folder(ana, "Plans")
    await told.settle()

    (event,) = told.receiver.bodies
    assert event["metadata"]["source_application_id"] is None
    assert event["user_id"] == event["metadata"]["source_user_id"]


async def test_the_payload_of_version_3_names_what_is_related(
    make: Make, receiver: Receiver
) -> None:
    told = await tell(await make(loopback_hooks=True), receiver, "v3.0")

    file = await told.world.new_file(told.app, "a.pdf", b"one")
    await told.settle()

    version = told.receiver.bodies[1]
    assert version["api_version"] == "v3.0"
    assert version["related_resources"] == [{"id": file["id"], "name": "Project Files"}]


async def test_the_payload_of_version_4_is_flat(make: Make, receiver: Receiver) -> None:
    told = await tell(await make(loopback_hooks=True), receiver, "v4.0")

    folder = await told.world.new_folder(told.app, "Plans")
    await told.settle()

    (event,) = told.receiver.bodies
    assert event == {
        "id": event["id"],
        "timestamp": "2026-05-14T08:00:00.000000Z",
        "reason": "create",
        "company_id": str(told.world.procore.company_id),
        "project_id": str(told.world.project),
        "user_id": str(told.world.procore.service_account.id),
        "resource_type": "Project Folders",
        "resource_id": str(folder["id"]),
    }
    assert (await told.deliveries())[0]["payload"] == event


# -- what nobody confirmed -------------------------------------------------------------------------


async def folder_events(make: Make, receiver: Receiver, **switches: Any) -> list[Any]:
    """Make a folder with a file in it and delete it; give the bodies that arrived."""
    told = await tell(await make(loopback_hooks=True, **switches), receiver)
    folder = (await told.world.new_folder(told.app, "Plans"))["id"]
    await told.world.new_file(told.app, "a.pdf", b"one", parent_id=folder)
    await told.app.delete(told.world.path(f"folders/{folder}"))
    await told.settle(10)
    return receiver.bodies


async def test_by_a_switch_versions_are_not_told(make: Make, receiver: Receiver) -> None:
    bodies = await folder_events(make, receiver, version_events=False)

    assert "Project File Versions" not in {each["resource_name"] for each in bodies}


async def test_by_a_switch_a_deletion_tells_of_all_below(make: Make, receiver: Receiver) -> None:
    bodies = await folder_events(make, receiver, bin_tells_content=True)

    deleted = [each["resource_name"] for each in bodies if each["event_type"] == "delete"]
    assert deleted == ["Project Folders", "Project Files"]


async def test_by_a_switch_the_source_is_null(make: Make, receiver: Receiver) -> None:
    bodies = await folder_events(make, receiver, event_source_filled=False)

    assert {value for each in bodies for value in each["metadata"].values()} == {None}


async def test_by_a_switch_the_callers_token_is_the_operation(
    make: Make, receiver: Receiver
) -> None:
    world = await make(loopback_hooks=True, operation_from_token=True)
    told = await tell(world, receiver)
    app = await world.app(Idempotency_Token="step-7")

    await world.new_folder(app, "Plans")
    await told.settle()

    assert told.receiver.bodies[0]["metadata"]["source_operation_id"] == "step-7"


async def test_by_a_switch_a_restore_is_an_update(make: Make, receiver: Receiver) -> None:
    told = await tell(await make(loopback_hooks=True, restored_event="update"), receiver)
    photo = (await told.world.new_photo(told.app, "a.jpg", b"light"))["id"]
    await told.app.delete(told.world.path(f"images/{photo}"))
    await told.events()

    await told.app.patch(told.world.path(f"images/{photo}/retrieve"), None)

    assert await told.events() == [("Images", "update", photo)]


async def test_by_a_switch_events_come_twice(make: Make, receiver: Receiver) -> None:
    bodies = await folder_events(make, receiver, events_doubled=True)

    ids = [each["ulid"] for each in bodies]
    assert len(ids) == 8
    assert len(set(ids)) == 4


async def test_by_a_switch_events_overtake_each_other(make: Make, receiver: Receiver) -> None:
    bodies = await folder_events(make, receiver, events_disordered_seconds=5)

    ids = [each["id"] for each in bodies]
    assert len(ids) == 4
    assert ids != sorted(ids)


async def test_by_a_switch_events_come_late(make: Make, receiver: Receiver) -> None:
    told = await tell(await make(loopback_hooks=True, event_delay_seconds=30), receiver)
    await told.world.new_folder(told.app, "Plans")

    await told.settle(29)
    early = list(receiver.received)
    await told.settle(1)

    assert early == []
    assert len(receiver.received) == 1


async def test_by_a_switch_every_third_event_is_lost(make: Make, receiver: Receiver) -> None:
    told = await tell(await make(loopback_hooks=True, events_lost_every=3), receiver)

    for number in range(6):
        await told.world.new_folder(told.app, f"Folder {number}")
    await told.settle()

    assert len(receiver.received) == 4
    assert len(await told.deliveries()) == 4


async def test_the_next_events_are_lost_or_doubled_on_order(told: Told) -> None:
    mishaps = told.world.procore.hooks.mishaps
    counts: list[int] = []
    for order in (mishaps.lose_next, mishaps.double_next, lambda _: mishaps.calm()):
        order(1)
        await told.world.new_folder(told.app, f"Folder {len(counts)}")
        counts.append(len(await told.events()))

    assert counts == [0, 2, 1]
