"""An independent comparison of left, right and base, and of all contents with what users wrote.

It shares no code with the engine but the name rules, and knows what the remotes really hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from scenarios.stage import Stage
from simulation.contents import EMPTY, token_of
from simulation.ledger import Ledger

from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.items import ItemId, Kind, Name
from turnbuckle.model.names import TEMPORARY, NameRules, fit
from turnbuckle.model.pairs import Pair
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import BadName, Gone, Overtaken, Unproven
from turnbuckle.store import models
from turnbuckle.store.rows import PAIR_COLUMNS, pair_of

_WRITES = ("create_file", "create_folder", "replace", "move", "delete")
_OF_ORDER = (Overtaken, Gone, BadName, Unproven)
_NUMBER = re.compile(r"( \(\d+\))+(?=(\.\w+)?$)")

type Apart = frozenset[tuple[Side, ItemId]]
"""Items that a report names as not in step, and all below them."""


def pairs_of(stage: Stage) -> list[Pair]:
    """Read the base from the database."""
    rows = models.PairRow.objects.filter(link_id=stage.ends.link.id)
    return [pair_of(row) for row in rows.values_list(*PAIR_COLUMNS)]


def differences(stage: Stage, apart: Apart) -> Iterator[str]:
    """Say where left, right and base are not the same (I2, I10, I22, I38)."""
    pairs = pairs_of(stage)
    halves = {side: {pair.half(side).id: pair for pair in pairs} for side in Side}
    for side in Side:
        yield from _halves_differ(stage, side, halves[side], apart)
    for pair in pairs:
        ids = {(side, pair.half(side).id) for side in Side}
        if not ids & apart:
            yield from _pair_differs(stage, pair, halves)


def _halves_differ(
    stage: Stage, side: Side, pairs: dict[ItemId, Pair], apart: Apart
) -> Iterator[str]:
    remote = stage.remotes[side]
    alive = {node.id: node for node in inside(stage, side)}
    for node in alive.values():
        pair = pairs.get(node.id)
        if (side, node.id) in apart:
            continue
        if pair is None:
            yield f"{side}: {remote.shelf.path(node)!r} has no counterpart"
            continue
        half = pair.half(side)
        if (half.parent, half.name, half.version) != (node.parent, node.name, remote.version(node)):
            yield f"{side}: the base holds another {remote.shelf.path(node)!r}"
    for item, pair in pairs.items():
        if item not in alive and (side, item) not in apart:
            yield f"{side}: the base holds {pair.half(side).name!r}, which is not there"


def _pair_differs(
    stage: Stage, pair: Pair, halves: dict[Side, dict[ItemId, Pair]]
) -> Iterator[str]:
    left, right = (stage.remotes[side].shelf.get(pair.half(side).id) for side in Side)
    if left is None or right is None:
        yield f"the base pairs {pair.left.name!r} with what never was"
        return
    where = stage.remotes[Side.LEFT].shelf.path(left)
    if left.kind is not right.kind:
        yield f"{where!r} is a {left.kind} on the left alone"
    if left.kind is Kind.FILE and token_of(left.blob) != token_of(right.blob):
        yield f"{where!r} has other bytes on the right"
    if not _same_place(stage, left, right, halves):
        yield f"{where!r} lies elsewhere on the right"
    rules = {side: stage.ends.terms.capabilities(side).names for side in Side}
    if not _same_name(left.name, right.name, left.kind, rules):
        yield f"{where!r} is called {right.name!r} on the right"


def _same_place(
    stage: Stage, left: Node, right: Node, halves: dict[Side, dict[ItemId, Pair]]
) -> bool:
    link = stage.ends.link
    if left.parent is None or right.parent is None:
        return False
    if left.parent == link.root(Side.LEFT):
        return right.parent == link.root(Side.RIGHT)
    above = halves[Side.LEFT].get(left.parent)
    return above is not None and above.right.id == right.parent


def _same_name(left: Name, right: Name, kind: Kind, rules: dict[Side, NameRules]) -> bool:
    """Names are the same, or differ as much as one of the two sides makes them differ."""
    both = _folded(left, kind, rules), _folded(right, kind, rules)
    return both[0] == both[1] or _bare(both[0]) == _bare(both[1])


def _folded(name: Name, kind: Kind, rules: dict[Side, NameRules]) -> str:
    for side in Side:
        name = fit(name, kind, rules[side])
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _bare(name: str) -> str:
    return _NUMBER.sub("", name)


def inside(stage: Stage, side: Side) -> list[Node]:
    """Give all that is alive below the link's folder of one side."""
    shelf = stage.remotes[side].shelf
    top = shelf.get(stage.ends.link.root(side))
    assert top is not None
    return [] if shelf.is_gone(top) else list(shelf.below(top))


