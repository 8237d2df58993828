"""The Documents of a company itself: what they cost, and what is never taken for a deletion."""

import pytest
from connectors.procore.world import ANA, LONG_AGO, World, bytes_of, content, told

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.connectors.procore.project import WholeCompany
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.model.items import ItemId, Name
from turnbuckle.ports.errors import AccessDenied, CursorExpired
from turnbuckle.practice.procore.company import Level


@pytest.fixture
def company(world: World) -> WholeCompany:
    return WholeCompany(world.project.company)


@pytest.fixture
def documents(world: World, company: WholeCompany) -> Documents:
    wire = world.wire(world.tokens, company.company)
    return Documents(wire, company, world.service.service_account.id)


def planted(world: World) -> tuple[ItemId, int]:
    """Make a folder with a file a month ago; give the folder's id and the file's number."""
    tree, at = world.service.company_documents(), world.clock.now() - LONG_AGO
    folder = tree.add_folder(tree.root_id, "Safety", ANA, at)
    return folder_id(folder), tree.add_file(folder, "a.pdf", world.blobs.keep(b"hats"), ANA, at)


async def test_everything_costs_three_calls_and_the_contents_none(
    world: World, documents: Documents
) -> None:
    planted(world)
    before = world.calls

    told_all = await told(documents)
    read = [await bytes_of(documents, item) for item in told_all.items.values() if item.version]

    assert (told_all.full, read) == (True, [b"hats"])
    assert world.calls - before == 3  # the bin, the folders, the files


async def test_a_quiet_company_costs_one_call_and_a_changed_one_two(
    world: World, documents: Documents
) -> None:
    _, number = planted(world)
    world.clock.advance(3600)
    first = (await told(documents)).cursor
    tree, before = world.service.company_documents(), world.calls

    quiet = await told(documents, first)
    tree.delete(tree.nodes[number])
    changed = await told(documents, quiet.cursor)

    assert (quiet.items, quiet.gone, changed.full) == ({}, set(), False)
    assert changed.gone == {f"file:{number}"}
    assert world.calls - before == 1 + 2


async def test_writes_cost_what_they_cost_in_a_project(world: World, documents: Documents) -> None:
    folder, _ = planted(world)
    costs: list[int] = []

    async def cost() -> None:
        costs.append(world.calls - sum(costs) - before)

    before = world.calls
    made = await documents.create_file(folder, Name("b.pdf"), content(b"ink"))
    await cost()
    newer = await documents.replace(made, content(b"ink, second edition"))
    await cost()
    moved = await documents.move(newer, folder, Name("c.pdf"))
    await cost()
    await documents.delete(moved)
    await cost()
    back = await documents.restore(moved.id, folder)
    await cost()

    assert (back.id, back.name, back.size) == (made.id, "c.pdf", 19)
    assert costs == [2, 2, 1, 2, 2]


async def test_what_a_lost_permission_hides_is_not_told_as_gone(
    world: World, documents: Documents
) -> None:
    folder, _ = planted(world)
    since = (await told(documents)).cursor
    account, tree = world.service.service_account, world.service.company_documents()
    world.service.set_company_level(account, Level.READ_ONLY)
    tree.set_private(tree.nodes[int(folder.partition(":")[2])], True)

    after = await told(documents, since)

    assert (after.full, after.gone) == (True, set())
    assert folder not in after.items


async def test_a_tool_that_was_switched_off_stops_the_link(
    world: World, documents: Documents
) -> None:
    since = (await told(documents)).cursor
    world.service.set_company_documents_on(False)

    with pytest.raises(AccessDenied):
        await told(documents, since)


async def test_a_cursor_of_a_project_is_none_of_the_company(
    world: World, documents: Documents
) -> None:
    of_project = (await told(world.documents)).cursor

    with pytest.raises(CursorExpired):
        await told(documents, of_project)


async def test_the_top_folder_bears_the_companys_name(world: World, company: WholeCompany) -> None:
    top = await preflight.root_folder(world.wire(world.tokens, company.company), company)

    tree = world.service.company_documents()
    assert (top.id, top.name) == (folder_id(tree.root_id), tree.nodes[tree.root_id].name)
