"""What is missing is said before a link is added and on demand, in plain words."""

import pytest
from cli.conftest import Site

from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.persons import COMPANY_NAME, person
from turnbuckle.practice.procore.company import Level


@pytest.fixture
def quay_road(connected: Site) -> int:
    return connected.world.procore.add_project("Quay Road")


async def test_every_project_that_the_account_reaches_is_told_with_what_is_missing(
    connected: Site, quay_road: int
) -> None:
    procore = connected.world.procore
    procore.set_photos_on(quay_road, False)
    procore.set_level(quay_road, procore.service_account, Level.STANDARD)
    before = procore.counters.calls

    done = await connected.cli("connect", "check")

    procore.delete_project(quay_road)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert "Tower: ready" in lines
    assert f"{COMPANY_NAME}: ready" in lines
    (low,) = [line for line in lines if line.startswith("Quay Road: the connected")]
    assert "Standard access to Documents in this project; give it Admin" in low
    assert any("Quay Road: the Photos tool is switched off" in line for line in lines)
    assert procore.counters.calls - before == 4  # the projects, two manifests, the company's


async def test_a_project_that_is_not_permitted_is_not_there_and_the_answer_says_why(
    connected: Site, quay_road: int
) -> None:
    procore = connected.world.procore
    procore.set_open(quay_road, procore.service_account, False)

    done = await connected.add_link("--project", "Quay Road")

    procore.delete_project(quay_road)
    assert done.is_one_clear_line("no project 'Quay Road'", "permitted projects")


async def test_an_app_that_was_taken_from_the_company_is_told(linked: Site) -> None:
    procore = linked.world.procore
    procore.disconnect_app()

    done = await linked.cli("link", "check", "tower")

    procore.connect_app()
    assert done.code == 1
    assert "tower, Procore: the app is not connected to this Procore company" in done.out
    assert "tower, Teams: ready" in done.out


async def test_a_link_with_nothing_missing_is_ready_on_both_sides(linked: Site) -> None:
    before = linked.in_teams()

    done = await linked.cli("link", "check")

    assert (done.code, done.out.splitlines()) == (
        0,
        ["tower, Procore: ready", "tower, Teams: ready"],
    )
    assert linked.in_teams() == before


async def test_a_tool_that_was_switched_off_and_a_folder_that_went_are_both_told(
    connected: Site,
) -> None:
    await connected.add_link("--layout", "Gone soon")
    drive = connected.world.microsoft.drive(connected.facts("microsoft")["drive_id"])
    (folder,) = [node[0] for node in drive.walk() if node[2] == "Gone soon"]
    drive.delete(drive.get(folder), Author(person("ana")))
    connected.world.procore.set_documents_on(connected.world.project_id, False)

    done = await connected.cli("link", "check", "tower")

    assert done.code == 1
    assert "tower, Procore: the Documents tool is switched off in this Procore project" in done.out
    assert "tower, Teams: ready" not in done.out


async def test_a_link_with_the_companys_documents_is_checked_there(connected: Site) -> None:
    procore = connected.world.procore
    added = await connected.add_link("--company-documents", "--layout", "Checked")
    procore.set_company_level(procore.service_account, Level.READ_ONLY)

    done = await connected.cli("link", "check", "tower")

    procore.set_company_level(procore.service_account, Level.ADMIN)
    assert (added.code, done.code) == (0, 1), added.err
    assert "Read Only access to Documents in this company; give it Admin" in done.out


async def test_without_links_there_is_nothing_to_check(connected: Site) -> None:
    done = await connected.cli("link", "check")

    assert done.is_one_clear_line("link add")
