"""A person signs in, and works, in a real browser, behind practice mode's own certificate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect
from practice.chromium import chromium, visit

from turnbuckle.practice.listening import listen
from turnbuckle.practice.world import PracticeWorld, WorldSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCOPE = "offline_access User.Read"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[PracticeWorld]:
    settings = WorldSettings(documents="empty", limits="off", tls=True)
    async with PracticeWorld(settings) as started:
        yield started


@asynccontextmanager
async def app_that_asks() -> AsyncIterator[tuple[str, "asyncio.Future[dict[str, str]]"]]:
    """Give a program's redirect address, and what the browser brings back to it."""
    came: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def take(request: web.Request) -> web.Response:
        if not came.done():
            came.set_result(dict(request.query))
        return web.Response(text="<!doctype html><title>done</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/back", take)
    runners: list[web.AppRunner] = []
    address = await listen(app, 0, None, runners)
    yield f"{address}/back", came
    await runners[0].cleanup()


@pytest.mark.parametrize("side", ["procore", "microsoft"])
async def test_a_person_allows_an_app_to_act_for_them(
    world: PracticeWorld, browser: Browser, side: str
) -> None:
    facts: dict[str, Any] = world.startup[side]
    async with app_that_asks() as (redirect_uri, came):
        world.procore.allow_redirect(redirect_uri)
        asked = {
            "client_id": facts["client_id"],
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": "mine",
        }
        address = f"{facts['authorize_address']}?{urlencode(asked)}"
        async with visit(browser, address, ignore_https_errors=True) as page:
            if side == "procore":
                await page.fill("input[name=practice_token]", world.people_token)
            await page.get_by_role("button", name="Allow").click()
            told = await asyncio.wait_for(came, 20)

    assert told["state"] == "mine"
    assert told["code"]


@pytest.mark.parametrize("side", ["procore", "microsoft"])
async def test_the_forms_of_peoples_pages_work(
    world: PracticeWorld, browser: Browser, side: str
) -> None:
    address = world.startup[side]["people_page"]
    async with visit(browser, address, ignore_https_errors=True) as page:
        await page.get_by_label("New folder").fill("Plans")
        await page.get_by_role("button", name="Make", exact=True).click()
        await expect(page.get_by_role("link", name="Plans")).not_to_have_count(0)
        cookies = await page.context.cookies()

    assert cookies
    assert all(cookie["secure"] for cookie in cookies)
