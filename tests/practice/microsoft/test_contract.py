"""Calls of each kind to practice Microsoft; that they keep to the contract is checked as always."""

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person


@pytest.mark.parametrize(
    "address",
    [
        "/users/{person}",
        "/users",
        "/organization",
        "/teams/{team}",
        "/teams/{team}/channels",
        "/teams/{team}/primaryChannel",
        "/teams/{team}/channels/{channel}",
        "/teams/{team}/channels/{channel}/filesFolder",
        "/groups/{team}",
        "/groups/{team}/drives",
        "/groups/{team}/sites/root",
        "/users/{person}/drive",
        "/users/{person}/drives",
        "/groups",
        "/groups/{team}/drive",
        "/sites?search=*",
        "/sites/{site}",
        "/sites/{site}/drives",
        "/drives/{drive}",
        "/drives/{drive}/root",
        "/drives/{drive}/items/{item}",
        "/drives/{drive}/items/root/children",
        "/drives/{drive}/items/root/delta()",
        "/drives/{drive}/items/{item}/versions",
    ],
)
async def test_a_reading_call_answers_in_the_contracts_shape(
    microsoft: Microsoft, address: str
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


async def test_writing_calls_answer_in_the_contracts_shape(microsoft: Microsoft) -> None:
    children = f"{microsoft.at}/items/{microsoft.folder}/children"

    folder = await microsoft.call("POST", children, json={"name": "New", "folder": {}})
    item = f"{microsoft.at}/items/{folder.json['id']}"
    renamed = await microsoft.call("PATCH", item, json={"name": "Newer"})
    session = await microsoft.begin("a.bin", fileSize=10)

    assert (folder.status, renamed.status, session.status) == (201, 200, 200)


async def test_a_refusal_has_the_contracts_shape(microsoft: Microsoft) -> None:
    refused = await microsoft.call("GET", f"{microsoft.at}/items/nothing")

    assert refused.status == 404
