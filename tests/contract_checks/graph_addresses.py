"""The forms of Graph's addresses that its published contract leaves out, in those that it has.

Items by path, children and changes of the root, a person's, a group's and a site's own drive, and
sites by host and path: the service and every client use them (the notes beside the contract).
Written apart from practice mode's own reading of addresses, so that the two check each other.
"""

import re
from urllib.parse import unquote

_OWN_DRIVES = re.compile(
    r"(?:/me|/users/[^/]+|/groups/[^/]+(?:/sites/root)?|/sites/[^/:]+(?::/[^:]*:)?)/drive(?=/|$)"
)
_OTHER_DRIVES = re.compile(r"(?:/me|/users/[^/]+|/groups/[^/]+|/sites/[^/]+)(?=/drives/[^/]+)")
_ITEM = re.compile(r"(/drives/[^/]+)/(root|items/[^/:]+)(?::(/[^:]*)(?::|$))?(/.*)?")
_SEARCHED = re.compile(r"(/drives/[^/]+)/search\(q='.*'\)")
_TEAMS_OF = re.compile(r"/users/[^/]+/joinedTeams")
_KEYED = re.compile(r"/(teams|operations|users|channels|groups)\('([^']*)'\)")
_SITE_BY_PATH = re.compile(r"/sites/[^/:]+:/[^:]*:?")


def described(raw: str) -> str:
    """Give the path below the version as the contract would write it, decoded."""
    path = re.sub(r"(?<!:)/{2,}", "/", unquote(raw)).rstrip("/:")
    path = _KEYED.sub(r"/\1/\2", path)
    path = re.sub(r"(?<=/getByPath)\(path='[^']*'\)", "(path='some')", path)
    if _SITE_BY_PATH.fullmatch(path):
        return "/sites/by-path"
    if _TEAMS_OF.fullmatch(path):
        return "/me/joinedTeams"  # as the makers' own libraries ask for it
    own = _OWN_DRIVES.match(path)
    if own is not None and path != own[0]:
        path = "/drives/own" + path[own.end() :]
    path = _OTHER_DRIVES.sub("", path, count=1)
    searched = _SEARCHED.fullmatch(path)
    if searched is not None:
        return f"{searched[1]}/items/root/search(q='some')"
    found = _ITEM.fullmatch(path)
    if found is None:
        return path
    drive, item, by_path, after = found.groups()
    action = _action(after or "")
    if item == "root" and not by_path and action in {"", "/content"}:
        return f"{drive}/root{action}"
    return f"{drive}/items/{'by-path' if by_path else item.rpartition('/')[2]}{action}"


def _action(after: str) -> str:
    after = after.replace("/microsoft.graph.", "/")
    if after in {"/delta", "/delta()"}:
        return "/delta()"
    return re.sub(r"\((\w+)='(?:[^']|'')*'\)", r"(\1='some')", after)
