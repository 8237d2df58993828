"""A colleague at practice mode: acts by the services' own HTTP calls, with a token of their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from turnbuckle.model.items import ItemId
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Person, Refused, Seen, body_of

PEOPLE_TOKEN = "people-token-of-the-tests"


@dataclass
class PracticeColleague:
    """Keeps `setting.Colleague`.

    Attributes:
        to_ours: makes our connector's id of the service's id; the second argument tells a folder.
        to_theirs: the way back.
        check_out: makes a file the colleague's for a while.
        versions: gives the contents of all versions of a file, by the service's id.
        restores: this service lets things be restored.
    """

    person: Person
    clock: SimulatedClock
    check_out: Callable[[Seen], Awaitable[None]]
    versions: Callable[[str], Awaitable[list[bytes]]]
    to_ours: Callable[[str, bool], ItemId] = lambda item, is_folder: ItemId(item)
    to_theirs: Callable[[ItemId], str] = str
    restores: bool = True
    _folders: dict[ItemId, bool] = field(default_factory=dict)
    _binned_from: dict[ItemId, str] = field(default_factory=dict)

    async def put(self, parent: ItemId, name: str, data: bytes) -> ItemId:
        self.clock.advance(1)
        made = await self.person.add_file(self.to_theirs(parent), name, body_of(data))
        return self._known(made, is_folder=False)

    async def mkdir(self, parent: ItemId, name: str) -> ItemId:
        self.clock.advance(1)
        return self._known(
            await self.person.add_folder(self.to_theirs(parent), name), is_folder=True
        )

    async def write(self, item: ItemId, data: bytes) -> None:
        await self.person.replace(await self._look(item), body_of(data))

    async def move(self, item: ItemId, parent: ItemId, name: str) -> None:
        seen = await self._look(item)
        if seen.name != name:
            await self.person.rename(seen, name)
        if seen.parent != self.to_theirs(parent):
            await self.person.move(seen, self.to_theirs(parent))

    async def delete(self, item: ItemId) -> None:
        seen = await self._look(item)
        self._binned_from[item] = seen.parent or ""
        await self.person.delete(seen)

    async def restore(self, item: ItemId) -> None:
        if not self.restores:
            pytest.skip("not needed here: this variant restores nothing")
        self.clock.advance(1)
        wanted = self.to_theirs(item)
        (binned,) = [seen for seen in await self.person.binned() if seen.id == wanted]
        await self.person.restore(binned, self._binned_from.get(item, self.person.top))

    async def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def history(self, item: ItemId) -> list[bytes]:
        return await self.versions(self.to_theirs(item))

    async def lock(self, item: ItemId) -> None:
        await self.check_out(await self._look(item))

    def _known(self, seen: Seen, *, is_folder: bool) -> ItemId:
        item = self.to_ours(seen.id, is_folder)
        self._folders[item] = is_folder
        return item

    async def _look(self, item: ItemId) -> Seen:
        self.clock.advance(1)
        theirs = self.to_theirs(item)
        if item in self._folders:
            return await self.person.look(theirs, is_folder=self._folders[item])
        try:
            return await self.person.look(theirs, is_folder=False)
        except Refused:
            return await self.person.look(theirs, is_folder=True)


async def whole(calls: Calls, path: str) -> bytes:
    """Give the content behind an address."""
    return b"".join([piece async for piece in calls.stream(path)])
