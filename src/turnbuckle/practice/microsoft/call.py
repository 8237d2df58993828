"""One call to Graph: who asks, about which item, with which options; and the answer to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

import msgspec
from aiohttp import web

from turnbuckle.practice.microsoft.addresses import Address
from turnbuckle.practice.microsoft.asked import Asked
from turnbuckle.practice.microsoft.copies import Copies
from turnbuckle.practice.microsoft.downloads import Downloads
from turnbuckle.practice.microsoft.drive import Conflict, Drive, Times
from turnbuckle.practice.microsoft.feeds import Feeds
from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.principals import Principal
from turnbuckle.practice.microsoft.refusals import (
    Refusal,
    access_denied,
    bad_request,
    not_found,
    out_of_date,
)
from turnbuckle.practice.microsoft.rewriting import Rewriter
from turnbuckle.practice.microsoft.subscriptions import Subscriptions
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.microsoft.uploads import Uploads
from turnbuckle.practice.microsoft.wire import Json, item_json

_DIGITS = 18
_CONFLICT_KEYS = ("@microsoft.graph.conflictbehavior", "@name.conflictbehavior")


@dataclass(slots=True, kw_only=True)
class Desk:
    """What both hosts work on."""

    tenant: Tenant
    limits: GraphLimits
    switches: GraphSwitches
    uploads: Uploads
    downloads: Downloads
    feeds: Feeds
    rewriter: Rewriter
    copies: Copies
    subscriptions: Subscriptions
    storage_address: str = ""  # known once the storage host listens


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call answers."""

    status: int = 200
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Call:
    """One request to Graph that got past sign-in."""

    desk: Desk
    request: Asked
    principal: Principal
    base: str  # "http://127.0.0.1:8000/v1.0"

    @property
    def author(self) -> Author:
        """In whose name the work is done."""
        return self.principal.author

    @cached_property
    def options(self) -> dict[str, str]:
        """The query; names in lower case, with or without their dollar sign."""
        return {key.lower().removeprefix("$"): value for key, value in self.request.query.items()}

    @cached_property
    def select(self) -> tuple[str, ...]:
        """The keys that the caller wants, empty for all."""
        text = self.options.get("select", "")
        return tuple(one.strip() for one in text.split(",") if one.strip())

    @cached_property
    def page_size(self) -> int:
        """How many items a page may hold."""
        limits = self.desk.limits
        text = self.options.get("top", "")
        if not text:
            return limits.page_items
        wanted = whole(text)
        if not wanted:
            raise bad_request("$top must be a whole number above 0.")
        return min(wanted, limits.largest_page_items)

    async def json(self) -> Json:
        """The body, an object; an empty body counts as one without keys."""
        try:
            told = await self.request.read()
        except web.HTTPRequestEntityTooLarge:
            raise Refusal(413, "invalidRequest", "The body is too large.") from None
        if not told:
            return {}
        if self.request.content_type != "application/json":
            raise bad_request("The body must be JSON, and its Content-Type must say so.")
        try:
            body = msgspec.json.decode(told)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise bad_request("The body is not JSON.") from None
        if not isinstance(body, dict):
            raise bad_request("The body must be a JSON object.")
        return body

    def conflict(self, body: Json, default: Conflict) -> Conflict:
        """The conflict behaviour that the body or the query asks for."""
        lowered = {key.lower(): value for key, value in body.items()}
        for key in _CONFLICT_KEYS:
            value = lowered.get(key, self.options.get(key))
            if value is not None:
                if not isinstance(value, str) or value not in {"fail", "replace", "rename"}:
                    raise bad_request("conflictBehavior is fail, replace or rename.")
                return cast(Conflict, value)
        return default


@dataclass(kw_only=True)
class ItemCall(Call):
    """A call about a drive or an item in it."""

    drive: Drive
    address: Address
    writes: bool = False

    @property
    def entry(self) -> Entry:
        """The item that the address names, as it is by now, or the refusal 404."""
        start = self.drive.get(self.address.item or "root")
        entry = self.drive.find(start, list(self.address.names))
        if entry is None:
            raise not_found()
        self.ensure_shown(entry)
        return entry

    def is_shown(self, entry: Entry) -> bool:
        """Whether the caller sees an item; what is not shared with apps, people still see."""
        if self.principal.app_id and self.drive.trouble.hides(self.drive.tree, entry):
            return False
        return self.principal.may(self.drive, entry, write=False)

    def ensure_shown(self, entry: Entry) -> None:
        """Raise 403, or 404, when the caller does not see the item; 403 when a change is wanted
        and the caller may only read."""
        if not self.is_shown(entry):
            hides = self.desk.switches.hidden_status == 404
            raise not_found() if hides else access_denied()
        if self.writes and not self.principal.may(self.drive, entry, write=True):
            raise access_denied()

    def slot(self) -> tuple[Entry, str]:
        """The folder and the name for a file that may not be there yet."""
        names = list(self.address.names)
        if not names:
            raise not_found()
        start = self.drive.get(self.address.item or "root")
        parent = self.drive.find(start, names[:-1])
        if parent is None:
            raise not_found()
        self.ensure_shown(parent)
        there = self.drive.tree.child(parent.id, names[-1])
        if there is not None:
            self.ensure_shown(there)
        return parent, names[-1]

    def show(self, entry: Entry) -> Json:
        """The item as this caller wants to see it."""
        return item_json(self.drive, entry, select=self.select, address=self.download_address)

    def download_address(self, entry: Entry) -> str:
        """A fresh download address."""
        return self.desk.storage_address + self.desk.downloads.path(self.drive, entry)

    def check_if_match(self, entry: Entry) -> None:
        """Raise 412 when the If-Match header names neither the eTag nor the cTag."""
        wanted = self.request.headers.get("If-Match")
        if wanted is None or wanted.strip() == "*":
            return
        offered = {one.strip().removeprefix("W/").strip('"') for one in _tags(wanted)}
        if offered.isdisjoint({entry.etag_text.strip('"'), entry.ctag_text.strip('"')}):
            raise out_of_date()


def _tags(header: str) -> list[str]:
    """Tags hold commas themselves, so only a comma between quotes divides them."""
    return header.replace('", "', '"\n"').replace('","', '"\n"').split("\n")


def read_times(item: Json) -> Times:
    """The fileSystemInfo of a body."""
    info = item.get("fileSystemInfo") or {}
    if not isinstance(info, dict):
        raise bad_request("fileSystemInfo must be an object.")
    return Times(
        created=moment_of(info.get("createdDateTime")),
        modified=moment_of(info.get("lastModifiedDateTime")),
    )


def moment_of(text: Any) -> datetime | None:
    """Read a time of a body; None stays None.

    Raises:
        Refusal: 400, it is none.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise bad_request("A time must look like 2026-01-31T12:00:00Z.") from None
    if moment.tzinfo is None:
        raise bad_request("A time needs a zone, such as Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise bad_request("A time lies outside the years 1 to 9999.") from None


def whole(text: str) -> int | None:
    """Read a whole number of up to 18 digits; None when it is anything else."""
    return int(text) if len(text) <= _DIGITS and text.isascii() and text.isdecimal() else None


Work = Callable[[ItemCall], Awaitable[Reply]]
