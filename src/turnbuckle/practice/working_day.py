"""A scripted working day: the people of both sides change things, as people do.

Everything happens over plain HTTP with the tokens of persons. What is changed is chosen from
what is there, the same for the same tree, so the script works for the sample and for any folder.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from turnbuckle.practice.clock import PracticeClock, RealClock
from turnbuckle.practice.persons import person
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.sample.office import docx, xlsx
from turnbuckle.practice.sample.pdf import pdf
from turnbuckle.practice.targets import Pair, Targets

PROCORE, TEAMS = "Procore", "Teams"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did."""

    side: str  # PROCORE or TEAMS
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.side}: {self.who} {self.what}"


@dataclass(slots=True)
class WorkingDay:
    """What happened, and what both sides should hold once they are in step again.

    The counts are certain under the default policy: of two edits the newer wins and the other
    stays as a copy, and an edit wins over a deletion. Temporary files do not count.
    """

    events: list[Event] = field(default_factory=list)
    files_added: int = 0  # on balance, over both sides; may be negative
    folders_added: int = 0
    conflicts: int = 0  # files that both sides edited
    edits_against_deletions: int = 0


async def play_working_day(
    startup: Mapping[str, Any], clock: PracticeClock | None = None
) -> WorkingDay:
    """Let the people of both sides work for a day; both sides must be in step before.

    Args:
        startup: the content of the start-up file of both practice services.
        clock: what time it is for the services; the machine's own by default.

    Raises:
        Refused: a service said no to a person.
    """
    async with AsyncExitStack() as stack:
        ana = await ProcoreUser.sign_in(startup, "ana")
        stack.push_async_callback(ana.close)
        ben = await ProcoreUser.sign_in(startup, "ben")
        stack.push_async_callback(ben.close)
        chloe = await TeamsUser.sign_in(startup, "chloe")
        stack.push_async_callback(chloe.close)
        dilip = await TeamsUser.sign_in(startup, "dilip")
        stack.push_async_callback(dilip.close)
        targets = Targets(ana.top, await ana.listing(), chloe.top, await chloe.listing())
        day = _Day(targets, ana, ben, chloe, dilip, clock or RealClock())
        await day.play()
        return day.told


