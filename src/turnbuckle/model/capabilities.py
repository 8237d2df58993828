"""What one remote can do, as constants."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from turnbuckle.model.hashes import HashKind
from turnbuckle.model.names import NameRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one remote can do, as constants; every flag is a promise the contract tests check."""

    names: NameRules  # which names it takes, and when two names are the same
    content_hash: HashKind | None  # the digest it reports; None: compare size and version
    max_file_bytes: int
    guarded_writes: bool  # the remote itself refuses a write whose expected item is out of date
    keeps_modified: bool  # it stores the modified time that we give with a file's content
    keeps_versions: bool  # a replaced content stays in the item's version history
    rewrites: frozenset[str]  # suffixes (".docx") of files whose bytes it may change after upload
    min_file_bytes: int = 0
    suffixes: frozenset[str] | None = None  # only such files are taken; None: files of any kind
    flat: bool = False  # its folders hold no folders (Procore's albums)
    duplicate_names: bool = False  # files of one folder may share a name
    renames_files: bool = True
    replaces: bool = (
        True  # a file can get new content; else it is made anew and the old one deleted
    )
    checks_out: bool = False  # a file that shows a lock is checked out, not just open somewhere
    crosses_tools: bool = True  # a move from one tool to another is one call
    tools: Mapping[str, "Capabilities"] = field(default_factory=dict)  # those that differ

    def of(self, tool: str) -> "Capabilities":
        """Give what this remote can do inside one tool of a project."""
        return self.tools.get(tool, self)
