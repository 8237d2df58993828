"""How items look in the answers of the API's second version: ids are texts, and no path is told."""

from typing import Any

from turnbuckle.practice.procore.company import Viewer
from turnbuckle.practice.procore.nodes import Node, Version, stamp
from turnbuckle.practice.procore.rows import Row, Rows, user
from turnbuckle.practice.procore.state import State

_COMPACT = ("id", "name", "parent_id", "document_type", "updated_at", "is_deleted")
_OF_EXTENDED = ("is_tracked", "private_parent", "tracked_folder", "file", "children")


class RowsV2:
    """Writes down one tool's items as one viewer gets them; made anew for each call."""

    def __init__(self, state: State, viewer: Viewer) -> None:
        self._rows = Rows(state, viewer)
        self._tree = viewer.holder.documents

    def document(self, node: Node, *, extended: bool) -> Row:
        """A row of the flat index."""
        row: Row = _texts(self._rows.document(node, extended=extended))
        return row

    def child(self, node: Node, view: str) -> Row:
        """A row of a folder's content."""
        row = self.document(node, extended=True)
        if view == "sync_compact":
            return {name: row[name] for name in _COMPACT}
        if view == "normal":
            row = {name: each for name, each in row.items() if name not in _OF_EXTENDED}
        is_below_private = any(each.private for each in self._tree.above(node))
        return row | {"has_private_ancestor": is_below_private}

    def revision(self, node: Node, version: Version) -> Row:
        """One version of a file."""
        told = self._rows.version(version)
        return {
            "id": str(version.id),
            "prostore_id": str(version.prostore_id),
            "url": told["url"],
            "file_id": str(node.id),
            "file_name": version.name,
            "file_size": version.blob.size,
            "file_version": version.number,
            "file_type": node.file_type,
            "created_by": _texts(user(version.by)),
            "created_at": stamp(version.created),
        }


def _texts(row: Any) -> Any:
    """A row with all its ids as texts, and without what only the first version tells."""
    if isinstance(row, list):
        return [_texts(each) for each in row]
    if not isinstance(row, dict):
        return row
    made = {}
    for name, each in row.items():
        if name in {"name_with_path", "company_name", "locale"}:
            continue
        is_id = name == "id" or name.endswith("_id")
        made[name] = str(each) if is_id and each is not None else _texts(each)
    return made
