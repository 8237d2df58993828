"""Say what a run would make of single items, from what is known; no remote is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from turnbuckle.model.items import Item
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import (
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Move,
    Plan,
    Replace,
    Step,
)
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.planning.planner import plan
from turnbuckle.planning.wishes import wishes
from turnbuckle.ports.clock import Clock
from turnbuckle.store import cautions, closure
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.standing import Asked, Key, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is to become of some items.

    Attributes:
        plan: what a run that knows of nothing else would plan.
        steps: those of its steps that are about the items themselves.
        lost: bound folders that cannot be seen, by side and tool; nothing is done in such a tool.
    """

    plan: Plan
    steps: tuple[Step, ...]
    lost: tuple[tuple[Side, str], ...]


async def forecast(
    ends: Ends, clock: Clock, about: Sequence[Key], policy: Policy | None = None
) -> Forecast:
    """Say what becomes of items; a limit over many items cannot be seen from here.

    Args:
        ends: the link; its connectors are asked for nothing but their capabilities.
        clock: the time.
        about: the items.
        policy: what would become of them under these wishes; None: under the link's own.
    """
    under = ends if policy is None else replace(ends, policy=policy)
    return await asyncio.to_thread(_forecast, under, clock, about)


def _forecast(ends: Ends, clock: Clock, about: Sequence[Key]) -> Forecast:
    terms = ends.terms
    concerned = closure.concerned(
        ends.link,
        lambda side, item, tool, rounds: wishes(side, item, terms, tool, rounds),
        about=about,
        terms=terms,
    )
    asked = Asked(
        link=ends.link,
        policy=ends.policy,
        concerned=concerned,
        aside=frozenset(),
        caution=cautions.caution(ends.link),
        now=clock.now(),
    )
    made = plan(concerned.base, concerned.left, concerned.right, terms, standing_of(asked))
    keys = set(about)
    return Forecast(
        plan=made,
        steps=tuple(step for step in made.steps if keys & set(_keys(step))),
        lost=concerned.lost,
    )


def _keys(step: Step) -> list[Key]:
    """Give the items that a step is about."""
    match step:
        case CreateFolder():
            return [(step.side.other, step.source.id)]
        case CreateFile():
            return [(step.source_side, step.source.id)]
        case Replace():
            return [(step.side, step.item.id), (step.side.other, step.source.id)]
        case Move():
            return [(step.side, step.item.id), *_twin(step.side.other, step.twin)]
        case Delete():
            return [(step.side, step.item.id), *(key for one in step.pairs for key in _both(one))]
        case Compare():
            return [(step.side, step.item.id)]
        case Agree():
            return [(Side.LEFT, step.left.id), (Side.RIGHT, step.right.id)]
        case Forget():
            return _both(step.pair)


def _twin(side: Side, twin: Item | None) -> list[Key]:
    return [] if twin is None else [(side, twin.id)]


def _both(pair: Pair) -> list[Key]:
    return [(side, pair.half(side).id) for side in Side]
