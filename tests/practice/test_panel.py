"""Behind the scenes by HTTP: switches, limits, faults and the clock, for who has the token."""

import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from practice.panelling import PANEL, Panelist

from turnbuckle.practice.clock import ShiftedClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.panel import meanings
from turnbuckle.practice.panel.requests import told
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches
from turnbuckle.practice.world import PracticeWorld, WorldSettings

pytestmark = pytest.mark.off_contract  # what goes wrong on order is in no contract


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture(params=["procore", "microsoft"])
async def either(
    world: PracticeWorld, session: aiohttp.ClientSession, request: pytest.FixtureRequest
) -> Panelist:
    return Panelist(world, session, request.param)


@pytest.fixture
async def procore(world: PracticeWorld, session: aiohttp.ClientSession) -> Panelist:
    return Panelist(world, session, "procore")


@pytest.fixture
async def microsoft(world: PracticeWorld, session: aiohttp.ClientSession) -> Panelist:
    return Panelist(world, session, "microsoft")


def knob(answer: Any, kind: str, name: str) -> Any:
    return next(one for one in answer.body[kind] if one["name"] == name)


@pytest.mark.parametrize(
    ("table", "of"),
    [
        (meanings.PROCORE_SWITCHES, ProcoreSwitches),
        (meanings.PROCORE_LIMITS, ProcoreLimits),
        (meanings.GRAPH_SWITCHES, GraphSwitches),
        (meanings.GRAPH_LIMITS, GraphLimits),
    ],
)
def test_every_switch_and_limit_has_a_meaning(table: dict[str, object], of: Any) -> None:
    assert set(table) == {one.name for one in dataclasses.fields(of)}


@pytest.mark.parametrize("headers", [{}, {"X-Practice-Token": "guess"}])
async def test_without_the_token_nothing_is_told_or_done(
    either: Panelist, headers: dict[str, str]
) -> None:
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/faults"), ("DELETE", "/faults")):
        answer = await either.send(method, PANEL + path, headers=headers)
        assert (answer.status, set(answer.body)) == (403, {"error"})


async def test_a_cookie_is_no_token_here_and_a_foreign_page_gets_nowhere(either: Panelist) -> None:
    token = either.world.people_token
    by_cookie = await either.send("GET", PANEL, cookies={"practice_token": token})
    foreign = {"X-Practice-Token": token, "Origin": "https://elsewhere.example"}
    from_elsewhere = await either.send("GET", PANEL, headers=foreign)

    assert (by_cookie.status, from_elsewhere.status) == (403, 403)
    assert "Access-Control-Allow-Origin" not in from_elsewhere.headers


async def test_a_switch_is_turned_and_reset(procore: Panelist) -> None:
    turned = await procore.panel("PATCH", body={"switches": {"case_blind": True}})
    during = procore.world.procore.switches.case_blind
    back = await procore.panel("PATCH", body={"reset": ["case_blind"]})

    assert knob(turned, "switches", "case_blind")["value"] is True
    assert (during, knob(back, "switches", "case_blind")["value"]) == (True, False)


async def test_limits_are_turned_too(either: Panelist) -> None:
    name = "hourly" if either.side == "procore" else "app_units_a_minute"
    await either.panel("PATCH", body={"limits": {name: 2}})
    token = await either.sign_in()

    answers = [(await either.list_root(token)).status for _ in range(3)]

    assert answers == [200, 200, 429]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"switches": {"case_blind": "yes"}}, "case_blind is true or false"),
        ({"switches": {"case_blind": None}}, "cannot be null"),
        ({"switches": {"nonsense": 1}}, "nothing is called 'nonsense'"),
        ({"switches": {"restore": 500}}, "restore is one of: 200, 403, 404"),
        ({"switches": {"url_seconds": -1}}, "url_seconds lies between"),
        ({"switches": {"url_seconds": 1e99}}, "url_seconds lies between"),
        ({"switches": {"documents_per_page": 1.5}}, "whole number"),
        ({"switches": {"documents_per_page": 0}}, "lies between 1"),
        ({"switches": {"documents_per_page": True}}, "whole number"),
        ({"switches": {"photo_types": "jpg"}}, "a list of texts"),
        ({"switches": {"unique_name_pattern": "{0.__class__}"}}, "is one of"),
        ({"switches": [1]}, "an object of names and values"),
        ({"reset": ["nonsense"]}, "nothing is called"),
        ({"reset": "case_blind"}, "a list of names"),
        ({"nonsense": {}}, "nothing is called"),
        ([], "a JSON object"),
    ],
)
async def test_a_value_that_makes_no_sense_is_refused_in_a_sentence(
    procore: Panelist, body: object, word: str
) -> None:
    answer = await procore.panel("PATCH", body=body)

    assert answer.status == 400
    assert word in answer.body["error"]


