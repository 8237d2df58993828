"""Uploads as the API shows them: create, show, complete; of a project or of its company."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.body import read_body
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.company import Level, Viewer
from turnbuckle.practice.procore.policy import policy_fields
from turnbuckle.practice.procore.refusals import wrong_project
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.uploads import START_SECONDS, Segment, Upload

BUCKET = "pro-core.com"


class UploadCalls:
    """Operations on uploads."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        routes = []
        for version in ("v1.0", "v1.1"):
            for owner in ("projects/{project_id}", "companies/{company_id}"):
                many = f"/rest/{version}/{owner}/uploads"
                table = (
                    ("POST", many, self.create),
                    ("GET", many + "/{uuid}", self.show),
                    ("PATCH", many + "/{uuid}", self.complete),
                )
                routes += [
                    Route(
                        method=method,
                        path=path,
                        operation=f"{method} /uploads",
                        answering=answering,
                    )
                    for method, path, answering in table
                ]
        return routes

    async def create(self, call: Call) -> web.Response:
        """Promise an upload and tell where its bytes go."""
        company_id = self._company_id(call)
        fields = await read_body(call.request, self._state.blobs)
        upload = self._state.uploads.create(company_id, call.person, fields)
        return answer(self._row(upload, created=True), 201)

    async def show(self, call: Call) -> web.Response:
        """How far an upload is."""
        return answer(self._row(self._find(call)))

    async def complete(self, call: Call) -> web.Response:
        """Make one content of all segments."""
        company_id = self._company_id(call)
        fields = await read_body(call.request, self._state.blobs)
        uuid = call.request.match_info["uuid"]
        upload = self._state.uploads.check_parts(uuid, company_id, call.person, fields)
        if upload.blob is None:
            await self._join(upload, upload.segments or [])
        return answer(self._row(upload))

    async def _join(self, upload: Upload, segments: list[Segment]) -> None:
        blobs = self._state.blobs
        parts = [segment.blob for segment in segments if segment.blob is not None]
        upload.blob = await asyncio.to_thread(blobs.join, parts)
        for part in parts:
            blobs.drop(part)

    def _find(self, call: Call) -> Upload:
        uuid = call.request.match_info["uuid"]
        return self._state.uploads.find(uuid, self._company_id(call), call.person)

    def _company_id(self, call: Call) -> int:
        if "company_id" in call.request.match_info:
            if call.in_path("company_id") != call.company.id:
                raise wrong_project()
            return call.company.id
        project = self._state.companies.open_project(
            call.in_path("project_id"), call.company, call.person
        )
        may_add_photos = (
            project.photos_on
            and not project.frozen
            and project.photo_level(call.person) >= Level.STANDARD
        )
        if call.request.method == "POST" and not may_add_photos:
            Viewer(call.person, project).require(Level.STANDARD)
        return project.company.id

    def _row(self, upload: Upload, *, created: bool = False) -> dict[str, Any]:
        row: dict[str, Any] = {"uuid": upload.uuid}
        if upload.segments is None and created:
            row["url"] = f"{self._state.storage_address}/{BUCKET}"
            row["fields"] = policy_fields(upload, self._state.signer)
            return row
        row["status"] = upload.status
        if upload.segments is not None:
            row["segments"] = [
                self._segment_row(upload, number, segment)
                for number, segment in enumerate(upload.segments)
            ]
        return row

    def _segment_row(self, upload: Upload, number: int, segment: Segment) -> dict[str, Any]:
        headers = {
            "x-amz-content-sha256": segment.sha256,
            "content-length": str(segment.size),
        }
        row: dict[str, Any] = {
            "size": segment.size,
            "sha256": segment.sha256,
            "url": self._segment_url(upload, number),
            "headers": headers,
        }
        if segment.md5 is not None:
            row["md5"] = segment.md5
            headers["content-md5"] = base64.b64encode(bytes.fromhex(segment.md5)).decode()
        if segment.blob is not None:
            row["etag"] = segment.etag
        return row

    def _segment_url(self, upload: Upload, number: int) -> str:
        started = datetime.fromtimestamp(upload.created, UTC).strftime("%Y%m%dT%H%M%SZ")
        signature = self._state.signer.sign("PUT", upload.key, number)
        return (
            f"{self._state.storage_address}/{BUCKET}/{upload.key}?partNumber={number + 1}"
            f"&X-Amz-Date={started}&X-Amz-Expires={START_SECONDS}&X-Amz-Signature={signature}"
        )
