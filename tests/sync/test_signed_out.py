"""When an account is signed out, all its links wait, and one notice tells of it."""

import asyncio
from dataclasses import replace

import pytest
from scenarios.stage import Stage
from sync.crashing import at, clear_hooks, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import SignInNeeded
from turnbuckle.store import history
from turnbuckle.store.records import Connection, Integration


def joined(stage: Stage) -> Connection:
    """Let the stage know its connections, as the real ends do; give the right one."""
    scope, link = stage.ends.scope, stage.ends.link
    connections = {
        side: scope.connections.by_id(scope.feeds.get(link.feed(side)).connection) for side in Side
    }
    stage.ends = replace(stage.ends, connections=connections)
    return connections[Side.RIGHT]


def signed_out(stage: Stage, connection: Connection) -> None:
    error = SignInNeeded("sign in again")
    error.connection = connection.id
    at(stage, Side.RIGHT, When.BEFORE, Op.CREATE_FILE, raising(error), times=9)


def integration(stage: Stage) -> Integration:
    return stage.ends.scope.integrations.of(stage.ends.link)


def notices(stage: Stage) -> list[str]:
    return [
        f"{line.side} {line.detail}"
        for line in history.lines(stage.ends.link, 50)
        if line.what == Reason.SIGN_IN
    ]


@pytest.fixture
async def right(stage: Stage) -> Connection:
    stage.left.put("D/a.pdf", b"ink")
    connection = await asyncio.to_thread(joined, stage)
    signed_out(stage, connection)
    return connection


async def test_a_run_that_is_signed_out_pauses_its_integration_and_says_what_to_do(
    stage: Stage, right: Connection
) -> None:
    report = await stage.run()

    told = f'sign in again (turnbuckle connect memory --name "{right.name}")'
    assert report.stopped == told
    assert (await asyncio.to_thread(integration, stage)).paused == told
    assert await asyncio.to_thread(notices, stage) == [f"right {told}"]


async def test_a_second_run_that_was_under_way_tells_nothing_more(
    stage: Stage, right: Connection
) -> None:
    await stage.run()
    await stage.run()

    assert len(await asyncio.to_thread(notices, stage)) == 1


async def test_it_is_told_again_when_it_happens_again(stage: Stage, right: Connection) -> None:
    await stage.run()
    await asyncio.to_thread(stage.ends.scope.integrations.resume, right)

    await stage.run()

    assert len(await asyncio.to_thread(notices, stage)) == 2


async def test_a_run_that_began_before_the_new_sign_in_pauses_nothing(
    stage: Stage, right: Connection
) -> None:
    def again() -> None:
        stage.ends.scope.connections.sign_in_again(right, settings={}, secrets={}, account="")

    await asyncio.to_thread(again)

    await stage.run()

    assert (await asyncio.to_thread(integration, stage)).paused == ""


async def test_a_run_that_gets_through_shows_that_nobody_has_to_wait(
    stage: Stage, right: Connection
) -> None:
    await stage.run()
    clear_hooks(stage)

    await stage.run()

    assert (await asyncio.to_thread(integration, stage)).paused == ""
