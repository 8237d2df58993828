"""A plan is data that people and machines can read."""

from dataclasses import replace

import pytest

from turnbuckle.model.items import Item, ItemId, Kind, Name
from turnbuckle.model.pairs import agreed
from turnbuckle.model.plans import (
    WORDS,
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Known,
    Move,
    Numbering,
    Plan,
    Reason,
    Replace,
    Step,
)
from turnbuckle.model.side import Side

FILE = Item(id=ItemId("f"), parent=ItemId("root"), name=Name("a.pdf"), kind=Kind.FILE)
FOLDER = replace(FILE, id=ItemId("d"), name=Name("Set"), kind=Kind.FOLDER)
PAIR = agreed(None, FILE, FILE, place=True, content=True)
ROOT = Known(ItemId("root"))

WRITES: list[Step] = [
    CreateFolder(side=Side.RIGHT, parent=ROOT, name=Name("Set"), source=FOLDER, path="Set"),
    CreateFile(
        side=Side.RIGHT, parent=ROOT, name=Name("a.pdf"), source_side=Side.LEFT, source=FILE,
        twin=None, path="a.pdf",
    ),
    Replace(side=Side.RIGHT, item=FILE, source=FILE, path="a.pdf"),
    Move(
        side=Side.RIGHT, item=FILE, parent=ROOT, name=Name("b"), twin=None, settles=False, path="b"
    ),
    Delete(side=Side.RIGHT, item=FILE, pairs=(PAIR,), path="a.pdf"),
]  # fmt: skip
OTHERS: list[Step] = [
    Compare(side=Side.LEFT, item=FILE, path="a.pdf"),
    Agree(left=FILE, right=FILE, was=None, place=True, content=True, path="a.pdf"),
    Forget(pair=PAIR, path="a.pdf"),
]


def test_only_steps_that_change_a_remote_are_writes() -> None:
    assert Plan(steps=(*WRITES, *OTHERS)).writes == tuple(WRITES)


def test_two_plans_that_do_the_same_are_equal_whatever_is_at_rest() -> None:
    steps = tuple(WRITES)

    assert Plan(steps=steps, at_rest=frozenset({(Side.LEFT, FILE.id)})) == Plan(steps=steps)
    assert Plan(steps=steps[1:]) != Plan(steps=steps)


def test_steps_are_numbered_from_zero_as_they_come() -> None:
    numbering = Numbering()

    assert [numbering.add(step) for step in WRITES] == [0, 1, 2, 3, 4]
    assert numbering.steps == WRITES


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_for_people(reason: Reason) -> None:
    assert len(WORDS[reason].split()) > 4
