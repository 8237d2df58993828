"""Uploads: promised at the API, sent to the storage, completed, attached by who created them."""

import pytest
from aiohttp import FormData
from practice.procore.caller import Caller, World, segments, sha256
from practice.procore.conftest import Make

FIVE_MIB = b"\x5a" * (5 << 20)
REST = b"the rest"


async def test_a_simple_upload_becomes_a_file(world: World, app: Caller) -> None:
    file = await world.new_file(app, "A-101.pdf", b"ink")

    (version,) = file["file_versions"]
    assert (file["size"], version["number"], version["size"]) == (3, 1, 3)
    ((_, _, name, _, size, digest),) = world.procore.documents(world.project).walk()
    assert (name, size, digest) == ("A-101.pdf", 3, sha256(b"ink"))


@pytest.mark.parametrize(
    "data", [b"", b"\r\n--", b"--boundary\r\n" * 5000, bytes(range(256)) * 999]
)
async def test_any_bytes_arrive_as_they_were(world: World, app: Caller, data: bytes) -> None:
    await world.new_file(app, "a.bin", data)

    ((*_, size, digest),) = world.procore.documents(world.project).walk()
    assert (size, digest) == (len(data), sha256(data))


async def test_an_upload_promises_the_fields_of_its_form(world: World, app: Caller) -> None:
    upload = await world.promise(app, "a.pdf", response_content_type="application/pdf", size=3)

    assert len(upload["uuid"]) == 26
    assert upload["url"].startswith(world.procore.storage_address)
    assert upload["fields"]["Content-Type"] == "application/pdf"
    assert {"key", "policy", "x-amz-signature", "x-amz-date"} <= set(upload["fields"])


async def test_the_storage_knows_no_bearer(world: World, app: Caller) -> None:
    upload = await world.promise(app)
    form = FormData(upload["fields"])
    form.add_field("file", b"x", filename="x")

    reply = await app.call("POST", upload["url"], data=form)

    assert reply.status == 400
    assert "InvalidArgument" in reply.body


@pytest.mark.parametrize(
    "changed",
    [{"policy": "e30="}, {"Content-Type": "text/html"}, {"x-amz-signature": "0" * 64},
     {"key": "companies/1/other"}, {"x-extra": "1"}],
)  # fmt: skip
async def test_a_changed_form_is_refused(
    world: World, app: Caller, changed: dict[str, str]
) -> None:
    upload = await world.promise(app)

    reply = await world.send(upload, b"x", **changed)

    assert reply.status == 403


@pytest.mark.parametrize(
    ("data", "code"), [(b"xx", "EntityTooSmall"), (b"x" * 9, "EntityTooLarge")]
)
async def test_the_size_is_as_promised_or_the_bytes_are_refused(
    world: World, app: Caller, data: bytes, code: str
) -> None:
    upload = await world.promise(app, size=3)

    reply = await world.send(upload, data)

    assert reply.status == 400
    assert code in reply.body


async def test_the_file_is_the_last_field(world: World, app: Caller) -> None:
    upload = await world.promise(app)
    form = FormData(upload["fields"])
    form.add_field("file", b"x", filename="x")
    form.add_field("late", "1")

    reply = await world.anybody.call("POST", upload["url"], data=form)

    assert reply.status == 400


async def test_a_body_without_length_is_refused(world: World, app: Caller) -> None:
    upload = await world.promise(app)

    reply = await world.anybody.call(
        "POST", upload["url"], data=FormData(upload["fields"]), chunked=True
    )

    assert reply.status == 411


async def test_sending_starts_within_an_hour(world: World, app: Caller) -> None:
    simple = await world.promise(app)
    pieces = await world.promise(app, segments=segments(REST))
    world.clock.advance(3601)

    assert (await world.send(simple, b"x")).status == 403
    assert (await world.put(pieces, 0, REST)).status == 403


async def test_a_segmented_upload_becomes_a_file(world: World, app: Caller) -> None:
    upload = await world.promise(app, segments=segments(FIVE_MIB, REST))
    path = f"/rest/v1.1/projects/{world.project}/uploads/{upload['uuid']}"
    statuses = [upload["status"]]
    etags = []
    for number, part in enumerate((FIVE_MIB, REST)):
        etags.append((await world.put(upload, number, part)).headers["ETag"])
        statuses.append((await app.get(path)).body["status"])

    done = await app.patch(path, {"segments": [{"etag": etag} for etag in etags]})

    statuses.append(done.body["status"])
    assert statuses == ["ready", "receiving", "receiving", "complete"]
    await app.post(world.path("files"), {"file": {"name": "b", "upload_uuid": upload["uuid"]}})
    ((*_, size, digest),) = world.procore.documents(world.project).walk()
    assert (size, digest) == (len(FIVE_MIB + REST), sha256(FIVE_MIB + REST))
    assert (await app.patch(path, {"segments": [{"etag": each} for each in etags]})).status == 200


async def test_a_segment_with_other_content_is_refused(world: World, app: Caller) -> None:
    upload = await world.promise(app, segments=segments(REST))

    reply = await world.put(upload, 0, b"REST!!!!")

    assert reply.status == 400
    assert "XAmzContentSHA256Mismatch" in reply.body


async def test_a_segment_without_its_headers_is_refused(world: World, app: Caller) -> None:
    upload = await world.promise(app, segments=segments(REST))

    reply = await world.anybody.call("PUT", upload["segments"][0]["url"], data=REST)

    assert reply.status == 403


