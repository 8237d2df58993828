"""Debian's rclone works with practice mode's Microsoft as it does with the real one."""

import base64
import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from others.rclone import CHANNEL, Rclone, RcloneOfOldToken, planted, practice, tree

from turnbuckle.practice.sample.office import docx
from turnbuckle.practice.sample.pdf import pdf

pytestmark = pytest.mark.ci

LARGE = random.Random(7).randbytes(12_582_919)  # two fragments of rclone's ten MiB
LATER = datetime(2030, 1, 2, tzinfo=UTC).timestamp()
AWKWARD = {
    "empty.txt": b"",
    "one byte": b"x",
    "with space .txt": b"space",
    "#1 100% done.txt": b"sharp",
    "M\u00e4ngel & Fotos/\u00dcbersicht.txt": b"umlauts",
    "M\u00e4ngel & Fotos/a'b+c;d=e@f,g!(h)$.txt": b"marks",
    "emoji \U0001f3d7.txt": b"crane",
    "~tilde.txt": b"tilde",
    "~$lock-like/[x] {y} ^`.txt": b"brackets",
    'what? "all" <of> a|b*: .txt': b"forbidden",
    "ends with a stop.": b"stop",
    "full width \uff1f\uff0f.txt": b"look-alikes",
    "\u65e5\u672c\u8a9e/\u56f3\u9762.txt": b"drawing",
}


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rclone]:
    folder = tmp_path_factory.mktemp("rclone")
    with practice(folder) as facts:
        yield Rclone(facts, folder)


@pytest.fixture
def there(rclone: Rclone, tmp_path: Path) -> str:
    """Give an empty folder of the channel for this test."""
    made = f"sp:{CHANNEL}/{tmp_path.name}"
    rclone("mkdir", made)
    return made


def graph_path(there: str) -> str:
    return there.removeprefix("sp:")


def test_the_library_is_listed(rclone: Rclone) -> None:
    names = rclone("lsf", "sp:").splitlines()
    told = json.loads(rclone("lsjson", "sp:"))

    assert names == ["General/", f"{CHANNEL}/"]
    assert [one["IsDir"] for one in told] == [True, True]


def test_files_of_awkward_names_come_back_byte_for_byte(
    rclone: Rclone, there: str, tmp_path: Path
) -> None:
    mine = planted(tmp_path / "mine", AWKWARD)

    rclone("copy", str(mine), there)
    rclone("check", str(mine), there)
    rclone("copy", there, str(tmp_path / "back"))

    assert set(rclone("lsf", "-R", "--files-only", there).splitlines()) == set(AWKWARD)
    assert tree(tmp_path / "back") == AWKWARD


def test_a_large_file_goes_in_fragments_and_has_the_hash_that_graph_tells(
    rclone: Rclone, there: str, tmp_path: Path
) -> None:
    mine = planted(tmp_path / "mine", {"large.bin": LARGE})

    said = rclone.run("copy", "-vv", str(mine), there)
    remote = rclone("hashsum", "quickxor", f"{there}/large.bin").split()[0]
    local = rclone("hashsum", "quickxor", str(mine / "large.bin")).split()[0]
    rclone("copyto", f"{there}/large.bin", str(tmp_path / "back.bin"))

    assert said.err.count("Uploading segment") == 2
    told = rclone.item(f"{graph_path(there)}/large.bin")["file"]["hashes"]["quickXorHash"]
    assert {remote, local} == {base64.b64decode(told).hex()}
    assert (tmp_path / "back.bin").read_bytes() == LARGE


def test_a_stretch_of_a_file_is_read(rclone: Rclone, there: str, tmp_path: Path) -> None:
    mine = planted(tmp_path / "mine", {"letters.txt": b"abcdefghijklmnopqrstuvwxyz"})
    rclone("copy", str(mine), there)

    assert rclone("cat", "--offset", "3", f"{there}/letters.txt") == "defghijklmnopqrstuvwxyz"
    assert rclone("cat", "--offset", "3", "--count", "4", f"{there}/letters.txt") == "defg"


def test_a_rename_and_a_move_keep_the_item(rclone: Rclone, there: str, tmp_path: Path) -> None:
    rclone("copy", str(planted(tmp_path / "mine", {"a.txt": b"a", "sub/b.txt": b"b"})), there)
    before = rclone.item(f"{graph_path(there)}/a.txt")["id"]

    rclone("moveto", f"{there}/a.txt", f"{there}/renamed \u00fc.txt")
    rclone("mkdir", f"{there}/other")
    rclone("move", f"{there}/renamed \u00fc.txt", f"{there}/other")
    rclone("moveto", f"{there}/sub", f"{there}/other/sub moved")

    assert rclone.item(f"{graph_path(there)}/other/renamed \u00fc.txt")["id"] == before
    listed = set(rclone("lsf", "-R", "--files-only", there).splitlines())
    assert listed == {"other/renamed \u00fc.txt", "other/sub moved/b.txt"}


def test_new_content_replaces_the_old(rclone: Rclone, there: str, tmp_path: Path) -> None:
    mine = planted(tmp_path / "mine", {"a.txt": b"first"})
    rclone("copy", str(mine), there)
    before = rclone.item(f"{graph_path(there)}/a.txt")

    planted(mine, {"a.txt": b"second, and longer"})
    rclone("copy", str(mine), there)

    after = rclone.item(f"{graph_path(there)}/a.txt")
    assert after["id"] == before["id"]
    assert after["cTag"] != before["cTag"]
    assert rclone("cat", f"{there}/a.txt") == "second, and longer"


