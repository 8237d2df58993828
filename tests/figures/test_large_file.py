"""A file of two gibibytes each way, in bounded memory; its speed is printed beside curl's."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
SIZE_BYTES = 2 << 30
MOST_MEMORY_BYTES = 200_000_000


@pytest.mark.ci
async def test_two_gibibytes_cross_each_way_in_less_than_200_mb_of_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HOUSE / "bench" / "transfer.py"), str(SIZE_BYTES), "--json",
        env={**os.environ, "PYTHONPATH": str(HOUSE / "tests")}, stdout=PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()

    assert process.returncode == 0
    figures = json.loads(told)
    with capsys.disabled():
        for figure in figures:
            ratio = figure["curl_seconds"] / figure["seconds"]
            print(
                f"\n{figure['way']}: {SIZE_BYTES / figure['seconds'] / 1e6:.0f} MB/s,"
                f" curl {SIZE_BYTES / figure['curl_seconds'] / 1e6:.0f} MB/s, ratio {ratio:.2f},"
                f" {figure['peak_bytes'] / 1e6:.0f} MB of memory at most"
            )
    assert [figure["way"] for figure in figures] == ["Procore to Teams", "Teams to Procore"]
    assert all(figure["peak_bytes"] < MOST_MEMORY_BYTES for figure in figures)
