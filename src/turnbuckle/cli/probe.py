"""`turnbuckle probe`: on the first day, find out how the live services behave where nobody says."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from turnbuckle.actions import probe as action
from turnbuckle.actions.probe import Prospect, Wanted
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.probe_answers import Shown, sum_up, write
from turnbuckle.wiring.microsoft import Destination

HELP = """Settle on the connected accounts what no public document tells.

Without --allow-writes it only reads. With it, it makes one folder (and for Photos one album)
called "Turnbuckle probe ..." at each side, writes nowhere else, and moves all of that into the
recycle bin at the end, also after an error or Ctrl-C. How many calls it takes at most is said
first. Each answer names the switch of practice mode that reproduces it, and what to set.

\b
Examples:
  turnbuckle probe --project "Test project" --team "IT" --channel "Probe"
  turnbuckle probe --project "Test project" --allow-writes
  turnbuckle probe --site https://contoso.sharepoint.com/sites/it --library Probe --allow-writes
  turnbuckle probe --project 562949 --check limits --check file-address --json -"""


def probe(  # noqa: PLR0917  typer gives them by name
    project: Annotated[str | None, typer.Option(help="Name or id. [default: the only one]")] = None,
    team: Annotated[str | None, typer.Option(help="Name or id of the Team.")] = None,
    channel: Annotated[str | None, typer.Option(help="Name or id of its channel.")] = None,
    site: Annotated[str | None, typer.Option(help="Address of a SharePoint site.")] = None,
    library: Annotated[str | None, typer.Option(help="Name or id of its library.")] = None,
    onedrive: Annotated[str | None, typer.Option(help="A person's login, or me.")] = None,
    folder: Annotated[str, typer.Option(help="A folder below that; it has to be there.")] = "",
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Make a scratch folder and try things in it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    wait: Annotated[
        int, typer.Option(min=0, max=240, help="Minutes to watch when addresses end; 62 is best.")
    ] = 0,
    check: Annotated[list[str] | None, typer.Option(help="Ask only this; may be repeated.")] = None,
    as_json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write it all there; - is here.")
    ] = None,
    procore: Annotated[str | None, typer.Option(help="Which connection of Procore.")] = None,
    microsoft: Annotated[str | None, typer.Option(help="Which connection of Microsoft.")] = None,
) -> None:
    """Find out how the live services behave."""
    if allow_writes and not yes and not sys.stdin.isatty():
        raise Mistake("this would write; give --yes where nobody can be asked")
    named = [each for each in (team, channel, site, library, onedrive) if each is not None]
    destination = Destination(
        team=team, channel=channel, site=site, library=library, onedrive=onedrive, folder=folder
    )
    if folder and not named:
        raise typer.BadParameter("--folder is below a destination; name that, too")
    wanted = Wanted(
        procore=procore,
        microsoft=microsoft,
        project=project,
        destination=destination if named else None,
        writes=allow_writes,
        wait=timedelta(minutes=wait),
        only=tuple(check or ()),
    )
    screen = console if as_json != "-" else Console(stderr=True, highlight=False, soft_wrap=True)
    scope = open_store()
    prospects = action.look(scope, wanted)
    _announce(prospects, wanted, screen)
    remove = allow_writes and _agreed(prospects, yes=yes)
    told = action.probe(scope, wanted, Shown(screen), remove_leftovers=remove)
    sum_up(told, screen)
    if as_json is not None:
        write(as_json, told)


def _announce(prospects: Sequence[Prospect], wanted: Wanted, screen: Console) -> None:
    for each in prospects:
        how = "writes only into a scratch folder" if wanted.writes else "reads only"
        screen.print(
            f"{each.remote}, {each.shown}: {counted(each.checks, 'check')},"
            f" at most {counted(each.calls, 'call')}; {how}"
            f"{f'; waits up to {wanted.wait}' if wanted.wait else ''}"
        )
        for name in each.leftovers:
            screen.print(f"  left over from an earlier probe: {name!r}")
    if wanted.destination is None and not any(each.remote == "Microsoft" for each in prospects):
        screen.print("Microsoft 365 is left out: name a channel, a library or a OneDrive.")


def _agreed(prospects: Sequence[Prospect], *, yes: bool) -> bool:
    """Ask whether to write; give whether leftovers are to be removed."""
    left = any(each.leftovers for each in prospects)
    if yes:
        return left
    typer.confirm("Make the scratch folder and go on?", abort=True)
    return left and typer.confirm("Move what earlier probes left into the recycle bin?")
