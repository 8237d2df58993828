"""The documented mapping of Procore's names to Microsoft's, written a second time on purpose.

The comparison must not share a mistake with the engine, so it follows the documentation and
imports nothing of the engine's.
"""

import re
import unicodedata

LONGEST = 255  # UTF-16 units, as Microsoft counts

_FORBIDDEN = re.compile(r'["*:<>?/\\|\x00-\x1f\x7f]')
_VTI = re.compile(r"_vti_", re.IGNORECASE)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE | re.DOTALL)
_RESERVED = frozenset({".lock", "desktop.ini"})
_LEFT_ALONE = re.compile(
    r"~\$.*|.*\.tmp|thumbs\.db|\.ds_store|desktop\.ini", re.IGNORECASE | re.DOTALL
)
_NUMBER_AT_END = re.compile(r" \(\d+\)$")


def is_left_alone(name: str, *, is_folder: bool) -> bool:
    """Whether a file of this name is temporary, and so kept in step by nobody."""
    return not is_folder and _LEFT_ALONE.fullmatch(name) is not None


def mapped(name: str, *, is_folder: bool) -> str:
    """Give the name that Microsoft's side shows for a name of Procore's."""
    result = _VTI.sub("-vti-", _FORBIDDEN.sub("-", name))
    result = result.lstrip(" ").rstrip(" .") or "_"
    if _is_reserved(result, is_folder=is_folder):
        result = f"_{result}"
    return shortened(result, LONGEST, is_folder=is_folder)


def _is_reserved(name: str, *, is_folder: bool) -> bool:
    lower = name.lower()
    if lower in _RESERVED or lower.startswith("~$") or _DEVICE.fullmatch(name):
        return True
    return is_folder and (lower == "forms" or lower.startswith("~"))


def same_key(name: str) -> str:
    """Two names with the same key cannot stand in one folder of Microsoft's."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def split(name: str, *, is_folder: bool) -> tuple[str, str]:
    """Give stem and extension; a folder has none, and neither has `.profile`."""
    stem, dot, ending = name.rpartition(".")
    if is_folder or not stem or not dot:
        return name, ""
    return stem, dot + ending


def shortened(name: str, units: int, *, is_folder: bool) -> str:
    """Cut the stem until the whole name has at most so many UTF-16 units."""
    if _units(name) <= units:
        return name
    stem, ending = split(name, is_folder=is_folder)
    if _units(ending) >= units:
        stem, ending = name, ""
    while stem and _units(stem) + _units(ending) > units:
        stem = stem[:-1]
    return stem + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def without_number(name: str) -> set[str]:
    """Give the names to which a number such as ` (2)` may have been added to make this one."""
    found = {name}
    stem, dot, ending = name.rpartition(".")
    for begin, end in ((name, ""), (stem, dot + ending)):
        base = _NUMBER_AT_END.sub("", begin)
        if base != begin:
            found.add(base + end)
    return found


def may_stand_for(right: str, left: str, *, is_folder: bool) -> bool:
    """Whether `right` is what `left` becomes, with or without a number and with any case."""
    expected = mapped(left, is_folder=is_folder)
    if same_key(expected) in {same_key(one) for one in without_number(right)}:
        return True
    if _units(expected) < LONGEST - 8:
        return False
    stem, ending = split(expected, is_folder=is_folder)
    return same_key(right).startswith(same_key(stem[:-12])) and right.endswith(ending)
