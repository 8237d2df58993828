"""What lies in Procore's bin can be taken back, where Procore lets an app do that."""

from dataclasses import replace

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, told

from turnbuckle.model.items import Item, ItemId, Version
from turnbuckle.ports.connector import Restores
from turnbuckle.ports.errors import Gone, Overtaken, Unsupported


async def in_the_bin(world: World, data: bytes = b"ink") -> Item:
    """Give a file that Ben deleted, as it was last told."""
    item = await world.file("a.pdf", data)
    seen = (await told(world.documents)).items[item]
    world.delete(item)
    return seen


async def test_a_deleted_file_comes_back_with_its_id_and_content(world: World) -> None:
    seen = await in_the_bin(world)

    back = await world.documents.restore(seen.id, world.root)

    assert (back.id, back.parent, back.name) == (seen.id, world.root, "a.pdf")
    assert back.version == seen.version
    assert await world.documents.look(seen.id) is not None


async def test_a_deleted_folder_comes_back_with_all_that_was_in_it(world: World) -> None:
    plans = world.folder("Plans")
    inside = await world.file("a.pdf", b"ink", plans)
    world.delete(plans)

    await world.documents.restore(plans, world.root)

    assert {plans, inside} <= set((await told(world.documents)).items)


async def test_what_came_back_by_itself_is_left_where_it_is(world: World) -> None:
    item = await world.file("a.pdf")
    plans = world.folder("Plans")

    back = await world.documents.restore(item, plans)

    assert back.parent == world.root


async def test_a_name_that_was_taken_meanwhile_is_told(world: World) -> None:
    seen = await in_the_bin(world)
    await world.file("a.pdf", b"new")

    with pytest.raises(Overtaken):
        await world.documents.restore(seen.id, world.root)


@pytest.mark.parametrize("status", [403, 404])
async def test_where_procore_refuses_it_is_said_that_no_app_can(make: Make, status: int) -> None:
    world = await make(restore=status)
    seen = await in_the_bin(world)

    with pytest.raises(Unsupported):
        await world.documents.restore(seen.id, world.root)


async def test_an_item_that_there_never_was_is_not_brought_back(world: World) -> None:
    with pytest.raises(Gone):
        await world.documents.restore(ItemId("file:999999"), world.root)


async def test_a_file_in_the_bin_can_be_read(world: World) -> None:
    seen = await in_the_bin(world, b"what was drawn")

    read = b"".join([chunk async for chunk in world.documents.read_binned(seen, 5)])

    assert read == b"was drawn"


async def test_a_version_that_is_not_in_the_bin_is_not_read(world: World) -> None:
    seen = await in_the_bin(world)
    other = replace(seen, version=Version("1"))

    with pytest.raises(Gone):
        [chunk async for chunk in world.documents.read_binned(other)]


async def test_a_photo_comes_back_and_an_album_does_not(world: World) -> None:
    together = world.open_together()
    photo, album = world.photo("a.jpg"), world.album("Site")
    world.bin(photo)

    assert isinstance(together, Restores)
    assert (await together.restore(photo, album)).parent == album
    with pytest.raises(Unsupported):
        await together.restore(album, world.top)
