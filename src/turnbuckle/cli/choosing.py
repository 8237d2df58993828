"""What people name on the command line: a link, a side, a time."""

import re
from datetime import UTC, datetime, timedelta

import typer

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.model.side import Side
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link

SIDES = {"procore": Side.LEFT, "teams": Side.RIGHT}
"""How people name the two sides."""

_AGO = re.compile(r"(?P<count>\d{1,5})(?P<unit>[mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def link_of(scope: Scope, name: str | None) -> Link:
    """Give the link of that name, or the only one.

    Raises:
        Mistake: there is none, or there are several and none was named.
        UnknownName: there is none of that name.
    """
    if name is not None:
        return scope.links.get(name)
    known = scope.links.list()
    if not known:
        raise Mistake("there are no links yet; make one with `turnbuckle link add`")
    if len(known) > 1:
        names = ", ".join(link.name for link in known)
        raise Mistake(f"there are several links ({names}); name one")
    return known[0]


def side_of(text: str, option: str) -> Side:
    """Give the side that people call procore or teams."""
    if text.casefold() not in SIDES:
        raise typer.BadParameter(f"{option} is one of {', '.join(SIDES)}, not {text!r}")
    return SIDES[text.casefold()]


def time_of(text: str, option: str, now: datetime) -> datetime:
    """Give a time: a date, a date with a time (UTC unless it says otherwise), or how long ago."""
    ago = _AGO.fullmatch(text.strip())
    if ago is not None:
        return now - int(ago["count"]) * _UNITS[ago["unit"]]
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{option} is a date such as 2026-11-23, a time such as 2026-11-23T08:30,"
            f" or how long ago (7d, 12h, 30m); not {text!r}"
        ) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
