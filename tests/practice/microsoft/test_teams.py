"""Teams and channels are made, renamed and deleted; a channel's files are there in their time."""

from typing import Any
from urllib.parse import quote

import pytest
from practice.microsoft.client import Answer, Microsoft

from turnbuckle.practice.microsoft.teams import Channel
from turnbuckle.practice.persons import PERSONS, person

TEMPLATE = "https://graph.microsoft.com/v1.0/teamsTemplates('standard')"
TEAM_ROLES = ("Team.Create", "Team.ReadBasic.All", "TeamMember.Read.All", "Channel.ReadBasic.All")
CHANNEL_ROLES = (
    *("Channel.Create", "Channel.ReadBasic.All", "Channel.Delete.All", "ChannelMember.Read.All"),
    *("ChannelSettings.ReadWrite.All", "Files.ReadWrite.All"),
)


def member(key: str, *roles: str) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": list(roles),
        "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{person(key).graph_id}')",
    }


def channels(microsoft: Microsoft) -> str:
    return f"/teams/{microsoft.service.team.id}/channels"


async def make(microsoft: Microsoft, name: str, **more: Any) -> Answer:
    await microsoft.sign_in_with(*CHANNEL_ROLES)
    return await microsoft.call("POST", channels(microsoft), json={"displayName": name, **more})


# -- Teams ---------------------------------------------------------------------------------------


async def test_a_team_is_made_in_a_while_and_the_operation_tells_when(
    microsoft: Microsoft,
) -> None:
    await microsoft.sign_in_with(*TEAM_ROLES)
    body = {
        "template@odata.bind": TEMPLATE,
        "displayName": "North Pier",
        "members": [member("ben", "owner")],
    }

    made = await microsoft.call("POST", "/teams", json=body)
    operation = made.headers["Location"]
    early = await microsoft.call("GET", operation)
    missing = await microsoft.call("GET", early.json["targetResourceLocation"])
    microsoft.clock.advance(3)
    late = await microsoft.call("GET", operation)
    team = await microsoft.call("GET", late.json["targetResourceLocation"])

    assert (made.status, made.body) == (202, b"")
    assert (early.json["status"], missing.status) == ("inProgress", 404)
    assert (late.json["status"], team.json["displayName"]) == ("succeeded", "North Pier")


async def test_a_new_team_has_its_owner_general_and_a_site(microsoft: Microsoft) -> None:
    microsoft.service.tenant.add_team("North Pier", owners=PERSONS[1:2], members=PERSONS[2:4])
    team = list(microsoft.service.tenant.teams)[-1]
    await microsoft.sign_in_with(*TEAM_ROLES, "Sites.Read.All")

    members = await microsoft.call("GET", f"/teams/{team}/members")
    general = await microsoft.call("GET", f"/teams/{team}/primaryChannel")
    site = await microsoft.call("GET", f"/groups/{team}/sites/root")

    roles = {one["displayName"]: one["roles"] for one in members.json["value"]}
    assert roles == {"Ben Okafor": ["owner"], "Chloe Martin": [], "Dilip Rao": []}
    assert general.json["displayName"] == "General"
    assert site.json["webUrl"].endswith("/sites/NorthPier")


async def test_who_is_not_in_a_team_sees_neither_it_nor_its_library(microsoft: Microsoft) -> None:
    team = microsoft.service.tenant.add_team("North Pier", members=PERSONS[1:2])
    drive = team.site.drives[0].place.drive_id
    await microsoft.become("hugo")

    answers = [
        await microsoft.call("GET", path)
        for path in (f"/teams/{team.id}", f"/drives/{drive}/root", f"/sites/{team.site.id}")
    ]

    assert [answer.status for answer in answers] == [403, 403, 403]


async def test_who_leaves_a_team_leaves_its_library(microsoft: Microsoft) -> None:
    await microsoft.become("hugo")

    before = await microsoft.call("GET", f"{microsoft.at}/root")
    microsoft.service.team.members.remove("hugo")
    after = await microsoft.call("GET", f"{microsoft.at}/root")

    assert (before.status, after.status) == (200, 403)


@pytest.mark.parametrize(
    "wrong",
    [
        {"template@odata.bind": None},
        {"displayName": ""},
        {"members": []},
        {"members": [member("ben")]},
        {"members": [{"user@odata.bind": "https://graph.microsoft.com/v1.0/users('nobody')"}]},
        {"visibility": "hidden"},
    ],
)
async def test_a_team_that_is_not_told_in_full_is_refused(
    microsoft: Microsoft, wrong: dict[str, Any]
) -> None:
    await microsoft.sign_in_with(*TEAM_ROLES)
    body = {
        "template@odata.bind": TEMPLATE,
        "displayName": "North Pier",
        "members": [member("ben", "owner")],
    }

    answer = await microsoft.call("POST", "/teams", json={**body, **wrong})

    assert (answer.status, answer.error) == (400, "BadRequest")


