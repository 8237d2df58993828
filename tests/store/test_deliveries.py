"""Word of a change is recorded once, and nudges those links that read the feed, by its side."""

from datetime import timedelta

import pytest
from store.building import NOW, House
from store.test_hooks import BASE, BOTH, working

from turnbuckle.model.side import Side
from turnbuckle.store import deliveries, hooks, models, timings
from turnbuckle.store.deliveries import KEPT, MOST_KEPT, Word
from turnbuckle.store.records import Link


def nudges(link: Link) -> tuple[int, set[Side]]:
    """How often a link was nudged, and on which sides something is said to have changed."""
    timing = timings.of(link)
    return timing.nudges, {side for side in Side if timing.told_at(side) is not None}


@pytest.fixture
def numbers(house: House) -> dict[str, int]:
    """The hooks by the feeds that they are for."""
    hooks.sow(NOW, **BOTH)
    claimed = hooks.claim(NOW, 10, base=BASE)
    for each in claimed:
        working(each)
    return {each.hook.feed: each.hook.id for each in claimed}


def word(hook: int, mark: str = "m1", **other: object) -> Word:
    return Word(hook=hook, mark=mark, what="Project Files update", **other)  # type: ignore[arg-type]


def test_links_that_read_the_feed_are_nudged_by_its_side(
    house: House, numbers: dict[str, int]
) -> None:
    elsewhere = house.scope.feeds.of(house.scope.connections.get("team"), "drive b!2")
    other = house.bind("annex", house.left, elsewhere)

    deliveries.take([word(numbers["project 7"])], now=NOW)
    first = (nudges(house.link), nudges(other))
    deliveries.take([word(numbers["drive b!1"])], now=NOW)

    assert first == ((1, {Side.LEFT}), (1, {Side.LEFT}))
    assert nudges(house.link) == (2, {Side.LEFT, Side.RIGHT})
    assert nudges(other) == (1, {Side.LEFT})


def test_many_words_at_once_are_one_nudge_for_a_side(house: House, numbers: dict[str, int]) -> None:
    words = [word(numbers["project 7"], f"m{number}") for number in range(100)]

    assert deliveries.take(words, now=NOW) == 100
    assert nudges(house.link) == (1, {Side.LEFT})


def test_the_same_word_twice_is_recorded_and_told_once(
    house: House, numbers: dict[str, int]
) -> None:
    one = word(numbers["project 7"])

    assert deliveries.take([one, one], now=NOW) == 1
    assert deliveries.take([one], now=NOW + timedelta(hours=1)) == 0
    assert nudges(house.link) == (1, {Side.LEFT})
    assert models.Delivery.objects.get().what == "Project Files update"


def test_equal_marks_of_two_hooks_are_two_words(numbers: dict[str, int]) -> None:
    both = [word(number) for number in numbers.values()]

    assert deliveries.take(both, now=NOW) == 2


def test_a_hook_that_is_no_more_is_passed_over(numbers: dict[str, int]) -> None:
    gone = max(numbers.values()) + 1

    assert deliveries.take([word(gone), word(numbers["project 7"])], now=NOW) == 1
    assert models.Delivery.objects.count() == 1


def test_when_a_remote_told_last_is_noted(numbers: dict[str, int]) -> None:
    deliveries.take([word(numbers["project 7"])], now=NOW)

    told = dict(models.Hook.objects.values_list("feed_address", "told_at"))
    assert told == {"project 7": NOW, "drive b!1": None}


@pytest.mark.parametrize("asked", ["renew", "anew"])
def test_what_a_remote_asks_for_makes_its_hook_due_and_nudges_nobody(
    house: House, numbers: dict[str, int], asked: str
) -> None:
    deliveries.take([word(numbers["drive b!1"], changed=False, asked=asked)], now=NOW)

    (due,) = hooks.claim(NOW, 10, base=BASE)
    assert (due.hook.feed, due.hook.asked) == ("drive b!1", asked)
    assert nudges(house.link) == (0, set())


def test_a_door_tells_what_posts_have_to_show(house: House, numbers: dict[str, int]) -> None:
    number = numbers["project 7"]

    (door,) = deliveries.doors([number, 10_000]).values()

    assert (door.hook, door.system) == (number, "procore")
    assert door.key == house.scope.integrations.of(house.link).key
    assert door.proof == models.Hook.objects.get(id=number).proof


def test_doors_are_found_by_one_query(
    numbers: dict[str, int], django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        deliveries.doors(numbers.values())


def test_old_deliveries_are_forgotten_and_of_each_hook_the_newest_stay(
    numbers: dict[str, int],
) -> None:
    project, drive = numbers.values()
    many = [word(project, f"m{number}") for number in range(MOST_KEPT + 20)]
    deliveries.take(many, now=NOW)
    deliveries.take([word(drive, "old")], now=NOW - KEPT - timedelta(seconds=1))
    deliveries.take([word(drive, "new")], now=NOW)
    before = models.Delivery.objects.count()

    pruned = deliveries.prune(NOW)

    assert models.Delivery.objects.filter(hook_id=project).count() == MOST_KEPT
    assert models.Delivery.objects.get(hook_id=drive).mark == "new"
    assert models.Delivery.objects.count() == before - pruned
