"""Faults on order: a list of hooks through which tests make both hosts fail as real ones do.

A fault looks at the method and the path of a request. It may wait, answer with an error instead,
cut a body short, or let the work be done and drop the connection before the answer: the case in
which nobody knows whether a write took effect.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from turnbuckle.practice.guard import PEOPLE_HEADER

Host = Literal["graph", "storage"]


@dataclass(frozen=True, slots=True)
class Event:
    """A request that is about to be answered, or was."""

    host: Host
    request: web.Request
    status: int = 0  # of the answer; 0: there is none yet


Hook = Callable[[Event], Awaitable[None]]
"""Somebody does something at that very moment, such as a person who saves a file."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing to go wrong, `times` times."""

    method: str = ""  # empty: any
    path: str = ""  # a regular expression, searched in the undecoded path
    query: str = ""  # the same for the undecoded query
    host: Host | None = None
    operation: str = ""  # the name under which the call is counted; empty: any
    spares_people: bool = False  # calls by hand, with the token of the start-up line, go on
    skip: int = 0  # let so many matching requests pass first
    times: int = 1
    delay_seconds: float = 0.0
    status: int | None = None  # answer this instead of doing the work
    code: str = "generalException"
    retry_after_seconds: int | None = None
    html: bool = False  # the error's body is a page, as gateways send it
    break_off: bool = False  # drop the connection before the work
    lose_answer: bool = False  # do the work, then drop the connection
    cut_after_bytes: int | None = None  # a download, or a fragment coming in, ends here
    corrupt: bool = False  # a download has the right length and one wrong byte

    def matches(
        self, host: Host, method: str, path: str, query: str = "", operation: str = ""
    ) -> bool:
        """Whether this request is meant; counts it."""
        if self.times <= 0 or self.host not in {None, host}:
            return False
        if self.operation not in {"", operation}:
            return False
        if self.method not in {"", method} or re.search(self.path, path) is None:
            return False
        if re.search(self.query, query) is None:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults(list[Fault]):
    """All faults on order, in the order in which they are asked.

    Attributes:
        before: runs before the work of each request.
        after: runs after it, before the answer leaves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Hook] = []
        self.after: list[Hook] = []

    def __reduce__(self) -> tuple[type["Faults"], tuple[()]]:
        """Faults on order end with the process."""
        return Faults, ()

    def order(self, fault: Fault) -> Fault:
        """Add one; give it back, so that a test can see how often it came true."""
        self.append(fault)
        return fault

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.clear()
        self.before.clear()
        self.after.clear()

    async def strike(self, hooks: list[Hook], event: Event) -> None:
        """Let everybody do what they waited for."""
        for hook in list(hooks):
            await hook(event)

    def next_for(self, host: Host, request: web.Request, operation: str = "") -> Fault | None:
        """The fault that this request meets, if any."""
        path, query = request.rel_url.raw_path, request.rel_url.raw_query_string
        by_hand = PEOPLE_HEADER in request.headers
        for fault in self:
            if fault.spares_people and by_hand:
                continue
            if fault.matches(host, request.method, path, query, operation):
                return fault
        return None
