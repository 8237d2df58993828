"""Workers in processes of their own draw on one account, and its limits hold over all of them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import RealClock
from turnbuckle.practice.procore.faults import Event
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches

HERE = Path(__file__).parent
LIMITS = ProcoreLimits(hourly=30, hourly_seconds=5, spike=15, spike_seconds=2)
MOST_SECONDS = 120


@pytest.fixture
async def procore(tmp_path: Path) -> AsyncIterator[PracticeProcore]:
    service = PracticeProcore(
        blobs=Blobs(tmp_path / "blobs"),
        clock=RealClock(),
        limits=LIMITS,
        switches=ProcoreSwitches(),
        people_token="of the tests",
    )
    service.add_project("Harbour Tower")
    await service.start()
    yield service
    await service.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.ci)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Give the environment of workers on an empty database."""
    environment = {
        **os.environ,
        "TURNBUCKLE_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "turnbuckle.store.settings",
    }
    environment.pop("DATABASE_URL", None)
    if request.param == "postgres":
        environment["DATABASE_URL"] = request.getfixturevalue("postgres")
    (tmp_path / "data").mkdir(mode=0o700)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True, timeout=60
    )
    return environment


def worker(
    procore: PracticeProcore,
    database: dict[str, str],
    calls: int,
    *,
    at_once: int = 8,
    pause_seconds: float = 0,
) -> subprocess.Popen[str]:
    task: dict[str, Any] = {
        "settings": {
            "practice": procore.address,
            "practice_storage": procore.storage_address,
            "client_id": procore.client_id,
            "company_id": procore.company_id,
        },
        "client_secret": procore.client_secret,
        "calls": calls,
        "at_once": at_once,
        "pause_seconds": pause_seconds,
    }
    return subprocess.Popen(
        [sys.executable, HERE / "hammering.py", json.dumps(task)],
        env=database,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = await asyncio.to_thread(process.communicate, timeout=MOST_SECONDS)
    assert process.returncode == 0, errors
    said: dict[str, Any] = json.loads(out)
    return said


async def test_no_call_of_two_processes_passes_a_limit(
    procore: PracticeProcore, database: dict[str, str]
) -> None:
    workers = [worker(procore, database, 18) for _ in range(2)]

    said = await asyncio.gather(*map(ended, workers))

    assert procore.counters.refused == 0
    assert procore.counters["GET /me"] == 36
    assert [each["statuses"] for each in said] == [{"200": 18}] * 2


@pytest.mark.ci
async def test_a_worker_killed_with_a_slice_costs_the_others_little(
    procore: PracticeProcore, database: dict[str, str]
) -> None:
    doomed, *others = (worker(procore, database, calls) for calls in (500, 30, 30))
    assert doomed.stderr is not None
    await asyncio.to_thread(doomed.stderr.read, 5)  # five calls were answered

    doomed.kill()
    await asyncio.to_thread(doomed.communicate)
    said = await asyncio.gather(*map(ended, others))

    assert procore.counters.refused == 0
    assert [each["statuses"] for each in said] == [{"200": 30}] * 2


@pytest.mark.ci
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_word_to_wait_that_one_process_meets_holds_the_others_at_once(
    procore: PracticeProcore, database: dict[str, str]
) -> None:
    procore.set_limits(ProcoreLimits(hourly=3600, spike=2000))
    workers = [  # so slow that what is leased lasts for seconds
        worker(procore, database, 40, at_once=1, pause_seconds=0.05) for _ in range(2)
    ]
    for each in workers:
        assert each.stderr is not None
        await asyncio.to_thread(each.stderr.read, 5)  # both are at work, with a slice each

    late = await _calls_after_one_was_refused(procore, wait_seconds=4)
    said = await asyncio.gather(*map(ended, workers))

    assert late == []
    assert sorted(each["statuses"].get("429", 0) for each in said) == [0, 1]


async def _calls_after_one_was_refused(
    procore: PracticeProcore, *, wait_seconds: int
) -> list[float]:
    """Tell one caller to wait; give when others still called, a second later and until the end."""
    came: list[float] = []

    async def refuse(event: Event) -> web.StreamResponse | None:
        came.append(time.monotonic())
        if len(came) > 1:
            return None
        headers = {"Retry-After": str(wait_seconds)}
        return web.json_response({"errors": "Too many requests"}, status=429, headers=headers)

    procore.before.append(refuse)
    while not came:
        await asyncio.sleep(0.01)
    await asyncio.sleep(wait_seconds - 1)
    procore.before.clear()
    return [at - came[0] for at in came if at - came[0] > 1]
