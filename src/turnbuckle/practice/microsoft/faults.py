"""Faults on order: a list of hooks through which tests make both hosts fail as real ones do.

A fault looks at the method and the path of a request. It may wait, answer with an error instead,
cut a body short, or let the work be done and drop the connection before the answer: the case in
which nobody knows whether a write took effect.
"""

import re
from dataclasses import dataclass
from typing import Literal

Host = Literal["graph", "storage"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing to go wrong, `times` times."""

    method: str = ""  # empty: any
    path: str = ""  # a regular expression, searched in the undecoded path
    host: Host | None = None
    skip: int = 0  # let so many matching requests pass first
    times: int = 1
    delay_seconds: float = 0.0
    status: int | None = None  # answer this instead of doing the work
    code: str = "generalException"
    retry_after_seconds: int | None = None
    html: bool = False  # the error's body is a page, as gateways send it
    lose_answer: bool = False  # do the work, then drop the connection
    cut_after_bytes: int | None = None  # a download, or a fragment coming in, ends here

    def matches(self, host: Host, method: str, path: str) -> bool:
        """Whether this request is meant; counts it."""
        if self.times <= 0 or self.host not in {None, host}:
            return False
        if self.method not in {"", method} or re.search(self.path, path) is None:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Faults(list[Fault]):
    """All faults on order, in the order in which they are asked."""

    def order(self, fault: Fault) -> Fault:
        """Add one; give it back, so that a test can see how often it came true."""
        self.append(fault)
        return fault

    def next_for(self, host: Host, method: str, path: str) -> Fault | None:
        """The fault that this request meets, if any."""
        for fault in self:
            if fault.matches(host, method, path):
                return fault
        return None
