"""Destinations: found by the names that people use, refused with what there is instead."""

import pytest
from connectors.graph.world import CHANNEL, Ana, World

from turnbuckle.connectors.graph.places import Place, Places, UnknownPlace, site_key
from turnbuckle.connectors.graph.preflight import preflight
from turnbuckle.model.items import ItemId
from turnbuckle.ports.errors import AccessDenied, NoSpace

TEAM = "Harbour Tower"
ANA = "ana"


@pytest.fixture
def places(world: World) -> Places:
    return Places(world.wire())


@pytest.fixture
def member(world: World) -> str:
    """Ana's id in the directory."""
    return next(iter(world.service.tenant.persons))


async def channel_place(places: Places, name: str, member: str) -> Place:
    team = await places.team(TEAM, member=member)
    return await places.channel_folder(team.id, await places.channel(team.id, name))


async def test_a_channel_is_found_by_team_and_name_whatever_the_case(
    world: World, places: Places, member: str
) -> None:
    team = await places.team("harbour tower", member=member)
    channel = await places.channel(team.id, "SITE office")

    place = await places.channel_folder(team.id, channel)

    assert (place.drive_id, place.folder_id) == (world.drive_id, world.folder)
    assert place.name == CHANNEL


async def test_a_team_is_found_by_its_id_and_among_all_teams(world: World, places: Places) -> None:
    team_id = world.service.team.id

    assert (await places.team(team_id)).display_name == TEAM
    assert (await places.team(TEAM, by_app=True)).id == team_id


async def test_a_private_channel_leads_into_a_library_of_its_own(
    world: World, places: Places, member: str
) -> None:
    place = await channel_place(places, "Commercial", member)

    assert place.drive_id != world.drive_id


@pytest.mark.parametrize("name", ["Canteen", "", "19:none@thread.tacv2"])
async def test_an_unknown_channel_says_which_there_are(
    places: Places, member: str, name: str
) -> None:
    team = await places.team(TEAM, member=member)

    with pytest.raises(UnknownPlace, match=r"General, Site Office"):
        await places.channel(team.id, name)


async def test_an_unknown_team_says_which_there_are(places: Places, member: str) -> None:
    with pytest.raises(UnknownPlace, match=TEAM):
        await places.team("Harbor", member=member)
    with pytest.raises(UnknownPlace, match="no Team"):
        await places.team("00000000-0000-0000-0000-000000000000")


async def test_a_channel_without_a_folder_yet_says_what_to_do(
    world: World, places: Places, member: str
) -> None:
    world.service.switches.unprovisioned_channels = {CHANNEL}

    with pytest.raises(UnknownPlace, match="Files tab"):
        await channel_place(places, CHANNEL, member)


@pytest.mark.parametrize("status", [400, 502])
async def test_a_channel_whose_folder_graph_cannot_tell_is_found_by_listing(
    world: World, places: Places, member: str, status: int
) -> None:
    world.fault(host="graph", path="filesFolder", status=status, code="BadRequest")

    place = await channel_place(places, CHANNEL, member)

    assert (place.drive_id, place.folder_id) == (world.drive_id, world.folder)


async def test_a_library_and_a_folder_are_found_by_the_sites_address(
    world: World, places: Places, ana: Ana
) -> None:
    host = world.service.tenant.library.place.host
    inner = await ana.mkdir(await ana.mkdir(world.folder, "Drawings #1"), "50% done")

    site = await places.site(f"https://{host}/sites/HarbourTower/Shared%20Documents/x")
    library = await places.library(site.id, "documents")
    place = await places.folder(library.id, f"/{CHANNEL}/Drawings #1/50% done/")

    assert (place.drive_id, place.folder_id) == (world.drive_id, inner)
    assert place.path_units == len(
        f"sites/HarbourTower/Shared Documents/{CHANNEL}/Drawings #1/50% done"
    )


async def test_the_top_of_a_library_is_a_destination_too(world: World, places: Places) -> None:
    place = await places.folder(world.drive_id)

    assert place.path_units == len("sites/HarbourTower/Shared Documents")


async def test_somebodys_onedrive_is_found(world: World, places: Places, member: str) -> None:
    assert (await places.onedrive(member)).id == world.service.tenant.personal[
        member
    ].place.drive_id


async def test_a_file_is_no_destination(world: World, places: Places, ana: Ana) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")

    with pytest.raises(UnknownPlace, match="not a folder"):
        await places.folder(world.drive_id, f"{CHANNEL}/a.dat")
    with pytest.raises(UnknownPlace, match="not a folder"):
        await places.folder_by_id(world.drive_id, made)


async def test_what_is_not_there_is_no_destination(world: World, places: Places) -> None:
    with pytest.raises(UnknownPlace, match="no folder"):
        await places.folder(world.drive_id, "Nowhere")
    with pytest.raises(UnknownPlace, match="no site"):
        await places.site("https://elsewhere.sharepoint.example/sites/x")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (
            "https://x.sharepoint.com/sites/A%20B/Shared%20Documents/y",
            "x.sharepoint.com:/sites/A%20B",
        ),
        ("https://x.sharepoint.com", "x.sharepoint.com"),
        ("x.sharepoint.com:/teams/A B", "x.sharepoint.com:/teams/A%20B"),
        ("x,1,2", "x,1,2"),
    ],
)
def test_a_site_is_asked_for_as_graph_wants_it(given: str, key: str) -> None:
    assert site_key(given) == key


async def test_a_good_destination_passes_the_preflight_and_nothing_is_changed(
    world: World,
) -> None:
    before = world.service.counters.writes
    wire = world.wire()

    found = await preflight(wire, world.drive_id, world.folder)

    assert found.place.folder_id == world.folder
    assert found.library == "Documents"
    assert found.free_bytes is not None
    assert world.calls == 3
    assert len(world.service.uploads) == 0
    assert not world.service.drive(world.drive_id).tree.children(world.folder)
    assert world.service.counters.writes - before <= 1  # the session that was cancelled


