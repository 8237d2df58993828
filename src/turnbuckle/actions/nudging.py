"""Have links run soon, by whatever service is at work on them."""

from turnbuckle.actions.runs import Paused
from turnbuckle.ports.clock import Clock
from turnbuckle.store import timings
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.timings import By


def nudge(scope: Scope, name: str | None, clock: Clock | None = None) -> list[Link]:
    """Let a link, or all of them, run before everything else.

    Args:
        scope: whose.
        name: the link's; None: all that are not paused.
        clock: the time.

    Returns:
        Those that will run.

    Raises:
        UnknownName: there is no such link.
        Paused: it was named, and it is paused.
    """
    links = scope.links.list() if name is None else [scope.links.get(name)]
    chosen = [link for link in links if not _why_paused(scope, link)]
    if name is not None and not chosen:
        raise Paused(f"the link {name!r} is paused: {_why_paused(scope, links[0])}")
    now = (clock or agreed_clock()).now()
    timings.nudge([link.id for link in chosen], By.PERSON, now=now)
    return chosen


def _why_paused(scope: Scope, link: Link) -> str:
    return link.paused or scope.integrations.of(link).paused
