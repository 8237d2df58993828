"""One run of the demo's link, with its progress shown."""

from collections.abc import Callable

from rich.console import Console

from turnbuckle.actions import runs
from turnbuckle.actions.runs import Ran
from turnbuckle.cli.progress import ShowProgress
from turnbuckle.model.plans import Plan
from turnbuckle.store.organisations import Scope

LINK = "demo"
"""What the demo calls its link."""


def sync(
    scope: Scope, console: Console, planned_first: Callable[[Plan], None] = lambda plan: None
) -> Ran:
    """Run the demo's link once; `planned_first` gets the first plan of the run."""
    with ShowProgress(console, planned_first) as watcher:
        return runs.run(scope, LINK, watcher)
