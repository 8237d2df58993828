"""The Photos tool: flat albums, photos that never change, filters, permissions and the bin."""

import pytest
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.switches import ImageBody

ANA, BEN = PERSONS[:2]


async def test_every_project_has_an_album_that_can_be_neither_renamed_nor_deleted(
    world: World, app: Caller
) -> None:
    albums = await world.albums(app)

    (album,) = albums.values()
    path = world.path(f"image_categories/{album['id']}")
    assert (album["name"], set(album["links"])) == ("Unclassified", {"show"})
    assert (await app.patch(path, {"image_category": {"name": "x"}})).status == 400
    assert (await app.delete(path)).status == 400


async def test_a_photo_is_told_with_its_album_and_counted_there(world: World, app: Caller) -> None:
    album = await world.new_album(app, "Week 18: roof / slab")
    photo = await world.new_photo(app, "IMG 1.jpg", b"light", image_category_id=album["id"])

    (row,) = await world.photos(app)

    assert row == photo
    assert (row["filename"], row["size"]) == ("IMG 1.jpg", 5)
    assert (row["image_category_id"], row["image_category_name"]) == (
        album["id"], "Week 18: roof / slab",
    )  # fmt: skip
    assert (await world.albums(app))["Week 18: roof / slab"]["count"] == 1


async def test_a_photo_without_an_album_is_unclassified(world: World, app: Caller) -> None:
    photo = await world.new_photo(app, "a.jpg", b"light")

    assert photo["image_category_id"] == (await world.albums(app))["Unclassified"]["id"]


async def test_a_photo_s_address_gives_its_bytes(world: World, app: Caller) -> None:
    photo = await world.new_photo(app, "a.jpg", b"light")

    reply = await app.get(photo["url"])
    stored = await world.anybody.get(reply.headers["Location"])

    assert (reply.status, stored.status, stored.body) == (302, 200, "light")


async def test_two_photos_and_two_albums_may_have_one_name(world: World, app: Caller) -> None:
    albums = [await world.new_album(app, "Site") for _ in range(2)]
    photos = [await world.new_photo(app, "a.jpg", b"light") for _ in range(2)]

    assert len({each["id"] for each in albums}) == len({each["id"] for each in photos}) == 2


async def test_a_name_in_use_is_refused_where_the_switches_say_so(make: Make) -> None:
    world = await make(same_album_names=False, same_photo_names=False)
    app = await world.app()
    await world.new_album(app, "Site")
    await world.new_photo(app, "a.jpg", b"light")
    uuid = await world.uploaded(app, b"light", "a.jpg")
    body = {"upload_uuid": uuid, "image_name": "a.jpg", "image": {"private": False}}

    album = await app.post(world.path("image_categories"), {"image_category": {"name": "Site"}})
    photo = await app.post(world.path("images"), body)

    assert (album.status, photo.status) == (400, 400)


@pytest.mark.off_contract
async def test_neither_the_name_nor_the_bytes_of_a_photo_change(world: World, app: Caller) -> None:
    photo = await world.new_photo(app, "a.jpg", b"light")
    uuid = await world.uploaded(app, b"other light", "b.jpg")
    fields = {"image_name": "b.jpg", "filename": "b.jpg", "upload_uuid": uuid, "starred": True}

    reply = await app.patch(world.path(f"images/{photo['id']}"), {"image": fields})

    assert (reply.body["filename"], reply.body["size"], reply.body["starred"]) == ("a.jpg", 5, True)


async def test_a_photo_moves_to_another_album_and_back_to_none(world: World, app: Caller) -> None:
    album = await world.new_album(app, "Site")
    photo = await world.new_photo(app, "a.jpg", b"light")
    path = world.path(f"images/{photo['id']}")
    world.clock.advance(60)

    moved = await app.patch(path, {"image": {"image_category_id": album["id"]}})

    assert moved.body["image_category_id"] == album["id"]
    assert moved.body["updated_at"] > photo["updated_at"]
    counts = {name: row["count"] for name, row in (await world.albums(app)).items()}
    assert counts == {"Site": 1, "Unclassified": 0}
    assert (await app.patch(path, {"image": {"image_category_id": 7}})).status == 400


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "jpg", "a.jpg.zip"])
async def test_what_is_no_image_is_refused(world: World, app: Caller, name: str) -> None:
    uuid = await world.uploaded(app, b"ink", name)
    body = {"upload_uuid": uuid, "image_name": name, "image": {"private": False}}

    assert (await app.post(world.path("images"), body)).status == 400


