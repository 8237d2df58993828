"""Who is due, what a nudge changes, and that nothing due is lost."""

import os
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House

from turnbuckle.model.side import Side
from turnbuckle.store import models, timings
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Link
from turnbuckle.store.timings import SETTLING, After, By, Due, Timing

LATER = NOW + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def due(now: object = LATER) -> list[int]:
    """Name the links that are due, the first one first."""
    return [each.link for each in timings.due(now, 100, practice=True)]  # type: ignore[arg-type]


def begun(link: Link, now: object = NOW) -> Timing:
    """Begin a run."""
    began = timings.begin(link.id, now=now, practice=True)  # type: ignore[arg-type]
    assert began is not None
    return began


def told(link: Link, *seconds: float) -> None:
    """Have webhooks tell of a link, so long after `NOW`."""
    for each in seconds:
        timings.nudge([link.id], By.WEBHOOK, now=NOW + each * SECOND)


def annex(house: House) -> Link:
    """Make a second link of the same accounts."""
    return house.bind("annex", house.left, house.right)


def test_a_new_link_is_due_at_once(house: House) -> None:
    assert due(NOW) == [house.link.id]
    assert due(NOW - SECOND) == []


def test_a_link_that_begins_stays_due_until_its_run_is_over(house: House) -> None:
    began = begun(house.link)

    assert due(NOW) == [house.link.id]
    timings.end(began, After(next_at=LATER), now=NOW)
    assert due(NOW) == []
    assert due(LATER) == [house.link.id]


