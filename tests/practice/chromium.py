"""A real browser for the pages of practice mode, and what must never appear on its console."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

_REFUSED = re.compile(r"the server responded with a status of 4\d\d")
_WAIT_MILLISECONDS = 20_000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium; without one a laptop skips and CI fails."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI tries the pages in a real browser, and there is no chromium")
        pytest.skip("not needed here: this machine has no chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            headless=True,
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visit(browser: Browser, address: str, **options: object) -> AsyncIterator[Page]:
    """Open a page as somebody new; at the end its console has to be clean."""
    context: BrowserContext = await browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(_WAIT_MILLISECONDS)
    page = await context.new_page()
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _REFUSED.search(message.text):
            said.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        await page.goto(address)
        yield page
    finally:
        await context.close()
    assert said == []