async def test_teams_of_one_name_are_different_teams(microsoft: Microsoft) -> None:
    first, second = (microsoft.service.tenant.add_team("Twin") for _ in range(2))

    assert first.id != second.id
    assert first.site.id != second.site.id
    assert first.channels[0].id != second.channels[0].id
    assert len({drive.place.drive_id for drive in (*first.site.drives, *second.site.drives)}) == 2


async def test_teams_are_found_among_the_groups(microsoft: Microsoft) -> None:
    microsoft.service.tenant.add_team("North Pier")
    await microsoft.sign_in_with("GroupMember.Read.All")
    is_team = quote("resourceProvisioningOptions/Any(x:x eq 'Team')")
    and_north = quote(" and startswith(displayName,'north')")

    teams = await microsoft.call("GET", f"/groups?$filter={is_team}&$select=id,displayName")
    one = await microsoft.call("GET", f"/groups?$filter={is_team}{and_north}")
    odd = await microsoft.call("GET", "/groups?$filter=displayName%20gt%20'A'")

    assert [one["displayName"] for one in teams.json["value"]] == ["Harbour Tower", "North Pier"]
    assert set(teams.json["value"][0]) == {"id", "displayName"}
    assert [one["displayName"] for one in one.json["value"]] == ["North Pier"]
    assert (odd.status, odd.error) == (400, "Request_UnsupportedQuery")


async def test_people_are_listed_in_pages(microsoft: Microsoft) -> None:
    first = await microsoft.call("GET", "/users?$top=5&$select=displayName")
    second = await microsoft.call("GET", first.json["@odata.nextLink"])
    found = await microsoft.call("GET", "/users?$filter=startswith(displayName,'Ew')")

    assert (len(first.json["value"]), len(second.json["value"])) == (5, 3)
    assert "@odata.nextLink" not in second.json
    assert second.json["value"][0] == {"displayName": "Finn Larsen"}
    assert [one["displayName"] for one in found.json["value"]] == ["Ewa Nowak"]


# -- channels ------------------------------------------------------------------------------------


async def test_a_new_channel_has_no_folder_before_somebody_opens_its_files(
    microsoft: Microsoft,
) -> None:
    made = await make(microsoft, "Facade")
    path = f"{channels(microsoft)}/{made.json['id']}/filesFolder"

    early = await microsoft.call("GET", path)
    microsoft.clock.advance(1800)
    late = await microsoft.call("GET", path)
    await microsoft.become("hugo")
    by_hand = await microsoft.call("GET", path)
    await microsoft.sign_in()
    then = await microsoft.call("GET", path)

    assert (made.status, made.json["membershipType"]) == (201, "standard")
    assert (early.status, late.status, by_hand.status, then.status) == (404, 404, 200, 200)
    assert then.json["name"] == "Facade"
    assert then.json["parentReference"]["driveId"] == microsoft.drive.place.drive_id


@pytest.mark.parametrize("membership", ["private", "shared"])
async def test_asking_for_the_files_of_a_private_or_shared_channel_makes_its_site(
    microsoft: Microsoft, membership: str
) -> None:
    more = {"membershipType": membership, "members": [member("ben", "owner"), member("ewa")]}
    made = await make(microsoft, "Claims", **more)
    path = f"{channels(microsoft)}/{made.json['id']}/filesFolder"
    sites = len(microsoft.service.tenant.sites)

    first = await microsoft.call("GET", path)
    soon = await microsoft.call("GET", path)
    microsoft.clock.advance(60)
    then = await microsoft.call("GET", path)
    people = await microsoft.call("GET", f"{channels(microsoft)}/{made.json['id']}/members")

    assert (made.json["membershipType"], first.status, soon.status) == (membership, 404, 404)
    assert then.json["webUrl"].endswith("/sites/HarbourTower-Claims/Shared%20Documents/Claims")
    assert len(microsoft.service.tenant.sites) == sites + 1
    roles = {one["displayName"]: one["roles"] for one in people.json["value"]}
    assert roles == {"Ben Okafor": ["owner"], "Ewa Nowak": []}


async def test_a_shared_channel_may_have_people_from_outside_the_team(
    microsoft: Microsoft,
) -> None:
    microsoft.service.team.members.discard("hugo")

    private = await make(
        microsoft,
        "Inner",
        membershipType="private",
        members=[member("ana", "owner"), member("hugo")],
    )
    shared = await make(
        microsoft,
        "Outer",
        membershipType="shared",
        members=[member("ana", "owner"), member("hugo")],
    )

    assert (private.status, shared.status) == (400, 201)


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 51, "_plans", ".plans", "plans.", "site OFFICE", "General"]
)
async def test_a_channel_of_a_bad_or_taken_name_is_refused(microsoft: Microsoft, name: str) -> None:
    answer = await make(microsoft, name)

    assert (answer.status, answer.error) == (400, "BadRequest")


