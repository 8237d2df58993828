"""Names and errors that not every database can hold are kept alike on all, and fail nothing."""

import asyncio
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from store.building import NOW, House, a_file, a_pair, held, states, tell

from turnbuckle.model.items import Name
from turnbuckle.model.side import Side
from turnbuckle.store import deliveries, hooks, journal, models, runs, set_aside
from turnbuckle.store.hooks import State
from turnbuckle.store.journal import Outcome
from turnbuckle.store.names import NameTaken
from turnbuckle.store.records import Entry
from turnbuckle.store.storable import storable, storable_json, storable_row

ODD = "a\0b\ud800c\udcff.pdf"
KEPT = "a\ufffdb\ufffdc\ufffd.pdf"


@pytest.mark.parametrize("text", ["", "plain.pdf", "Übersicht 🏗.pdf", "\ufffd\x01\x7f"])
def test_what_every_database_holds_stays_as_it_is(text: str) -> None:
    row = (7, text, None, True)

    assert storable(text) == text
    assert storable_row(row) is row


def test_what_one_of_them_cannot_hold_is_replaced_wherever_it_stands() -> None:
    assert storable(ODD) == KEPT
    assert storable_row((ODD, 7, None)) == (KEPT, 7, None)
    assert storable_json({ODD: [ODD, {"n": 1.5}], "t": (True,)}) == {
        KEPT: [KEPT, {"n": 1.5}],
        "t": [True],
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("items", [1, 300], ids=["few rows", "by copy"])
def test_an_odd_name_does_not_fail_its_page_set(house: House, items: int) -> None:
    told = [a_file(number, name=f"{number} {ODD}", author=ODD) for number in range(items)]

    tell(house.left, *told)
    again = tell(house.left, *told)

    assert len(states(house.left)) == items
    assert held(house.left, "file:0").name == f"0 {KEPT}"
    assert again.changed == 0


def test_an_odd_name_passes_through_journal_and_reports(house: House) -> None:
    run = house.run()
    left, right = a_file(1, name=ODD), a_file(2, name=ODD)
    entry = Entry(side=Side.LEFT, what="created", path=ODD, detail=ODD)

    intent = journal.intend(house.link, run, 1, {"name": ODD, ODD: [ODD]}, now=NOW)
    (waits,) = journal.open_intents(house.link)
    outcome = Outcome(
        intent=intent,
        seen=[(Side.LEFT, left), (Side.RIGHT, right)],
        pairs=[a_pair(left, right)],
        activity=[entry],
    )
    journal.settle(house.link, run, [outcome], marks=None, now=NOW)
    set_aside.put(house.link, Side.LEFT, left.id, path=ODD, reason=ODD, now=NOW)
    runs.finish(run, "stopped", {"stopped": ODD}, now=NOW)

    assert waits.step == {"name": KEPT, KEPT: [KEPT]}
    assert models.PairRow.objects.get().left_name == KEPT
    assert models.Activity.objects.get().path == KEPT
    assert set_aside.every(house.link)[0].reason == KEPT
    assert runs.last(house.link, 1)[0].report == {"stopped": KEPT}


def test_odd_arguments_of_people_and_remotes_are_kept_and_found_again(house: House) -> None:
    hooks.sow(NOW, systems=["procore"], kinds=["practice"])
    (claimed,) = hooks.claim(NOW, 1, base="https://sync.example.com")
    hooks.failed(claimed, State.BROKEN, ODD, next_at=NOW + timedelta(hours=1))
    word = deliveries.Word(hook=claimed.hook.id, mark=ODD, what=ODD)
    made = house.bind(ODD, house.left, house.right)
    house.scope.integrations.pause(house.scope.connections.get("site"), ODD)

    assert [deliveries.take([word], now=NOW) for _ in range(2)] == [1, 0]
    assert house.scope.links.get(ODD) == house.scope.links.get(KEPT)
    assert house.scope.links.get(ODD).id == made.id
    with pytest.raises(NameTaken):
        house.bind(ODD, house.left, house.right)
    assert house.scope.integrations.of(made).paused == KEPT
    assert models.Hook.objects.get(id=claimed.hook.id).trouble == KEPT


@pytest.mark.django_db(transaction=True)
async def test_a_run_brings_a_file_of_an_odd_name_across_and_then_rests() -> None:
    stage = await asyncio.to_thread(Stage)
    item = stage.left.put("D/plan.pdf", b"ink")
    stage.left.put("D/other.pdf", b"paper")
    node = stage.remotes[Side.LEFT].shelf.get(item)
    assert node is not None
    node.name = Name("pl\0an.pdf")

    await stage.settle()
    again = await stage.run(complete=True)

    assert sorted(stage.right.snapshot("D")) == ["other.pdf", "pl\ufffdan.pdf"]
    assert (again.writes, again.stopped) == (0, "")
