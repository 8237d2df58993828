"""What `turnbuckle status` says of the calls that are left to a link, and of the time it needs."""

from collections.abc import Iterator
from datetime import datetime

from turnbuckle.cli.amounts import counted
from turnbuckle.ports.budget import Standing
from turnbuckle.store import budgets, outlooks
from turnbuckle.store.outlooks import Outlook
from turnbuckle.store.records import Link

_SYSTEMS = {"procore": "Procore", "microsoft": "Microsoft 365"}


def calls_left(link: Link, now: datetime, *, is_running: bool) -> Iterator[str]:
    """Give the lines about a link, at most two; none where no run recorded anything."""
    outlook = outlooks.of(link)
    if outlook is None:
        return
    if is_running and outlook.steps_left:
        yield f"  {_time(outlook, now)}"
    standing = budgets.standing(outlook.account, now)
    if standing is not None and (said := _calls(standing)):
        yield f"  {_SYSTEMS.get(standing.account.partition(' ')[0], 'calls')}: {said}"


def _time(outlook: Outlook, now: datetime) -> str:
    what = "first sync" if outlook.is_first else "this run"
    steps = counted(outlook.steps_left, "step")
    if outlook.seconds_left is None:
        return f"{what}: {steps} to do"
    passed = (now - outlook.recorded_at).total_seconds()
    minutes = max(1, round((outlook.seconds_left - passed) / 60))
    hours = f"{minutes // 60} h " if minutes >= 60 else ""
    return f"{what}: {steps} to do, about {hours}{minutes % 60} min more"


def _calls(standing: Standing) -> str:
    if standing.closed_until is not None:
        return f"asks us to wait until {standing.closed_until:%H:%M} UTC"
    if standing.left is None or standing.limit is None:
        return ""
    about = "about " if standing.is_estimate else ""
    until = f" until {standing.until:%H:%M} UTC" if standing.until else ""
    return f"{about}{standing.left:,} of {standing.limit:,} calls left{until}"
