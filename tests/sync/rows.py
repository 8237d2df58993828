"""What the database holds, read from an async test."""

import asyncio
from collections.abc import Callable

from scenarios.stage import Stage

from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.store import models
from turnbuckle.store.rows import PAIR_COLUMNS, pair_of


async def held[T](read: Callable[[], T]) -> T:
    """Read something in a thread, as Django asks for."""
    return await asyncio.to_thread(read)


async def open_intents(stage: Stage) -> list[str]:
    """Give the kinds of the writes whose outcome is not known."""
    link = stage.ends.link.id
    return await held(
        lambda: [
            row.step["type"]
            for row in models.Intent.objects.filter(link_id=link, state="open").order_by("id")
        ]
    )


async def base(stage: Stage) -> dict[str, Pair]:
    """Give the pairs of the base by the left item's id."""
    link = stage.ends.link.id
    rows = await held(
        lambda: list(models.PairRow.objects.filter(link_id=link).values_list(*PAIR_COLUMNS))
    )
    return {pair.left.id: pair for pair in map(pair_of, rows)}


async def base_differs(stage: Stage) -> list[str]:
    """Say where the base is not what both sides hold; nothing when every item has its pair."""
    pairs = await base(stage)
    wrong = []
    for side in Side:
        remote, root = stage.remotes[side], stage.ends.link.root(side)
        halves = {pair.half(side).id: pair.half(side) for pair in pairs.values()}
        top = remote.shelf.get(root)
        assert top is not None
        for node in remote.shelf.below(top):
            half = halves.pop(node.id, None)
            if half is None:
                wrong.append(f"{side}: no pair for {remote.shelf.path(node)}")
            elif (half.parent, half.name, half.version) != (
                node.parent,
                node.name,
                remote.version(node),
            ):
                wrong.append(f"{side}: another base for {remote.shelf.path(node)}: {half}")
        wrong += [f"{side}: a pair of nothing: {half.name}" for half in halves.values()]
    return wrong


async def aside(stage: Stage) -> dict[str, str]:
    """Give the reasons of what is set aside, by path."""
    link = stage.ends.link.id
    return await held(
        lambda: dict(models.SetAside.objects.filter(link_id=link).values_list("path", "reason"))
    )
