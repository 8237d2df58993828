"""A person plays either side in a browser, and nobody else does."""

from collections.abc import AsyncIterator
from html import escape

import aiohttp
import pytest
from practice.browsing import Browser

from turnbuckle.practice.guard import PEOPLE_COOKIE
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

SCRIPT = "<script>alert(1)<script> & 'quotes'.txt"


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture(params=["procore", "microsoft"])
async def browser(world: PracticeWorld, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    facts = world.startup[request.param]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        opened = Browser(session, facts["address"])
        await opened.get(facts["people_page"].removeprefix(facts["address"]))
        yield opened


@pytest.fixture
async def user(world: PracticeWorld, browser: Browser) -> AsyncIterator[ProcoreUser | TeamsUser]:
    """Somebody on the same side, who sees what the browser did."""
    kind = ProcoreUser if browser.address == world.procore.address else TeamsUser
    signed_in = await kind.sign_in(world.startup, "ben")
    yield signed_in
    await signed_in.close()


async def only(user: ProcoreUser | TeamsUser) -> Seen:
    (item,) = await user.listing()
    return item


async def content(user: ProcoreUser | TeamsUser, item: Seen) -> bytes:
    return b"".join([piece async for piece in user.read(item)])


async def test_the_token_becomes_a_strict_cookie_and_leaves_the_address(
    world: PracticeWorld,
) -> None:
    async with aiohttp.ClientSession() as session:
        page = world.people_pages[0]
        async with session.get(page, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == "/practice/"
            cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith(f"{PEOPLE_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("path", ["/practice/", "/practice/?token=wrong", "/practice/bin"])
@pytest.mark.parametrize("side", ["procore", "microsoft"])
async def test_without_the_token_there_is_nothing_to_see(
    world: PracticeWorld, path: str, side: str
) -> None:
    address = world.startup[side]["address"] + path
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        text = await answer.text()

    assert answer.status == 403
    assert "Harbour Tower" not in text


async def test_pages_load_nothing_from_elsewhere_and_run_no_script(browser: Browser) -> None:
    await browser.get("/practice/")

    policy = browser.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "Access-Control-Allow-Origin" not in browser.headers
    assert "<script" not in browser.page
    assert "http://" not in browser.page
    assert "https://" not in browser.page


async def test_a_form_without_its_hidden_field_changes_nothing(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    path = f"{browser.address}/practice/folder/{user.top}"
    async with browser.session.post(f"{path}/add", data={"name": "New"}) as answer:
        assert answer.status == 403
    form = aiohttp.FormData()
    form.add_field("file", b"ink", filename="a.txt")
    async with browser.session.post(f"{path}/upload", data=form) as answer:
        assert answer.status == 403

    assert await user.listing() == []


async def test_a_page_of_somebody_else_cannot_post(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    async with browser.session.post(
        f"{browser.address}/practice/folder/{user.top}/add",
        data={"name": "New", "csrf": browser.csrf},
        headers={"Origin": "https://elsewhere.example"},
    ) as answer:
        assert answer.status == 403

    assert await user.listing() == []


async def test_names_are_shown_as_text(world: PracticeWorld) -> None:
    user = await ProcoreUser.sign_in(world.startup)
    await user.add_file(user.top, SCRIPT, body_of(b"x"))
    await user.close()
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(cookie_jar=jar) as session,
        session.get(world.people_pages[0]) as answer,
    ):
        page = await answer.text()

    assert SCRIPT not in page
    assert escape(SCRIPT) in page


async def test_a_person_makes_a_folder_and_uploads_many_files(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    await browser.post(f"/practice/folder/{user.top}/add", name="Plans & more")
    folder = await only(user)
    large = bytes(3 << 20)
    await browser.upload(
        f"/practice/folder/{folder.id}/upload", ("a.txt", b"ink"), ("gro\u00df.bin", large)
    )

    seen = {item.name: item for item in await user.children(folder.id)}
    assert set(seen) == {"a.txt", "gro\u00df.bin"}
    assert await content(user, seen["a.txt"]) == b"ink"
    assert await content(user, seen["gro\u00df.bin"]) == large
    assert "Plans &amp; more" in browser.page
    assert "3.1 MB" in browser.page


async def test_an_upload_of_a_known_name_is_a_new_version(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    for words in (b"one", b"two"):
        await browser.upload(f"/practice/folder/{user.top}/upload", ("a.txt", words))

    assert await content(user, await only(user)) == b"two"


async def test_a_person_downloads_what_is_there(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    made = await user.add_file(user.top, "\u00fcber 100%.txt", body_of(b"ink"))

    page = await browser.get(f"/practice/file/{made.id}")

    assert page == "ink"
    assert browser.headers["Content-Disposition"].endswith("''%C3%BCber%20100%25.txt")


async def test_a_person_renames_moves_and_replaces(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    folder = await user.add_folder(user.top, "Plans")
    made = await user.add_file(user.top, "a.txt", body_of(b"one"))
    at = f"/practice/item/file/{made.id}"
    page = await browser.get(at)

    await browser.post(f"{at}/rename", name="b.txt")
    await browser.post(f"{at}/move", parent=folder.id)
    await browser.upload(f"{at}/replace", ("other.txt", b"two"))

    (item,) = await user.children(folder.id)
    assert "Plans" in page
    assert (item.id, item.name) == (made.id, "b.txt")
    assert await content(user, item) == b"two"


@pytest.mark.parametrize("kind", ["file", "folder"])
async def test_a_person_deletes_and_restores(
    browser: Browser, user: ProcoreUser | TeamsUser, kind: str
) -> None:
    made = (
        await user.add_folder(user.top, "Plans")
        if kind == "folder"
        else await user.add_file(user.top, "a.txt", body_of(b"ink"))
    )
    at = f"/practice/item/{kind}/{made.id}"

    await browser.post(f"{at}/delete")
    gone = await user.listing()
    await browser.get("/practice/bin")
    assert made.name in browser.page
    await browser.post(f"{at}/restore", parent=user.top)

    assert gone == []
    assert (await only(user)).id == made.id


async def test_what_the_service_refuses_is_shown_as_a_sentence(
    browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    for _ in range(2):
        await browser.post(f"/practice/folder/{user.top}/add", name="Plans")

    assert 400 <= browser.status < 500
    assert "The service refused" in browser.page


async def test_a_person_can_be_somebody_else(
    world: PracticeWorld, browser: Browser, user: ProcoreUser | TeamsUser
) -> None:
    await browser.post("/practice/person", person="chloe")
    await browser.post(f"/practice/folder/{user.top}/add", name="Plans")

    assert '<option value="chloe" selected>' in browser.page
    node = await only(user)
    if isinstance(user, ProcoreUser):
        by = world.procore.documents(world.project_id).nodes[int(node.id)].by
        assert by is not None
        assert by.key == "chloe"


async def test_photos_have_pages_of_their_own(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        assert '<a href="/practice/photos/">Photos</a>' in browser.page
        await browser.get("/practice/photos/")
        await browser.post("/practice/photos/folder/photos/add", name="Site")
        person = await PhotoUser.sign_in(world.startup, "ben")
        album = (await person.listing())[0]
        at = f"/practice/photos/folder/{album.id}"
        await browser.upload(f"{at}/upload", ("a.jpg", b"one"), ("a.jpg", b"other"))
        photo, twin = await person.children(album.id)
        item = f"/practice/photos/item/file/{photo.id}"
        await browser.post(f"{item}/move", parent="photos")
        moved = await person.look(photo.id, is_folder=False)
        await browser.post(f"{item}/rename", name="b.jpg")
        refused = browser.status
        await browser.get(f"/practice/photos/item/file/{twin.id}")
        await browser.post(f"/practice/photos/item/file/{twin.id}/delete")
        await browser.get("/practice/photos/bin")
        assert "a.jpg" in browser.page
        await browser.post(f"/practice/photos/item/file/{twin.id}/restore", parent=album.id)
        back = await person.look(twin.id, is_folder=False)
        await person.close()

    assert (moved.parent, back.parent, refused) == (person.top, album.id, 405)


async def test_photos_are_shown_to_nobody_without_the_token(world: PracticeWorld) -> None:
    address = f"{world.procore.address}/practice/photos/"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 403
