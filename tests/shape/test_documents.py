"""What people read is true: commands are there, links lead somewhere, records are short."""

import itertools
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest
from shape.house import HOUSE
from typer.testing import CliRunner

from turnbuckle.cli.app import app

README = (HOUSE / "README.md").read_text("utf-8")
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").rglob("*.md"))]
RECORDS = sorted((HOUSE / "docs" / "decisions").iterdir())
PICTURES = sorted((HOUSE / "docs" / "pictures").glob("*.svg"))
LONGEST_RECORD_LINES = 20

BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [shlex.split(line, comments=True) for block in BLOCKS for line in block.splitlines()]


def leading_words(line: list[str]) -> tuple[str, ...]:
    """Give the command of a line: what stands before its arguments, which are not lower case."""
    return tuple(itertools.takewhile(lambda word: re.fullmatch("[a-z]+", word), line[1:]))


TARGETS = sorted({line[1] for line in LINES if line[:1] == ["make"]})
COMMANDS = sorted(
    {leading_words(line) for line in LINES if line and line[0].endswith("turnbuckle")}
)


def test_the_readme_shows_the_two_commands_and_how_to_link() -> None:
    assert {"demo", "test"} <= set(TARGETS)
    assert ("link", "add") in COMMANDS


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_of_the_readme_is_there(target: str) -> None:
    rules = re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE)

    assert target in rules


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_of_the_readme_is_there(command: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*command, "--help"])

    assert shown.exit_code == 0, shown.output
    assert " ".join(command) in shown.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8"))
    links += re.findall(r'(?:src|href)="(?!https?:|#)([^"#]+)', page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_decision_record_has_a_number_a_title_and_a_reason_and_is_short(record: Path) -> None:
    text = record.read_text("utf-8")

    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    assert text.startswith(f"# {record.name[:4]}: ")
    assert "**Decision.**" in text
    assert "**Why.**" in text
    assert len(text.splitlines()) <= LONGEST_RECORD_LINES


def test_no_two_decision_records_have_the_same_number() -> None:
    numbers = [record.name[:4] for record in RECORDS]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_says_in_words_what_it_shows(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()

    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert root.find("{http://www.w3.org/2000/svg}desc") is not None