async def test_a_destination_that_may_only_be_read_fails_the_preflight(world: World) -> None:
    world.service.app.roles.clear()
    world.service.app.roles.add("Sites.Read.All")

    with pytest.raises(AccessDenied, match="role write"):
        await preflight(world.wire(), world.drive_id, world.folder)


async def test_a_full_library_fails_the_preflight(world: World) -> None:
    world.service.limits.quota_bytes = 0

    with pytest.raises(NoSpace):
        await preflight(world.wire(), world.drive_id, world.folder)


async def test_an_unknown_folder_fails_the_preflight(world: World) -> None:
    with pytest.raises(UnknownPlace):
        await preflight(world.wire(), world.drive_id, ItemId("01NONE"))


async def test_names_that_may_not_be_listed_say_which_right_is_missing(
    world: World, places: Places
) -> None:
    world.service.app.roles.discard("Channel.ReadBasic.All")

    with pytest.raises(AccessDenied, match=r"Channel\.ReadBasic\.All"):
        await places.channel(world.service.team.id, CHANNEL)


# -- private and shared channels, single sites ---------------------------------------------------


async def test_the_site_of_a_new_private_channel_is_asked_for_and_found_later(
    world: World, places: Places
) -> None:
    service = world.service
    made = service.tenant.add_channel(service.team, "Claims", "private", opened=False)
    channel = await places.channel(service.team.id, "claims")

    with pytest.raises(UnknownPlace, match=r"private channel 'Claims' .*try again"):
        await places.channel_folder(service.team.id, channel)
    world.clock.advance(60)
    place = await places.channel_folder(service.team.id, channel)

    assert (place.drive_id, place.folder_id) == (made.drive.place.drive_id, made.folder)
    assert place.path_units == len("sites/HarbourTower-Claims/Shared Documents/Claims")


async def test_a_shared_channel_leads_into_a_library_of_its_own(
    world: World, places: Places
) -> None:
    service = world.service
    made = service.tenant.add_channel(service.team, "Partners", "shared")

    place = await places.channel_folder(
        service.team.id, await places.channel(service.team.id, "Partners")
    )

    assert place.drive_id == made.drive.place.drive_id != world.drive_id


async def test_a_private_channel_is_never_taken_for_a_folder_of_the_teams_library(
    world: World, places: Places, ana: Ana
) -> None:
    await ana.mkdir(ItemId(world.service.tenant.library.root_id), "Commercial")
    world.fault(host="graph", path="filesFolder", status=400, code="BadRequest")
    team_id = world.service.team.id

    with pytest.raises(UnknownPlace, match="address"):
        await places.channel_folder(team_id, await places.channel(team_id, "Commercial"))


async def granted(world: World, role: str) -> Places:
    """Places of an app with Sites.Selected, granted the site Handover; empty: not granted."""
    world.service.app.roles = {"Sites.Selected"}
    if role:
        world.service.grant_site(world.service.tenant.handover_site, role)
    return Places(world.wire())


async def test_with_a_grant_the_sites_address_leads_to_its_library(world: World) -> None:
    places = await granted(world, "write")
    handover = world.service.tenant.handover

    site = await places.site(f"https://{handover.place.host}/sites/Handover")
    usual = await places.library(site.id)
    records = await places.library(site.id, "Records")
    ready = await preflight(world.wire(), usual.id, ItemId(handover.root_id))

    assert usual.id == handover.place.drive_id
    assert records.id == world.service.tenant.handover_site.drives[1].place.drive_id
    assert ready.place.path_units == len("sites/Handover/Shared Documents")


async def test_without_a_grant_it_is_said_that_the_site_needs_one(world: World) -> None:
    places = await granted(world, "")

    with pytest.raises(AccessDenied, match="grant with the role write on this very site"):
        await places.site(f"https://{world.service.tenant.handover.place.host}/sites/Handover")


async def test_with_a_reading_grant_it_is_said_that_writing_is_missing(world: World) -> None:
    await granted(world, "read")
    handover = world.service.tenant.handover

    with pytest.raises(AccessDenied, match=r"may read .* and not write"):
        await preflight(world.wire(), handover.place.drive_id, ItemId(handover.root_id))


async def test_with_single_sites_teams_are_not_found_by_name_and_the_address_is_the_way(
    world: World,
) -> None:
    places = await granted(world, "write")

    with pytest.raises(AccessDenied, match="the site by its address"):
        await places.team(TEAM, by_app=True)
    with pytest.raises(AccessDenied, match="the site by its address"):
        await places.team(world.service.team.id)


async def test_a_channels_files_that_are_closed_to_the_app_say_so(world: World) -> None:
    world.service.app.roles = {"Channel.ReadBasic.All"}
    places = Places(world.wire())
    team_id = world.service.team.id

    with pytest.raises(AccessDenied, match="files of the channel"):
        await places.channel_folder(team_id, await places.channel(team_id, CHANNEL))


async def test_an_app_has_no_onedrive_of_its_own_and_may_not_enter_others_unasked(
    world: World, places: Places, member: str
) -> None:
    with pytest.raises(UnknownPlace, match="login"):
        await places.onedrive()
    with pytest.raises(AccessDenied, match="OneDrive"):
        await (await granted(world, "write")).onedrive(member)


async def test_a_library_that_is_read_only_fails_the_preflight(world: World) -> None:
    world.service.tenant.library.read_only = True

    with pytest.raises(AccessDenied, match="read-only"):
        await preflight(world.wire(), world.drive_id, world.folder)
