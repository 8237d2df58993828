"""Versions, check-outs, and fetching a file's bytes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

UNTIL = {"file": {"checked_out_until": "2026-05-14T10:00:00Z"}}


async def version_of(world: World, caller: Caller, file: Any, data: bytes) -> Any:
    body = {"file_version": {"upload_uuid": await world.uploaded(caller, data), "notes": "late"}}
    return await caller.post(world.path(f"file_versions?file_id={file['id']}"), body)


async def test_a_new_version_keeps_the_file_and_counts_on(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    world.clock.advance(60)

    reply = await version_of(world, app, file, b"second")

    shown = (await app.get(world.path(f"files/{file['id']}"))).body
    assert (reply.status, reply.body["number"], reply.body["notes"]) == (201, 2, "late")
    assert [(each["number"], each["size"]) for each in shown["file_versions"]] == [(2, 6), (1, 3)]
    assert (shown["size"], shown["updated_at"]) == (6, "2026-05-14T08:01:00Z")


async def test_a_patch_with_an_upload_makes_a_version_too(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    uuid = await world.uploaded(app, b"second")

    reply = await app.patch(world.path(f"files/{file['id']}"), {"file": {"upload_uuid": uuid}})

    assert [each["number"] for each in reply.body["file_versions"]] == [2, 1]


async def test_the_latest_version_can_be_asked_for_alone(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    await version_of(world, app, file, b"second")

    reply = await app.get(world.path(f"files/{file['id']}?show_latest_version_only=true"))

    assert [each["number"] for each in reply.body["file_versions"]] == [2]


async def test_the_order_of_versions_is_a_switch(make: Make) -> None:
    world = await make(newest_version_first=False)
    app = await world.app()
    file = await world.new_file(app, "a.txt", b"one")
    await version_of(world, app, file, b"second")

    shown = (await app.get(world.path(f"files/{file['id']}"))).body

    assert [each["number"] for each in shown["file_versions"]] == [1, 2]


async def test_a_version_is_shown_by_its_id(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    version = file["file_versions"][0]

    reply = await app.get(world.path(f"file_versions/{version['id']}"))

    assert reply.body == version
    assert (await app.get(world.path("file_versions/3"))).status == 404


async def test_a_deleted_file_gets_no_version(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    await app.delete(world.path(f"files/{file['id']}"))

    assert (await version_of(world, app, file, b"second")).status == 404


async def test_a_file_checked_out_by_somebody_else_is_left_alone(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    path = world.path(f"files/{file['id']}")
    held = await (await world.person("ben")).patch(path, UNTIL)

    patched = await app.patch(path, {"file": {"name": "b.txt"}})
    written = await version_of(world, app, file, b"second")
    deleted = await app.delete(path)

    assert held.body["checked_out_by"]["name"] == "Ben Okafor"
    assert (patched.status, written.status, deleted.status) == (409, 400, 400)
    assert set(patched.body) == {"errors", "error_type", "file"}
    assert patched.body["file"]["id"] == file["id"]


async def test_the_holder_writes_and_a_check_out_ends_by_itself(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    ben = await world.person("ben")
    await ben.patch(world.path(f"files/{file['id']}"), UNTIL)

    mine = await version_of(world, ben, file, b"second")
    world.clock.advance(2 * 3600 + 1)
    app = await world.app()
    theirs = await version_of(world, app, file, b"third")

    assert (mine.status, theirs.status) == (201, 201)


@pytest.mark.parametrize("reset", [None, "null"])
async def test_an_admin_ends_a_check_out_and_a_standard_user_cannot(
    world: World, app: Caller, reset: object
) -> None:
    file = await world.new_file(app, "a.txt", b"one")
    path = world.path(f"files/{file['id']}")
    await (await world.person("ben")).patch(path, UNTIL)
    body = {"file": {"checked_out_until": reset}}

    refused = await (await world.person("chloe")).patch(path, body)
    ended = await app.patch(path, body)

    assert refused.status == 403
    assert ended.body["checked_out_until"] is None


async def test_the_answers_to_a_check_out_are_switches(make: Make) -> None:
    world = await make(checked_out_patch=403, checked_out_version=409)
    app = await world.app()
    file = await world.new_file(app, "a.txt", b"one")
    path = world.path(f"files/{file['id']}")
    await (await world.person("ben")).patch(path, UNTIL)

    assert (await app.patch(path, {"file": {"name": "b"}})).status == 403
    assert (await version_of(world, app, file, b"second")).status == 409


async def test_by_the_switch_an_admin_writes_over_a_check_out(make: Make) -> None:
    world = await make(admin_passes_check_out=True)
    app = await world.app()
    file = await world.new_file(app, "a.txt", b"one")
    await (await world.person("ben")).patch(world.path(f"files/{file['id']}"), UNTIL)

    assert (await version_of(world, app, file, b"second")).status == 201


@pytest.mark.parametrize("until", ["2026-05-14T07:00:00Z", "tomorrow", 5])
async def test_a_check_out_lasts_into_the_future(world: World, app: Caller, until: object) -> None:
    file = await world.new_file(app, "a.txt", b"one")

    reply = await app.patch(
        world.path(f"files/{file['id']}"), {"file": {"checked_out_until": until}}
    )

    assert reply.status == 400


async def url_of(world: World, caller: Caller, data: bytes = b"0123456789") -> str:
    await world.new_file(caller, "Plän 1.txt", data)
    (row,) = await world.listed(caller, "view=extended&filters[document_type]=file")
    return str(row["file"]["current_version"]["url"])


async def test_a_file_address_leads_to_the_storage(world: World, app: Caller) -> None:
    reply = await app.get(await url_of(world, app))

    assert reply.status == 302
    assert reply.headers["Location"].startswith(world.procore.storage_address)
    content = await world.anybody.get(reply.headers["Location"])
    assert (content.status, content.body) == (200, "0123456789")
    assert content.headers["Content-Length"] == "10"
    assert content.headers["ETag"]


async def test_a_file_address_needs_no_company_header(world: World, app: Caller) -> None:
    url = await url_of(world, app)
    bare = Caller(app.session, app.address, {"Authorization": app.headers["Authorization"]})

    assert (await bare.get(url)).status == 302


async def test_a_download_goes_on_from_any_byte(world: World, app: Caller) -> None:
    location = (await app.get(await url_of(world, app))).headers["Location"]

    reply = await world.anybody.get(location, headers={"Range": "bytes=4-"})

    assert (reply.status, reply.body) == (206, "456789")
    assert reply.headers["Content-Range"] == "bytes 4-9/10"


async def test_the_storage_gives_nothing_to_a_bearer(world: World, app: Caller) -> None:
    location = (await app.get(await url_of(world, app))).headers["Location"]

    assert (await app.get(location)).status == 400


async def test_a_changed_address_is_refused(world: World, app: Caller) -> None:
    url = await url_of(world, app)
    location = (await app.get(url)).headers["Location"]

    assert (await app.get(url[:-1] + "g")).status == 403
    assert (await world.anybody.get(location[:-1] + "g")).status == 403


async def test_addresses_expire(world: World, app: Caller) -> None:
    url = await url_of(world, app)
    location = (await app.get(url)).headers["Location"]
    world.clock.advance(601)
    assert (await world.anybody.get(location)).status == 403
    assert (await app.get(url)).status == 302

    world.clock.advance(3000)

    assert (await app.get(url)).status == 403


async def test_expiry_is_a_switch(make: Make) -> None:
    world = await make(url_seconds=600, url_expired_status=401)
    app = await world.app()
    url = await url_of(world, app)
    world.clock.advance(601)

    assert (await app.get(url)).status == 401


@pytest.mark.parametrize(("needed", "status"), [(True, 401), (False, 302)])
async def test_whether_an_address_needs_the_bearer_is_a_switch(
    make: Make, needed: bool, status: int
) -> None:
    world = await make(url_needs_bearer=needed)
    url = await url_of(world, await world.app())

    assert (await world.anybody.get(url)).status == status


async def test_seeded_files_have_the_time_that_was_given(world: World, app: Caller) -> None:
    tree = world.procore.documents(world.project)
    when = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
    author = world.procore.service_account

    tree.add_file(tree.root_id, "old.txt", world.blobs.keep(b"x"), author, modified=when)

    (row,) = await world.listed(app, "filters[document_type]=file")
    assert (row["created_at"], row["updated_at"]) == ("2024-02-29T12:00:00Z",) * 2
