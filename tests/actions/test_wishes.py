"""What the owner of a link wants can be changed, and nothing else changes with it."""

from datetime import UTC, datetime, timedelta

import pytest
from scenarios.stage import Stage

from turnbuckle.actions import wishes
from turnbuckle.actions.wishes import NoSuchRule, NothingWanted, Wishes, changed
from turnbuckle.model.policy import LimitMode, Policy, Winner
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.store import leases, models
from turnbuckle.store.leases import LinkBusy
from turnbuckle.store.names import UnknownName

OLD = Rule(include=False, folder="Drawings/Old")
BAK = Rule(include=False, names=("*.bak",))
LARGE = Rule(include=False, larger_than=500)


def test_what_is_not_named_stays_as_it_is() -> None:
    before = Policy(winner=Winner.RIGHT, scope=(OLD,))

    after = changed(before, Wishes(deletions_per_day=5, deletion_mode=LimitMode.UP_TO_LIMIT))

    assert (after.winner, after.scope) == (Winner.RIGHT, (OLD,))
    assert (after.deletions_per_day, after.deletion_mode) == (5, LimitMode.UP_TO_LIMIT)


def test_a_rule_given_again_counts_from_its_new_place() -> None:
    after = changed(Policy(scope=(OLD, BAK)), Wishes(rules=(LARGE, OLD)))

    assert after.scope == (BAK, LARGE, OLD)


def test_rules_are_dropped_by_the_numbers_they_had() -> None:
    after = changed(Policy(scope=(OLD, BAK, LARGE)), Wishes(drop_rules=(1, 3)))

    assert after.scope == (BAK,)


def test_all_rules_can_be_dropped_and_others_given_in_one_go() -> None:
    after = changed(Policy(scope=(OLD, BAK)), Wishes(clear_rules=True, rules=(LARGE,)))

    assert after.scope == (LARGE,)


def test_a_rule_that_is_not_there_is_not_dropped() -> None:
    with pytest.raises(NoSuchRule, match="no rule 2; it has 1"):
        changed(Policy(scope=(OLD,)), Wishes(drop_rules=(2,)))


def test_a_folders_direction_is_given_and_taken_away() -> None:
    both = changed(Policy(), Wishes(directions={"b": Direction.TO_RIGHT, "a": Direction.PAUSED}))
    after = changed(both, Wishes(directions={"b": None}))

    assert after.directions == {"a": Direction.PAUSED}


def test_no_wish_at_all_is_a_mistake(stage: Stage) -> None:
    with pytest.raises(NothingWanted):
        wishes.change(stage.ends.scope, stage.ends.link.name, Wishes())


def test_a_change_is_kept_and_everything_is_thought_through_again(stage: Stage) -> None:
    link = stage.ends.link

    wishes.change(stage.ends.scope, link.name, Wishes(rules=(OLD,), winner=Winner.LEFT))

    kept = stage.ends.scope.links.get(link.name)
    assert wishes.policy(kept).scope == (OLD,)
    assert wishes.policy(kept).winner is Winner.LEFT
    assert leases_are_free(link.id)


def test_a_tool_is_switched_off_and_an_unknown_one_is_refused(stage: Stage) -> None:
    scope, name = stage.ends.scope, stage.ends.link.name

    off = wishes.change(scope, name, Wishes(tools={"documents": False}))

    assert [bound.enabled for bound in off.bounds] == [False]
    with pytest.raises(UnknownName, match="documents"):
        wishes.change(scope, name, Wishes(tools={"drawings": False}))


def test_a_link_that_is_being_run_is_not_changed(stage: Stage) -> None:
    link = stage.ends.link
    leases.acquire(link, "a run", now=datetime.now(UTC), ttl=timedelta(minutes=5))

    with pytest.raises(LinkBusy):
        wishes.change(stage.ends.scope, link.name, Wishes(deletions_per_day=1))


def leases_are_free(link: int) -> bool:
    """Tell whether nobody holds the link."""
    return not models.Lease.objects.filter(link_id=link).exclude(owner="").exists()
