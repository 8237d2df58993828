"""How often the links of an integration run, as its owner wants it."""

from collections.abc import Mapping
from datetime import timedelta

from turnbuckle.jobs.cadence import Cadence, cadence_of
from turnbuckle.ports.clock import Clock
from turnbuckle.store import timings
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.timings import By


class TooOften(Exception):
    """No link may run that often, or that seldom."""


def of(scope: Scope, name: str) -> tuple[Cadence, list[str]]:
    """Say how often a link runs, and the names of all links that do so with it.

    Raises:
        UnknownName: there is no such link.
    """
    link = scope.links.get(name)
    together = [each.name for each in scope.links.list() if each.integration == link.integration]
    return cadence_of(scope.integrations.of(link).settings), together


def change(
    scope: Scope, name: str, wanted: Mapping[str, timedelta], clock: Clock | None = None
) -> None:
    """Let a link, and all between the same two accounts, run at another cadence from now on.

    Args:
        scope: whose.
        name: one of the links.
        wanted: by the names of `Cadence`; what is absent stays.
        clock: the time.

    Raises:
        UnknownName: there is no such link.
        TooOften: a wish lies outside of what is sane.
    """
    link = scope.links.get(name)
    integration = scope.integrations.of(link)
    settings = dict(integration.settings)
    settings |= {f"{each}_seconds": span.total_seconds() for each, span in wanted.items()}
    kept = cadence_of(settings)
    for each, span in wanted.items():
        if getattr(kept, each) != span:
            raise TooOften("give a time between 10 seconds and 7 days")
    scope.integrations.change(integration, settings)
    together = [each.id for each in scope.links.list() if each.integration == link.integration]
    timings.nudge(together, By.PERSON, now=(clock or agreed_clock()).now())