@pytest.mark.parametrize(
    ("form", "reference", "guide"),
    [(ImageBody.BOTH, 201, 201), (ImageBody.REFERENCE, 201, 400), (ImageBody.GUIDE, 400, 201)],
)
async def test_which_form_of_a_new_photo_is_taken_is_a_switch(
    make: Make, form: ImageBody, reference: int, guide: int
) -> None:
    world = await make(image_body=form)
    app = await world.app()
    one, other = [await world.uploaded(app, b"light", "a.jpg") for _ in range(2)]
    image = {"image": {"private": False}}

    by_reference = await app.post(
        world.path("images"), {"upload_uuid": one, "image_name": "a.jpg", **image}
    )
    by_guide = await app.post(
        world.path("images"), {"upload": {"uuid": other, "image_name": "a.jpg"}, **image}
    )

    assert (by_reference.status, by_guide.status) == (reference, guide)


async def test_a_photo_needs_an_attribute_and_a_name(world: World, app: Caller) -> None:
    uuid = await world.uploaded(app, b"light", "a.jpg")
    path = world.path("images")

    without = await app.post(path, {"upload_uuid": uuid, "image_name": "a.jpg", "image": {}})
    nameless = await app.post(path, {"upload_uuid": uuid, "image": {"private": False}})

    assert (without.status, nameless.status) == (400, 400)


async def test_a_deleted_photo_is_not_found_until_it_is_retrieved(
    world: World, app: Caller
) -> None:
    album = await world.new_album(app, "Site")
    photo = await world.new_photo(app, "a.jpg", b"light", image_category_id=album["id"])
    path = world.path(f"images/{photo['id']}")
    await app.delete(path)
    gone = (await app.get(path)).status, await world.photos(app)

    back = await app.call("PATCH", world.path(f"images/{photo['id']}/retrieve"))

    assert gone == (404, [])
    assert (back.status, back.body["image_category_id"]) == (200, album["id"])
    assert [row["id"] for row in await world.photos(app)] == [photo["id"]]
    assert (await app.call("POST", world.path(f"images/{photo['id']}/retrieve"))).status == 405


async def test_a_photo_deleted_for_ever_is_told_without_an_address(
    world: World, app: Caller
) -> None:
    photo = await world.new_photo(app, "a.jpg", b"light")
    path = world.path(f"images/{photo['id']}")

    await app.delete(f"{path}&permanent=true")

    row = (await app.get(path)).body
    assert (row["permanently_deleted"], row["url"]) == (True, None)
    assert await world.photos(app) == []
    assert (await app.get(photo["url"])).status == 404


@pytest.mark.parametrize("keeps", [True, False])
async def test_photos_of_a_deleted_album_are_unclassified_or_deleted(
    make: Make, keeps: bool
) -> None:
    world = await make(album_keeps_photos=keeps)
    app = await world.app()
    album = await world.new_album(app, "Site")
    photo = await world.new_photo(app, "a.jpg", b"light", image_category_id=album["id"])

    reply = await app.delete(world.path(f"image_categories/{album['id']}"))

    assert reply.status == 200
    found = [row["image_category_name"] for row in await world.photos(app)]
    assert found == (["Unclassified"] if keeps else [])
    assert (await app.get(world.path(f"images/{photo['id']}"))).status == (200 if keeps else 404)


async def test_photos_are_found_by_time_album_words_and_uploader(world: World, app: Caller) -> None:
    ben = await world.person("ben")
    album = await world.new_album(app, "Site")
    await world.new_photo(app, "roof 1.jpg", b"light")
    world.clock.advance(60)
    await world.new_photo(ben, "roof 2.jpg", b"light", image_category_id=album["id"])
    world.clock.advance(60)
    late = await world.new_photo(app, "slab.jpg", b"light", image_category_id=album["id"])

    async def names(query: str) -> list[str]:
        return [row["filename"] for row in await world.photos(app, query)]

    late_on = "filters[updated_at]=2026-05-14T08:02:00Z...2026-05-15T00:00:00Z"
    assert await names(late_on) == ["slab.jpg"]
    assert await names(f"image_category_id={album['id']}&sort=-created_at") == [
        "slab.jpg", "roof 2.jpg",
    ]  # fmt: skip
    assert await names("filters[query]=ROOF") == ["roof 1.jpg", "roof 2.jpg"]
    assert await names(f"filters[uploader_id][]={BEN.id}") == ["roof 2.jpg"]
    assert await names(f"filters[id][]={late['id']}") == ["slab.jpg"]
    assert await names("filters[projection]=360") == []


