"""What practice Microsoft answers has the shapes of Microsoft's own description of Graph."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person

CONTRACT = Path(__file__).parents[3] / "contracts" / "graph.json"
CHANNEL = "/teams/{team-id}/channels/{channel-id}"
ITEM = "/drives/{drive-id}/items/{driveItem-id}"


def _nullable(schema: Any) -> Any:
    """The dialect of OpenAPI 3.0 in that of JSON Schema: `nullable` is one more type."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _nullable(value) for key, value in schema.items()}
    if made.pop("nullable", False) and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


@cache
def _document() -> dict[str, Any]:
    read: dict[str, Any] = _nullable(json.loads(CONTRACT.read_text()))
    return read


def _check(path: str, method: str, body: Any) -> None:
    document = _document()
    answer = document["paths"][path][method]["responses"]["2XX"]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    faults = [f"{list(one.absolute_path)}: {one.message}" for one in validator.iter_errors(body)]
    assert faults == []


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/users/{user-id}", "/users/{person}"),
        ("/users", "/users"),
        ("/organization", "/organization"),
        ("/teams/{team-id}", "/teams/{team}"),
        ("/teams/{team-id}/channels", "/teams/{team}/channels"),
        ("/teams/{team-id}/primaryChannel", "/teams/{team}/primaryChannel"),
        (f"{CHANNEL}/filesFolder", "/teams/{team}/channels/{channel}/filesFolder"),
        ("/groups", "/groups"),
        ("/groups/{group-id}/drive", "/groups/{team}/drive"),
        ("/sites", "/sites?search=*"),
        ("/sites/{site-id}", "/sites/{site}"),
        ("/sites/{site-id}/drives", "/sites/{site}/drives"),
        ("/drives/{drive-id}", "/drives/{drive}"),
        ("/drives/{drive-id}/root", "/drives/{drive}/root"),
        (ITEM, "/drives/{drive}/items/{item}"),
        (f"{ITEM}/children", "/drives/{drive}/items/root/children"),
        (f"{ITEM}/delta()", "/drives/{drive}/items/root/delta()"),
        (f"{ITEM}/versions", "/drives/{drive}/items/{item}/versions"),
    ],
)
async def test_a_reading_call_answers_in_the_contracts_shape(
    microsoft: Microsoft, path: str, address: str
) -> None:
    made = await microsoft.put("a.pdf", b"%PDF")
    await microsoft.put("a.pdf", b"%PDF-1.4")

    answer = await microsoft.call(
        "GET",
        address.format(
            person=person("ana").graph_id,
            team=microsoft.service.team.id,
            channel=microsoft.service.channel("Site Office").id,
            site=microsoft.drive.place.site_id,
            drive=microsoft.drive.place.drive_id,
            item=made.json["id"],
        ),
    )

    assert answer.status == 200
    _check(path, "get", answer.json)


async def test_a_tombstone_and_a_checked_out_file_have_the_contracts_shape(
    microsoft: Microsoft,
) -> None:
    gone = (await microsoft.put("gone.txt", b"x")).json["id"]
    held = (await microsoft.put("held.txt", b"x")).json["id"]
    _, link = await microsoft.changes()
    await microsoft.call("DELETE", f"{microsoft.at}/items/{gone}")
    await microsoft.call("POST", f"{microsoft.at}/items/{held}/checkout")

    answer = await microsoft.call("GET", link)

    assert {gone, held} <= {row["id"] for row in answer.json["value"]}
    _check(f"{ITEM}/delta()", "get", answer.json)


async def test_writing_calls_answer_in_the_contracts_shape(microsoft: Microsoft) -> None:
    children = f"{microsoft.at}/items/{microsoft.folder}/children"

    folder = await microsoft.call("POST", children, json={"name": "New", "folder": {}})
    item = f"{microsoft.at}/items/{folder.json['id']}"
    renamed = await microsoft.call("PATCH", item, json={"name": "Newer"})
    session = await microsoft.begin("a.bin", fileSize=10)

    _check(f"{ITEM}/children", "post", folder.json)
    _check(ITEM, "patch", renamed.json)
    _check(f"{ITEM}/createUploadSession", "post", session.json)


async def test_a_refusal_has_the_contracts_shape_but_for_one_letter(microsoft: Microsoft) -> None:
    refused = (await microsoft.call("GET", f"{microsoft.at}/items/nothing")).json
    refused["error"]["innererror"] = refused["error"].pop("innerError")
    del refused["error"]["innererror"]["date"]  # spelt `Date` in the document, wrongly
    schema = {"$ref": "#/components/schemas/microsoft.graph.ODataErrors.ODataError"}

    validator = Draft202012Validator({**schema, "components": _document()["components"]})

    assert list(validator.iter_errors(refused)) == []
