"""Writes that are guarded: what they cost when all is well, and what they do when it is not."""

import pytest
from conformance.setting import bytes_of, content, looked, make
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.model.items import Kind, Name
from turnbuckle.ports.errors import AccessDenied, BadName, Locked, Overtaken, Unsupported


async def test_a_rename_of_a_folder_of_many_files_is_one_call(
    world: World, graph: GraphConnector
) -> None:
    folder = await graph.create_folder(world.folder, Name("x"))
    for number in range(30):
        await make(graph, folder.id, f"{number}.dat")
    before, sent = world.calls, world.meter.bytes_up["Microsoft"]

    await graph.move(folder, world.folder, Name("y"))

    assert world.calls - before == 1
    assert world.meter.bytes_up["Microsoft"] == sent


async def test_a_replacement_and_a_move_cost_one_call_each_and_a_deletion_two(
    world: World, graph: GraphConnector
) -> None:
    made = await make(graph, world.folder, "a.dat")
    costs = []
    before = world.calls

    replaced = await graph.replace(made, content(b"two"))
    costs.append(world.calls - before)
    moved = await graph.move(replaced, world.folder, Name("b.dat"))
    costs.append(world.calls - before)
    await graph.delete(moved)
    costs.append(world.calls - before)

    assert costs == [1, 2, 4]


async def test_a_tag_that_the_service_bumped_by_itself_does_not_stop_a_write(
    world: World, graph: GraphConnector
) -> None:
    world.service.switches.tag_bump_after_seconds = 5
    made = await make(graph, world.folder, "a.jpg")
    world.clock.advance(60)

    replaced = await graph.replace(made, content(b"two"))

    assert await bytes_of(graph, replaced) == b"two"


async def test_a_service_that_refuses_even_the_right_tag_is_written_to_without_one(
    world: World, graph: GraphConnector
) -> None:
    made = await make(graph, world.folder, "a.dat")
    world.service.switches.session_if_match_always_fails = True
    before = world.calls

    replaced = await graph.replace(made, content(b"two"))

    assert await bytes_of(world.connector(), replaced) == b"two"
    assert world.calls - before == 6  # three tries, two looks between them, one download


async def test_so_it_is_while_a_colleagues_version_is_still_never_overrun(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await make(graph, world.folder, "a.dat")
    world.service.switches.session_if_match_always_fails = True
    await ana.write(made.id, b"hers")

    with pytest.raises(Overtaken):
        await graph.replace(made, content(b"ours"))

    assert await bytes_of(graph, await looked(graph, made.id)) == b"hers"


async def test_an_item_without_a_known_tag_is_looked_at_first(
    world: World, graph: GraphConnector, ana: Ana
) -> None:
    made = await make(graph, world.folder, "a.dat")
    untagged = type(made)(**{field: getattr(made, field) for field in made.__slots__} | {"tag": ""})
    await ana.write(made.id, b"hers")

    with pytest.raises(Overtaken):
        await graph.replace(untagged, content(b"ours"))


async def test_a_rename_answered_without_a_body_is_looked_up(
    world: World, graph: GraphConnector
) -> None:
    made = await make(graph, world.folder, "a.dat")
    world.service.switches.patch_answers_without_body = True

    moved = await graph.move(made, world.folder, Name("b.dat"))

    assert (moved.id, moved.name) == (made.id, "b.dat")


async def test_a_hash_that_comes_late_is_not_taken_for_an_edit_by_a_write(
    world: World, graph: GraphConnector
) -> None:
    world.service.switches.hash_missing_suffixes = frozenset({".dat"})
    made = await make(graph, world.folder, "a.dat", b"one")
    world.service.drive(world.drive_id).get(made.id).hash_hidden = False
    assert (await looked(graph, made.id)).version != made.version

    await graph.delete(made)

    assert await graph.look(made.id) is None


@pytest.mark.parametrize("code", ["resourceLocked", "notAllowed", "accessDenied"])
async def test_an_open_file_is_told_whatever_code_this_age_of_the_service_uses(
    world: World, graph: GraphConnector, ana: Ana, code: str
) -> None:
    world.service.switches.locked_code = code  # type: ignore[assignment]
    made = await make(graph, world.folder, "a.docx")
    await ana.by_hand(f"/practice/lock/{world.drive_id}/{made.id}", json={"as": "ana"})

    with pytest.raises(Locked):
        await graph.replace(made, content(b"two"))
    with pytest.raises(Locked):
        await graph.delete(made)


async def test_what_may_not_be_written_says_what_to_ask_for(
    world: World, graph: GraphConnector
) -> None:
    world.service.app.roles.clear()
    world.service.app.roles.add("Sites.Read.All")

    with pytest.raises(AccessDenied, match=r"Sites\.Selected"):
        await make(graph, world.folder, "a.dat")


async def test_the_root_of_a_library_is_never_deleted(world: World, graph: GraphConnector) -> None:
    root = await looked(graph, (await looked(graph, world.folder)).parent or world.folder)
    before = world.calls

    with pytest.raises(Unsupported):
        await graph.delete(root)

    assert root.parent is None
    assert root.kind is Kind.FOLDER
    assert world.calls == before


async def test_a_slash_in_a_name_never_becomes_a_folder_in_an_address(
    world: World, graph: GraphConnector
) -> None:
    await graph.create_folder(world.folder, Name("x"))
    before = world.calls

    with pytest.raises(BadName):
        await make(graph, world.folder, "x/a.dat")

    assert world.calls == before
