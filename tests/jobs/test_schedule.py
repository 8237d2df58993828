"""When a link is due: after a run, after a failure, and by what webhooks are worth."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from turnbuckle.jobs.cadence import Cadence, cadence_of
from turnbuckle.jobs.schedule import after, after_failure, interval, is_sweep, looks_that_will_do
from turnbuckle.model.side import Side
from turnbuckle.store.looks import Wanted
from turnbuckle.store.timings import After, Timing

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MADE = NOW - timedelta(days=30)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
USUAL = Cadence()


def timing(link: int = 7, **known: Any) -> Timing:
    """Give a link that was swept lately and begins to run now."""
    usual: dict[str, Any] = {
        "next_at": NOW, "started_at": NOW, "ended_at": NOW - 5 * MINUTE, "swept_at": NOW - MINUTE,
    }  # fmt: skip
    return Timing(link=link, **(usual | known))


def through(
    began: Timing,
    cadence: Cadence = USUAL,
    *,
    news: Side | None = None,
    swept: bool = False,
    now: datetime = NOW,
    apart: timedelta | None = None,
) -> After:
    """Say what comes after a run that got through."""
    return after(began, cadence, news=news, swept=swept, made_at=MADE, now=now, apart=apart)


def told(**known: Any) -> dict[str, Any]:
    """Say that webhooks of both sides told of the link before."""
    return {"told_left_at": NOW - DAY, "told_right_at": NOW - DAY, **known}


def test_a_link_is_polled_again_within_five_minutes() -> None:
    for link in range(200):
        following = through(timing(link))

        assert NOW < following.next_at <= NOW + 5 * MINUTE


def test_polls_of_one_link_lie_five_minutes_apart() -> None:
    first = through(timing()).next_at

    second = through(timing(), now=first).next_at

    assert second - first == 5 * MINUTE


def test_ten_thousand_links_do_not_bunch() -> None:
    seconds = Counter(
        int((through(timing(n)).next_at - NOW).total_seconds()) for n in range(10_000)
    )

    assert max(seconds.values()) <= 40  # of 33.3 on average


def test_a_link_is_swept_once_a_day_at_a_time_of_its_own() -> None:
    sweeps = []
    began = timing(ended_at=NOW, swept_at=None)
    for step in range(3 * 288 + 1):
        began = timing(started_at=NOW + step * 5 * MINUTE, swept_at=began.swept_at)
        if is_sweep(began, USUAL, MADE if step else NOW):
            sweeps.append(began.started_at)
            began = timing(swept_at=began.started_at)

    assert len(sweeps) in (3, 4)
    assert all(b - a <= DAY for a, b in pairwise(sweeps) if a and b)


def test_sweeps_spread_over_the_day() -> None:
    hours = Counter(
        through(timing(n), Cadence(poll=DAY * 365), swept=True).next_at.hour for n in range(2400)
    )

    assert len(hours) == 24
    assert max(hours.values()) <= 110


def test_a_sweep_is_due_between_two_polls() -> None:
    rarely = Cadence(poll=timedelta(hours=6), sweep=timedelta(hours=1))

    assert through(timing(), rarely).next_at <= NOW + timedelta(hours=1)


def test_the_first_run_of_a_link_is_no_sweep() -> None:
    assert not is_sweep(timing(ended_at=None, swept_at=None), USUAL, MADE)


def test_a_run_long_after_the_last_sweep_is_one() -> None:
    assert is_sweep(timing(swept_at=NOW - 2 * DAY), USUAL, MADE)


def test_a_sweep_that_failed_is_due_again_with_the_next_run() -> None:
    began = timing(swept_at=NOW - 2 * DAY)

    following = after_failure(began, now=NOW, chance=0.5)

    assert following.swept_at == began.swept_at


@pytest.mark.parametrize(("failures", "seconds"), [(0, 30), (1, 60), (3, 240), (20, 1800)])
def test_a_link_that_fails_rests_longer_each_time(failures: int, seconds: int) -> None:
    following = after_failure(timing(failures=failures), now=NOW, chance=0.5)

    assert following.failures == failures + 1
    assert following.next_at == following.resting_until == NOW + timedelta(seconds=seconds)


def test_links_that_failed_together_do_not_come_back_together() -> None:
    soonest = after_failure(timing(), now=NOW, chance=0.0).next_at
    latest = after_failure(timing(), now=NOW, chance=1.0).next_at

    assert latest - soonest == timedelta(seconds=15)


def test_a_run_that_gets_through_ends_the_failures() -> None:
    following = through(timing(failures=4, resting_until=NOW))

    assert (following.failures, following.resting_until) == (0, None)


def test_news_without_word_waits_a_moment_for_it() -> None:
    following = through(timing(**told()), news=Side.LEFT)

    assert following.unheralded_at == NOW
    assert following.unheralded_on == "left"
    assert following.missed_at is None
    assert following.next_at <= NOW + 2 * MINUTE


def test_word_that_comes_late_keeps_the_trust() -> None:
    began = timing(
        **told(told_left_at=NOW - MINUTE), unheralded_at=NOW - 2 * MINUTE, unheralded_on="left"
    )

    following = through(began)

    assert (following.unheralded_at, following.missed_at) == (None, None)


def test_word_that_never_comes_brings_polls_closer() -> None:
    began = timing(**told(), unheralded_at=NOW - 2 * MINUTE, unheralded_on="left")

    following = through(began)

    assert following.missed_at == NOW
    assert following.next_at <= NOW + MINUTE


def test_word_of_our_own_writes_on_the_other_side_does_not_keep_the_trust() -> None:
    began = timing(
        **told(told_right_at=NOW - MINUTE), unheralded_at=NOW - 2 * MINUTE, unheralded_on="left"
    )

    assert through(began).missed_at == NOW


def test_news_that_a_webhook_told_of_is_as_it_should_be() -> None:
    began = timing(**told(), nudges=3, taken=2)

    assert through(began, news=Side.LEFT).unheralded_at is None


def test_where_no_webhook_ever_told_none_is_missed() -> None:
    assert through(timing(), news=Side.LEFT).unheralded_at is None


@pytest.mark.parametrize(("minutes", "apart"), [(0, 1), (14, 1), (15, 2), (30, 4), (45, 5)])
def test_after_a_miss_polls_move_apart_step_by_step(minutes: int, apart: int) -> None:
    found = interval(timing(**told()), NOW - minutes * MINUTE, USUAL, NOW)

    assert found == apart * MINUTE


def test_polls_get_rarer_only_where_the_owner_wants_that_and_webhooks_proved_true() -> None:
    rarer = Cadence(rarest=30 * MINUTE)

    assert interval(timing(**told()), None, rarer, NOW) == 30 * MINUTE
    assert interval(timing(**told()), NOW - 2 * DAY, rarer, NOW) == 30 * MINUTE
    assert interval(timing(), None, rarer, NOW) == 5 * MINUTE
    assert interval(timing(told_left_at=NOW), None, rarer, NOW) == 5 * MINUTE
    assert interval(timing(**told()), None, USUAL, NOW) == 5 * MINUTE


def test_polls_come_no_closer_than_the_accounts_can_bear() -> None:
    first = through(timing(), apart=14 * MINUTE)

    second = through(timing(apart_seconds=first.apart_seconds), now=first.next_at)

    assert second.next_at - first.next_at == 14 * MINUTE
    assert interval(timing(apart_seconds=840), NOW, USUAL, NOW) == 14 * MINUTE  # after a miss too


def test_an_account_that_bears_more_again_is_polled_as_its_owner_wants() -> None:
    began = timing(apart_seconds=840)

    assert through(began, apart=timedelta(0)).next_at <= NOW + 5 * MINUTE
    assert through(began).apart_seconds == 840  # a run that made no call has learnt nothing
    assert after_failure(began, now=NOW, chance=0.5).apart_seconds == 840


def test_sweeps_are_not_put_off_by_polls_that_lie_apart() -> None:
    began = timing(apart_seconds=21_600)

    hourly = through(began, Cadence(sweep=timedelta(hours=1)))

    assert hourly.next_at <= NOW + timedelta(hours=1)


def test_a_poll_does_with_any_look_of_the_last_interval_that_its_link_does_not_know_yet() -> None:
    long_ago, lately = timing(ended_at=NOW - DAY), timing(ended_at=NOW - 4 * MINUTE)

    assert looks_that_will_do(long_ago, USUAL) == Wanted(after=NOW - 5 * MINUTE, closely=False)
    assert looks_that_will_do(lately, USUAL) == Wanted(after=NOW - 4 * MINUTE, closely=False)


def test_a_run_for_a_webhook_does_as_well_but_for_the_feed_that_it_spoke_of() -> None:
    word = told(told_left_at=NOW - MINUTE, told_right_at=NOW - DAY)
    began = timing(nudges=1, nudged_by="webhook", ended_at=NOW - MINUTE, **word)

    assert looks_that_will_do(began, USUAL) == Wanted(after=NOW - 5 * MINUTE, closely=False)


def test_a_person_and_a_first_run_get_looks_of_their_own() -> None:
    assert looks_that_will_do(timing(nudges=1, nudged_by="person", **told()), USUAL) is None
    assert looks_that_will_do(timing(ended_at=None), USUAL) is None


def test_an_owner_s_cadence_is_kept_within_sane_bounds() -> None:
    found = cadence_of({"poll_seconds": 1, "sweep_seconds": 3600, "rarest_seconds": "often"})

    assert found == Cadence(poll=timedelta(seconds=10), sweep=timedelta(hours=1))
    assert found.close == timedelta(seconds=10)
