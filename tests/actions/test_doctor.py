"""The doctor's examinations end in time, whatever happens, and a clock that is wrong is noticed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from turnbuckle.actions.doctor import clock
from turnbuckle.actions.doctor.examining import Examination, together
from turnbuckle.actions.doctor.finding import Finding, Grounds, Verdict, well
from turnbuckle.ports.clock import SystemClock
from turnbuckle.transport.times_told import TimesTold

HOUR = timedelta(hours=1)


async def endless(_grounds: Grounds) -> list[Finding]:
    await asyncio.sleep(3600)
    return []


async def broken(_grounds: Grounds) -> list[Finding]:
    raise ValueError("no: access_token=hush")


async def sound(_grounds: Grounds) -> list[Finding]:
    return [well("third", "fine")]


async def test_an_examination_that_hangs_or_fails_is_told_and_hides_no_other(
    tmp_path: Path,
) -> None:
    grounds = Grounds(data=tmp_path, environment={}, clock=SystemClock())

    found = await together(
        [
            Examination("first", endless, 0.05),
            Examination("second", broken, 5),
            Examination("third", sound, 5),
        ],
        grounds,
    )

    assert [(each.area, each.verdict) for each in found] == [
        ("first", Verdict.TROUBLE),
        ("second", Verdict.TROUBLE),
        ("third", Verdict.WELL),
    ]
    assert "within" in found[0].said
    assert "hush" not in found[1].said


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=1), "1 h 0 min behind"),
        (timedelta(minutes=-9), "9 min ahead of"),
        (timedelta(seconds=40), "it agrees"),
    ],
)
async def test_a_clock_that_differs_from_what_a_remote_tells_is_noticed(
    ahead: timedelta, words: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        told = datetime.now(UTC) + ahead
        return web.Response(headers={"Date": f"{told:%a, %d %b %Y %H:%M:%S} GMT"})

    app = web.Application()
    app.router.add_get("/", answer)
    times = TimesTold(SystemClock())
    async with TestServer(app) as server, ClientSession() as session:
        times.listen(session)
        async with session.get(server.make_url("/")):
            pass

    (found,) = clock.examine(times)

    assert words in found.said
    assert (found.verdict is Verdict.WELL) == (words == "it agrees")


@pytest.mark.parametrize(
    ("machine", "server", "words"),
    [
        (HOUR, timedelta(0), ["this machine's clock is 1 h 0 min behind", "its log tells"]),
        (timedelta(0), -HOUR, ["database's server is 1 h 0 min ahead of", "at the wrong time"]),
        (timedelta(0), timedelta(0), ["it agrees", ""]),
    ],
)
def test_a_machine_and_a_server_whose_clocks_are_off_are_told_apart(
    machine: timedelta, server: timedelta, words: list[str]
) -> None:
    (found,) = clock.examine(told(machine), told(server))

    assert words[0] in found.said
    assert words[1] in found.todo


async def test_without_an_answer_nothing_is_said_of_the_clock() -> None:
    assert clock.examine(TimesTold(SystemClock())) == []


def told(ahead: timedelta) -> TimesTold:
    """Give what one host told that is so far ahead of a clock."""
    times = TimesTold(SystemClock())
    times.ahead["api.procore.com"] = ahead
    return times
