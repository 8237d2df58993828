"""Who watches a process is told how it is, and nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import pytest

from turnbuckle.portal.listening import CannotListen, listening
from turnbuckle.portal.watch_point import WatchPoint


@dataclass
class Watched:
    """A process that is asked how it is."""

    session: aiohttp.ClientSession
    address: str = ""
    reasons: list[str] = field(default_factory=list)

    async def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        async with self.session.request(method, self.address + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def obstacles(self) -> list[str]:
        return self.reasons

    async def metrics(self) -> tuple[bytes, str]:
        return b"turnbuckle_runs_total 1\n", "text/plain"


@asynccontextmanager
async def watched(*, loopback: bool = True) -> AsyncIterator[Watched]:
    async with aiohttp.ClientSession() as session:
        process = Watched(session)
        point = WatchPoint(process.obstacles, process.metrics, loopback=loopback)
        async with listening(point, host="127.0.0.1", port=0) as process.address:
            yield process


async def test_a_process_that_can_work_is_ready_and_one_that_cannot_says_why() -> None:
    async with watched() as process:
        ready = await process.ask("/ready")
        process.reasons = ["the key does not open the stored secrets"]
        not_ready = await process.ask("/ready")
        lives = await process.ask("/health")

    assert (ready[0], json.loads(ready[1])) == (200, {"ready": True, "reasons": []})
    assert not_ready[0] == 503
    assert json.loads(not_ready[1]) == {"ready": False, "reasons": process.reasons}
    assert lives == (200, "well")


async def test_metrics_are_read_and_nothing_can_be_sent() -> None:
    async with watched() as process:
        told = await process.ask("/metrics")
        sent = await process.ask("/metrics", "POST")
        elsewhere = await process.ask("/hooks/procore/key/1")
        head = await process.ask("/ready", "HEAD")

    assert told == (200, "turnbuckle_runs_total 1\n")
    assert [status for status, _ in (sent, elsewhere)] == [405, 404]
    assert head == (200, "")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", HTTPStatus.MISDIRECTED_REQUEST),
        ("sync.example.com:443", HTTPStatus.MISDIRECTED_REQUEST),
        ("10.0.0.7:9464", HTTPStatus.MISDIRECTED_REQUEST),
        ("localhost:9464", HTTPStatus.OK),
        ("LOCALHOST", HTTPStatus.OK),
        ("127.0.0.1", HTTPStatus.OK),
        ("[::1]:9464", HTTPStatus.OK),
        ("[::1]", HTTPStatus.OK),
    ],
)
async def test_on_loopback_it_answers_to_names_of_this_machine_alone(
    host: str, status: int
) -> None:
    async with watched() as process:
        told, _ = await process.ask("/metrics", Host=host)

    assert told == status


async def test_where_it_listens_for_others_it_answers_to_any_name() -> None:
    async with watched(loopback=False) as process:
        told, _ = await process.ask("/metrics", Host="worker:9464")

    assert told == HTTPStatus.OK


async def test_a_port_that_is_taken_is_told_with_the_option_that_chooses_another() -> None:
    async with watched() as process:
        port = int(process.address.rpartition(":")[2])
        point = WatchPoint(process.obstacles, process.metrics, loopback=True)

        with pytest.raises(CannotListen, match="another one with --metrics"):
            async with listening(point, host="127.0.0.1", port=port, option="--metrics"):
                await asyncio.sleep(0)
