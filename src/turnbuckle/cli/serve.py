"""`turnbuckle serve` and `turnbuckle worker`: keep all links in step until told to end."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from django.db import connection

from turnbuckle.cli.alarming import Alarming
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.doors import Doors, together
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.serving import only_one
from turnbuckle.cli.watching import Watching, place
from turnbuckle.jobs.serving import Service
from turnbuckle.jobs.serving import serve as keep_serving
from turnbuckle.store import timings
from turnbuckle.wiring.public_address import VARIABLE, PublicAddress, public_address
from turnbuckle.wiring.settings import data_folder

Slots = Annotated[
    int, typer.Option(metavar="N", min=1, max=64, help="So many links run at a time.")
]
AllowPractice = Annotated[
    bool, typer.Option("--allow-practice", help="Run links with practice services as well.")
]

Metrics = Annotated[
    str | None,
    typer.Option(
        metavar="[ADDRESS:]PORT", help="Tell /metrics and /ready there; on loopback by default."
    ),
]


def serve(
    *,
    slots: Slots = 4,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where this machine listens for webhooks.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65_535, help="The port there; 0: a free one.")
    ] = 8080,
    public: Annotated[
        str | None,
        typer.Option(
            "--public-address",
            metavar="URL",
            help=f"Where Procore and Microsoft reach that port. [env: {VARIABLE}]",
        ),
    ] = None,
    no_runs: Annotated[
        bool, typer.Option("--no-runs", help="Leave the runs to `turnbuckle worker`.")
    ] = False,
    metrics: Metrics = None,
    allow_practice: AllowPractice = False,
) -> None:
    """Keep all links in step: each is polled every five minutes and listed completely once a day.

    With a public address, webhooks tell at once what changed; without one, links are polled alone.

    It runs until it gets a TERM signal or Ctrl-C. Runs under way then finish the files they are at,
    for 20 seconds at most; a second signal ends it at once. Nothing is lost either way.

    \b
    Examples:
      turnbuckle serve
      turnbuckle serve --public-address https://sync.example.com
    """
    address = public_address(public, os.environ)
    open_store()
    if no_runs and not _is_shared():
        raise Mistake("--no-runs needs workers, and those need PostgreSQL; set DATABASE_URL")
    service = Service(data=data_folder(), slots=slots, practice=allow_practice, runs=not no_runs)
    doors = Doors(host, port, address, practice=allow_practice)
    watching = _watching(metrics, service)
    with only_one():
        lines = list(_links_in_words(service))

        def told() -> None:
            _say([*lines, *_doors_in_words(doors, address), *_watching_in_words(watching)])

        keep_serving(service, told, together(doors, Alarming(allow_practice), *watching))
    console.print("Ended; nothing is under way.")


def worker(
    *, slots: Slots = 4, metrics: Metrics = None, allow_practice: AllowPractice = False
) -> None:
    """Run links that a `turnbuckle serve` on the same PostgreSQL finds due; any number may.

    It ends like `turnbuckle serve`. When it is killed, the others take over within half a minute,
    and what it was at within a minute.

    \b
    Examples:
      DATABASE_URL=postgres://... turnbuckle worker --slots 8
    """
    open_store()
    if not _is_shared():
        raise Mistake(
            "workers need PostgreSQL, named by DATABASE_URL; on SQLite `turnbuckle serve` runs all"
            " links by itself"
        )
    service = Service(data=data_folder(), slots=slots, practice=allow_practice, schedules=False)
    watching = _watching(metrics, service)
    line = f"Working, {counted(slots, 'link')} at a time"
    keep_serving(service, lambda: _say([line, *_watching_in_words(watching)]), together(*watching))
    console.print("Ended; nothing is under way.")


def _links_in_words(service: Service) -> Iterator[str]:
    runs, left_alone = timings.counts(practice=service.practice)
    where = "PostgreSQL" if _is_shared() else str(service.data)
    how = f"{service.slots} at a time" if service.runs else "run by workers"
    yield f"Serving {counted(runs, 'link')} from {where}, {how}"
    if left_alone:
        why = "paused" if service.practice else "paused, or with practice services"
        yield f"{counted(left_alone, 'link')} left alone: {why}"


def _doors_in_words(doors: Doors, address: PublicAddress | None) -> Iterator[str]:
    yield f"Listening on {doors.listens_at}"
    if address is None:
        yield "No webhooks without --public-address: changes are found by polling alone"
    else:
        yield f"Webhooks come to {address.base}; links are polled as well"


def _watching(metrics: str | None, service: Service) -> list[Watching]:
    if metrics is None:
        return []
    told_here = service.schedules  # the numbers of the database, once for all processes
    return [Watching(place(metrics), of_database=told_here, practice=service.practice)]


def _watching_in_words(watching: Iterable[Watching]) -> Iterator[str]:
    for each in watching:
        yield f"Watched at {each.listens_at}: /health, /ready, /metrics"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line)
    sys.stdout.flush()


def _is_shared() -> bool:
    return connection.vendor == "postgresql"
