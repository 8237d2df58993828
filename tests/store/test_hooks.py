"""A hook is known from before it is made until its remote forgot it; one at a time tends it."""

from datetime import timedelta

import pytest
from store.building import NOW, House

from turnbuckle.store import hooks, models
from turnbuckle.store.hooks import CLAIM, Claimed, State

BASE = "https://sync.example.com"
BOTH = {"systems": ("procore", "microsoft"), "kinds": ("practice", "live")}
LATER = NOW + timedelta(days=1)


def sown(house: House) -> list[Claimed]:
    """All hooks of a house, taken to be tended."""
    hooks.sow(NOW, **BOTH)
    return hooks.claim(NOW, 10, base=BASE)


def working(claimed: Claimed, remote_id: str = "r1") -> None:
    hooks.begin(claimed)
    hooks.made(claimed, remote_id, expires=None, now=NOW, next_at=LATER)


def test_every_feed_that_a_link_reads_gets_one_row(house: House) -> None:
    house.scope.feeds.of(house.scope.connections.get("site"), "project 8")  # nobody reads it

    first, again = hooks.sow(NOW, **BOTH), hooks.sow(NOW, **BOTH)

    assert (first, again) == (2, 0)
    assert [each.hook.feed for each in hooks.claim(NOW, 10, base=BASE)] == [
        "project 7",
        "drive b!1",
    ]


@pytest.mark.parametrize(
    ("systems", "kinds", "fed"),
    [(("procore",), ("practice",), ["project 7"]), (("procore", "microsoft"), ("live",), [])],
)
def test_only_feeds_that_can_post_to_us_get_one(
    house: House, systems: tuple[str, ...], kinds: tuple[str, ...], fed: list[str]
) -> None:
    hooks.sow(NOW, systems=systems, kinds=kinds)

    assert list(models.Hook.objects.values_list("feed_address", flat=True)) == fed


def test_who_takes_a_hook_has_it_alone_for_a_while(house: House) -> None:
    taken = sown(house)

    assert len(taken) == 2
    assert hooks.claim(NOW, 10, base=BASE) == []
    assert len(hooks.claim(NOW + CLAIM, 10, base=BASE)) == 2


def test_no_more_are_taken_than_asked_for(house: House) -> None:
    hooks.sow(NOW, **BOTH)

    assert len(hooks.claim(NOW, 1, base=BASE)) == 1


def test_word_comes_through_the_first_integration_that_reads_the_feed(house: House) -> None:
    second = house.scope.feeds.of(house.connection("site 2", "procore"), "project 7")
    house.bind("bridge", second, house.right)
    integrations = house.scope.integrations.list()

    taken = {(each.hook.connection, each.hook.feed): each for each in sown(house)}
    drive = taken[house.right.connection, house.right.address]

    assert drive.key == integrations[0].key
    assert drive.keys == {each.key for each in integrations}


def test_of_the_secret_only_a_digest_is_kept(house: House) -> None:
    claimed = sown(house)[0]

    secret = hooks.begin(claimed)

    row = models.Hook.objects.get(id=claimed.hook.id)
    assert len(secret) >= 43
    assert row.proof == hooks.proof_of(secret)
    assert secret not in str(vars(row))


def test_a_hook_that_is_begun_anew_has_another_secret_and_no_known_id(house: House) -> None:
    claimed = sown(house)[0]
    working(claimed)

    first = models.Hook.objects.get(id=claimed.hook.id).proof
    hooks.begin(claimed)

    row = models.Hook.objects.get(id=claimed.hook.id)
    assert row.proof != first
    assert (row.remote_id, row.state) == ("", State.MISSING)


def test_one_that_works_rests_until_its_time(house: House) -> None:
    for claimed in sown(house):
        working(claimed)

    assert hooks.claim(LATER - timedelta(seconds=1), 10, base=BASE) == []
    assert len(hooks.claim(LATER, 10, base=BASE)) == 2


def test_what_went_wrong_is_told_and_counted_until_it_works(house: House) -> None:
    claimed = sown(house)[0]
    hooks.failed(claimed, State.REFUSED, "the account may not", next_at=LATER)
    (again,) = [
        each for each in hooks.claim(LATER, 10, base=BASE) if each.hook.id == claimed.hook.id
    ]

    assert (again.hook.state, again.hook.tries) == (State.REFUSED, 1)
    assert again.hook.trouble == "the account may not"
    working(again)

    now = next(
        each for each in hooks.of(house.scope.connections.get("site")) if each.id == claimed.hook.id
    )
    assert (now.state, now.tries, now.trouble) == (State.WORKING, 0, "")


def test_a_hook_that_nobody_reads_any_more_is_tended_at_once(house: House) -> None:
    for claimed in sown(house):
        working(claimed)
    house.scope.links.remove("tower", now=NOW)

    reaped = hooks.reap(NOW, base=BASE)

    assert reaped == 2
    assert {each.key for each in hooks.claim(NOW, 10, base=BASE)} == {""}


def test_one_that_could_not_be_taken_away_waits_its_time(house: House) -> None:
    claimed = sown(house)[0]
    house.scope.links.remove("tower", now=NOW)
    hooks.failed(claimed, State.BROKEN, "no answer", next_at=LATER)

    hooks.reap(NOW, base=BASE)

    assert claimed.hook.id not in {each.hook.id for each in hooks.claim(NOW, 10, base=BASE)}


@pytest.mark.parametrize("base", ["https://elsewhere.example.com", ""])
def test_with_another_address_of_ours_all_are_tended_once(house: House, base: str) -> None:
    for claimed in sown(house):
        working(claimed)

    first, again = hooks.reap(NOW, base=base), hooks.reap(NOW, base=base)

    assert (first, again) == (2, 0)
    assert len(hooks.claim(NOW, 10, base=base)) == 2


def test_what_its_remote_asks_for_meanwhile_stays_due(house: House) -> None:
    claimed = sown(house)[0]
    models.Hook.objects.filter(id=claimed.hook.id).update(asked="renew", next_at=NOW)

    working(claimed)

    (due,) = hooks.claim(NOW, 10, base=BASE)
    assert (due.hook.id, due.hook.asked) == (claimed.hook.id, "renew")


def test_what_was_asked_for_is_done_with_once_it_works(house: House) -> None:
    hooks.sow(NOW, **BOTH)
    models.Hook.objects.update(asked="anew")
    for claimed in hooks.claim(NOW, 10, base=BASE):
        working(claimed)

    assert set(models.Hook.objects.values_list("asked", flat=True)) == {""}


def test_forgotten_it_comes_again_only_while_somebody_reads(house: House) -> None:
    for claimed in sown(house):
        hooks.forget(claimed)
    again = hooks.sow(NOW, **BOTH)
    for claimed in hooks.claim(NOW, 10, base=BASE):
        hooks.forget(claimed)
    house.scope.links.remove("tower", now=NOW)

    assert again == 2
    assert hooks.sow(NOW, **BOTH) == 0


def test_hooks_go_with_their_connection(house: House) -> None:
    for claimed in sown(house):
        working(claimed)
    house.scope.links.remove("tower", now=NOW)

    house.scope.connections.remove("site")

    left = models.Hook.objects.get()
    assert left.feed_address == "drive b!1"
    assert left.integration is None
    assert left.remote_id == "r1"