@pytest.mark.parametrize("query", ["sort=updated_at", "serializer_view=all", "page=0",
    "filters[updated_at]=now", "filters[projection]=flat", "image_category_id=x"])  # fmt: skip
async def test_a_malformed_question_is_refused(world: World, app: Caller, query: str) -> None:
    reply = await app.get(f"{world.path('images')}&{query}")

    assert (reply.status, bool(reply.body["errors"])) == (400, True)


@pytest.mark.parametrize("as_objects", [False, True])
async def test_ids_alone_come_in_pages(make: Make, as_objects: bool) -> None:
    world = await make(image_ids_as_objects=as_objects, images_per_page=2)
    app = await world.app()
    made = [(await world.new_photo(app, f"{n}.jpg", b"light"))["id"] for n in range(3)]

    reply = await app.get(f"{world.path('images')}&serializer_view=ids_only&per_page=1000")

    rows = [row["id"] for row in reply.body] if as_objects else reply.body
    assert rows == made[:2]
    assert (reply.headers["Total"], reply.headers["Per-Page"]) == ("3", "2")
    assert 'rel="next"' in reply.headers["Link"]


async def test_what_each_level_may_do(world: World, app: Caller) -> None:
    hugo, carla = await world.person("hugo"), await world.person(PERSONS[2].key)
    photo = await world.new_photo(app, "a.jpg", b"light")
    album = {"image_category": {"name": "Site"}}

    assert (await hugo.get(world.path("images"))).status == 200
    assert (await hugo.post(world.path("image_categories"), album)).status == 403
    assert (await carla.post(world.path("image_categories"), album)).status == 201
    assert (await carla.delete(world.path(f"images/{photo['id']}"))).status == 403


async def test_private_photos_and_albums_are_not_there_for_others(
    world: World, app: Caller
) -> None:
    album = await world.new_album(app, "Claims", private=True)
    inside = await world.new_photo(app, "a.jpg", b"light", image_category_id=album["id"])
    private = await world.new_photo(app, "b.jpg", b"light", private=True)
    hugo = await world.person("hugo")

    assert await world.photos(hugo) == []
    assert set(await world.albums(hugo)) == {"Unclassified"}
    for photo in (inside, private):
        assert (await hugo.get(world.path(f"images/{photo['id']}"))).status == 404
        assert (await hugo.get(photo["url"])).status == 404


async def test_photos_have_a_switch_and_levels_of_their_own(world: World, app: Caller) -> None:
    account = world.procore.service_account
    path = f"/rest/v1.0/settings/permissions?project_id={world.project}"
    world.procore.set_photo_level(world.project, account, Level.READ_ONLY)

    (low,) = [tool for tool in (await app.get(path)).body["tools"] if tool["name"] == "images"]
    world.procore.set_photos_on(world.project, False)
    off = [tool for tool in (await app.get(path)).body["tools"] if tool["name"] == "images"]

    assert low["user_access_level"]["name"] == "Read Only"
    assert off == []
    assert (await app.get(world.path("images"))).status == 403
    assert (await app.get(world.index)).status == 200


async def test_only_people_s_pages_see_the_bin_of_photos(world: World, app: Caller) -> None:
    photo = await world.new_photo(app, "a.jpg", b"light")
    await app.delete(world.path(f"images/{photo['id']}"))
    path = f"/practice/bin/photos?project_id={world.project}"

    assert [row["id"] for row in (await (await world.person("ana")).get(path)).body] == [
        photo["id"]
    ]
    assert (await app.get(path)).status == 403


async def test_people_can_be_played_without_http(world: World, app: Caller) -> None:
    book = world.procore.photos(world.project)
    album = book.add_album("Site", ANA)
    photo = book.add_photo("a.jpg", world.blobs.keep(b"light"), BEN, album_id=album)

    (row,) = await world.photos(app)

    assert (row["id"], row["uploader"]["name"]) == (photo, BEN.name)
    assert [(each.name, one and one.name) for each, one in book.walk()] == [
        ("Unclassified", None), ("Site", None), ("Site", "a.jpg"),
    ]  # fmt: skip
