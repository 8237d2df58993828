"""What a write that was made means for the trees, the base and the activity."""

from collections.abc import Iterable
from dataclasses import replace

from turnbuckle.model.items import Item, ItemId, Kind, Version
from turnbuckle.model.pairs import Half, Pair, agreed
from turnbuckle.model.policy import Policy
from turnbuckle.model.scope import go_by_place
from turnbuckle.model.side import Side
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Entry
from turnbuckle.store.removed import Removal
from turnbuckle.sync.writes import DeleteItem, MakeFile, MakeFolder, MoveItem, ReplaceContent, Write


def outcome_of(
    write: Write,
    result: Item | None,
    *,
    intent: int | None,
    was: Pair | None,
    hashes: frozenset[str],
) -> Outcome:
    """Say what to commit for a write.

    Args:
        write: what was made.
        result: the item as its remote reported it; None for a deletion.
        intent: the journal's entry that this ends.
        was: the pair so far, for writes that change one.
        hashes: of the content that went across; empty where none did, or was not seen whole.
    """
    match write:
        case DeleteItem():
            return Outcome(
                intent=intent,
                gone=[(write.side, write.item.id)],
                former=[(write.side, write.item)],
                forget=write.pairs,
                decided=halves(write.pairs),
                removed=_removals(write),
                activity=[Entry(side=write.side, what="deleted", path=write.path)],
            )
        case MoveItem():
            assert result is not None
            pairs = [] if write.twin is None else [_placed(write, result, write.twin, was)]
            moved = "renamed" if write.item.parent == write.parent else "moved"
            detail = f"from {write.item.name}" if moved == "renamed" else ""
            entry = Entry(side=write.side, what=moved, path=write.path, detail=detail)
            return Outcome(
                intent=intent,
                seen=[(write.side, result)],
                former=[(write.side, write.item)],
                pairs=pairs,
                activity=[entry],
            )
        case MakeFolder():
            assert result is not None
            pair = _pair(write.side, result, write.source, None, place=True, content=True)
            entry = Entry(side=write.side, what="created folder", path=write.path)
            return Outcome(
                intent=intent,
                seen=[(write.side, result)],
                pairs=[pair],
                opens=[pair],
                single=_old_one(write),
                superseded=_superseded(write),
                decided=halves([pair]),
                activity=[entry],
            )
        case MakeFile() | ReplaceContent():
            assert result is not None
            return _sent(write, result, intent, was, hashes)


def with_what_enters(outcome: Outcome, policy: Policy) -> Outcome:
    """Have all below a folder looked at that got to another place, where places decide the scope.

    What was changed there while the folder was outside the scope is thought about by nobody else.
    """
    if not go_by_place(policy.scope, policy.directions):
        return outcome
    placed = [pair for pair in outcome.pairs if pair.kind is Kind.FOLDER]
    return replace(outcome, enters=[pair for pair in placed if pair not in outcome.opens])


def halves(pairs: Iterable[Pair]) -> list[tuple[Side, ItemId]]:
    """Give the items of these pairs, on both sides."""
    return [(side, pair.half(side).id) for pair in pairs for side in Side]


def _removals(write: DeleteItem) -> list[Removal]:
    """Say what goes into the bin with a deletion: what it names, and all that lies below."""
    if not write.pairs:
        return []
    side, top = write.side, write.pairs[0].half(write.side)
    known = {pair.half(side).id: pair.half(side) for pair in write.pairs}

    def path(half: Half) -> str:
        names: list[str] = []
        while half.id != top.id and half.parent in known and len(names) < len(known):
            names.append(half.name)
            half = known[half.parent]
        return "/".join([write.path, *reversed(names)])

    return [
        Removal(side=side, pair=pair, path=path(pair.half(side)), top=pair is write.pairs[0])
        for pair in write.pairs
    ]


def _placed(write: MoveItem, result: Item, twin: Item, was: Pair | None) -> Pair:
    return _pair(write.side, result, twin, was, place=True, content=False)


def _sent(
    write: MakeFile | ReplaceContent,
    result: Item,
    intent: int | None,
    was: Pair | None,
    hashes: frozenset[str],
) -> Outcome:
    source = replace(write.source, hashes=_joined(write.source.hashes, hashes))
    result = replace(result, hashes=_as_stored(result, source, hashes))
    pair: Pair | None = None
    if isinstance(write, ReplaceContent):
        what, source_side = "updated", write.side.other
        pair = _pair(write.side, result, source, was, place=False, content=True)
    else:
        what, source_side = "created", write.source_side
        twin = write.twin
        if twin is not None:
            twin = source if twin.id == source.id else twin
            pair = _pair(write.side, result, twin, None, place=True, content=True)
    author = f"by {source.author}" if source.author else ""
    entry = Entry(side=write.side, what=what, path=write.path, detail=author)
    return Outcome(
        intent=intent,
        seen=[(write.side, result)],
        former=[(write.side, write.item)] if isinstance(write, ReplaceContent) else [],
        hashes=[(source_side, source.id, source.version, hashes)] if hashes else [],
        pairs=[] if pair is None else [pair],
        single=[(write.side, result.id)] if pair is None else _old_one(write),
        superseded=_superseded(write),
        decided=[] if pair is None else [*halves([pair]), (source_side, source.id)],
        activity=[entry],
    )


def _superseded(write: Write) -> list[tuple[Side, ItemId, Version]]:
    """Give the item in whose place a new one was made; it is deleted if it still is as it was."""
    if not isinstance(write, MakeFile | MakeFolder) or write.supersedes is None:
        return []
    return [(write.side, write.supersedes.id, write.supersedes.version)]


def _old_one(write: Write) -> list[tuple[Side, ItemId]]:
    return [(side, item) for side, item, _ in _superseded(write)]


def _as_stored(result: Item, source: Item, hashes: frozenset[str]) -> frozenset[str]:
    """Give the hashes of what the remote stored: ours too, unless it rewrote the bytes."""
    told = {text.partition(":")[0]: text for text in result.hashes}
    ours = {text.partition(":")[0]: text for text in hashes}
    rewritten = result.size != source.size or any(
        ours.get(kind, text) != text for kind, text in told.items()
    )
    return result.hashes if rewritten else _joined(result.hashes, hashes)


def _joined(told: frozenset[str], taken: frozenset[str]) -> frozenset[str]:
    """Add hashes that we took to those that a remote told, which hold where both have one."""
    kinds = {text.partition(":")[0] for text in told}
    return told | {text for text in taken if text.partition(":")[0] not in kinds}


def _pair(
    side: Side, mine: Item, theirs: Item, was: Pair | None, *, place: bool, content: bool
) -> Pair:
    left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
    return agreed(was, left, right, place=place, content=content)


def items_of(write: Write) -> tuple[tuple[Side, ItemId], ...]:
    """Give the items to set aside when a write cannot be made."""
    match write:
        case MakeFolder():
            return ((write.side.other, write.source.id),)
        case MakeFile():
            return ((write.source_side, write.source.id),)
        case ReplaceContent() | MoveItem() | DeleteItem():
            return ((write.side, write.item.id),)
