"""What a link keeps in step is set and shown on the command line."""

import json
from pathlib import Path

import pytest
from cli.conftest import Site
from typer.exceptions import TyperException

from turnbuckle.cli.app import app
from turnbuckle.cli.told import told


async def test_settings_are_set_shown_and_told_to_programs(linked: Site) -> None:
    done = await linked.cli(
        *("link", "set", "tower", "--winner", "teams", "--deletions-per-day", "100"),
        *("--deletion-mode", "up-to-limit", "--exclude", "Drawings/Old", "--include", "Drawings"),
        *("--exclude-names", "*.bak", "--larger-than", "1.5 GB", "--in", "Models"),
        *("--direction", "Submittals=to-teams", "--prefer", "teams"),
    )
    shown = await linked.cli("link", "show")
    data = await linked.cli("link", "show", "tower", "--json")

    assert done.code == 0, done.err
    assert shown.out in done.out
    assert "the one in teams keeps the name" in shown.out
    assert "deletions: 100 files in any 24 hours; what is beyond that is held" in shown.out
    assert "rule 1: exclude everything in Drawings/Old\n" in shown.out
    assert "rule 2: exclude files named *.bak in Models\n" in shown.out
    assert "rule 3: exclude files larger than 1.5 GB in Models\n" in shown.out
    assert "rule 4: include everything in Drawings\n" in shown.out
    assert "direction of Submittals: from Procore to Teams only" in shown.out
    policy = json.loads(data.out)["policy"]
    assert policy["winner"] == "right"
    assert policy["directions"] == {"Submittals": "to_right"}
    assert [rule["include"] for rule in policy["scope"]] == [False, False, False, True]


async def test_rules_are_dropped_again(linked: Site) -> None:
    await linked.cli("link", "set", "tower", "--exclude", "A", "--exclude", "B")

    done = await linked.cli("link", "set", "tower", "--drop-rule", "1")

    assert "rule 1: exclude everything in B\n" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--winner", "mars"), ("--winner", "newest", "mars")),
        (("--larger-than", "huge"), ("--larger-than", "500MB", "huge")),
        (("--older-than", "a year"), ("--older-than", "365d")),
        (("--direction", "Submittals"), ("--direction", "to-teams")),
        (("--direction", "Submittals=up"), ("--direction", "up")),
        (("--exclude", "/"), ("--exclude", "folder")),
        (("--in", "Models"), ("--in", "--exclude")),
    ],
    ids=" ".join,
)
def test_what_cannot_be_understood_is_said_in_one_line(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(TyperException) as raised:
        app(["link", "set", "tower", *arguments], standalone_mode=False)

    line, code = told(raised.value, tmp_path)
    assert [word for word in words if word not in line] == []
    assert (code, line.count("\n")) == (2, 0)


async def test_a_rule_or_a_tool_that_the_link_does_not_have(linked: Site) -> None:
    rule = await linked.cli("link", "set", "tower", "--drop-rule", "3")
    tool = await linked.cli("link", "set", "tower", "--tool", "drawings=off")

    assert rule.is_one_clear_line("no rule 3", "link show")
    assert tool.is_one_clear_line("drawings", "documents")
    assert (rule.code, tool.code) == (2, 1)