async def test_one_bad_value_among_good_ones_changes_nothing(procore: Panelist) -> None:
    both = {"switches": {"case_blind": True}, "limits": {"hourly": "many"}}

    answer = await procore.panel("PATCH", body=both)

    assert answer.status == 400
    assert procore.world.procore.switches.case_blind is False


async def test_a_body_that_is_no_json_is_refused(either: Panelist) -> None:
    headers = {"X-Practice-Token": either.world.people_token}

    answer = await either.send("PATCH", PANEL, data=b"\xff{", headers=headers)

    assert (answer.status, answer.body) == (400, {"error": "the body is not JSON"})


async def test_an_ordered_error_meets_apps_and_spares_people(either: Panelist) -> None:
    token = await either.sign_in()
    await either.order("error", times=1, status=502)
    kind = ProcoreUser if either.side == "procore" else TeamsUser
    person = await kind.sign_in(either.world.startup)
    await person.children(person.top)
    await person.close()

    failed, after = await either.list_root(token), await either.list_root(token)

    assert (failed.status, after.status) == (502, 200)
    assert (await either.panel()).body["ordered"] == []


async def test_what_is_on_order_is_listed_and_called_off(either: Panelist) -> None:
    token = await either.sign_in()
    storm = await either.order("too_many", times=50, wait_seconds=7)
    first = await either.list_root(token)
    (listed,) = (await either.panel()).body["ordered"]

    gone = await either.panel("DELETE", f"/faults/{storm.body['number']}")
    after = await either.list_root(token)
    again = await either.panel("DELETE", f"/faults/{storm.body['number']}")

    assert (storm.status, first.status, first.headers["Retry-After"]) == (201, 429, "7")
    assert (listed["kind"], listed["left"]) == ("too_many", 49)
    assert (gone.status, after.status, again.status) == (204, 200, 404)


async def test_all_calm_takes_everything_back(either: Panelist) -> None:
    token = await either.sign_in()
    for kind in ("error", "page", "broken", "delay"):
        await either.order(kind, times=9)
    await either.order("disconnect" if either.side == "procore" else "blocked")

    await either.calm()

    assert (await either.list_root(token)).status == 200
    assert (await either.panel()).body["ordered"] == []


async def test_a_fault_is_for_the_calls_that_were_named(either: Panelist) -> None:
    token = await either.sign_in()
    other = "GET /documents" if either.side == "procore" else "GET /delta"
    mine = "GET /folders" if either.side == "procore" else "GET /item"
    await either.order("error", operation=other)
    spared = await either.list_root(token)
    await either.order("page", operation=mine)

    met = await either.list_root(token)

    assert spared.status == 200
    assert (met.status, "<h1>" in met.body) == (503, True)


@pytest.mark.parametrize("kind", ["lost", "broken"])
async def test_connections_break(either: Panelist, kind: str) -> None:
    token = await either.sign_in()
    await either.order(kind, times=2)  # aiohttp repeats a GET once by itself

    with pytest.raises(aiohttp.ClientError):
        await either.list_root(token)


async def test_downloads_are_cut_and_corrupted(either: Panelist) -> None:
    kind = ProcoreUser if either.side == "procore" else TeamsUser
    person = await kind.sign_in(either.world.startup)
    made = await person.add_file(person.top, "a.bin", body_of(b"ink" * 1000))

    await either.order("corrupt")
    wrong = b"".join([piece async for piece in person.read(made)])
    right = b"".join([piece async for piece in person.read(made)])
    await either.order("cut", after_bytes=10)
    with pytest.raises(aiohttp.ClientError):
        _ = [piece async for piece in person.read(made)]
    await person.close()

    assert right == b"ink" * 1000
    assert (len(wrong), wrong == right) == (3000, False)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"kind": "nonsense"}, "kind is one of: delay"),
        ({}, "kind is one of"),
        ({"kind": "error", "times": 0}, "times lies between 1"),
        ({"kind": "error", "operation": "GET /nonsense"}, "operation is none of those"),
        ({"kind": "error", "colour": "red"}, "nothing is called 'colour'"),
        ({"kind": "delay", "seconds": 1e9}, "seconds lies between"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    either: Panelist, body: object, word: str
) -> None:
    answer = await either.panel("POST", "/faults", body)

    assert answer.status == 400
    assert word in answer.body["error"]


async def test_tokens_end_on_order(either: Panelist) -> None:
    token = await either.sign_in()

    ordered = await either.order("expire_access")

    assert ordered.status == 204
    assert (await either.list_root(token)).status == 401
    assert (await either.list_root(await either.sign_in())).status == 200


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("disconnect", {}),
        ("documents_off", {}),
        ("shut_out", {"who": "practice-client"}),
        ("level", {"who": "practice-client", "level": "None"}),
    ],
)
async def test_procore_takes_rights_away_and_gives_them_back(
    procore: Panelist, kind: str, given: dict[str, str]
) -> None:
    token = await procore.sign_in()

    order = await procore.order(kind, **given)
    during = await procore.list_root(token)
    await procore.calm()

    assert (order.status, during.status) == (201, 403)
    assert (await procore.list_root(token)).status == 200


