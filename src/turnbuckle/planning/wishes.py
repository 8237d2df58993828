"""Say which names an item could come to take, so that whoever holds them is looked at too."""

from collections.abc import Iterator
from dataclasses import replace

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.names import fit, lasting, numbered_once
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.planning.naming import copy_name

_FIRST = 2
_AT_ONCE = 10
"""Numbers looked at ahead in the first round; each further round looks at four times as many."""


def wishes(
    side: Side, item: Item, terms: Terms, tool: str = DOCUMENTS, rounds: int = 0
) -> Iterator[tuple[Side, Name]]:
    """Give the names that `item` of `side` could come to have, or to leave behind, on each side.

    Args:
        side: where the item is.
        item: what needs a name.
        terms: what both remotes can do.
        tool: in which tool the item is.
        rounds: how many times before all numbers asked about were taken.
    """
    item = replace(item, name=lasting(item.name))
    there = {where: terms.capabilities(where, tool) for where in Side}
    if item.kind is Kind.FILE and rounds == 0:
        copy = copy_name(item, side, terms, tool)
        for where in Side:
            yield where, copy
    for where in Side:
        if item.kind is Kind.FILE and there[where].duplicate_names:
            continue  # nobody holds a name there that another file could not have too
        rules = there[where].names
        name = item.name if where is side else fit(item.name, item.kind, rules)
        if rounds == 0:
            yield where, name
        for number in _numbers(rounds):
            yield where, numbered_once(name, item.kind, rules, number)


def _numbers(rounds: int) -> range:
    start, count = _FIRST, _AT_ONCE
    for _ in range(rounds):
        start, count = start + count, 4 * count
    return range(start, start + count)
