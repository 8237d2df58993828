"""`turnbuckle run LINK`: bring both sides into step, once."""

from typing import Annotated

import typer

from turnbuckle.actions import runs
from turnbuckle.cli.mistakes import TROUBLE, Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import LinkName
from turnbuckle.cli.outcome import outcome
from turnbuckle.cli.progress import ShowProgress


def run(
    link: LinkName,
    complete: Annotated[
        bool, typer.Option("--complete", help="List both sides anew, whatever is known.")
    ] = False,
) -> None:
    """Bring both sides of a link into step, once; start it again if it was interrupted.

    \b
    Examples:
      turnbuckle run "Harbour Tower"
      turnbuckle run "Harbour Tower" --complete
    """
    scope = open_store()
    with ShowProgress(console) as watcher:
        ran = runs.run(scope, link, watcher, complete=complete)
    for line in outcome(ran):
        console.print(line)
    if ran.report.stopped:
        raise Mistake(ran.report.stopped)
    if not ran.is_in_step:
        raise typer.Exit(TROUBLE)
