"""Several processes on one PostgreSQL: they share the links, and take over from who is gone."""

import asyncio
import json
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import ClientSession
from cli.conftest import Site
from cli.databases import of_sqlite
from cli.test_serve import CALLED, Held, asked, comes_true, ended, has, held, said
from postgres.server import Server

from turnbuckle.practice.persons import person

__all__ = ["held"]  # a fixture


@pytest.fixture
def on_postgres(site: Site, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Give a site whose commands work on a PostgreSQL."""
    monkeypatch.setenv("DATABASE_URL", postgres)
    return site


async def linked_to(site: Site, folder: str) -> Site:
    """Connect both services, and link the project with a folder of its own."""
    for done in (
        await site.cli("migrate"),
        await site.connect("procore"),
        await site.connect("microsoft"),
        await site.add_link("--layout", folder),
    ):
        assert done.code == 0, done.err
    return site


@asynccontextmanager
async def started(site: Site, *command: str) -> AsyncIterator[Process]:
    """Start a process of the service as a shell does, and kill it if it still runs afterwards."""
    process = await site.cli.start(*command, "--allow-practice", alone=True)
    try:
        await said(process, "Serving" if command[0] == "serve" else "Working")
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.communicate()


SCHEDULE = ("serve", "--no-runs", "--port", "0")


@pytest.mark.ci
async def test_workers_run_what_the_service_finds_due_and_end_when_told(on_postgres: Site) -> None:
    site = await linked_to(on_postgres, "By workers")
    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(started(site, *command))
            for command in (SCHEDULE, ("worker",), ("worker", "--slots", "2"))
        ]
        await comes_true(has(site, "/By workers/Plans/A-101.txt"))
        await comes_true(has(site, "/By workers/Minutes.txt"))
        for process in processes:
            process.send_signal(signal.SIGTERM)
        codes = [await ended(process) for process in processes]

    assert [code for code, _, _ in codes] == [0, 0, 0], codes
    assert not any("Traceback" in err for _, _, err in codes), codes


@pytest.mark.ci
async def test_a_worker_that_was_killed_is_replaced_by_another(
    on_postgres: Site, held: Held
) -> None:
    site = await linked_to(on_postgres, "Killed worker")
    held.begin()
    async with started(site, *SCHEDULE):
        async with started(site, "worker") as worker:
            assert await asyncio.to_thread(held.reached.wait, 60)
            worker.kill()
            await ended(worker)
        held.let_go()
        async with started(site, "worker"):
            await comes_true(has(site, "/Killed worker/Plans/A-101.txt"))
            await comes_true(has(site, "/Killed worker/Minutes.txt"))

    assert len([path for path in site.in_teams() if "/Killed worker/" in path]) == 4


@pytest.mark.ci
async def test_of_two_schedules_on_one_postgresql_either_may_be_killed(on_postgres: Site) -> None:
    site = await linked_to(on_postgres, "Two schedules")
    tree = site.world.procore.documents(site.world.project_id)
    async with (
        started(site, *SCHEDULE) as one,
        started(site, *SCHEDULE) as other,
        started(site, "worker") as worker,
    ):
        await comes_true(has(site, "/Two schedules/Minutes.txt"))
        one.kill()
        await ended(one)
        made = tree.add_folder(tree.root_id, "After a kill", person("ana"))
        try:
            nudged = await site.cli("nudge", "tower")
            await comes_true(has(site, "/Two schedules/After a kill"))
        finally:
            tree.delete(tree.folder(made))
        for process in (other, worker):
            process.send_signal(signal.SIGTERM)
        codes = [await ended(other), await ended(worker)]

    assert nudged.code == 0, nudged.err
    assert [code for code, _, _ in codes] == [0, 0], codes
    assert not any("Traceback" in err for _, _, err in codes), codes


@pytest.mark.ci
async def test_a_frozen_worker_wakes_up_and_commits_nothing(on_postgres: Site, held: Held) -> None:
    site = await linked_to(on_postgres, "Frozen worker")
    held.begin()
    async with started(site, *SCHEDULE), started(site, "worker") as frozen:
        assert await asyncio.to_thread(held.reached.wait, 60)
        frozen.send_signal(signal.SIGSTOP)
        held.let_go()
        async with started(site, "worker") as other:
            await comes_true(has(site, "/Frozen worker/Plans/A-101.txt"), 150)
            await comes_true(has(site, "/Frozen worker/Minutes.txt"))
            frozen.send_signal(signal.SIGCONT)
            await asyncio.sleep(3)
            for process in (frozen, other):
                process.send_signal(signal.SIGTERM)
            codes = [await ended(frozen), await ended(other)]
    checked = await site.cli("run", "tower", "--complete")
    told = json.loads((await site.cli("undo", "tower", "--json")).out or "[]")

    assert [code for code, _, _ in codes] == [0, 0], codes
    assert checked.code == 0, checked.err
    assert told == []
    assert len([path for path in site.in_teams() if "/Frozen worker/" in path]) == 4


@pytest.mark.ci
async def test_a_worker_that_is_told_to_end_finishes_its_transfer_and_another_does_the_rest(
    on_postgres: Site, held: Held
) -> None:
    site = await linked_to(on_postgres, "Ending worker")
    held.begin()
    async with started(site, *SCHEDULE), started(site, "worker") as ending:
        assert await asyncio.to_thread(held.reached.wait, 60)
        ending.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        still_at_work = ending.returncode is None
        held.let_go()
        code, out, err = await ended(ending)
        finished = len([path for path in site.in_teams() if "/Ending worker/" in path])
        async with started(site, "worker"):
            await comes_true(has(site, "/Ending worker/Minutes.txt"))
            await comes_true(has(site, "/Ending worker/Plans/A-101.txt"))
    checked = await site.cli("run", "tower", "--complete")

    assert still_at_work
    assert code == 0, err
    assert "nothing is under way" in out
    assert finished > 0
    assert "both sides are in step" in checked.out
    assert len([path for path in site.in_teams() if "/Ending worker/" in path]) == 4


@pytest.mark.ci
async def test_a_restart_of_postgresql_is_outlived_and_shows_in_who_is_ready(
    on_postgres: Site, postgres_server: Server
) -> None:
    site = await linked_to(on_postgres, "Restarted")
    async with (
        started(site, *SCHEDULE) as schedule,
        started(site, "worker", "--metrics", "0") as worker,
        ClientSession() as session,
    ):
        at = (await said(worker, "Watched at")).split()[2].rstrip(":")
        await comes_true(has(site, "/Restarted/Minutes.txt"))
        numbers = (await asked(session, f"{at}/metrics"))[1]
        readiness = [await becomes(session, f"{at}/ready", 200)]
        postgres_server.end()
        readiness.append(await becomes(session, f"{at}/ready", 503))
        postgres_server.start()  # it ends with the thread that starts it
        readiness.append(await becomes(session, f"{at}/ready", 200))
        tree = site.world.procore.documents(site.world.project_id)
        made = tree.add_folder(tree.root_id, "After a restart", person("ana"))
        try:
            nudged = await site.cli("nudge", "tower")
            await comes_true(has(site, "/Restarted/After a restart"), 120)
        finally:
            tree.delete(tree.folder(made))
        for process in (schedule, worker):
            process.send_signal(signal.SIGTERM)
        codes = [await ended(schedule), await ended(worker)]

    assert nudged.code == 0, nudged.err
    assert [code for code, _, _ in codes] == [0, 0], codes
    assert "database" in readiness[1]
    assert CALLED in numbers
    assert "turnbuckle_links" not in numbers  # the schedule's process tells it for all


async def becomes(session: ClientSession, address: str, status: int) -> str:
    """Ask until it is answered with this status; give the answer."""
    async with asyncio.timeout(60):
        while (answer := await asked(session, address))[0] != status:
            await asyncio.sleep(0.2)
    return answer[1]


@of_sqlite
async def test_a_worker_on_sqlite_says_what_it_needs(linked: Site) -> None:
    done = await linked.cli("worker")

    assert done.is_one_clear_line("PostgreSQL", "DATABASE_URL")
