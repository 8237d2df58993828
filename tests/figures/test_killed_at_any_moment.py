"""A first sync is killed twenty times and started again; nobody could tell afterwards."""

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from figures.installation import LINK, Installation

from turnbuckle.model.names import TEMPORARY
from turnbuckle.practice.comparison import compare
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.world import CHANNEL, PracticeWorld, WorldSettings

KILLS = 20
SMALL = 200_000  # points of the sample's large file: 1.8 MB
TOKEN = b"words that no other file holds; "
FROM_THE_SITE = 60

type Tree = Mapping[str, str]


def _settings(folder: Path) -> WorldSettings:
    return WorldSettings(folder=folder, limits="off", large_file_points=SMALL)


def _furnish(world: PracticeWorld) -> None:
    """Put files where the sample has none: some on the other side, some that can be recognised."""
    channel = world.microsoft.channel(CHANNEL)
    folder = channel.drive.add_folder(channel.folder, "From the site", PERSONS[2])
    for number in range(FROM_THE_SITE):
        blob = world.blobs.keep(TOKEN * 400 + b"%d" % number)
        channel.drive.add_file(folder, f"Report {number:02}.txt", blob, PERSONS[2])
    documents = world.procore.documents(world.project_id)
    blob = world.blobs.keep(TOKEN * 100_000)
    documents.add_file(documents.root_id, "Recognisable.bin", blob, PERSONS[0])


def _trees(world: PracticeWorld) -> tuple[Tree, Tree]:
    """Every path of either side, with the SHA-256 of what was brought there."""
    documents = world.procore.documents(world.project_id)
    left = {str(row[0]): (str(row[1]), *row[2:]) for row in documents.walk()}
    channel = world.microsoft.channel(CHANNEL)
    drive = channel.drive
    right = {}
    for number, parent, name, is_folder, size, sha256 in drive.walk():
        content = drive.tree.entries[number].content
        came = content.received if content is not None else None
        right[number] = (parent, name, is_folder, size, came.sha256 if came else sha256)
    return _paths(left, str(documents.root_id)), _paths(right, channel.folder)


def _paths(rows: Mapping[str, tuple[object, ...]], top: str) -> Tree:
    found = {}
    for row in rows.values():
        names, at = [str(row[1])], str(row[0])
        while at != top and at in rows:
            names.append(str(rows[at][1]))
            at = str(rows[at][0])
        if at == top:
            found["/".join(reversed(names))] = str(row[4])
    return found


def _progress(world: PracticeWorld) -> int:
    """How much was written so far, requests with content counted too."""
    procore, microsoft = world.procore, world.microsoft
    return (
        procore.counters.writes
        + microsoft.counters.writes
        + procore.storage_counters["POST storage"]
        + microsoft.storage_counters["PUT fragment"]
    )


@pytest.mark.ci
async def test_a_first_sync_killed_at_twenty_moments_ends_as_if_nothing_had_happened(
    tmp_path: Path,
) -> None:
    async with PracticeWorld(_settings(tmp_path / "calm practice")) as world:
        _furnish(world)
        calm = Installation(tmp_path / "calm")
        await calm.link(world.startup)
        before = _progress(world)
        await calm.run()
        whole = _progress(world) - before
        wanted = _trees(world)

    async with PracticeWorld(_settings(tmp_path / "practice")) as world:
        _furnish(world)
        ours = Installation(tmp_path / "ours")
        await ours.link(world.startup)
        kills = await _kill_again_and_again(world, ours, whole, random.Random(20260312))
        assert kills == KILLS
        assert (await compare(world.startup)).differences, "killed too late to show anything"

        await ours.run()

        assert _trees(world) == wanted
        found = await compare(world.startup)
        assert found.is_equal, "\n".join(found.lines())
        await _nothing_twice(world, ours)
        _nothing_left_behind(world, ours)


async def _kill_again_and_again(
    world: PracticeWorld, ours: Installation, whole: int, chance: random.Random
) -> int:
    """Kill -9 the syncing process when it has come so far; give how often it was still at work."""
    begun = _progress(world)
    moments = sorted(chance.sample(range(1, int(whole * 0.85)), KILLS))
    kills = 0
    for moment in moments:
        process = await ours.start("run", LINK)
        async with asyncio.timeout(120):
            while _progress(world) - begun < moment and process.returncode is None:
                await asyncio.sleep(0.001)
        await asyncio.sleep(chance.uniform(0, 0.03))
        if process.returncode is None:
            process.kill()
        kills += await process.wait() == -9
    return kills


async def _nothing_twice(world: PracticeWorld, ours: Installation) -> None:
    nodes = world.procore.documents(world.project_id).nodes.values()
    assert [node.name for node in nodes if len(node.versions) > 1] == []
    assert [node.name for node in nodes if node.deleted] == []
    entries = world.microsoft.channel(CHANNEL).drive.tree.entries.values()
    assert [entry.name for entry in entries if entry.older] == []
    names = [node.name for node in nodes] + [entry.name for entry in entries if not entry.deleted]
    assert [name for name in names if TEMPORARY in name] == []
    before = _progress(world)
    await ours.run()
    assert _progress(world) == before


def _nothing_left_behind(world: PracticeWorld, ours: Installation) -> None:
    assert list(ours.temporary.rglob("*")) == []
    files = [path for path in ours.data.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if TOKEN in path.read_bytes()] == []