async def test_an_upload_is_completed_with_all_its_segments(world: World, app: Caller) -> None:
    upload = await world.promise(app, segments=segments(FIVE_MIB, REST))
    path = f"/rest/v1.1/projects/{world.project}/uploads/{upload['uuid']}"
    etag = (await world.put(upload, 0, FIVE_MIB)).headers["ETag"]

    bodies: list[object] = [
        {"segments": [{"etag": etag}]},
        {"segments": [{"etag": etag}, {"etag": etag}]},
        {"segments": [{"etag": "other"}, {"etag": etag}]},
    ]

    assert [(await app.patch(path, body)).status for body in bodies] == [422, 422, 422]
    assert (await app.patch(path, {"segments": [{}, {}]})).status == 400
    assert (await app.patch(path, {})).status == 400


async def test_a_simple_upload_has_nothing_to_complete(world: World, app: Caller) -> None:
    upload = await world.promise(app)

    reply = await app.patch(
        f"/rest/v1.1/projects/{world.project}/uploads/{upload['uuid']}", {"segments": []}
    )

    assert reply.status == 422


@pytest.mark.parametrize(
    "fields",
    [
        {"response_filename": ""},
        {"response_filename": 5},
        {"size": "many"},
        {"size": -1},
        {"segments": []},
        {"segments": [{"size": 1}]},
        {"segments": [{"size": 1, "sha256": "short"}]},
        {"segments": segments(REST, REST)},
        {"segments": segments(REST), "size": 1},
    ],
)
async def test_a_malformed_promise_is_refused(
    world: World, app: Caller, fields: dict[str, object]
) -> None:
    path = f"/rest/v1.1/projects/{world.project}/uploads"

    reply = await app.post(path, {"response_filename": "a", **fields})

    assert reply.status == 400
    assert isinstance(reply.body["errors"], dict)


async def attach(world: World, caller: Caller, uuid: object, name: str = "a.pdf") -> object:
    path = world.path("files")
    reply = await caller.post(path, {"file": {"name": name, "upload_uuid": uuid}})
    return reply.body["errors"]["upload_uuid"] if reply.status == 400 else reply.status


async def test_only_the_creator_attaches_an_upload(world: World, app: Caller) -> None:
    uuid = await world.uploaded(app, b"x")

    refused = await attach(world, await world.person("ana"), uuid)

    assert refused == ["was created by another user"]
    assert await attach(world, app, uuid) == 201


async def test_an_upload_without_bytes_is_not_attached(world: World, app: Caller) -> None:
    simple = await world.promise(app)
    pieces = await world.promise(app, segments=segments(REST))
    await world.put(pieces, 0, REST)

    for upload in (simple, pieces):
        assert await attach(world, app, upload["uuid"]) == ["has no complete content"]
    assert await attach(world, app, "01ARZ3NDEKTSV4RRFFQ69G5FAV") == ["is not a known upload"]


async def test_an_upload_is_forgotten_after_a_week(world: World, app: Caller) -> None:
    uuid = await world.uploaded(app, b"x")
    world.clock.advance(7 * 86400 + 1)
    app = await world.app()
    path = f"/rest/v1.1/projects/{world.project}/uploads/{uuid}"

    assert await attach(world, app, uuid) == ["is not a known upload"]
    assert (await app.get(path)).status == 404
    assert (await app.patch(path, {"segments": []})).status == 410


@pytest.mark.parametrize(("twice", "expected"), [(False, ["was attached already"]), (True, 201)])
async def test_one_upload_makes_one_file_unless_the_switch_says_more(
    make: Make, twice: bool, expected: object
) -> None:
    world = await make(attach_twice=twice)
    app = await world.app()
    uuid = await world.uploaded(app, b"x")
    await attach(world, app, uuid)

    assert await attach(world, app, uuid, "b.pdf") == expected


async def test_an_empty_upload_is_refused_where_the_switch_says_so(make: Make) -> None:
    world = await make(empty_uploads=False)
    app = await world.app()

    assert await attach(world, app, await world.uploaded(app, b"")) == ["is empty"]


async def test_a_refused_name_leaves_the_upload_to_be_attached_elsewhere(
    world: World, app: Caller
) -> None:
    await world.new_folder(app, "Taken")
    uuid = await world.uploaded(app, b"x")
    reply = await app.post(world.path("files"), {"file": {"name": "Taken", "upload_uuid": uuid}})

    assert reply.status == 400
    assert await attach(world, app, uuid, "Free") == 201


async def test_the_old_way_sends_the_bytes_in_the_call(world: World, app: Caller) -> None:
    form = FormData({"file[name]": "old.txt"})
    form.add_field("file[data]", b"old way", filename="x.txt")

    reply = await app.call("POST", world.path("files"), data=form)

    assert (reply.status, reply.body["size"]) == (201, 7)


async def test_a_company_upload_serves_its_projects(world: World, app: Caller) -> None:
    path = f"/rest/v1.0/companies/{world.procore.company_id}/uploads"
    upload = (await app.post(path, {"response_filename": "a"})).body
    await world.send(upload, b"x")

    assert await attach(world, app, upload["uuid"]) == 201


async def test_bytes_that_nobody_attached_within_a_week_go_from_the_disk(
    world: World, app: Caller
) -> None:
    await attach(world, app, await world.uploaded(app, b"attached"))
    await world.uploaded(app, b"forgotten")
    world.clock.advance(7 * 86400 + 1)

    await world.promise(await world.app())

    kept = [path.read_bytes() for path in world.blobs.folder.glob("*/*")]
    assert kept == [b"attached"]
