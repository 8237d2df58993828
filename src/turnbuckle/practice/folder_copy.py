"""Take any real folder as the project's documents: read it once, copy it, never touch it.

A folder may hold what no service could keep: links that lead elsewhere or round in circles,
sockets, names that are no text. Such things are left out, each with its reason, and never stop
the copy of the rest.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.planting import Tree
from turnbuckle.practice.procore.refusals import Refusal

_DEEPEST_LINKS = 4  # a folder link inside a linked folder inside ...
_DEEPEST_FOLDER = 100  # Procore's own index goes no deeper


class NotAFolder(Exception):
    """What should be copied is no folder, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not copied."""

    path: str  # below the folder, printable
    reason: str


@dataclass(slots=True)
class CopyReport:
    """What became of a folder's content."""

    folders: int = 0
    files: int = 0
    bytes: int = 0
    links_followed: int = 0
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place[Id]:
    """A folder on the disk and the one that was made for it."""

    folder: Path
    shown: str
    made: Id
    above: frozenset[tuple[int, int]]  # device and inode of it and of the folders around it
    depth: int
    links: int  # how many links lead here


class _Unfit(Exception):
    """This entry is left out; the text is the reason."""


def copy_folder[Id](folder: Path, tree: Tree[Id], blobs: Blobs) -> CopyReport:
    """Copy what is in the folder below the tree's root. Blocks: call it in a thread.

    Args:
        folder: only read; links in it are followed only to places inside it.
        tree: where the copies appear, under the same names and times.
        blobs: keeps the bytes.

    Raises:
        NotAFolder: it is no folder, or it cannot be opened.
    """
    try:
        home = folder.resolve(strict=True)
        os.scandir(home).close()
        seen = _identity(home.stat())
    except OSError as error:
        raise NotAFolder(f"{folder} cannot be read as a folder: {error.strerror}") from error
    copier = _Copier(home, tree, blobs)
    waiting = [_Place(home, "", tree.root_id, frozenset({seen}), 0, 0)]
    while waiting:
        waiting.extend(copier.copy(waiting.pop()))
    copier.report.skipped.sort(key=lambda skipped: skipped.path)
    return copier.report


class _Copier[Id]:
    def __init__(self, home: Path, tree: Tree[Id], blobs: Blobs) -> None:
        self._home = home
        self._tree = tree
        self._blobs = blobs
        self._own = blobs.folder.resolve()
        self.report = CopyReport()

    def copy(self, place: _Place[Id]) -> Iterator[_Place[Id]]:
        """Copy the files of one folder, and give the folders in it that come next."""
        for path in self._listed(place):
            shown = f"{place.shown}{path.name}"
            try:
                inner = self._copy_one(place, path, shown)
            except _Unfit as unfit:
                self._skip(shown, str(unfit))
            except OSError as error:
                self._skip(shown, f"cannot be read: {error.strerror}")
            except Refusal as refusal:
                self._skip(shown, f"the service refuses it: {refusal.body}")
            else:
                if inner is not None:
                    yield inner

    def _listed(self, place: _Place[Id]) -> list[Path]:
        try:
            with os.scandir(place.folder) as found:
                return sorted(place.folder / entry.name for entry in found)
        except OSError as error:
            self._skip(place.shown, f"cannot be listed: {error.strerror}")
            return []

    def _skip(self, shown: str, reason: str) -> None:
        printable = os.fsencode(shown).decode("utf-8", "backslashreplace")
        self.report.skipped.append(Skipped(printable, reason))

    def _copy_one(self, place: _Place[Id], path: Path, shown: str) -> _Place[Id] | None:
        _check_name(path.name)
        real = self._followed(path)
        linked = real != path
        facts = real.stat(follow_symlinks=False)
        by = PERSONS[self.report.files % len(PERSONS)]
        modified = _moment(facts.st_mtime)
        if stat.S_ISDIR(facts.st_mode):
            inner = self._entered(place, real, facts, linked=linked)
            made = self._tree.add_folder(place.made, path.name, by, modified)
            self.report.folders += 1
            self.report.links_followed += linked
            links = place.links + linked
            return _Place(real, f"{shown}/", made, inner, place.depth + 1, links)
        if not stat.S_ISREG(facts.st_mode):
            raise _Unfit("neither a file nor a folder")
        blob = self._blobs.copy_from(real)
        self._tree.add_file(place.made, path.name, blob, by, modified)
        self.report.files += 1
        self.report.bytes += blob.size
        self.report.links_followed += linked
        return None

    def _followed(self, path: Path) -> Path:
        """Give the path itself, or where it leads if it is a link to inside the folder."""
        if not path.is_symlink():
            return path
        try:
            real = path.resolve(strict=True)
        except FileNotFoundError as error:
            raise _Unfit("a link that leads nowhere") from error
        except (OSError, RuntimeError) as error:
            raise _Unfit("a link that leads round in a circle") from error
        if not real.is_relative_to(self._home):
            raise _Unfit("a link that leads outside the folder")
        return real

    def _entered(
        self, place: _Place[Id], real: Path, facts: os.stat_result, *, linked: bool
    ) -> frozenset[tuple[int, int]]:
        """Give the chain of folders with this one, if it may be entered."""
        identity = _identity(facts)
        if identity in place.above:
            raise _Unfit("a link that leads back into itself")
        if linked and place.links >= _DEEPEST_LINKS:
            raise _Unfit("a link inside too many linked folders")
        if place.depth >= _DEEPEST_FOLDER:
            raise _Unfit(f"deeper than {_DEEPEST_FOLDER} folders")
        if real.resolve() == self._own:
            raise _Unfit("practice mode's own folder")
        return place.above | {identity}


def _check_name(name: str) -> None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Unfit("a name that is not UTF-8") from error


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino


def _moment(timestamp: float) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
