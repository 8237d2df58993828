"""How items look in answers: rows of the flat index, folders, files, versions."""

from typing import Any

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.company import Viewer
from turnbuckle.practice.procore.nodes import Node, Version, stamp
from turnbuckle.practice.procore.state import State

Row = dict[str, Any]


def user(person: Person | None) -> Row | None:
    """A person, as versions and check-outs name them."""
    if person is None:
        return None
    return {"id": person.id, "login": person.login, "name": person.name}


class Rows:
    """Writes down one tool's items as one viewer gets them; made anew for each call."""

    def __init__(self, state: State, viewer: Viewer) -> None:
        self._state = state
        self._viewer = viewer
        self._tree = viewer.holder.documents
        self._now = int(state.now())
        company, project_id = viewer.holder.company, viewer.holder.project_id
        self._company_name = company.name
        self._files_at = (
            f"{state.files_address}/api/v5/files/us-east-1/pro-core.com/companies/{company.id}"
        )
        self._for = f"companyId={company.id}"
        if project_id is not None:
            self._for += f"&projectId={project_id}"
        seconds = state.switches.url_seconds
        self._expires = "0" if seconds is None else str(int(state.now() + seconds))

    def document(self, node: Node, *, extended: bool) -> Row:
        """A row of the flat index."""
        row: Row = {
            "id": node.id,
            "created_at": stamp(node.created),
            "created_by": self._author(node.by),
            "custom_fields": {},
            "document_type": "folder" if node.is_folder else "file",
            "is_deleted": node.deleted,
            "is_recycle_bin": node.is_bin,
            "name": node.name,
            "name_with_path": self._tree.path(node),
            "parent_id": node.parent,
            "private": node.private,
            "read_only": node.read_only,
            "updated_at": stamp(node.updated),
        }
        if extended:
            row["is_tracked"] = node.tracked
            row["private_parent"] = self._private_parent(node)
            row["tracked_folder"] = self._tracked_folder(node)
            row["file"] = None if node.is_folder else self._index_file(node)
            row["children"] = self._children(node)
        return row

    def folder(self, node: Node, *, direct: Row | None = None) -> Row:
        """A folder; `direct` holds its children's arrays, which are empty further down."""
        return {
            "id": node.id,
            "custom_fields": {},
            "name": node.name,
            "name_with_path": self._tree.path(node),
            "parent_id": node.parent,
            "updated_at": stamp(node.updated),
            "is_deleted": node.deleted,
            "is_recycle_bin": node.is_bin,
            "is_tracked": node.tracked,
            "tracked_folder": self._tracked_folder(node),
            **self._children(node),
            "folders": [],
            "files": [],
            "private": node.private,
            "read_only": node.read_only,
            **(direct or {}),
        }

    def opened_folder(
        self, node: Node, *, folders: bool = True, files: bool = True, latest_only: bool = False
    ) -> Row:
        """A folder with those of its direct children that the viewer sees."""
        return self.folder(
            node,
            direct={
                "folders": [self.folder(child) for child in self._seen(node.folders, folders)],
                "files": [
                    self.file(child, latest_only=latest_only)
                    for child in self._seen(node.files, files)
                ],
            },
        )

    def file(self, node: Node, *, latest_only: bool = False) -> Row:
        """A file with its versions."""
        versions = node.versions[-1:] if latest_only else node.versions
        if self._state.switches.newest_version_first:
            versions = versions[::-1]
        holder = node.holder(self._now)
        return {
            "id": node.id,
            "name": node.name,
            "parent_id": node.parent,
            "size": node.size,
            "description": node.description,
            "created_at": stamp(node.created),
            "updated_at": stamp(node.updated),
            "checked_out_until": stamp(node.checked_out_until) if holder else None,
            "checked_out_by": user(holder),
            "name_with_path": self._tree.path(node),
            "private": node.private,
            "is_tracked": node.tracked,
            "tracked_folder": self._tracked_folder(node),
            "file_type": node.file_type,
            "legacy_id": None,
            "is_deleted": node.deleted,
            "custom_fields": {},
            "file_versions": [self.version(version) for version in versions],
        }

    def version(self, version: Version) -> Row:
        """One version of a file, with an address that works for a while."""
        url = self._url(version)
        return {
            "id": version.id,
            "notes": version.notes,
            "url": url,
            "size": version.blob.size,
            "created_at": stamp(version.created),
            "number": version.number,
            "created_by": user(version.by),
            "prostore_file": {
                "id": version.prostore_id,
                "name": version.name,
                "url": url,
                "filename": version.name,
            },
            "file_id": version.file_id,
        }

    def _url(self, version: Version) -> str:
        signature = self._state.signer.sign("file", version.key, self._expires)
        return f"{self._files_at}/{version.key}?{self._for}&sig={self._expires}-{signature}"

    def _index_file(self, node: Node) -> Row:
        holder = node.holder(self._now)
        return {
            "checked_out_by": self._author(holder),
            "checked_out_until": stamp(node.checked_out_until) if holder else None,
            "current_version": self.version(node.versions[-1]),
            "description": node.description,
            "file_type": node.file_type,
        }

    def _author(self, person: Person | None) -> Row | None:
        if person is None:
            return None
        return {
            "id": person.id,
            "company_name": self._company_name,
            "locale": "en",
            "login": person.login,
            "name": person.name,
        }

    def _seen(self, children: dict[int, None], wanted: bool) -> list[Node]:
        if not wanted:
            return []
        nodes = (self._tree.nodes[child] for child in children)
        return [node for node in nodes if self._viewer.sees(node)]

    @staticmethod
    def _children(node: Node) -> Row:
        return {
            "has_children": bool(node.folders or node.files),
            "has_children_files": bool(node.files),
            "has_children_folders": bool(node.folders),
        }

    def _private_parent(self, node: Node) -> Row | None:
        if not self._tree.has_private:
            return None
        return self._nearest([each for each in self._tree.above(node) if each.private])

    def _tracked_folder(self, node: Node) -> Row | None:
        if not self._tree.has_tracked:
            return None
        return self._nearest([each for each in self._tree.above(node) if each.tracked])

    def _nearest(self, folders: list[Node]) -> Row | None:
        if not folders:
            return None
        nearest = folders[0]
        return {
            "id": nearest.id,
            "name": nearest.name,
            "name_with_path": self._tree.path(nearest),
        }
