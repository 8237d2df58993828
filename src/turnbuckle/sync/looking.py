"""One look: what changed, as the database holds it, and the plan made of it."""

import asyncio
from dataclasses import dataclass

from turnbuckle.model.plans import Plan, Reason
from turnbuckle.model.policy import Standing, Terms
from turnbuckle.model.side import Side
from turnbuckle.planning.planner import plan
from turnbuckle.planning.wishes import wishes
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import FolderLost
from turnbuckle.store import answers, closure, holds, notes, set_aside
from turnbuckle.store.closure import Concerned
from turnbuckle.store.leases import hold
from turnbuckle.store.records import Link, Run
from turnbuckle.store.units import together, unit
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.standing import Asked, Key, keys_of, standing_of, versions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A plan and what it was made of."""

    plan: Plan
    concerned: Concerned


async def look(
    ends: Ends,
    clock: Clock,
    *,
    aside: frozenset[Key] = frozenset(),
    caution: Reason | None = None,
) -> Looked:
    """Plan what is to be done by what is known now.

    Args:
        ends: the link.
        clock: the time.
        aside: what failed in this run already.
        caution: why all deletions are to be held.

    Raises:
        FolderLost: none of the folders that the link is bound to can be seen.
    """
    return await asyncio.to_thread(_look, ends, clock, aside, caution)


async def rest(link: Link, run: Run, looked: Looked, clock: Clock) -> bool:
    """Keep what the plan holds, and let go of all that needs no more thought; at once, or not.

    Returns:
        Whether something is not held any more, so that it has to be looked at now.

    Raises:
        LeaseLost: the run does not hold the link any more, so its plan may be out of date.
    """
    made = looked.plan
    if made.held or made.at_rest or looked.concerned.dirty:
        return await asyncio.to_thread(_rest, link, run, looked, clock)
    return False


def lost_in_words(ends: Ends, lost: tuple[tuple[Side, str], ...]) -> str:
    """Say which bound folders cannot be seen, and what helps."""
    every = [bound for bound in ends.link.bounds if bound.enabled]
    tools = sorted({tool for _, tool in lost})
    where = " and ".join(sorted({f"on the {side} side" for side, _ in lost}))
    if len(tools) == len(every):
        return (
            f"the folder that the link {ends.link.name!r} is bound to cannot be seen {where};"
            " nothing was changed. Bring it back or give the account access to it, or remove the"
            " link and add it anew"
        )
    return (
        f"the folder for {' and '.join(tools)} cannot be seen {where}; nothing was changed there,"
        " and everything else goes on. Bring it back or give the account access to it"
    )


def _look(ends: Ends, clock: Clock, aside: frozenset[Key], caution: Reason | None) -> Looked:
    terms: Terms = ends.terms
    concerned, standing = _known(ends, terms, clock, aside, caution)
    made = plan(concerned.base, concerned.left, concerned.right, terms, standing)
    return Looked(plan=made, concerned=concerned)


@together
def _known(
    ends: Ends, terms: Terms, clock: Clock, aside: frozenset[Key], caution: Reason | None
) -> tuple[Concerned, Standing]:
    """Give what a plan is made of."""
    concerned = closure.concerned(
        ends.link,
        lambda side, item, tool, rounds: wishes(side, item, terms, tool, rounds),
        terms=terms,
    )
    enabled = {bound.tool for bound in ends.link.bounds if bound.enabled}
    if concerned.lost and {tool for _, tool in concerned.lost} == enabled:
        raise FolderLost(lost_in_words(ends, concerned.lost))
    standing = standing_of(
        Asked(
            link=ends.link,
            policy=ends.policy,
            concerned=concerned,
            aside=aside,
            caution=caution,
            now=clock.now(),
        )
    )
    return concerned, standing


@unit
def _rest(link: Link, run: Run, looked: Looked, clock: Clock) -> bool:
    hold(run)
    made, concerned = looked.plan, looked.concerned
    let_go = False
    if made.held or concerned.dirty:
        let_go = holds.reconcile(
            link,
            made.held,
            decided=made.decided,
            concerned=keys_of(concerned),
            spared=made.spared,
            now=clock.now(),
        )
        answers.let_go(link, versions_of(concerned))
    resting = (made.at_rest | concerned.idle) & concerned.dirty
    if resting:
        notes.clean(link, resting, concerned.marks)
    if made.at_rest:  # what failed may be the other half of what was dirty
        set_aside.clear(link, made.at_rest)
    return let_go