def test_the_time_of_a_file_is_kept(rclone: Rclone, there: str, tmp_path: Path) -> None:
    mine = planted(tmp_path / "mine", {"a.txt": b"a", "empty.txt": b""})
    rclone("touch", "-t", "2025-03-04T05:06:07", str(mine / "a.txt"))

    rclone("copy", str(mine), there)

    (told,) = json.loads(rclone("lsjson", f"{there}/a.txt"))
    assert told["ModTime"] == "2025-03-04T05:06:07Z"


def test_a_copy_within_the_library_is_made_over_there(
    rclone: Rclone, there: str, tmp_path: Path
) -> None:
    rclone("copy", str(planted(tmp_path / "mine", {"a.txt": b"ink"})), there)

    said = rclone.run("copyto", "-v", f"{there}/a.txt", f"{there}/copy.txt")

    assert said.code == 0, said.err
    assert "server-side copy" in said.err.lower()
    assert rclone("cat", f"{there}/copy.txt") == "ink"


def test_files_and_folders_are_deleted(rclone: Rclone, there: str, tmp_path: Path) -> None:
    mine = planted(tmp_path / "mine", {"a.txt": b"a", "b.txt": b"b", "sub/deep/c.txt": b"c"})
    rclone("copy", str(mine), there)

    rclone("deletefile", f"{there}/a.txt")
    full = rclone.run("rmdir", f"{there}/sub")
    rclone("purge", f"{there}/sub")

    assert full.code != 0
    assert rclone("lsf", "-R", there).splitlines() == ["b.txt"]


def test_older_versions_are_cleaned_up(rclone: Rclone, there: str, tmp_path: Path) -> None:
    for text in (b"first", b"second, longer"):
        rclone("copy", str(planted(tmp_path / "mine", {"a.txt": text})), there)

    first = rclone.run("cleanup", "-v", there)
    again = rclone.run("cleanup", "-v", there)

    assert [first.code, again.code] == [0, 0]
    assert first.err.count("removing version") == 1
    assert again.err.count("removing version") == 0
    assert rclone("cat", f"{there}/a.txt") == "second, longer"


def test_the_quota_is_told(rclone: Rclone, there: str, tmp_path: Path) -> None:
    rclone("copy", str(planted(tmp_path / "mine", {"a.txt": b"a", "b.txt": b"bin"})), there)
    rclone("deletefile", f"{there}/b.txt")

    told = json.loads(rclone("about", "--json", "sp:"))

    assert told["total"] == 25 * 1024**4
    assert told["used"] + told["trashed"] + told["free"] == told["total"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("Minutes.docx", docx(["Floor 3 is dry."])),
        ("plan.pdf", pdf("A-101", [["Ground floor"]])),
        ("page.html", b"<html><head><title>a</title></head><body>b</body></html>"),
    ],
    ids=["Word", "PDF", "HTML"],
)
def test_what_sharepoint_rewrites_is_noticed_and_the_documented_options_help(
    rclone: Rclone, there: str, tmp_path: Path, name: str, data: bytes
) -> None:
    mine = planted(tmp_path / "mine", {name: data})

    plain = rclone.run("copy", str(mine), there)
    rclone("copy", "--ignore-size", "--ignore-checksum", str(mine), there)
    checked = rclone.run("check", str(mine), there)

    assert "corrupted on transfer: sizes differ" in plain.err
    assert rclone("lsf", there).splitlines() == [name]
    assert "sizes differ" in checked.err


def test_both_sides_are_kept_in_step_by_bisync(rclone: Rclone, there: str, tmp_path: Path) -> None:
    first = {f"{number}.txt": f"first {number}".encode() for number in range(1, 9)}
    mine = planted(tmp_path / "mine", {**first, "sub/s.txt": b"s"})
    both = ("bisync", str(mine), there, "--workdir", str(tmp_path / "work"))
    rclone(*both, "--resync")

    planted(mine, {"1.txt": b"changed here, and longer", "new here.txt": b"n"})
    (mine / "2.txt").unlink()
    (mine / "3.txt").rename(mine / "3 renamed here.txt")
    theirs = planted(tmp_path / "theirs", {"4.txt": b"changed there, and longer"}) / "4.txt"
    os.utime(theirs, (LATER, LATER))  # bisync goes by the time alone, in whole seconds over there
    rclone("copy", str(theirs), there)
    rclone("deletefile", f"{there}/5.txt")
    rclone("moveto", f"{there}/6.txt", f"{there}/sub/6 moved there.txt")
    rclone(*both)
    rclone("copy", there, str(tmp_path / "back"))

    assert (
        tree(mine)
        == tree(tmp_path / "back")
        == {
            "1.txt": b"changed here, and longer",
            "3 renamed here.txt": b"first 3",
            "4.txt": b"changed there, and longer",
            "7.txt": b"first 7",
            "8.txt": b"first 8",
            "new here.txt": b"n",
            "sub/6 moved there.txt": b"first 6",
            "sub/s.txt": b"s",
        }
    )


def test_a_token_that_is_over_is_refreshed_at_the_sign_in_host(rclone: Rclone) -> None:
    names = RcloneOfOldToken(rclone.facts, rclone.folder)("lsf", "sp:").splitlines()

    assert names == ["General/", f"{CHANNEL}/"]


def test_who_was_not_told_to_trust_the_authority_sends_nothing(rclone: Rclone) -> None:
    done = Rclone(rclone.facts, rclone.folder, trusting=False).run(
        "lsf", "sp:", "--low-level-retries", "1"
    )

    assert done.code != 0
    assert "certificate signed by unknown authority" in done.err
