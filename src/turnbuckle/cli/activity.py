"""`turnbuckle activity [LINK]`: what happened."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from turnbuckle.cli.choosing import link_of, side_of, time_of
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson, OnlyLink
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.plans import WORDS, Reason
from turnbuckle.store import history
from turnbuckle.store.queries import ActivityLine

_REASONS = {reason.value: WORDS[reason] for reason in Reason}


def activity(  # noqa: PLR0917  typer gives them by name
    link: OnlyLink = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many lines at most.")] = 50,
    side: Annotated[
        str | None, typer.Option(help="Only what was done there: procore or teams.")
    ] = None,
    path: Annotated[
        str,
        typer.Option(
            metavar="PATTERN", help="Only this path and all below it; * stands for anything."
        ),
    ] = "",
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only from then on: 2026-11-23, or 7d.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what happened, newest last: what was written where, and what was decided.

    \b
    Examples:
      turnbuckle activity "Harbour Tower"
      turnbuckle activity "Harbour Tower" --path "Drawings/*.pdf" --since 7d
      turnbuckle activity --side procore --limit 20
    """
    since_at = None if since is None else time_of(since, "--since", datetime.now(UTC))
    only = None if side is None else side_of(side, "--side")
    lines = history.lines(link_of(open_store(), link), limit, side=only, path=path, since=since_at)
    if as_json:
        typer.echo(json.dumps([as_data(line) for line in lines], indent=2, ensure_ascii=False))
        return
    for line in lines:
        console.print(_said(line))
    if not lines:
        console.print("Nothing of that kind has happened yet.")


def as_data(line: ActivityLine) -> dict[str, object]:
    """Give a line as plain JSON values."""
    return {
        "number": line.number,
        "at": line.at.isoformat(),
        "side": line.side.value,
        "what": line.what,
        "path": line.path,
        "detail": line.detail,
    }


def _said(line: ActivityLine) -> str:
    detail = f" ({line.detail})" if line.detail else ""
    words = _REASONS.get(line.what)
    start = f"{line.at:%Y-%m-%d %H:%M:%S}  {NAMES[line.side]:<8} "
    if words is None:
        return f"{start}{line.what:<15} {line.path}{detail}"
    return f"{start}{'note':<15} {line.path or 'the whole link'}: {words}{detail}"
