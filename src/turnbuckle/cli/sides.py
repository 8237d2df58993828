"""What the two sides are called in front of people, and what crosses between them."""

from collections.abc import Iterator

from turnbuckle.cli.amounts import amount, counted
from turnbuckle.model.items import Item, Kind
from turnbuckle.model.plans import (
    WORDS,
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Made,
    Move,
    Notice,
    Replace,
    Step,
)
from turnbuckle.model.side import Side
from turnbuckle.sync.report import Report, Tally
from turnbuckle.sync.writes import DeleteItem, MakeFile, MakeFolder, MoveItem, ReplaceContent, Write

NAMES = {Side.LEFT: "Procore", Side.RIGHT: "Teams"}
_WIDTH = len("Procore -> Teams  ")


def crossing(write: Write) -> str:
    """Say one write that was made: direction, what, path, who."""
    match write:
        case MakeFolder():
            said = f"new folder     {write.path}"
        case MakeFile():
            said = f"new file       {write.path} ({_content(write.source)})"
        case ReplaceContent():
            said = f"new version    {write.path} ({_content(write.source)})"
        case MoveItem():
            what = "folder" if write.item.kind is Kind.FOLDER else "file"
            said = f"moved {what:<8} {write.path} (was {write.item.name})"
        case DeleteItem():
            what = "folder" if write.item.kind is Kind.FOLDER else "file"
            said = f"deleted {what:<6} {write.path} (into the recycle bin)"
    return f"{direction(write.side)}{said}"


def direction(to: Side) -> str:
    """Say from where to where, in columns."""
    return f"{NAMES[to.other]} -> {NAMES[to]}".ljust(_WIDTH)


def planned(step: Step) -> str:
    """Say one step of a plan."""
    match step:
        case CreateFolder():
            return f"{direction(step.side)}make folder   {step.path}"
        case CreateFile():
            return f"{direction(step.side)}send file     {step.path} ({amount(step.source.size)})"
        case Replace():
            return f"{direction(step.side)}send version  {step.path} ({amount(step.source.size)})"
        case Move():
            where = "" if isinstance(step.parent, Made) else f" as {step.name}"
            return f"{direction(step.side)}move          {step.path}{where}"
        case Delete():
            return f"{direction(step.side)}delete        {step.path} (into the recycle bin)"
        case Compare():
            return f"{NAMES[step.side].ljust(_WIDTH)}read to compare {step.path}"
        case Agree():
            return f"{'note'.ljust(_WIDTH)}already equal {step.path}"
        case Forget():
            return f"{'note'.ljust(_WIDTH)}forget        {step.path}"


def noticed(notice: Notice) -> str:
    """Say one notice."""
    detail = f" ({notice.detail})" if notice.detail else ""
    if not notice.path:
        return f"the whole link: {WORDS[notice.reason]}{detail}"
    return f"{NAMES[notice.side]}: {notice.path}: {WORDS[notice.reason]}{detail}"


def tallied(report: Report) -> Iterator[str]:
    """Say what a run wrote, a line for each direction that had anything."""
    for side, tally in report.tallies.items():
        if tally.writes:
            yield f"{direction(side)}{', '.join(_parts(tally))}"


def _parts(tally: Tally) -> Iterator[str]:
    for count, what in (
        (tally.files_made, "new file"),
        (tally.folders_made, "new folder"),
        (tally.files_replaced, "new version"),
    ):
        if count:
            yield counted(count, what)
    if tally.moved:
        yield f"{tally.moved:,} moved or renamed"
    if tally.deleted:
        yield f"{tally.deleted:,} deleted"


def _content(source: Item) -> str:
    return amount(source.size) + (f", by {source.author}" if source.author else "")