async def test_a_file_in_procore_is_checked_out_and_a_folder_private(procore: Panelist) -> None:
    world = procore.world
    tree = world.procore.documents(world.project_id)
    person = await ProcoreUser.sign_in(world.startup, "chloe")
    folder = await person.add_folder(person.top, "Plans")
    await person.add_file(folder.id, "a.txt", body_of(b"ink"))
    await person.close()

    out = await procore.order("checked_out", path="Plans/a.txt", who="ben", hours=3)
    private = await procore.order("private", path="Plans")
    missing = await procore.order("private", path="Plans/b.txt")
    holders = [node.holder(tree.now()) for node in tree.nodes.values() if node.name == "a.txt"]
    hidden = tree.nodes[int(folder.id)].private
    await procore.calm()

    assert (out.status, private.status, missing.status) == (201, 201, 400)
    assert [one.key for one in holders if one] == ["ben"]
    assert (hidden, tree.nodes[int(folder.id)].private) == (True, False)


async def test_libraries_fill_lock_hide_and_lag(microsoft: Panelist) -> None:
    world = microsoft.world
    drive = world.microsoft.channel("Site Office").drive
    person = await TeamsUser.sign_in(world.startup)
    made = await person.add_file(person.top, "a.txt", body_of(b"ink"))
    await person.close()
    path = "Site Office/a.txt"

    orders = [
        await microsoft.order("locked", path=path, who="ben"),
        await microsoft.order("hidden", path=path),
        await microsoft.order("lagging"),
        await microsoft.order("read_only"),
        await microsoft.order("full"),
        await microsoft.order("unprovisioned", channel="General"),
    ]
    during = (
        made.id in drive.locks,
        made.id in drive.trouble.hidden,
        drive.trouble.lags_at is not None,
        drive.read_only,
        world.microsoft.limits.quota_bytes == 0,
        world.microsoft.switches.unprovisioned_channels == {"General"},
    )
    await microsoft.calm()

    assert [one.status for one in orders] == [201] * 6
    assert all(during)
    assert not drive.locks
    assert not drive.trouble.hidden
    assert drive.trouble.lags_at is None
    assert world.microsoft.limits.quota_bytes
    assert not world.microsoft.switches.unprovisioned_channels


async def test_full_libraries_cannot_be_filled_again(microsoft: Panelist) -> None:
    quota = microsoft.world.microsoft.limits.quota_bytes
    await microsoft.order("full")

    again = await microsoft.order("full")

    assert (again.status, again.body["error"]) == (400, "they are full already")
    await microsoft.calm()
    assert microsoft.world.microsoft.limits.quota_bytes == quota


async def test_delta_is_reset_with_either_code(microsoft: Panelist) -> None:
    token = await microsoft.sign_in()
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/v1.0/drives/{microsoft.facts['drive_id']}/root/delta"
    first = await microsoft.send("GET", path, headers=headers)
    link = first.body["@odata.deltaLink"].removeprefix(microsoft.facts["address"])

    await microsoft.order("reset_delta", code="resyncChangesUploadDifferences")
    answer = await microsoft.send("GET", link, headers=headers)

    assert answer.status == 410
    assert answer.body["error"]["innerError"]["code"] == "resyncChangesUploadDifferences"


async def test_the_clock_is_set_ahead_for_both_services(either: Panelist) -> None:
    token = await either.sign_in()

    moved = await either.panel("POST", "/clock", {"seconds": 7200})
    expired = await either.list_root(token)
    back = await either.panel("POST", "/clock", {"seconds": -1})
    assert isinstance(either.world.clock, ShiftedClock)
    either.world.clock.advance(6_975 * 365.2425 * 86_400)
    too_far = await either.panel("POST", "/clock", {"seconds": 3e8})

    assert moved.body["ahead_seconds"] == 7200
    assert (expired.status, back.status, too_far.status) == (401, 400, 400)


async def test_the_last_requests_are_told_without_what_opens_anything(either: Panelist) -> None:
    token = await either.sign_in()
    await either.list_root(token)

    panel = await either.panel()

    newest = panel.body["requests"][0]
    assert (newest["method"], newest["status"], bool(newest["who"])) == ("GET", 200, True)
    assert sum(panel.body["counted"]["calls"].values()) == 1
    assert token not in str(panel.body)


def test_of_a_query_only_harmless_values_are_told() -> None:
    path = "/a/b?page=2&sig=123-abc&filters[search]=x&tempauth=secret&%24select=id"

    assert told(path) == "/a/b?page=2&sig=...&filters[search]=x&tempauth=...&$select=id"
