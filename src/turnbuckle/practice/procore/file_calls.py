"""Files and their versions: create from an upload, rename, move, check out, new bytes, delete."""

from dataclasses import dataclass
from datetime import UTC

from aiohttp import web

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.procore.account_calls import open_viewer
from turnbuckle.practice.procore.arguments import Fields, moment
from turnbuckle.practice.procore.body import keep_bytes, read_body
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.company import Level, Viewer
from turnbuckle.practice.procore.document_calls import (
    AT_TOP,
    document_routes,
    new_parent,
    read_marks,
    relocate,
    set_marks,
)
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.refusals import checked_out, denied, invalid, not_found
from turnbuckle.practice.procore.rows import Rows
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.uploads import Upload


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What is to become a version: an upload's bytes, or those of a multipart form."""

    blob: Blob
    filename: str | None
    upload: Upload | None
    request: web.Request

    def attach(self) -> None:
        keep_bytes(self.request, self.blob)
        if self.upload is not None:
            self.upload.attached = True


class FileCalls:
    """Operations on files and file versions."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        one, many = "/files/{id}", "/files"
        version, versions = "/file_versions/{id}", "/file_versions"
        table = (
            ("POST", many, many, self.create),
            ("GET", one, many, self.show),
            ("PATCH", one, many, self.change),
            ("DELETE", one, many, self.delete),
            ("POST", versions, versions, self.create_version),
            ("GET", version, versions, self.show_version),
        )
        return document_routes(table, of_project=AT_TOP)

    async def create(self, call: Call) -> web.Response:
        """Make a file of uploaded bytes."""
        viewer = self._viewer(call, Level.STANDARD)
        fields = (await read_body(call.request, self._state.blobs)).part("file")
        content = self._content(call, viewer, fields)
        if content is None:
            raise invalid("upload_uuid", "can't be blank")
        name = fields.text("name") or content.filename
        if name is None:
            raise invalid("name", "can't be blank")
        parent = new_parent(viewer, fields)
        marks, description = read_marks(fields), fields.text("description")
        unique = fields.flag("unique_name")
        node = viewer.holder.documents.create_file(
            parent,
            name,
            content.blob,
            call.person,
            unique_name=self._state.switches.unique_name_default if unique is None else unique,
        )
        content.attach()
        node.description = description
        set_marks(viewer, node, marks)
        return answer(Rows(self._state, viewer).file(node), 201)

    async def show(self, call: Call) -> web.Response:
        """A file with its versions."""
        viewer = self._viewer(call, Level.READ_ONLY)
        node = viewer.find(call.in_path("id"), folder=False)
        latest_only = call.flag("show_latest_version_only")
        return answer(Rows(self._state, viewer).file(node, latest_only=latest_only))

    async def change(self, call: Call) -> web.Response:
        """Rename, move, restore, check out, describe, or give new bytes."""
        viewer = self._viewer(call, Level.STANDARD)
        node = viewer.find(call.in_path("id"), folder=False)
        fields = (await read_body(call.request, self._state.blobs)).part("file")
        tree = viewer.holder.documents
        resets = self._resets_check_out(fields)
        self._require_free(viewer, node, self._state.switches.checked_out_patch, resets=resets)
        content = self._content(call, viewer, fields)
        if content is not None and node.deleted:
            raise invalid("base", "is in the recycle bin")
        marks, description = read_marks(fields), fields.text("description")
        until = None if resets else self._check_out_end(fields)
        relocate(viewer, node, fields)
        if content is not None:
            tree.add_version(node, content.blob, call.person)
            content.attach()
        if "description" in fields:
            node.description = description
        if resets:
            node.checked_out_by, node.checked_out_until = None, 0
        elif until is not None:
            node.checked_out_by, node.checked_out_until = call.person, until
        if resets or until is not None or "description" in fields:
            node.updated = tree.now()
            tree.changed(node)
        set_marks(viewer, node, marks)
        return answer(Rows(self._state, viewer).file(node))

    async def delete(self, call: Call) -> web.Response:
        """Put a file into the recycle bin."""
        viewer = self._viewer(call, Level.ADMIN)
        node = viewer.find(call.in_path("id"), folder=False)
        if node.deleted:
            raise not_found("File")
        self._require_free(viewer, node, self._state.switches.checked_out_version)
        viewer.holder.documents.delete(node)
        return web.Response()

    async def create_version(self, call: Call) -> web.Response:
        """Give a file new bytes as its newest version."""
        viewer = self._viewer(call, Level.STANDARD)
        fields = (await read_body(call.request, self._state.blobs)).part("file_version")
        node = viewer.find(call.needed_in_query("file_id"), folder=False)
        if node.deleted:
            raise not_found("File")
        self._require_free(viewer, node, self._state.switches.checked_out_version)
        content = self._content(call, viewer, fields)
        if content is None:
            raise invalid("upload_uuid", "can't be blank")
        name, notes = fields.text("name"), fields.text("notes")
        version = viewer.holder.documents.add_version(
            node, content.blob, call.person, name=name, notes=notes
        )
        content.attach()
        return answer(Rows(self._state, viewer).version(version), 201)

    async def show_version(self, call: Call) -> web.Response:
        """One version of a file."""
        viewer = self._viewer(call, Level.READ_ONLY)
        version = viewer.holder.documents.versions.get(call.in_path("id"))
        if version is None:
            raise not_found("File version")
        viewer.find(version.file_id, folder=False)
        return answer(Rows(self._state, viewer).version(version))

    def _viewer(self, call: Call, level: Level) -> Viewer:
        return open_viewer(self._state, call, level)

    def _content(self, call: Call, viewer: Viewer, fields: Fields) -> _Bytes | None:
        data = fields.raw("data")
        if isinstance(data, Blob):
            if data.size == 0 and not self._state.switches.empty_uploads:
                raise invalid("data", "is empty")
            return _Bytes(data, None, None, call.request)
        uuid = fields.text("upload_uuid")
        if uuid is None:
            return None
        company_id = viewer.holder.company.id
        upload, blob = self._state.uploads.for_attaching(uuid, company_id, call.person)
        return _Bytes(blob, upload.filename, upload, call.request)

    def _require_free(
        self, viewer: Viewer, node: Node, status: int, *, resets: bool = False
    ) -> None:
        holder = node.holder(viewer.holder.documents.now())
        if holder is None or holder == viewer.person:
            return
        is_admin = viewer.level is Level.ADMIN
        if is_admin and (resets or self._state.switches.admin_passes_check_out):
            return
        if resets:
            raise denied("Only the holder or an Admin may end a check-out")
        raise checked_out(status, Rows(self._state, viewer).file(node))

    @staticmethod
    def _resets_check_out(fields: Fields) -> bool:
        return "checked_out_until" in fields and fields.raw("checked_out_until") in (None, "null")

    def _check_out_end(self, fields: Fields) -> int | None:
        text = fields.text("checked_out_until")
        if text is None:
            return None
        until = int(moment(text, "checked_out_until").astimezone(UTC).timestamp())
        if until <= self._state.now():
            raise invalid("checked_out_until", "is over already")
        return until
