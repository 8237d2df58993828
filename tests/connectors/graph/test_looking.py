"""When an item is gone, when it is only not shown, and how names are found."""

from typing import Literal

import pytest
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.model.items import Name
from turnbuckle.ports.errors import AccessDenied, Unproven, Unreachable


async def test_a_404_is_a_proof_only_with_the_library_readable(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    await ana.delete(made)

    assert await graph.look(made) is None
    assert world.calls == 2


async def test_a_404_of_a_library_that_is_not_there_either_proves_nothing(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    world.fault(host="graph", method="GET", status=404, code="itemNotFound", times=2)

    with pytest.raises(Unproven):
        await graph.look(made)


async def test_an_item_that_we_may_not_see_any_more_is_refused_and_not_gone(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    world.fault(host="graph", method="GET", status=403, code="accessDenied")

    with pytest.raises(AccessDenied):
        await graph.look(made)

    assert world.calls == 1


async def test_a_gateway_that_answers_a_page_is_no_proof_of_anything(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await ana.put(world.folder, "a.dat", b"ink")
    world.fault(host="graph", method="GET", status=502, html=True)

    with pytest.raises(Unreachable):
        await graph.look(made)


async def test_a_name_that_no_address_can_hold_is_found_by_listing(
    world: World, graph: GraphConnector
) -> None:
    world.service.limits.page_items = world.service.limits.largest_page_items = 3
    for number in range(7):
        await graph.create_folder(world.folder, Name(f"{number}"))
    made = await graph.create_folder(world.folder, Name("a&#b"))

    found = await graph.find(world.folder, Name("A&#B"))

    assert found is not None
    assert found.id == made.id


async def test_a_name_with_a_slash_is_nobodys_and_asks_nobody(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    await ana.put(await ana.mkdir(world.folder, "x"), "a.dat", b"ink")

    assert await graph.find(world.folder, Name("x/a.dat")) is None
    assert world.calls == 0


@pytest.mark.parametrize("hidden_status", [403, 404])
async def test_what_was_made_private_is_told_no_more_and_never_told_to_be_gone(
    world: World, graph: GraphConnector, ana: Ana, hidden_status: Literal[403, 404]
) -> None:
    service = world.service
    service.switches.granted_apps_see_private_items = False
    service.switches.hidden_status = hidden_status
    service.app.roles = {"Sites.Selected"}
    service.grant_site(service.team.site)
    made = await ana.put(world.folder, "wages.dat", b"ink")
    before = [page async for page in graph.changes(None)]

    service.tenant.library.sharing.make_private(service.tenant.library.get(made))
    since = [page async for page in graph.changes(before[-1].cursor)]
    afresh = [page async for page in graph.changes(None)]

    assert made in {item.id for page in before for item in page.items}
    assert not any(page.gone for page in (*since, *afresh))
    assert made not in {item.id for page in afresh for item in page.items}
    if hidden_status == 403:
        with pytest.raises(AccessDenied):
            await graph.look(made)
