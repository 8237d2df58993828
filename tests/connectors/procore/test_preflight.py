"""What is asked before a project is synced."""

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, told

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import TOGETHER, open_tool
from turnbuckle.connectors.procore.project import Project
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


async def test_a_tool_that_is_off_and_a_project_that_is_closed_are_told(
    world: World, wire: Wire
) -> None:
    world.service.set_documents_on(world.project.id, False)
    off = await preflight.check(wire, world.project)
    closed = await preflight.check(wire, Project(world.project.company, 987654321))

    assert len(off) == 1
    assert len(closed) == 1


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
