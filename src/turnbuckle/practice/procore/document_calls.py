"""The flat index, and the folders of Documents, of a project or of the company itself."""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.procore.account_calls import open_viewer
from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.body import read_body
from turnbuckle.practice.procore.call import Answering, Call, Route, answer
from turnbuckle.practice.procore.company import Level, Viewer
from turnbuckle.practice.procore.index import Index, Question
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.refusals import invalid, not_found
from turnbuckle.practice.procore.rows import Rows
from turnbuckle.practice.procore.state import State

DEFAULT_PER_PAGE = 100
AT_TOP = "/rest/v1.0"  # the query names the project
IN_PROJECT = "/rest/v1.0/projects/{project_id}"
_IN_COMPANY = "/rest/v1.0/companies/{company_id}"


class DocumentCalls:
    """Operations on lists and folders."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._indexes: dict[int, Index] = {}

    def routes(self) -> list[Route]:
        """All operations of this part."""
        index = "/documents"
        table = (
            ("GET", "/folders", "/folders", self.root),
            ("GET", "/folders/{id}", "/folders/{id}", self.show),
            ("POST", "/folders", "/folders", self.create),
            ("PATCH", "/folders/{id}", "/folders", self.change),
            ("DELETE", "/folders/{id}", "/folders", self.delete),
        )
        return [
            *document_routes((("GET", index, index, self.index),), of_project=IN_PROJECT),
            *document_routes(table, of_project=AT_TOP),
        ]

    async def index(self, call: Call) -> web.Response:
        """All items of a project in one flat list, a page at a time."""
        viewer = self._viewer(call, Level.READ_ONLY)
        query, switches = call.request.query, self._state.switches
        view = query.get("view", "normal")
        if view not in {"normal", "extended"}:
            raise invalid("view", "is not a view")
        largest = switches.documents_per_page
        paging = Paging.asked(
            call.request.url, default=min(DEFAULT_PER_PAGE, largest), largest=largest
        )
        index = self._indexes.setdefault(viewer.holder.id, Index())
        nodes = index.ask(Question.asked(query, switches), viewer)
        rows = Rows(self._state, viewer)
        page = [rows.document(node, extended=view == "extended") for node in paging.cut(nodes)]
        return answer(page, headers=paging.headers(call.request.url, len(nodes)))

    async def root(self, call: Call) -> web.Response:
        """The root folder with its direct children."""
        viewer = self._viewer(call, Level.READ_ONLY)
        tree = viewer.holder.documents
        return answer(self._opened(call, viewer, tree.nodes[tree.root_id]))

    async def show(self, call: Call) -> web.Response:
        """A folder with its direct children."""
        viewer = self._viewer(call, Level.READ_ONLY)
        return answer(self._opened(call, viewer, viewer.find(call.in_path("id"), folder=True)))

    async def create(self, call: Call) -> web.Response:
        """Make a folder; without a parent, in the root."""
        viewer = self._viewer(call, Level.STANDARD)
        fields = (await read_body(call.request, self._state.blobs)).part("folder")
        parent = new_parent(viewer, fields)
        marks = read_marks(fields)
        node = viewer.holder.documents.create_folder(
            parent, fields.needed_text("name"), call.person
        )
        set_marks(viewer, node, marks)
        return answer(Rows(self._state, viewer).folder(node), 201)

    async def change(self, call: Call) -> web.Response:
        """Rename, move, restore, or make private; the answer lists no children."""
        viewer = self._viewer(call, Level.STANDARD)
        node = viewer.find(call.in_path("id"), folder=True)
        fields = (await read_body(call.request, self._state.blobs)).part("folder")
        marks = read_marks(fields)
        relocate(viewer, node, fields)
        set_marks(viewer, node, marks)
        return answer(Rows(self._state, viewer).folder(node))

    async def delete(self, call: Call) -> web.Response:
        """Put a folder and all below it into the recycle bin."""
        viewer = self._viewer(call, Level.ADMIN)
        node = viewer.find(call.in_path("id"), folder=True)
        if node.deleted:
            raise not_found("Folder")
        viewer.holder.documents.delete(node)
        return web.Response()

    def _viewer(self, call: Call, level: Level) -> Viewer:
        return open_viewer(self._state, call, level)

    def _opened(self, call: Call, viewer: Viewer, node: Node) -> dict[str, object]:
        return Rows(self._state, viewer).opened_folder(
            node,
            folders=not call.flag("exclude_folders"),
            files=not call.flag("exclude_files"),
            latest_only=call.flag("show_latest_file_version_only"),
        )


Line = tuple[str, str, str, Answering]
"""Method, path, what counters call it, and who answers."""


def document_routes(table: Sequence[Line], *, of_project: str) -> list[Route]:
    """Give each operation twice: for a project's Documents, and for a company's own.

    Args:
        table: paths without what stands before them.
        of_project: what stands before them where a project is meant.
    """
    return [
        Route(
            method=method,
            path=before + path,
            operation=f"{method} {place}{operation}",
            answering=answering,
        )
        for before, place in ((of_project, ""), (_IN_COMPANY, "/companies"))
        for method, path, operation, answering in table
    ]


Marks = tuple[bool | None, bool | None]


def read_marks(fields: Fields) -> Marks:
    """Whether an item is to be tracked, and private; None leaves it as it is.

    Raises:
        Refusal: a value is neither true nor false.
    """
    return fields.flag("is_tracked"), fields.flag("explicit_permissions")


def set_marks(viewer: Viewer, node: Node, marks: Marks) -> None:
    """Make an item tracked or private, or not."""
    tracked, private = marks
    if (tracked, private) == (None, None):
        return
    node.tracked = node.tracked if tracked is None else tracked
    node.private = node.private if private is None else private
    viewer.holder.documents.changed(node)


def new_parent(viewer: Viewer, fields: Fields) -> Node:
    """Give the folder in which something is to be made; the root when none is named.

    Raises:
        Refusal: 400, it is not there, in the bin, or hidden from the caller.
    """
    tree = viewer.holder.documents
    parent_id = fields.number("parent_id")
    parent = tree.folder(tree.root_id if parent_id is None else parent_id)
    if not viewer.sees(parent):
        raise invalid("parent_id", "is not a folder here")
    return parent


def relocate(viewer: Viewer, node: Node, fields: Fields) -> None:
    """Rename or move an item where the call says so.

    Raises:
        Refusal: the name or the folder is no good.
    """
    name = fields.text("name")
    parent = new_parent(viewer, fields) if fields.raw("parent_id") is not None else None
    if name is not None or parent is not None:
        viewer.holder.documents.place(node, parent, name)
