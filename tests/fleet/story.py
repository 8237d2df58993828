"""What happened to the links that ended up wrong, told whole, so that a failed run can be judged.

A run of many minutes is not repeated easily, and no second one is the same. So all that is known of
such a link is written down: its leases, runs, intents and activities in the order in which they
came through, what its people did and when, and every version that both services still hold.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fleet.people import Crowd
from fleet.site import Place, Site
from postgres.server import Server

_MOST_TOLD = 3  # the others are in files of the test's folder
_HISTORY = """
SELECT at, what || coalesce(' ' || fence, '') || coalesce(' ' || owner || ' ' || process, '')
    || coalesce(' until ' || until, '') || coalesce(' ' || told, '')
FROM history WHERE link = {link}
"""
_RUNS = """
SELECT started_at, 'run ' || id || ', fence ' || fence || ', ' || state || ' at '
    || coalesce(ended_at::text, '?') || ' ' || report::text
FROM store_run WHERE link_id = {link}
"""


def stories(
    site: Site, crowd: Crowd, server: Server, name: str, folder: Path, *, about: Sequence[str]
) -> Iterator[str]:
    """Write down what happened to each link that is in trouble, and give some of it.

    Args:
        site: where the links are.
        crowd: their people.
        server: whose database it is.
        name: of the database.
        folder: gets a file for each of these links.
        about: the troubles; each begins with the name, or the number, of its link.
    """
    numbers = {str(row[1]): int(row[0]) for row in server.ask(_NUMBERS, name)}
    begins = {text.partition(":")[0].partition(",")[0] for text in about}
    told = 0
    for place in site.places:
        link = numbers[place.name]
        if begins.isdisjoint({place.name, f"link {link}"}):
            continue
        lines = [*_rows(server, name, link), *_acts(crowd, place), *_versions(site, place)]
        whole = "\n".join(f"{at:%H:%M:%S.%f} {what}" for at, what in sorted(lines))
        path = folder / f"{place.name}.txt"
        path.write_text(whole)
        told += 1
        if told <= _MOST_TOLD:
            yield f"what happened to {place.name}, also in {path.name}:\n{whole}"


_NUMBERS = "SELECT id, name FROM store_link"


def _rows(server: Server, name: str, link: int) -> Iterator[tuple[datetime, str]]:
    for sql in (_HISTORY, _RUNS):
        for at, what in server.ask(sql.format(link=link), name):
            yield at.astimezone(UTC), str(what)


def _acts(crowd: Crowd, place: Place) -> Iterator[tuple[datetime, str]]:
    for (name, who), side in crowd.sides.items():
        if name == place.name:
            yield from ((at, f"people of {who}: {what}") for at, what in side.acts)
            for sha256, at in side.contested.items():
                yield at, f"people of {who}: gave the shared file {sha256[:8]}"


def _versions(site: Site, place: Place) -> Iterator[tuple[datetime, str]]:
    for version in site.world.procore.documents(place.project).versions.values():
        at = datetime.fromtimestamp(version.created, UTC)
        what = f"{version.name!r} {version.number} of file {version.file_id}"
        yield at, f"Procore has {what} {version.blob.sha256[:8]} by {version.by.name}"
    for entry in place.drive.tree.entries.values():
        if entry.content is None or not _is_in(place, entry.id):
            continue
        for older in entry.older:
            yield older.modified, f"Teams had {entry.name!r} {older.content.blob.sha256[:8]}"
        sha256 = entry.content.blob.sha256
        state = "has in the bin" if entry.deleted else "has"
        by = entry.modified_by.person
        who = entry.modified_by.app_name or (by.name if by else "nobody")
        yield entry.modified, f"Teams {state} {entry.name!r} {sha256[:8]} by {who}"


def _is_in(place: Place, item: str) -> bool:
    entries, at = place.drive.tree.entries, item
    while at in entries and at != place.folder:
        at = entries[at].parent or ""
    return at == place.folder
