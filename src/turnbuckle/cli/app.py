"""The command line: `turnbuckle COMMAND`. Each command is in a file of its own, see `commands`."""

import importlib.metadata
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

from turnbuckle.cli.commands import LoadedByName
from turnbuckle.cli.mistakes import INTERRUPTED
from turnbuckle.cli.started import Start
from turnbuckle.wiring import log_lines
from turnbuckle.wiring.settings import data_folder

_HELP = """Keep a Procore project's Documents and a Teams channel's files in step, both ways.

\b
Try it without any account; everything stays on this machine:
  turnbuckle demo                  practice services, a first sync, then stay in step
  turnbuckle demo --once           a scripted working day, and a comparison of both sides

\b
With accounts of your own:
  turnbuckle connect procore       asks for what it needs
  turnbuckle connect microsoft
  turnbuckle probe                 finds out how they behave; reads only
  turnbuckle link add --project "Harbour Tower" --team "Site Team" --channel "Site Office"
  turnbuckle plan "Harbour Tower"  what a run would do; writes nothing
  turnbuckle run "Harbour Tower"
  turnbuckle serve                 keeps all links in step, until it is ended
  turnbuckle status
  turnbuckle doctor                what is wrong here, and what to do
  turnbuckle keys                  what seals the stored secrets; `keys rotate` exchanges it

\b
Exit codes: 0 all is in step, 1 something needs a person (one line says what),
2 the command was not understood, 130 it was interrupted.
"""

app = typer.Typer(
    name="turnbuckle",
    cls=LoadedByName,
    help=_HELP,
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"turnbuckle {importlib.metadata.version('turnbuckle')}")
        raise typer.Exit


@app.callback()
def _start(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the database and the key are kept; it may stand anywhere on the line."
            " [env: TURNBUCKLE_DATA] [default: turnbuckle in your data folder]",
        ),
    ] = None,  # read before Django starts, by `__main__`
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say which one it is."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(*, data_is_named: bool) -> None:
    """Run the command line and end the process with its exit code.

    Args:
        data_is_named: the data folder was given with `--data`.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # a script's background job: shells let it ignore Ctrl-C, and it must end on a TERM
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # they are for programmers, and no answer to a command
    try:
        is_service = sys.argv[1:2] in (["serve"], ["worker"])
        log_lines.set_up(os.environ, usual="info" if is_service else "off")
        code = app(standalone_mode=False, obj=Start(data_is_named=data_is_named)) or 0
        if code == INTERRUPTED:  # typer's own word for Ctrl-C
            raise KeyboardInterrupt
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  every one becomes a sentence
        from turnbuckle.cli.told import told  # it knows the errors of all commands

        line, code = told(error, data_folder())
        print(f"turnbuckle: {line}", file=sys.stderr)
    sys.exit(code)
