"""Photos: what it costs to know what changed, and what it takes to believe in a deletion."""

from datetime import timedelta

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import BEN, World, content, told

from turnbuckle.connectors.procore import photo_changes, photo_cursor
from turnbuckle.connectors.procore.photo_items import album_id, part_of, photo_id, top_id
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.ports.errors import (
    AccessDenied,
    CursorExpired,
    MalformedReply,
    Unproven,
)
from turnbuckle.practice.procore.company import Level

CALLS_OF_A_LOOK = 2


async def test_everything_costs_two_calls_and_albums_come_first(world: World) -> None:
    world.photo("a.jpg", world.album("Site"))
    photos = world.open_photos()

    full = await told(photos)

    assert world.calls == 2
    kinds = [item.kind for page in full.pages for item in page.items]
    assert kinds == [Kind.FOLDER, Kind.FOLDER, Kind.FILE]
    assert {page.expected for page in full.pages} == {3}
    assert full.items[world.top].parent is None


async def test_a_quiet_tool_costs_one_call_and_tells_nothing(world: World) -> None:
    for number in range(9):
        world.photo(f"{number}.jpg")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    before = world.calls

    quiet = await told(photos, since)

    assert world.calls - before == 1
    assert (quiet.items, quiet.gone, quiet.full) == ({}, set(), False)


@pytest.mark.parametrize("word", [True, False])
async def test_a_photo_in_anothers_place_is_found_after_word_of_it_or_in_half_an_hour(
    world: World, word: bool
) -> None:
    site = world.album("Site")
    old = world.photo("a.jpg", site)
    photos = world.open_photos()
    cursor = (await told(photos)).cursor
    world.clock.advance(600)
    world.bin(old)
    new = (await world.open_photos().create_file(site, Name("b.jpg"), content(b"new"))).id
    at_once = await told(photos, cursor)

    if word:
        photos.look_closely()
    else:
        world.clock.advance(1800)
    later = await told(photos, cursor)

    assert (at_once.items, at_once.gone) == ({}, set())
    assert new in later.items
    assert later.full or old in later.gone


async def test_new_photos_moves_and_names_cost_no_further_call(world: World) -> None:
    site, yard = world.album("Site"), world.album("Yard")
    moved = world.photo("a.jpg", site)
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    made = await photos.create_file(yard, Name("b.jpg"), content(b"light"))
    world.put(moved, yard)
    world.book.rename_album(world.book.albums[part_of(site)[1]], "Old site")
    before = world.calls

    later = await told(photos, since)

    assert later.items.keys() == {site, moved, made.id}
    assert later.items[moved].parent == yard
    assert later.items[site].name == "Old site"
    assert (later.full, world.calls - before) == (False, CALLS_OF_A_LOOK)


async def test_a_deletion_costs_a_sweep_one_look_and_one_question_of_permission(
    world: World,
) -> None:
    doomed = world.photo("doomed.jpg")
    world.photo("safe.jpg")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    world.bin(doomed)
    before = world.calls

    later = await told(photos, since)

    assert (later.gone, later.full) == ({doomed}, False)
    assert world.calls - before == CALLS_OF_A_LOOK + 3


@pytest.mark.parametrize("touches", [True, False])
async def test_a_move_is_told_whether_or_not_its_time_changed(make: Make, touches: bool) -> None:
    world = await make(touches_item=touches)
    album = world.album("Site")
    moved = world.photo("a.jpg")
    world.photo("b.jpg")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    world.put(moved, album)

    later = await told(photos, since)

    assert later.items[moved].parent == album
    assert later.full is not touches


@pytest.mark.parametrize("touches", [True, False])
async def test_what_was_retrieved_is_told_whether_or_not_its_time_changed(
    make: Make, touches: bool
) -> None:
    world = await make(touches_item=touches)
    back = world.photo("a.jpg")
    world.bin(back)
    world.clock.advance(600)
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    world.book.retrieve(world.book.photos[part_of(back)[1]])

    later = await told(photos, since)

    assert back in later.items
    assert later.full is not touches


