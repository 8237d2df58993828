"""Parts of a remote with rules of their own, such as the Photos beside the Documents."""

from dataclasses import dataclass

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import suffix
from turnbuckle.ports.errors import TypeRefused, Unsupported


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One folder with all below it, and what is different there.

    `loose` is the album of what is in no album. People see it; our connector tells its content as
    lying in the area's own folder, and puts there what is to lie in that folder.
    """

    tool: str
    root: ItemId
    loose: ItemId | None = None
    flat: bool = False  # albums hold no albums
    duplicate_names: bool = False
    suffixes: frozenset[str] | None = None  # only such files are taken
    renames_files: bool = True
    replaces: bool = True

    def capabilities(self, elsewhere: Capabilities) -> Capabilities:
        """Give what the remote can do here, by what it can do elsewhere."""
        return Capabilities(
            names=elsewhere.names,
            content_hash=elsewhere.content_hash,
            max_file_bytes=elsewhere.max_file_bytes,
            min_file_bytes=elsewhere.min_file_bytes,
            guarded_writes=elsewhere.guarded_writes,
            keeps_modified=elsewhere.keeps_modified,
            keeps_versions=elsewhere.keeps_versions,
            rewrites=elsewhere.rewrites,
            crosses_tools=elsewhere.crosses_tools,
            suffixes=self.suffixes,
            flat=self.flat,
            duplicate_names=self.duplicate_names,
            renames_files=self.renames_files,
            replaces=self.replaces,
        )

    def place(self, folder: ItemId, kind: Kind) -> ItemId:
        """Give the folder that really holds what is put into `folder`."""
        loose = kind is Kind.FILE and folder == self.root and self.loose is not None
        return self.loose or folder if loose else folder

    def told(self, folder: ItemId | None) -> ItemId | None:
        """Give the folder that our connector names instead of this one."""
        return self.root if self.loose is not None and folder == self.loose else folder

    def check_new(self, folder: ItemId, name: Name, kind: Kind) -> None:
        """Refuse what cannot lie in this folder.

        Raises:
            Unsupported: an album inside an album.
            TypeRefused: a file of another type.
        """
        if kind is Kind.FOLDER and self.flat and folder != self.root:
            raise Unsupported("an album holds no albums")
        if kind is Kind.FILE and self.suffixes is not None and suffix(name) not in self.suffixes:
            raise TypeRefused(f"{name!r} is no file that goes there; only images do")

    def check_rename(self, old: Name, new: Name, kind: Kind) -> None:
        """Refuse to rename a file where that cannot be done.

        Raises:
            Unsupported: it cannot.
        """
        if kind is Kind.FILE and old != new and not self.renames_files:
            raise Unsupported(f"{old!r} cannot be renamed there")

    def check_replace(self, name: Name) -> None:
        """Refuse new content where a file keeps the one it was made with.

        Raises:
            Unsupported: it does.
        """
        if not self.replaces:
            raise Unsupported(f"{name!r} cannot get new content there")
