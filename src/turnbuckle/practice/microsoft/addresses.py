"""Read the addresses by which Graph's callers name a drive, an item in it and what to do with it.

By id (``/drives/{id}/items/{id}/children``), by path (``/drives/{id}/root:/a/b.txt:/content``),
relative to an item (``/items/{id}:/name.txt:``), as a function (``/root/delta(token='x')``), and
through a person, a site or a group instead of the drive's id. The whole address is decoded first:
``%21`` stands in ids, and real clients send ``%2F`` as a separator.

Source: the OneDrive page on addressing drive items; section 2 of the fact sheet.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from turnbuckle.practice.microsoft.refusals import bad_request

_SITE = r"/sites/(?P<site>[^/:]+(?::/[^:]*:)?)"
_OWNERS = (
    (
        "drive",
        re.compile(r"(?:/sites/[^/]+|/groups/[^/]+|/users/[^/]+|/me)?/drives/(?P<key>[^/]+)"),
    ),
    ("me", re.compile(r"/me/drive(?P<key>)(?=/|$)")),
    ("user", re.compile(r"/users/(?P<key>[^/]+)/drive(?=/|$)")),
    ("group", re.compile(r"/groups/(?P<key>[^/]+)/(?:sites/root/)?drive(?=/|$)")),
    ("site", re.compile(rf"{_SITE.replace('site>', 'key>')}/drive(?=/|$)")),
)
_START = re.compile(r"/(?:root|items/(?P<item>[^/:]+))(?P<after>[:/].*)?")
_SEARCH = re.compile(r"/(?:microsoft\.graph\.)?search\(.*\)")  # of a drive: from its root
_ACTION = re.compile(
    r"/(?:microsoft\.graph\.)?(?P<name>upload\.createSession|\w+)"
    r"(?:\((?P<argument>(?:'(?:[^']|'')*'|[^')])*)\))?(?P<rest>/.*)?"
)
_ARGUMENT = re.compile(r"\s*\w+\s*=\s*'(?P<value>.*)'\s*")

Owner = Literal["drive", "me", "user", "group", "site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a request's path names."""

    owner: Owner  # by what the drive is named
    key: str  # its id, or the person's, the group's, the site's; empty for "me"
    item: str | None = None  # an item id or "root"; None: the drive itself
    names: tuple[str, ...] = ()  # a path below that item
    action: str = ""
    argument: str | None = None  # between the brackets of a function
    rest: tuple[str, ...] = ()  # what follows the action, such as a version's id


def read_address(raw_path: str) -> Address | None:
    """Read a path below the API's version; None when it names no drive.

    Raises:
        Refusal: it names a drive, and what follows makes no sense (400).
    """
    text = re.sub(r"(?<!:)/{2,}", "/", unquote(raw_path)).rstrip("/")
    for owner, pattern in _OWNERS:
        found = pattern.match(text)
        if found is not None:
            return _below_drive(owner, found["key"], text[found.end() :])  # type: ignore[arg-type]
    return None


def _below_drive(owner: Owner, key: str, text: str) -> Address:
    if text in {"", ":"}:
        return Address(owner=owner, key=key)
    if text == "/items":
        return Address(owner=owner, key=key, action="items")
    start = _START.fullmatch(f"/root{text}" if _SEARCH.fullmatch(text) else text)
    if start is None:
        raise bad_request("The address does not name an item.")
    item = start["item"] or "root"
    after = start["after"] or ""
    names: tuple[str, ...] = ()
    if after.startswith(":"):
        path, _, after = after[1:].partition(":")
        names = _names(path)
    action, argument, rest = _action(after)
    return Address(
        owner=owner, key=key, item=item, names=names, action=action, argument=argument, rest=rest
    )


def _names(path: str) -> tuple[str, ...]:
    if "//" in path:
        raise bad_request("The path holds an empty name.")
    if "&#" in path:
        raise bad_request("The path cannot be read.")  # so does the service, even when encoded
    return tuple(name for name in path.split("/") if name not in {"", "."})


def _action(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    if text in {"", "/"}:
        return "", None, ()
    found = _ACTION.fullmatch(text)
    if found is None:
        raise bad_request("The address does not say what to do.")
    argument = None
    if found["argument"]:
        value = _ARGUMENT.fullmatch(found["argument"])
        argument = value["value"].replace("''", "'") if value is not None else found["argument"]
    rest = tuple(part for part in (found["rest"] or "").split("/") if part)
    return found["name"], argument, rest
