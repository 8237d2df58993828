"""Writers of one process wait for each other, and not for SQLite's next try."""

import os
import threading
import time
from collections.abc import Callable

import pytest
from store.building import NOW, House

from turnbuckle.store import timings
from turnbuckle.store.timings import By
from turnbuckle.store.turns import WRITERS, Turns

_SECONDS = 10.0


def started(work: Callable[[], None]) -> threading.Thread:
    """Do something in a thread, and give it time to wait for its turn."""
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.05)
    return thread


def test_those_who_go_first_are_next_and_then_whoever_came_first() -> None:
    turns, order = Turns(), list[str]()

    def wait(name: str, *, first: bool = False) -> None:
        if first:
            turns.go_first()
        with turns.one():
            order.append(name)

    with turns.one():
        threads = [
            started(lambda: wait("run")),
            started(lambda: wait("another run")),
            started(lambda: wait("portal", first=True)),
        ]
    for thread in threads:
        thread.join(_SECONDS)

    assert order == ["portal", "run", "another run"]


def test_a_turn_that_does_not_come_is_not_waited_for_for_ever() -> None:
    turns, order = Turns(longest_seconds=0.01), list[str]()

    def go_on() -> None:
        with turns.one():
            order.append("went on")

    with turns.one():
        started(go_on).join(_SECONDS)
        order.append("over")

    assert order == ["went on", "over"]


def test_a_turn_is_over_also_where_its_work_failed() -> None:
    turns = Turns(longest_seconds=0.01)
    for _ in range(2):
        try:
            with turns.one():
                raise ValueError
        except ValueError:
            continue

    began = time.monotonic()
    with Turns(_SECONDS).one(), turns.one():
        took = time.monotonic() - began

    assert took < _SECONDS / 2


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: PostgreSQL has many writers at a time"
)
def test_a_unit_waits_for_its_turn(house: House, transactional_db: None) -> None:
    done = threading.Event()

    def nudge() -> None:
        timings.nudge([house.link.id], By.PERSON, now=NOW)
        done.set()

    with WRITERS.one():
        thread = started(nudge)
        waited = not done.is_set()
    thread.join(_SECONDS)

    assert waited
    assert done.is_set()
