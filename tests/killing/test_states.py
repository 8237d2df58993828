"""A state is the same only where the next process begins from the same in all that matters."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from killing.states import DATABASE, state_of
from scenarios.stage import TRAITS

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.side import Side

type Remotes = dict[Side, MemoryRemote]


def remotes() -> Remotes:
    clock = StepClock()
    return {side: MemoryRemote(TRAITS[side], clock, prefix=f"{side[0]}-") for side in Side}


def folder(place: Path) -> Path:
    place.mkdir()
    (place / "key").write_text("secret")
    tell(place, "CREATE TABLE store_lease (owner, process, fence)")
    tell(place, "INSERT INTO store_lease VALUES ('us', 'vm 1', 7)")
    return place


def tell(place: Path, sql: str) -> None:
    opened = sqlite3.connect(place / DATABASE)
    opened.execute(sql)
    opened.commit()
    opened.close()


def changed_row(place: Path, _: Remotes) -> None:
    tell(place, "UPDATE store_lease SET fence = 8")


def changed_file(place: Path, _: Remotes) -> None:
    (place / "key").write_text("another")


def changed_remote(_: Path, both: Remotes) -> None:
    People(both[Side.LEFT]).mkdir("D")


def test_another_process_that_left_the_same_left_the_same_state(tmp_path: Path) -> None:
    one = folder(tmp_path / "one")
    other = folder(tmp_path / "other")
    tell(other, "UPDATE store_lease SET owner = 'them', process = 'vm 2'")

    assert state_of(one, remotes()) == state_of(other, remotes())


@pytest.mark.parametrize("change", [changed_row, changed_file, changed_remote])
def test_whatever_else_differs_makes_another_state(
    tmp_path: Path, change: Callable[[Path, Remotes], None]
) -> None:
    place, both = folder(tmp_path / "one"), remotes()
    before = state_of(place, both)

    change(place, both)

    assert state_of(place, both) != before


def test_looking_at_a_state_leaves_it_alone(tmp_path: Path) -> None:
    place = folder(tmp_path / "one")
    before = shutil.copytree(place, tmp_path / "before")

    state_of(place, remotes())

    assert {path.name: path.read_bytes() for path in place.iterdir()} == {
        path.name: path.read_bytes() for path in before.iterdir()
    }
