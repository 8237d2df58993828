"""Many links on several workers while everything goes wrong: in the end nobody could tell."""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fleet.history import Told, keep_history, read_history
from fleet.people import LEFT, RIGHT, Crowd, Side
from fleet.site import CONTESTED, Place, Site, Tree
from fleet.story import stories
from fleet.turmoil import Fleet, Turmoil
from postgres.server import CannotStart, Server

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.practice.comparison import compare
from turnbuckle.practice.world import PracticeWorld, WorldSettings

_MAKING = Path(__file__).parent / "making.py"
_CONNECTIONS = 120  # up to 18 of each process, and those of the killed ones until they are missed
_POLL_SECONDS = 30.0
_PAUSE_SECONDS = 0.25
_QUIET_SECONDS = 300.0  # for a machine with much else to do
_COMPARED_EVERY = 10
_LONG_SECONDS = 300.0  # in less, all who freeze may do so between two runs


def _wanted(name: str, usual: float) -> float:
    return float(os.environ.get(f"TURNBUCKLE_FLEET_{name}", usual))


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a PostgreSQL for many connections."""
    try:
        made = Server(connections=_CONNECTIONS)
    except CannotStart as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"not needed here: {error}")
    yield made
    made.stop()


@pytest.mark.ci
@pytest.mark.lasts(240)
async def test_many_links_in_two_minutes_of_turmoil_lose_nothing_and_double_nothing(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    await _endure(tmp_path, server, capsys, _wanted("SECONDS", 120))


@pytest.mark.long
async def test_many_links_in_ten_minutes_of_turmoil_lose_nothing_and_double_nothing(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    await _endure(tmp_path, server, capsys, _wanted("SECONDS", 600))


async def _endure(
    folder: Path, server: Server, capsys: pytest.CaptureFixture[str], seconds: float
) -> None:
    chance = random.Random(f"fleet {_wanted('SEED', 1):.0f}")
    name = server.fresh()
    environment = {"DATABASE_URL": server.url(name), "TURNBUCKLE_DATA": str(folder / "data")}
    settings = WorldSettings(documents="empty", folder=folder / "practice", limits="real")
    clock = _Clock(capsys)
    async with PracticeWorld(settings) as world:
        site = Site(world, int(_wanted("LINKS", 200)))
        await _make_links(site, environment)
        keep_history(server, name)
        clock.tell(f"{len(site.places)} links made")
        fleet = Fleet(folder, environment, int(_wanted("WORKERS", 3)))
        crowd = Crowd(site, chance)
        turmoil = Turmoil(fleet, world, server, chance)
        try:
            await fleet.start()
            await asyncio.gather(turmoil.rage(seconds), crowd.work(seconds, _PAUSE_SECONDS))
            clock.tell(f"people stop; {sum(crowd.did.values())} acts, {turmoil.happened}")
            await fleet.start()
            apart = await _quiet(site, crowd, server, name, environment)
            clock.tell("quiet" if not apart else _trouble(server, name))
            codes = [await post.end() for post in fleet.posts]
        finally:
            await fleet.kill()
            await crowd.close()
        told = read_history(server, name, fleet.was_killed)
        clock.tell(
            f"{told.runs} runs, taken over {dict(told.taken_over)}, told to wait"
            f" {turmoil.told_to_wait}, {world.procore.counters.refused} times over Procore's"
            f" limits, {world.microsoft.counters.refused} over Microsoft's; people {crowd.did}"
        )

        troubles = [*crowd.wrong, *apart, *told.wrong, *_lost(site, crowd)]
        troubles += await _differences(site)
        troubles += _did_not_happen(told, turmoil, seconds)
        if world.procore.counters.refused:
            troubles.append(f"{world.procore.counters.refused} calls over Procore's limits")
        if "Traceback" in fleet.said():
            troubles.append("somebody said 'Traceback'")
        troubles += [f"a process ended with {code}" for code in codes if code]
        clock.tell("compared")
        for story in stories(site, crowd, server, name, folder, about=troubles):
            clock.tell(story)
        assert troubles == []


def _did_not_happen(told: Told, turmoil: Turmoil, seconds: float) -> list[str]:
    """Say what was to go wrong and did not, so that the turmoil proves nothing about it."""
    wanted = {"its process was dead": "nobody was killed in a run"}
    if seconds >= _LONG_SECONDS:
        wanted["its time was over"] = "nobody was frozen in a run until its lease was over"
    found = [said for why, said in wanted.items() if not told.taken_over[why]]
    return found if turmoil.told_to_wait else [*found, "no remote told us to wait"]


class _Clock:
    """Tells how far it is, and since when."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._began = time.monotonic()
        self._capsys = capsys

    def tell(self, what: str) -> None:
        with self._capsys.disabled():
            print(f"\n{time.monotonic() - self._began:6.1f} s: {what}", flush=True)


