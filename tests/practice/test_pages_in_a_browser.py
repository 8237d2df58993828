"""The pages of practice mode in a real browser: a whole round by hand, by keyboard, on a phone."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from practice.chromium import chromium, visit
from practice.panelling import Panelist

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.off_contract,  # what goes wrong on order is in no contract
]

LONG = "A name without a single space in it, as machines write them - " + "x" * 90 + ".txt"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIDES = ("procore", "microsoft")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[PracticeWorld]:
    async with PracticeWorld(WorldSettings(documents="empty", limits="off")) as started:
        yield started


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def told(world: PracticeWorld, side: str) -> list[str]:
    """All names that another person sees, sorted."""
    user = await (ProcoreUser if side == "procore" else TeamsUser).sign_in(world.startup, "ben")
    names = sorted(item.name for item in await user.listing())
    await user.close()
    return names


def upload(name: str, words: str) -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": words.encode()}


async def click(page: Page, word: str) -> None:
    await page.get_by_role("button", name=word, exact=True).click()


async def change(page: Page, name: str) -> None:
    await page.get_by_role("link", name=f"Change {name}").click()


async def test_a_person_goes_a_whole_round(
    world: PracticeWorld, browser: Browser, side: str
) -> None:
    async with visit(browser, world.startup[side]["people_page"]) as page:
        await page.get_by_label("New folder").fill("Plans")
        await click(page, "Make")
        await page.set_input_files("input[name=file]", [upload("notes.txt", "eins\nzwei\n")])
        await click(page, "Upload")
        uploaded = await told(world, side)

        await change(page, "notes.txt")
        await page.get_by_role("link", name="Edit the text").click()
        await page.get_by_label("Text").fill("eins\nzwei\ndrei\n")
        await click(page, "Save")
        await page.get_by_role("link", name="Versions").click()
        await expect(page.get_by_role("link", name="Version 2")).to_be_visible()
        await page.get_by_role("link", name="Back to the file").click()
        await page.get_by_label("New name").fill("minutes.txt")
        await click(page, "Rename")
        await change(page, "minutes.txt")
        await page.get_by_label("Folder", exact=True).select_option(label="Plans")
        await click(page, "Move")
        await change(page, "minutes.txt")
        await click(page, "Check out")
        await expect(page.get_by_text("checked out by Ana Ruiz")).to_be_visible()
        await click(page, "Check in")
        await click(page, "Make private")
        private = await told(world, side)
        await page.get_by_role("button", name="Show to").click()
        await click(page, "Delete")
        deleted = await told(world, side)

        await page.get_by_role("link", name="Recycle bin").click()
        await click(page, "Restore")
        restored = await told(world, side)

    assert uploaded == ["Plans", "notes.txt"]
    # In Procore Ben is an Admin, who sees what is private; in Teams he is none.
    assert private == (["Plans", "minutes.txt"] if side == "procore" else ["Plans"])
    assert deleted == ["Plans"]
    assert restored == ["Plans", "minutes.txt"]


async def test_a_fault_is_ordered_met_and_called_off(
    world: PracticeWorld, browser: Browser
) -> None:
    side = "procore"
    opened = visit(browser, world.startup[side]["people_page"])
    async with opened as page, aiohttp.ClientSession() as session:
        app = Panelist(world, session, side)
        token = await app.sign_in()
        await page.get_by_role("link", name="Panel").click()
        await page.get_by_text("Server errors").click()
        errors = page.locator("details[open]")
        await errors.get_by_label("How often").fill("5")
        await errors.get_by_label("Status").select_option("503")
        await errors.get_by_role("button", name="Order").click()
        await expect(page.get_by_role("status")).to_have_text("On order: Server errors.")
        failed = await app.list_root(token)
        await page.reload()
        await expect(page.get_by_text("4 more")).to_be_visible()
        await expect(page.get_by_role("cell", name="503")).to_be_visible()

        await click(page, "Call off")
        after = await app.list_root(token)

    assert (failed.status, after.status) == (503, 200)


async def test_a_switch_is_turned_and_reset(world: PracticeWorld, browser: Browser) -> None:
    switches = world.procore.switches
    async with visit(browser, world.startup["procore"]["people_page"]) as page:
        await page.get_by_role("link", name="Panel").click()
        await page.get_by_label("a.pdf and A.pdf are one name").select_option("yes")
        await click(page, "Save switches")
        during = switches.case_blind
        await page.get_by_role("button", name="Reset case_blind").click()

    assert (during, switches.case_blind) == (True, False)


async def test_pages_fit_a_phone(world: PracticeWorld, browser: Browser, side: str) -> None:
    user = await (ProcoreUser if side == "procore" else TeamsUser).sign_in(world.startup)
    folder = await user.add_folder(user.top, "A folder for the phone")
    file = await user.add_file(folder.id, LONG, body_of(b"ink"))
    await user.close()
    paths = ("", f"folder/{folder.id}", f"item/file/{file.id}", f"item/file/{file.id}/versions")
    async with visit(browser, world.startup[side]["people_page"], **PHONE) as page:
        for path in (*paths, f"item/file/{file.id}/edit", "sites", "bin", "panel"):
            await page.goto(f"{world.startup[side]['address']}/practice/{path}")
            for each in await page.locator("details > summary").all():
                await each.click()
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, path


async def test_everything_takes_the_focus_of_the_keyboard(
    world: PracticeWorld, browser: Browser
) -> None:
    async with visit(browser, world.startup["microsoft"]["people_page"]) as page:
        for path in ("", "sites", "panel"):
            await page.goto(f"{world.startup['microsoft']['address']}/practice/{path}")
            await page.keyboard.press("Tab")
            first = await page.evaluate("document.activeElement.textContent")
            assert await page.evaluate(_DEAF) == []
            assert first.startswith("Practice")


_DEAF = """[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
  .filter(one => one.checkVisibility())
  .filter(one => { one.focus(); return document.activeElement !== one || one.tabIndex !== 0; })
  .map(one => one.outerHTML)"""
"""Everything that people click on and that the Tab key would pass by."""


async def test_a_folder_is_made_with_the_keyboard_alone(
    world: PracticeWorld, browser: Browser
) -> None:
    side = "microsoft"
    async with visit(browser, world.startup[side]["people_page"]) as page:
        await page.get_by_label("New folder").focus()
        await page.keyboard.type("By keyboard")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("link", name="By keyboard").first).to_be_visible()

    assert "By keyboard" in await told(world, side)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_can_be_read_by_day_and_by_night(
    world: PracticeWorld, browser: Browser, scheme: str
) -> None:
    async with visit(browser, world.startup["procore"]["people_page"], color_scheme=scheme) as page:
        for selector in ("body", "button", "a", ".quiet"):
            colours = await page.evaluate(_COLOURS, selector)
            assert contrast(*colours) >= 4.5, selector


_COLOURS = """selector => {
  const one = document.querySelector(selector);
  let under = one;
  while (under && getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)')
    under = under.parentElement;
  const parts = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
  return [parts(getComputedStyle(one).color), parts(getComputedStyle(under).backgroundColor)];
}"""


def contrast(ink: list[float], paper: list[float]) -> float:
    """How well two colours stand apart, as WCAG 2.1 counts it."""
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: list[float]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
