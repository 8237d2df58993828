"""A disk that is full stops what cannot go on without it, and nothing is lost or doubled.

The disk is full for one process alone: the system lets it write to no file any more, as `ulimit -f`
does.
"""

import asyncio
import resource
import signal
import sys

import pytest
from cli.conftest import Finished, Site
from cli.test_commands import in_a_folder_of_its_own
from cli.test_serve import Held, comes_true, ended, held, said
from cli.test_workers import linked_to
from postgres.server import Server

__all__ = ["held"]  # a fixture

pytestmark = [
    pytest.mark.ci,
    pytest.mark.skipif(sys.platform != "linux", reason="not needed here: limits are Linux's"),
]

_IS_FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON store_activity FOR EACH ROW EXECUTE FUNCTION no_room();
"""  # from the first write on that came about at a remote and is to be noted
_HAS_ROOM = "DROP FUNCTION no_room CASCADE"


def fill_disk(pid: int) -> None:
    """Let a process write to no file any more."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def make_room(pid: int) -> None:
    """Let it write again."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


def files_of(site: Site, folder: str) -> list[str]:
    """Give what lies in a folder in Teams."""
    return [path for path in site.in_teams() if f"/{folder}/" in path]


async def test_a_run_says_that_the_disk_is_full_and_the_next_one_ends_its_work(
    connected: Site, held: Held
) -> None:
    site = await in_a_folder_of_its_own(connected, "Full in a run")
    held.begin()
    process = await site.cli.start("run", "tower", alone=True)
    assert await asyncio.to_thread(held.reached.wait, 60)
    fill_disk(process.pid)
    held.let_go()

    full = Finished(*await ended(process))
    after = await site.cli("run", "tower")
    again = await site.cli("run", "tower", "--complete")

    assert full.is_one_clear_line("the disk is full", "make room")
    assert after.code == again.code == 0, after.err
    assert "both sides are in step" in again.out
    assert len(files_of(site, "Full in a run")) == 4


async def test_a_service_says_so_waits_for_room_and_then_goes_on_by_itself(
    connected: Site, held: Held
) -> None:
    site = await in_a_folder_of_its_own(connected, "Full in a service")
    held.begin()
    process = await site.cli.start("serve", "--allow-practice", "--port", "0", alone=True)
    try:
        await said(process, "Serving")
        assert await asyncio.to_thread(held.reached.wait, 60)
        fill_disk(process.pid)
        held.let_go()
        assert process.stderr is not None
        async with asyncio.timeout(60):
            while "the disk is full" not in (line := (await process.stderr.readline()).decode()):
                assert line, "it ended"

        make_room(process.pid)
        await comes_true(lambda: len(files_of(site, "Full in a service")) == 4, 90)
        process.send_signal(signal.SIGTERM)
        code, _, err = await ended(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()

    assert code == 0, err
    assert "Traceback" not in err
    assert len(files_of(site, "Full in a service")) == 4


async def test_a_command_that_begins_on_a_full_disk_says_so(linked: Site) -> None:
    process = await linked.cli.start("cadence", "tower", "--poll", "10m", alone=True)
    fill_disk(process.pid)

    done = Finished(*await ended(process))

    assert done.is_one_clear_line("the disk is full", "make room")


async def test_a_full_disk_of_the_database_s_server_is_told_and_what_was_written_is_not_twice(
    site: Site, postgres_server: Server, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres)
    name = postgres.partition("@/")[2].partition("?")[0]
    linked = await linked_to(site, "Full at the server")
    postgres_server.ask(_IS_FULL, name)

    full = await linked.cli("run", "tower")
    written = files_of(site, "Full at the server")
    postgres_server.ask(_HAS_ROOM, name)
    after = await linked.cli("run", "tower")
    again = await linked.cli("run", "tower", "--complete")

    assert full.is_one_clear_line("disk of the PostgreSQL server is full", "make room")
    assert written
    assert after.code == again.code == 0, after.err
    assert "both sides are in step" in again.out
    assert len(files_of(site, "Full at the server")) == 4
