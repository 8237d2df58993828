"""Content on its way up: an upload session, fragments to Microsoft's storage, resumed on a break.

A session keeps the file's own time without a second version, and shows nothing until the last
fragment is whole. Fragments stream through: no fragment is held in memory, and only the last one
waits for the content's own verdict.

Source: section 5 of the Graph fact sheet.
"""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.items import written_time
from turnbuckle.connectors.graph.replies import OutOfStep, SessionLost, upload_error
from turnbuckle.connectors.graph.streams import Source
from turnbuckle.connectors.graph.wire import DriveItem, UploadSession
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import MalformedReply, RateLimited, RemoteError, Unreachable
from turnbuckle.transport.reply import Reply

STEP_BYTES = 320 * 1024  # all fragments but the last are a multiple of this
FRAGMENT_BYTES = 32 * STEP_BYTES  # 10 MiB, as Microsoft advises
MOST_BREAKS = 5
_LONGEST_WAIT_SECONDS = 300.0
_DONE = frozenset({200, 201})
_LABEL = "upload"

type Begin = Callable[[], Awaitable[UploadSession]]


def session_body(content: Content, conflict: str) -> dict[str, Any]:
    """What `createUploadSession` is asked: size (for the quota), time, and what a clash means."""
    item: dict[str, Any] = {
        "@microsoft.graph.conflictBehavior": conflict,
        "fileSize": content.size,
    }
    if content.modified is not None:
        item["fileSystemInfo"] = {"lastModifiedDateTime": written_time(content.modified)}
    return {"item": item}


async def upload(api: GraphApi, begin: Begin, content: Content) -> DriveItem:
    """Send a content that is not empty, and give the item that the storage reports.

    Args:
        begin: asks for a session; asked a second time when the storage lost the first one.

    Raises:
        Unreachable: it broke too often; or nobody knows whether it took effect.
        RemoteError: what the storage refuses, or what the content objects to; the session is
            cancelled then.
    """
    return await _Upload(api, begin, content).run()


class _ContentFailed(Exception):
    """The content raised `error`, so this has nothing to do with Microsoft."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class _Upload:
    def __init__(self, api: GraphApi, begin: Begin, content: Content) -> None:
        self._api = api
        self._begin = begin
        self._content = content
        self._breaks = 0
        self._is_second_session = False
        self._may_be_done = False  # the last fragment was on its way when the line broke

    async def run(self) -> DriveItem:
        session = await self._begin()
        start = 0
        while True:
            try:
                return await self._fragments(session.upload_url, start)
            except _ContentFailed as failed:
                await cancel(self._api, session.upload_url)
                raise failed.error from failed
            except SessionLost:
                session, start = await self._begin_again(), 0
            except (Unreachable, RateLimited) as error:
                await self._wait(error)
                try:
                    start = await self._expected(session.upload_url)
                except SessionLost:
                    session, start = await self._begin_again(), 0
            except Exception:
                await cancel(self._api, session.upload_url)
                raise

    async def _fragments(self, url: str, start: int) -> DriveItem:
        total = self._content.size
        source = Source(self._content, start)
        try:
            while True:
                length = min(FRAGMENT_BYTES, total - start)
                is_last = start + length == total
                reply = await self._fragment(url, source, start, length, is_last=is_last)
                start += length
                if is_last:
                    return reply.json(DriveItem)
                if _first(reply.json(UploadSession)) != start:
                    raise OutOfStep("Microsoft's storage expects another part of the file")
                self._breaks = 0  # it goes on, so the patience starts anew
        except Exception as error:
            if source.failure is not None:
                raise _ContentFailed(source.failure) from error
            raise
        finally:
            await source.close()

    async def _fragment(
        self, url: str, source: Source, start: int, length: int, *, is_last: bool
    ) -> Reply:
        span = f"bytes {start}-{start + length - 1}/{self._content.size}"
        try:
            return await self._api.wire.send(
                "PUT",
                url,
                body=source.take(length, is_last=is_last),
                length=length,
                headers={"Content-Range": span},
                expect=_DONE if is_last else {202},
                label=_LABEL,
                sort_error=upload_error,
            )
        except Unreachable as error:
            self._may_be_done = is_last and not isinstance(error, SessionLost | OutOfStep)
            raise

    async def _expected(self, url: str) -> int:
        """Ask from which byte the storage goes on."""
        while True:
            try:
                reply = await self._api.wire.send(
                    "GET",
                    url,
                    body=b"",
                    length=0,
                    expect={200},
                    label="upload status",
                    sort_error=upload_error,
                )
            except SessionLost:
                raise
            except (Unreachable, RateLimited) as error:
                await self._wait(error)
            else:
                return self._place(_first(reply.json(UploadSession)))

    def _place(self, start: int | None) -> int:
        if start is None or not 0 <= start < self._content.size:
            raise Unreachable("nobody knows whether Microsoft kept the file; it is looked up")
        return start

    async def _begin_again(self) -> UploadSession:
        if self._may_be_done or self._is_second_session:
            raise Unreachable(
                "Microsoft's storage lost the upload, and nobody knows whether it kept the file; "
                "it is looked up"
            )
        self._is_second_session = True
        return await self._begin()

    async def _wait(self, error: RemoteError) -> None:
        self._breaks += 1
        told = error.wait.total_seconds() if isinstance(error, RateLimited) else 0.0
        if self._breaks > MOST_BREAKS or told > _LONGEST_WAIT_SECONDS:
            raise error
        if not isinstance(error, OutOfStep):
            await self._api.wire.clock.sleep(max(told, 2.0 ** (self._breaks - 2)))


async def cancel(api: GraphApi, url: str) -> None:
    """Give an upload session up; if that fails, it expires by itself within minutes."""
    with contextlib.suppress(RemoteError):
        await api.wire.send(
            "DELETE",
            url,
            body=b"",
            length=0,
            expect={204},
            label="cancel upload",
            sort_error=upload_error,
        )


def _first(session: UploadSession) -> int | None:
    """Give the first byte that is expected next; None when the storage expects nothing."""
    if not session.next_expected_ranges:
        return None
    text = session.next_expected_ranges[0].partition("-")[0]
    if not text.isascii() or not text.isdigit():
        raise MalformedReply("Microsoft's storage does not say clearly which bytes it expects")
    return int(text)
