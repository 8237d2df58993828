"""Both sides work on the same thing: nothing that anybody wrote is lost."""

import hashlib

import pytest
from sync.over_http.hand import Hand
from sync.over_http.stage import Scene, Stage

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Loser, Policy, Winner
from turnbuckle.model.side import Side

KEEPS_VERSIONS = Scene(policy=Policy(loser=Loser.VERSION))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hands(link: Stage, side: str) -> tuple[Hand, Hand]:
    """The hand of one side, and the other."""
    return (link.left, link.right) if side == "left" else (link.right, link.left)


@pytest.mark.parametrize("later", ["left", "right"])
async def test_the_newest_edit_keeps_the_name_and_the_other_is_a_copy_on_both_sides(
    link: Stage, later: str
) -> None:
    link.left.plant({"Plans/A-101.txt": b"first"})
    await link.in_step()
    last, first = hands(link, later)

    await first.put("Plans/A-101.txt", b"edited earlier")
    link.clock.advance(60)
    await last.put("Plans/A-101.txt", b"edited later")
    report = await link.run()

    assert [notice.reason for notice in report.notices] == [Reason.CONFLICT]
    for hand in (link.left, link.right):
        files = hand.files()
        assert files.pop("Plans/A-101.txt") == sha256(b"edited later")
        ((path, copied),) = files.items()
        assert copied == sha256(b"edited earlier")
        named = is_conflict_copy(Name(path.rpartition("/")[2]))
        assert named == ("A-101.txt", Side(later).other)
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("link", [KEEPS_VERSIONS], indirect=True)
@pytest.mark.parametrize("later", ["left", "right"])
async def test_the_older_edit_is_a_version_where_the_policy_says_so(
    link: Stage, later: str
) -> None:
    link.left.plant({"A-101.txt": b"first"})
    await link.in_step()
    last, first = hands(link, later)

    await first.put("A-101.txt", b"edited earlier")
    link.clock.advance(60)
    await last.put("A-101.txt", b"edited later")
    await link.run()

    for hand in (link.left, link.right):
        assert hand.files() == {"A-101.txt": sha256(b"edited later")}
    assert sha256(b"edited earlier") in _history(link)
    await link.in_step()


def _history(link: Stage) -> set[str]:
    """The hashes of all versions that either side keeps."""
    versions = link.procore.documents(link.project).versions.values()
    drive = link.microsoft.channel("Site Office").drive
    older = (old for entry in drive.tree.entries.values() for old in entry.older)
    return {one.blob.sha256 for one in versions} | {old.content.blob.sha256 for old in older}


async def test_the_same_edit_on_both_sides_is_no_conflict(link: Stage) -> None:
    link.left.plant({"A-101.txt": b"first"})
    await link.in_step()

    await link.left.put("A-101.txt", b"agreed")
    await link.right.put("A-101.txt", b"agreed")
    report = await link.run()

    assert not report.notices
    assert link.cost.writes == 0
    await link.in_step()
    await link.assert_equal()


async def test_the_same_new_file_on_both_sides_is_linked_without_a_write(link: Stage) -> None:
    for hand in (link.left, link.right):
        hand.plant({"Specs/Concrete.txt": b"C30/37", "Specs/Steel.txt": b"S355"})

    report = await link.run()

    assert link.cost.writes == 0
    assert report.linked == 3
    await link.in_step()
    await link.assert_equal()


