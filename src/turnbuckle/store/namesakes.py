"""Read whoever holds a name that one of the concerned could come to take."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.store.gathering import Gathering, Place
from turnbuckle.store.nesting import Nesting
from turnbuckle.store.rows import key_folded

_MOST_ROUNDS = 8  # of further numbers, each of four times as many

type Wishes = Callable[[Side, Item, str, int], Iterable[tuple[Side, Name]]]
"""The names that an item of a side, in a tool, could come to have, or to give to another.

The last argument counts the rounds: the first one is 0, and later ones give further numbers, the
highest last, for where all earlier ones were taken.
"""

type _Wish = tuple[Side, Item, Side, ItemId | None]
"""An item of a side as it may be spelled, and the folder of a side that it would be in."""


def include_namesakes(gathering: Gathering, wishes: Wishes, nesting: Nesting) -> None:
    """Read the holders of all names that could be taken, and of more numbers where these are."""
    asked = [
        wish
        for side in Side
        for item in list(gathering.items[side].values())
        if _may_need_a_name(gathering, side, item, nesting)
        for wish in _spellings(gathering, side, item, nesting)
    ]
    for number in range(_MOST_ROUNDS):
        last: dict[tuple[Side, Place], list[_Wish]] = {}
        places: dict[Side, set[Place]] = {side: set() for side in Side}
        spelled: dict[tuple[Side, Item], list[tuple[Side, str]]] = {}
        for wish in asked:
            side, item, at, parent = wish
            if parent is None:
                continue
            if (side, item) not in spelled:  # it may come to be in several folders
                tool = gathering.tool_of(side, item.id) or DOCUMENTS
                wanted = wishes(side, item, tool, number)
                spelled[side, item] = [(where, key_folded(name)) for where, name in wanted]
            folders = {where: gathering.on(where, at, parent) for where in Side}
            highest: dict[Side, Place] = {}
            for where, name in spelled[side, item]:
                folder = folders[where]
                if folder is not None:
                    highest[where] = (folder, name)
                    places[where].add(highest[where])
            for where, place in highest.items():
                last.setdefault((where, place), []).append(wish)
        held = _include_holders(gathering, places)
        asked = [wish for key in held & last.keys() for wish in last[key]]
        if not asked:
            return


def _include_holders(
    gathering: Gathering, places: dict[Side, set[Place]]
) -> set[tuple[Side, Place]]:
    found = [
        (side, item)
        for side, wanted in places.items()
        for item, _ in gathering.select_named(side, sorted(wanted))
    ]
    gathering.include((side, item.id) for side, item in found)
    return {(side, (item.parent, key_folded(item.name))) for side, item in found if item.parent}


def _spellings(gathering: Gathering, side: Side, item: Item, nesting: Nesting) -> Iterator[_Wish]:
    """Give the names that an item has, had, or is known by on the other side, with the folders."""
    pair = gathering.pair_of[side].get(item.id)
    twin = gathering.items[side.other].get(pair.half(side.other).id) if pair else None
    folders = [(side, item.parent)]
    spelled = [(side, one) for one in _as_it_was(item, side, pair)]
    if twin is not None:
        if item.parent is None or gathering.on(side.other, side, item.parent) != twin.parent:
            folders.append((side.other, twin.parent))
        spelled.append((side.other, twin))
        if twin.name != item.name:
            spelled.append((side, replace(item, name=twin.name)))
            spelled.append((side.other, replace(twin, name=item.name)))
        inner = (replace(item, name=name) for name in nesting.inner(side, item))
        yield from ((side, one, side.other, twin.parent) for one in inner)
    for of, one in spelled:
        yield from ((of, one, at, parent) for at, parent in folders)
    for root, name in nesting.shown(side, item):
        yield side, replace(item, name=name), side, root


def _as_it_was(item: Item, side: Side, pair: Pair | None) -> Iterator[Item]:
    """Give an item under the name that it has, and under the one that it had before."""
    yield item
    if pair is not None and pair.half(side).name != item.name:
        yield replace(item, name=pair.half(side).name)


def _may_need_a_name(gathering: Gathering, side: Side, item: Item, nesting: Nesting) -> bool:
    if item.id in gathering.roots[side] or item.parent is None:
        return False
    if gathering.scope(side, item.id) != "inside":
        return False
    pair = gathering.pair_of[side].get(item.id)
    if pair is None:
        return True
    half, other = pair.half(side), pair.half(side.other)
    if (item.parent, item.name) != (half.parent, half.name):
        return True
    if item.version != half.version or gathering.scope(side.other, other.id) == "gone":
        return True
    return len(set(nesting.shown(side, item))) > 1  # a folder above it has another name