@dataclass(slots=True)
class _Day:
    targets: Targets
    ana: ProcoreUser
    ben: ProcoreUser
    chloe: TeamsUser
    dilip: TeamsUser
    clock: PracticeClock
    told: WorkingDay = field(default_factory=WorkingDay)

    async def play(self) -> None:
        await self._folders_change()
        await self._procore_works()
        await self._teams_works()
        await self._both_meet()

    def _tell(self, side: str, who: str, what: str) -> None:
        self.told.events.append(Event(side, person(who).name, what))

    async def _with(self, chosen: Pair | None, act: Callable[[Pair], Awaitable[None]]) -> None:
        """Act on what was chosen; a small tree may have nothing left to choose."""
        if chosen is not None:
            await act(chosen)

    async def _folders_change(self) -> None:
        await self._with(self.targets.large_folder(), self._procore_renames_folder)
        await self._with(self.targets.large_folder(), self._teams_renames_folder)
        await self._with(self.targets.small_folder(), self._procore_deletes_folder)
        await self._with(self.targets.small_folder(), self._teams_deletes_folder)

    async def _procore_renames_folder(self, folder: Pair) -> None:
        name = self.targets.new_name(folder, " rev B")
        await self.ana.rename(folder.left, name)
        count = self.targets.inside(folder)
        self._tell(PROCORE, "ana", f"renamed {folder.shown} ({count} files) to {name}")

    async def _teams_renames_folder(self, folder: Pair) -> None:
        name = self.targets.new_name(folder, " (site copy)")
        await self.chloe.rename(folder.right, name)
        count = self.targets.inside(folder)
        self._tell(TEAMS, "chloe", f"renamed {folder.shown} ({count} files) to {name}")

    async def _procore_deletes_folder(self, folder: Pair) -> None:
        await self.ben.delete(folder.left)
        self._folder_gone(PROCORE, "ben", folder)

    async def _teams_deletes_folder(self, folder: Pair) -> None:
        await self.dilip.delete(folder.right)
        self._folder_gone(TEAMS, "dilip", folder)

    def _folder_gone(self, side: str, who: str, folder: Pair) -> None:
        count = self.targets.inside(folder)
        self.told.files_added -= count
        self.told.folders_added -= 1 + self.targets.folders_inside(folder)
        self._tell(side, who, f"deleted {folder.shown} ({count} files)")

    async def _procore_works(self) -> None:
        await self._with(self.targets.file(), self._procore_versions)
        await self._with(self.targets.file(), self._procore_renames)
        await self._with(self.targets.file(), self._procore_moves)
        await self._with(self.targets.file(), self._procore_deletes)
        await self._with(self.targets.file(), self._procore_checks_out)
        await self._with(self.targets.file(), self._procore_restores)
        await self._procore_adds()

    async def _procore_versions(self, file: Pair) -> None:
        await self.ana.replace(file.left, body_of(text_for(file.path[-1], "a new version")))
        self._tell(PROCORE, "ana", f"gave {file.shown} a new version")

    async def _procore_renames(self, file: Pair) -> None:
        name = self.targets.new_name(file, " approved")
        await self.ben.rename(file.left, name)
        self._tell(PROCORE, "ben", f"renamed {file.shown} to {name}")

    async def _procore_moves(self, file: Pair) -> None:
        place = self.targets.place_for(file)
        if place is not None:
            await self.ben.move(file.left, place.left.id)
            self._tell(PROCORE, "ben", f"moved {file.shown} to {place.shown}")

    async def _procore_deletes(self, file: Pair) -> None:
        await self.ana.delete(file.left)
        self.told.files_added -= 1
        self._tell(PROCORE, "ana", f"deleted {file.shown}")

    async def _procore_checks_out(self, file: Pair) -> None:
        until = self.clock.now() + timedelta(hours=3)
        await self.ben.check_out(file.left, _iso(until))
        self._tell(PROCORE, "ben", f"checked out {file.shown}")

    async def _procore_restores(self, file: Pair) -> None:
        parent = file.left.parent or self.ana.top
        await self.ana.delete(file.left)
        await self.ana.restore(file.left, parent)
        self._tell(PROCORE, "ana", f"deleted {file.shown} and took it out of the bin again")

    async def _procore_adds(self) -> None:
        name = self.targets.free_top_name("Snags of level 5.txt")
        await self.ben.add_file(self.ben.top, name, body_of(text_for(name, "new")))
        self.told.files_added += 1
        self._tell(PROCORE, "ben", f"added {name}")
        top = await self.ana.add_folder(self.ana.top, self.targets.free_top_name("Working day"))
        inner = await self.ana.add_folder(top.id, "Level 5: east / west?")
        await self._fill(
            lambda parent, name, body: self.ana.add_file(parent.id, name, body_of(body)),
            (top, "Plan.pdf"), (inner, "Measured * twice.xlsx"), (inner, "Notes.docx"),
        )  # fmt: skip
        self._added_tree(PROCORE, "ana", top)

    async def _teams_works(self) -> None:
        await self._with(self.targets.file(), self._teams_edits)
        await self._with(self.targets.file(), self._teams_renames)
        await self._with(self.targets.file(), self._teams_moves)
        await self._with(self.targets.file(), self._teams_deletes)
        await self._with(self.targets.file(), self._teams_restores)
        await self._teams_adds()

    async def _teams_edits(self, file: Pair) -> None:
        await self.chloe.replace(file.right, body_of(text_for(file.path[-1], "edited on site")))
        self._tell(TEAMS, "chloe", f"edited {file.shown}, which the sync had made")

    async def _teams_renames(self, file: Pair) -> None:
        name = self.targets.new_name(file, " as built")
        await self.dilip.rename(file.right, name)
        self._tell(TEAMS, "dilip", f"renamed {file.shown} to {name}")

    async def _teams_moves(self, file: Pair) -> None:
        place = self.targets.place_for(file)
        if place is not None:
            await self.dilip.move(file.right, place.right.id)
            self._tell(TEAMS, "dilip", f"moved {file.shown} to {place.shown}")

    async def _teams_deletes(self, file: Pair) -> None:
        await self.chloe.delete(file.right)
        self.told.files_added -= 1
        self._tell(TEAMS, "chloe", f"deleted {file.shown}")

    async def _teams_restores(self, file: Pair) -> None:
        await self.dilip.delete(file.right)
        await self.dilip.restore(file.right, file.right.parent or self.dilip.top)
        self._tell(TEAMS, "dilip", f"deleted {file.shown} and took it out of the bin again")

    async def _teams_adds(self) -> None:
        name = self.targets.free_top_name("Toolbox talk of today.docx")
        await self.dilip.add_file(self.dilip.top, name, body_of(text_for(name, "new")))
        self.told.files_added += 1
        self._tell(TEAMS, "dilip", f"added {name}")
        top = await self.chloe.add_folder(
            self.chloe.top, self.targets.free_top_name("From the site")
        )
        inner = await self.chloe.add_folder(top.id, "100% #1 + R&D")
        await self._fill(
            lambda parent, name, body: self.chloe.add_file(parent.id, name, body_of(body)),
            (top, "Delivery note.pdf"), (inner, "Hours.xlsx"), (inner, "R\u00e9sum\u00e9.txt"),
        )  # fmt: skip
        self._added_tree(TEAMS, "chloe", top)

    async def _fill(
        self,
        add: Callable[[Seen, str, bytes], Awaitable[Seen]],
        *wanted: tuple[Seen, str],
    ) -> None:
        for parent, name in wanted:
            await add(parent, name, text_for(name, "new"))

    def _added_tree(self, side: str, who: str, top: Seen) -> None:
        self.told.files_added += 3
        self.told.folders_added += 2
        self._tell(side, who, f"added the folder {top.name} with 3 files in it")

    async def _both_meet(self) -> None:
        await self._with(self.targets.file(), self._both_edit)
        await self._with(self.targets.file(), self._procore_edits_teams_deletes)
        await self._with(self.targets.file(), self._teams_edits_procore_deletes)

    async def _both_edit(self, file: Pair) -> None:
        name = file.path[-1]
        await self.ana.replace(file.left, body_of(text_for(name, "as the office sees it")))
        self._tell(PROCORE, "ana", f"edited {file.shown}")
        await self.clock.sleep(1.5)  # both services keep whole seconds
        await self.chloe.replace(file.right, body_of(text_for(name, "as the site sees it")))
        self._tell(TEAMS, "chloe", f"edited {file.shown} as well")
        self.told.files_added += 1
        self.told.conflicts += 1

    async def _procore_edits_teams_deletes(self, file: Pair) -> None:
        await self.ben.replace(file.left, body_of(text_for(file.path[-1], "still needed")))
        await self.dilip.delete(file.right)
        self._tell(PROCORE, "ben", f"edited {file.shown}")
        self._tell(TEAMS, "dilip", f"deleted {file.shown}")
        self.told.edits_against_deletions += 1

    async def _teams_edits_procore_deletes(self, file: Pair) -> None:
        await self.chloe.replace(file.right, body_of(text_for(file.path[-1], "in use here")))
        await self.ana.delete(file.left)
        self._tell(TEAMS, "chloe", f"edited {file.shown}")
        self._tell(PROCORE, "ana", f"deleted {file.shown}")
        self.told.edits_against_deletions += 1


def text_for(name: str, words: str) -> bytes:
    """Give a small file of the type that its name promises, with these words in it."""
    ending = name.rpartition(".")[2].lower()
    lines: Sequence[str] = (name, words)
    if ending == "pdf":
        return pdf(name, [lines])
    if ending == "docx":
        return docx(lines)
    if ending == "xlsx":
        return xlsx("Sheet1", [[line] for line in lines])
    return "\n".join((*lines, "")).encode()


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
