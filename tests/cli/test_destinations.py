"""Where files can go at Microsoft: each kind of place is linked and synced both ways once."""

from collections.abc import Callable, Iterator

import pytest
from cli.conftest import Cli, Site, plant, served, with_accounts
from cli.ports import free_ports
from cli.test_sign_in import sign_in

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.signin import DEFAULT_ROLES
from turnbuckle.practice.persons import person
from turnbuckle.practice.world import PracticeWorld

ANA = person("ana")

type Found = tuple[Drive, list[str]]
"""The library, and the options that name it."""


@pytest.fixture(scope="module")
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeWorld]:
    """Services of these tests alone: what one link brings to Procore, the next one takes along."""
    with served(plant(tmp_path_factory.mktemp("project") / "Tower")) as world:
        yield world


@pytest.fixture(scope="module")
def own_accounts(
    own_world: PracticeWorld, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cli]:
    """The command line with both connected, to be copied."""
    with with_accounts(own_world, tmp_path_factory.mktemp("connected") / "data", migrated) as cli:
        yield cli


@pytest.fixture
def place(own_world: PracticeWorld, own_accounts: Cli, cli: Cli) -> Iterator[Site]:
    """Both services with an app that may do as usual."""
    own_accounts.copied_to(cli)
    yield Site(own_world, cli)
    own_world.microsoft.app.roles = set(DEFAULT_ROLES)
    own_world.microsoft.switches.channel_site_seconds = 3.0


def private_channel(service: PracticeMicrosoft) -> Found:
    drive = service.channel("Commercial").drive
    return drive, ["--team", service.team.name, "--channel", "commercial"]


def shared_channel(service: PracticeMicrosoft) -> Found:
    drive = service.tenant.add_channel(service.team, "Partners", "shared").drive
    return drive, ["--team", service.team.name, "--channel", "Partners"]


def folder_of_a_library(service: PracticeMicrosoft) -> Found:
    site = service.tenant.handover_site
    records = site.drives[1]
    records.add_folder(records.root_id, "Jobs", ANA)
    address = f"https://{site.host}/sites/Handover"
    return records, ["--site", address, "--library", "Records", "--folder", "Jobs"]


def onedrive(service: PracticeMicrosoft) -> Found:
    return service.tenant.personal[ANA.graph_id], ["--onedrive", ANA.login]


def single_site(service: PracticeMicrosoft) -> Found:
    service.app.roles = {"Sites.Selected"}
    site = service.tenant.add_site("sites/NorthPier", "North Pier")
    drive = service.tenant.add_library(site, "Dokumente", "Freigegebene Dokumente")
    service.grant_site(site)
    return drive, ["--site", f"https://{site.host}/sites/NorthPier"]


@pytest.mark.parametrize(
    "find",
    [
        single_site,
        *(
            pytest.param(each, marks=pytest.mark.ci)
            for each in (private_channel, shared_channel, folder_of_a_library, onedrive)
        ),
    ],
)
async def test_a_place_of_each_kind_is_linked_and_synced_both_ways(
    place: Site, find: Callable[[PracticeMicrosoft], Found]
) -> None:
    drive, named = find(place.world.microsoft)

    added = await place.cli("link", "add", *named, "--name", "there", "--layout", "Tower")
    first = await place.cli("run", "there")
    word = f"{find.__name__}.txt"
    drive.add_file(_folder(drive), word, place.world.blobs.keep(b"from there"), ANA)
    second = await place.cli("run", "there")

    assert [done.code for done in (added, first, second)] == [0, 0, 0], [
        done.err for done in (added, first, second)
    ]
    assert {"A-101.txt", "Minutes.txt"} <= {row[2] for row in drive.walk()}
    assert any(path.endswith(f"/Plans/{word}") for path in place.in_procore())


@pytest.mark.ci
async def test_a_persons_own_onedrive_is_linked_with_that_persons_rights(place: Site) -> None:
    drive = place.world.microsoft.tenant.personal[ANA.graph_id]
    redirect = f"http://localhost:{free_ports()}/"
    connected = await sign_in(place, "microsoft", redirect, "--name", "ana")

    linked = ("link", "add", "--microsoft", "ana", "--onedrive", "me")
    added = await place.cli(*linked, "--name", "mine", "--layout", "Mine")
    ran = await place.cli("run", "mine")

    assert [done.code for done in (connected, added, ran)] == [0, 0, 0], (added.err, ran.err)
    assert "OneDrive / Mine" in added.out
    assert "Mine" in {row[2] for row in drive.walk()}


@pytest.mark.ci
async def test_a_link_stays_with_its_channel_when_that_is_renamed(place: Site) -> None:
    tenant = place.world.microsoft.tenant
    channel = tenant.add_channel(tenant.team, "Facade")
    named = ("--team", tenant.team.name, "--channel", "Facade", "--name", "front")
    await place.cli("link", "add", *named, "--layout", "")

    tenant.rename_channel(tenant.team, channel, "Envelope", channel.drive.tree.root.created_by)
    ran = await place.cli("run", "front")

    assert ran.code == 0, ran.err
    names = {one.name for one in channel.drive.tree.children(channel.folder)}
    assert {"Plans", "Minutes.txt"} <= names


# -- what is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "words"),
    [
        pytest.param(
            "", ("does not open the site", "grant with the role write"), marks=pytest.mark.ci
        ),
        ("read", ("may read the folder", "not write", "grant with the role write")),
    ],
)
async def test_a_site_that_is_not_granted_as_far_as_needed_is_told_in_one_line(
    place: Site, role: str, words: tuple[str, ...]
) -> None:
    service = place.world.microsoft
    site = service.tenant.add_site("sites/SouthPier", "South Pier")
    drive = service.tenant.add_library(site, "Documents", "Shared Documents")
    service.app.roles = {"Sites.Selected"}
    if role:
        service.grant_site(site, role)

    done = await place.cli("link", "add", "--site", f"https://{site.host}/{site.path}")

    assert done.is_one_clear_line(*words)
    assert list(drive.walk()) == []


@pytest.mark.ci
async def test_with_single_sites_alone_a_team_is_not_found_and_the_way_is_told(
    place: Site,
) -> None:
    place.world.microsoft.app.roles = {"Sites.Selected"}

    done = await place.add_link()

    assert done.is_one_clear_line("list teams", "the site by its address")


@pytest.mark.ci
async def test_a_private_channel_whose_site_is_not_there_yet_can_be_tried_again(
    place: Site,
) -> None:
    service = place.world.microsoft
    service.switches.channel_site_seconds = 0.0
    service.tenant.add_channel(service.team, "Claims", "private", opened=False)

    early = await place.add_link("--name", "claims", channel="Claims")
    late = await place.add_link("--name", "claims", channel="Claims")

    assert early.is_one_clear_line("private channel 'Claims'", "try again")
    assert late.code == 0, late.err


@pytest.mark.ci
async def test_me_is_nobody_for_an_app_by_itself(place: Site) -> None:
    done = await place.cli("link", "add", "--onedrive", "me")

    assert done.is_one_clear_line("no OneDrive", "login")


def _folder(drive: Drive) -> str:
    return next(row[0] for row in drive.walk() if row[2] == "Plans" and row[3])
