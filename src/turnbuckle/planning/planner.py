"""The planner: a pure function of the base, both sides, the terms and what stands."""

from collections.abc import Iterator

from turnbuckle.model.items import ItemId
from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Decision, Standing, Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.planning.adoption import Adoption, tell_rebuilt
from turnbuckle.planning.albums import block_nested, show_nested
from turnbuckle.planning.directions import give_directions, keep_deletions_back
from turnbuckle.planning.drafting import draft_steps
from turnbuckle.planning.existence import (
    decide_existence,
    doom_superseded,
    keep_around_survivors,
)
from turnbuckle.planning.guards import held_of, hold_back, wait_around_what_stays
from turnbuckle.planning.matching import link_twins, rebind_replaced
from turnbuckle.planning.naming import settle_names
from turnbuckle.planning.nodes import Fate, Forest, Node, State
from turnbuckle.planning.ordering import in_safe_order
from turnbuckle.planning.places import merge_places
from turnbuckle.planning.scope import leave_outside
from turnbuckle.planning.tools import mark_blocked


def plan(base: Base, left: Tree, right: Tree, terms: Terms, standing: Standing) -> Plan:
    """Decide the steps after which both sides agree again; equal arguments, equal plan.

    Args:
        base: what both sides agreed on after the last run, for the items concerned: those that
            changed, their ancestors up to the link's root, the siblings whose names they meet,
            and all that lies in a folder that appeared or vanished.
        left: what one side holds now, for the same items.
        right: the same for the other side.
        terms: what the owner wants and what both remotes can do.
        standing: what was set aside, held or said before, and what the guards count by.

    Returns:
        Steps in an order safe to apply, what waits or is held, and what people should know. All
        are empty when nothing changed and nothing was held before.

    Laws, each a property test of the same name in tests/planning/test_laws.py:
        quiet: nothing changed, nothing planned.
        mirror: swapping the sides swaps the plan.
        settle: a plan applied leaves nothing to plan.
        keep: content that only one side has is never deleted.
        sticky: what was held stays held until a person decides or nobody wants it deleted.
        proof: what cannot be seen, without proof of its deletion, is never deleted.
    """
    forest = Forest(base, left, right, terms)
    show_nested(forest)
    doom_superseded(forest, standing)
    rebind_replaced(forest)
    adoption = Adoption(forest, standing)
    twins = link_twins(forest, adoption.are_one)
    mark_blocked(forest)
    block_nested(forest)
    decide_existence(forest, standing)
    undone = merge_places(forest)
    leave_outside(forest, standing)
    undecided = put_off(twins)
    waiting = [*adoption.ask(), *give_directions(forest)]
    kept = keep_around_survivors(forest)
    waiting.extend(keep_deletions_back(forest))
    newly = hold_back(forest, standing)
    wait_around_what_stays(forest)
    names, overruled, clashes = settle_names(forest)
    draft = draft_steps(forest, names, undecided)
    return Plan(
        steps=in_safe_order(draft),
        waiting=(*waiting, *draft.waiting),
        notices=(
            *tell_rebuilt(forest, twins),
            *undone,
            *overruled,
            *kept,
            *newly,
            *clashes,
            *draft.notices,
        ),
        held=held_of(forest),
        decided=frozenset(_decided(forest, standing)),
        spared=frozenset(_spared(forest)),
        at_rest=frozenset((*draft.at_rest, *_resting(forest))),
    )


def put_off(twins: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
    """Freeze the files that somebody has to read first; those that wait anyway are not read."""
    undecided: list[tuple[Node, Node]] = []
    for pair in twins:
        read = all(node.fate is Fate.KEPT for node in pair)
        for node in pair:
            node.fate, node.undecided = Fate.FROZEN, read
        if read:
            undecided.append(pair)
    return undecided


def _decided(forest: Forest, standing: Standing) -> Iterator[tuple[Side, ItemId]]:
    """Give the items of which a person's decision is carried out now, or waits to be.

    What cannot be judged now is as it was before: what was held of it, or decided, stays so.
    """
    for node in forest.nodes:
        if node.fate is Fate.FROZEN and node.held is None and not node.held_edits:
            yield from (key for key in _keys_of(node) if key in standing.held)
        if node.decision is not None and node.only is not None:
            yield node.only, node.items[node.only].id
        yield from ((side, node.items[side].id) for side in node.decided_edits)


def _spared(forest: Forest) -> Iterator[tuple[Side, ItemId]]:
    """Give the items that a person wants kept although nothing proves that they were deleted."""
    for node in forest.nodes:
        unproven = node.fate is Fate.FROZEN and State.HIDDEN in node.states.values()
        if unproven and node.only is not None and node.decision is Decision.REJECTED:
            yield node.only, node.items[node.only].id


def _resting(forest: Forest) -> Iterator[tuple[Side, ItemId]]:
    """Give the items that only wait for a person, or for what is in them."""
    for node in forest.nodes:
        if node.aside is not None:
            continue
        held = node.held is not None or (node.fate is Fate.FROZEN and node.held_edits)
        if held or node.waits or (node.outside and not node.may_return):
            yield from _keys_of(node)


def _keys_of(node: Node) -> Iterator[tuple[Side, ItemId]]:
    yield from ((side, item.id) for side, item in node.items.items())
    if node.pair is not None:
        yield from ((side, node.pair.half(side).id) for side in Side)