async def test_different_new_files_of_one_name_are_both_kept(link: Stage) -> None:
    await link.left.put("Notes.txt", b"of the office")
    link.clock.advance(60)
    await link.right.put("Notes.txt", b"of the site")

    await link.run()

    for hand in (link.left, link.right):
        assert set(hand.files().values()) == {sha256(b"of the office"), sha256(b"of the site")}
        assert hand.files()["Notes.txt"] == sha256(b"of the site")
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("edit_first", [True, False])
async def test_an_edit_wins_over_a_deletion(link: Stage, side: str, edit_first: bool) -> None:
    link.left.plant({"Plans/A-101.txt": b"first", "Plans/A-102.txt": b"other"})
    await link.in_step()
    editor, deleter = hands(link, side)

    if edit_first:
        await editor.put("Plans/A-101.txt", b"still needed")
        await deleter.delete("Plans/A-101.txt")
    else:
        await deleter.delete("Plans/A-101.txt")
        await editor.put("Plans/A-101.txt", b"still needed")
    report = await link.run()

    assert [notice.reason for notice in report.notices] == [Reason.DELETE_CANCELLED]
    for hand in (link.left, link.right):
        assert hand.files()["Plans/A-101.txt"] == sha256(b"still needed")
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("side", ["left", "right"])
async def test_an_edit_inside_a_deleted_folder_survives_with_its_folder(
    link: Stage, side: str
) -> None:
    link.left.plant({"Old/keep.txt": b"1", "Old/drop.txt": b"2"})
    await link.in_step()
    editor, deleter = hands(link, side)

    await editor.put("Old/keep.txt", b"still needed")
    await deleter.delete("Old")
    await link.run()

    await link.in_step()
    for hand in (link.left, link.right):
        assert hand.files() == {"Old/keep.txt": sha256(b"still needed")}
    await link.assert_equal()


async def test_renamed_differently_on_both_sides_ends_with_one_name(link: Stage) -> None:
    link.left.plant({"A-101.txt": b"ink", "Plans/x.txt": b"x"})
    await link.in_step()

    await link.left.rename("A-101.txt", "A-101 office.txt")
    await link.right.rename("A-101.txt", "A-101 site.txt")
    await link.run()

    assert link.left.paths() == link.right.paths() == ["A-101 office.txt", "Plans/", "Plans/x.txt"]
    await link.in_step()


@pytest.mark.parametrize("side", ["left", "right"])
async def test_renamed_here_and_edited_there_becomes_both(link: Stage, side: str) -> None:
    link.left.plant({"A-101.txt": b"ink"})
    await link.in_step()
    editor, renamer = hands(link, side)

    await editor.put("A-101.txt", b"new ink")
    await renamer.rename("A-101.txt", "A-101 B.txt")
    await link.run()

    for hand in (link.left, link.right):
        assert hand.files() == {"A-101 B.txt": sha256(b"new ink")}
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("link", [Scene(policy=Policy(winner=Winner.LEFT))], indirect=True)
async def test_names_exchanged_on_one_side_are_exchanged_on_the_other(link: Stage) -> None:
    link.left.plant({"a.txt": b"A", "b.txt": b"B"})
    await link.in_step()

    await link.left.rename("a.txt", "c.txt")
    await link.left.rename("b.txt", "a.txt")
    await link.left.rename("c.txt", "b.txt")
    report = await link.run()

    assert report.bytes_sent == 0
    assert link.right.files() == {"a.txt": sha256(b"B"), "b.txt": sha256(b"A")}
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("what", ["A-101.txt", "Plans"])
async def test_what_comes_out_of_the_bin_comes_back_on_the_other_side_too(
    link: Stage, side: str, what: str
) -> None:
    link.left.plant({"A-101.txt": b"ink", "Plans/x.txt": b"x", "Plans/deep/y.txt": b"y"})
    await link.in_step()
    before = link.left.files()
    hand, other = hands(link, side)

    await hand.delete(what)
    await link.run()
    assert what not in other.items()
    await hand.restore(what)
    await link.run()

    assert link.left.files() == before == other.files()
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("side", ["left", "right"])
async def test_deleted_and_restored_between_two_runs_is_nothing_at_all(
    link: Stage, side: str
) -> None:
    link.left.plant({"A-101.txt": b"ink", "Plans/x.txt": b"x"})
    await link.in_step()
    hand, _ = hands(link, side)

    await hand.delete("A-101.txt")
    await hand.restore("A-101.txt")
    await hand.delete("Plans")
    await hand.restore("Plans")
    await link.run()

    assert link.cost.writes == link.cost.transfers == 0
    await link.in_step()
    await link.assert_equal()
