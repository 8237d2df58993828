"""How far a run is, and how long it takes still."""

from turnbuckle.cli.expecting import expected
from turnbuckle.cli.progress import Reckoning
from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.plans import CreateFile, CreateFolder, Delete, Known, Plan
from turnbuckle.model.side import Side
from turnbuckle.sync.writes import MakeFile


def item(number: int, size: int = 1000) -> Item:
    return Item(
        id=ItemId(f"{number}"), parent=None, name=Name(f"{number}"), kind=Kind.FILE, size=size
    )


def sending(count: int, side: Side, size: int = 1000) -> Plan:
    return Plan(
        steps=tuple(
            CreateFile(
                side=side,
                parent=Known(ItemId("top")),
                name=Name(f"{number}"),
                source_side=side.other,
                source=item(number, size),
                twin=None,
                path=f"{number}",
            )
            for number in range(count)
        )
    )


def made(number: int) -> MakeFile:
    return MakeFile(
        side=Side.RIGHT,
        parent=ItemId("top"),
        name=Name(f"{number}"),
        source_side=Side.LEFT,
        source=item(number),
        twin=None,
        path=f"{number}",
    )


def test_a_second_plan_comes_on_top_of_what_is_done() -> None:
    reckoning = Reckoning(started=0)
    reckoning.plan(sending(10, Side.RIGHT))
    for number in range(4):
        reckoning.sent(1000, now=1)
        reckoning.wrote(made(number))

    reckoning.plan(sending(6, Side.RIGHT))

    assert (reckoning.files, reckoning.files_in_all) == (4, 10)
    assert (reckoning.bytes, reckoning.bytes_in_all) == (4000, 10_000)


def test_nothing_is_foretold_from_too_little() -> None:
    reckoning = Reckoning(started=0)
    reckoning.plan(sending(10, Side.RIGHT))

    assert reckoning.seconds_left(now=10) is None


def test_small_files_take_as_long_as_their_calls() -> None:
    reckoning = Reckoning(started=0)
    reckoning.plan(sending(100, Side.RIGHT))
    for number in range(50):
        reckoning.wrote(made(number))

    assert reckoning.seconds_left(now=10) == 10


def test_a_large_file_takes_as_long_as_its_bytes() -> None:
    reckoning = Reckoning(started=0)
    reckoning.plan(sending(10, Side.RIGHT, size=100_000_000))
    for number in range(5):
        for second in range(10):
            reckoning.sent(10_000_000, now=number * 10 + second + 1.0)
        reckoning.wrote(made(number))

    left = reckoning.seconds_left(now=50)

    assert left is not None
    assert 49 <= left <= 51


def test_a_plan_within_the_first_windows_is_not_held_up() -> None:
    assert expected(sending(625, Side.RIGHT)).total_seconds() == 0
    assert expected(sending(12, Side.LEFT)).total_seconds() == 0
    assert expected(Plan()).total_seconds() == 0


def test_a_thousand_uploads_to_procore_take_thirteen_minutes() -> None:
    assert 780 <= expected(sending(1000, Side.LEFT)).total_seconds() <= 800


def test_more_than_an_hours_calls_wait_for_the_next_hour() -> None:
    assert expected(sending(2000, Side.LEFT)).total_seconds() >= 3600


def test_two_units_a_write_of_1250_a_minute() -> None:
    assert expected(sending(10_000, Side.RIGHT)).total_seconds() == 15 * 60


def test_folders_and_deletions_cost_one_call_of_procores() -> None:
    steps = tuple(
        Delete(side=Side.LEFT, item=item(number), pairs=(), path=f"{number}")
        for number in range(25)
    )
    folder = CreateFolder(
        side=Side.LEFT,
        parent=Known(ItemId("top")),
        name=Name("a"),
        source=item(1),
        path="a",
    )

    assert expected(Plan(steps=steps)).total_seconds() == 0
    assert expected(Plan(steps=(*steps, folder))).total_seconds() == 10
