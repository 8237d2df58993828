"""`turnbuckle practice`: a Procore and a Microsoft to try things on, until Ctrl-C."""

import asyncio
import json
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from turnbuckle.cli.announcing import print_json, print_page
from turnbuckle.cli.browser import REDIRECT
from turnbuckle.cli.started import Start
from turnbuckle.wiring.settings import data_folder

if TYPE_CHECKING:  # practice mode is imported where it is started: it is a web server
    from turnbuckle.practice.counters import Counters
    from turnbuckle.practice.world import PracticeWorld

COUNTS = "counts"
"""The line by which whoever attends practice mode asks for its counters."""

_HIGHEST_FIRST_PORT = 65535 - 4  # five of them, one after the other

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="0 takes a free one.")]
Documents = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="The project's files are a copy of these, only read."),
]
NoLimits = Annotated[
    bool, typer.Option("--no-limits", help="Without the services' limits on calls.")
]


def practice(  # noqa: PLR0917  typer gives them by name
    context: typer.Context,
    documents: Documents = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep everything there, and go on with it at the next start: a new or an"
            " empty folder, or one of practice mode's own. [default: a temporary one]",
        ),
    ] = None,
    told_as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one line for a program: addresses, ids, ready tokens."),
    ] = False,
    startup: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write that line there, as JSON, for you alone."),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=_HIGHEST_FIRST_PORT,
            help="The services take this port and those after it; 0: free ones.",
        ),
    ] = 0,
    tls: Annotated[
        bool,
        typer.Option(
            "--tls",
            help="https with a certificate of our own, and a proxy that leads the real services'"
            " names here.",
        ),
    ] = False,
    procore_port: Port = None,
    procore_storage_port: Port = None,
    microsoft_port: Port = None,
    microsoft_storage_port: Port = None,
    no_limits: NoLimits = False,
    folder: Annotated[Path | None, typer.Option(hidden=True)] = None,
    attended: Annotated[bool, typer.Option("--attended", hidden=True)] = False,
) -> None:
    """Run a practice Procore and a practice Microsoft on this machine, until Ctrl-C.

    Both begin anew each time, unless --data names a folder in which they are kept.

    \b
    Examples:
      turnbuckle practice
      turnbuckle practice --json --port 8070
      turnbuckle practice --json --tls
      turnbuckle practice --documents ~/Projects/Tower --procore-port 8071 --microsoft-port 8072
    """
    from turnbuckle.practice.world import Ports, PracticeWorld, WorldSettings, serve

    named = {
        "procore": procore_port,
        "procore_storage": procore_storage_port,
        "microsoft": microsoft_port,
        "microsoft_storage": microsoft_storage_port,
    }
    given = {name: number for name, number in named.items() if number is not None}
    settings = WorldSettings(
        documents="sample" if documents is None else documents,
        folder=data or folder or _named_data_folder(context),
        startup_file=startup,
        limits="off" if no_limits else "real",
        tls=tls,
        ports=replace(Ports.beginning_at(port), **given),
    )

    def announce(world: "PracticeWorld") -> None:
        world.procore.allow_redirect(REDIRECT)
        (print_json if told_as_json else print_page)(world.startup)

    asyncio.run(serve(PracticeWorld(settings), _attend if attended else announce))


def _named_data_folder(context: typer.Context) -> Path | None:
    """Give what stood behind `--data`, which `__main__` takes before there are commands."""
    start = context.obj
    return data_folder() if isinstance(start, Start) and start.data_is_named else None


def _attend(world: "PracticeWorld") -> None:
    """Answer whoever started us, line by line, and end when they are gone."""
    world.procore.allow_redirect(REDIRECT)
    loop = asyncio.get_running_loop()

    def answer() -> None:
        print(json.dumps(counts(world)), flush=True)

    def listen() -> None:
        for line in sys.stdin:
            if line.strip() == COUNTS:
                loop.call_soon_threadsafe(answer)
        os.kill(os.getpid(), signal.SIGTERM)

    print("ready", flush=True)
    threading.Thread(target=listen, daemon=True).start()


def counts(world: "PracticeWorld") -> dict[str, dict[str, int]]:
    """Give what both services counted so far, of calls that apps made."""
    return {
        "Procore": _counted(world.procore.counters),
        "Microsoft": _counted(world.microsoft.counters),
    }


def _counted(counters: "Counters") -> dict[str, int]:
    return {
        "calls": counters.calls,
        "writes": counters.writes,
        "refused": counters.refused,
    }
