"""A refresh token that works once is used by one process, and dying with it costs a click."""

import asyncio
import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli.conftest import Site
from cli.databases import of_sqlite
from cli.test_signing_in_again import person_connected, sign_in_again

from turnbuckle.practice.exchanges import Exchange, onlookers
from turnbuckle.practice.persons import person

AT_ONCE = Path(__file__).parents[1] / "wiring" / "renewing_at_once.py"


class Renewals:
    """Looks on at the sign-in host; the first refused call may take the database of a run away."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.granted = threading.Event()
        self._file: Path | None = None
        self._lock: sqlite3.Connection | None = None

    def keep_from_storing(self, file: Path) -> None:
        """Let nobody write to that database from the next refused call on."""
        self._file = file

    def let_go(self) -> None:
        """Let them write again."""
        if self._lock is not None:
            self._lock.close()

    def see(self, exchange: Exchange) -> None:
        """Take note of an exchange."""
        if exchange.service != "procore":
            return
        if exchange.status == 401 and self._file is not None and self._lock is None:
            self._lock = sqlite3.connect(self._file, timeout=30, check_same_thread=False)
            self._lock.execute("BEGIN IMMEDIATE")
        if exchange.path == "/oauth/token" and b"refresh_token" in (exchange.asked or b""):
            self.statuses.append(exchange.status)
            self.granted.set()


@pytest.fixture
def renewals() -> Iterator[Renewals]:
    """Look on."""
    seen = Renewals()
    onlookers.append(seen.see)
    yield seen
    onlookers.remove(seen.see)
    seen.let_go()


@contextmanager
def a_folder_made(site: Site, name: str) -> Iterator[None]:
    """Have somebody make a folder in Procore, for a while."""
    tree = site.world.procore.documents(site.world.project_id)
    made = tree.add_folder(tree.root_id, name, person("ana"))
    yield
    tree.delete(tree.folder(made))


@pytest.mark.ci
async def test_killed_between_the_answer_and_the_store_a_new_sign_in_is_all_that_is_needed(
    site: Site, renewals: Renewals
) -> None:
    await person_connected(site, "Killed in a renewal")
    assert (await site.cli("run", "tower")).code == 0
    synced = {path for path in site.in_teams() if "/Killed in a renewal/" in path}
    site.world.procore.tokens.expire_access(site.world.procore.client_id)
    renewals.keep_from_storing(site.cli.data / "turnbuckle.sqlite3")

    with a_folder_made(site, "Later"):
        process = await site.cli.start("run", "tower")
        assert await asyncio.to_thread(renewals.granted.wait, 60)
        await asyncio.sleep(0.5)  # the answer has arrived, and waits for the database
        process.kill()
        await process.communicate()
        renewals.let_go()
        stopped = await site.cli("run", "tower")
        again = await sign_in_again(site)
        ran = await site.cli("run", "tower")

    assert renewals.statuses == [200, 400]
    assert stopped.is_one_clear_line("sign in again", "connect procore")
    assert "1 link waited" in again.out
    assert ran.code == 0, ran.err
    assert {path for path in site.in_teams() if "/Killed in a renewal/" in path} == {
        *synced,
        *(path for path in site.in_teams() if path.endswith("/Killed in a renewal/Later")),
    }


@pytest.mark.parametrize(
    "where",
    [
        pytest.param("sqlite", marks=of_sqlite),
        pytest.param("postgres", marks=pytest.mark.ci),
    ],
)
async def test_of_eight_processes_with_one_single_use_token_one_renews(
    site: Site,
    renewals: Renewals,
    where: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if where == "postgres":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres"))
    await person_connected(site, f"At once {where}")
    site.world.procore.tokens.expire_access(site.world.procore.client_id)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, AT_ONCE, "procore", "8"),
        stdout=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "TURNBUCKLE_DATA": str(site.cli.data),
            "DJANGO_SETTINGS_MODULE": "turnbuckle.store.settings",
        },
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)

    assert json.loads(told) == ["200"] * 8
    assert renewals.statuses == [200]
