"""The scripted working day changes both sides, the same way for the same tree."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from practice.mirroring import mirror_at_once

from turnbuckle.practice.comparison import compare
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.working_day import PROCORE, TEAMS, WorkingDay, play_working_day, text_for
from turnbuckle.practice.world import Documents, PracticeWorld, WorldSettings

Played = tuple[WorkingDay, dict[str, int], set[str]]


async def played(documents: Documents = "sample") -> Played:
    """Play a day; give what was told, the balance of files by side, and what differs."""
    settings = WorldSettings(documents=documents, limits="off", large_file_points=1000)
    async with PracticeWorld(settings) as world:
        mirror_at_once(world)
        before = await compare(world.startup)
        assert before.is_equal
        day = await play_working_day(world.startup)
        after = await compare(world.startup)
    balance = {
        PROCORE: after.left_files - before.left_files,
        TEAMS: after.right_files - before.right_files,
    }
    return day, balance, {difference.path for difference in after.differences}


@pytest.fixture(scope="module")
def sample_day() -> Played:
    return asyncio.run(played())


def test_both_sides_do_everything_that_people_do(sample_day: Played) -> None:
    day, _, differences = sample_day

    words = [str(event) for event in day.events]
    for side in (PROCORE, TEAMS):
        mine = [word for word in words if word.startswith(side)]
        for deed in ("renamed", "moved", "deleted", "added", "edited", "out of the bin again"):
            assert any(deed in word for word in mine), (side, deed)
        assert any(f"({count} files)" in word for word in mine for count in range(30, 120))
    assert any("checked out" in word for word in words)
    assert any("gave" in word and "new version" in word for word in words)
    assert day.conflicts == 1
    assert day.edits_against_deletions == 2
    assert len(differences) > 20


async def test_the_day_is_the_same_for_the_same_tree(folder: Path) -> None:
    first, second = await played(folder), await played(folder)

    assert [str(event) for event in first[0].events] == [str(event) for event in second[0].events]
    assert first[1:] == second[1:]


def test_the_told_balance_is_what_both_sides_changed_together(sample_day: Played) -> None:
    day, balance, _ = sample_day

    # An edit wins over the other side's deletion, and a conflict leaves a copy: until the sides
    # are in step again, those deletions count and the copy does not.
    expected = day.files_added - day.conflicts - day.edits_against_deletions
    assert sum(balance.values()) == expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    for number in range(12):
        place = source / f"part {number}" / "inner"
        place.mkdir(parents=True)
        for name in ("a.txt", "b: c.txt", "d.pdf"):
            (place / name).write_text(f"{number} {name}")
    return source


async def test_any_folder_will_do(folder: Path) -> None:
    day, _, differences = await played(folder)

    assert len(day.events) > 20
    assert differences


@pytest.mark.parametrize("files", [0, 1, 3])
async def test_a_tree_with_next_to_nothing_in_it_will_do(tmp_path: Path, files: int) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(files):
        (source / f"{number}.txt").write_text(str(number))

    day, _, _ = await played(source)

    assert len(day.events) >= 4


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    settings = WorldSettings(limits="off", large_file_points=1000)
    async with PracticeWorld(settings) as started:
        mirror_at_once(started)
        yield started


async def test_both_edits_of_a_conflict_are_there_to_be_found(world: PracticeWorld) -> None:
    await play_working_day(world.startup)

    left = await ProcoreUser.sign_in(world.startup)
    right = await TeamsUser.sign_in(world.startup)
    left_files = [item for item in await left.listing() if not item.is_folder]
    right_names = {item.name for item in await right.listing()}
    office = [item for item in left_files if await holds(left, item, "as the office sees it")]
    await left.close()
    await right.close()
    assert len(office) == 1
    assert office[0].name in right_names


async def holds(user: ProcoreUser, item: Seen, words: str) -> bool:
    if item.size > 5000:
        return False
    body = b"".join([piece async for piece in user.read(item)])
    return body == text_for(item.name, words)
