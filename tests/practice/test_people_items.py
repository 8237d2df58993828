"""What a person does with one file beyond moving it: versions, texts, holding, hiding, ending."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from practice.browsing import Browser

from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Refused, Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

User = ProcoreUser | TeamsUser


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture(params=["procore", "microsoft"])
async def browser(world: PracticeWorld, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """Ana's, on either side."""
    facts = world.startup[request.param]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        opened = Browser(session, facts["address"])
        await opened.get(facts["people_page"].removeprefix(facts["address"]))
        yield opened


@pytest.fixture
async def ben(world: PracticeWorld, browser: Browser) -> AsyncIterator[User]:
    """Somebody else on the same side."""
    kind = ProcoreUser if browser.address == world.procore.address else TeamsUser
    user = await kind.sign_in(world.startup, "ben")
    yield user
    await user.close()


@pytest.fixture
async def file(ben: User) -> Seen:
    return await ben.add_file(ben.top, "notes.txt", body_of("eins\nzwei \U0001f6a7\n".encode()))


async def content(user: User, item: Seen) -> bytes:
    return b"".join([piece async for piece in user.read(await user.look(item.id, is_folder=False))])


def at(item: Seen) -> str:
    return f"/practice/item/file/{item.id}"


async def test_a_text_is_edited_in_the_page_and_keeps_its_line_ends(
    browser: Browser, ben: User, file: Seen
) -> None:
    await browser.get(at(file))
    assert "Edit the text" in browser.page
    await browser.get(f"{at(file)}/edit")
    was = browser.field("was")

    await browser.post(f"{at(file)}/edit", was=was, words="eins\r\n<drei> & \u00fc\r\n")

    assert await content(ben, file) == "eins\n<drei> & \u00fc\n".encode()


async def test_a_text_that_somebody_saved_meanwhile_is_not_overwritten(
    browser: Browser, ben: User, file: Seen
) -> None:
    await browser.get(f"{at(file)}/edit")
    was = browser.field("was")
    await ben.replace(file, body_of(b"theirs\n"))

    page = await browser.post(f"{at(file)}/edit", was=was, words="mine")

    assert browser.status == 409
    assert "somebody saved it meanwhile" in page
    assert await content(ben, file) == b"theirs\n"


async def test_what_is_no_small_text_has_no_editor(browser: Browser, ben: User) -> None:
    binary = await ben.add_file(ben.top, "a.txt", body_of(b"\xff\xfe\x00"))
    large = await ben.add_file(ben.top, "b.txt", body_of(b"x" * 70_000))
    for one in (binary, large):
        assert "Edit the text" not in await browser.get(at(one))
        await browser.get(f"{at(one)}/edit")
        assert browser.status == 415


async def test_an_older_version_is_read_and_made_current(
    browser: Browser, ben: User, file: Seen
) -> None:
    first = await content(ben, file)
    await ben.replace(file, body_of(b"two"))
    await browser.get(f"{at(file)}/versions")
    older = browser.links("/versions/")[-1]

    downloaded = await browser.get(older)
    await browser.get(f"{at(file)}/versions")
    page = await browser.post(f"{older}/restore")

    assert downloaded.encode() == first
    assert await content(ben, file) == first
    assert page.count('class="name"') == 3


async def test_a_description_is_shown(browser: Browser, ben: User, file: Seen) -> None:
    await browser.get(at(file))

    page = await browser.post(f"{at(file)}/describe", description="<b>as built</b>")

    assert "&lt;b&gt;as built&lt;/b&gt;" in page
    assert (await ben.look(file.id, is_folder=False)).description == "<b>as built</b>"


async def test_a_checked_out_file_is_its_holders_alone(
    browser: Browser, ben: User, file: Seen
) -> None:
    await browser.get(at(file))
    page = await browser.post(f"{at(file)}/check-out", hours="3")
    with pytest.raises(Refused):
        await ben.replace(file, body_of(b"theirs"))

    await browser.post(f"{at(file)}/check-in")

    assert "checked out by Ana Ruiz" in page
    await ben.replace(file, body_of(b"theirs"))
    assert await content(ben, file) == b"theirs"


async def test_a_check_out_in_procore_ends_by_itself_and_lasts_no_other_time(
    world: PracticeWorld,
) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        ben = await ProcoreUser.sign_in(world.startup, "ben")
        file = await ben.add_file(ben.top, "a.txt", body_of(b"one"))
        await browser.get(at(file))
        await browser.post(f"{at(file)}/check-out", hours="2")
        refused = browser.status
        await browser.get(at(file))
        await browser.post(f"{at(file)}/check-out", hours="1")
        headers = {"X-Practice-Token": world.people_token}
        clock = f"{browser.address}/practice/panel.json/clock"
        async with session.post(clock, json={"seconds": 3601}, headers=headers) as answer:
            assert answer.status == 200

        await ben.replace(file, body_of(b"two"))
        await ben.close()

    assert refused == 400


async def test_a_file_open_in_office_is_locked(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.microsoft.address)
        await browser.get(world.people_pages[1].removeprefix(browser.address))
        ben = await TeamsUser.sign_in(world.startup, "ben")
        file = await ben.add_file(ben.top, "a.docx", body_of(b"one"))
        await browser.get(at(file))
        await browser.post(f"{at(file)}/open-office")
        with pytest.raises(Refused) as refused:
            await ben.rename(file, "b.docx")
        await browser.post(f"{at(file)}/close-office")
        await ben.rename(file, "b.docx")
        await ben.close()

    assert refused.value.status == 423


