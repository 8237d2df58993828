"""Posts as remotes send them, so many a second whatever becomes of them: a program of its own.

It reads what to send as JSON from its input, and prints the statuses, how long each post took from
the moment at which it was due, and what the sending cost it: who sends late because answers are
late measures that too. Requests are whole bytes before the burst begins, and go over connections
that stay open, as those of a reverse proxy do.
"""

import asyncio
import contextlib
import gc
import json
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_CONNECTIONS = 400
_FIRST_SECONDS = 0.2  # from the start of the program to its first post
_LAST_SECONDS = 30.0  # so long may the last answers take
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"

_WORD = (
    '{"id":%(number)d,"ulid":"%(number)026d","timestamp":"2026-05-04T09:30:00.000000Z",'
    '"resource_name":"Project Files","resource_id":%(number)d,"event_type":"update",'
    '"company_id":8089,"project_id":267730,"api_version":"v2","user_id":1}'
)
_NOTICE = (
    '{"subscriptionId":"2f1a9c0e-93f4-41bd-a8d4-%(number)012d",'
    '"subscriptionExpirationDateTime":"2026-05-30T09:30:00.0000000Z","changeType":"updated",'
    '"resource":"drives/b!1/root","clientState":"%(secret)s",'
    '"tenantId":"8a5c1d7e-0f13-4a53-9f5e-2a5d7c9b1e30","resourceData":null}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where some of the posts go.

    Attributes:
        path: of the hook.
        authorization: the header; empty: none is sent.
        body: with places for `%(number)d`, another one in each post.
    """

    path: str
    authorization: str = ""
    body: str


def from_procore(path: str, secret: str) -> Target:
    """Post word as Procore does."""
    return Target(path=path, authorization=secret, body=_WORD)


def from_microsoft(path: str, secret: str, *, notices: int = 1) -> Target:
    """Post so many notices at once as Microsoft does."""
    notice = _NOTICE.replace("%(secret)s", secret)
    return Target(path=path, body='{"value":[' + ",".join([notice] * notices) + "]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What is sent: to each target in turn.

    Attributes:
        address: such as ``http://127.0.0.1:8080``.
        first: the number of the first post; posts of equal numbers are one sent twice.
    """

    address: str
    targets: list[Target]
    a_second: int
    seconds: float
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of it."""

    statuses: dict[int, int]
    milliseconds: list[float]  # of each post from its time to its answer, the quickest first
    late_milliseconds: float  # so late was the latest of 99 in 100 posts sent
    sender_seconds: float  # of the processor, for sending

    def within(self, share: float) -> float:
        """Give in how many milliseconds that share of the posts was answered."""
        return _within(self.milliseconds, share)

    def line(self) -> str:
        """Say it."""
        return (
            f"half answered in {self.within(0.5):.1f} ms, 99 of 100 in {self.within(0.99):.1f} ms,"
            f" the slowest in {self.within(1.0):.1f} ms; 99 of 100 sent within"
            f" {self.late_milliseconds:.1f} ms of their time, at {self.sender_seconds:.2f} s of the"
            " processor"
        )


def _within(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


async def sent(burst: Burst) -> Answered:
    """Send a burst from another process, and wait for its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__)), stdin=PIPE, stdout=PIPE
    )
    told, _ = await process.communicate(json.dumps(asdict(burst)).encode())
    assert process.returncode == 0
    read: dict[str, Any] = json.loads(told)
    read["statuses"] = {int(status): count for status, count in read["statuses"].items()}
    return Answered(**read)


class _Sender:
    """Sends at the posts' times, over connections that are free."""

    def __init__(self, posts: list[bytes], a_second: int) -> None:
        self.posts = posts
        self.a_second = a_second
        self.start = 0.0
        self.statuses: Counter[int] = Counter()
        self.took: list[float] = []
        self.late: list[float] = []
        self.free: deque[_Connection] = deque()
        self.waiting: deque[int] = deque()
        self.over = asyncio.Event()

    def due(self, number: int) -> float:
        return self.start + number / self.a_second

    async def send(self) -> None:
        self.start = time.perf_counter() + _FIRST_SECONDS
        for number in range(len(self.posts)):
            wait = self.due(number) - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.late.append(time.perf_counter() - self.due(number))
            if self.free:
                self.free.popleft().post(number)
            else:
                self.waiting.append(number)
        async with asyncio.timeout(_LAST_SECONDS):
            await self.over.wait()

    def answered(self, connection: "_Connection", number: int, status: int) -> None:
        self.took.append((time.perf_counter() - self.due(number)) * 1000)
        self.statuses[status] += 1
        if self.waiting:
            connection.post(self.waiting.popleft())
        else:
            self.free.append(connection)
        if len(self.took) == len(self.posts):
            self.over.set()


class _Connection(asyncio.Protocol):
    """One connection, with one post at a time."""

    def __init__(self, sender: _Sender) -> None:
        self._sender = sender
        self._number = 0
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sender.free.append(self)

    def post(self, number: int) -> None:
        self._number, self._read = number, b""
        self._transport.write(self._sender.posts[number])

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(_END)
        length = _LENGTH.search(head)
        if end and length is not None and len(body) >= int(length[1]):
            self._sender.answered(self, self._number, int(head[9:12]))


def _request(host: str, target: Target, number: int) -> bytes:
    body = target.body.replace("%%", "%") % {"number": number}
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: burst",
        "Accept: */*",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        *([f"Authorization: {target.authorization}"] if target.authorization else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def send(burst: Burst) -> Answered:
    """Send a burst from this process."""
    parts = urlsplit(burst.address)
    host, port = parts.hostname or "", parts.port or 80
    posts = [
        _request(f"{host}:{port}", burst.targets[number % len(burst.targets)], burst.first + number)
        for number in range(int(burst.a_second * burst.seconds))
    ]
    sender, loop = _Sender(posts, burst.a_second), asyncio.get_running_loop()
    connections = [
        await loop.create_connection(lambda: _Connection(sender), host, port)
        for _ in range(_CONNECTIONS)
    ]
    with _without_pauses():
        before = time.process_time()
        await sender.send()
        spent = time.process_time() - before
    for transport, _ in connections:
        transport.close()
    return Answered(
        statuses=dict(sender.statuses),
        milliseconds=sorted(sender.took),
        late_milliseconds=_within(sorted(sender.late), 0.99) * 1000,
        sender_seconds=spent,
    )


@contextlib.contextmanager
def _without_pauses() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def main() -> None:
    """Send what the input says."""
    told = json.load(sys.stdin)
    told["targets"] = [Target(**target) for target in told["targets"]]
    print(json.dumps(asdict(asyncio.run(send(Burst(**told))))))


if __name__ == "__main__":
    main()
