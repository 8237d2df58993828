"""Both services start together from one settings object, and leave nothing behind."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from turnbuckle.practice.blobs import ForeignFolder
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.folder_copy import NotAFolder
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.sample import awkward
from turnbuckle.practice.sample.project import sample_project
from turnbuckle.practice.startup import CannotStart
from turnbuckle.practice.world import (
    Ports,
    PracticeWorld,
    WorldSettings,
    serve,
)

SERVED = """
import asyncio, sys
from pathlib import Path
from turnbuckle.practice.world import PracticeWorld, WorldSettings, serve
settings = WorldSettings(documents="empty", startup_file=Path(sys.argv[1]))
asyncio.run(serve(PracticeWorld(settings), lambda world: print(world.blobs.folder, flush=True)))
"""


def small() -> WorldSettings:
    return WorldSettings(limits="off", large_file_points=1000)


async def test_the_sample_is_in_procore_with_every_name_as_it_is() -> None:
    async with PracticeWorld(small()) as world:
        user = await ProcoreUser.sign_in(world.startup)
        seen = await user.listing()
        await user.close()

    planted = {entry.path[-1] for entry in sample_project(1000)}
    assert {item.name for item in seen} == planted
    assert set(awkward.EQUAL_BUT_FOR_CASE) <= planted
    assert world.files == sum(not item.is_folder for item in seen)


async def test_the_channel_is_empty_at_first() -> None:
    async with PracticeWorld(small()) as world:
        user = await TeamsUser.sign_in(world.startup)
        seen = await user.listing()
        await user.close()

    assert seen == []


async def test_the_startup_file_is_for_this_user_alone_and_goes_at_the_end(
    tmp_path: Path,
) -> None:
    path = tmp_path / "practice.json"
    path.write_text("older")
    settings = WorldSettings(documents="empty", startup_file=path)

    async with PracticeWorld(settings) as world:
        mode = stat.S_IMODE(path.stat().st_mode)
        written = json.loads(path.read_text())

    assert mode == 0o600
    assert written == json.loads(json.dumps(dict(world.startup)))
    assert written["people_token"] in written["procore"]["people_page"]
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


async def test_the_ready_tokens_of_a_person_can_be_refreshed() -> None:
    async with (
        PracticeWorld(WorldSettings(documents="empty")) as world,
        aiohttp.ClientSession() as session,
    ):
        for side in ("procore", "microsoft"):
            facts = world.startup[side]
            fields = {
                "grant_type": "refresh_token",
                "client_id": facts["client_id"],
                "client_secret": facts["client_secret"],
                "refresh_token": facts["person_token"]["refresh_token"],
            }
            async with session.post(facts["token_address"], data=fields) as answer:
                assert answer.status == 200, await answer.text()
                assert (await answer.json())["refresh_token"] != fields["refresh_token"]


@pytest.mark.off_contract
async def test_the_service_accounts_of_the_startup_file_get_tokens() -> None:
    async with (
        PracticeWorld(WorldSettings(documents="empty")) as world,
        aiohttp.ClientSession() as session,
    ):
        tenant = world.startup["microsoft"]["tenant_id"]
        paths = {"procore": "/oauth/token", "microsoft": f"/{tenant}/oauth2/v2.0/token"}
        for side, path in paths.items():
            facts = world.startup[side]
            fields = {
                "grant_type": "client_credentials",
                "client_id": facts["client_id"],
                "client_secret": facts["client_secret"],
                "scope": "https://graph.microsoft.com/.default",
            }
            async with session.post(facts["address"] + path, data=fields) as answer:
                assert answer.status == 200, await answer.text()
                assert (await answer.json())["access_token"]


async def test_the_temporary_folder_is_gone_afterwards() -> None:
    async with PracticeWorld(small()) as world:
        folder = world.blobs.folder
        assert any(folder.iterdir())

    assert not folder.exists()


async def test_a_named_folder_stays_and_a_foreign_one_is_refused(tmp_path: Path) -> None:
    mine, foreign = tmp_path / "mine", tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear")

    async with PracticeWorld(WorldSettings(documents="empty", folder=mine)):
        pass
    async with PracticeWorld(WorldSettings(documents="empty", folder=mine)):
        pass
    with pytest.raises(ForeignFolder):
        async with PracticeWorld(WorldSettings(documents="empty", folder=foreign)):
            pass

    assert mine.is_dir()
    assert (foreign / "letter.txt").read_text() == "dear"


async def test_a_real_folder_becomes_the_project(tmp_path: Path) -> None:
    folder = tmp_path / "North Yard"
    (folder / "Plans").mkdir(parents=True)
    (folder / "Plans" / "a.txt").write_text("ink")
    (folder / "Recycle Bin").mkdir()
    (folder / "away").symlink_to("/etc")

    async with PracticeWorld(WorldSettings(documents=folder)) as world:
        user = await ProcoreUser.sign_in(world.startup)
        names = {item.name for item in await user.listing()}
        await user.close()

    assert names == {"Plans", "a.txt"}
    assert world.startup["procore"]["project_name"] == "North Yard"
    skipped = {one["path"]: one["reason"] for one in world.startup["skipped"]}
    assert skipped["away"] == "a link that leads outside the folder"
    assert skipped["Recycle Bin"].startswith("the service refuses it")


async def test_a_folder_that_is_none_stops_the_start_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotAFolder, match="missing"):
        async with PracticeWorld(WorldSettings(documents=tmp_path / "missing")):
            pass


async def test_a_busy_port_stops_the_start_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        path = tmp_path / "practice.json"
        settings = WorldSettings(documents="empty", startup_file=path, ports=Ports(microsoft=port))
        world = PracticeWorld(settings)

        with pytest.raises(CannotStart, match="a port is busy"):
            async with world:
                pass

    assert not world.blobs.folder.exists()
    assert not path.exists()


async def test_a_startup_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    settings = WorldSettings(documents="empty", startup_file=tmp_path / "no" / "practice.json")
    world = PracticeWorld(settings)

    with pytest.raises(CannotStart, match="cannot be written"):
        async with world:
            pass

    assert not world.blobs.folder.exists()


async def test_the_clock_is_the_one_that_was_given() -> None:
    clock = SimulatedClock(next(iter(sample_project(1))).modified)
    async with PracticeWorld(WorldSettings(documents="empty"), clock) as world:
        user = await ProcoreUser.sign_in(world.startup)
        made = await user.add_folder(user.top, "New")
        await user.close()

    assert made.modified == clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_served_it_runs_until_a_signal_and_cleans_up(
    tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "practice.json"
    with subprocess.Popen(
        [sys.executable, "-c", SERVED, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        pid = json.loads(path.read_text())["pid"]
        process.send_signal(number)
        code = process.wait(timeout=60)

    assert pid == process.pid
    assert code == 0
    assert not folder.exists()
    assert not path.exists()


async def test_serve_lets_go_of_the_signals() -> None:
    world = PracticeWorld(WorldSettings(documents="empty"))

    await asyncio.wait_for(serve(world, lambda _: os.kill(os.getpid(), signal.SIGTERM)), 60)

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_ready_tokens_say_how_long_they_are_good() -> None:
    async with PracticeWorld(WorldSettings(documents="empty")) as world:
        procore = world.startup["procore"]

    assert [procore[name]["expires_in"] for name in ("token", "person_token")] == [5400, 5400]
