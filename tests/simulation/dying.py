"""A process that dies in the middle of a run: from then on nothing it does takes effect."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError


class Crash(BaseException):
    """The process is dead; nothing of ours may catch it."""


class Access:
    """Stands between the engine and its database: counts accesses, and lets one of them fail.

    `fail_at` numbers the access (0 is the next one) at which the process dies, or at which the
    database gives an error. A dead process reaches neither its database nor a remote any more.
    """

    def __init__(self) -> None:
        self.count = 0
        self.is_dead = False
        self._dies_at: set[int] = set()
        self._fails_at: set[int] = set()

    def die_at(self, access: int) -> None:
        """Let the process die at that access."""
        self._dies_at.add(self.count + access)

    def fail_at(self, access: int) -> None:
        """Let the database give an error at that access."""
        self._fails_at.add(self.count + access)

    def die(self) -> None:
        """Die now.

        Raises:
            Crash: always.
        """
        self.is_dead = True
        raise Crash

    def live(self) -> None:
        """Start anew: a process that nothing happens to."""
        self.is_dead = False
        self._dies_at.clear()
        self._fails_at.clear()

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Make one access, as Django's `execute_wrapper` asks for it."""
        number = self.count
        self.count += 1
        if self.is_dead or number in self._dies_at:
            self.die()
        if number in self._fails_at:
            raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)
