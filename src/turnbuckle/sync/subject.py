"""What is being worked on, for whoever writes the log: each line tells it, whoever writes the line.

It is bound to the task and to the threads that the task asks, not handed from function to function.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_SUBJECT: ContextVar[Mapping[str, str | int]] = ContextVar("subject")


@contextmanager
def about(**facts: str | int) -> Iterator[None]:
    """Let all that is logged meanwhile be about this, and what it was about before."""
    before = _SUBJECT.set({**subject(), **facts})
    try:
        yield
    finally:
        _SUBJECT.reset(before)


def subject() -> Mapping[str, str | int]:
    """Say what this task works on: organisation, link and run, as far as they are known."""
    return _SUBJECT.get({})