async def test_one_deleted_and_one_retrieved_unseen_by_time_are_both_found(make: Make) -> None:
    world = await make(touches_item=False)
    back, doomed = world.photo("back.jpg"), world.photo("doomed.jpg")
    world.bin(back)
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    world.book.retrieve(world.book.photos[part_of(back)[1]])
    world.bin(doomed)
    world.photo("new.jpg")
    world.bin(world.photo("here and gone.jpg"))

    later = await told(photos, since)

    assert back in later.items
    assert doomed not in later.items
    assert await photos.look(doomed) is None


async def test_a_chain_of_looks_never_misses_and_never_tells_everything_again(
    world: World,
) -> None:
    keep = [world.photo(f"{number}.jpg") for number in range(5)]
    album = world.album("Site")
    photos = world.open_photos()
    cursor = (await told(photos)).cursor

    for item in keep:
        world.clock.advance(60)  # inside the overlap, so every change is told more than once
        world.put(item, album)
        made = await photos.create_file(album, Name("new.jpg"), content(b"x"))
        other = await photos.create_file(world.top, Name("new.jpg"), content(b"x"))
        world.bin(made.id)
        later = await told(photos, cursor)
        cursor = later.cursor

        assert not later.full
        assert {item, other.id} <= later.items.keys()
        assert made.id in later.gone


async def test_our_photo_deleted_before_any_list_named_it_is_found_by_a_complete_listing(
    world: World,
) -> None:
    since = (await told(world.open_photos())).cursor
    made = await world.open_photos().create_file(world.top, Name("a.jpg"), content(b"x"))
    world.bin(made.id)
    afresh = world.open_photos()

    assert (await told(afresh, since)).gone == set()
    assert made.id not in (await told(afresh)).items
    assert await afresh.look(made.id) is None


async def test_a_deleted_album_is_told_without_telling_everything(world: World) -> None:
    album = world.album("Site")
    photo = world.photo("a.jpg", album)
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.clock.advance(600)
    world.book.delete_album(world.book.albums[part_of(album)[1]])

    later = await told(photos, since)

    assert (later.gone, later.full) == ({album}, False)
    assert later.items[photo].parent == world.top


async def test_lists_of_many_pages_are_told_whole(make: Make) -> None:
    world = await make(images_per_page=3)
    albums = {world.album(f"Album {number}") for number in range(5)}
    made = {world.photo(f"{number}.jpg") for number in range(10)}
    photos = world.open_photos()

    full = await told(photos)
    world.bin(sorted(made)[0])

    assert full.items.keys() == {world.top, *albums, *made}
    assert (await told(photos, full.cursor)).gone == {sorted(made)[0]}


async def test_without_the_ids_of_too_many_photos_deletions_take_a_whole_listing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_cursor, "MOST_REMEMBERED", 3)
    made = [world.photo(f"{number}.jpg") for number in range(5)]
    photos = world.open_photos()
    cursor = (await told(photos)).cursor
    for _ in range(3):
        world.clock.advance(60)
        new = await photos.create_file(world.top, Name("new.jpg"), content(b"x"))
        later = await told(photos, cursor)
        cursor = later.cursor
        assert (new.id in later.items, later.full) == (True, False)
    world.bin(made[0])

    later = await told(photos, cursor)

    assert (later.full, later.gone) == (True, set())
    assert made[0] not in later.items


async def test_more_missing_photos_than_are_proven_one_by_one_take_a_whole_listing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_changes, "_MOST_PROVEN", 2)
    made = [world.photo(f"{number}.jpg") for number in range(5)]
    photos = world.open_photos()
    since = (await told(photos)).cursor
    for photo in made[:3]:
        world.bin(photo)

    later = await told(photos, since)

    assert (later.full, later.gone) == (True, set())
    assert [await photos.look(photo) for photo in made[:3]] == [None] * 3


