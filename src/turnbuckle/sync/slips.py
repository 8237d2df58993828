"""Keep what somebody saved between our look at a file and our own write to it.

A remote without conditional writes takes ours all the same, and tells afterwards. Their version
stands in the file's history; people look for it beside the file, so it is kept there as a copy.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from turnbuckle.model.items import Item
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.planning.naming import copy_name
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import FindsSlips
from turnbuckle.ports.errors import RemoteError
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.late_writes import is_late
from turnbuckle.sync.report import Report
from turnbuckle.sync.retrying import repeated
from turnbuckle.sync.writes import MakeFile, ReplaceContent, Write


@dataclass(frozen=True, slots=True)
class Refused:
    """A write that was not made; what comes next is arranged already."""


type Perform = Callable[[Write], Awaitable[Item | Refused | None]]


async def keep_slipped(
    write: ReplaceContent, ends: Ends, clock: Clock, report: Report, perform: Perform
) -> None:
    """Make a copy, on both sides, of each version that our write came after.

    Args:
        write: the replacement that was made.
        ends: the link.
        clock: the time, for waits that the remote asks for.
        report: gets a notice for each copy, or for what could not be copied.
        perform: makes a write with its journal.
    """
    connector = ends.connectors[write.side]
    here, there = write.item.parent, write.source.parent
    if not isinstance(connector, FindsSlips) or here is None or there is None:
        return
    try:
        slipped = await repeated(lambda: connector.slipped(write.item.id), clock)
    except RemoteError as error:
        detail = f"somebody's version before ours is in the file's history alone: {error}"
        report.notices.append(
            Notice(reason=Reason.CONFLICT, side=write.side, path=write.path, detail=detail)
        )
        return
    for version in slipped:
        if await is_late(version, write, ends, clock):
            continue
        name = copy_name(version, write.side, ends.terms)
        path = f"{write.path.rpartition('/')[0]}/{name}".lstrip("/")
        report.notices.append(Notice(reason=Reason.CONFLICT, side=write.side, path=write.path))
        copy = await perform(
            MakeFile(
                side=write.side, parent=here, name=name, source_side=write.side, source=version,
                twin=None, path=path,
            )
        )  # fmt: skip
        if isinstance(copy, Item):
            await perform(
                MakeFile(
                    side=write.side.other, parent=there, name=name, source_side=write.side,
                    source=version, twin=copy, path=path,
                )
            )  # fmt: skip
