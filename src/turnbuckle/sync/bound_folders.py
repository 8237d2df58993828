"""The folders that a link is bound to are followed by their ids; people are told what became of
their names and places, and a project's folder on the right takes over its new name.

A name is taken over only while the right folder still bears the one that came from the left: then
nobody has given it another. What cannot be done now is tried again by the next runs.
"""

import asyncio
from collections.abc import Awaitable, Callable

from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import fit
from turnbuckle.model.plans import Known, Move, Notice, Reason
from turnbuckle.model.side import Side
from turnbuckle.store import structure
from turnbuckle.store.records import Bound, Link
from turnbuckle.store.structure import Spot, Spots
from turnbuckle.store.units import together
from turnbuckle.sync.ends import Ends

type Rename = Callable[[Move], Awaitable[bool]]
"""Makes a rename with its journal; tells whether it was made."""

type _Spots = dict[Side, dict[ItemId, Spot]]


async def follow(ends: Ends, rename: Rename) -> list[Notice]:
    """Compare the bound folders with how they were seen last, and give what people should know."""
    seen, now, old = await asyncio.to_thread(_known, ends.link)
    was = {side: dict(seen[side]) for side in Side}
    kept = {side: dict(now[side]) for side in Side}
    followed = await _follow_name(ends, old, was, kept, rename)
    notices = [
        notice
        for side in Side
        for folder, spot in now[side].items()
        for notice in _told(side, was[side].get(folder, spot), spot)
    ]
    if followed != old or any(kept[side].items() - seen[side].items() for side in Side):
        await asyncio.to_thread(structure.keep, ends.link, kept, followed)
    return notices


@together
def _known(link: Link) -> tuple[Spots, Spots, Name | None]:
    """Give the spots as they were kept last and as they are, and the name that was followed."""
    return structure.last_seen(link), structure.now(link), structure.followed(link)


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


async def _follow_name(
    ends: Ends, old: Name | None, was: _Spots, kept: _Spots, rename: Rename
) -> Name | None:
    """Let the project's right folder take over a new left name.

    Args:
        ends: the link.
        old: the left name that was followed last, if that was noted.
        was: the spots as they were; a name of ours gets into it, so that nobody is told of it.
        kept: the spots as they are; a name of ours gets into it, too.
        rename: makes the rename.

    Returns:
        The left name that is followed now. It stays the old one until the right folder is in sight
        and was renamed, or bears a name that somebody gave it.
    """
    project = ends.link.project
    if project is None:
        return None
    left, right = kept[Side.LEFT].get(project.left), kept[Side.RIGHT].get(project.right)
    if old is None:
        before = was[Side.LEFT].get(project.left, left)
        old = None if before is None else before.name
    if left is None or right is None or old is None or left.name == old:
        return old
    wanted = _right_name(ends, left.name)
    if right.name == wanted:  # it was renamed, and the answer was lost
        place = was[Side.RIGHT].get(project.right, right).parent
        was[Side.RIGHT][project.right] = Spot(wanted, place)
    elif right.name == _right_name(ends, old) and right.parent is not None:
        if not await rename(await _move(ends, project, right.parent, wanted)):
            return old
        kept[Side.RIGHT][project.right] = Spot(wanted, right.parent)
    return left.name


def _right_name(ends: Ends, left: Name) -> Name:
    """Give the name that the project's folder has on the right if it follows the left one."""
    return fit(left, Kind.FOLDER, ends.terms.capabilities(Side.RIGHT).names)


async def _move(ends: Ends, project: Bound, parent: ItemId, name: Name) -> Move:
    feed = ends.link.feed(Side.RIGHT)
    line = await asyncio.to_thread(structure.above, feed, project.right)
    return Move(
        side=Side.RIGHT,
        item=line[0][0],
        parent=Known(parent),
        name=name,
        twin=None,
        settles=False,
        path=name,
    )
