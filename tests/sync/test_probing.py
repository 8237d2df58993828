"""What a write made is told from what was there before it, also where names are there twice."""

import asyncio
from dataclasses import replace

import pytest
from scenarios.stage import TRAITS, Stage

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.model.side import Side
from turnbuckle.sync.probing import NotMade, find_made
from turnbuckle.sync.writes import MakeFile

ALBUMS = {
    **TRAITS,
    Side.LEFT: replace(TRAITS[Side.LEFT], duplicate_names=True),
}


@pytest.fixture
async def albums(transactional_db: None) -> Stage:
    """Give a link whose left side takes a name twice, with a photo that came from the right."""
    stage = await asyncio.to_thread(Stage, traits=ALBUMS)
    stage.right.put("D/site.jpg", b"photo")
    await stage.settle()
    return stage


def seen(stage: Stage, side: Side, path: str) -> Item:
    remote = stage.remotes[side]
    return remote.item(remote.seen(stage.people[side].id_of(path)))


def making(stage: Stage, source: Item) -> MakeFile:
    """Say that a right photo of that name and size was to be sent."""
    return MakeFile(
        side=Side.LEFT,
        parent=stage.left.id_of("D"),
        name=Name("site.jpg"),
        source_side=Side.RIGHT,
        source=source,
        twin=source,
        path="site.jpg",
    )


async def test_an_older_photo_of_the_same_name_is_not_taken_for_the_new_one(
    albums: Stage,
) -> None:
    another = replace(seen(albums, Side.RIGHT, "D/site.jpg"), id=ItemId("another"))

    with pytest.raises(NotMade):
        await find_made(making(albums, another), albums.ends, albums.clock)


async def test_a_photo_that_is_the_counterpart_already_is_found_made(albums: Stage) -> None:
    source = seen(albums, Side.RIGHT, "D/site.jpg")

    found = await find_made(making(albums, source), albums.ends, albums.clock)

    assert found is not None
    assert found.id == albums.left.id_of("D/site.jpg")
