"""Making more by the panel: companies, projects, people, teams, channels, sites and libraries."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from practice.panelling import Panelist

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Refused
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

pytestmark = pytest.mark.off_contract  # what people make here is in no contract


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def procore(world: PracticeWorld, session: aiohttp.ClientSession) -> Panelist:
    return Panelist(world, session, "procore")


@pytest.fixture
async def microsoft(world: PracticeWorld, session: aiohttp.ClientSession) -> Panelist:
    return Panelist(world, session, "microsoft")


async def test_another_company_and_project_are_made(procore: Panelist) -> None:
    company = await procore.panel("POST", "/make", {"kind": "company", "name": "Other & Sons"})
    number = company.body["company_id"]
    said = {"kind": "project", "name": "North Yard", "company": str(number), "number": "317"}
    project = await procore.panel("POST", "/make", said)
    nameless = await procore.panel("POST", "/make", {"kind": "project", "name": " "})
    token = await procore.sign_in()

    headers = {"Authorization": f"Bearer {token}", "Procore-Company-Id": str(number)}
    path = f"/rest/v1.0/projects?company_id={number}"
    listed = await procore.send("GET", path, headers=headers)

    assert (company.status, project.status, nameless.status) == (201, 201, 400)
    assert [one["id"] for one in listed.body] == [project.body["project_id"]]


async def test_another_person_is_made_and_given_a_level(procore: Panelist) -> None:
    made = await procore.panel("POST", "/make", {"kind": "person", "name": "Ines Costa"})
    twin = await procore.panel("POST", "/make", {"kind": "person", "name": "Ines Costa"})
    level = await procore.order("level", who=made.body["person"], level="Read Only")

    person = await ProcoreUser.sign_in(procore.world.startup, made.body["person"])
    with pytest.raises(Refused):
        await person.add_folder(person.top, "Plans")
    await person.close()

    assert (made.status, twin.status, level.status) == (201, 400, 201)


async def test_a_team_channel_site_and_library_are_made(microsoft: Panelist) -> None:
    async def make(kind: str, **given: str) -> Any:
        return await microsoft.panel("POST", "/make", {"kind": kind, **given})

    team = await make("team", name="North Yard")
    plain = await make("channel", name="Drawings", team=team.body["team_id"])
    private = await make("channel", name="Claims", membership="private")
    twin = await make("channel", name="claims", membership="shared")
    site = await make("site", name="Archive")
    library = await make("library", name="2019", site=site.body["site_id"])
    person = await make("person", name="Ines Costa")
    tenant = microsoft.world.microsoft.tenant

    statuses = [one.status for one in (team, plain, private, twin, site, library, person)]
    assert statuses == [201, 201, 201, 400, 201, 201, 201]
    assert [one.name for one in tenant.teams[team.body["team_id"]].channels] == [
        "General",
        "Drawings",
    ]
    for one in (plain, private, site, library):
        assert one.body["drive_id"] in tenant.drives
    ines = await TeamsUser.sign_in(
        microsoft.world.startup, "ines", f"{library.body['drive_id']}/root"
    )
    await ines.add_folder("root", "Plans")
    await ines.close()


async def test_what_the_service_itself_refuses_is_a_sentence_too(microsoft: Panelist) -> None:
    await microsoft.panel("PATCH", body={"limits": {"name_characters": 3}})

    made = await microsoft.panel("POST", "/make", {"kind": "team", "name": "North Yard"})

    assert (made.status, "too long" in made.body["error"]) == (400, True)
