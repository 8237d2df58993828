"""Which names a side can hold, when two names are the same, and what a name becomes elsewhere.

A name that one side cannot hold is fitted to its rules; both spellings are kept in the base, so the
mapping is taken back by memory, never by guessing. `docs/names.md` tells people the same rules.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from turnbuckle.model.items import Kind, Name, Version
from turnbuckle.model.side import Side

_CONTROL = frozenset(chr(code) for code in (*range(32), 127))
_STAND_IN = "-"
_MARK_CHARACTERS = 6
_COPY = re.compile(r" \(conflict (?P<side>left|right) (?P<mark>[0-9a-f]{6})\)")
_LONGEST_SUFFIX = 16  # a longer "extension" is taken for part of the name
TEMPORARY = "turnbuckle-temp-"
_EXCHANGED = re.compile(rf"{TEMPORARY}[0-9a-f]{{{_MARK_CHARACTERS}}} (?P<name>.+)", re.DOTALL)
_LONGEST_TEMPORARY = 255  # UTF-16 code units
JOINT = " - "
"""What stands between the names of nested folders where they are shown as one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """What names a remote takes, and which names it holds to be the same."""

    forbidden: frozenset[str] = frozenset("/")  # characters
    forbidden_inside: tuple[str, ...] = ()  # pieces that no name may contain, compared by case fold
    reserved: frozenset[str] = frozenset()  # whole names, case-folded
    reserved_stems: frozenset[str] = frozenset()  # names up to their first dot, case-folded
    reserved_folders: frozenset[str] = frozenset()  # whole names of folders, case-folded
    refused_starts: tuple[str, ...] = ()  # no name may start so
    refused_folder_starts: tuple[str, ...] = ()
    trims: bool = False  # no space at either end, no full stop at the end
    longest: int = 255  # UTF-16 code units in one name
    longest_path: int | None = None  # UTF-16 code units from the top of the site, None: no limit
    folds: bool = False  # names equal under NFC and case folding are the same name

    def key(self, name: str) -> str:
        """Give what two names are compared by on this side."""
        return (
            unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
            if (self.folds)
            else name
        )

    def refuses(self, name: str, kind: Kind) -> str | None:
        """Say in plain words why this side cannot hold the name; None when it can."""
        fitted = fit(Name(name), kind, self)
        return None if fitted == name else f"{name!r} must be spelled {fitted!r} there"


def length(text: str) -> int:
    """Count UTF-16 code units, which is how SharePoint measures names and paths."""
    if text.isascii():  # nearly all are, and a plan measures hundreds of names for a change
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(name: Name, kind: Kind, rules: NameRules) -> Name:
    """Give the name that a side with `rules` gets for `name`; a name it can hold stays as it is.

    Fitting twice equals fitting once, and two runs fit alike.
    """
    text = "".join(
        _STAND_IN if letter in rules.forbidden or (rules.trims and letter in _CONTROL) else letter
        for letter in name
    )
    for piece in rules.forbidden_inside:
        text = re.sub(
            re.escape(piece), _STAND_IN + piece.strip("_") + _STAND_IN, text, flags=re.IGNORECASE
        )
    if rules.trims:
        text = text.strip(" ").rstrip(" .")
    text = text or "_"
    if _is_reserved(text, kind, rules):
        text = "_" + text
    return Name(_shorten(text, rules, name))


def _is_reserved(text: str, kind: Kind, rules: NameRules) -> bool:
    folded = text.casefold()
    return (
        folded in rules.reserved
        or folded.split(".", 1)[0].rstrip(" ") in rules.reserved_stems
        or text.startswith(rules.refused_starts or ("\0",))
        or (
            kind is Kind.FOLDER
            and (
                folded in rules.reserved_folders
                or text.startswith(rules.refused_folder_starts or ("\0",))
            )
        )
    )


def _shorten(text: str, rules: NameRules, original: str) -> str:
    if length(text) <= rules.longest:
        return text
    return _with_mark(text, f"~{_mark(original)}", rules)


def _with_mark(text: str, mark: str, rules: NameRules) -> str:
    """Put `mark` before the extension, shortening the name so that the whole fits."""
    stem, extension = split(Name(text))
    room = rules.longest - length(mark) - length(extension)
    while length(stem) > room:
        stem = stem[:-1]
    if rules.trims:
        stem = stem.rstrip(" .") or "_"
    return stem + mark + extension


def split(name: Name) -> tuple[str, str]:
    """Part a name into stem and extension; the extension keeps its full stop, or is empty."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not extension or len(extension) > _LONGEST_SUFFIX or " " in extension:
        return name, ""
    return stem, dot + extension


def suffix(name: Name) -> str:
    """Give the extension in lower case with its full stop, as `Capabilities.rewrites` has it."""
    return split(name)[1].lower()


def numbered(name: Name, kind: Kind, rules: NameRules, is_taken: Callable[[str], bool]) -> Name:
    """Give ``name (2)``, ``name (3)`` ..., the first one whose key is not taken."""
    number = 2
    while True:
        candidate = numbered_once(name, kind, rules, number)
        if not is_taken(rules.key(candidate)):
            return candidate
        number += 1


def numbered_once(name: Name, kind: Kind, rules: NameRules, number: int) -> Name:
    """Give ``name (number)``, the number before a file's extension."""
    mark = f" ({number})"
    if kind is Kind.FOLDER:
        text = name
        while length(text) + length(mark) > rules.longest:
            text = Name(text[:-1])
        return Name(text.rstrip(" ") + mark)
    return Name(_with_mark(name, mark, rules))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_CHARACTERS]


def conflict_copy(name: Name, kind: Kind, side: Side, version: Version, rules: NameRules) -> Name:
    """Name the copy that keeps a losing version: from the original and that version alone.

    So it is the same after a crash; a copy of a copy is named after the original, never nested.
    """
    original = _COPY.sub("", name)
    mark = f" (conflict {side} {_mark(version or name)})"
    if kind is Kind.FOLDER:
        return Name(original + mark)
    return Name(_with_mark(original, mark, rules))


def is_conflict_copy(name: Name) -> tuple[Name, Side] | None:
    """Tell of which name, and with which side's version, a copy was made; None: it is none."""
    found = _COPY.search(name)
    if found is None:
        return None
    return Name(name[: found.start()] + name[found.end() :]), Side(found["side"])


def temporary(item: str, name: str = "") -> Name:
    """Name an item in the middle of an exchange of names; at most one in each cycle.

    With `name`, the name that it had can be read back from it by `lasting`, if both fit into one.
    """
    bare = f"{TEMPORARY}{_mark(item)}"
    whole = f"{bare} {name}"
    return Name(whole if name and length(whole) <= _LONGEST_TEMPORARY else bare)


def lasting(name: Name) -> Name:
    """Give the name that an item had before it got a temporary one; any other name as it is."""
    found = _EXCHANGED.fullmatch(name)
    return Name(found["name"]) if found else name


def same_but_for_form(one: Name, other: Name) -> bool:
    """Tell whether two names differ in nothing but their Unicode form."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def joined(names: Iterable[Name]) -> Name:
    """Give the one name under which a folder in folders is known where folders are flat."""
    return Name(JOINT.join(names))
