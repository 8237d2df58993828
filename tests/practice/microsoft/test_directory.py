"""People, Teams, channels, sites and their drives."""

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person


async def test_a_person_finds_the_team_its_channels_and_their_folder(
    microsoft: Microsoft,
) -> None:
    await microsoft.become("ben")

    teams = await microsoft.call("GET", "/me/joinedTeams")
    team = teams.json["value"][0]["id"]
    channels = await microsoft.call("GET", f"/teams/{team}/channels")
    site_office = channels.json["value"][1]["id"]
    folder = await microsoft.call("GET", f"/teams/{team}/channels/{site_office}/filesFolder")

    assert [one["displayName"] for one in teams.json["value"]] == ["Harbour Tower"]
    names = [one["displayName"] for one in channels.json["value"]]
    assert names == ["General", "Site Office", "Commercial"]
    assert folder.json["id"] == microsoft.folder
    assert folder.json["parentReference"]["driveId"] == microsoft.drive.place.drive_id


async def test_a_private_channel_is_seen_by_its_members_only(microsoft: Microsoft) -> None:
    team = microsoft.service.team.id
    private = microsoft.service.channel("Commercial")
    await microsoft.become("hugo")

    channels = await microsoft.call("GET", f"/teams/{team}/channels")
    folder = await microsoft.call("GET", f"/teams/{team}/channels/{private.id}/filesFolder")

    assert [one["displayName"] for one in channels.json["value"]] == ["General", "Site Office"]
    assert folder.status == 403


async def test_a_private_channel_has_a_library_of_its_own(microsoft: Microsoft) -> None:
    private = microsoft.service.channel("Commercial")

    answer = await microsoft.call(
        "GET", f"/teams/{microsoft.service.team.id}/channels/{private.id}/filesFolder"
    )

    assert answer.json["parentReference"]["driveId"] != microsoft.drive.place.drive_id


async def test_a_channels_folder_is_missing_until_it_is_provisioned(microsoft: Microsoft) -> None:
    channel = microsoft.service.channel("Site Office")
    path = f"/teams/{microsoft.service.team.id}/channels/{channel.id}/filesFolder"
    microsoft.switches.unprovisioned_channels.add("Site Office")

    before = await microsoft.call("GET", path)
    microsoft.switches.unprovisioned_channels.clear()
    after = await microsoft.call("GET", path)

    assert (before.status, after.status) == (404, 200)


async def test_the_primary_channel_is_general(microsoft: Microsoft) -> None:
    answer = await microsoft.call("GET", f"/teams/{microsoft.service.team.id}/primaryChannel")

    assert answer.json["displayName"] == "General"


async def test_an_app_by_itself_has_no_me(microsoft: Microsoft) -> None:
    assert (await microsoft.call("GET", "/me")).status == 400
    assert (await microsoft.call("GET", "/me/drive")).status == 400


@pytest.mark.parametrize(
    "address",
    [
        "/sites/{host}:/sites/HarbourTower",
        "/sites/{host}:/sites/HarbourTower:",
        "/sites/{id}",
        "/groups/{team}/sites/root",
    ],
)
async def test_a_site_is_found_by_id_by_path_and_by_its_group(
    microsoft: Microsoft, address: str
) -> None:
    place, team = microsoft.drive.place, microsoft.service.team.id

    answer = await microsoft.call(
        "GET", address.format(host=place.host, id=place.site_id, team=team)
    )

    assert answer.json["id"] == place.site_id


async def test_sites_are_searched_by_their_title(microsoft: Microsoft) -> None:
    some = await microsoft.call("GET", "/sites?search=hand")
    everything = await microsoft.call("GET", "/sites?search=*")
    root = await microsoft.call("GET", "/sites/root")

    assert [one["displayName"] for one in some.json["value"]] == ["Handover"]
    assert len(everything.json["value"]) == 4
    assert root.json["root"] == {}


async def test_a_site_lists_its_libraries_and_gives_the_first(microsoft: Microsoft) -> None:
    site = microsoft.service.tenant.handover_site.id

    drives = await microsoft.call("GET", f"/sites/{site}/drives")
    first = await microsoft.call("GET", f"/sites/{site}/drive")

    assert [one["name"] for one in drives.json["value"]] == ["Documents", "Records"]
    assert first.json["id"] == drives.json["value"][0]["id"]
    assert first.json["quota"]["total"] == 27_487_790_694_400


async def test_a_onedrive_belongs_to_one_person(microsoft: Microsoft) -> None:
    ana = person("ana").graph_id
    await microsoft.become("ben")

    own = await microsoft.call("GET", "/me/drive")
    others = await microsoft.call("GET", f"/users/{ana}/drive")

    assert own.json["driveType"] == "business"
    assert own.json["owner"]["user"]["displayName"] == "Ben Okafor"
    assert others.status == 403


async def test_people_are_found_by_id_and_by_login(microsoft: Microsoft) -> None:
    ana = person("ana")

    by_id = await microsoft.call("GET", f"/users/{ana.graph_id}")
    by_login = await microsoft.call("GET", f"/users/{ana.login}")
    nobody = await microsoft.call("GET", "/users/nobody")

    assert by_id.json == by_login.json
    assert by_id.json["userPrincipalName"] == ana.login
    assert nobody.status == 404


async def test_all_ids_are_the_same_every_time(microsoft: Microsoft) -> None:
    assert microsoft.service.team.id == str(microsoft.service.team.id).lower()
    assert microsoft.service.tenant.team.site.id == microsoft.drive.place.site_id
    twin = type(microsoft.service)(
        blobs=microsoft.service.blobs,
        clock=microsoft.clock,
        limits=microsoft.limits,
        switches=microsoft.switches,
        people_token="x",
    )
    assert twin.channel("Site Office").folder == microsoft.folder
    assert list(twin.tenant.drives) == list(microsoft.service.tenant.drives)
