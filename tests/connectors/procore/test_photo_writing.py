"""Photos: what a write and a read cost, and what the bin gives back."""

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import World, bytes_of, content, told

from turnbuckle.connectors.procore.photo_items import part_of, photo_id
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.model.items import Item, Name
from turnbuckle.ports.errors import (
    Gone,
    Overtaken,
    Unreachable,
    Unsupported,
)
from turnbuckle.practice.procore.switches import ImageBody


async def test_a_new_photo_costs_two_calls_and_an_album_two(world: World) -> None:
    photos = world.open_photos()
    album = await photos.create_folder(world.top, Name("Site"))
    made_album = world.calls

    made = await photos.create_file(album.id, Name("a.jpg"), content(b"light"))

    assert (made_album, world.calls - made_album) == (2, 2)
    assert (made.parent, made.by_us) == (album.id, True)


async def test_where_only_the_guide_s_form_is_taken_the_bytes_are_not_sent_again(
    make: Make,
) -> None:
    world = await make(image_body=ImageBody.GUIDE)
    photos = world.open_photos()

    made = await photos.create_file(world.top, Name("a.jpg"), content(b"light"))

    assert world.service.storage_counters["POST storage"] == 1
    assert await bytes_of(photos, made) == b"light"


async def test_a_lost_answer_is_unreachable_and_the_photo_can_be_found(world: World) -> None:
    photos = world.open_photos()
    world.service.faults.lose_answer("POST /images")

    with pytest.raises(Unreachable):
        await photos.create_file(world.top, Name("a.jpg"), content(b"light"))

    found = await photos.find(world.top, Name("a.jpg"))
    assert found is not None
    assert found.by_us


async def test_what_has_no_album_is_under_no_folder_called_unclassified(world: World) -> None:
    photos = world.open_photos()
    loose = await photos.create_file(world.top, Name("a.jpg"), content(b"light"))
    assert await photos.find(world.top, Name("Unclassified")) is None

    album = await photos.create_folder(world.top, Name("Unclassified"))

    inside = await photos.create_file(album.id, Name("b.jpg"), content(b"light"))
    assert (loose.parent, inside.parent) == (world.top, album.id)
    assert (await told(photos)).items.keys() == {world.top, loose.id, album.id, inside.id}


async def test_of_several_photos_of_one_name_our_newest_is_found(world: World) -> None:
    photos = world.open_photos()
    await photos.create_file(world.top, Name("a.jpg"), content(b"first"))
    mine = await photos.create_file(world.top, Name("a.jpg"), content(b"second"))
    world.photo("a.jpg")

    found = await photos.find(world.top, Name("a.jpg"))

    assert found is not None
    assert found.id == mine.id


async def test_the_top_itself_neither_goes_nor_moves(world: World) -> None:
    photos = world.open_photos()
    top = await photos.look(world.top)
    assert top is not None

    with pytest.raises(Unsupported):
        await photos.delete(top)
    with pytest.raises(Unsupported):
        await photos.move(top, world.top, Name("Pictures"))


@pytest.mark.parametrize("method", ["PATCH", "POST"])
async def test_a_photo_comes_back_from_the_bin_whichever_way_it_is_called(
    make: Make, method: str
) -> None:
    world = await make(retrieve_method=method)
    site, yard = world.album("Site"), world.album("Yard")
    photo = world.photo("a.jpg", site)
    photos = world.open_photos()
    world.bin(photo)

    back = await photos.restore(photo, yard)

    assert (back.id, back.parent) == (photo, yard)
    assert await bytes_of(photos, back) == b"light"
    assert await photos.restore(photo, yard) == back


async def test_what_is_in_no_bin_is_not_restored(world: World) -> None:
    photo, album = world.photo("a.jpg"), world.album("Site")
    photos = world.open_photos()
    seen = await photos.look(photo)
    assert seen is not None
    world.book.delete(world.book.photos[part_of(photo)[1]], for_ever=True)

    for gone in (photo, photo_id(999)):
        with pytest.raises(Gone):
            await photos.restore(gone, world.top)
    with pytest.raises(Unsupported):
        await photos.restore(album, world.top)
    with pytest.raises(Unsupported):
        await bytes_of_bin(photos, seen)


async def bytes_of_bin(photos: Photos, item: Item) -> bytes:
    return b"".join([chunk async for chunk in photos.read_binned(item)])


async def test_an_album_into_which_somebody_puts_a_photo_meanwhile_is_kept(world: World) -> None:
    album = world.album("Site")
    world.photo("a.jpg", album)
    late = world.photo("late.jpg")
    photos = world.open_photos()
    seen = await photos.look(album)
    assert seen is not None

    async def put_late(event: object) -> None:
        if "DELETE /images" in str(event):
            world.put(late, album)

    world.service.before.append(put_late)

    with pytest.raises(Overtaken):
        await photos.delete(seen)

    assert await photos.look(album) is not None
    assert await photos.look(late) is not None


async def test_addresses_of_many_photos_are_renewed_in_one_call(make: Make) -> None:
    world = await make(url_seconds=600)
    made = [world.photo(f"{number}.jpg", data=f"light {number}".encode()) for number in range(9)]
    photos = world.open_photos()
    items = (await told(photos)).items
    world.clock.advance(3600)
    before = world.calls

    read = [await bytes_of(photos, items[photo]) for photo in made]

    assert read == [f"light {number}".encode() for number in range(9)]
    assert world.calls - before == 1


async def test_a_photo_listed_just_now_is_read_without_a_call(world: World) -> None:
    photo = world.photo("a.jpg")
    photos = world.open_photos()
    items = (await told(photos)).items
    before = world.calls

    assert await bytes_of(photos, items[photo]) == b"light"

    assert world.calls == before
