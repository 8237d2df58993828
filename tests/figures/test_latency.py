"""A change is on the other side within seconds, by webhooks, between processes as people run them.

The marks are those of the product: 5 seconds for 95 of 100 changes, 10 seconds for 99. On a quiet
machine half of them take little more than one, of which Microsoft's word of them and the wait for
more of it are half a second each; where a machine was too busy with other things, a second
measuring counts. Limits are off, since a test has no time for the pace of people; what calls a
change costs is held here, and exactly in `tests/jobs/test_told_looks.py`.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]
CHANGES = 30


@pytest.mark.ci
@pytest.mark.lasts(60)
async def test_changes_on_both_sides_arrive_within_seconds_and_none_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    way = await _measured(capsys)
    if not _is_quick(way):
        way = await _measured(capsys)

    assert _is_quick(way)


async def _measured(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Measure once; what is counted has to be right whatever else goes on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HOUSE / "bench" / "latency.py"), str(CHANGES), "--json"),
        *("--links", "2", "--pause", "0.6", "--poll", "0", "--no-limits"),
        env={**os.environ, "PYTHONPATH": _paths()}, stdout=PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == 0
    way: dict[str, Any] = json.loads(told)[0]
    times, calls = way["all"], way["calls"]
    with capsys.disabled():
        print(
            f"\n{times['changes']} changes: half in {times['half']:.2f} s, 95 of 100 in"
            f" {times['p95']:.2f} s, the slowest in {times['slowest']:.2f} s;"
            f" calls for each: Procore {calls['Procore']:.1f}, Microsoft {calls['Microsoft']:.1f}"
        )
    assert times["changes"] == CHANGES
    assert calls["Procore"] < 4
    assert calls["Microsoft"] < 5
    return way


def _is_quick(way: Mapping[str, Any]) -> bool:
    return bool(way["all"]["p95"] < 5 and way["all"]["p99"] < 10)


def _paths() -> str:
    return os.pathsep.join([str(HOUSE / "tests"), os.environ.get("PYTHONPATH", "")])