async def _make_links(site: Site, environment: Mapping[str, str]) -> None:
    order = json.dumps(site.order(_POLL_SECONDS)).encode()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, _MAKING),
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, err = await asyncio.wait_for(process.communicate(order), 240)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, err.decode()


async def _quiet(
    site: Site, crowd: Crowd, server: Server, name: str, environment: Mapping[str, str]
) -> list[str]:
    """Wait until all links have run and are as their people left them; say of which that is not so.

    A link may need more than one run, as people may find one that has to be done again.
    """
    until = time.monotonic() + _QUIET_SECONDS
    while True:
        await _nudge_all(environment)
        while await asyncio.to_thread(_busy, server, name) and time.monotonic() < until:
            await asyncio.sleep(1)
        apart = _apart(site, crowd)
        if not apart or time.monotonic() > until:
            return apart


async def _nudge_all(environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "turnbuckle", "nudge", "--all"),
        env={**os.environ, **environment}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await asyncio.wait_for(process.wait(), 60) == 0


def _busy(server: Server, name: str) -> int:
    """Count the links that somebody still waits for."""
    return int(server.ask("SELECT count(*) FROM store_timing WHERE nudges > taken", name)[0][0])


def _trouble(server: Server, name: str) -> str:
    """Say what the runs of the links that were not in step came to."""
    rows = server.ask(
        "SELECT state, report->>'stopped', count(*) FROM store_run GROUP BY 1, 2 ORDER BY 3 DESC"
        " LIMIT 12",
        name,
    )
    return f"not quiet: {_busy(server, name)} links waited for; runs {rows}"


def _apart(site: Site, crowd: Crowd) -> list[str]:
    """Say where a side holds anything else than its people and the other ones left."""
    rights, found = site.rights(), []
    for place in site.places:
        wanted = {"As it was.txt": "", CONTESTED: ""}
        for side in (LEFT, RIGHT):
            if (place.name, side) in crowd.sides:
                wanted |= crowd.sides[place.name, side].expected()
        left, right = site.left(place), rights[place.name]
        found += _differing(f"{place.name}: Procore and Teams", left, right)
        copies = {path for path in left.keys() - wanted.keys() if _is_copy(path, crowd, place)}
        ours = {path: left[path] for path in left.keys() - copies}
        found += _differing(f"{place.name}: as left by people, and Procore", wanted, ours)
    return found


def _is_copy(path: str, crowd: Crowd, place: Place) -> bool:
    """Whether this is a copy of the shared file, of a link where people of both sides edited it."""
    known = is_conflict_copy(Name(path))
    editors = [side for side in _sides(crowd, place.name) if side.contested]
    return known is not None and known[0] == CONTESTED and len(editors) == len((LEFT, RIGHT))


def _differing(what: str, one: Tree, other: Tree) -> list[str]:
    return [
        f"{what}: {path}"
        for path in sorted(one.keys() | other.keys())
        if not (path in one and path in other) or (one[path] and one[path] != other[path])
    ]


def _lost(site: Site, crowd: Crowd) -> list[str]:
    """Say which contents of the files that both sides edit are nowhere any more."""
    return [
        f"{place.name}: {sha256} of {side.name}"
        for place in site.places
        for side in _sides(crowd, place.name)
        for sha256 in side.contested.keys() - site.ever_held(place)
    ]


def _sides(crowd: Crowd, place: str) -> list[Side]:
    return [side for (name, _), side in crowd.sides.items() if name == place]


async def _differences(site: Site) -> list[str]:
    """Compare some links from outside, as people see them."""
    found = []
    for place in site.places[::_COMPARED_EVERY]:
        result = await compare(site.startup(place))
        found += [f"{place.name}: {one.path}: {one.what}" for one in result.differences]
    return found