async def test_the_name_of_a_deleted_channel_is_free_after_thirty_days(
    microsoft: Microsoft,
) -> None:
    office = microsoft.service.channel("Site Office")
    await microsoft.put("a.txt", b"x", folder=office.folder)
    await microsoft.sign_in_with(*CHANNEL_ROLES)

    gone = await microsoft.call("DELETE", f"{channels(microsoft)}/{office.id}")
    early = await make(microsoft, "Site Office")
    folder = await microsoft.call("GET", f"{microsoft.at}/items/{office.folder}/children")
    microsoft.clock.advance(31 * 86_400)
    late = await make(microsoft, "Site Office")

    assert (gone.status, early.status, late.status) == (204, 400, 201)
    assert [one["name"] for one in folder.json["value"]] == ["a.txt"]
    assert late.json["id"] != office.id


async def test_the_site_of_a_deleted_private_channel_goes_with_it(microsoft: Microsoft) -> None:
    private = microsoft.service.channel("Commercial")
    await microsoft.sign_in_with(*CHANNEL_ROLES)

    await microsoft.call("DELETE", f"{channels(microsoft)}/{private.id}")
    answer = await microsoft.call("GET", f"/drives/{private.drive.place.drive_id}/root")

    assert answer.status == 404


async def test_general_cannot_be_deleted(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with(*CHANNEL_ROLES)
    general = microsoft.service.channel("General").id

    assert (await microsoft.call("DELETE", f"{channels(microsoft)}/{general}")).status == 400


@pytest.mark.parametrize(
    ("old", "switched", "folder"),
    [
        ("Site Office", False, "Site Office"),
        ("Site Office", True, "Site Team"),
        ("General", False, "Site Team"),
        ("Commercial", True, "Commercial"),
    ],
)
async def test_the_folder_of_a_renamed_channel_keeps_its_name_but_for_general(
    microsoft: Microsoft, old: str, switched: bool, folder: str
) -> None:
    microsoft.switches.renamed_channel_renames_folder = switched
    channel: Channel = microsoft.service.channel(old)
    before = channel.folder
    await microsoft.sign_in_with(*CHANNEL_ROLES)
    where = f"{channels(microsoft)}/{channel.id}"

    renamed = await microsoft.call("PATCH", where, json={"displayName": "Site Team"})
    shown = await microsoft.call("GET", where)
    found = await microsoft.call("GET", f"{where}/filesFolder")

    assert (renamed.status, shown.json["displayName"]) == (204, "Site Team")
    assert (found.json["name"], found.json["id"]) == (folder, before)


async def test_channels_are_filtered_by_their_kind(microsoft: Microsoft) -> None:
    microsoft.service.tenant.add_channel(microsoft.service.team, "Partners", "shared")

    answer = await microsoft.call(
        "GET", f"{channels(microsoft)}?$filter=membershipType%20ne%20'standard'"
    )

    assert [one["displayName"] for one in answer.json["value"]] == ["Commercial", "Partners"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/groups", None),
        ("GET", "/users", None),
        ("GET", "/sites?search=*", None),
        ("POST", "/teams", {"displayName": "x"}),
        ("GET", "/teams/{team}/members", None),
        ("POST", "/teams/{team}/channels", {"displayName": "x"}),
        ("PATCH", "/teams/{team}/channels/{channel}", {"displayName": "x"}),
        ("DELETE", "/teams/{team}/channels/{channel}", None),
        ("GET", "/teams/{team}/channels/{channel}/members", None),
        ("GET", "/teams/{team}/channels/{channel}/filesFolder", None),
        ("GET", "/teams/{team}/channels/{channel}/tabs", None),
        ("POST", "/teams/{team}/channels/{channel}/tabs", {"displayName": "x"}),
        ("GET", "/sites/{site}/permissions", None),
    ],
)
async def test_each_call_asks_for_a_right_of_its_own(
    microsoft: Microsoft, method: str, path: str, body: Any
) -> None:
    await microsoft.sign_in_with("Team.ReadBasic.All", "Channel.ReadBasic.All", "Sites.Selected")
    microsoft.service.grant_site(microsoft.service.team.site, "fullcontrol")
    team, channel = microsoft.service.team, microsoft.service.channel("Site Office")

    answer = await microsoft.call(
        method, path.format(team=team.id, channel=channel.id, site=team.site.id), json=body
    )

    assert (answer.status, answer.error) == (403, "accessDenied")


async def test_what_exists_is_not_asked_by_any_method(microsoft: Microsoft) -> None:
    wrong = await microsoft.call("DELETE", f"/teams/{microsoft.service.team.id}")
    nothing = await microsoft.call("GET", "/astronauts")

    assert (wrong.status, nothing.status) == (405, 400)
