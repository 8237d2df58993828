"""The alarm tells who wants to know, tries again where it cannot, and never for ever."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_django import Settings
from store.building import House

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.jobs.alarm import Alarm, post_of
from turnbuckle.store import models, recipients
from turnbuckle.store.recipients import Event, Untold
from turnbuckle.transport.addresses import open_session


@dataclass
class Told:
    """A house with an alarm, and a recipient that keeps what it is told."""

    house: House
    alarm: Alarm
    clock: StepClock
    posts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    to_wait: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        if self.status == 0:
            await self.to_wait.wait()
        if self.status == 302:
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        if self.status == 200:
            self.posts.append(await request.json())
        return web.Response(status=self.status)

    async def fail(self, failures: int = 3) -> None:
        rows = models.Timing.objects.filter(link_id=self.house.link.id)
        later = self.clock.now() + timedelta(days=30)
        await asyncio.to_thread(lambda: rows.update(failures=failures, next_at=later))

    async def look(self) -> None:
        await self.alarm.once()

    async def untold(self) -> list[Untold]:
        return await asyncio.to_thread(recipients.untold, self.house.scope.connections)


@pytest.fixture
async def told(transactional_db: None, tmp_path: Path, settings: Settings) -> AsyncIterator[Told]:
    settings.TURNBUCKLE_DATA = tmp_path
    clock = StepClock()
    async with open_session() as session:
        house = await asyncio.to_thread(House)
        alarm = Alarm(session=session, clock=clock, practice=True, grace_seconds=0)
        made = Told(house, alarm, clock)
        app = web.Application()
        app.router.add_post("/services/hush", made.take)
        async with TestServer(app) as server:
            address = str(server.make_url("/services/hush"))
            await asyncio.to_thread(
                lambda: recipients.add(
                    house.scope.connections, "ops", address=address, shown="127.0.0.1",
                    kind="practice", now=clock.now(),
                )
            )  # fmt: skip
            yield made
            made.to_wait.set()


async def test_the_beginning_and_the_end_are_posted_once_each_and_logged(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="turnbuckle.jobs.alarm"):
        await told.fail()
        await told.look()
        await told.look()
        await told.fail(0)
        await told.look()
        await told.look()

    (begun,), (ended,) = (post["alerts"] for post in told.posts)
    assert (begun["event"], begun["link"], begun["kind"]) == ("opened", "tower", "failing")
    assert (ended["event"], ended["id"]) == ("closed", begun["id"])
    assert begun["closed_at"] is None
    assert ended["closed_at"] is not None
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert all(record.__dict__["organisation"] == "default" for record in caplog.records)


async def test_of_many_who_look_at_once_one_opens_tells_and_closes(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="turnbuckle.jobs.alarm"):
        await told.fail()
        await asyncio.gather(*(told.look() for _ in range(6)))
        await told.fail(0)
        await asyncio.gather(*(told.look() for _ in range(6)))

    events = [each["event"] for post in told.posts for each in post["alerts"]]
    assert events == ["opened", "closed"]
    assert len(caplog.records) == 2


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_what_is_not_taken_is_tried_again_later_and_told_in_the_meantime(
    told: Told, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    told.status = status
    await told.fail()
    await told.look()
    waiting = await told.untold()
    told.status = 200
    await told.look()
    before = len(told.posts)
    told.clock.advance(31)
    await told.look()

    assert [(each.waiting, each.trouble) for each in waiting] == [
        (1, f"127.0.0.1 answered {status}")
    ]
    assert (before, len(told.posts)) == (0, 1)
    assert await told.untold() == []
    assert "hush" not in caplog.text


async def test_after_a_day_it_is_given_up_and_that_is_told(told: Told) -> None:
    told.status = 500
    await told.fail()
    tries = 0
    for _ in range(60):
        await told.look()
        tries += 1
        told.clock.advance(3600)
        (found,) = await told.untold()
        if found.given_up:
            break

    told.status = 200
    told.clock.advance(7200)
    await told.look()

    assert tries in {25, 26}
    assert told.posts == []
    assert [each.given_up for each in await told.untold()] == [1]


async def test_a_recipient_that_lost_its_key_is_told_of_and_stops_nothing(
    told: Told, tmp_path: Path
) -> None:
    await told.fail()
    (tmp_path / "key").unlink()

    await told.look()

    (found,) = await told.untold()
    assert "key" in found.trouble


async def test_a_recipient_whose_address_was_forgotten_says_how_to_name_it_again(
    told: Told,
) -> None:
    await told.fail()
    rows = models.Connection.objects.filter(name="ops")
    await asyncio.to_thread(lambda: rows.update(secrets=b""))

    await told.look()

    (found,) = await told.untold()
    assert 'turnbuckle alerts tell "ops"' in found.trouble


async def test_links_that_were_due_all_night_are_not_late_when_the_service_starts(
    told: Told,
) -> None:
    told.alarm.grace_seconds = 900
    rows = models.Timing.objects.all()
    night = told.clock.now() - timedelta(hours=9)
    await asyncio.to_thread(lambda: rows.update(next_at=night))

    await told.look()
    at_start = len(told.posts)
    told.alarm.grace_seconds = 0
    await told.look()

    assert at_start == 0
    assert [each["kind"] for each in told.posts[0]["alerts"]] == ["late"]


def an_event(number: int, event: str) -> Event:
    now = StepClock().now()
    return Event(
        telling=number, alert=number, event=event, link=f"link {number}", kind="late", said="why",
        opened_at=now, closed_at=None, made_at=now, tries=0,
    )  # fmt: skip


def test_of_many_alerts_the_text_names_some_and_the_data_all() -> None:
    many = [an_event(number, "opened" if number % 2 else "closed") for number in range(20)]

    post = post_of("default", many)

    assert post["text"].startswith("Turnbuckle: link 0 is not late any more\nlink 1 is late: why\n")
    assert post["text"].endswith("and 8 more opened, 7 more closed")
    assert len(post["alerts"]) == 20
