"""`turnbuckle practice`: a Procore and a Microsoft to try things on, until Ctrl-C."""

import asyncio
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from turnbuckle.cli.amounts import counted
from turnbuckle.cli.browser import REDIRECT
from turnbuckle.cli.opening import console

if TYPE_CHECKING:  # practice mode is imported where it is started: it is a web server
    from turnbuckle.practice.counters import Counters
    from turnbuckle.practice.world import PracticeWorld

COUNTS = "counts"
"""The line by which whoever attends practice mode asks for its counters."""

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
Documents = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="The project's files are a copy of these, only read."),
]
NoLimits = Annotated[
    bool, typer.Option("--no-limits", help="Without the services' limits on calls.")
]


def practice(  # noqa: PLR0917  typer gives them by name
    documents: Documents = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="For file bytes. [default: a temporary one]"),
    ] = None,
    startup: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write addresses and secrets there, as JSON, for you."),
    ] = None,
    procore_port: Port = 0,
    procore_storage_port: Port = 0,
    microsoft_port: Port = 0,
    microsoft_storage_port: Port = 0,
    no_limits: NoLimits = False,
    attended: Annotated[bool, typer.Option("--attended", hidden=True)] = False,
) -> None:
    """Run a practice Procore and a practice Microsoft on this machine, until Ctrl-C.

    Both begin anew each time: nothing that is done in them is kept.

    \b
    Examples:
      turnbuckle practice
      turnbuckle practice --documents ~/Projects/Tower --procore-port 8071 --microsoft-port 8072
    """
    from turnbuckle.practice.world import Ports, PracticeWorld, WorldSettings, serve

    settings = WorldSettings(
        documents="sample" if documents is None else documents,
        folder=folder,
        startup_file=startup,
        limits="off" if no_limits else "real",
        ports=Ports(procore_port, procore_storage_port, microsoft_port, microsoft_storage_port),
    )
    asyncio.run(serve(PracticeWorld(settings), _attend if attended else _announce))


def _announce(world: "PracticeWorld") -> None:
    world.procore.allow_redirect(REDIRECT)
    facts = world.startup
    console.print(f"{counted(facts['files'], 'file')} in the project {facts['place']!r}.")
    for one in facts["skipped"]:
        console.print(f"  left out: {one['path']}: {one['reason']}")
    for system in ("procore", "microsoft"):
        _print_service(system, facts[system])
    console.print("Ctrl-C ends both; nothing is kept.")


def _print_service(system: str, facts: dict[str, Any]) -> None:
    more = "".join(
        f" --{option} {facts[key]}"
        for option, key in (("company", "company_id"), ("tenant", "tenant_id"))
        if key in facts
    )
    console.print(f"\nPractice {system.capitalize()}: {facts['people_page']}")
    console.print(
        f"  TURNBUCKLE_CLIENT_SECRET={facts['client_secret']} turnbuckle connect {system}"
        f" --practice {facts['address']} --client-id {facts['client_id']}{more}"
    )
    if "channel_name" in facts:
        console.print(
            f'  turnbuckle link add --team "{facts["team_name"]}"'
            f' --channel "{facts["channel_name"]}"\n'
        )


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
