"""Webhooks of practice Procore, received: what is told of which change, and what failing does."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import trustme
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make
from practice.receiver import Receiver

from turnbuckle.practice.procore.hook_resources import ALL

HEARD = ("Project Files", "Project File Versions", "Project Folders", "Images", "Image Categories")
SECRET = "Bearer between-us-two"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@dataclass
class Told:
    """A practice Procore, and a receiver that is told of all that happens in its project."""

    world: World
    app: Caller
    receiver: Receiver
    root: str
    hook: str

    async def settle(self, seconds: float = 0) -> None:
        self.world.clock.advance(seconds)
        await self.world.procore.hooks.settle()
        if seconds > 60:  # the token may be too old by now
            self.app = await self.world.app()

    async def events(self) -> list[tuple[str, str, int]]:
        """What arrived since the last question."""
        await self.settle()
        bodies, self.receiver.received = self.receiver.bodies, []
        return [(one["resource_name"], one["event_type"], one["resource_id"]) for one in bodies]

    async def deliveries(self, query: str = "") -> list[Any]:
        reply = await self.app.get(f"{self.root}/hooks/{self.hook}/deliveries?per_page=100{query}")
        assert reply.status == 200, reply
        rows: list[Any] = reply.body["data"]
        return rows

    async def statuses(self) -> list[str]:
        return [each["status"] for each in await self.deliveries("&sort=timestamp")]


async def tell(world: World, receiver: Receiver, version: str = "v2.0", place: str = "") -> Told:
    """Set up a hook with triggers for all that practice mode tells."""
    app = await world.app()
    company = f"/rest/v2.0/companies/{world.procore.company_id}"
    root = f"{company}/projects/{world.project}/webhooks"
    body = {
        "payload_version": version,
        "namespace": "turnbuckle",
        "destination_url": f"{receiver.address}/in{place}",
        "destination_headers": {"Authorization": SECRET},
    }
    hook = (await app.post(f"{root}/hooks", body)).body["data"]["id"]
    rows = [{"resource_name": name, "event_type": str(event)} for name in HEARD for event in ALL]
    assert (await app.post(f"{root}/hooks/{hook}/triggers/bulk", rows)).status == 201
    return Told(world, app, receiver, root, hook)


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
    hooks = told.world.procore.hooks
    counts: list[int] = []
    for order in (hooks.lose_next, hooks.double_next, lambda _: hooks.calm()):
        order(1)
        await told.world.new_folder(told.app, f"Folder {len(counts)}")
        counts.append(len(await told.events()))

    assert counts == [0, 2, 1]


# -- failing ---------------------------------------------------------------------------------------


async def test_a_failing_receiver_pauses_all_and_gets_all_when_it_recovers(told: Told) -> None:
    told.receiver.fail(503)
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    assert await told.statuses() == ["retrying", "enqueued"]
    assert len(told.receiver.received) == 1
    told.receiver.recover()

    await told.settle(1)

    assert await told.statuses() == ["succeeded", "succeeded"]
    first = (await told.deliveries("&sort=timestamp"))[0]
    tries = [(each["success"], each["response_status"]) for each in first["delivery_attempts"]]
    assert tries == [(False, 503), (True, 204)]
    assert first["delivery_attempts"][0]["response_body"] == "out of order"


async def test_hooks_of_one_address_pause_together(told: Told) -> None:
    other = await tell(told.world, told.receiver)
    told.receiver.fail()

    await told.world.new_folder(told.app, "One")
    await told.settle()

    assert len(told.receiver.received) == 1
    assert await told.statuses() + await other.statuses() == ["retrying", "enqueued"]


async def test_the_wait_doubles_from_a_second_to_an_hour(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    waits = []
    for _ in range(14):
        posts, waited = len(told.receiver.received), 0
        while len(told.receiver.received) == posts:
            step = max(1, waited)  # 1, 2, 4, ... seconds in all, until the hour
            step = min(step, 3600 - waited) or 1
            waited += step
            await told.settle(step)
        waits.append(waited)

    assert waits == [min(2**number, 3600) for number in range(14)]


async def test_one_success_resets_the_wait(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    for _ in range(5):
        await told.settle(20)
    told.receiver.recover()
    await told.settle(60)
    told.receiver.fail()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    posts = len(told.receiver.received)

    await told.settle(1)

    assert len(told.receiver.received) == posts + 1


async def test_after_twelve_hours_all_that_waits_is_discarded(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.world.new_folder(told.app, "Two")
    for _ in range(11):
        await told.settle(3600)
    before = await told.statuses()

    for _ in range(2):
        await told.settle(3600)

    assert before == ["retrying", "enqueued"]
    assert await told.statuses() == ["discarded", "discarded"]
    told.receiver.recover()
    await told.world.new_folder(told.app, "Three")
    await told.settle()
    assert (await told.statuses())[-1] == "succeeded"


async def test_a_slow_receiver_has_failed_and_holds_up_neither_calls_nor_others(
    make: Make, receiver: Receiver
) -> None:
    world = await make(loopback_hooks=True)
    world.procore.hooks.pace.answer_seconds = 0.3
    async with Receiver(hold_seconds=30) as slow:
        told = await tell(world, receiver)
        hanging = await tell(world, slow)
        began = asyncio.get_running_loop().time()

        await world.new_folder(told.app, "One")
        for _ in range(50):
            if receiver.received and slow.received:
                break
            await asyncio.sleep(0.02)
        passed = asyncio.get_running_loop().time() - began

        assert len(receiver.received) == 1
        assert passed < 5
        await told.settle()
        (delivery,) = await hanging.deliveries()
        assert delivery["status"] == "retrying"
        assert delivery["delivery_attempts"][0]["response_body"] == "the receiver took too long"


async def test_events_arrive_without_anybody_asking(told: Told) -> None:
    await told.world.new_folder(told.app, "Plans")

    for _ in range(100):
        if told.receiver.received:
            break
        await asyncio.sleep(0.02)

    assert len(told.receiver.received) == 1


async def test_a_redirect_is_a_failure(told: Told) -> None:
    told.receiver.fail(302)

    await told.world.new_folder(told.app, "Plans")
    await told.settle()

    assert await told.statuses() == ["retrying"]


async def test_what_waits_for_a_disabled_hook_is_discarded(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.app.patch(f"{told.root}/hooks/{told.hook}", {"status": "disabled"})
    await told.world.new_folder(told.app, "Two")
    told.receiver.recover()

    await told.settle(1)

    assert await told.statuses() == ["discarded"]
    assert len(told.receiver.received) == 1


async def test_what_waits_goes_to_the_hooks_new_address(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    async with Receiver() as other:
        change = {"destination_url": f"{other.address}/there"}

        await told.app.patch(f"{told.root}/hooks/{told.hook}", change)
        await told.settle()

        assert [each.path for each in other.received] == ["/there"]
    assert await told.statuses() == ["succeeded"]


async def test_over_tls_the_receivers_certificate_is_checked(make: Make) -> None:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(served)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with Receiver(tls=served) as receiver:
        told = await tell(await make(loopback_hooks=True), receiver)
        await told.world.new_folder(told.app, "One")
        await told.settle()
        untrusted = await told.statuses()
        told.world.procore.hooks.poster.trust = trust
        await told.world.procore.hooks.poster.close()

        await told.settle(1)

        assert (untrusted, await told.statuses()) == (["retrying"], ["succeeded"])
        assert [each.path for each in receiver.received] == ["/in"]


async def test_a_public_address_is_not_contacted_unless_a_switch_allows_it(make: Make) -> None:
    world = await make()
    asked: list[str] = []

    async def nobody(host: str) -> list[str]:
        asked.append(host)
        raise OSError("there is no such name")

    world.procore.hooks.poster.resolve = nobody
    receiver = Receiver(address="https://hooks.customer.com")
    told = await tell(world, receiver)
    await world.new_folder(told.app, "One")
    await told.settle()
    alone = list(asked)
    world.procore.switches.public_hooks = True

    await told.settle(1)

    assert (alone, asked) == ([], ["hooks.customer.com"])


# -- the list of deliveries ------------------------------------------------------------------------


async def test_deliveries_are_filtered(told: Told) -> None:
    world = told.world
    await world.new_folder(told.app, "Plans")
    await told.settle()
    await told.settle(86_400)
    told.receiver.fail()
    await world.new_file(told.app, "a.pdf", b"one")
    await told.settle()

    async def count(query: str) -> int:
        return len(await told.deliveries(f"&{query}"))

    assert await count("") == 3
    assert await count("filter[status]=retrying") == 1
    assert await count("filter[resource_name]=Project Folders") == 1
    assert await count("filter[event_type]=create") == 3
    assert await count("filter[start]=2026-05-15") == 2
    assert await count("filter[end]=2026-05-14") == 1
    assert await count("filter[start]=2026-05-14&filter[end]=2026-05-15") == 3


@pytest.mark.parametrize("query", ["filter[status]=x", "filter[start]=x", "sort=x"])
async def test_a_filter_that_makes_no_sense_is_refused(told: Told, query: str) -> None:
    reply = await told.app.get(f"{told.root}/hooks/{told.hook}/deliveries?{query}")

    assert reply.status == 400


async def test_deliveries_are_kept_for_28_days(told: Told) -> None:
    await told.world.new_folder(told.app, "Plans")
    await told.settle(28 * 86_400)
    kept = await told.deliveries()

    await told.settle(1)

    assert len(kept) == 1
    assert await told.deliveries() == []


async def test_the_old_list_tells_outcomes(told: Told) -> None:
    await told.world.new_folder(told.app, "One")
    await told.settle()
    told.receiver.fail()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    await told.world.new_folder(told.app, "Three")
    path = f"/rest/v1.0/webhooks/hooks/{told.hook}/deliveries?project_id={told.world.project}"

    rows = (await told.app.get(path)).body
    filtered = (await told.app.get(f"{path}&filters[status]=ok")).body
    paged = (await told.app.get(f"{path}&page_start=1&page_size=1")).body

    assert [each["outcome"] for each in rows] == ["retried", "ok"]
    assert filtered == paged == rows[1:]
    assert rows[1]["event"]["resource_name"] == "Project Folders"
    assert (await told.app.get(f"{path}&filters[status]=x")).status == 400


async def test_stopping_ends_all_and_leaves_no_task(told: Told) -> None:
    told.receiver.hold_seconds = 30
    await told.world.new_folder(told.app, "Plans")
    for _ in range(100):
        if told.receiver.received:
            break
        await asyncio.sleep(0.02)

    await told.world.procore.stop()

    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not {each for each in names if each.startswith("practice-")}
