"""Unified uploads as the API shows them: create, show, complete; of a project alone."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.body import read_body
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.company import Project
from turnbuckle.practice.procore.nodes import stamp
from turnbuckle.practice.procore.refusals import denied, not_found, wrong_project
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.unified_uploads import promise, standing, take_etags
from turnbuckle.practice.procore.uploads import Upload
from turnbuckle.practice.procore.v2_refusals import in_v2

_MANY = "/rest/v2.1/companies/{company_id}/projects/{project_id}/uploads"
_ONE = _MANY + "/{upload_id}"
_BUCKET = "pro-core.com"


class UnifiedUploadCalls:
    """Operations on unified uploads."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        table = (
            ("POST", _MANY, self.create),
            ("GET", _ONE, self.show),
            ("PATCH", _ONE, self.complete),
        )
        return [
            Route(
                method=method,
                path=path,
                operation=f"{method} /v2.1 uploads",
                answering=in_v2(answering),
            )
            for method, path, answering in table
        ]

    async def create(self, call: Call) -> web.Response:
        """Promise an upload and tell where its parts go."""
        project = self._project(call)
        if project.frozen:
            raise denied("The project is inactive and can only be read")
        fields = await read_body(call.request, self._state.blobs)
        upload = promise(self._state.uploads, project.company.id, call.person, fields)
        row = {
            **self._named(upload),
            "upload_expires_at": stamp(int(upload.created + upload.keep_seconds)),
            "segments": self._addresses(upload),
            "status": standing(upload, self._state.now()),
        }
        return answer({"data": row}, 201)

    async def show(self, call: Call) -> web.Response:
        """How far an upload is, with new addresses for the parts that are missing."""
        upload = self._find(call)
        upload.addressed = self._state.now()
        row = {
            **self._named(upload),
            "sanitized_file_name": upload.filename,
            "custom_metadata": {},
            "segments": self._addresses(upload),
            "status": standing(upload, self._state.now()),
        }
        return answer({"data": row})

    async def complete(self, call: Call) -> web.Response:
        """Note which parts were sent; make one content of them once that is all."""
        upload = self._find(call)
        fields = await read_body(call.request, self._state.blobs)
        is_all = take_etags(upload, fields)
        if is_all and upload.completed is None:
            parts = [part.blob for part in upload.segments or () if part.blob is not None]
            upload.completed = self._state.now()
            upload.blob = await asyncio.to_thread(self._state.blobs.join, parts)
            for part in parts:
                self._state.blobs.drop(part)
        status = "complete" if is_all else "receiving"
        return answer({"data": {"upload_id": upload.uuid, "status": status}})

    def _project(self, call: Call) -> Project:
        if call.in_path("company_id") != call.company.id:
            raise wrong_project()
        return self._state.companies.open_project(
            call.in_path("project_id"), call.company, call.person
        )

    def _find(self, call: Call) -> Upload:
        company_id = self._project(call).company.id
        uuid = call.request.match_info["upload_id"]
        upload = self._state.uploads.find(uuid, company_id, call.person)
        if not upload.unified:
            raise not_found("Upload")
        return upload

    @staticmethod
    def _named(upload: Upload) -> dict[str, Any]:
        return {
            "upload_id": upload.uuid,
            "file_name": upload.filename,
            "file_size": upload.size,
            "content_type": upload.content_type,
        }

    def _addresses(self, upload: Upload) -> list[dict[str, Any]]:
        """Where each part goes that did not arrive yet; none once all is complete."""
        if upload.completed is not None:
            return []
        ends = stamp(int(upload.addressed + upload.address_seconds))
        return [
            {
                "url": self._address(upload, number),
                "url_expires_at": ends,
                "headers": {"Content-Length": str(part.size)},
            }
            for number, part in enumerate(upload.segments or ())
            if part.blob is None
        ]

    def _address(self, upload: Upload, number: int) -> str:
        given = datetime.fromtimestamp(upload.addressed, UTC).strftime("%Y%m%dT%H%M%SZ")
        signature = self._state.signer.sign("PUT", upload.key, number)
        return (
            f"{self._state.storage_address}/{_BUCKET}/{upload.key}?partNumber={number + 1}"
            f"&X-Amz-Date={given}&X-Amz-Signature={signature}"
        )
