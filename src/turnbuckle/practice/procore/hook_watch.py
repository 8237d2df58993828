"""From changes in Documents and Photos to the happenings of which hooks are told.

What a move, a rename, a move to the bin and a restore are told as is confirmed nowhere: a change is
an "update", a deletion a "delete", a restore by its switch a "create" or an "update".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from turnbuckle.practice.procore.hook_events import Happening, Place
from turnbuckle.practice.procore.hook_resources import (
    COMPANY_FILE_VERSIONS,
    COMPANY_FILES,
    COMPANY_FOLDERS,
    IMAGE_CATEGORIES,
    IMAGES,
    PROJECT_FILE_VERSIONS,
    PROJECT_FILES,
    PROJECT_FOLDERS,
    EventType,
)
from turnbuckle.practice.procore.hooks import Hooks
from turnbuckle.practice.procore.nodes import Change, Node, Version
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.photos import Album, Photo
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.practice.procore.tree import DocumentTree


@dataclass(frozen=True, slots=True)
class _Names:
    files: str
    versions: str
    folders: str


_OF_PROJECT = _Names(PROJECT_FILES, PROJECT_FILE_VERSIONS, PROJECT_FOLDERS)
_OF_COMPANY = _Names(COMPANY_FILES, COMPANY_FILE_VERSIONS, COMPANY_FOLDERS)
_EVENTS = {
    Change.CREATED: EventType.CREATE,
    Change.CHANGED: EventType.UPDATE,
    Change.BINNED: EventType.DELETE,
    Change.GONE: EventType.DELETE,
}


@dataclass(frozen=True, slots=True)
class DocumentWatch:
    """Tells hooks of what happens in the Documents of a project or of a company."""

    hooks: Hooks
    switches: ProcoreSwitches
    tree: DocumentTree
    place: Place

    def __call__(self, change: Change, item: Node | Version) -> None:
        """Look at one change."""
        if not self.hooks.all:
            return
        if isinstance(item, Version):
            if self.switches.version_events:
                self.hooks.note(self._of_version(item))
            return
        for node in self._concerned(change, item):
            self.hooks.note(self._of_node(node, _event(change, self.switches)))

    @property
    def _names(self) -> _Names:
        return _OF_COMPANY if self.place.project_id is None else _OF_PROJECT

    def _concerned(self, change: Change, node: Node) -> Iterator[Node]:
        yield node
        if change is Change.BINNED and self.switches.bin_tells_content:
            yield from self.tree.below(node)

    def _of_version(self, version: Version) -> Happening:
        names = self._names
        related = ((version.file_id, names.files),)
        return Happening(self.place, names.versions, version.id, EventType.CREATE, related)

    def _of_node(self, node: Node, event: EventType) -> Happening:
        names = self._names
        resource = names.folders if node.is_folder else names.files
        related = () if node.parent is None else ((node.parent, names.folders),)
        return Happening(self.place, resource, node.id, event, related)


@dataclass(frozen=True, slots=True)
class PhotoWatch:
    """Tells hooks of what happens in the Photos of a project."""

    hooks: Hooks
    switches: ProcoreSwitches
    place: Place

    def __call__(self, change: Change, item: Album | Photo) -> None:
        """Look at one change."""
        if not self.hooks.all:
            return
        event = _event(change, self.switches)
        if isinstance(item, Album):
            self.hooks.note(Happening(self.place, IMAGE_CATEGORIES, item.id, event))
        else:
            related = ((item.album, IMAGE_CATEGORIES),)
            self.hooks.note(Happening(self.place, IMAGES, item.id, event, related))


def watch_documents(
    hooks: Hooks, switches: ProcoreSwitches, tree: DocumentTree, place: Place
) -> None:
    """Tell hooks of what happens in the Documents of a project or of a company from now on."""
    tree.onlooker = DocumentWatch(hooks, switches, tree, place)


def watch_photos(hooks: Hooks, switches: ProcoreSwitches, book: PhotoBook, place: Place) -> None:
    """Tell hooks of what happens in the Photos of a project from now on."""
    book.onlooker = PhotoWatch(hooks, switches, place)


def _event(change: Change, switches: ProcoreSwitches) -> EventType:
    if change is Change.RESTORED:
        return EventType(switches.restored_event)
    return _EVENTS[change]