async def test_nothing_is_gone_while_the_account_is_no_admin(world: World) -> None:
    account = world.service.service_account
    private = world.photo("claims.jpg")
    album = world.album("Claims")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.book.photos[part_of(private)[1]].private = True
    world.book.albums[part_of(album)[1]].private = True
    world.service.set_photo_level(world.project.id, account, Level.STANDARD)

    later = await told(photos, since)

    assert later.gone == set()
    assert set(later.items) == {world.top}
    for item in (private, album):
        with pytest.raises(Unproven):
            await photos.look(item)


async def test_a_photo_that_lists_leave_out_is_not_gone(world: World) -> None:
    photo = world.photo("a.jpg")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.service.faults.answer_empty("GET /images", times=9)

    later = await told(photos, since)

    assert later.gone == set()
    assert await photos.look(photo) is not None


async def test_a_photo_that_is_not_found_but_listed_is_not_gone(world: World) -> None:
    photo = world.photo("a.jpg")
    photos = world.open_photos()
    world.service.faults.fail("GET /images/{id}", 404)

    with pytest.raises(Unproven):
        await photos.look(photo)


async def test_a_sweep_is_asked_again_where_it_still_names_the_photo(world: World) -> None:
    one, other = world.photo("a.jpg"), world.photo("b.jpg")
    photos = world.open_photos()
    world.bin(one)
    assert await photos.look(one) is None
    world.bin(other)

    assert await photos.look(other) is None


async def test_one_sweep_serves_many_looks(world: World) -> None:
    made = [world.photo(f"{number}.jpg") for number in range(5)]
    photos = world.open_photos()
    for photo in made:
        world.bin(photo)
    await photos.look(made[0])
    before = world.calls

    assert [await photos.look(photo) for photo in made[1:]] == [None] * 4

    assert world.calls - before == 8  # each: the look itself, and the question of permission


async def test_a_project_without_the_album_of_what_has_none_is_not_believed(world: World) -> None:
    world.album("Site")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.service.faults.answer_empty("GET /image_categories")

    with pytest.raises(MalformedReply):
        await told(photos, since)


async def test_a_photo_deleted_for_ever_is_gone_without_further_proof(world: World) -> None:
    photo = world.photo("a.jpg")
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.book.delete(world.book.photos[part_of(photo)[1]], for_ever=True)

    assert await photos.look(photo) is None
    assert (await told(photos, since)).gone == {photo}


async def test_a_tool_that_is_switched_off_stops_and_deletes_nothing(world: World) -> None:
    photos = world.open_photos()
    since = (await told(photos)).cursor
    world.service.set_photos_on(world.project.id, False)

    for cursor in (None, since):
        with pytest.raises(AccessDenied):
            await told(photos, cursor)
    with pytest.raises(AccessDenied):
        await photos.look(world.top)


def test_ids_are_remembered_in_little_room() -> None:
    ids = {(1 << 32) + 997 * number for number in range(1000)} | {1, 1 << 60}

    text = photo_cursor.packed(ids)

    assert text is not None
    assert photo_cursor.unpacked(text) == ids
    assert len(text) < 3 * len(ids)
    assert photo_cursor.unpacked(photo_cursor.packed([]) or "") == set()


@pytest.mark.parametrize("text", ["\x00", "~~~~~~", " "])
def test_what_is_no_list_of_ids_expires_the_cursor(text: str) -> None:
    with pytest.raises(CursorExpired):
        photo_cursor.unpacked(text)


@pytest.mark.parametrize("item", ["photo:x", "photo:", "file:7", "photos", ""])
def test_an_id_of_something_else_proves_nothing(item: str) -> None:
    with pytest.raises(Unproven):
        part_of(ItemId(item))


def test_ids_say_what_they_stand_for() -> None:
    assert [part_of(each)[1] for each in (top_id(7), album_id(8), photo_id(9))] == [7, 8, 9]


async def test_a_version_never_changes(world: World) -> None:
    photo = world.photo("a.jpg")
    photos = world.open_photos()
    first = await photos.look(photo)
    world.clock.advance(timedelta(days=1).total_seconds())
    world.book.photos[part_of(photo)[1]].description = f"by {BEN.name}"

    again = await photos.look(photo)

    assert first is not None
    assert again is not None
    assert again.version == first.version
