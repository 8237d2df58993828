"""How far polls move apart where those of many links would take all calls of their account."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import pytest
from transport.limited import NOW, StepClock

from turnbuckle.ports.budget import Ask, Purpose, Told, Word, driving
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.pacing import SPAN, Pacing
from turnbuckle.transport.sharing import InOneProcess, Sharing

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LIMIT = 3600


@dataclass
class Account:
    """An account whose links are polled; the times of all of them go on from one to the next."""

    pacing: Pacing = field(default_factory=Pacing)
    time: datetime = NOW

    def polled(self, calls: int, hours: int, wanted: timedelta = 5 * MINUTE) -> list[float]:
        """Let all links be polled for some hours, a round of them taking so many calls.

        Returns:
            The calls for looks in each hour.
        """
        taken: list[float] = []
        for _ in range(hours * 60):
            taken.append(calls * (MINUTE / max(wanted, self.pacing.apart)))
            self.time += MINUTE
            self.pacing.count(round(taken[-1]), LIMIT, self.time)
        return [sum(taken[start : start + 60]) for start in range(0, len(taken), 60)]


def test_two_hundred_links_with_two_calls_each_leave_half_of_the_calls_after_an_hour() -> None:
    account = Account()

    taken = account.polled(400, hours=4)

    assert taken[0] < LIMIT
    assert all(0.35 * LIMIT < each <= 0.55 * LIMIT for each in taken[1:])
    assert account.pacing.apart in (14 * MINUTE, 15 * MINUTE)


@pytest.mark.parametrize("calls", [1, 100, 160])
def test_polls_that_leave_enough_stay_as_they_are(calls: int) -> None:
    account = Account()

    account.polled(calls, hours=4)

    assert account.pacing.apart == timedelta(0)


def test_once_it_fits_nothing_is_changed_any_more() -> None:
    account, seen = Account(), set()
    account.polled(400, hours=2)

    for _ in range(12):
        account.polled(400, hours=1)
        seen.add(account.pacing.apart)

    assert len(seen) == 1


def test_a_poll_that_is_rare_already_is_moved_apart_too() -> None:
    account = Account()

    taken = account.polled(1200, hours=6, wanted=15 * MINUTE)

    assert taken[-1] <= 0.55 * LIMIT


def test_polls_come_closer_again_when_links_are_gone() -> None:
    account = Account()
    account.polled(400, hours=2)

    account.polled(40, hours=3)

    assert account.pacing.apart == timedelta(0)


def test_a_night_without_the_service_does_not_bring_all_polls_back_at_once() -> None:
    account = Account()
    account.polled(400, hours=2)
    before = account.pacing.apart

    account.pacing.count(1, LIMIT, account.time + 10 * HOUR)

    assert account.pacing.apart == ceil(before / 2 / MINUTE) * MINUTE


def test_where_no_limit_is_known_nothing_follows() -> None:
    pacing = Pacing()

    for quarter in range(10):
        pacing.count(10_000, 0, NOW + quarter * SPAN)

    assert pacing.apart == timedelta(0)


def test_the_limit_that_the_remote_told_counts_more_than_the_vendor_s_pages() -> None:
    sharing = Sharing()
    told = Told(600, 500, NOW + HOUR, always=True)
    sharing.lease(Ask(worker="a", usual_limit=LIMIT, word=Word(told=[told])), NOW)

    ask = Ask(worker="a", usual_limit=LIMIT, word=Word(looks=150))
    given = sharing.lease(ask, NOW + SPAN)

    assert given.apart == 10 * MINUTE  # 600 of 600 calls an hour


async def test_looks_are_counted_and_what_follows_is_told_to_whoever_calls() -> None:
    clock, ledger = StepClock(), InOneProcess()
    budget = Budget(clock, ledger, "one", usual_limit=4)
    for purpose in (Purpose.ORDINARY, Purpose.FRESH, Purpose.BULK, Purpose.ORDINARY):
        with driving("link", purpose) as lane:
            await budget.acquire()
            await budget.note({}, 200, clock.now())
    await budget.give_back()
    clock.time += SPAN

    with driving("link", Purpose.FRESH) as lane:
        await budget.acquire()

    assert lane.apart == {"one": 20 * MINUTE}  # two looks in a quarter, where half of four may be
