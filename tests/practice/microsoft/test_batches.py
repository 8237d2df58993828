"""Many requests in one: each is answered, charged and refused by itself."""

import base64
from typing import Any

import pytest
from practice.microsoft.client import Answer, Microsoft


def _row(number: str, method: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "method": method, "url": url, **more}


async def _batch(microsoft: Microsoft, *rows: dict[str, Any]) -> Answer:
    return await microsoft.call("POST", "/$batch", json={"requests": list(rows)})


def _by_id(answer: Answer) -> dict[str, dict[str, Any]]:
    assert answer.status == 200, answer.body
    return {row["id"]: row for row in answer.json["responses"]}


async def test_each_part_has_an_answer_of_its_own(microsoft: Microsoft) -> None:
    rows = _by_id(
        await _batch(
            microsoft,
            _row("a", "GET", f"{microsoft.at}/root"),
            _row("b", "GET", f"{microsoft.at}/items/nothing"),
            _row("c", "GET", "/sites?search=Handover"),
        )
    )

    assert rows["a"]["body"]["root"] == {}
    assert (rows["b"]["status"], rows["b"]["body"]["error"]["code"]) == (404, "itemNotFound")
    assert rows["c"]["body"]["value"][0]["displayName"] == "Handover"
    assert rows["a"]["headers"]["Content-Type"] == "application/json"


async def test_a_chain_of_parts_stops_where_one_fails(microsoft: Microsoft) -> None:
    folder = {"name": "Plans", "folder": {}}
    told = {"Content-Type": "application/json"}
    children = f"{microsoft.at}/items/{microsoft.folder}/children"

    rows = _by_id(
        await _batch(
            microsoft,
            _row("1", "POST", children, body=folder, headers=told),
            _row("2", "POST", children, body=folder, headers=told, dependsOn=["1"]),
            _row("3", "GET", children, dependsOn=["2"]),
        )
    )

    assert [rows[one]["status"] for one in "123"] == [201, 409, 424]


async def test_a_body_that_is_not_json_comes_as_base64_and_content_is_a_redirect(
    microsoft: Microsoft,
) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}:/a.txt:/content"
    packed = base64.b64encode(b"ink").decode()

    rows = _by_id(
        await _batch(
            microsoft,
            _row("1", "PUT", path, body=packed, headers={"Content-Type": "text/plain"}),
            _row("2", "GET", path, dependsOn=["1"]),
        )
    )

    assert rows["1"]["status"] == 201
    assert rows["2"]["status"] == 302
    read = await microsoft.bare("GET", rows["2"]["headers"]["Location"])
    assert read.body == b"ink"


async def test_every_part_is_charged_by_itself_and_waits_by_itself(microsoft: Microsoft) -> None:
    microsoft.limits.app_units_a_minute = 2
    path = f"{microsoft.at}/root"

    answer = await _batch(microsoft, *(_row(str(one), "GET", path) for one in range(3)))

    rows = _by_id(answer)
    assert [rows[one]["status"] for one in "012"] == [200, 200, 429]
    assert rows["2"]["headers"]["Retry-After"] == "60"
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [_row(str(one), "GET", "/me") for one in range(21)],
        [_row("a", "GET", "/me"), _row("A", "GET", "/me")],
        [_row("a", "GET", "")],
        [_row("a", "FETCH", "/me")],
        [_row("a", "GET", "/me", dependsOn=["b"])],
        [_row("a", "GET", "/me"), _row("b", "GET", "/me"), _row("c", "GET", "/", dependsOn="ab")],
        ["me"],
    ],
)
async def test_a_batch_that_makes_no_sense_is_refused_as_a_whole(
    microsoft: Microsoft, rows: list[Any]
) -> None:
    answer = await microsoft.call("POST", "/$batch", json={"requests": rows})

    assert (answer.status, answer.error) == (400, "invalidRequest")


@pytest.mark.parametrize(
    "row",
    [
        _row("a", "POST", "/$batch", body={}, headers={"Content-Type": "application/json"}),
        _row("a", "POST", "/drives/x/root/children", body={"name": "a"}),
        _row("a", "PUT", "/drives/x/root:/a:/content", body="!", headers={"Content-Type": "a/b"}),
    ],
)
async def test_a_part_that_makes_no_sense_is_refused_alone(
    microsoft: Microsoft, row: dict[str, Any]
) -> None:
    rows = _by_id(await _batch(microsoft, row, _row("b", "GET", f"{microsoft.at}/root")))

    assert (rows["a"]["status"], rows["b"]["status"]) == (400, 200)
