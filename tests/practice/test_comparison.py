"""The independent comparison sees every difference, and none that the mapping explains."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from practice.mirroring import mirror, mirror_at_once

from turnbuckle.practice.comparison import Comparison, compare
from turnbuckle.practice.naming_rules import is_left_alone, mapped, may_stand_for, without_number
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld, WorldSettings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('a"b*c:d<e>f?g/h\\i|j.pdf', "a-b-c-d-e-f-g-h-i-j.pdf"),
        ("tab\there.txt", "tab-here.txt"),
        ("_vti_cnf.txt", "-vti-cnf.txt"),
        (" lead and trail. . ", "lead and trail"),
        ("...", "_"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("lpt9.tar.gz", "_lpt9.tar.gz"),
        ("COM10", "COM10"),
        (".lock", "_.lock"),
        ("Forms", "Forms"),
        ("~draft.txt", "~draft.txt"),
        ("n" * 300 + ".txt", "n" * 251 + ".txt"),
        ("\U0001f477" * 140 + ".txt", "\U0001f477" * 125 + ".txt"),
        ("100% #1 + R&D.pdf", "100% #1 + R&D.pdf"),
    ],
)
def test_names_are_mapped_as_documented(name: str, expected: str) -> None:
    assert mapped(name, is_folder=False) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Forms", "_Forms"), ("~work", "_~work"), ("aux", "_aux"), ("x.", "x")]
)
def test_folders_have_reserved_names_of_their_own(name: str, expected: str) -> None:
    assert mapped(name, is_folder=True) == expected


def test_temporary_files_are_left_alone_whatever_their_case() -> None:
    for name in ("~$plan.docx", "x.TMP", "thumbs.DB", ".DS_Store", "Desktop.ini", "~a.tmp"):
        assert is_left_alone(name, is_folder=False)
    assert not is_left_alone("x.tmp", is_folder=True)
    assert not is_left_alone("tmp", is_folder=False)


def test_a_number_may_stand_before_the_extension_or_at_the_end() -> None:
    assert without_number("a (2).pdf") == {"a (2).pdf", "a.pdf"}
    assert may_stand_for("A (3).pdf", "a.pdf", is_folder=False)
    assert may_stand_for("Rev.A (2)", "rev.a", is_folder=True)
    assert not may_stand_for("b (2).pdf", "a.pdf", is_folder=False)


@pytest.fixture
async def world() -> AsyncIterator[PracticeWorld]:
    settings = WorldSettings(limits="off", large_file_points=1000)
    async with PracticeWorld(settings) as started:
        mirror_at_once(started)
        yield started


@pytest.fixture
async def right(world: PracticeWorld) -> AsyncIterator[TeamsUser]:
    user = await TeamsUser.sign_in(world.startup)
    yield user
    await user.close()


@pytest.fixture
async def left(world: PracticeWorld) -> AsyncIterator[ProcoreUser]:
    user = await ProcoreUser.sign_in(world.startup)
    yield user
    await user.close()


async def named(user: ProcoreUser | TeamsUser, name: str) -> Seen:
    return next(item for item in await user.listing() if item.name == name)


def told(result: Comparison) -> list[tuple[str, str]]:
    return [(difference.path, difference.what) for difference in result.differences]


async def test_two_sides_in_step_are_equal_whatever_their_names(world: PracticeWorld) -> None:
    result = await compare(world.startup)

    assert told(result) == []
    assert result.is_equal
    assert result.left_files == 319
    assert result.right_files == 316
    assert result.left_folders == result.right_folders
    assert len(result.left_alone) == 3
    assert result.renamed > 30
    assert result.rewritten == []


async def test_what_microsoft_rewrote_is_compared_with_what_it_received() -> None:
    async with PracticeWorld(WorldSettings(limits="off", large_file_points=1000)) as world:
        await mirror(world.startup)

        result = await compare(world.startup)

    assert told(result) == []
    assert len(result.rewritten) > 100
    assert "Meetings/Minutes of meeting 1.docx" in result.rewritten
    assert not any(path.endswith(".dxf") for path in result.rewritten)


async def test_a_file_with_other_content_is_found(world: PracticeWorld, right: TeamsUser) -> None:
    await right.replace(await named(right, "RFI log.xlsx"), body_of(b"other"))
    await right.replace(await named(right, "Letter 001.txt"), body_of(b"other"))

    result = await compare(world.startup)

    assert sorted(told(result)) == [
        ("Correspondence/Incoming/Letter 001.txt", "the content differs"),
        ("RFIs/RFI log.xlsx", "the content differs"),
    ]


async def test_what_only_one_side_has_is_found(
    world: PracticeWorld, left: ProcoreUser, right: TeamsUser
) -> None:
    await right.delete(await named(right, "Closeout"))
    await right.add_file(right.top, "Only here.txt", body_of(b"x"))
    await left.add_folder(left.top, "Nothing: yet")

    result = await compare(world.startup)

    assert sorted(told(result)) == [
        ("Closeout", "only in Procore"),
        ("Nothing: yet", "only in Procore"),
        ("Only here.txt", "only in Teams"),
    ]


async def test_a_file_in_the_wrong_folder_is_found(world: PracticeWorld, right: TeamsUser) -> None:
    await right.move(await named(right, "Letter 001.txt"), right.top)

    result = await compare(world.startup)

    assert sorted(told(result)) == [
        ("Correspondence/Incoming/Letter 001.txt", "only in Procore"),
        ("Letter 001.txt", "only in Teams"),
    ]


async def test_twins_whose_numbers_are_exchanged_are_equal_still(
    world: PracticeWorld, right: TeamsUser
) -> None:
    one, two = await named(right, "Minutes.txt"), await named(right, "minutes (2).txt")
    await right.rename(one, "other.txt")
    await right.rename(two, "minutes.txt")
    await right.rename(one, "Minutes (2).txt")

    result = await compare(world.startup)

    assert told(result) == []


async def test_a_changed_twin_is_found(world: PracticeWorld, right: TeamsUser) -> None:
    await right.replace(await named(right, "MINUTES (3).txt"), body_of(b"other"))

    result = await compare(world.startup)

    assert [what for _, what in told(result)] == ["the content differs"]


async def test_twin_folders_are_told_apart_by_what_they_hold(
    world: PracticeWorld, right: TeamsUser
) -> None:
    twins = [item for item in await right.listing() if item.name.lower().startswith("site reports")]
    inside = await right.children(twins[1].id)
    await right.delete(inside[0])

    result = await compare(world.startup)

    assert len(twins) == 3
    assert [what for _, what in told(result)] == ["only in Procore"]


async def test_a_temporary_name_left_behind_is_found(
    world: PracticeWorld, left: ProcoreUser
) -> None:
    await left.add_file(left.top, "a.turnbuckle-temp-7.tmp", body_of(b"x"))

    result = await compare(world.startup)

    assert told(result) == [("a.turnbuckle-temp-7.tmp", "a temporary name left on Procore")]


async def test_the_sentences_end_with_the_verdict(
    world: PracticeWorld, right: TeamsUser, tmp_path: Path
) -> None:
    equal = list((await compare(world.startup)).lines())
    await right.delete(await named(right, "Closeout"))

    different = list((await compare(json.loads(json.dumps(dict(world.startup))))).lines())

    assert equal[-1] == "The two sides are equal."
    assert different[-2:] == ["DIFFERENT Closeout: only in Procore", "The two sides differ."]
