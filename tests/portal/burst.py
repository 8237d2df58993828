"""Posts as Procore sends them, so many a second whatever becomes of them: a program of its own.

It reads what to send as JSON from its input, and prints the statuses, and how long each post took
from the moment at which it was due: who sends late because answers are late measures that too.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

_CONNECTIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What is sent: to each address in turn, with its secret."""

    targets: list[tuple[str, str]]
    a_second: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of it."""

    statuses: dict[int, int]
    milliseconds: list[float]  # of each post, the quickest first

    def within(self, share: float) -> float:
        """Give in how many milliseconds that share of the posts was answered."""
        place = min(len(self.milliseconds) - 1, int(len(self.milliseconds) * share))
        return self.milliseconds[place]


async def sent(burst: Burst) -> Answered:
    """Send a burst from another process, and wait for its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__)), stdin=PIPE, stdout=PIPE
    )
    told, _ = await process.communicate(json.dumps(asdict(burst)).encode())
    assert process.returncode == 0
    read: dict[str, Any] = json.loads(told)
    statuses = {int(status): count for status, count in read["statuses"].items()}
    return Answered(statuses=statuses, milliseconds=read["milliseconds"])


async def send(burst: Burst) -> Answered:
    """Send a burst from this process."""
    statuses: Counter[int] = Counter()
    took: list[float] = []
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def post(number: int, due: float) -> None:
            address, secret = burst.targets[number % len(burst.targets)]
            body = b'{"id":%d,"resource_name":"Project Files","event_type":"update"}' % number
            headers = {"Authorization": secret, "Content-Type": "application/json"}
            async with session.post(address, data=body, headers=headers) as answer:
                await answer.read()
                statuses[answer.status] += 1
            took.append((time.perf_counter() - due) * 1000)

        start = time.perf_counter() + 0.1
        async with asyncio.TaskGroup() as group:
            for number in range(int(burst.a_second * burst.seconds)):
                due = start + number / burst.a_second
                wait = due - time.perf_counter()
                if wait > 0:
                    await asyncio.sleep(wait)
                group.create_task(post(number, due))
    return Answered(statuses=dict(statuses), milliseconds=sorted(took))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(send(Burst(**json.load(sys.stdin)))))))
