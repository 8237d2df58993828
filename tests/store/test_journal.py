from collections.abc import Iterator

import pytest
from store.building import (
    NOW,
    TTL,
    House,
    a_file,
    a_folder,
    a_pair,
    dirty,
    forget_dirty,
    held,
    states,
    tell,
)

from turnbuckle.model.items import ItemId, Version
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store import history, journal, leases, models, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Entry, Link, Run
from turnbuckle.store.rows import PAIR_COLUMNS, pair_of

LEFT, RIGHT = a_file(1, "A-101.pdf"), a_file("x", "A-101.pdf", parent=ItemId("root"))
STEP = {"what": "create_file", "name": "A-101.pdf"}


@pytest.fixture
def run(house: House) -> Run:
    return house.run()


@pytest.fixture(autouse=True)
def _nothing_is_left_half_written(db: None) -> Iterator[None]:
    yield
    assert models.Batch.objects.count() == 0


def base(link: Link) -> set[Pair]:
    rows = models.PairRow.objects.filter(link_id=link.id).values_list(*PAIR_COLUMNS)
    return {pair_of(row) for row in rows}


def settle(house: House, run: Run, *outcomes: Outcome) -> None:
    journal.settle(house.link, run, outcomes, marks=trees.marks(house.link), now=NOW)


def test_an_intent_is_open_until_its_outcome_is_known(house: House, run: Run) -> None:
    intent = journal.intend(house.link, run, 4, STEP, now=NOW)

    (found,) = journal.open_intents(house.link)

    assert (found.id, found.run, found.number, found.step) == (intent, run.id, 4, STEP)


def test_open_intents_come_oldest_first(house: House, run: Run) -> None:
    made = [journal.intend(house.link, run, number, STEP, now=NOW) for number in (9, 3, 5)]

    assert [each.id for each in journal.open_intents(house.link)] == made


def test_an_outcome_is_committed_with_all_that_belongs_to_it(house: House, run: Run) -> None:
    tell(house.left, LEFT)
    intent = journal.intend(house.link, run, 1, STEP, now=NOW)

    settle(
        house,
        run,
        Outcome(
            intent=intent,
            seen=[(Side.RIGHT, RIGHT)],
            pairs=[a_pair(LEFT, RIGHT)],
            clean=[(Side.LEFT, LEFT.id)],
            activity=[Entry(side=Side.RIGHT, what="created", path="A-101.pdf")],
        ),
    )

    assert journal.open_intents(house.link) == []
    assert held(house.right, RIGHT.id) == RIGHT
    assert base(house.link) == {a_pair(LEFT, RIGHT)}
    assert dirty(house.link) == set()
    assert [line.path for line in history.lines(house.link, 10)] == ["A-101.pdf"]


def test_our_own_write_is_no_change_when_its_feed_tells_it(house: House, run: Run) -> None:
    settle(house, run, Outcome(seen=[(Side.RIGHT, RIGHT)]))

    applied = tell(house.right, RIGHT)

    assert applied.changed == 0
    assert dirty(house.link) == set()


def test_our_own_write_is_a_change_for_another_link_of_the_same_feed(
    house: House, run: Run
) -> None:
    other = house.bind("annex", house.left, house.right)

    settle(house, run, Outcome(seen=[(Side.RIGHT, RIGHT)], gone=[(Side.LEFT, LEFT.id)]))

    assert dirty(house.link) == set()
    assert dirty(other) == {("right", RIGHT.id), ("left", LEFT.id)}


def test_a_deletion_of_ours_leaves_neither_item_nor_pair(house: House, run: Run) -> None:
    tell(house.left, LEFT)
    tell(house.right, RIGHT)
    settle(house, run, Outcome(pairs=[a_pair(LEFT, RIGHT)]))

    settle(
        house,
        run,
        Outcome(gone=[(Side.LEFT, LEFT.id), (Side.RIGHT, RIGHT.id)], forget=[a_pair(LEFT, RIGHT)]),
    )

    assert base(house.link) == set()
    assert states(house.left) == {LEFT.id: "gone"}
    assert states(house.right) == {RIGHT.id: "gone"}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one call", "one after the other"])
@pytest.mark.parametrize(
    "newer",
    [
        a_pair(LEFT, a_file("y")),
        a_pair(a_file(2), RIGHT),
        a_pair(LEFT, a_file("x", "renamed.pdf")),
    ],
    ids=["other right", "other left", "same ids"],
)
def test_a_pair_replaces_those_with_one_of_its_ids(
    house: House, run: Run, newer: Pair, at_once: bool
) -> None:
    outcomes = [Outcome(pairs=[a_pair(LEFT, RIGHT)]), Outcome(pairs=[newer])]

    for some in [outcomes] if at_once else [[each] for each in outcomes]:
        settle(house, run, *some)

    assert base(house.link) == {newer}


def test_two_pairs_can_exchange_their_halves_in_one_outcome(house: House, run: Run) -> None:
    one, other = a_pair(a_file(1), a_file("x")), a_pair(a_file(2), a_file("y"))
    settle(house, run, Outcome(pairs=[one, other]))
    crossed = [a_pair(a_file(1), a_file("y")), a_pair(a_file(2), a_file("x"))]

    settle(house, run, Outcome(pairs=crossed))

    assert base(house.link) == set(crossed)