def lost(stage: Stage, ledger: Ledger, *, or_kept: bool = False) -> Iterator[str]:
    """Say which tokens are missing (I1, U1), and what nobody ever wrote whole (I9).

    Args:
        stage: where to look.
        ledger: what users wrote.
        or_kept: a bin or a history is good enough.
    """
    now = {token_of(node.blob) for side in Side for node in _files(inside(stage, side))}
    for token in sorted(ledger.wanted - {token for token in now if token}):
        if token not in _kept(stage):
            yield f"{token!r} is lost"
        elif not or_kept:
            yield f"{token!r} is in a bin or a history alone"
    known = ledger.written | {EMPTY}
    for side in Side:
        for node in _files(stage.remotes[side].shelf.all()):
            for blob in (node.blob, *(earlier for _, earlier in node.history)):
                if token_of(blob) not in known:
                    yield f"{side}: {node.name!r} holds what nobody wrote"


def _kept(stage: Stage) -> set[str | None]:
    """Give the tokens in bins and histories."""
    return {
        token_of(blob)
        for side in Side
        for node in _files(stage.remotes[side].shelf.all())
        for blob in (node.blob, *(earlier for _, earlier in node.history))
    }


def _files(nodes: Iterable[Node]) -> Iterator[Node]:
    return (node for node in nodes if node.kind is Kind.FILE)


def parted(
    stage: Stage, before: list[Pair], ledger: Ledger, *, raced: bool = False
) -> Iterator[str]:
    """Say which items that no user deleted lost their id or their counterpart (U5, I22).

    Args:
        stage: where to look.
        before: the base as it was.
        ledger: what users deleted.
        raced: a user may have put a folder just where we were about to make one, and then it is
            that one.
    """
    now = {(pair.left.id, pair.right.id) for pair in pairs_of(stage)}
    for pair in before:
        ids = {side: pair.half(side).id for side in Side}
        if any((side, ids[side]) in ledger.deleted for side in Side):
            continue
        if raced and pair.kind is Kind.FOLDER:
            continue
        if (ids[Side.LEFT], ids[Side.RIGHT]) not in now:
            gone = [str(side) for side in Side if not _is_there(stage.remotes[side], ids[side])]
            yield f"{pair.left.name!r} is no pair any more; gone: {', '.join(gone) or 'neither'}"


def _is_there(remote: MemoryRemote, item: ItemId) -> bool:
    node = remote.shelf.get(item)
    return node is not None and not remote.shelf.is_gone(node)


def left_over(stage: Stage) -> Iterator[str]:
    """Say what the engine left behind: temporary names, open intents, items still thought about."""
    for side in Side:
        for node in inside(stage, side):
            if TEMPORARY in node.name:
                yield f"{side}: a temporary name is left: {node.name}"
    link = stage.ends.link.id
    for row in models.Intent.objects.filter(link_id=link, state="open"):
        yield f"an intent is open: {row.step['type']} {row.step['path']}"


def refused(stage: Stage) -> Iterator[str]:
    """Say which writing calls the remotes refused though nobody disturbed them (U7, I17, I18)."""
    for side in Side:
        for refusal in stage.remotes[side].calls.refusals:
            if refusal.op in _WRITES and isinstance(refusal.error, _OF_ORDER):
                yield f"{side}: refused {refusal.op} {refusal.subject!r}: {refusal.error}"
