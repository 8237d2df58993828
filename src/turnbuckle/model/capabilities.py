"""What one remote can do, as constants."""

from dataclasses import dataclass

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
