"""The flat index of a project's Documents: filters, orders, and a memory of recent questions.

A client reads the index page by page, with the same question each time. So the answer to a
question is kept as a list of items until something in the project changes.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from multidict import MultiMapping

from turnbuckle.practice.procore.arguments import Range, whole
from turnbuckle.practice.procore.company import Level, Viewer
from turnbuckle.practice.procore.filters import Filters
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.orders import SORTS
from turnbuckle.practice.procore.refusals import invalid
from turnbuckle.practice.procore.switches import ProcoreSwitches

DEEPEST = 100  # levels below a folder that `folder_id` reaches
_REMEMBERED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a call asks of the index; equal questions have equal answers until a change."""

    sort: str
    in_bin: bool | None
    folder_id: int | None
    document_type: str | None
    file_types: frozenset[str]
    created_by: frozenset[int]
    created: Range | None
    updated: Range | None
    search: str | None
    private: bool | None
    tags: frozenset[int]

    @classmethod
    def asked(cls, query: MultiMapping[str], switches: ProcoreSwitches) -> "Question":
        """Read the query of a call.

        Raises:
            Refusal: a value is malformed.
        """

        filters = Filters(query, open_ends=switches.open_ranges)
        kind = filters.one("document_type")
        if kind not in (None, "file", "folder"):
            raise invalid("document_type", "is neither file nor folder")
        folder, in_bin = filters.one("folder_id"), filters.yes("is_in_recycle_bin")
        return cls(
            sort=filters.order(SORTS),
            in_bin=False if in_bin is None and not switches.bin_in_index else in_bin,
            folder_id=None if folder is None else whole(folder, "folder_id"),
            document_type=kind,
            file_types=frozenset(each.lower().lstrip(".") for each in filters.many("file_type")),
            created_by=filters.numbers("created_by_id"),
            created=filters.span("created_at"),
            updated=filters.span("updated_at"),
            search=(filters.one("search") or "").casefold() or None,
            private=filters.yes("private"),
            tags=filters.numbers("custom_tag_ids"),
        )

    def tests(self) -> list[Callable[[Node], bool]]:
        """What an item has to pass, whatever folder it is in."""
        tests: list[Callable[[Node], bool]] = []
        if (in_bin := self.in_bin) is not None:
            tests.append(lambda node: node.deleted is in_bin)
        if updated := self.updated:
            tests.append(lambda node: updated.holds(node.updated))
        if created := self.created:
            tests.append(lambda node: created.holds(node.created))
        if self.document_type is not None:
            wants_folder = self.document_type == "folder"
            tests.append(lambda node: node.is_folder is wants_folder)
        if types := self.file_types:
            tests.append(lambda node: not node.is_folder and node.file_type in types)
        if authors := self.created_by:
            tests.append(lambda node: node.by is not None and node.by.id in authors)
        if search := self.search:
            tests.append(lambda node: search in f"{node.name}\n{node.description or ''}".casefold())
        if (private := self.private) is not None:
            tests.append(lambda node: node.private is private)
        if self.tags:
            tests.append(lambda node: False)  # nothing here has custom tags
        return tests


class Index:
    """Answers questions about one project's Documents."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Question, int, Level, bool], tuple[int, list[Node]]] = (
            OrderedDict()
        )

    def ask(self, question: Question, viewer: Viewer) -> list[Node]:
        """Give all items that answer the question, in its order.

        Raises:
            Refusal: 404, the folder is not there.
        """
        revision = viewer.holder.documents.revision
        key = (question, viewer.person.id, viewer.level, viewer.sees_bin)
        known = self._answers.get(key)
        if known is not None and known[0] == revision:
            self._answers.move_to_end(key)
            return known[1]
        nodes = self._find(question, viewer)
        self._answers[key] = (revision, nodes)
        self._answers.move_to_end(key)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return nodes

    def _find(self, question: Question, viewer: Viewer) -> list[Node]:
        tree = viewer.holder.documents
        nodes = tree.orders.listed(question.sort)
        if question.folder_id is not None:
            folder = viewer.find(question.folder_id, folder=True)
            within = {node.id for node in tree.below(folder, DEEPEST)} | {folder.id}
            nodes = [node for node in nodes if node.id in within]
        if viewer.level is not Level.ADMIN:
            nodes = [node for node in nodes if viewer.sees(node)]
        for test in question.tests():
            nodes = [node for node in nodes if test(node)]
        return nodes
