"""`turnbuckle cadence`: how often links are polled and listed completely."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from turnbuckle.actions import cadence as cadences
from turnbuckle.cli.amounts import duration
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import LinkName
from turnbuckle.jobs.cadence import Cadence

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,6})([smhd])")


def cadence(
    link: LinkName,
    poll: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Ask both sides what changed: 5m, 1h.")
    ] = None,
    sweep: Annotated[
        str | None, typer.Option(metavar="SPAN", help="List both sides completely: 12h, 1d.")
    ] = None,
    closest: Annotated[
        str | None,
        typer.Option(metavar="SPAN", help="Poll where webhooks did not tell of a change."),
    ] = None,
    rarest: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Poll where webhooks tell of everything.")
    ] = None,
) -> None:
    """Say or set how often a link runs, with all others between the same two accounts.

    \b
    Examples:
      turnbuckle cadence "Harbour Tower"
      turnbuckle cadence "Harbour Tower" --poll 10m --sweep 12h
    """
    given = {"poll": poll, "sweep": sweep, "closest": closest, "rarest": rarest}
    wanted = {name: _span(text) for name, text in given.items() if text is not None}
    scope = open_store()
    if wanted:
        cadences.change(scope, link, wanted)
    kept, together = cadences.of(scope, link)
    for line in _lines(kept):
        console.print(line)
    if len(together) > 1:
        console.print(f"The same for: {', '.join(together)}")


def _lines(kept: Cadence) -> list[str]:
    return [
        f"polled every {_words(kept.usual)}",
        f"  where webhooks missed a change: every {_words(kept.close)}, for a while",
        f"  where webhooks tell of everything: every {_words(kept.rare)}",
        f"listed completely every {_words(kept.sweep)}",
    ]


def _words(span: timedelta) -> str:
    return duration(span.total_seconds())


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise Mistake(f"{text!r} is no span of time; write 30s, 5m, 12h or 1d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
