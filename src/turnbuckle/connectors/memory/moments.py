"""Moments of a call at which a test may act: raise, let a user change something, let time pass."""

import inspect
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from turnbuckle.ports.errors import RemoteError


class Op(StrEnum):
    """The operations of a remote."""

    LIST = "list"  # one page of a full enumeration
    DELTA = "delta"  # one page of changes
    GET = "get"
    DOWNLOAD = "download"
    CREATE_FILE = "create_file"
    REPLACE = "replace"
    CREATE_FOLDER = "create_folder"
    MOVE = "move"
    DELETE = "delete"


class When(StrEnum):
    """When, within a call."""

    BEFORE = "before"  # raising here: the call never reached the remote
    DURING = "during"  # about half of the bytes of a download or an upload have passed
    AFTER = "after"  # raising here: it was done, and the answer is lost


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of one call; `subject` is the path concerned, or ``page 1`` of a feed."""

    when: When
    op: Op
    subject: str


type Hook = Callable[[Moment], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that the remote did not carry out."""

    op: Op
    subject: str
    error: RemoteError


@dataclass(slots=True)
class Call:
    """One call; a write that found nothing to do clears `took_effect`."""

    took_effect: bool = True


@dataclass(slots=True)
class Calls:
    """Counts the calls that our connector makes, and lets hooks act in them.

    Attributes:
        hooks: asked at each moment, in this order.
        started: calls that reached the remote, by operation.
        done: those that it carried out, by operation; a lost answer counts as done.
        refusals: those that it refused.
    """

    hooks: list[Hook] = field(default_factory=list)
    started: Counter[Op] = field(default_factory=Counter)
    done: Counter[Op] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def transfers(self) -> int:
        """Contents written."""
        return self.done[Op.CREATE_FILE] + self.done[Op.REPLACE]

    @property
    def moves(self) -> int:
        """Moves and renames made."""
        return self.done[Op.MOVE]

    @property
    def deletes(self) -> int:
        """Items put into the bin, a folder with all below it counting once."""
        return self.done[Op.DELETE]

    @property
    def writes(self) -> int:
        """Everything that changed the remote."""
        return self.transfers + self.moves + self.deletes + self.done[Op.CREATE_FOLDER]

    def reset(self) -> None:
        """Count from zero again; the hooks stay."""
        self.started.clear()
        self.done.clear()
        self.refusals.clear()

    async def reach(self, when: When, op: Op, subject: str) -> None:
        """Let the hooks act."""
        for hook in tuple(self.hooks):
            answer = hook(Moment(when, op, subject))
            if inspect.isawaitable(answer):
                await answer

    @asynccontextmanager
    async def call(self, op: Op, subject: str) -> AsyncIterator[Call]:
        """Carry out one call inside its moments."""
        await self.reach(When.BEFORE, op, subject)
        self.started[op] += 1
        call = Call()
        try:
            yield call
        except RemoteError as error:
            self.refusals.append(Refusal(op, subject, error))
            raise
        self.done[op] += call.took_effect
        await self.reach(When.AFTER, op, subject)
