"""What kind of remote a memory remote is."""

from dataclasses import dataclass, field

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.hashes import HashKind
from turnbuckle.model.names import NameRules


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryTraits:
    """The switches of a memory remote, the same for its whole life."""

    names: NameRules = field(
        default_factory=NameRules
    )  # its `folds` makes names that differ by case the same
    content_hash: HashKind | None = None  # None: versions are numbers, nothing is hashed
    guarded: bool = False  # a write with an item that is out of date is refused at its end, too
    keeps_modified: bool = False
    keeps_versions: bool = True
    marks_ours: bool = True  # tells which versions our own app wrote
    moves_touch: bool = False  # a move or a rename sets `modified`
    duplicate_names: bool = False  # several items of one folder may have the same name
    rewrites: frozenset[str] = (
        frozenset()
    )  # suffixes of files whose uploaded bytes become rw(bytes)
    may_rewrite: frozenset[str] = frozenset()  # suffixes that it says it may rewrite, if it does
    rewrite_delay_seconds: float = 0.0  # 0: before the upload is answered
    min_file_bytes: int = 0
    max_file_bytes: int = 1 << 42
    checks_out: bool = False  # a lock is a check-out
    crosses_tools: bool = True  # an item can move from one tool's folder to another's
    page_items: int = 200
    tells_descendants: bool = False  # a deleted folder's descendants have tombstones of their own

    @property
    def capabilities(self) -> Capabilities:
        """The same in the words of the contract."""
        return Capabilities(
            names=self.names,
            content_hash=self.content_hash,
            min_file_bytes=self.min_file_bytes,
            max_file_bytes=self.max_file_bytes,
            guarded_writes=self.guarded,
            keeps_modified=self.keeps_modified,
            keeps_versions=self.keeps_versions,
            rewrites=self.rewrites | self.may_rewrite,
            duplicate_names=self.duplicate_names,
            checks_out=self.checks_out,
            crosses_tools=self.crosses_tools,
        )


PROCORE_LIKE = MemoryTraits(names=NameRules(forbidden=frozenset("/")))
"""No hash, no guard, no modified times, names by their exact spelling."""

TEAMS_LIKE = MemoryTraits(
    names=NameRules(
        forbidden=frozenset('"*:<>?/\\|'),
        forbidden_inside=("_vti_",),
        reserved=frozenset({".lock", "desktop.ini"}),
        reserved_stems=frozenset(
            {"con", "prn", "aux", "nul"}
            | {f"com{digit}" for digit in range(10)}
            | {f"lpt{digit}" for digit in range(10)}
        ),
        reserved_folders=frozenset({"forms"}),
        refused_starts=("~$",),
        refused_folder_starts=("~",),
        trims=True,
        longest=255,
        longest_path=400,
        folds=True,
    ),
    content_hash=HashKind.QUICKXOR,
    guarded=True,
    keeps_modified=True,
    moves_touch=True,
    max_file_bytes=250 * 10**9,
)
"""Hashes, guarded writes, kept modified times, names by case folding and with many rules."""
