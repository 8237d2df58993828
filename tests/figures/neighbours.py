"""Two people at one link, one on each side: they change files, and see what the other one did.

They know the services' pages and nothing of ours. A change has arrived when the other person's own
listing shows it, so its time runs from the answer that its maker got to what somebody else saw.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser

SIDES = ("procore", "teams")
SUFFIXES = ("dwg", "jpg", "pdf", "docx", "txt")
FOLDERS = ("Plans", "Minutes", "Site photos")
_LEAST_BYTES, _MOST_BYTES = 2 << 10, 600 << 10
_GROWTH_BYTES = 16 << 10  # more than Microsoft adds to a file that it rewrites

type Shown = Mapping[str, Seen]
"""What one side shows: paths with what is there."""


class Deed(StrEnum):
    """What people do with files."""

    NEW = "new file"
    VERSION = "new version"
    RENAME = "rename"
    MOVE = "move"
    DELETION = "deletion"


@dataclass(slots=True, kw_only=True)
class Change:
    """One thing that somebody did; times are seconds of the machine's steady clock."""

    deed: Deed
    side: str  # on which it was made
    is_burst: bool
    made_at: float
    shows: Callable[[Shown], bool]  # whether a listing of the other side has it
    arrived_at: float | None = None
    path: str = ""

    @property
    def seconds(self) -> float:
        """How long it took.

        Raises:
            AssertionError: it did not arrive.
        """
        assert self.arrived_at is not None, f"{self.deed} of {self.path} did not arrive"
        return self.arrived_at - self.made_at


@dataclass(slots=True)
class Neighbours:
    """The people of one link; made by `meet`."""

    people: Mapping[str, ProcoreUser | TeamsUser]
    chance: random.Random
    pending: list[Change] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)  # paths that somebody changed just now
    _sizes: dict[str, int] = field(default_factory=dict)
    _numbers: int = 0

    @classmethod
    async def meet(cls, startup: Mapping[str, Any], chance: random.Random) -> Self:
        """Sign both in; `startup` names their project and channel, `chance` says what they do."""
        left = await ProcoreUser.sign_in(startup, "ana")
        return cls({"procore": left, "teams": await TeamsUser.sign_in(startup, "ana")}, chance)

    async def leave(self) -> None:
        """Both go home."""
        for person in self.people.values():
            await person.close()

    async def settle_in(self) -> None:
        """Make the folders and the files that are there before anything is measured."""
        ana = self.people["procore"]
        for name in FOLDERS:
            folder = await ana.add_folder(ana.top, name)
            for _ in range(8):
                file, size = self._new_name(), self._some_size()
                await ana.add_file(folder.id, file, body_of(self._bytes(size)))
                self._sizes[f"{name}/{file}"] = size

    async def look(self, side: str) -> None:
        """See what one side shows, and note which changes arrived there."""
        person = self.people[side]
        paths = {person.top: ""}
        shown: dict[str, Seen] = {}
        for seen in await person.listing():
            path = paths[seen.parent or person.top] + seen.name
            paths[seen.id] = f"{path}/"
            shown[path] = seen
        self.shown[side] = shown
        now = time.monotonic()
        for change in self.pending:
            if change.side != side and change.shows(shown):
                change.arrived_at = now
                self._busy.discard(change.path)
        self.pending = [change for change in self.pending if change.arrived_at is None]

    @property
    def is_in_step(self) -> bool:
        """Whether both sides show the same paths, as seen last."""
        return set(self.shown.get("procore", ())) == set(self.shown.get("teams", {"": ()}))

    async def act(self, deed: Deed, side: str, *, is_burst: bool) -> Change:
        """Do something on one side, with a file at which nobody is."""
        doing = {
            Deed.NEW: self._make,
            Deed.VERSION: self._renew,
            Deed.RENAME: self._rename,
            Deed.MOVE: self._move,
            Deed.DELETION: self._delete,
        }[deed]
        path, shows = await doing(side)
        change = Change(
            deed=deed, side=side, is_burst=is_burst, made_at=time.monotonic(), shows=shows,
            path=path,
        )  # fmt: skip
        self.pending.append(change)
        return change

    async def look_at_both(self) -> None:
        """See what both sides show."""
        for side in SIDES:
            await self.look(side)

    # -- what they do ------------------------------------------------------------------------------

    async def _make(self, side: str) -> tuple[str, Callable[[Shown], bool]]:
        person, folder = self.people[side], self.chance.choice(FOLDERS)
        name, size = self._new_name(), self._some_size()
        path = f"{folder}/{name}"
        await person.add_file(self._folder(side, folder), name, body_of(self._bytes(size)))
        self._busy.add(path)
        self._sizes[path] = size
        return path, lambda shown: path in shown and shown[path].size >= size

    async def _renew(self, side: str) -> tuple[str, Callable[[Shown], bool]]:
        path, seen = self._some_file(side)
        size = self._sizes[path] + _GROWTH_BYTES + self.chance.randrange(_GROWTH_BYTES)
        await self.people[side].replace(seen, body_of(self._bytes(size)))
        self._sizes[path] = size
        return path, lambda shown: path in shown and shown[path].size >= size

    async def _rename(self, side: str) -> tuple[str, Callable[[Shown], bool]]:
        path, seen = self._some_file(side)
        folder, _, name = path.rpartition("/")
        new = f"{folder}/{self._new_name(name.rpartition('.')[2])}"
        await self.people[side].rename(seen, new.rpartition("/")[2])
        return self._went(path, new)

    async def _move(self, side: str) -> tuple[str, Callable[[Shown], bool]]:
        path, seen = self._some_file(side)
        folder, _, name = path.rpartition("/")
        other = self.chance.choice([each for each in FOLDERS if each != folder])
        await self.people[side].move(seen, self._folder(side, other))
        return self._went(path, f"{other}/{name}")

    async def _delete(self, side: str) -> tuple[str, Callable[[Shown], bool]]:
        path, seen = self._some_file(side)
        await self.people[side].delete(seen)
        del self._sizes[path]
        return path, lambda shown: path not in shown

    def _went(self, old: str, new: str) -> tuple[str, Callable[[Shown], bool]]:
        self._sizes[new] = self._sizes.pop(old)
        self._busy.add(new)
        return new, lambda shown: new in shown and old not in shown

    # -- with what ---------------------------------------------------------------------------------

    def _some_file(self, side: str) -> tuple[str, Seen]:
        """Take a file that both sides show and nobody is at."""
        shown, others = self.shown[side], self.shown[_other(side)]
        free = sorted(set(self._sizes) & set(shown) & set(others) - self._busy)
        path = self.chance.choice(free)
        self._busy.add(path)
        return path, shown[path]

    def _folder(self, side: str, name: str) -> str:
        return self.shown[side][name].id

    def _new_name(self, suffix: str = "") -> str:
        self._numbers += 1
        return f"A-{self._numbers:03} Grundriss.{suffix or self.chance.choice(SUFFIXES)}"

    def _some_size(self) -> int:
        return int(_LEAST_BYTES * (_MOST_BYTES / _LEAST_BYTES) ** self.chance.random())

    def _bytes(self, size: int) -> bytes:
        return self.chance.randbytes(size)


def _other(side: str) -> str:
    return SIDES[1 - SIDES.index(side)]
