"""Upload sessions: a file comes in fragments, in order, and appears when the last one is there.

A session lives some 15 minutes after its last fragment and a day at most. A fragment that breaks
off leaves nothing behind; the session goes on from the end of the one before. Until the commit
nothing can be seen in the library.

Source: section 5 of the fact sheet; the page driveitem-createuploadsession.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

from turnbuckle.practice.blobs import Writer
from turnbuckle.practice.microsoft.drive import Conflict, Drive, Times
from turnbuckle.practice.microsoft.items import Author, Bytes, Entry
from turnbuckle.practice.microsoft.quickxor import QuickXor
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request
from turnbuckle.practice.microsoft.rewriting import is_rewritten

_RANGE = re.compile(r"bytes\s+(\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


@dataclass(slots=True, kw_only=True)
class Target:
    """Where the file goes: over an item, or under a name in a folder."""

    item: str = ""
    parent: str = ""
    name: str = ""
    conflict: Conflict = "replace"


@dataclass(slots=True, kw_only=True)
class Session:
    """One upload in progress."""

    id: str
    secret: str
    drive: Drive
    author: Author
    target: Target
    times: Times
    deferred: bool
    expires: datetime
    longest: datetime
    expecting: str = ""  # the eTag that the item must still have at the end
    loses_first: bool = False  # the quirk of rewritten Office files
    writer: Writer | None = None  # opened by the first fragment
    running: QuickXor = field(default_factory=QuickXor)
    total: int | None = None
    content: Bytes | None = None  # all bytes are there, the commit is not
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def there(self) -> int:
        """How many bytes have come."""
        return self.writer.size if self.writer is not None else 0

    def next_ranges(self) -> list[str]:
        """What the service waits for; both ends are named once it knows how much is to come."""
        if self.content is not None:
            return []
        last = "" if self.total is None else self.total - 1
        return [f"{self.there}-{last}"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """The place of one fragment, both ends included."""

    first: int
    last: int
    total: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


def read_range(header: str) -> Fragment:
    """Read a Content-Range header, or refuse it."""
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        raise bad_request("Content-Range must be: bytes first-last/total.")
    fragment = Fragment(int(found[1]), int(found[2]), int(found[3]))
    if not fragment.first <= fragment.last < fragment.total:
        raise bad_request("The range lies outside the file.")
    return fragment


class Uploads:
    """All sessions of the service."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._lost_once: set[str] = set()

    def __getstate__(self) -> dict[str, object]:
        """Sessions end with the process, as they end by themselves after a while."""
        return {"_sessions": {}, "_lost_once": self._lost_once}

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(
        self, drive: Drive, target: Target, author: Author, times: Times, *, deferred: bool
    ) -> Session:
        """Open a session."""
        now = drive.clock.now()
        self._sweep(now)
        session = Session(
            id=str(uuid4()),
            secret=secrets.token_urlsafe(24),
            drive=drive,
            author=author,
            target=target,
            times=times,
            deferred=deferred,
            expires=now + timedelta(seconds=drive.limits.upload_seconds),
            longest=now + timedelta(seconds=drive.limits.upload_longest_seconds),
            loses_first=self._is_lost_once(drive, target),
        )
        self._sessions[session.id] = session
        return session

    def _is_lost_once(self, drive: Drive, target: Target) -> bool:
        entry = drive.tree.entries.get(target.item)
        if not drive.switches.office_session_lost_once or entry is None:
            return False
        if entry.id in self._lost_once or not is_rewritten(entry.name):
            return False
        self._lost_once.add(entry.id)
        return True

    def _sweep(self, now: datetime) -> None:
        for session in [one for one in self._sessions.values() if one.expires < now]:
            self.cancel(session)

    def find(self, number: str, secret: str) -> Session:
        """The session of an upload address, or the refusal: 404 when gone, 401 when a day old."""
        session = self._sessions.get(number.strip("'"))
        if session is None or not secrets.compare_digest(session.secret.encode(), secret.encode()):
            raise _gone()
        now = session.drive.clock.now()
        if now >= session.longest:
            raise Refusal(401, "unauthenticated", inner="expiredToken")
        if now >= session.expires:
            self.cancel(session)
            raise _gone()
        return session

    def cancel(self, session: Session) -> None:
        """Forget a session and its bytes."""
        self._sessions.pop(session.id, None)
        if session.content is not None:
            session.drive.blobs.drop(session.content.blob)
        elif session.writer is not None:
            session.writer.discard()

    async def take(self, session: Session, fragment: Fragment, body: AsyncIterator[bytes]) -> bool:
        """Write one fragment; whether all bytes are there now."""
        self._check(session, fragment)
        kept = session.running.copy()
        writer = session.writer = session.writer or session.drive.blobs.begin()
        try:
            async for chunk in body:
                writer.write(chunk)
                session.running.update(chunk)
            if writer.size != fragment.last + 1:
                raise bad_request("The body is not as long as the range.", "fragmentLengthMismatch")
        except BaseException:
            writer.rewind()
            session.running = kept
            raise
        writer.save()
        limits = session.drive.limits
        session.expires = session.drive.clock.now() + timedelta(seconds=limits.upload_seconds)
        if writer.size == fragment.total:
            session.content = Bytes(blob=writer.finish(), quickxor=session.running.text())
        return session.content is not None

    def _check(self, session: Session, fragment: Fragment) -> None:
        limits = session.drive.limits
        if session.loses_first:
            self.cancel(session)
            raise _gone()
        if session.total not in {None, fragment.total}:
            raise bad_request("The total may not change.", "fragmentLengthMismatch")
        if session.content is not None or fragment.first < session.there:
            raise Refusal(416, "invalidRange", inner="fragmentOverlap")
        if fragment.first > session.there:
            raise Refusal(416, "invalidRange", inner="fragmentOutOfOrder")
        if fragment.length > limits.fragment_bytes or fragment.total > limits.file_bytes:
            raise Refusal(413, "invalidRequest", "The fragment or the file is too large.")
        ends = fragment.last + 1 == fragment.total
        if not ends and fragment.length % limits.fragment_step_bytes:
            raise bad_request("All fragments but the last are multiples of 320 KiB long.")
        session.drive.ensure_space(fragment.total)
        session.total = fragment.total

    def commit(self, session: Session, target: Target | None = None) -> tuple[Entry, bool]:
        """Make the file visible; gives it and whether it is new. A taken name leaves the session.

        Args:
            session: one that has all its bytes.
            target: another place or name than the session was opened with.
        """
        if session.content is None:
            raise bad_request("Bytes are missing still.")
        drive, target = session.drive, target or session.target
        self._check_unchanged(session, target)
        if target.item:
            entry = drive.get(target.item)
            made = drive.replace(entry, session.content, session.author, session.times), False
        else:
            made = drive.put(
                drive.get(target.parent),
                target.name,
                session.content,
                session.author,
                target.conflict,
                session.times,
            )
        del self._sessions[session.id]
        return made

    def _check_unchanged(self, session: Session, target: Target) -> None:
        if not session.expecting:
            return
        tree = session.drive.tree
        there = tree.entries.get(target.item) or tree.child(target.parent, target.name)
        if there is None or there.etag_text != session.expecting:
            raise Refusal(409, "resourceModified")


def upload_path(session: Session) -> str:
    """The address of a session on the storage host, without the host."""
    drive, target = session.drive, session.target
    site = quote(drive.place.web_path.rpartition("/")[0])
    where = target.item or target.parent
    name = quote(f"'~tmp_{target.name}'", safe="")
    rules = (
        f"overwrite={target.conflict == 'replace'}&rename={target.conflict == 'rename'}"
        f"&dc={int(session.deferred)}"
    )
    return (
        f"/{site}/_api/v2.0/drives/{drive.place.drive_id}/items/{where}/uploadSession"
        f"?guid='{session.id}'&path={name}&{rules}&tempauth={session.secret}"
    )


def _gone() -> Refusal:
    sentence = "The upload session was not found."
    return Refusal(404, "itemNotFound", sentence, inner="uploadSessionNotFound")
