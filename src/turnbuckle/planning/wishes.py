"""Say which names an item could come to take, so that whoever holds them is looked at too."""

from collections.abc import Iterator

from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.names import fit, numbered_once
from turnbuckle.model.policy import Terms
from turnbuckle.model.side import Side
from turnbuckle.planning.naming import copy_name

_NUMBERS = range(2, 12)
"""Numbers looked at ahead; where more are taken, the write is refused and planned anew."""


def wishes(side: Side, item: Item, terms: Terms) -> Iterator[tuple[Side, Name]]:
    """Give the names that `item` of `side` could come to have, or to leave behind, on each side."""
    for where in Side:
        rules = terms.capabilities(where).names
        name = item.name if where is side else fit(item.name, item.kind, rules)
        yield where, name
        for number in _NUMBERS:
            yield where, numbered_once(name, item.kind, rules, number)
    if item.kind is Kind.FILE:
        copy = copy_name(item, side, terms)
        for where in Side:
            yield where, copy
