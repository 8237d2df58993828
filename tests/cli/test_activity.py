"""What happened can be read on the command line."""

import json
from pathlib import Path

import pytest
from cli.conftest import Site
from cli.test_commands import in_a_folder_of_its_own
from typer.exceptions import TyperException

from turnbuckle.cli.app import app
from turnbuckle.cli.told import told


async def test_what_happened_is_told_searched_and_given_to_programs(connected: Site) -> None:
    linked = await in_a_folder_of_its_own(connected, "Activity")
    nothing = await linked.cli("activity")
    await linked.cli("run", "tower")

    everything = await linked.cli("activity", "tower")
    plans = await linked.cli("activity", "--path", "plans/*.TXT", "--side", "teams")
    later = await linked.cli("activity", "--since", "2999-01-01")
    data = await linked.cli("activity", "--limit", "1", "--json")

    assert "Nothing of that kind" in nothing.out
    assert "Teams    created folder  Plans\n" in everything.out
    assert len(everything.out.splitlines()) == 4
    assert sorted(line.partition(" (by ")[0][30:].strip() for line in plans.out.splitlines()) == [
        "created         Plans/A-101.txt",
        "created         Plans/Doors- all-.txt",
    ]
    assert "Nothing of that kind" in later.out
    assert [line["what"] for line in json.loads(data.out)] == ["created"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "last week"), ("--since", "2026-11-23", "7d")),
        (("--side", "left"), ("--side", "procore", "teams")),
    ],
)
def test_a_date_or_a_side_that_cannot_be_understood(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(TyperException) as raised:
        app(["activity", *arguments], standalone_mode=False)

    line, code = told(raised.value, tmp_path)
    assert [word for word in words if word not in line] == []
    assert code == 2
