"""The outbox of a practice service: lanes, their bound, and what a stop leaves."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from practice.receiver import Receiver
from practice.until import until

from turnbuckle.practice.clock import RealClock, SimulatedClock
from turnbuckle.practice.outbox import Outbox, Pace
from turnbuckle.practice.posting import Posted, Poster, Reach


@dataclass
class Note:
    """A letter with a text, that remembers what became of it."""

    text: str
    is_wanted: bool = True
    fate: list[str] = field(default_factory=list)

    def content(self) -> tuple[bytes, Mapping[str, str]]:
        return self.text.encode(), {}

    def tried(self, posted: Posted) -> None:
        self.fate.append("taken" if posted.is_taken else "failed")

    def dropped(self) -> None:
        self.fate.append("dropped")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 5, 14, 8, tzinfo=UTC))


@pytest.fixture
async def outbox(clock: SimulatedClock) -> AsyncIterator[Outbox]:
    poster = Poster(lambda: Reach(loopback=True, public=False))
    made = Outbox(poster, clock, Pace(answer_seconds=5, give_up_seconds=60, most_waiting=3))
    yield made
    await made.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


def texts(receiver: Receiver) -> list[str]:
    return [each.body.decode() for each in receiver.received]


async def test_letters_of_a_lane_go_in_their_order(outbox: Outbox, receiver: Receiver) -> None:
    for text in "abc":
        outbox.put(receiver.address, Note(text))

    await outbox.settle()

    assert texts(receiver) == ["a", "b", "c"]


async def test_a_letter_that_waits_is_overtaken(
    outbox: Outbox, receiver: Receiver, clock: SimulatedClock
) -> None:
    outbox.put(receiver.address, Note("late"), 10)
    outbox.put(receiver.address, Note("quick"))

    await outbox.settle()
    clock.advance(10)
    await outbox.settle()

    assert texts(receiver) == ["quick", "late"]


async def test_a_lane_holds_so_many_letters_and_the_oldest_goes(
    outbox: Outbox, receiver: Receiver
) -> None:
    notes = [Note(text) for text in "abcd"]
    for note in notes:
        outbox.put(receiver.address, note)

    await outbox.settle()

    assert [note.fate for note in notes] == [["dropped"], ["taken"], ["taken"], ["taken"]]


async def test_a_letter_that_nobody_wants_any_more_is_dropped(
    outbox: Outbox, receiver: Receiver
) -> None:
    note = Note("a", is_wanted=False)
    outbox.put(receiver.address, note)

    await outbox.settle()

    assert note.fate == ["dropped"]
    assert receiver.received == []


async def test_what_a_stop_broke_off_is_sent_after_the_next_start(
    outbox: Outbox, receiver: Receiver
) -> None:
    receiver.hold_seconds = 30
    note = Note("a")
    outbox.start()
    outbox.put(receiver.address, note)
    await until(lambda: receiver.received)
    await outbox.stop()
    receiver.hold_seconds = 0

    outbox.start()
    await outbox.settle()

    assert texts(receiver) == ["a", "a"]
    assert note.fate == ["taken"]


async def test_by_the_machines_clock_a_retry_comes_by_itself(receiver: Receiver) -> None:
    poster = Poster(lambda: Reach(loopback=True, public=False))
    pace = Pace(answer_seconds=5, first_wait_seconds=0.05, give_up_seconds=60)
    outbox = Outbox(poster, RealClock(), pace)
    receiver.fail()
    note = Note("a")
    outbox.start()
    outbox.put(receiver.address, note)
    await until(lambda: note.fate)
    receiver.recover()

    await until(lambda: "taken" in note.fate)

    await outbox.stop()

    assert note.fate[0] == "failed"
    assert note.fate[-1] == "taken"
