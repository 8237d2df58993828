"""A folder's children, a page at a time, in the order and with the filter that a caller asks for.

Without either they come in the order in which they were made. Of filters the library knows what
kind an item is (``folder ne null``) and its name (``name eq 'a.txt'``); others are refused.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from turnbuckle.practice.microsoft.call import ItemCall, whole
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.links import link_with
from turnbuckle.practice.microsoft.names import folded
from turnbuckle.practice.microsoft.refusals import bad_request
from turnbuckle.practice.microsoft.wire import Json

_KIND = re.compile(r"(?P<kind>file|folder)\s+(?P<word>eq|ne)\s+null", re.IGNORECASE)
_NAME = re.compile(r"name\s+eq\s+'(?P<name>(?:[^']|'')*)'", re.IGNORECASE)
_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "name": lambda entry: folded(entry.name),
    "size": lambda entry: entry.size,
    "createddatetime": lambda entry: entry.created,
    "lastmodifieddatetime": lambda entry: entry.modified,
}


def page_of_children(call: ItemCall, folder: Entry) -> Json:
    """Give a page and the link to the next one.

    Raises:
        Refusal: 400, for an order, a filter or a skip token that makes no sense.
    """
    start, size = _skipped(call), call.page_size
    if {"filter", "orderby"} & call.options.keys():
        every = _chosen(call, call.drive.tree.children(folder.id))
        shown, count = every[start : start + size], len(every)
    else:
        shown = call.drive.tree.children(folder.id, start, start + size)
        count = call.drive.tree.count(folder.id)
    body: Json = {"value": [call.show(child) for child in shown if call.is_shown(child)]}
    if start + size < count:
        packed = base64.urlsafe_b64encode(f"at {start + size}".encode()).decode()
        path = f"/drives/{call.drive.place.drive_id}/items/{folder.id}/children"
        body["@odata.nextLink"] = link_with(call, path, {"$skiptoken": packed})
    return body


def _chosen(call: ItemCall, children: list[Entry]) -> list[Entry]:
    wanted = call.options.get("filter", "").strip()
    if wanted:
        holds = _condition(wanted)
        children = [child for child in children if holds(child)]
    for term in reversed([one for one in call.options.get("orderby", "").split(",") if one]):
        key, _, way = term.strip().partition(" ")
        order = _ORDERS.get(key.lower())
        if order is None or way.strip().lower() not in {"", "asc", "desc"}:
            raise bad_request("Items cannot be ordered by this.")
        children = sorted(children, key=order, reverse=way.strip().lower() == "desc")
    return children


def _condition(text: str) -> Callable[[Entry], bool]:
    kind = _KIND.fullmatch(text)
    if kind is not None:
        folders = (kind["kind"].lower() == "folder") is (kind["word"].lower() == "ne")
        return lambda entry: entry.is_folder is folders
    name = _NAME.fullmatch(text)
    if name is not None:
        same = folded(name["name"].replace("''", "'"))
        return lambda entry: folded(entry.name) == same
    raise bad_request("Items cannot be filtered by this.")


def _skipped(call: ItemCall) -> int:
    token = call.options.get("skiptoken", "")
    if not token:
        return 0
    try:
        start = whole(base64.urlsafe_b64decode(token).decode().removeprefix("at "))
    except (binascii.Error, ValueError):
        start = None
    if start is None:
        raise bad_request("The skip token is none of ours.")
    return start
