"""Take the pictures of practice mode's pages for the documents: `python scripts/page_pictures.py`.

They show the sample project, so they are taken again whenever the pages look different. Needs
Chromium; writes docs/pictures/people.png and docs/pictures/panel.png.
"""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import Page, async_playwright

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings

_PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
_WIDTH, _HEIGHT = 1000, 760


async def take() -> None:
    """Open both pages as a person would, and keep what is seen."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("these pictures are taken with chromium, which is not on this machine")
    async with PracticeWorld(WorldSettings()) as world, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        await page.goto(world.startup["procore"]["people_page"])
        await _people(world, page)
        await page.get_by_role("link", name="Panel").click()
        await _panel(page)
        await browser.close()


async def _people(world: PracticeWorld, page: Page) -> None:
    user = await ProcoreUser.sign_in(world.startup, "ben")
    shown = next(item for item in await user.listing() if item.name.endswith(".docx"))
    await user.close()
    await page.goto(f"{world.procore.address}/practice/item/file/{shown.id}")
    await page.get_by_role("button", name="Check out").click()
    await page.get_by_text("checked out by").wait_for()
    await page.screenshot(path=_PICTURES / "people.png")


async def _panel(page: Page) -> None:
    await page.get_by_text("Too many requests").click()
    await page.locator("details[open]").get_by_role("button", name="Order").click()
    await page.get_by_text("Documents is switched off").click()
    await page.locator("details[open]").get_by_role("button").click()
    await page.get_by_text("Server errors").click()
    await page.evaluate("window.scrollTo(0, 0)")
    await page.screenshot(path=_PICTURES / "panel.png")


if __name__ == "__main__":
    asyncio.run(take())
