"""Documents and Photos as one feed."""

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, told

from turnbuckle.connectors.procore.photo_items import part_of
from turnbuckle.model.items import Cursor
from turnbuckle.ports.errors import (
    CursorExpired,
    ProjectMissing,
    Unsupported,
)


async def test_nothing_crosses_from_one_tool_to_the_other(world: World) -> None:
    both = world.open_together()
    file = await both.look(await world.file("a.jpg"))
    photo = await both.look(world.photo("a.jpg"))
    assert file is not None
    assert photo is not None

    with pytest.raises(Unsupported):
        await both.move(file, world.top, file.name)
    with pytest.raises(Unsupported):
        await both.move(photo, world.root, photo.name)


async def test_a_project_that_is_gone_is_told_as_missing(world: World) -> None:
    both = world.open_together()
    since = (await told(both)).cursor
    world.service.delete_project(world.project.id)

    with pytest.raises(ProjectMissing):
        await told(both, since)
    with pytest.raises(ProjectMissing):
        await both.look(world.top)


async def test_both_tools_are_one_feed_with_one_cursor(world: World) -> None:
    plans, file = world.folder("Plans"), await world.file("A-101.pdf")
    album = world.album("Site")
    photo = world.photo("a.jpg", album)
    both = world.open_together()

    full = await told(both)
    world.clock.advance(600)
    world.bin(photo)
    world.delete(file)
    later = await told(both, full.cursor)

    assert full.items.keys() == {world.root, plans, file, world.top, album, photo}
    assert {page.expected for page in full.pages} == {6}
    assert (later.gone, later.full) == ({photo, file}, False)


@pytest.mark.parametrize("tool", ["documents", "photos"])
async def test_where_one_tool_tells_everything_again_so_does_the_other(
    make: Make, tool: str
) -> None:
    world = await make(touches_item=False)
    file, photo = await world.file("A-101.pdf"), world.photo("a.jpg")
    world.delete(file)
    world.bin(photo)
    both = world.open_together()
    since = (await told(both)).cursor
    world.clock.advance(600)
    if tool == "documents":
        world.restore(file)
    else:
        world.book.retrieve(world.book.photos[part_of(photo)[1]])

    later = await told(both, since)

    back = file if tool == "documents" else photo
    assert all(page.full for page in later.pages)
    assert later.items.keys() == {world.root, world.top, back}


async def test_a_cursor_of_one_tool_is_none_of_both(world: World) -> None:
    both, photos = world.open_together(), world.open_photos()
    since = (await told(photos)).cursor

    with pytest.raises(CursorExpired):
        await told(both, since)
    with pytest.raises(CursorExpired):
        await told(photos, Cursor(since.replace(str(world.project.id), "7")))
