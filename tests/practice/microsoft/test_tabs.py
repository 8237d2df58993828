"""Tabs of a channel: made, changed, deleted."""

from typing import Any

import pytest
from practice.microsoft.client import Microsoft

_APPS = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps"
WEBSITE = f"{_APPS}/com.microsoft.teamspace.tab.web"


def tabs(microsoft: Microsoft) -> str:
    channel = microsoft.service.channel("Site Office").id
    return f"/teams/{microsoft.service.team.id}/channels/{channel}/tabs"


def tab(**more: Any) -> dict[str, Any]:
    configuration = {"entityId": None, "contentUrl": "https://a.example/", "removeUrl": None}
    return {
        "displayName": "Status",
        "teamsApp@odata.bind": WEBSITE,
        "configuration": {**configuration, "websiteUrl": "https://a.example/"},
        **more,
    }


async def test_a_tab_is_made_found_renamed_and_deleted(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with("TeamsTab.ReadWrite.All")

    made = await microsoft.call("POST", tabs(microsoft), json=tab())
    where = f"{tabs(microsoft)}/{made.json['id']}"
    shown = await microsoft.call("GET", f"{where}?$expand=teamsApp")
    renamed = await microsoft.call("PATCH", where, json={"displayName": "Progress"})
    listed = await microsoft.call("GET", tabs(microsoft))
    gone = await microsoft.call("DELETE", where)
    after = await microsoft.call("GET", where)

    assert (made.status, made.json["displayName"]) == (201, "Status")
    assert shown.json["teamsApp"]["id"] == "com.microsoft.teamspace.tab.web"
    assert renamed.json["configuration"]["websiteUrl"] == "https://a.example/"
    assert [one["displayName"] for one in listed.json["value"]] == ["Progress"]
    assert (gone.status, after.status) == (204, 404)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"displayName": ""}, 400),
        ({"displayName": "x" * 129}, 400),
        ({"teamsApp@odata.bind": None}, 400),
        ({"teamsApp@odata.bind": f"{_APPS}/com.example.unknown"}, 404),
    ],
)
async def test_a_tab_without_a_name_or_a_known_app_is_refused(
    microsoft: Microsoft, wrong: dict[str, Any], status: int
) -> None:
    await microsoft.sign_in_with("TeamsTab.Create")

    answer = await microsoft.call("POST", tabs(microsoft), json=tab(**wrong))

    assert answer.status == status


async def test_who_may_only_make_tabs_does_not_list_them(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with("TeamsTab.Create")

    made = await microsoft.call("POST", tabs(microsoft), json=tab())
    listed = await microsoft.call("GET", tabs(microsoft))

    assert (made.status, listed.status) == (201, 403)
