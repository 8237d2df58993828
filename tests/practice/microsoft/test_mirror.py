"""A mirror that only follows delta ends up with the library's own tree, whatever people do."""

import random
from typing import Any

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.persons import person

BEN = Author(person("ben"))


def _do_something(drive: Drive, chance: random.Random) -> None:
    """One change by a person; now and then it is refused, as it would be."""
    rows = [row for row in drive.walk() if row[1] != drive.root_id]
    folders = [drive.get(drive.root_id)] + [drive.get(row[0]) for row in drive.walk() if row[3]]
    where, name = chance.choice(folders), f"n{chance.randrange(12)}"
    what = chance.choice(["folder", "file", "file", "move", "delete", "write", "restore"])
    try:
        if what == "folder":
            drive.add_folder(where.id, name, person("ben"))
        elif what == "file":
            drive.add_file(where.id, name, drive.blobs.keep(name.encode()), person("ben"))
        elif what == "restore" and drive.bin:
            drive.restore(chance.choice(sorted(drive.bin)))
        elif rows:
            entry = drive.get(chance.choice(rows)[0])
            if what == "move":
                drive.rename_or_move(entry, where, name, BEN)
            elif what == "delete":
                drive.delete(entry, BEN)
            elif what == "write" and entry.content is not None:
                drive.replace(entry, entry.content, BEN)
    except Refusal:
        return


def _apply(mirror: dict[str, Any], rows: list[Any]) -> None:
    for row in rows:
        if "deleted" in row:
            gone = {row["id"]}
            while below := {i for i, (up, _, _) in mirror.items() if up in gone} - gone:
                gone |= below
            for item in gone:
                mirror.pop(item, None)
        elif "root" not in row:
            tag = "" if "folder" in row else row["cTag"]
            mirror[row["id"]] = (row["parentReference"]["id"], row["name"], tag)


def _truth(drive: Drive) -> dict[str, Any]:
    return {
        item: (parent, name, "" if is_folder else drive.get(item).ctag_text)
        for item, parent, name, is_folder, _, _ in drive.walk()
    }


@pytest.mark.parametrize("seed", range(12))
async def test_following_delta_gives_the_same_tree(microsoft: Microsoft, seed: int) -> None:
    chance = random.Random(seed)
    microsoft.switches.delta_duplicates = seed % 3 == 0
    microsoft.switches.delta_begins_empty = seed % 4 == 0
    mirror: dict[str, Any] = {}
    rows, link = await microsoft.changes(query=f"?$top={chance.choice([3, 200])}")
    _apply(mirror, rows)

    for _ in range(12):
        for _ in range(chance.randrange(1, 12)):
            _do_something(microsoft.drive, chance)
        rows, link = await microsoft.changes(link)
        _apply(mirror, rows)

        assert mirror == _truth(microsoft.drive)


async def test_sizes_and_the_quota_agree_with_what_is_held(microsoft: Microsoft) -> None:
    chance = random.Random(7)
    drive = microsoft.drive

    for _ in range(250):
        _do_something(drive, chance)

    files = [drive.get(item) for item, _, _, is_folder, _, _ in drive.walk() if not is_folder]
    assert drive.tree.root.size == sum(file.size for file in files)
    assert drive.used_bytes == sum(file.stored for file in files)
    assert drive.bin_bytes == sum(drive.tree.entries[item].stored for item in drive.bin)
