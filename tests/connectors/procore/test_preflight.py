"""What is asked before a project is synced."""

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, told

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import TOGETHER, open_tool
from turnbuckle.connectors.procore.project import Project, WholeCompany
from turnbuckle.ports.errors import Unsupported
from turnbuckle.practice.procore.company import Level
from turnbuckle.transport.wire import Wire


@pytest.fixture
def wire(world: World) -> Wire:
    return world.wire(world.tokens, world.project.company)


async def test_who_we_are_and_what_there_is(world: World, wire: Wire) -> None:
    me = await preflight.me(wire)
    companies = await preflight.companies(wire)
    projects = await preflight.projects(wire, world.project.company)

    assert me.id == world.service.service_account.id
    assert [company.id for company in companies] == [world.project.company]
    assert [(one.id, one.name) for one in projects] == [(world.project.id, "Harbour Tower")]


async def test_the_top_folder_is_the_root_of_the_listing(world: World, wire: Wire) -> None:
    root = await preflight.root_folder(wire, world.project)

    assert (root.id, root.parent, root.name) == (world.root, None, "Harbour Tower")


async def test_a_project_that_can_be_synced_has_no_problem(world: World, wire: Wire) -> None:
    before = world.calls

    assert await preflight.check(wire, world.project) == []

    assert world.calls - before == 1


async def test_less_than_admin_is_a_problem_that_says_what_to_give(
    world: World, wire: Wire
) -> None:
    account = world.service.service_account
    world.service.set_level(world.project.id, account, Level.STANDARD)

    (problem,) = await preflight.check(wire, world.project)

    assert "Standard access" in problem
    assert "Admin" in problem


@pytest.mark.parametrize(
    ("tells_off", "said"),
    [(False, "the Documents tool is switched off"), (True, "or the tool is switched off there")],
)
async def test_a_tool_that_is_off_is_told_however_the_manifest_tells_it(
    make: Make, tells_off: bool, said: str
) -> None:
    world = await make(manifest_tells_off=tells_off)
    wire = world.wire(world.tokens, world.project.company)
    world.service.set_documents_on(world.project.id, False)

    (problem,) = await preflight.check(wire, world.project)

    assert said in problem


async def test_a_project_that_is_not_permitted_and_one_that_is_not_there_are_told(
    world: World, wire: Wire
) -> None:
    world.service.set_open(world.project.id, world.service.service_account, False)

    (closed,) = await preflight.check(wire, world.project)
    (unknown,) = await preflight.check(wire, Project(world.project.company, 987654321))

    assert "add the project to the app's permitted projects" in closed
    assert "does not have this" in unknown


async def test_an_app_that_is_not_connected_to_the_company_is_told(
    world: World, wire: Wire
) -> None:
    world.service.disconnect_app()

    for problems in (
        await preflight.check_both(wire, world.project),
        await preflight.check_company(wire, WholeCompany(world.project.company)),
    ):
        assert ["not connected to this Procore company" in each for each in problems] == [True]


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (Level.ADMIN, None),
        (Level.STANDARD, "Standard access to Documents in this company; give it Admin"),
        (Level.READ_ONLY, "Read Only access to Documents in this company; give it Admin"),
        (Level.NONE, "no access to Documents in this company"),
    ],
)
async def test_the_companys_own_documents_need_admin_of_that_tool_alone(
    world: World, wire: Wire, level: Level, said: str | None
) -> None:
    world.service.set_company_level(world.service.service_account, level)
    before = world.calls

    problems = await preflight.check_company(wire, WholeCompany(world.project.company))

    assert world.calls - before == 1
    assert [said is not None and said in each for each in problems] == (
        [] if said is None else [True]
    )


@pytest.mark.parametrize("name", ["images", "photos", "pictures"])
async def test_photos_are_found_in_the_manifest_whatever_they_are_called(
    make: Make, name: str
) -> None:
    world = await make(photos_tool=name)
    wire = world.wire(world.tokens, world.project.company)

    assert await preflight.check_photos(wire, world.project) == []

    account = world.service.service_account
    world.service.set_photo_level(world.project.id, account, Level.READ_ONLY)
    (problem,) = await preflight.check_photos(wire, world.project)
    assert "Read Only access to Photos" in problem
    assert await preflight.check(wire, world.project) == []


async def test_both_tools_are_checked_in_one_call(world: World, wire: Wire) -> None:
    before = world.calls
    assert await preflight.check_both(wire, world.project) == []
    assert world.calls - before == 1
    world.service.set_photos_on(world.project.id, False)
    world.service.set_documents_on(world.project.id, False)

    problems = await preflight.check_both(wire, world.project)

    assert ["Documents" in problems[0], "Photos" in problems[1]] == [True, True]


async def test_the_top_of_photos_is_the_one_that_the_feed_tells(world: World) -> None:
    top = preflight.photos_folder(world.project)

    assert (await told(world.open_photos())).items[world.top] == top


def test_a_tool_that_is_not_there_yet_is_unsupported(world: World, wire: Wire) -> None:
    with pytest.raises(Unsupported, match="documents"):
        open_tool("telepathy", wire, world.project, 1)


def test_each_two_way_tool_is_opened_alone_or_with_the_other(world: World, wire: Wire) -> None:
    can = {
        tool: open_tool(tool, wire, world.project, 1).capabilities
        for tool in ("documents", "photos", TOGETHER)
    }

    assert can[TOGETHER].of("photos") == can["photos"]
    assert can[TOGETHER].names == can["documents"].names
    assert not can[TOGETHER].crosses_tools
