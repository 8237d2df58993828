"""The demo that stays: what people change on either side crosses within seconds, and is told."""

from datetime import datetime

from rich.console import Console

from turnbuckle.actions import runs
from turnbuckle.actions.runs import Ran
from turnbuckle.cli import sides
from turnbuckle.cli.attended import AttendedPractice
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.syncing import LINK
from turnbuckle.model.plans import Plan
from turnbuckle.model.side import Side
from turnbuckle.store.organisations import Scope
from turnbuckle.sync.writes import Write

_PAUSE_SECONDS = 4.0  # three calls to Procore a run, of 3,600 an hour


def stay_in_step(scope: Scope, practice: AttendedPractice, console: Console) -> None:
    """Run the link again and again until Ctrl-C, and print what crosses.

    Raises:
        Mistake: practice mode is gone, or the link has to stop.
    """
    console.print("In step. Change something on either side, and see it cross; Ctrl-C ends.")
    telling = Telling(console)

    def go_on(ran: Ran) -> bool:
        if not practice.is_alive:
            raise Mistake("practice mode has ended; start the demo again")
        telling.ran(ran)
        return True

    try:
        runs.keep_in_step(scope, LINK, telling, go_on, pause_seconds=_PAUSE_SECONDS)
    except KeyboardInterrupt:
        console.print("Ended; nothing is left behind but what --keep or --data asked for.")


class Telling:
    """A watcher that prints each write as it is made."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stopped = ""

    def observed(self, side: Side, told: int, expected: int | None) -> None:
        """Looking is not worth a line."""

    def planned(self, plan: Plan) -> None:
        """What is planned is told when it is done."""

    def sent(self, count: int) -> None:
        """Bytes are told with their file."""

    def wrote(self, write: Write) -> None:
        """Print what crossed."""
        self._print(sides.crossing(write))

    def failed(self, side: Side, path: str, why: str) -> None:
        """Print what did not cross."""
        self._print(f"{sides.NAMES[side]}: {path}: {why}")

    def ran(self, ran: Ran) -> None:
        """Print what a run noticed, and once why it stopped."""
        for notice in ran.report.notices:
            self._print(sides.noticed(notice))
        if ran.report.stopped and ran.report.stopped != self._stopped:
            self._print(ran.report.stopped)
        self._stopped = ran.report.stopped

    def _print(self, text: str) -> None:
        self._console.print(f"{datetime.now().astimezone():%H:%M:%S}  {text}")
