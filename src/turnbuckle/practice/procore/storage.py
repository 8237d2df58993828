"""The storage host: takes and gives bytes for whoever has a signed address, and knows nobody.

It refuses requests that carry an Authorization header, as S3 does for signed addresses, so that a
client which sends its bearer token to the wrong host finds out. Its errors are XML.
"""

import base64
import hashlib
import html
import mimetypes
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import web

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.guard import Handler
from turnbuckle.practice.procore.faults import Dropped, Event, drop
from turnbuckle.practice.procore.form_stream import BadForm, FormStream
from turnbuckle.practice.procore.nodes import Version
from turnbuckle.practice.procore.policy import policy_fields, size_range
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.uploads import Segment, Upload

DOWNLOAD_SECONDS = 600
_BUCKET = "pro-core.com"


class StorageRefusal(Exception):
    """The storage says no."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence

    def response(self) -> web.Response:
        """The answer, in the storage's XML."""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{html.escape(self.sentence)}</Message></Error>"
        )
        return web.Response(status=self.status, text=text, content_type="application/xml")


def download_address(state: State, version: Version, company_id: int) -> str:
    """A signed address of a version's bytes at the storage host."""
    key = f"companies/{company_id}/{version.key}"
    date = datetime.fromtimestamp(state.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    signature = state.signer.sign("GET", key, date)
    return (
        f"{state.storage_address}/{_BUCKET}/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Date={date}&X-Amz-Expires={DOWNLOAD_SECONDS}&X-Amz-Signature={signature}"
    )


class Storage:
    """Answers the three kinds of requests: a form, a segment, a download."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.counters: Counter[str] = Counter()

    def routes(self) -> list[web.RouteDef]:
        """All requests that it takes."""
        return [
            web.post(f"/{_BUCKET}", self._enter("POST storage", self.take_form)),
            web.put(f"/{_BUCKET}/{{key:.+}}", self._enter("PUT storage", self.take_segment)),
            web.get(f"/{_BUCKET}/{{key:.+}}", self._enter("GET storage", self.give)),
        ]

    async def take_form(self, request: web.Request) -> web.StreamResponse:
        """A simple upload: all promised fields, unchanged, then the file."""
        boundary = self._boundary(request)
        form = FormStream(request.content, boundary)
        upload = self._check_policy(await form.fields())
        blob = await self._receive(request, form.file(), size_range(upload), "POST storage")
        if upload.attached:
            self._state.blobs.drop(blob)
        else:
            if upload.blob is not None:
                self._state.blobs.drop(upload.blob)
            upload.blob = blob
        return web.Response(status=204, headers={"ETag": f'"{blob.sha256[:32]}"'})

    async def take_segment(self, request: web.Request) -> web.StreamResponse:
        """One piece of a segmented upload, with the headers that were promised for it."""
        upload, segment = self._find_segment(request)
        self._check_segment_headers(request, segment, unified=upload.unified)
        size = segment.size
        chunks = _checked(request, segment)
        blob = await self._receive(request, chunks, (size, size), "PUT storage")
        if blob.sha256 != segment.sha256:
            self._state.blobs.drop(blob)
            raise StorageRefusal(
                400, "XAmzContentSHA256Mismatch", "The content has another SHA-256."
            )
        if upload.blob is not None:
            self._state.blobs.drop(blob)
            raise StorageRefusal(404, "NoSuchUpload", "The upload is complete.")
        if segment.blob is not None:
            self._state.blobs.drop(segment.blob)
        segment.blob = blob
        return web.Response(headers={"ETag": f'"{segment.etag}"'})

    async def give(self, request: web.Request) -> web.StreamResponse:
        """A version's bytes, from any byte on."""
        version = self._check_download(request)
        path = self._state.blobs.path(version.blob)
        headers = {
            "Content-Type": _content_type(version.name),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(version.name, safe='')}",
        }
        if self._state.faults.next_is_corrupt():
            return web.Response(body=self._with_wrong_byte(version.blob), headers=headers)
        cut = self._state.faults.next_cut("GET storage")
        if cut is None:
            return web.FileResponse(path, headers=headers, chunk_size=1 << 20)
        return await self._give_some(request, version, cut, headers)

    def _enter(self, operation: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.counters[operation] += 1
            event = Event(operation, request)
            try:
                if "Authorization" in request.headers:
                    raise StorageRefusal(400, "InvalidArgument", "Send no Authorization here.")
                struck = await self._state.faults.strike_before(event)
                response = await handler(request) if struck is None else struck
                if await self._state.faults.strike_after(event, response):
                    raise Dropped
            except StorageRefusal as refusal:
                response = refusal.response()
            except BadForm as bad:
                response = StorageRefusal(400, "MalformedPOSTRequest", f"{bad}.").response()
            except Dropped:
                drop(request)
                response = web.Response(status=500)
            return response

        return handle

    @staticmethod
    def _boundary(request: web.Request) -> str:
        if request.content_length is None:
            raise StorageRefusal(411, "MissingContentLength", "Send a Content-Length.")
        message = "The content is no multipart form."
        kind, _, rest = request.headers.get("Content-Type", "").partition(";")
        if kind.strip().lower() != "multipart/form-data":
            raise StorageRefusal(412, "PreconditionFailed", message)
        for part in rest.split(";"):
            name, _, value = part.strip().partition("=")
            if name.lower() == "boundary" and value:
                return value.strip('"')
        raise StorageRefusal(400, "MalformedPOSTRequest", message)

    def _check_policy(self, fields: dict[str, str]) -> Upload:
        upload = self._state.uploads.at_key(fields.get("key", ""))
        if upload is None or upload.segments is not None:
            raise StorageRefusal(403, "AccessDenied", "The key is not one of an upload.")
        promised = policy_fields(upload, self._state.signer)
        signed = ("policy", "x-amz-signature")
        if any(fields.get(name) != promised[name] for name in signed):
            raise StorageRefusal(403, "SignatureDoesNotMatch", "The policy is not as it was given.")
        if fields != promised:
            wrong = sorted({*fields, *promised} - {n for n in fields if _same(n, fields, promised)})
            raise StorageRefusal(
                403, "AccessDenied", f"Fields that break the policy: {', '.join(wrong)}."
            )
        if self._state.uploads.has_expired(upload):
            raise StorageRefusal(403, "AccessDenied", "The policy has expired.")
        return upload

    def _find_segment(self, request: web.Request) -> tuple[Upload, Segment]:
        upload = self._state.uploads.at_key(request.match_info["key"])
        number = request.query.get("partNumber", "")
        signature = request.query.get("X-Amz-Signature", "")
        if upload is None or upload.segments is None or not number.isdigit():
            raise StorageRefusal(403, "AccessDenied", "The address is not one of a segment.")
        index = int(number) - 1
        if not self._state.signer.is_signed(signature, "PUT", upload.key, index):
            raise StorageRefusal(403, "SignatureDoesNotMatch", "The signature is wrong.")
        if self._state.uploads.has_expired(upload):
            raise StorageRefusal(403, "AccessDenied", "The address has expired.")
        return upload, upload.segments[index]

    @staticmethod
    def _check_segment_headers(request: web.Request, segment: Segment, *, unified: bool) -> None:
        if request.content_length is None:
            raise StorageRefusal(411, "MissingContentLength", "Send a Content-Length.")
        if unified:
            if request.content_length != segment.size:
                raise StorageRefusal(403, "SignatureDoesNotMatch", "Another length was promised.")
            return
        wanted = {
            "x-amz-content-sha256": segment.sha256,
            "content-length": str(segment.size),
            "content-type": "application/octet-stream",
        }
        if segment.md5 is not None:
            wanted["content-md5"] = base64.b64encode(bytes.fromhex(segment.md5)).decode()
        wrong = [name for name, value in wanted.items() if request.headers.get(name) != value]
        if wrong:
            raise StorageRefusal(
                403, "SignatureDoesNotMatch", f"Headers other than promised: {', '.join(wrong)}."
            )

    def _check_download(self, request: web.Request) -> Version:
        key, query = request.match_info["key"], request.query
        date = query.get("X-Amz-Date", "")
        if not self._state.signer.is_signed(query.get("X-Amz-Signature", ""), "GET", key, date):
            raise StorageRefusal(403, "SignatureDoesNotMatch", "The signature is wrong.")
        signed = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        if self._state.now() > signed + DOWNLOAD_SECONDS:
            raise StorageRefusal(403, "AccessDenied", "Request has expired.")
        found = self._state.companies.content(key.rpartition("/")[2])
        if found is None:
            raise StorageRefusal(404, "NoSuchKey", "There is no such content.")
        return found[1]

    async def _receive(
        self,
        request: web.Request,
        chunks: AsyncIterator[bytes],
        allowed: tuple[int, int],
        operation: str,
    ) -> Blob:
        fewest, most = allowed
        cut = self._state.faults.next_cut(operation)
        with self._state.blobs.begin() as writer:
            async for chunk in chunks:
                writer.write(chunk)
                if cut is not None and writer.size >= cut:
                    raise Dropped
                if writer.size > most:
                    raise StorageRefusal(400, "EntityTooLarge", f"More than {most} bytes came.")
            if writer.size < fewest:
                raise StorageRefusal(400, "EntityTooSmall", f"Fewer than {fewest} bytes came.")
            return writer.finish()

    def _with_wrong_byte(self, blob: Blob) -> bytes:
        data = self._state.blobs.read(blob)
        return bytes([data[0] ^ 0xFF]) + data[1:] if data else data

    async def _give_some(
        self, request: web.Request, version: Version, cut: int, headers: dict[str, str]
    ) -> web.StreamResponse:
        start = request.http_range.start or 0
        size = version.blob.size
        response = web.StreamResponse(status=206 if start else 200, headers=headers)
        if start:
            response.headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        response.content_length = size - start
        await response.prepare(request)
        async for chunk in self._state.blobs.open(version.blob, start, start + cut):
            await response.write(chunk)
        raise Dropped


async def _checked(request: web.Request, segment: Segment) -> AsyncIterator[bytes]:
    """The body, compared with the promised MD5 where there is one."""
    digest = hashlib.md5(usedforsecurity=False) if segment.md5 else None
    while chunk := await request.content.readany():
        if digest is not None:
            digest.update(chunk)
        yield chunk
    if digest is not None and digest.hexdigest() != (segment.md5 or "").lower():
        raise StorageRefusal(400, "BadDigest", "The content has another MD5.")


def _same(name: str, fields: dict[str, str], promised: dict[str, str]) -> bool:
    return name in promised and fields[name] == promised[name]


def _content_type(name: str) -> str:
    kind, encoding = mimetypes.guess_type(name)
    if encoding is not None or kind is None:
        return "application/octet-stream"
    return kind
