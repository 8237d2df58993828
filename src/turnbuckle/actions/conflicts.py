"""Conflicts, and what a person does about them: copies to look at, and files to decide.

Asks no remote.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import fit, is_conflict_copy
from turnbuckle.model.plans import Reason
from turnbuckle.model.policy import Answer, Twins
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import FolderLost
from turnbuckle.store import answers, closure, findings, history
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.findings import Sight
from turnbuckle.store.organisations import Scope
from turnbuckle.store.queries import ActivityLine
from turnbuckle.store.records import Link
from turnbuckle.store.rollback import refuse_old_records
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.looking import look
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import open_ends

CONFLICT_MARK = "(conflict "
"""What the names of all conflict copies hold."""

_MOST_MOVES = 50


class NothingToDecide(Exception):
    """No file of that path waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A conflict copy that is still there; both sides have it once it is in step.

    Attributes:
        shown: the copy on the left side, else on the right one.
        original: the name of the file that it is a copy of.
        keeps: the side whose version it keeps.
    """

    shown: Sight
    original: Name
    keeps: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Two files of one name that nobody can tell apart or join, and the answer if there is one."""

    path: str
    left: Sight
    right: Sight
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """What both sides did to the same things."""

    link: Link
    copies: tuple[Copy, ...]
    moves: tuple[ActivityLine, ...]  # of which one side's did not hold
    undecided: tuple[Undecided, ...]


def conflicts(scope: Scope, link: Link, clock: Clock | None = None) -> Conflicts:
    """Give the conflicts of a link, as far as they are known."""
    return asyncio.run(_conflicts(scope, link, clock or agreed_clock()))


def decide(
    scope: Scope, link: Link, path: str, answer: Answer, *, by: str, clock: Clock | None = None
) -> Undecided:
    """Say what two files of one path are to each other; the next run carries it out.

    Raises:
        NothingToDecide: no two files of that path wait for an answer.
        WentBack: the database was put back, so they may not be what waits now.
    """
    return asyncio.run(_decide(scope, link, path, answer, by, clock or agreed_clock()))


async def _decide(  # noqa: PLR0917
    scope: Scope, link: Link, path: str, answer: Answer, by: str, clock: Clock
) -> Undecided:
    async with open_ends(scope, link, clock, Meter()) as ends:
        return await decided(ends, path, answer, by=by, clock=clock)


async def decided(ends: Ends, path: str, answer: Answer, *, by: str, clock: Clock) -> Undecided:
    """Say what two files of one path are to each other; the connectors are not asked."""
    await asyncio.to_thread(refuse_old_records, ends.link)
    wanted = path.strip().strip("/").casefold()
    waiting = [each for each in await undecided(ends, clock) if each.path.casefold() == wanted]
    if not waiting:
        raise NothingToDecide(
            f"no file {path!r} of the link {ends.link.name!r} waits for an answer; `turnbuckle"
            " conflicts` lists those that do"
        )
    twins = Twins.of(waiting[0].left.item, waiting[0].right.item)
    await asyncio.to_thread(lambda: answers.give(ends.link, twins, answer, by=by, now=clock.now()))
    return replace(waiting[0], answer=answer)


async def _conflicts(scope: Scope, link: Link, clock: Clock) -> Conflicts:
    async with open_ends(scope, link, clock, Meter()) as ends:
        return await found(ends, clock)


async def found(ends: Ends, clock: Clock) -> Conflicts:
    """Give the conflicts of a link; its connectors are not asked."""
    link = ends.link
    return Conflicts(
        link=link,
        copies=tuple(await asyncio.to_thread(_copies, link)),
        moves=tuple(
            await asyncio.to_thread(
                lambda: history.lines(link, _MOST_MOVES, what=[Reason.MOVE_OVERRULED.value])
            )
        ),
        undecided=tuple(await undecided(ends, clock)),
    )


async def undecided(ends: Ends, clock: Clock) -> Sequence[Undecided]:
    """Give the files that wait for an answer, and those of which no run has carried it out."""
    try:
        made = (await look(ends, clock)).plan
    except FolderLost:  # or no run has looked at it yet: nothing is planned, so nothing to decide
        return []
    paths = [notice.path for notice in made.waiting if notice.reason is Reason.UNDECIDED]
    return await asyncio.to_thread(_undecided, ends, paths)


def _undecided(ends: Ends, paths: Sequence[str]) -> list[Undecided]:
    link = ends.link
    given = answers.given(link)
    asked = [one for path in paths for one in findings.look_up(link, path) if one.path == path]
    told = [findings.sight(link, Side.LEFT, twins.left) for twins in given]
    found: dict[ItemId, Undecided] = {}
    for left in (*asked, *(one for one in told if one is not None)):
        right = _twin(ends, left)
        if right is None:
            continue
        answer = given.get(Twins.of(left.item, right.item))
        if answer is not None or left in asked:
            found[left.item.id] = Undecided(path=left.path, left=left, right=right, answer=answer)
    return sorted(found.values(), key=lambda each: each.path)


def _twin(ends: Ends, left: Sight) -> Sight | None:
    """Give the file of the same name in the same folder on the other side."""
    link, item = ends.link, left.item
    if left.side is not Side.LEFT or left.state != "present" or item.parent is None:
        return None
    if closure.pair_with(link, Side.LEFT, item.id) is not None:
        return None
    folder = _folder_on_the_right(link, item.parent)
    if folder is None:
        return None
    rules = ends.terms.capabilities(Side.RIGHT, left.tool).names
    names = (item.name, fit(item.name, Kind.FILE, rules))
    inside = findings.inside(link, Side.RIGHT, folder, names)
    return next((one for one in inside if one.item.kind is Kind.FILE), None)


def _folder_on_the_right(link: Link, folder: ItemId) -> ItemId | None:
    for bound in link.bounds:
        if bound.left == folder:
            return bound.right
    pair = closure.pair_with(link, Side.LEFT, folder)
    return None if pair is None else pair.right.id


def _copies(link: Link) -> list[Copy]:
    """Give the conflict copies that are there, each once, by path."""
    found: dict[tuple[Side, ItemId], Copy] = {}
    for sight in findings.of_names(link, CONFLICT_MARK):
        told = is_conflict_copy(sight.item.name)
        pair = closure.pair_with(link, sight.side, sight.item.id)
        key = (Side.LEFT, pair.left.id) if pair else (sight.side, sight.item.id)
        if told is not None:
            found.setdefault(key, Copy(shown=sight, original=told[0], keeps=told[1]))
    return sorted(found.values(), key=lambda copy: copy.shown.path)
