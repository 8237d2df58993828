"""Which names SharePoint takes, and when two names are the same to it (fact sheet, section 6)."""

import html
import re
import unicodedata

from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request
from turnbuckle.practice.microsoft.switches import GraphSwitches

_FORBIDDEN = frozenset('"*:<>?/\\|')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_RESERVED = frozenset({".lock", "desktop.ini"})


def folded(name: str, *, nfc: bool = True) -> str:
    """What siblings are told apart by: case is ignored, and composition too unless `nfc` is off."""
    return unicodedata.normalize("NFC", name).lower() if nfc else name.lower()


def check_name(name: str, *, folder: bool, limits: GraphLimits, switches: GraphSwitches) -> None:
    """Raise the refusal that SharePoint gives to this name, if it gives one."""
    if not name or name in {".", ".."}:
        raise bad_request("The name is missing or means another folder.")
    if len(name) > limits.name_characters:
        raise path_too_long()
    if not _FORBIDDEN.isdisjoint(name) or any(ord(letter) < 32 for letter in name):
        raise bad_request("The name holds a character that is not allowed.")
    if name != name.strip(" ") or name.endswith("."):
        raise bad_request("The name begins with a space, or ends with a space or a full stop.")
    if _is_reserved(name, switches):
        raise bad_request("The name is reserved.")
    if folder and name.startswith("~"):
        raise bad_request("The name of a folder may not begin with a tilde.")
    if folder and name.lower() == "forms":
        raise bad_request("A folder of this name is reserved for the forms of lists.")


def _is_reserved(name: str, switches: GraphSwitches) -> bool:
    lower = name.lower()
    if lower in _RESERVED or "_vti_" in lower or lower.startswith("~$"):
        return True
    stem = lower.split(".", 1)[0] if switches.device_names_with_extension_refused else lower
    return _DEVICE.fullmatch(stem) is not None


def path_too_long() -> Refusal:
    """A segment or the whole path is longer than SharePoint takes."""
    return bad_request("The path or the name is too long.", inner="pathIsTooLong")


def as_kept(name: str, switches: GraphSwitches) -> str:
    """The name under which an item is kept, which need not be the one that it was given."""
    return html.unescape(name) if switches.names_lose_entities else name
