"""What is against a contract is found, and what the services really do is not."""

import json
from typing import Any

import aiohttp
import pytest
from contract_checks.checking import Checker, contracts
from contract_checks.graph_addresses import described
from contract_checks.report import Standing, implemented, report, summary

from turnbuckle.connectors.graph.api import USER_AGENT
from turnbuckle.practice.exchanges import Exchange

ITEM = {"id": "1", "name": "a.pdf", "size": 3, "file": {"mimeType": "application/pdf"}}
FOLDER = {"id": 7, "name": "Plans", "parent_id": 1}
OURS = {"User-Agent": USER_AGENT, "Content-Type": "application/json"}


def exchange(service: str, call: str, status: int = 200, **told: Any) -> Exchange:
    method, _, path = call.partition(" ")
    asked, answered = told.get("asked"), told.get("answered")
    return Exchange(
        service=service,
        method=method,
        path=path,
        asked_headers=told.get("headers", {"Content-Type": "application/json"}),
        asked=None if asked is None else json.dumps(asked).encode(),
        status=status,
        headers={"Content-Type": "application/json;charset=utf-8"},
        answered=None if answered is None else json.dumps(answered).encode(),
    )


def faults(*told: Exchange, lenient: bool = False) -> list[str]:
    checker = Checker()
    checker.lenient = lenient
    for one in told:
        checker.see(one)
    return [fault.partition("): ")[2] for fault in checker.faults]


@pytest.mark.parametrize(
    ("call", "told", "wrong"),
    [
        ("GET /v1.0/drives/d/items/1", {"answered": ITEM}, ""),
        ("GET /v1.0/drives/d/items/1?$select=id", {"answered": ITEM}, ""),
        ("GET /v1.0/drives/d/items/1?select=id", {"answered": ITEM}, ""),
        ("GET /v1.0/drives/d/root:/a/b.pdf", {"answered": ITEM}, ""),
        ("GET /v1.0/drives/d/items/1/colour", {}, "no such operation"),
        ("GET /v1.0/drives/d/items/1?$colour=red", {"answered": ITEM}, "no parameter '$colour'"),
        ("GET /v1.0/drives/d/items/1", {"answered": {**ITEM, "size": "3"}}, "size: '3' is not"),
        ("GET /v1.0/drives/d/items/1", {"answered": {**ITEM, "colour": 1}}, "field 'colour'"),
        (
            "GET /v1.0/drives/d/items/1",
            {"answered": {**ITEM, "file": {"colour": 1}}},
            "file: nobody named the field 'colour'",
        ),
        (
            "GET /v1.0/drives/d/items/1/children",
            {"answered": {"value": [ITEM, {**ITEM, "folder": {"childCount": "2"}}]}},
            "value/1/folder",
        ),
        ("PATCH /v1.0/drives/d/items/1", {"asked": {"name": 7}, "answered": ITEM}, "asked: name"),
    ],
)
def test_graph(call: str, told: dict[str, Any], wrong: str) -> None:
    found = faults(exchange("graph", call, **told))

    assert (wrong in found[0]) if wrong else not found


@pytest.mark.parametrize(
    ("call", "status", "told", "wrong"),
    [
        ("GET /rest/v1.0/me?company_id=1", 200, {"answered": {"id": 1, "login": "a"}}, ""),
        ("GET /rest/v1.0/me", 200, {"answered": {"id": 1}}, "'login' is a required property"),
        ("GET /rest/v1.0/me?colour=red", 200, {}, "no parameter 'colour'"),
        ("GET /rest/v1.0/folders/7", 200, {}, "the parameter 'project_id' is missing"),
        ("GET /rest/v1.0/me", 418, {}, "never answers 418"),
        (
            "POST /rest/v1.0/folders?project_id=1",
            201,
            {"asked": {"folder": {"name": "A", "colour": 1}}},
            "folder: nobody named the field 'colour'",
        ),
        ("POST /rest/v1.0/folders?project_id=1", 201, {"asked": {}}, "'folder' is a required"),
    ],
)
def test_procore(call: str, status: int, told: dict[str, Any], wrong: str) -> None:
    found = faults(exchange("procore", call, status, **told))

    assert (wrong in found[0]) if wrong else not found


def test_what_is_sent_by_hand_may_be_wrong_where_it_is_refused_and_our_own_calls_never() -> None:
    call = "GET /v1.0/drives/d/items/1?$colour=red"

    assert faults(exchange("graph", call, 400)) == []
    assert faults(exchange("graph", call, 400, headers=OURS)) == [
        "the operation has no parameter '$colour'"
    ]
    assert faults(exchange("graph", call), lenient=True) == []


