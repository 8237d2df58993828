"""How many calls an account may make, what is counted, and trouble on order."""

import time
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientError, ServerDisconnectedError
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.procore.switches import ProcoreLimits

SMALL = ProcoreLimits(hourly=8, spike=3)


async def test_a_burst_is_refused_until_the_window_ends(make: Make) -> None:
    world = await make(limits=SMALL)
    app = await world.app()

    statuses = [(await app.get("/rest/v1.0/me")).status for _ in range(4)]
    refused = await app.get("/rest/v1.0/me")
    world.clock.advance(int(refused.headers["Retry-After"]))

    assert statuses == [200, 200, 200, 429]
    assert "errors" in refused.body
    assert (await app.get("/rest/v1.0/me")).status == 200


async def test_the_headers_tell_the_limit_that_is_hit_first(make: Make) -> None:
    world = await make(limits=SMALL)
    app = await world.app()
    seen = []

    for _ in range(3):
        for _ in range(3):
            headers = (await app.get("/rest/v1.0/me")).headers
            seen.append((headers["X-Rate-Limit-Limit"], headers["X-Rate-Limit-Remaining"]))
        world.clock.advance(10)

    assert seen == [
        ("3", "2"), ("3", "1"), ("3", "0"), ("3", "2"), ("3", "1"), ("3", "0"),
        ("8", "1"), ("8", "0"), ("8", "0"),
    ]  # fmt: skip
    start = int(world.clock.now().timestamp()) - 30
    assert int(headers["X-Rate-Limit-Reset"]) == start + 3600


async def test_failed_calls_count_too(make: Make) -> None:
    world = await make(limits=SMALL)
    app = await world.app()

    statuses = [(await app.get(world.path("folders/1"))).status for _ in range(4)]

    assert statuses == [404, 404, 404, 429]


async def test_a_new_token_is_no_new_budget(make: Make) -> None:
    world = await make(limits=SMALL)
    for _ in range(3):
        await (await world.app()).get("/rest/v1.0/me")

    assert (await (await world.app()).get("/rest/v1.0/me")).status == 429


async def test_a_new_token_is_a_new_budget_where_the_switch_says_so(make: Make) -> None:
    world = await make(limits=SMALL, limits_by_token=True)
    first = await world.app()
    for _ in range(3):
        await first.get("/rest/v1.0/me")

    second = await world.app()

    assert (await second.get("/rest/v1.0/me")).status == 200
    assert (await first.get("/rest/v1.0/me")).status == 429


async def test_retry_after_is_a_switch(make: Make) -> None:
    world = await make(limits=ProcoreLimits(spike=1), retry_after=False)
    app = await world.app()
    await app.get("/rest/v1.0/me")

    refused = await app.get("/rest/v1.0/me")

    assert refused.status == 429
    assert "Retry-After" not in refused.headers
    assert int(refused.headers["X-Rate-Limit-Reset"]) > world.clock.now().timestamp()


async def test_storage_and_people_are_not_counted(make: Make) -> None:
    world = await make(limits=ProcoreLimits(spike=2))
    app, ana = await world.app(), await world.person("ana")
    await world.new_file(app, "a.txt", b"x")

    for _ in range(5):
        rows = await world.listed(ana, "view=extended&filters[document_type]=file")
    url = rows[0]["file"]["current_version"]["url"]

    assert (await app.get(url)).status == 302
    assert world.procore.counters == {"POST /uploads": 1, "POST /files": 1}
    assert (world.procore.counters.calls, world.procore.counters.writes) == (2, 2)


async def test_file_addresses_count_by_the_switch(make: Make) -> None:
    world = await make(url_counted=True)
    app = await world.app()
    file = await world.new_file(app, "a.txt", b"x")

    await app.get(file["file_versions"][0]["url"])

    assert world.procore.counters["GET /file"] == 1


async def test_refused_calls_are_counted_apart(make: Make) -> None:
    world = await make(limits=ProcoreLimits(spike=1))
    app = await world.app()
    for _ in range(3):
        await app.get("/rest/v1.0/me")

    assert (world.procore.counters.calls, world.procore.counters.refused) == (1, 2)


async def test_the_log_tells_who_called_what(world: World, app: Caller) -> None:
    await app.get(world.path("folders"))
    await (await world.person("ana")).get("/rest/v1.0/me")

    entries = [(entry.operation, entry.status, entry.who) for entry in world.procore.log]

    assert entries == [
        ("GET /folders", 200, "practice-client"),
        ("GET /me", 200, "ana.ruiz@harbourpoint.example"),
    ]


async def test_an_error_on_order_comes_so_many_times(world: World, app: Caller) -> None:
    world.procore.faults.fail("GET /me", 503, times=2, headers={"Retry-After": "7"})

    replies = [await app.get("/rest/v1.0/me") for _ in range(3)]

    assert [reply.status for reply in replies] == [503, 503, 200]
    assert replies[0].headers["Retry-After"] == "7"


async def test_a_lost_answer_leaves_the_work_done(world: World, app: Caller) -> None:
    world.procore.faults.lose_answer("POST /folders")

    with pytest.raises(ServerDisconnectedError):
        await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert await world.names(app) == ["Plans"]


async def test_a_broken_call_leaves_nothing_behind(world: World, app: Caller) -> None:
    world.procore.faults.break_off("POST /folders")

    with pytest.raises(ServerDisconnectedError):
        await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert await world.names(app) == []


async def test_a_delay_on_order_passes_by_the_services_clock(world: World, app: Caller) -> None:
    world.procore.faults.delay("GET /me", 3000)
    before, began = world.clock.now(), time.monotonic()

    await app.get("/rest/v1.0/me")

    assert (world.clock.now() - before).total_seconds() == 3000
    assert time.monotonic() - began < 300


async def test_a_download_can_break_off_and_go_on(world: World, app: Caller) -> None:
    file = await world.new_file(app, "a.bin", b"0123456789" * 100_000)
    location = (await app.get(file["file_versions"][0]["url"])).headers["Location"]
    world.procore.faults.cut("GET storage", 300_000)

    with pytest.raises(ClientError):
        await world.anybody.get(location)
    rest = await world.anybody.get(location, headers={"Range": "bytes=300000-"})

    assert len(rest.body) == 700_000


async def test_an_upload_that_breaks_off_leaves_nothing_on_disk(world: World, app: Caller) -> None:
    upload = await world.promise(app)
    world.procore.faults.cut("POST storage", 1000)

    with pytest.raises(ClientError):
        await world.send(upload, b"x" * 5_000_000)

    left = [path for path in world.blobs.folder.rglob("*") if path.is_file()]
    assert [path.name for path in left] == [".turnbuckle-practice"]
    assert (await world.send(upload, b"again")).status == 204


async def test_a_busy_port_is_told(make: Make) -> None:
    world, other = await make(), await make()
    await other.procore.stop()

    with pytest.raises(OSError, match="address already in use"):
        await other.procore.start(port=urlsplit(world.procore.address).port or 0)
