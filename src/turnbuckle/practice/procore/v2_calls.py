"""Documents by the API's second version: the flat index, the content of folders, the revisions.

Answers are wrapped in `data`, refusals in `error`; a page has ten rows unless more are asked for,
and a hundred at most.
"""

from collections.abc import Sequence

from aiohttp import web

from turnbuckle.practice.procore.account_calls import open_viewer
from turnbuckle.practice.procore.call import Answering, Call, Route, answer
from turnbuckle.practice.procore.company import Level, Viewer
from turnbuckle.practice.procore.index import DEEPEST, Index, Question
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.orders import arranged
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.refusals import Refusal, invalid
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.v2_refusals import in_v2
from turnbuckle.practice.procore.v2_rows import RowsV2

DEFAULT_PER_PAGE = 10
LARGEST_PAGE = 100
_REVISIONS = 20
_VIEWS = frozenset({"normal", "web_normal", "sync_compact"})
_COMPANY = "/rest/v2.0/companies/{company_id}"
_IN_COMPANY = _COMPANY + "/projects/{project_id}"
_PROJECT = "/rest/v2.0/projects/{project_id}"


class DocumentCallsV2:
    """Operations on documents that only read."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._indexes: dict[int, Index] = {}

    def routes(self) -> list[Route]:
        """All operations of this part."""
        everywhere = (_PROJECT, _IN_COMPANY, _COMPANY)
        table: list[tuple[str, str, Answering]] = [
            *((f"{at}/documents", "GET /v2 documents", self.index) for at in everywhere),
            *(
                (f"{at}/documents/{{document_id}}/revisions", "GET /v2 revisions", self.revisions)
                for at in everywhere
            ),
            (f"{_IN_COMPANY}/folders", "GET /v2 folders", self.children),
            (f"{_IN_COMPANY}/folders/{{id}}", "GET /v2 folders", self.children),
        ]
        return [
            Route(method="GET", path=path, operation=operation, answering=in_v2(answering))
            for path, operation, answering in table
        ]

    async def index(self, call: Call) -> web.Response:
        """All items in one flat list, a page at a time."""
        viewer = open_viewer(self._state, call, Level.READ_ONLY)
        query = call.request.query
        view = query.get("view", "normal")
        if view not in {"normal", "extended"}:
            raise invalid("view", "is not a view")
        index = self._indexes.setdefault(viewer.holder.id, Index())
        nodes = index.ask(Question.asked(query, self._state.switches), viewer)
        rows = RowsV2(self._state, viewer)
        paging = _paging(call)
        page = [rows.document(node, extended=view == "extended") for node in paging.cut(nodes)]
        return _answered(call, page, paging, len(nodes))

    async def children(self, call: Call) -> web.Response:
        """What is directly in a folder, files and folders mixed; or what of its subtree fits."""
        viewer = open_viewer(self._state, call, Level.READ_ONLY)
        query, tree = call.request.query, viewer.holder.documents
        view = query.get("view", "normal")
        if view not in _VIEWS:
            raise invalid("view", "is not a view")
        named = "id" in call.request.match_info
        folder_id = call.in_path("id") if named else tree.root_id
        nodes = self._found(call, viewer, viewer.find(folder_id, folder=True))
        rows = RowsV2(self._state, viewer)
        paging = _paging(call)
        page = [rows.child(node, view) for node in paging.cut(nodes)]
        return _answered(call, page, paging, len(nodes))

    async def revisions(self, call: Call) -> web.Response:
        """The twenty newest versions of a file, newest first."""
        viewer = open_viewer(self._state, call, Level.READ_ONLY)
        node = viewer.find(call.in_path("document_id"), folder=False)
        rows = RowsV2(self._state, viewer)
        newest = node.versions[: -_REVISIONS - 1 : -1]
        return answer({"data": [rows.revision(node, each) for each in newest]})

    def _found(self, call: Call, viewer: Viewer, folder: Node) -> list[Node]:
        query, tree = call.request.query, viewer.holder.documents
        is_deep = call.flag("include_descendants")
        if is_deep and not any(name.startswith("filters[") for name in query):
            raise Refusal(400, {"errors": {"include_descendants": ["needs a filter"]}})
        question = Question.asked(query, self._state.switches)
        if question.folder_id is not None:
            folder = viewer.find(question.folder_id, folder=True)
        nodes = tree.below(folder, DEEPEST if is_deep else 1)
        kept = [
            node
            for node in nodes
            if viewer.sees(node)
            and not (call.flag("exclude_folders") and node.is_folder)
            and not (call.flag("exclude_files") and not node.is_folder)
            and not (is_deep and question.in_bin is None and (node.deleted or node.is_bin))
            and all(test(node) for test in question.tests())
        ]
        return arranged(kept, question.sort)


def _paging(call: Call) -> Paging:
    return Paging.asked(call.request.url, default=DEFAULT_PER_PAGE, largest=LARGEST_PAGE)


def _answered(call: Call, page: Sequence[object], paging: Paging, total: int) -> web.Response:
    return answer({"data": page}, headers=paging.headers(call.request.url, total))
