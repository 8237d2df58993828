"""The service as a process: it keeps links in step, ends when it is told, and survives a kill."""

import asyncio
import re
import shutil
import signal
import threading
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from cli.conftest import Cli, Site
from cli.databases import of_sqlite
from cli.test_commands import in_a_folder_of_its_own

from turnbuckle.practice.microsoft.faults import Event
from turnbuckle.practice.persons import person


@asynccontextmanager
async def serving(cli: Cli, *options: str, **environment: str) -> AsyncIterator[Process]:
    """Start a service that runs practice links, and kill it afterwards if it still runs."""
    options = ("--allow-practice", "--port", "0", *options)
    process = await cli.start("serve", *options, alone=False, **environment)
    try:
        await said(process, "Serving")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process, word: str) -> str:
    """Wait for a line with this word."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            if word in line:
                return line
    assert process.stderr is not None
    raise AssertionError((await process.stderr.read()).decode())


async def comes_true(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.05)


def has(site: Site, path: str) -> Callable[[], bool]:
    """Tell whether a path is in Teams."""
    return lambda: any(each.endswith(path) for each in site.in_teams())


async def ended(process: Process) -> tuple[int, str, str]:
    """Wait for the end; give exit code and what was said."""
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


class Held:
    """Keeps one upload at Microsoft waiting until it is let go."""

    def __init__(self, site: Site) -> None:
        self._hooks = site.world.microsoft.faults.before
        self.reached = threading.Event()
        self._free = threading.Event()

    def begin(self) -> None:
        """Keep the next ones waiting."""
        self._hooks.append(self._hold)

    def let_go(self) -> None:
        """Let it, and all that follow, through."""
        self._free.set()

    async def _hold(self, event: Event) -> None:
        if "upload" in event.request.path.lower() and not self._free.is_set():
            self.reached.set()
            while not self._free.is_set():
                await asyncio.sleep(0.02)


@pytest.fixture
def held(connected: Site) -> Iterator[Held]:
    """Keep uploads waiting."""
    hold = Held(connected)
    yield hold
    hold.let_go()
    connected.world.microsoft.faults.before.clear()


async def test_a_service_syncs_a_new_link_and_then_what_it_is_nudged_for(connected: Site) -> None:
    site = await in_a_folder_of_its_own(connected, "Served")
    async with serving(site.cli) as process:
        await comes_true(has(site, "/Served/Plans/A-101.txt"))
        await comes_true(has(site, "/Served/Minutes.txt"))
        tree = site.world.procore.documents(site.world.project_id)
        made = tree.add_folder(tree.root_id, "Made meanwhile", person("ana"))

        nudged = await site.cli("nudge", "tower")
        await comes_true(has(site, "/Served/Made meanwhile"))
        tree.delete(tree.folder(made))
        status = await site.cli("status")
        process.send_signal(signal.SIGTERM)
        code, out, err = await ended(process)

    assert "1 link" in nudged.out
    assert re.search(r"next run: at \d\d:\d\d:\d\d UTC", status.out)
    assert code == 0
    assert "Ended; nothing is under way" in out
    assert "Traceback" not in err


@of_sqlite
async def test_a_second_service_on_the_same_data_is_refused(linked: Site) -> None:
    async with serving(linked.cli):
        second = await linked.cli("serve", "--allow-practice", "--port", "0")

    assert second.is_one_clear_line("another `turnbuckle serve` is at work", "--data FOLDER")


@of_sqlite
async def test_a_second_service_on_the_same_sqlite_file_is_refused_whatever_its_data_folder(
    linked: Site, tmp_path: Path
) -> None:
    elsewhere = Cli(tmp_path / "elsewhere")
    elsewhere.data.mkdir()
    shutil.copy(linked.cli.data / "key", elsewhere.data)
    (tmp_path / "another way").symlink_to(linked.cli.data, target_is_directory=True)
    address = f"sqlite://{tmp_path / 'another way' / 'turnbuckle.sqlite3'}"
    async with serving(linked.cli):
        second = await elsewhere("serve", "--allow-practice", "--port", "0", DATABASE_URL=address)
        nudged = await elsewhere("nudge", "--all", DATABASE_URL=address)
    nobody = await elsewhere("nudge", "--all", DATABASE_URL=address)

    assert second.is_one_clear_line("another `turnbuckle serve` is at work", "turnbuckle.sqlite3")
    assert (nudged.code, nobody.code) == (0, 0)
    assert "No `turnbuckle serve` is at work" not in nudged.out
    assert "No `turnbuckle serve` is at work" in nobody.out


async def test_a_file_that_database_url_names_has_one_service_and_its_neighbours_have_theirs(
    linked: Site, tmp_path: Path
) -> None:
    one, other = (f"sqlite://{tmp_path / name}" for name in ("one.sqlite3", "other.sqlite3"))
    async with serving(linked.cli, DATABASE_URL=one):
        second = await linked.cli("serve", "--port", "0", DATABASE_URL=one)
        async with serving(linked.cli, DATABASE_URL=other):
            pass

    assert second.is_one_clear_line("another `turnbuckle serve` is at work", "one.sqlite3")


@pytest.mark.ci
async def test_links_with_practice_services_are_left_alone_unless_that_is_asked_for(
    linked: Site,
) -> None:
    before = linked.in_teams()
    process = await linked.cli.start("serve", "--port", "0")
    line = await said(process, "left alone")
    process.send_signal(signal.SIGINT)
    code, _, _ = await ended(process)

    assert line.startswith("1 link left alone")
    assert code == 0
    assert linked.in_teams() == before


@pytest.mark.ci
async def test_told_to_end_in_a_transfer_it_finishes_that_and_the_next_service_the_rest(
    connected: Site, held: Held
) -> None:
    site = await in_a_folder_of_its_own(connected, "Ended")
    held.begin()
    async with serving(site.cli) as process:
        assert await asyncio.to_thread(held.reached.wait, 60)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        still_at_work = process.returncode is None
        held.let_go()
        code, out, err = await ended(process)
    status = await site.cli("status")
    async with serving(site.cli):
        await comes_true(has(site, "/Ended/Minutes.txt"))
        await comes_true(has(site, "/Ended/Plans/A-101.txt"))

    assert still_at_work
    assert code == 0, err
    assert "nothing is under way" in out
    assert "next run: now" in status.out or "state: everything is in step" in status.out


@pytest.mark.ci
async def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(
    connected: Site, held: Held
) -> None:
    site = await in_a_folder_of_its_own(connected, "At once")
    held.begin()
    async with serving(site.cli) as process:
        assert await asyncio.to_thread(held.reached.wait, 60)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        code, _, err = await ended(process)
    held.let_go()
    async with serving(site.cli):
        await comes_true(has(site, "/At once/Minutes.txt"))
        await comes_true(has(site, "/At once/Plans/A-101.txt"))

    assert code == 0, err


@pytest.mark.ci
async def test_a_killed_service_s_run_is_taken_up_by_the_next_one(
    connected: Site, held: Held
) -> None:
    site = await in_a_folder_of_its_own(connected, "Killed")
    held.begin()
    async with serving(site.cli) as process:
        assert await asyncio.to_thread(held.reached.wait, 60)
        process.kill()
        await ended(process)
    held.let_go()

    async with serving(site.cli):
        await comes_true(has(site, "/Killed/Minutes.txt"))
        await comes_true(has(site, "/Killed/Plans/A-101.txt"))
    checked = await site.cli("run", "tower")

    assert checked.code == 0
    assert len([path for path in site.in_teams() if "/Killed/" in path]) == 4  # nothing doubled


async def test_a_service_that_is_watched_is_ready_and_tells_its_numbers(linked: Site) -> None:
    async with serving(linked.cli, "--metrics", "0") as process:
        at = (await said(process, "Watched at")).split()[2].rstrip(":")
        async with ClientSession() as session, asyncio.timeout(60):
            ready = await asked(session, f"{at}/ready")
            while CALLED not in (told := (await asked(session, f"{at}/metrics"))[1]):
                await asyncio.sleep(0.1)
            (linked.cli.data / "key").unlink()
            while (not_ready := await asked(session, f"{at}/ready"))[0] == 200:
                await asyncio.sleep(0.1)

    assert ready == (200, '{"ready": true, "reasons": []}')
    assert "turnbuckle_database_up 1.0" in told
    assert 'turnbuckle_links{organisation="default",state="late"} 0.0' in told
    assert not_ready[0] == 503
    assert "key file" in not_ready[1]


CALLED = 'turnbuckle_calls_total{call="list documents",remote="Procore"}'


async def asked(session: ClientSession, address: str) -> tuple[int, str]:
    async with session.get(address) as answer:
        return answer.status, await answer.text()


async def test_a_place_to_be_watched_at_that_is_none_is_told(linked: Site) -> None:
    done = await linked.cli("serve", "--metrics", "everywhere")

    assert done.is_one_clear_line("no place to listen", "0.0.0.0:9464")


@of_sqlite
async def test_a_nudge_says_when_nobody_serves(linked: Site) -> None:
    done = await linked.cli("nudge", "--all")
    unclear = await linked.cli("nudge")

    assert done.code == 0
    assert "No `turnbuckle serve` is at work here" in done.out
    assert unclear.is_one_clear_line("name a link, or give --all")
