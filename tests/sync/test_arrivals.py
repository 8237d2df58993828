"""The time from a change to its arrival is told where it is known, and never guessed."""

from datetime import datetime, timedelta

import pytest
from store.building import NOW, a_file, a_folder

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.model.items import ItemId, Name
from turnbuckle.model.side import Side
from turnbuckle.sync.arrivals import Arrivals
from turnbuckle.sync.writes import MakeFolder, ReplaceContent, Write


def an_edit(modified: datetime | None) -> Write:
    source = a_file(1, modified=modified)
    return ReplaceContent(side=Side.RIGHT, item=a_file(2), source=source, path="a.pdf")


def a_new_folder() -> Write:
    return MakeFolder(
        side=Side.RIGHT, parent=ItemId("top"), name=Name("Plans"), source=a_folder(1),
        path="Plans", supersedes=None,
    )  # fmt: skip


def timed(write: Write, *, last_run: datetime | None, told_at: datetime | None) -> list[float]:
    taken: list[float] = []
    clock = StepClock(start=NOW)
    Arrivals(clock, last_run=last_run, told_at=told_at, take=taken.append).wrote(write)
    return [round(each) for each in taken]


LATELY = NOW - timedelta(minutes=5)
TOLD = NOW - timedelta(seconds=4)


@pytest.mark.parametrize(
    ("write", "last_run", "told_at", "seconds"),
    [
        (an_edit(NOW - timedelta(seconds=70)), LATELY, None, [70]),
        (an_edit(NOW - timedelta(seconds=70)), LATELY, TOLD, [70]),
        (an_edit(None), LATELY, TOLD, [4]),
        (a_new_folder(), LATELY, TOLD, [4]),
        (a_new_folder(), LATELY, None, []),
        (an_edit(NOW + timedelta(seconds=30)), LATELY, None, [0]),
        (an_edit(NOW + timedelta(days=1)), LATELY, None, []),
        (an_edit(NOW - timedelta(days=400)), LATELY, TOLD, []),
        (an_edit(NOW - timedelta(seconds=70)), None, TOLD, []),
    ],
    ids=[
        "of a file its remote's word",
        "also where a webhook told later",
        "without a time the webhook's",
        "of a folder the webhook's",
        "of a folder that nobody told of nothing",
        "of clocks that lie apart no less than nothing",
        "of a time to come nothing",
        "of a file copied with its old time nothing",
        "of a first run nothing",
    ],
)
def test_what_is_timed_is(
    write: Write, last_run: datetime | None, told_at: datetime | None, seconds: list[float]
) -> None:
    assert timed(write, last_run=last_run, told_at=told_at) == seconds
