"""The folders that a link is bound to are followed by their ids; people are told what became of
their names and places, and a project's folder on the right takes over its new name.

A name is taken over only while the right folder still bears the one that came from the left: then
nobody has given it another.
"""

import asyncio
from collections.abc import Awaitable, Callable

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.names import fit
from turnbuckle.model.plans import Known, Move, Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.store import structure
from turnbuckle.store.records import Bound
from turnbuckle.store.structure import Spot, Spots
from turnbuckle.sync.ends import Ends

type Rename = Callable[[Move], Awaitable[bool]]
"""Makes a rename with its journal; tells whether it was made."""


async def follow(ends: Ends, rename: Rename) -> list[Notice]:
    """Compare the bound folders with how they were seen last, and give what people should know."""
    was = await asyncio.to_thread(structure.last_seen, ends.link)
    now = await asyncio.to_thread(structure.now, ends.link)
    kept = {side: dict(now[side]) for side in Side}
    project = ends.link.project
    ours = False
    if project is not None and _is_renamed(was, now, project):
        ours = _right_name(ends, now, project) == now[Side.RIGHT][project.right].name
        if not ours and await _take_over(ends, was, now, project, rename):
            spot = kept[Side.RIGHT][project.right]
            kept[Side.RIGHT][project.right] = Spot(_right_name(ends, now, project), spot.parent)
    notices = []
    for side in Side:
        for folder, spot in now[side].items():
            before = was[side].get(folder, spot)
            if ours and project is not None and folder == project.right and side is Side.RIGHT:
                continue
            notices += _told(side, before, spot)
    if any(kept[side].items() - was[side].items() for side in Side):
        await asyncio.to_thread(structure.keep, ends.link, kept)
    return notices


def _told(side: Side, before: Spot, spot: Spot) -> list[Notice]:
    found = []
    if before.name != spot.name:
        detail = f"it was called {before.name!r}"
        found.append(
            Notice(reason=Reason.STRUCTURE_RENAMED, side=side, path=spot.name, detail=detail)
        )
    if before.parent != spot.parent:
        found.append(Notice(reason=Reason.STRUCTURE_MOVED, side=side, path=spot.name))
    return found


def _is_renamed(was: Spots, now: Spots, project: Bound) -> bool:
    """Tell whether the project has another name than it had, with both of its folders in sight."""
    before, after = was[Side.LEFT].get(project.left), now[Side.LEFT].get(project.left)
    if before is None or after is None or project.right not in now[Side.RIGHT]:
        return False
    return before.name != after.name


def _right_name(ends: Ends, spots: Spots, project: Bound) -> Name:
    """Give the name that the project's folder has on the right if it follows the left one."""
    rules = ends.terms.capabilities(Side.RIGHT).names
    return fit(spots[Side.LEFT][project.left].name, Kind.FOLDER, rules)


async def _take_over(ends: Ends, was: Spots, now: Spots, project: Bound, rename: Rename) -> bool:
    """Rename the right folder, unless somebody gave it a name of its own."""
    spot = now[Side.RIGHT][project.right]
    if spot.name != _right_name(ends, was, project) or spot.parent is None:
        return False
    feed = ends.link.feed(Side.RIGHT)
    line = await asyncio.to_thread(structure.above, feed, project.right)
    name = _right_name(ends, now, project)
    return await rename(
        Move(
            side=Side.RIGHT,
            item=line[0][0],
            parent=Known(spot.parent),
            name=name,
            twin=None,
            settles=False,
            path=name,
        )
    )
