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


def watch_documents(
    hooks: Hooks, switches: ProcoreSwitches, tree: DocumentTree, place: Place
) -> None:
    """Tell hooks of what happens in the Documents of a project or of a company."""
    names = _OF_COMPANY if place.project_id is None else _OF_PROJECT

    def of_version(version: Version) -> Happening:
        related = ((version.file_id, names.files),)
        return Happening(place, names.versions, version.id, EventType.CREATE, related)

    def of_node(node: Node, event: EventType) -> Happening:
        resource = names.folders if node.is_folder else names.files
        related = () if node.parent is None else ((node.parent, names.folders),)
        return Happening(place, resource, node.id, event, related)

    def concerned(change: Change, node: Node) -> Iterator[Node]:
        yield node
        if change is Change.BINNED and switches.bin_tells_content:
            yield from tree.below(node)

    def look(change: Change, item: Node | Version) -> None:
        if not hooks.all:
            return
        if isinstance(item, Version):
            if switches.version_events:
                hooks.note(of_version(item))
            return
        for node in concerned(change, item):
            hooks.note(of_node(node, _event(change, switches)))

    tree.onlooker = look


def watch_photos(hooks: Hooks, switches: ProcoreSwitches, book: PhotoBook, place: Place) -> None:
    """Tell hooks of what happens in the Photos of a project."""

    def look(change: Change, item: Album | Photo) -> None:
        if not hooks.all:
            return
        event = _event(change, switches)
        if isinstance(item, Album):
            hooks.note(Happening(place, IMAGE_CATEGORIES, item.id, event))
        else:
            related = ((item.album, IMAGE_CATEGORIES),)
            hooks.note(Happening(place, IMAGES, item.id, event, related))

    book.onlooker = look


def _event(change: Change, switches: ProcoreSwitches) -> EventType:
    if change is Change.RESTORED:
        return EventType(switches.restored_event)
    return _EVENTS[change]