async def test_a_private_item_is_hidden_from_others(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        ana = await ProcoreUser.sign_in(world.startup, "ana")
        chloe = await ProcoreUser.sign_in(world.startup, "chloe")
        folder = await ana.add_folder(ana.top, "Claims")
        item = f"/practice/item/folder/{folder.id}"
        await browser.get(item)

        page = await browser.post(f"{item}/private", private="yes")
        hidden = await chloe.children(chloe.top)
        await browser.post(f"{item}/private", private="no")
        shown = await chloe.children(chloe.top)
        await ana.close()
        await chloe.close()

    assert "Show to everybody" in page
    assert ([one.name for one in hidden], [one.name for one in shown]) == ([], ["Claims"])


async def test_a_file_in_teams_is_private_until_it_is_shared(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.microsoft.address)
        await browser.get(world.people_pages[1].removeprefix(browser.address))
        await browser.post("/practice/person", person="chloe")
        ben = await TeamsUser.sign_in(world.startup, "ben")
        file = await ben.add_file(ben.top, "a.txt", body_of(b"one"))
        before = await browser.get(at(file))
        page = await browser.post(f"{at(file)}/private", private="yes")
        hidden = await ben.children(ben.top)
        await browser.post(f"{at(file)}/share", **{"with": "ben", "role": "read"})
        (shown,) = await ben.children(ben.top)
        with pytest.raises(Refused):
            await ben.rename(shown, "b.txt")
        await browser.post(f"{at(file)}/private", private="no")
        await ben.rename(shown, "b.txt")
        await ben.close()

    assert "Harbour Tower Members" in before
    assert "Harbour Tower Members" not in page
    assert "Chloe Martin</bdi>, who may write" in page
    assert hidden == []


async def test_deleting_for_ever_asks_twice_and_leaves_no_trace(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.microsoft.address)
        await browser.get(world.people_pages[1].removeprefix(browser.address))
        ben = await TeamsUser.sign_in(world.startup, "ben")
        file = await ben.add_file(ben.top, "a.txt", body_of(b"one"))
        await browser.get(at(file))
        await browser.post(f"{at(file)}/purge")
        unsure = browser.status
        await browser.get(at(file))
        await browser.post(f"{at(file)}/purge", sure="yes")
        left, binned = await ben.listing(), await ben.binned()
        await ben.close()

    assert (unsure, left, binned) == (400, [], [])


async def test_procores_documents_know_no_end_for_ever(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        ben = await ProcoreUser.sign_in(world.startup, "ben")
        file = await ben.add_file(ben.top, "a.txt", body_of(b"one"))
        page = await browser.get(at(file))
        await browser.post(f"{at(file)}/purge", sure="yes")
        left = await ben.listing()
        await ben.close()

    assert "for ever" not in page
    assert (browser.status, len(left)) == (405, 1)


async def test_photos_are_described_hidden_and_ended(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        ben = await PhotoUser.sign_in(world.startup, "ben")
        photo = await ben.add_file(ben.top, "a.jpg", body_of(b"one"))
        item = f"/practice/photos/item/file/{photo.id}"
        await browser.get(item)
        await browser.post(f"{item}/describe", description="North slab")
        page = await browser.post(f"{item}/private", private="yes")
        await browser.post(f"{item}/purge", sure="yes")
        left = await ben.listing()
        await ben.close()

    assert "North slab" in page
    assert "Show to everybody" in page
    assert left == []


async def test_a_person_works_in_another_project_or_library(
    world: PracticeWorld, browser: Browser
) -> None:
    other = world.procore.add_project("North Yard")
    page = await browser.get("/practice/sites")
    is_procore = browser.address == world.procore.address
    handover = world.microsoft.tenant.handover
    key = (
        f"{world.procore.company_id}/{other}"
        if is_procore
        else f"{handover.place.drive_id}/{handover.root_id}"
    )

    home = await browser.post("/practice/sites", site=key)
    top = browser.links("/practice/folder/")[0]
    await browser.post(f"{top}/add", name="Over here")

    assert ("North Yard" if is_procore else "Handover") in page
    assert ("North Yard" if is_procore else "Handover") in home
    walk = world.procore.documents(other).walk() if is_procore else handover.walk()
    assert [name for _, _, name, *_ in walk] == ["Over here"]


async def test_a_company_has_documents_of_its_own(world: PracticeWorld) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        browser = Browser(session, world.procore.address)
        await browser.get(world.people_pages[0].removeprefix(browser.address))
        await browser.post("/practice/sites", site=f"{world.procore.company_id}/own")
        top = browser.links("/practice/folder/")[0]
        await browser.upload(f"{top}/upload", ("policy.txt", b"be safe"))
        item = browser.links("/practice/item/file/")[0]
        await browser.get(item)
        page = await browser.post(f"{item}/rename", name="rules.txt")

    assert "rules.txt" in page
    walked = world.procore.company_documents().walk()
    assert [name for _, _, name, *_ in walked] == ["rules.txt"]


async def test_a_place_that_is_not_open_is_refused_in_words(browser: Browser) -> None:
    page = await browser.post("/practice/sites", site="1/2")

    assert browser.status == 404
    assert "there is no such place" in page


async def test_a_made_up_cookie_for_a_place_leads_to_a_sentence(browser: Browser) -> None:
    for value in ("1/2", "x", "../..", "9" * 500):
        for cookie in ("practice_procore_site", "practice_teams_site"):
            browser.session.cookie_jar.update_cookies({cookie: value})
        page = await browser.get("/practice/")

        assert 400 <= browser.status < 500
        assert "somewhere else" in page


async def test_who_came_for_long_may_stay_when_the_clock_leaps(browser: Browser) -> None:
    async with browser.session.post(
        f"{browser.address}/practice/panel/clock",
        data={"csrf": browser.csrf, "seconds": str(365 * 86_400)},
    ) as answer:
        assert answer.status == 200

    await browser.get("/practice/")

    assert browser.status == 200
