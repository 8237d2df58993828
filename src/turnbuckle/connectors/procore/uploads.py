"""Bring a file's bytes into Procore's storage, ready to be attached.

Up to 5 GB they go in one POST, and nothing is kept. Above that Procore wants the SHA-256 of each
segment before the first byte is sent, so the source is read twice: once to hash, once to send.
A broken upload starts again; what was sent is forgotten by Procore after a week.

Source: the fact sheet, sections 9 and 18.
"""

import hashlib
import mimetypes
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from turnbuckle.connectors.procore.capabilities import ONE_POST_BYTES, SEGMENT_BYTES
from turnbuckle.connectors.procore.project import Holder
from turnbuckle.connectors.procore.replies import sort_storage_error
from turnbuckle.connectors.procore.wire import Upload
from turnbuckle.model.items import Name
from turnbuckle.ports.connector import Content
from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.wire import Wire

_TYPES = mimetypes.MimeTypes()  # the list that Python carries, the same on every machine
_ANY_TYPE = "application/octet-stream"
_STORED = frozenset({200, 201, 204})


class Uploads:
    """Uploads for one project, or for a company itself.

    Args:
        one_post_bytes: the largest file that goes in one POST.
        segment_bytes: the size of all segments but the last.
    """

    def __init__(
        self,
        wire: Wire,
        holder: Holder,
        *,
        one_post_bytes: int = ONE_POST_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._wire = wire
        self._path = holder.uploads
        self._one_post_bytes = one_post_bytes
        self._segment_bytes = segment_bytes

    async def send(self, name: Name, content: Content) -> str:
        """Send all of `content`; give the upload's uuid once the content's iterator has ended.

        One counted call; two for a file in segments.
        """
        if content.size > self._one_post_bytes:
            return await self._send_segments(name, content)
        upload = await self._promise(name, {"size": content.size})
        if upload.url is None or upload.fields is None:
            raise MalformedReply("Procore promised an upload without saying where to")
        await self._post(upload.url, upload.fields, upload.uuid, name, content)
        return upload.uuid

    async def _promise(self, name: Name, body: dict[str, Any]) -> Upload:
        reply = await self._wire.call(
            "POST",
            self._path,
            json={"response_filename": name, "response_content_type": type_of(name), **body},
            label="create upload",
        )
        return reply.json(Upload)

    async def _post(
        self, url: str, fields: dict[str, str], uuid: str, name: Name, content: Content
    ) -> None:
        boundary = f"turnbuckle-{uuid}"
        head, tail = form_around(boundary, fields, name)
        await self._wire.send(
            "POST",
            url,
            body=_form(head, content, tail),
            length=len(head) + content.size + len(tail),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            expect=_STORED,
            label="upload",
            sort_error=sort_storage_error,
        )

    async def _send_segments(self, name: Name, content: Content) -> str:
        parts = await self._hashed(content)
        upload = await self._promise(name, {"size": content.size, "segments": parts})
        if upload.segments is None or len(upload.segments) != len(parts):
            raise MalformedReply("Procore promised other segments than were asked for")
        told = []
        async with aclosing(_Pieces(content.open(0))) as pieces:
            for part, place in zip(parts, upload.segments, strict=True):
                reply = await self._wire.send(
                    "PUT",
                    place.url,
                    body=pieces.next(part["size"]),
                    length=part["size"],
                    headers={
                        **{name: str(value) for name, value in place.headers.items()},
                        "Content-Type": _ANY_TYPE,
                    },
                    expect=_STORED,
                    label="upload segment",
                    sort_error=sort_storage_error,
                )
                told.append({**part, "etag": reply.headers.get("etag", "").strip('"')})
            await pieces.end()
        await self._wire.call(
            "PATCH",
            f"{self._path}/{upload.uuid}",
            json={"segments": told},
            label="complete upload",
        )
        return upload.uuid

    async def _hashed(self, content: Content) -> Sequence[dict[str, Any]]:
        """Read the content once; give size, SHA-256 and MD5 of each segment."""
        parts = []
        async with aclosing(_Pieces(content.open(0))) as pieces:
            for start in range(0, content.size, self._segment_bytes):
                size = min(self._segment_bytes, content.size - start)
                sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
                async for chunk in pieces.next(size):
                    sha256.update(chunk)
                    md5.update(chunk)
                parts.append({"size": size, "sha256": sha256.hexdigest(), "md5": md5.hexdigest()})
            await pieces.end()
        return parts


class _Pieces:
    """One stream, given out in pieces of asked lengths."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._rest = b""

    async def next(self, size: int) -> AsyncIterator[bytes]:
        """Give exactly the next `size` bytes; fewer only where the source ends."""
        while size:
            chunk = self._rest or await anext(self._source, b"")
            if not chunk:
                return
            piece, self._rest = chunk[:size], chunk[size:]
            size -= len(piece)
            yield piece

    async def end(self) -> None:
        """Read the source to its end, which must be here.

        Raises:
            MalformedReply: it holds more than was announced.
        """
        if self._rest or await anext(self._source, b""):
            raise MalformedReply("the content is longer than was announced")

    async def aclose(self) -> None:
        """Let the source go."""
        close = getattr(self._source, "aclose", None)
        if close is not None:
            await close()


def type_of(name: str) -> str:
    """Give the media type by a name's ending."""
    return _TYPES.guess_type(name, strict=False)[0] or _ANY_TYPE


def form_around(boundary: str, fields: dict[str, str], name: str) -> tuple[bytes, bytes]:
    """Write what stands before and after the file's bytes in the form that the storage takes.

    All fields come unchanged and in order, the file last.
    """
    start = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{start}"{_quoted(field)}"\r\n\r\n{value}\r\n' for field, value in fields.items()]
    kind = fields.get("Content-Type", _ANY_TYPE)
    file = f'"file"; filename="{_quoted(name)}"\r\nContent-Type: {kind}\r\n\r\n'
    parts.append(start + file)
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()


def _quoted(text: str) -> str:
    """Quote as browsers do in forms (HTML standard, multipart/form-data)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


async def _form(head: bytes, content: Content, tail: bytes) -> AsyncIterator[bytes]:
    """The tail, without which storage keeps nothing, follows only the content's verified end."""
    yield head
    source, left = content.open(0), content.size
    try:
        async for chunk in source:
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
        if left:
            raise MalformedReply(f"the content is not {content.size} bytes long, as was announced")
    finally:
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()
    yield tail