def test_a_pair_that_a_later_outcome_forgets_is_not_there_afterwards(
    house: House, run: Run
) -> None:
    settle(
        house,
        run,
        Outcome(pairs=[a_pair(LEFT, RIGHT)]),
        Outcome(forget=[a_pair(LEFT, RIGHT)]),
    )

    assert base(house.link) == set()


def test_a_pair_that_is_forgotten_and_made_again_is_there(house: House, run: Run) -> None:
    settle(house, run, Outcome(pairs=[a_pair(LEFT, RIGHT)]))

    settle(house, run, Outcome(forget=[a_pair(LEFT, RIGHT)], pairs=[a_pair(LEFT, RIGHT)]))

    assert base(house.link) == {a_pair(LEFT, RIGHT)}


def test_a_chain_of_replacements_leaves_only_the_last_pair(house: House, run: Run) -> None:
    settle(house, run, Outcome(pairs=[a_pair(a_file(1), a_file("x"))]))

    settle(
        house,
        run,
        Outcome(pairs=[a_pair(a_file(2), a_file("y"))]),
        Outcome(pairs=[a_pair(a_file(1), a_file("y"))]),
        Outcome(pairs=[a_pair(a_file(3), a_file("y"))]),
    )

    assert {(pair.left.id, pair.right.id) for pair in base(house.link)} == {("file:3", "file:y")}


def test_links_do_not_share_their_pairs(house: House, run: Run) -> None:
    other = house.bind("annex", house.left, house.right)
    its_run = _run_of(other)

    settle(house, run, Outcome(pairs=[a_pair(LEFT, RIGHT)]))
    journal.settle(other, its_run, [Outcome(pairs=[a_pair(LEFT, a_file(9))])], marks=None, now=NOW)

    assert base(house.link) == {a_pair(LEFT, RIGHT)}
    assert base(other) == {a_pair(LEFT, a_file(9))}


def test_what_a_feed_told_after_the_plan_outlives_the_plans_outcome(house: House, run: Run) -> None:
    tell(house.left, LEFT)
    planned = trees.marks(house.link)
    tell(house.left, a_file(1, "A-101.pdf", version=Version("v2")))

    journal.settle(
        house.link,
        run,
        [Outcome(seen=[(Side.LEFT, LEFT)], clean=[(Side.LEFT, LEFT.id)])],
        marks=planned,
        now=NOW,
    )

    assert held(house.left, LEFT.id).version == "v2"
    assert dirty(house.link) == {("left", LEFT.id)}


def test_a_refused_write_is_kept_with_its_error(house: House, run: Run) -> None:
    intent = journal.intend(house.link, run, 1, STEP, now=NOW)

    journal.fail(run, intent, "the name is taken", now=NOW)

    assert journal.open_intents(house.link) == []
    assert models.Intent.objects.get(id=intent).error == "the name is taken"


def test_a_write_that_was_never_made_is_voided(house: House, run: Run) -> None:
    intent = journal.intend(house.link, run, 1, STEP, now=NOW)

    journal.void(run, intent, now=NOW)

    assert journal.open_intents(house.link) == []


def test_a_step_is_not_ended_twice_and_nothing_of_the_second_end_is_kept(
    house: House, run: Run
) -> None:
    intent = journal.intend(house.link, run, 1, STEP, now=NOW)
    journal.fail(run, intent, "no", now=NOW)

    with pytest.raises(journal.NotOpen):
        settle(house, run, Outcome(intent=intent, pairs=[a_pair(LEFT, RIGHT)]))

    assert base(house.link) == set()


def test_a_run_that_lost_its_link_writes_nothing_any_more(house: House, run: Run) -> None:
    intent = journal.intend(house.link, run, 1, STEP, now=NOW)
    leases.acquire(house.link, "somebody else", now=NOW + 2 * TTL, ttl=TTL)

    with pytest.raises(leases.LeaseLost):
        settle(house, run, Outcome(intent=intent, pairs=[a_pair(LEFT, RIGHT)]))
    with pytest.raises(leases.LeaseLost):
        journal.intend(house.link, run, 2, STEP, now=NOW)

    assert base(house.link) == set()
    assert [each.id for each in journal.open_intents(house.link)] == [intent]


def test_notices_are_recorded_without_a_step(house: House, run: Run) -> None:
    journal.record(
        house.link,
        run,
        [Entry(side=Side.LEFT, what="notice", path="A-101.pdf", detail="both sides changed it")],
        now=NOW,
    )

    (line,) = history.lines(house.link, 10)
    assert (line.what, line.detail) == ("notice", "both sides changed it")


def test_many_outcomes_are_settled_at_once(house: House, run: Run) -> None:
    outcomes = [
        Outcome(
            seen=[(Side.RIGHT, a_folder(f"r{number}"))],
            pairs=[a_pair(a_folder(f"l{number}"), a_folder(f"r{number}"))],
        )
        for number in range(3_000)
    ]
    forget_dirty()

    settle(house, run, *outcomes)

    assert len(base(house.link)) == 3_000
    assert len(states(house.right)) == 3_000


def _run_of(link: Link) -> Run:
    from turnbuckle.store import runs

    return runs.start(link, leases.acquire(link, "its own", now=NOW, ttl=TTL), now=NOW)


def test_an_item_that_loses_its_pair_to_another_is_thought_about_again(
    house: House, run: Run
) -> None:
    settle(house, run, Outcome(pairs=[a_pair(LEFT, RIGHT)]))
    forget_dirty()

    settle(house, run, Outcome(pairs=[a_pair(a_file("new"), RIGHT)]))

    assert dirty(house.link) == {("left", LEFT.id)}
