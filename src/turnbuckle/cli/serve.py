"""`turnbuckle serve`: keep all links in step, until it is told to end."""

import logging
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from turnbuckle.cli.amounts import counted
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.serving import only_one
from turnbuckle.jobs.serving import Service
from turnbuckle.jobs.serving import serve as keep_serving
from turnbuckle.store import timings
from turnbuckle.wiring.settings import data_folder


def serve(
    slots: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="So many links run at a time.")
    ] = 4,
    allow_practice: Annotated[
        bool,
        typer.Option("--allow-practice", help="Run links with practice services as well."),
    ] = False,
) -> None:
    """Keep all links in step: each is polled every five minutes and listed completely once a day.

    It runs until it gets a TERM signal or Ctrl-C. Runs under way then finish the files they are at,
    for 20 seconds at most; a second signal ends it at once. Nothing is lost either way.

    \b
    Examples:
      turnbuckle serve
      turnbuckle serve --slots 8
    """
    open_store()
    service = Service(data=data_folder(), slots=slots, practice=allow_practice)
    with only_one(service.data):
        lines = list(_start_lines(service))
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        keep_serving(service, lambda: _say(lines))
    console.print("Ended; nothing is under way.")


def _start_lines(service: Service) -> Iterator[str]:
    runs, left_alone = timings.counts(practice=service.practice)
    yield f"Serving {counted(runs, 'link')} from {service.data}, {service.slots} at a time"
    if left_alone:
        why = "paused" if service.practice else "paused, or with practice services"
        yield f"{counted(left_alone, 'link')} left alone: {why}"
    yield "No webhooks: changes are found by polling alone, every five minutes"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line)
    sys.stdout.flush()
