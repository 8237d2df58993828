"""An alert is opened once and closed once, and told to each recipient of its organisation once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House

from turnbuckle.store import alerts, connections, models, recipients, runs
from turnbuckle.store.alerts import Alert, Kind
from turnbuckle.store.link_states import LATE
from turnbuckle.store.recipients import Claimed, Event
from turnbuckle.store.records import Connection

SOON = timedelta(seconds=20)


def timed(house: House, **changes: object) -> None:
    models.Timing.objects.filter(link_id=house.link.id).update(**changes)


def fail(house: House) -> None:
    timed(house, failures=3, next_at=NOW + timedelta(days=1))


def mend(house: House) -> None:
    timed(house, failures=0, next_at=NOW + timedelta(days=1))


def look(now: datetime = NOW, *, judges_late: bool = True) -> list[Alert]:
    """Review all links, and give what is new."""
    alerts.review(now, practice=True, judges_late=judges_late)
    return alerts.pass_on(now)


def a_recipient(house: House, name: str = "ops", kind: str = "live") -> Connection:
    return recipients.add(
        house.scope.connections, name, address=f"https://{name}.example.com/secret",
        shown=f"{name}.example.com", kind=kind, now=NOW,
    )  # fmt: skip


def claim(now: datetime = NOW) -> list[Claimed]:
    return recipients.claim(now, kinds=("live",))


def events(claimed: list[Claimed]) -> list[tuple[str, str, str]]:
    return [(one.recipient.name, each.event, each.kind) for one in claimed for each in one.events]


def test_a_link_that_fails_again_and_again_has_one_alert_from_beginning_to_end(
    house: House,
) -> None:
    fail(house)
    first, again = look(), look(NOW + SOON)
    opened = alerts.of(house.scope.id)
    mend(house)
    last, after = look(NOW + 2 * SOON), look(NOW + 3 * SOON)

    assert [(each.kind, each.closed_at) for each in first] == [(Kind.FAILING, None)]
    assert [each.id for each in opened] == [each.id for each in first]
    assert [(each.kind, each.closed_at) for each in last] == [(Kind.FAILING, NOW + 2 * SOON)]
    assert again == after == alerts.of(house.scope.id) == []
    assert [each.kind for each in alerts.of(house.scope.id, most_closed=5)] == [Kind.FAILING]


def test_trouble_that_comes_again_is_a_new_alert(house: House) -> None:
    fail(house)
    (one,) = look()
    mend(house)
    look()
    fail(house)

    (other,) = look()

    assert other.id != one.id


def test_what_a_person_has_to_mend_is_told_in_its_own_words(house: House) -> None:
    run = house.run()
    runs.finish(run, "stopped", {"stopped": "Teams is full; make room there"}, now=NOW)
    models.Link.objects.update(trouble="quota_full")
    (full,) = look()
    models.Integration.objects.update(paused="sign in again")
    models.Alert.objects.all().delete()

    (signed_out,) = look()

    assert (full.kind, full.said) == (Kind.STOPPED, "Teams is full; make room there")
    assert signed_out.said == "sign in again"


def test_a_link_that_a_person_paused_is_no_alarm(house: House) -> None:
    fail(house)
    house.scope.links.pause(house.link, "the owner said so")

    assert look() == []


def test_a_link_is_late_after_a_quarter_of_an_hour_unless_the_service_just_started(
    house: House,
) -> None:
    timed(house, next_at=NOW)

    early = look(NOW + LATE - SOON)
    just_started = look(NOW + LATE, judges_late=False)
    late = look(NOW + LATE)

    assert early == just_started == []
    assert [each.kind for each in late] == [Kind.LATE]
    assert "2026-05-04 09:30 UTC" in late[0].said


def test_a_link_that_is_removed_ends_its_alert_and_is_still_named(house: House) -> None:
    fail(house)
    look()
    house.scope.links.remove(house.link.name, now=NOW)

    (ended,) = look(NOW + SOON)

    assert (ended.link, ended.name, ended.closed_at) == (None, "tower", NOW + SOON)


def test_each_recipient_is_told_the_beginning_and_the_end_in_that_order(house: House) -> None:
    a_recipient(house, "ops")
    a_recipient(house, "office")
    fail(house)
    look()
    mend(house)
    look(NOW + SOON)

    claimed = claim(NOW + SOON)

    assert events(claimed) == [
        ("ops", "opened", "failing"),
        ("ops", "closed", "failing"),
        ("office", "opened", "failing"),
        ("office", "closed", "failing"),
    ]
    assert recipients.address_of(claimed[0].recipient) == "https://ops.example.com/secret"


def test_what_was_told_is_told_to_nobody_again_and_what_was_taken_to_nobody_else(
    house: House,
) -> None:
    a_recipient(house)
    fail(house)
    look()

    (taken,) = claim()
    meanwhile = claim(NOW + SOON)
    abandoned = claim(NOW + recipients.CLAIM)
    recipients.told(taken, NOW + recipients.CLAIM)

    assert meanwhile == []
    assert events(abandoned) == [("ops", "opened", "failing")]
    assert claim(NOW + timedelta(days=1)) == []


def test_one_recipient_that_cannot_be_told_is_tried_again_and_keeps_no_other_waiting(
    house: House,
) -> None:
    a_recipient(house, "away")
    a_recipient(house, "there")
    fail(house)
    look()
    away, there = claim()

    recipients.failed(away, "it answered 500", next_at=NOW + SOON, given_up=())
    recipients.told(there, NOW)

    (untold,) = recipients.untold(house.scope.connections)
    assert (untold.recipient.name, untold.waiting, untold.given_up) == ("away", 1, 0)
    assert untold.trouble == "it answered 500"
    assert claim(NOW) == []
    assert events(claim(NOW + SOON)) == [("away", "opened", "failing")]


def test_what_is_given_up_is_shown_for_a_week_and_not_tried(house: House) -> None:
    a_recipient(house)
    fail(house)
    look()
    (claimed,) = claim()
    given_up = [each.telling for each in claimed.events]
    recipients.failed(claimed, "gone", next_at=NOW, given_up=given_up)

    tried = claim(NOW + timedelta(days=2))
    recipients.prune(NOW + timedelta(days=6))
    kept = recipients.untold(house.scope.connections)
    recipients.prune(NOW + timedelta(days=8))

    assert tried == []
    assert [(each.waiting, each.given_up) for each in kept] == [(0, 1)]
    assert recipients.untold(house.scope.connections) == []


def test_no_organisation_is_told_of_another_s_links(house: House) -> None:
    other = House("another one")
    a_recipient(other, "theirs")
    a_recipient(house, "ours")
    fail(house)

    look()

    assert events(claim()) == [("ours", "opened", "failing")]
    assert alerts.of(other.scope.id) == []
    assert recipients.of(other.scope.connections)[0].name == "theirs"


def test_a_recipient_on_this_machine_is_for_services_that_run_practice_links(house: House) -> None:
    a_recipient(house, kind="practice")
    fail(house)
    look()

    assert recipients.claim(NOW, kinds=("live",)) == []
    assert len(recipients.claim(NOW, kinds=("live", "practice"))) == 1


def test_a_recipient_that_is_forgotten_is_told_nothing_more(house: House) -> None:
    a_recipient(house)
    fail(house)
    look()

    house.scope.connections.remove("ops")

    assert claim() == []


def test_with_a_lost_key_nobody_is_sent_to_connect_a_recipient(house: House) -> None:
    a_recipient(house)
    models.Connection.objects.update(secrets=b"not what any key made")

    lost = connections.forget_shut()

    paused = [each.paused for each in house.scope.integrations.list()]
    assert {each.name for each in lost} == {"ops", "site", "team"}
    assert all("site" in why and "ops" not in why for why in paused)


def test_where_all_is_well_nobody_is_kept_from_writing(house: House) -> None:
    mend(house)

    with CaptureQueriesContext(connection) as asked:
        look()
        claim()

    assert [each["sql"] for each in asked if not each["sql"].startswith("SELECT")] == []


@pytest.mark.parametrize("days", [89, 91])
def test_alerts_that_are_over_are_kept_for_ninety_days(house: House, days: int) -> None:
    fail(house)
    look()
    mend(house)
    look()

    forgotten = alerts.prune(NOW + timedelta(days=days))

    assert forgotten == (1 if days > 90 else 0)


def test_the_moments_of_an_event_are_those_of_its_alert(house: House) -> None:
    a_recipient(house)
    fail(house)
    look()
    mend(house)
    look(NOW + SOON)

    (claimed,) = claim(NOW + SOON)

    opened, closed = claimed.events
    assert isinstance(opened, Event)
    assert (opened.opened_at, opened.closed_at) == (NOW, None)
    assert (closed.opened_at, closed.closed_at) == (NOW, NOW + SOON)
