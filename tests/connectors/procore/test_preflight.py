"""What is asked before a project is synced."""

import pytest
from connectors.procore.world import World

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import open_tool
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


def test_a_tool_that_is_not_there_yet_is_unsupported(world: World, wire: Wire) -> None:
    with pytest.raises(Unsupported, match="documents"):
        open_tool("telepathy", wire, world.project, 1)
