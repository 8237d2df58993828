"""Any real folder becomes the practice project, and is only read."""

import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.folder_copy import CopyReport, NotAFolder, copy_folder
from turnbuckle.practice.persons import Person
from turnbuckle.practice.sample import awkward

NOBODY = 65534


@dataclass
class Listing:
    """A tree that only writes down what it is told; its ids are paths."""

    root_id: str = ""
    files: dict[str, Blob] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    times: dict[str, datetime | None] = field(default_factory=dict)

    def add_folder(self, parent_id: str, name: str, by: Person, at: datetime | None = None) -> str:
        self.folders.append(f"{parent_id}{name}/")
        return self.folders[-1]

    def add_file(
        self, parent_id: str, name: str, blob: Blob, by: Person, modified: datetime | None = None
    ) -> str:
        path = f"{parent_id}{name}"
        self.files[path] = blob
        self.times[path] = modified
        return path


@pytest.fixture
def listing() -> Listing:
    return Listing()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "bytes")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "plans").mkdir(parents=True)
    (folder / "plans" / "a.txt").write_text("ink")
    return folder


def reasons(report: CopyReport) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in report.skipped}


def test_files_and_folders_are_copied_with_their_times(
    source: Path, listing: Listing, blobs: Blobs
) -> None:
    os.utime(source / "plans" / "a.txt", (1_700_000_000, 1_700_000_000.75))

    report = copy_folder(source, listing, blobs)

    assert (report.folders, report.files, report.bytes, report.skipped) == (1, 1, 3, [])
    assert blobs.read(listing.files["plans/a.txt"]) == b"ink"
    assert str(listing.times["plans/a.txt"]) == "2023-11-14 22:13:20+00:00"


def test_the_folder_itself_is_never_changed(source: Path, listing: Listing, blobs: Blobs) -> None:
    before = {path: path.lstat().st_mtime_ns for path in source.rglob("*")}

    copy_folder(source, listing, blobs)

    assert {path: path.lstat().st_mtime_ns for path in source.rglob("*")} == before


def test_links_are_followed_inside_the_folder_and_nowhere_else(
    source: Path, listing: Listing, blobs: Blobs, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("not yours")
    (tmp_path / "elsewhere").mkdir()
    (source / "inside.txt").symlink_to("plans/a.txt")
    (source / "plans2").symlink_to(source / "plans", target_is_directory=True)
    (source / "outside.txt").symlink_to("../secret.txt")
    (source / "away").symlink_to(tmp_path / "elsewhere")
    (source / "nowhere").symlink_to("missing")

    report = copy_folder(source, listing, blobs)

    assert set(listing.files) == {"inside.txt", "plans/a.txt", "plans2/a.txt"}
    assert report.links_followed == 2
    assert reasons(report) == {
        "away": "a link that leads outside the folder",
        "nowhere": "a link that leads nowhere",
        "outside.txt": "a link that leads outside the folder",
    }


def test_links_in_circles_end(source: Path, listing: Listing, blobs: Blobs) -> None:
    (source / "plans" / "up").symlink_to("..")
    (source / "plans" / "self").symlink_to("self")
    (source / "x").mkdir()
    (source / "x" / "to y").symlink_to("../y")
    (source / "y").mkdir()
    (source / "y" / "to x").symlink_to("../x")

    report = copy_folder(source, listing, blobs)

    assert "plans/a.txt" in listing.files
    assert reasons(report)["plans/self"] == "a link that leads round in a circle"
    assert reasons(report)["plans/up"] == "a link that leads back into itself"
    assert len(listing.folders) < 10


def test_folders_that_link_to_each_other_do_not_multiply_without_end(
    source: Path, listing: Listing, blobs: Blobs
) -> None:
    for number in range(12):
        (source / f"d{number}").mkdir()
        for twin in ("left", "right"):
            (source / f"d{number}" / twin).symlink_to(f"../d{(number + 1) % 12}")

    copy_folder(source, listing, blobs)

    assert len(listing.folders) < 12 * 2**5


def test_what_is_neither_file_nor_folder_is_listed(
    source: Path, listing: Listing, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(source / "pipe")
    monkeypatch.chdir(source)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")

        report = copy_folder(source, listing, blobs)

    assert reasons(report) == {
        "pipe": "neither a file nor a folder",
        "socket": "neither a file nor a folder",
    }


def test_names_that_are_no_text_are_listed(source: Path, listing: Listing, blobs: Blobs) -> None:
    Path(os.fsdecode(os.fsencode(source) + b"/broken \xff.txt")).write_text("x")

    report = copy_folder(source, listing, blobs)

    assert reasons(report) == {"broken \\xff.txt": "a name that is not UTF-8"}


@pytest.fixture
def without_rights() -> Iterator[Path]:
    """Give a folder, and be nobody meanwhile: root may read everything."""
    base = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(base, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        yield base
        os.seteuid(0)
    else:
        yield base
    for path in [base, *base.rglob("*")]:
        path.chmod(0o700)
    for path in sorted(base.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    base.rmdir()


def test_what_cannot_be_read_is_listed(without_rights: Path, listing: Listing) -> None:
    source = without_rights / "source"
    (source / "closed").mkdir(parents=True)
    (source / "closed.txt").write_text("x")
    (source / "open.txt").write_text("x")
    (source / "closed.txt").chmod(0)
    (source / "closed").chmod(0)

    report = copy_folder(source, listing, Blobs(without_rights / "bytes"))

    assert set(listing.files) == {"open.txt"}
    assert reasons(report) == {
        "closed.txt": "cannot be read: Permission denied",
        "closed/": "cannot be listed: Permission denied",
    }


def test_awkward_names_come_through_unchanged(source: Path, listing: Listing, blobs: Blobs) -> None:
    names = [name for name in awkward.FILES if "/" not in name and len(name.encode()) < 256]
    for name in names:
        (source / name).write_text(name)

    report = copy_folder(source, listing, blobs)

    assert report.skipped == []
    assert {name: blobs.read(listing.files[name]).decode() for name in names} == dict(
        zip(names, names, strict=True)
    )


def test_practice_modes_own_folder_is_left_out(source: Path, listing: Listing) -> None:
    report = copy_folder(source, listing, Blobs(source / "bytes"))

    assert reasons(report) == {"bytes": "practice mode's own folder"}


@pytest.mark.parametrize("wrong", ["missing", "plans/a.txt"])
def test_what_is_no_folder_is_refused(
    source: Path, listing: Listing, blobs: Blobs, wrong: str
) -> None:
    with pytest.raises(NotAFolder):
        copy_folder(source / wrong, listing, blobs)
