"""The demo: proves itself, stays in step, and leaves nothing behind."""

import asyncio
import json
import signal
from pathlib import Path

import psutil
import pytest
from cli.conftest import Cli

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import body_of


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Give a folder for temporary files, to see what is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


async def test_once_proves_that_both_sides_are_equal(
    cli: Cli, documents: Path, temporary: Path
) -> None:
    for number in range(40):
        (documents / f"Folder {number % 4}").mkdir(exist_ok=True)
        (documents / f"Folder {number % 4}" / f"{number}.txt").write_text(f"file {number}")

    done = await cli(
        *("demo", "--once", "--no-limits", "--documents", str(documents)), TMPDIR=str(temporary)
    )

    assert done.code == 0, done.out + done.err
    assert "The two sides are equal." in done.out
    assert "All as it must be." in done.out
    assert list(temporary.iterdir()) == []
    assert not cli.data.exists(), "the demo used a data folder that it was not given"


async def test_what_is_changed_while_it_stays_crosses_and_ctrl_c_leaves_nothing(
    cli: Cli, documents: Path, temporary: Path
) -> None:
    process = await cli.start(
        *("demo", "--no-limits", "--documents", str(documents), "--keep"),
        alone=True,
        TMPDIR=str(temporary),
    )
    await said(process, "In step.")
    (startup,) = temporary.glob("turnbuckle-demo-*/practice.json")
    ana = await ProcoreUser.sign_in(json.loads(startup.read_text()), "ana")
    await ana.add_file(ana.top, "Snags.txt", body_of(b"one"))
    await ana.close()

    line = await said(process, "Snags.txt")
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 60)

    assert "Procore -> Teams  new file       Snags.txt (3 bytes, by Ana Ruiz)" in line
    assert process.returncode == 0
    assert [path.name[:16] for path in temporary.iterdir()] == ["turnbuckle-demo-"]


async def test_a_demo_that_is_killed_takes_its_services_with_it(
    cli: Cli, documents: Path, temporary: Path
) -> None:
    process = await cli.start(
        *("demo", "--no-limits", "--documents", str(documents)), alone=True, TMPDIR=str(temporary)
    )
    await said(process, "In step.")
    (child,) = psutil.Process(process.pid).children()

    process.kill()
    await process.wait()

    await asyncio.to_thread(child.wait, 120)
    assert not list(temporary.glob("turnbuckle-practice-*"))


async def test_a_folder_of_an_earlier_demo_is_used_again(cli: Cli, documents: Path) -> None:
    arguments = ("demo", "--once", "--no-limits", "--documents", str(documents))

    first = await cli(*arguments, "--data", str(cli.data))
    second = await cli(*arguments, "--data", str(cli.data))

    assert (first.code, second.code) == (0, 0), first.out + second.err + second.out
    assert (cli.data / "turnbuckle.sqlite3").exists()


async def said(process: asyncio.subprocess.Process, words: str) -> str:
    """Wait for a line with these words."""
    assert process.stdout is not None
    async with asyncio.timeout(180):
        while line := (await process.stdout.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"it never said {words!r}")
