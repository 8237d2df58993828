"""The planner: a pure function of the base, both sides, the terms and what stands."""

from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Standing, Terms
from turnbuckle.model.trees import Tree
from turnbuckle.planning.drafting import draft_steps
from turnbuckle.planning.existence import decide_existence, keep_around_survivors
from turnbuckle.planning.matching import link_twins, rebind_replaced
from turnbuckle.planning.naming import settle_names
from turnbuckle.planning.nodes import Fate, Forest
from turnbuckle.planning.ordering import in_safe_order
from turnbuckle.planning.places import merge_places


def plan(base: Base, left: Tree, right: Tree, terms: Terms, standing: Standing) -> Plan:
    """Decide the steps after which both sides agree again; equal arguments, equal plan.

    Args:
        base: what both sides agreed on after the last run, for the items concerned: those that
            changed, their ancestors up to the link's root, the siblings whose names they meet,
            and all that lies in a folder that appeared or vanished.
        left: what one side holds now, for the same items.
        right: the same for the other side.
        terms: what the owner wants and what both remotes can do.
        standing: what was set aside before.

    Returns:
        Steps in an order safe to apply, what waits, and what people should know. All three are
        empty when nothing changed.

    Laws, each a property test of the same name in tests/planning/test_laws.py:
        quiet: nothing changed, nothing planned.
        mirror: swapping the sides swaps the plan.
        settle: a plan applied leaves nothing to plan.
        keep: content that only one side has is never deleted.
    """
    forest = Forest(base, left, right, terms)
    rebind_replaced(forest)
    undecided = link_twins(forest)
    decide_existence(forest, standing)
    for pair in undecided:
        for node in pair:
            node.fate, node.undecided = Fate.FROZEN, True
    undone = merge_places(forest)
    kept = keep_around_survivors(forest)
    names, overruled, clashes = settle_names(forest)
    draft = draft_steps(forest, names, undecided)
    return Plan(
        steps=in_safe_order(draft),
        waiting=tuple(draft.waiting),
        notices=(*undone, *overruled, *kept, *clashes, *draft.notices),
        at_rest=frozenset(draft.at_rest),
    )
