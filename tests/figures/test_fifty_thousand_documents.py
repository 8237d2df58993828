"""Practice mode with a large project: every row told once, quickly, in bounded memory."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
DOCUMENTS = 50_000
MOST_MEMORY_BYTES = 400_000_000
LEAST_ROWS_A_SECOND = 1_000  # a fortieth of what two quiet cores do, so that no load brings it down


@pytest.mark.ci
async def test_practice_mode_lists_50000_documents_by_thousands_a_second_in_less_than_400_mb(
    capsys: pytest.CaptureFixture[str],
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HOUSE / "bench" / "practice.py"), str(DOCUMENTS), "--json",
        env={**os.environ, "PYTHONPATH": _paths()}, stdout=PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()

    assert process.returncode == 0
    figures = json.loads(told)
    with capsys.disabled():
        for figure in figures:
            print(
                f"\n{figure['what']}: {figure['rows']:,} rows in {figure['pages']} pages,"
                f" {figure['rows'] / figure['seconds']:,.0f} rows/s,"
                f" {figure['peak_bytes'] / 1e6:.0f} MB of memory at most"
            )
    assert all(figure["rows"] > DOCUMENTS for figure in figures)
    assert all(figure["pages"] == -(-figure["rows"] // 1000) for figure in figures)
    assert all(figure["peak_bytes"] < MOST_MEMORY_BYTES for figure in figures)
    assert all(figure["rows"] > LEAST_ROWS_A_SECOND * figure["seconds"] for figure in figures)


def _paths() -> str:
    return os.pathsep.join([str(HOUSE / "tests"), os.environ.get("PYTHONPATH", "")])
