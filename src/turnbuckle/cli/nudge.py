"""`turnbuckle nudge`: have a link run soon, by the service that is at work."""

from typing import Annotated

import typer

from turnbuckle.actions import nudging
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.serving import is_served


def nudge(
    link: Annotated[str | None, typer.Argument(metavar="LINK", help="The link's name.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All links.")] = False,
) -> None:
    """Have a link run now rather than with its next poll, by the service that is at work.

    \b
    Examples:
      turnbuckle nudge "Harbour Tower"
      turnbuckle nudge --all
    """
    if (link is None) != every:
        raise Mistake("name a link, or give --all")
    asked = nudging.nudge(open_store(), link)
    console.print(f"Asked for a run of {counted(len(asked), 'link')}")
    if asked and not is_served():
        console.print("No `turnbuckle serve` is at work here; the run comes when one is started")