def test_a_fault_is_told_each_time_and_what_is_right_is_looked_at_once() -> None:
    wrong = exchange("graph", "GET /v1.0/drives/d/items/1", answered={**ITEM, "colour": 1})
    right = exchange("graph", "GET /v1.0/drives/d/items/1", answered=ITEM)

    assert len(faults(right, wrong, right, wrong)) == 2


def test_pages_and_microsofts_sign_in_are_no_part_of_a_contract() -> None:
    for service, call in (("graph", "POST /t/oauth2/v2.0/token"), ("procore", "GET /people")):
        assert faults(exchange(service, call)) == []


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/drives/b%21d/items/1", "/drives/b!d/items/1"),
        ("/drives/d/root", "/drives/d/root"),
        ("/drives/d/root/children", "/drives/d/items/root/children"),
        ("/drives/d/root:/a/b", "/drives/d/items/by-path"),
        ("/drives/d/root:/a/b:/children", "/drives/d/items/by-path/children"),
        ("/drives/d/items/1:/a.pdf:/content", "/drives/d/items/by-path/content"),
        ("/drives/d/items/1:/a.pdf:", "/drives/d/items/by-path"),
        ("/drives/d//items/1/", "/drives/d/items/1"),
        ("/drives/d/root/delta", "/drives/d/items/root/delta()"),
        ("/drives/d/items/1/delta(token='x')", "/drives/d/items/1/delta(token='some')"),
        ("/me/drive", "/me/drive"),
        ("/me/drive/root:/a:/content", "/drives/own/items/by-path/content"),
        ("/groups/g/drive/items/1", "/drives/own/items/1"),
        ("/sites/s/drives/d/items/1", "/drives/d/items/1"),
        ("/sites/host:/sites/a:", "/sites/by-path"),
        ("/sites/host:/sites/a:/drive/root/children", "/drives/own/items/root/children"),
    ],
)
def test_an_address_is_told_as_the_contract_writes_it(raw: str, path: str) -> None:
    assert described(raw) == path


def test_the_report_tells_what_is_there_and_what_was_used(tmp_path: Any) -> None:
    used = {("graph", "GET /drives/{drive-id}/root")}

    lines = {one.operation: one.standing for one in report(implemented(tmp_path), used)}

    assert lines["GET /drives/{drive-id}/root"] is Standing.EXERCISED
    assert lines["PATCH /drives/{drive-id}/items/{driveItem-id}"] is Standing.UNUSED
    assert lines["POST /rest/v1.0/folders"] is Standing.UNUSED
    assert lines["GET /rest/v1.0/projects/{project_id}/rfis"] is Standing.ABSENT
    told = list(summary(list(report(implemented(tmp_path), used)), every=True))
    described_by_graph = len(contracts("graph")[0].operations)
    assert told[0].startswith(f"graph: {described_by_graph} operations described, ")
    assert told[0].endswith(", 1 exercised")
    assert "  never exercised: POST /rest/v1.0/folders" in told


async def test_a_call_to_practice_mode_is_seen(tmp_path: Any) -> None:
    from practice.procore.caller import PEOPLE_TOKEN

    from turnbuckle.practice.blobs import Blobs
    from turnbuckle.practice.clock import RealClock
    from turnbuckle.practice.exchanges import onlookers
    from turnbuckle.practice.procore.server import PracticeProcore
    from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches

    seen: list[Exchange] = []
    procore = PracticeProcore(
        blobs=Blobs(tmp_path / "blobs"),
        clock=RealClock(),
        limits=NO_LIMITS,
        switches=ProcoreSwitches(),
        people_token=PEOPLE_TOKEN,
    )
    onlookers.append(seen.append)
    try:
        await procore.start()
        fields = {"grant_type": "client_credentials", "client_id": procore.client_id}
        fields["client_secret"] = procore.client_secret
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{procore.address}/oauth/token", data=fields) as answer,
        ):
            token = (await answer.json())["access_token"]
    finally:
        onlookers.remove(seen.append)
        await procore.stop()

    assert [(one.method, one.path, one.status) for one in seen] == [("POST", "/oauth/token", 200)]
    assert seen[0].answered is not None
    assert token in seen[0].answered.decode()
    assert b"client_credentials" in (seen[0].asked or b"")
