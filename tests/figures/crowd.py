"""Users of a service, each a task that calls it again and again and believes no answer blindly.

A user knows exactly what is in a folder of their own, where any refusal is a fault; in a folder
that all share, a refusal is right where somebody else may have been faster.
"""

import asyncio
import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
from yarl import URL

LONGEST_SECONDS = 30  # that a call may take, whatever else goes on
OVERTAKEN = frozenset({404, 409, 412})
_WAIT_HEADER = "Retry-After"


@dataclass
class Tally:
    """What all users together saw."""

    calls: Counter[str] = field(default_factory=Counter)
    overtaken: Counter[int] = field(default_factory=Counter)
    throttled: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """An answer that was expected."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class GaveUp(Exception):
    """There is nothing to go on with: overtaken, told to wait too long, or a fault was noted."""


@dataclass
class Held:
    """A file as its user left it."""

    name: str
    data: bytes
    folder: str


type Act = Callable[[], Awaitable[None]]


class User(ABC):
    """One user; a subclass knows the service."""

    def __init__(
        self, name: str, session: aiohttp.ClientSession, tally: Tally, *, limited: bool
    ) -> None:
        self.name = name
        self.session = session
        self.tally = tally
        self.limited = limited
        self.chance = random.Random(name)
        self.ends = 0.0
        self.files: dict[str, Held] = {}
        self.binned: dict[str, Held] = {}
        self.folders: list[str] = []  # the first is the one that all others are in
        self._made = 0

    async def work(self, seconds: float) -> None:
        """Do one thing after the other until the time is over."""
        self.ends = asyncio.get_running_loop().time() + seconds
        acts = self.acts()
        while asyncio.get_running_loop().time() < self.ends:
            try:
                await self.chance.choice(acts)()
            except GaveUp:
                await asyncio.sleep(0)

    @abstractmethod
    def acts(self) -> Sequence[Act]:
        """What this user does, the likelier the oftener."""

    @abstractmethod
    def bearer(self, url: str) -> Mapping[str, str]:
        """The headers that a call to this address carries."""

    async def call(
        self,
        method: str,
        url: str,
        good: int | Collection[int] = 200,
        *,
        overtaken: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """Call, and wait where the service asks an app to.

        Raises:
            GaveUp: the answer is another one than a good one.
        """
        expected = {good} if isinstance(good, int) else set(good)
        told = {**self.bearer(url), **(headers or {})}
        while True:
            answer = await self._once(method, url, told, options)
            if answer.status in expected:
                return answer
            if answer.status == 429 and self.limited:
                await self._wait(answer)
                continue
            if answer.status in overtaken:
                self.tally.overtaken[answer.status] += 1
                raise GaveUp
            raise self.fault(f"{method} {url}: {answer.status} {answer.body[:300]!r}")

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], options: dict[str, Any]
    ) -> Answer:
        target = URL(url, encoded=True)
        self.tally.calls[method] += 1
        try:
            async with (
                asyncio.timeout(LONGEST_SECONDS),
                self.session.request(
                    method, target, headers=headers, allow_redirects=False, **options
                ) as reply,
            ):
                return Answer(reply.status, reply.headers.copy(), await reply.read())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self.fault(f"{method} {url}: {error!r}") from error

    async def _wait(self, answer: Answer) -> None:
        self.tally.throttled += 1
        wait = answer.headers.get(_WAIT_HEADER, "")
        if not wait.isdecimal() or int(wait) < 1:
            raise self.fault(f"a 429 asks to wait for {wait!r}")
        now = asyncio.get_running_loop().time()
        if now + int(wait) > self.ends:
            self.ends = now
            raise GaveUp
        await asyncio.sleep(int(wait))

    def fault(self, sentence: str) -> GaveUp:
        """Note that the service did what a real one would not; gives what to raise."""
        self.tally.wrong.append(f"{self.name}: {sentence}")
        return GaveUp()

    def expect(self, seen: object, wanted: object, what: str) -> None:
        """Note a fault unless both are equal."""
        if seen != wanted:
            raise self.fault(f"{what}: {str(seen)[:300]} and not {str(wanted)[:300]}")

    def new_name(self, like: str = "") -> str:
        """A name that nobody else gives; with the suffix of another."""
        self._made += 1
        suffix = like.rpartition(".")[2] or self.chance.choice(("txt", "txt", "pdf"))
        return f"{self.name} {self._made} Grundriß.{suffix}"

    def new_data(self) -> bytes:
        """Some bytes that no other file holds."""
        return f"{self.name} {self._made} ".encode() + self.chance.randbytes(
            self.chance.choice((0, 10, 1000, 30_000))
        )

    def any_file(self) -> str:
        """One of this user's files.

        Raises:
            GaveUp: there is none yet.
        """
        if not self.files:
            raise GaveUp
        return self.chance.choice(sorted(self.files))