def test_a_run_that_is_not_due_any_more_does_not_begin(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    assert timings.begin(house.link.id, now=NOW, practice=True) is None


def test_a_nudge_makes_a_link_due_and_one_run_takes_all_nudges_before_it(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    for _ in range(1000):
        timings.nudge([house.link.id], By.WEBHOOK, now=NOW + SECOND)

    assert due(NOW + 2 * SECOND) == [house.link.id]
    began = begun(house.link, NOW + 2 * SECOND)
    timings.end(began, After(next_at=LATER), now=NOW + 2 * SECOND)
    assert due(NOW + 3 * SECOND) == []
    assert not timings.of(house.link).is_nudged


def test_word_of_a_webhook_settles_for_half_a_second_and_a_person_waits_for_nothing(
    house: House,
) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    told(house.link, 0.0)
    early, settled = due(NOW), due(NOW + SETTLING)
    timings.nudge([house.link.id], By.PERSON, now=NOW)

    assert (early, settled) == ([], [house.link.id])
    assert due(NOW) == [house.link.id]


def test_a_second_word_does_not_put_a_link_off(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    told(house.link, 0.0, 0.4)

    assert due(NOW + SETTLING) == [house.link.id]


def test_a_link_in_a_burst_of_webhooks_runs_a_second_after_the_last_of_them(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    told(house.link, *(number / 10 for number in range(101)))

    assert due(NOW + 10.9 * SECOND) == []
    assert due(NOW + 11 * SECOND) == [house.link.id]


def test_a_link_whose_burst_does_not_end_runs_after_fifteen_seconds(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    told(house.link, *(number / 10 for number in range(300)))

    assert due(NOW + 15 * SECOND) == [house.link.id]


@pytest.mark.parametrize("apart", [0.3, 0.4, 0.8])
def test_a_link_where_people_go_on_and_on_runs_two_seconds_after_the_first_word(
    house: House, apart: float
) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    told(house.link, *(number * apart for number in range(7)))

    assert due(NOW + 2 * SECOND) == [house.link.id]


def test_a_person_who_waits_is_not_put_off_by_a_burst(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)
    timings.nudge([house.link.id], By.PERSON, now=NOW)

    told(house.link, *(number / 10 for number in range(20)))

    assert due(NOW) == [house.link.id]


def test_news_of_a_shared_feed_do_not_cut_the_wait_for_a_burst_short(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)
    told(house.link, *(number / 10 for number in range(10)))

    timings.due_now([house.link.id], now=NOW + SECOND)

    assert due(NOW + SECOND) == []
    assert due(NOW + 1.9 * SECOND) == [house.link.id]


def test_a_burst_that_goes_on_when_a_run_ends_is_waited_for(house: House) -> None:
    began = begun(house.link)

    told(house.link, *(number / 10 for number in range(10)))
    timings.end(began, After(next_at=LATER), now=NOW + SECOND)

    assert due(NOW + 1.8 * SECOND) == []
    assert due(NOW + 1.9 * SECOND) == [house.link.id]


def test_nudges_that_come_while_a_link_runs_cause_one_more_run(house: House) -> None:
    began = begun(house.link)

    for _ in range(3):
        timings.nudge([house.link.id], By.WEBHOOK, now=NOW)
    timings.end(began, After(next_at=LATER), now=NOW + SECOND)

    assert due(NOW + SECOND) == [house.link.id]
    timings.end(begun(house.link, NOW + SECOND), After(next_at=LATER), now=NOW + SECOND)
    assert due(NOW + SECOND) == []


def test_people_go_before_webhooks_and_both_before_the_schedule(house: House) -> None:
    links = [house.link, *(house.bind(f"link {n}", house.left, house.right) for n in range(2))]
    timings.nudge([links[1].id], By.WEBHOOK, now=NOW)
    timings.nudge([links[2].id], By.PERSON, now=NOW)
    timings.nudge([links[2].id], By.WEBHOOK, now=NOW)  # a person's wish stays urgent

    assert timings.due(LATER, 100, practice=True) == [
        Due(link=links[2].id, urgency=0),
        Due(link=links[1].id, urgency=1),
        Due(link=links[0].id, urgency=2),
    ]


def test_a_link_that_rests_is_run_for_a_person_and_not_for_a_webhook(house: House) -> None:
    rest = After(next_at=LATER, resting_until=LATER, failures=1)
    timings.end(begun(house.link), rest, now=NOW)

    timings.nudge([house.link.id], By.WEBHOOK, now=NOW + SECOND)
    for_a_webhook = due(NOW + SECOND)
    timings.nudge([house.link.id], By.PERSON, now=NOW + SECOND)

    assert for_a_webhook == []
    assert due(NOW + SECOND) == [house.link.id]


def test_a_webhook_that_comes_while_a_run_fails_does_not_cut_the_rest_short(house: House) -> None:
    began = begun(house.link)
    timings.nudge([house.link.id], By.WEBHOOK, now=NOW)

    rest = After(next_at=LATER + MINUTE, resting_until=LATER, failures=1)
    timings.end(began, rest, now=NOW + SECOND)

    assert due(LATER - SECOND) == []
    assert due(LATER) == [house.link.id]


def test_word_of_one_side_says_nothing_of_the_other(house: House) -> None:
    timings.nudge([house.link.id], By.WEBHOOK, now=NOW, side=Side.RIGHT)

    timing = timings.of(house.link)
    assert timing.told_at(Side.RIGHT) == NOW
    assert timing.told_at(Side.LEFT) is None


@pytest.mark.parametrize("what", ["link", "integration"])
def test_what_is_paused_is_not_due_until_it_is_resumed(house: House, what: str) -> None:
    site = house.scope.connections.get("site")
    if what == "link":
        house.scope.links.pause(house.link, "wait")
    else:
        house.scope.integrations.pause(site, "sign in again")

    paused = due(), timings.begin(house.link.id, now=LATER, practice=True)
    house.scope.links.resume(house.link)
    house.scope.integrations.resume(site)

    assert paused == ([], None)
    assert due() == [house.link.id]


def test_links_that_failed_for_a_sign_in_run_at_once_when_somebody_signed_in(house: House) -> None:
    site = house.scope.connections.get("site")
    rest = After(next_at=LATER, resting_until=LATER, failures=3)
    timings.end(begun(house.link), rest, now=NOW)
    house.scope.integrations.pause(site, "sign in again")

    house.scope.integrations.resume(site)

    assert due(NOW + SECOND) == [house.link.id]


def test_links_with_practice_services_are_run_only_where_that_is_allowed(house: House) -> None:
    assert timings.due(LATER, 100, practice=False) == []
    assert timings.begin(house.link.id, now=LATER, practice=False) is None
    assert timings.counts(practice=False) == (0, 1)
    assert timings.counts(practice=True) == (1, 0)


def test_who_is_put_off_still_waits_and_the_run_after_takes_the_nudge(house: House) -> None:
    timings.nudge([house.link.id], By.PERSON, now=NOW)
    began = begun(house.link)

    timings.put_off(began, NOW + MINUTE)

    assert due(NOW + SECOND) == []
    assert timings.of(house.link).is_nudged
    assert due(NOW + MINUTE) == [house.link.id]


@pytest.mark.parametrize("words", [1, 10])
def test_word_that_comes_while_a_link_runs_does_not_keep_it_from_being_put_off(
    house: House, words: int
) -> None:
    began = begun(house.link)
    told(house.link, *(number / 10 for number in range(words)))

    timings.put_off(began, NOW + MINUTE)
    timing = timings.of(house.link)
    told(house.link, 2.0)

    assert (timing.next_at, timing.resting_until) == (NOW + MINUTE, NOW + MINUTE)
    assert timing.nudged_at == began.next_at
    assert timing.is_nudged
    assert due(NOW + 59 * SECOND) == []
    assert due(NOW + MINUTE) == [house.link.id]


def test_a_person_who_asks_while_a_link_runs_keeps_it_from_being_put_off(house: House) -> None:
    began = begun(house.link)
    told(house.link, 0.0)
    timings.nudge([house.link.id], By.PERSON, now=NOW)
    told(house.link, 0.1)

    timings.put_off(began, NOW + MINUTE)

    assert due(NOW + SECOND) == [house.link.id]


def test_word_does_not_keep_a_link_that_a_person_asked_for_from_being_put_off(
    house: House,
) -> None:
    timings.nudge([house.link.id], By.PERSON, now=NOW)
    began = begun(house.link)
    told(house.link, 0.0, 0.1)

    timings.put_off(began, NOW + MINUTE)

    assert due(NOW + SECOND) == []
    assert timings.of(house.link).nudged_by == By.PERSON
    assert due(NOW + MINUTE) == [house.link.id]


def test_neither_word_nor_news_bring_back_who_is_put_off_and_a_person_does(house: House) -> None:
    link = house.link.id
    timings.put_off(begun(house.link), NOW + MINUTE)

    timings.nudge([link], By.WEBHOOK, now=NOW + SECOND)
    timings.due_now([link], now=NOW + SECOND)
    told = due(NOW + 10 * SECOND)
    timings.nudge([link], By.PERSON, now=NOW + 20 * SECOND)

    assert (told, due(NOW + 20 * SECOND)) == ([], [link])


def test_who_was_put_off_is_late_since_it_was_due(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)

    for minutes in range(3):
        timings.put_off(begun(house.link, LATER + minutes * MINUTE), LATER + (minutes + 1) * MINUTE)

    assert begun(house.link, LATER + 3 * MINUTE).late_seconds == 180.0


def test_how_late_a_run_began_is_counted_from_the_first_nudge(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)
    timings.nudge([house.link.id], By.WEBHOOK, now=NOW + SECOND)
    timings.nudge([house.link.id], By.WEBHOOK, now=NOW + 2 * SECOND)

    assert begun(house.link, NOW + 4 * SECOND).late_seconds == 3.0


def test_a_clock_that_went_back_leaves_no_link_waiting_for_the_future(house: House) -> None:
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)
    hour_before = NOW - timedelta(hours=1)

    assert timings.clock_went_back(NOW + SECOND) == 0
    assert timings.clock_went_back(hour_before) == 1
    assert due(hour_before) == [house.link.id]


def test_nudging_many_links_is_one_statement(house: House) -> None:
    links = [house.link.id, annex(house).id]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        count = timings.nudge(links, By.WEBHOOK, now=NOW)

    assert count == 2
    assert sum(query["sql"].startswith("UPDATE") for query in asked) == 1


def test_news_of_a_shared_feed_make_a_link_due_unless_it_rests(house: House) -> None:
    other = annex(house)
    timings.end(begun(house.link), After(next_at=LATER), now=NOW)
    timings.end(begun(other), After(next_at=LATER, resting_until=LATER, failures=1), now=NOW)

    timings.due_now([house.link.id, other.id], now=NOW + SECOND)

    assert due(NOW + SECOND) == [house.link.id]


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: SQLite alone tells it so"
)
def test_asking_who_is_due_reads_the_index(house: House) -> None:
    with CaptureQueriesContext(connection) as asked:
        timings.due(NOW, 100, practice=True)
    with connection.cursor() as sql:
        sql.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[-1]['sql']}")
        steps = " ".join(str(row[-1]) for row in sql.fetchall())

    assert "store_timing_next_at" in steps
    assert "SCAN store_timing" not in steps


def test_a_link_that_is_removed_is_not_due_and_its_end_does_no_harm(house: House) -> None:
    began = begun(house.link)

    house.scope.links.remove("tower", now=NOW)
    timings.end(began, After(next_at=NOW), now=NOW)

    assert due() == []
    assert not models.Timing.objects.exists()
    with pytest.raises(UnknownName):
        timings.of(house.link)
