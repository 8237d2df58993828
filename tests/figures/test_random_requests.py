"""Schemathesis, a program of others, fires random requests at both services from their contracts.

No answer may be an error of the program, none may be missing, and what is accepted has to be
answered as the contract says, which the plugin sees to as in every test. CI tries the same
requests each time; `make test-long` takes new ones for longer.
"""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
from figures.furnished_contracts import furnished

from turnbuckle.practice.world import PracticeWorld, WorldSettings

CONTRACTS = ("graph.json", "procore.yaml")
SEED = 1
_MOST_SECONDS = 45  # for one contract; the requests are over before, unless the machine is busy
_STRANGER_SECONDS = 20
_LONG_SECONDS = 600
_SETTINGS = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501"]
"""  # 501: Graph says so of what it does not support (section 8 of the fact sheet)


@pytest.mark.ci
@pytest.mark.off_contract
@pytest.mark.parametrize("contract", CONTRACTS)
async def test_no_random_request_of_an_app_ends_in_an_error_of_the_program(
    tmp_path: Path, contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = await _fire(tmp_path, contract, SEED, _MOST_SECONDS, "--max-examples", "15")

    with capsys.disabled():
        print(f"\n{contract}: {_summary(told)}")
    assert code == 0, told


@pytest.mark.ci
@pytest.mark.off_contract
@pytest.mark.parametrize("contract", CONTRACTS)
async def test_no_random_request_of_a_stranger_ends_in_an_error_of_the_program(
    tmp_path: Path, contract: str
) -> None:
    code, told = await _fire(
        tmp_path, contract, SEED, _STRANGER_SECONDS, "--max-examples", "2", signed_in=False
    )

    assert code == 0, told


@pytest.mark.long
@pytest.mark.off_contract
@pytest.mark.parametrize("contract", [*CONTRACTS, "procore-subset.json"])
async def test_no_random_request_at_all_ends_in_an_error_of_the_program(
    tmp_path: Path, contract: str
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)

    code, told = await _fire(tmp_path, contract, seed, _LONG_SECONDS)

    assert code == 0, told


async def _fire(
    folder: Path,
    contract: str,
    seed: int,
    seconds: int,
    *more: str,
    signed_in: bool = True,
) -> tuple[int, str]:
    """Run schemathesis; give how it ended and what it printed."""
    settings = WorldSettings(folder=folder / "world", limits="off", large_file_points=2000)
    async with PracticeWorld(settings) as world:
        side = "microsoft" if contract == "graph.json" else "procore"
        address = world.startup[side]["address"] + ("/v1.0" if side == "microsoft" else "")
        told_of = await _headers(world, side) if signed_in else []
        path = await asyncio.to_thread(furnished, contract, world, folder)
        (folder / "schemathesis.toml").write_text(_SETTINGS)
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "st"), "run", str(path), "--url", address,
            *(f"--header={one}" for one in told_of), "--checks", "not_a_server_error",
            "--seed", str(seed), "--max-time", str(seconds), "--phases", "coverage,fuzzing",
            "--request-timeout", "20", "--continue-on-failure", "--no-color",
            "--suppress-health-check", "all", "--warnings", "off", *more,
            stdout=PIPE, stderr=STDOUT, cwd=folder,
        )  # fmt: skip
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), seconds + 120)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return process.returncode or 0, printed.decode()


async def _headers(world: PracticeWorld, side: str) -> Sequence[str]:
    address = f"{world.startup[side]['address']}/practice/token"
    opened = {"X-Practice-Token": world.people_token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json={"as": "ana"}, headers=opened) as reply,
    ):
        bearer = f"Authorization: Bearer {(await reply.json())['access_token']}"
    return [bearer, f"Procore-Company-Id: {world.procore.company_id}"]


def _summary(told: str) -> str:
    lines = [line.strip() for line in told.splitlines()]
    return next((line for line in lines if "generated" in line), "nothing was generated")
