"""Copies: the work is done at once, and a monitor tells of it as if it took its time."""

import secrets
from dataclasses import dataclass

from turnbuckle.practice.microsoft.drive import Conflict, Drive, Times
from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.microsoft.refusals import Refusal, not_found


@dataclass(slots=True)
class _Monitor:
    polls_left: int
    made: str  # id of the copy


class Copies:
    """Copies items, within a library or into another."""

    def __init__(self) -> None:
        self._monitors: dict[str, _Monitor] = {}

    def copy(
        self,
        source: tuple[Drive, Entry],
        target: tuple[Drive, Entry],
        name: str,
        author: Author,
        conflict: Conflict,
    ) -> str:
        """Copy an item with all below it; gives the name of the monitor."""
        made = _copied(source, target, name, author, conflict)
        monitor = secrets.token_urlsafe(24)
        self._monitors[monitor] = _Monitor(source[0].switches.copy_polls, made.id)
        return monitor

    def status(self, monitor: str) -> dict[str, object]:
        """What the monitor tells."""
        found = self._monitors.get(monitor)
        if found is None:
            raise not_found()
        if found.polls_left > 0:
            found.polls_left -= 1
            return {"operation": "ItemCopy", "percentageComplete": 50.0, "status": "inProgress"}
        return {
            "operation": "ItemCopy",
            "percentageComplete": 100.0,
            "status": "completed",
            "resourceId": found.made,
        }


def _copied(
    source: tuple[Drive, Entry],
    target: tuple[Drive, Entry],
    name: str,
    author: Author,
    conflict: Conflict,
) -> Entry:
    (home, entry), (drive, parent) = source, target
    if home is drive and drive.tree.is_within(parent, entry.id):
        raise Refusal(400, "invalidRequest", "A folder cannot be copied into itself.")
    if entry.content is not None:
        times = Times(created=entry.fs_created, modified=entry.fs_modified)
        drive.blobs.share(entry.content.blob)
        return drive.put(parent, name, entry.content, author, conflict, times)[0]
    made = drive.make_folder(parent, name, author, conflict)
    for child in home.tree.children(entry.id):
        _copied((home, child), (drive, made), child.name, author, conflict)
    return made
