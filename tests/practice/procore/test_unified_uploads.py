"""Unified uploads (v2.1): parts, ETags, a scan; and that neither Documents nor Photos take them."""

import hashlib
from typing import Any

import pytest
from practice.procore.caller import Caller, Reply, World, segments

PART = b"x" * ((5 << 20) + 1)


def uploads(world: World) -> str:
    return f"/rest/v2.1/companies/{world.procore.company_id}/projects/{world.project}/uploads"


def body(*parts: bytes, **changed: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file_name": "a.pdf",
        "file_size": sum(map(len, parts)),
        "content_type": "application/pdf",
        "segments": segments(*parts),
    }
    return told | changed


async def put(world: World, place: Any, data: bytes) -> Reply:
    return await world.anybody.call("PUT", place["url"], data=data, headers=place["headers"])


async def test_an_upload_goes_from_ready_to_available(world: World, app: Caller) -> None:
    made = (await app.post(uploads(world), body(PART, b"end"))).body["data"]
    one = f"{uploads(world)}/{made['upload_id']}"
    states = [made["status"]]

    first = (await put(world, made["segments"][0], PART)).headers["ETag"]
    states.append((await app.patch(one, {"part_etags": [first, None]})).body["data"]["status"])
    rest = (await app.get(one)).body["data"]["segments"]
    last = (await put(world, rest[0], b"end")).headers["ETag"]
    states.append((await app.patch(one, {"part_etags": [first, last]})).body["data"]["status"])
    states.append((await app.get(one)).body["data"]["status"])
    world.clock.advance(5)
    states.append((await app.get(one)).body["data"]["status"])

    assert states == ["ready", "receiving", "complete", "scanning", "available"]
    assert len(rest) == 1


async def test_neither_documents_nor_photos_take_it(world: World, app: Caller) -> None:
    made = (await app.post(uploads(world), body(b"ink"))).body["data"]
    one = f"{uploads(world)}/{made['upload_id']}"
    etag = (await put(world, made["segments"][0], b"ink")).headers["ETag"]
    await app.patch(one, {"part_etags": [etag]})
    uuid = made["upload_id"]

    file = await app.post(world.path("files"), {"file": {"name": "a.pdf", "upload_uuid": uuid}})
    photo = await app.post(
        world.path("images"),
        {"upload_uuid": uuid, "image_name": "a.jpg", "image": {"private": False}},
    )

    assert [file.status, photo.status] == [400, 400]


@pytest.mark.off_contract
@pytest.mark.parametrize(
    "changed",
    [
        {"file_name": ""},
        {"file_size": 5},
        {"segments": []},
        {"segments": [{"size": 3, "sha256": "short"}]},
        {"content_type": None},
        {"uploader_tool_name": "documents"},
        {"url_expires_in": 0},
    ],
)
async def test_a_promise_that_is_no_good_is_refused(
    world: World, app: Caller, changed: dict[str, Any]
) -> None:
    reply = await app.post(uploads(world), body(b"ink", **changed))

    assert (reply.status, list(reply.body)) == (400, ["error"])


async def test_a_part_before_the_last_is_larger_than_five_mebibytes(
    world: World, app: Caller
) -> None:
    reply = await app.post(uploads(world), body(PART[1:], b"end"))

    assert reply.status == 400


@pytest.mark.parametrize("etags", [["0" * 32], [], [None, None]])
async def test_etags_that_are_not_those_of_the_parts_are_refused(
    world: World, app: Caller, etags: list[str | None]
) -> None:
    made = (await app.post(uploads(world), body(b"ink"))).body["data"]
    await put(world, made["segments"][0], b"ink")

    reply = await app.patch(f"{uploads(world)}/{made['upload_id']}", {"part_etags": etags})

    assert (reply.status, list(reply.body)) == (422, ["error"])


async def test_other_bytes_than_promised_are_refused_by_the_storage(
    world: World, app: Caller
) -> None:
    made = (await app.post(uploads(world), body(b"ink"))).body["data"]

    statuses = [
        (await put(world, made["segments"][0], b"inc")).status,
        (await world.anybody.call("PUT", made["segments"][0]["url"], data=b"four")).status,
    ]

    assert statuses == [400, 403]


async def test_addresses_end_and_are_given_anew_until_the_day_is_over(
    world: World, app: Caller
) -> None:
    made = (await app.post(uploads(world), body(b"ink"))).body["data"]
    one = f"{uploads(world)}/{made['upload_id']}"
    world.clock.advance(3601)

    late = (await put(world, made["segments"][0], b"ink")).status
    fresh = (await app.get(one)).body["data"]["segments"][0]
    again = (await put(world, fresh, b"ink")).status
    world.clock.advance(86400)
    over = await (await world.app()).get(one)  # the token ended, too

    assert [late, again, over.status] == [403, 200, 404]


async def test_only_who_made_it_sees_it_and_the_other_versions_do_not(
    world: World, app: Caller
) -> None:
    made = (await app.post(uploads(world), body(b"ink"))).body["data"]
    plain = await world.promise(app)
    ana = await world.person("ana")

    statuses = [
        (await ana.get(f"{uploads(world)}/{made['upload_id']}")).status,
        (await app.get(f"{uploads(world)}/{plain['uuid']}")).status,
    ]

    assert statuses == [404, 404]


async def test_a_local_file_is_given_by_its_key(world: World, app: Caller) -> None:
    file = await world.new_file(app, "A-101.pdf", b"ink")
    key = file["file_versions"][0]["url"].partition("?")[0].rpartition("/")[2]
    private = await world.new_file(app, "wages.pdf", b"much", explicit_permissions=True)
    hidden = private["file_versions"][0]["url"].partition("?")[0].rpartition("/")[2]

    moved = await app.get(f"/rest/v1.0/local_files/{key}")
    got = await world.anybody.get(moved.headers["Location"])
    unknown = await app.get("/rest/v1.0/local_files/nothing")
    closed = await (await world.person("dilip")).get(f"/rest/v1.0/local_files/{hidden}")

    assert (moved.status, unknown.status, closed.status) == (302, 404, 404)
    assert hashlib.sha256(got.body.encode("latin-1")).digest() == hashlib.sha256(b"ink").digest()
