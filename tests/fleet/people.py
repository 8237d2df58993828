"""The people of both sides, who change files all the time, and know what has to come of it.

Each file and each folder belongs to one side, whose people alone touch it; so whatever else
happens, both sides have to hold exactly that in the end. One file of each link is edited by both:
of that, no content may be lost, and copies of it may be there.
"""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fleet.site import CONTESTED, Place, Site

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Person, Refused, Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser

LEFT, RIGHT = "Procore", "Teams"
_OVERTAKEN = frozenset({400, 404, 409, 412, 423})  # what the contested file may be refused with
_FEWEST = 2  # files of a side, from which one may be deleted
_MOST_FOLDERS = 3
_EVERYWHERE = 0.3  # so much of what people do is done in any link, the rest in the busiest ones
_BUSIEST = 30

type Act = Callable[["Side"], Awaitable[str]]


@dataclass
class Side:
    """What the people of one side of one link made, as they left it."""

    place: Place
    name: str  # LEFT or RIGHT
    person: Person
    chance: random.Random
    files: dict[str, tuple[Seen, str]] = field(default_factory=dict)  # by id, with the SHA-256
    folders: dict[str, Seen] = field(default_factory=dict)
    contested: dict[str, datetime] = field(default_factory=dict)  # contents it gave it, and when
    acts: list[tuple[datetime, str]] = field(default_factory=list)  # when each had been done
    made: int = 0
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def new_name(self, ending: str = "") -> str:
        """A name that is given once."""
        self.made += 1
        return f"{self.name} {self.made}{ending}"

    def new_data(self) -> tuple[bytes, str]:
        """Some content that nothing else holds, and its SHA-256."""
        self.made += 1
        data = f"{self.place.name}, {self.name}, {self.made}: ".encode()
        data += self.chance.randbytes(self.chance.choice((1, 100, 5_000)))
        return data, hashlib.sha256(data).hexdigest()

    def somewhere(self) -> str:
        """The link's folder, or one of this side's."""
        return self.chance.choice([self.person.top, *self.folders])

    def a_file(self) -> Seen:
        """One of the files."""
        return self.files[self.chance.choice(list(self.files))][0]

    def expected(self) -> dict[str, str]:
        """What has to be there of this side's doing, by path."""
        found = {folder.name: "" for folder in self.folders.values()}
        for seen, sha256 in self.files.values():
            above = self.folders.get(seen.parent or "")
            found[f"{above.name}/{seen.name}" if above else seen.name] = sha256
        return found


async def add_file(side: Side) -> str:
    """Make a file."""
    data, sha256 = side.new_data()
    parent = side.somewhere()
    made = await side.person.add_file(parent, side.new_name(".txt"), body_of(data))
    side.files[made.id] = replace(made, parent=parent), sha256
    return "file added"


async def add_folder(side: Side) -> str:
    """Make a folder at the top, or a file where there are enough."""
    if len(side.folders) >= _MOST_FOLDERS:
        return await add_file(side)
    made = await side.person.add_folder(side.person.top, side.new_name())
    side.folders[made.id] = made
    return "folder added"


async def edit(side: Side) -> str:
    """Give a file another content."""
    seen = side.a_file()
    data, sha256 = side.new_data()
    await side.person.replace(seen, body_of(data))
    side.files[seen.id] = seen, sha256
    return "file edited"


async def rename(side: Side) -> str:
    """Give a file another name."""
    seen, name = side.a_file(), side.new_name(".txt")
    await side.person.rename(seen, name)
    side.files[seen.id] = replace(seen, name=name), side.files[seen.id][1]
    return "file renamed"


async def move(side: Side) -> str:
    """Put a file into another folder."""
    seen, parent = side.a_file(), side.somewhere()
    if parent == seen.parent:
        return await rename(side)
    await side.person.move(seen, parent)
    side.files[seen.id] = replace(seen, parent=parent), side.files[seen.id][1]
    return "file moved"


async def rename_folder(side: Side) -> str:
    """Give a folder another name, with all that is in it."""
    if not side.folders:
        return await add_folder(side)
    seen, name = side.folders[side.chance.choice(list(side.folders))], side.new_name()
    await side.person.rename(seen, name)
    side.folders[seen.id] = replace(seen, name=name)
    return "folder renamed"


async def delete(side: Side) -> str:
    """Put a file into the bin."""
    if len(side.files) <= _FEWEST:
        return await add_file(side)
    seen = side.a_file()
    await side.person.delete(seen)
    del side.files[seen.id]
    return "file deleted"


async def contest(side: Side) -> str:
    """Edit the file that the other side edits too, if it is there and free."""
    data, sha256 = side.new_data()
    try:
        there = await side.person.children(side.person.top)
        shared = next((seen for seen in there if seen.name == CONTESTED), None)
        if shared is None:
            return "shared file not there"
        await side.person.replace(shared, body_of(data))
    except Refused as refused:
        if refused.status not in _OVERTAKEN:
            raise
        return "shared file not free"
    side.contested[sha256] = datetime.now(UTC)
    return "shared file edited"


ACTS: Sequence[Act] = (
    add_file, add_file, add_folder, edit, edit, rename, move, rename_folder, delete, contest
)  # fmt: skip


class Crowd:
    """Everybody at work; what they did is counted, and what went wrong is kept."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self._site = site
        self._chance = chance
        self._stack = AsyncExitStack()
        self.sides: dict[tuple[str, str], Side] = {}
        self.did: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def work(self, seconds: float, pause_seconds: float, hands: int = 4) -> None:
        """Do one thing after the other until the time is over."""
        until = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(hands):
                group.create_task(self._one_after_the_other(until, pause_seconds * hands))

    async def close(self) -> None:
        """Go home."""
        await self._stack.aclose()

    async def _one_after_the_other(self, until: float, pause_seconds: float) -> None:
        while asyncio.get_running_loop().time() < until:
            everywhere = self._chance.random() < _EVERYWHERE
            places = self._site.places if everywhere else self._site.places[:_BUSIEST]
            place = self._chance.choice(places)
            name = self._chance.choice((LEFT, RIGHT))
            try:
                await self._act(place, name)
            except (Refused, OSError) as error:
                self.wrong.append(f"{place.name}, {name}: {error!r}")
            await asyncio.sleep(pause_seconds * self._chance.uniform(0.5, 1.5))

    async def _act(self, place: Place, name: str) -> None:
        side = await self._side(place, name)
        async with side.busy:
            act = side.chance.choice(ACTS) if side.files else add_file
            what = await act(side)
            self.did[what] += 1
            side.acts.append((datetime.now(UTC), what))

    async def _side(self, place: Place, name: str) -> Side:
        key = place.name, name
        if key not in self.sides:
            person = await self._person(place, name)
            chance = random.Random(f"{place.name} {name} {self._chance.random()}")
            if key in self.sides:  # somebody else was quicker
                await person.close()
            else:
                self._stack.push_async_callback(person.close)
                self.sides[key] = Side(place, name, person, chance)
        return self.sides[key]

    async def _person(self, place: Place, name: str) -> ProcoreUser | TeamsUser:
        startup = self._site.world.startup
        if name == LEFT:
            return await ProcoreUser.sign_in(startup, "ben", f"{place.company}/{place.project}")
        site = f"{place.drive.place.drive_id}/{place.folder}"
        return await TeamsUser.sign_in(startup, "chloe", site)
