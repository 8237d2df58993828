"""`turnbuckle undo LINK [BATCH]`: bring back what a run deleted."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from turnbuckle.actions import undoing
from turnbuckle.actions.undoing import Undoing
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.choosing import link_of
from turnbuckle.cli.mistakes import TROUBLE
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AllPaths, AsJson, OnlyLink
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.items import Kind
from turnbuckle.model.side import Side
from turnbuckle.store.deletions import Deleted, DeletionBatch
from turnbuckle.sync.bringing_back import How, Undone

_FIRST_PATHS = 5

BINS = {
    Side.LEFT: "Procore: Documents, Recycle Bin, Retrieve",
    Side.RIGHT: "Teams: the channel's Files, Open in SharePoint, Recycle bin, Restore",
}
"""Where a person finds what was deleted, on either side."""


def undo(
    link: OnlyLink = None,
    batch: Annotated[
        int | None, typer.Argument(metavar="BATCH", help="Bring back what this one deleted.")
    ] = None,
    everything: AllPaths = False,
    as_json: AsJson = False,
) -> None:
    """List what runs deleted in the last 93 days; with BATCH, bring that back.

    \b
    What the services let an app take out of a recycle bin is taken out, with its history. What an
    app may only read there is sent again. For the rest you are told where to restore it by hand;
    one side is enough, the next run does the other.

    \b
    Examples:
      turnbuckle undo "Harbour Tower"
      turnbuckle undo "Harbour Tower" 12
    """
    scope = open_store()
    chosen = link_of(scope, link)
    if batch is None:
        _list(chosen.name, undoing.batches(chosen), everything=everything, as_json=as_json)
        return
    done = undoing.undo(scope, chosen.name, batch)
    if as_json:
        typer.echo(json.dumps([as_data(each) for each in done.items], indent=2, ensure_ascii=False))
    else:
        for line in said(done):
            console.print(line)
    if done.count(How.BY_HAND):
        raise typer.Exit(TROUBLE)


def as_data(undone: Undone) -> dict[str, object]:
    """Give what became of one item as plain JSON values."""
    return {
        "path": undone.item.path,
        "kind": undone.item.kind.value,
        "result": undone.how.value,
        "side": undone.side.value,
        "why": undone.why,
    }


def said(done: Undoing) -> Iterator[str]:
    """Say what became of a batch, in lines."""
    if not done.items:
        yield f"Everything of batch {done.batch.number} was brought back before."
        return
    for how, words in _HOW.items():
        some = [each for each in done.items if each.how is how]
        for side in Side:
            here = [each.item for each in some if each.side is side]
            if here:
                yield f"{_amount(here)} {words.format(here=NAMES[side], there=NAMES[side.other])}:"
                yield from (f"    {_path(item)}" for item in here)
    by_hand = [each for each in done.items if each.how is How.BY_HAND]
    if by_hand:
        for why in dict.fromkeys(each.why for each in by_hand if each.why):
            yield f"  why: {why}"
        yield "  Restore it on one side; the next run brings it to the other:"
        yield from (f"    {where}" for where in BINS.values())
    if len(by_hand) < len(done.items):
        yield f'Bring it to the other side: turnbuckle run "{done.link.name}"'


_HOW = {
    How.RESTORED: "taken out of the recycle bin of {here}",
    How.SENT: "sent to {here} again, from {there}",
    How.THERE: "in {here} again already",
    How.BY_HAND: "that no app may bring back, only you",
}


def _list(name: str, batches: Sequence[DeletionBatch], *, everything: bool, as_json: bool) -> None:
    if as_json:
        told = [_batch_as_data(batch) for batch in batches]
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for batch in batches:
        for line in _batch(name, batch, everything=everything):
            console.print(line)
    if not batches:
        console.print("No run has deleted anything in the last 93 days.")


def _batch_as_data(batch: DeletionBatch) -> dict[str, object]:
    return {
        "batch": batch.number,
        "at": batch.at.isoformat(),
        "files": batch.files,
        "folders": batch.folders,
        "left": len(batch.left),
        "items": [
            {
                "side": item.side.value,
                "path": item.path,
                "kind": item.kind.value,
                "deleted_at": item.deleted_at.isoformat(),
                "undone_at": None if item.undone_at is None else item.undone_at.isoformat(),
            }
            for item in batch.items
        ],
    }


def _batch(name: str, batch: DeletionBatch, *, everything: bool) -> Iterator[str]:
    yield f"batch {batch.number}: {batch.at:%Y-%m-%d %H:%M} UTC"
    for side in Side:
        here = [item for item in batch.items if item.side is side]
        if here:
            yield (
                f"  {_amount(here)} deleted in {NAMES[side]}, since it was deleted in"
                f" {NAMES[side.other]}"
            )
    tops = [item for item in batch.items if item.top]
    shown = batch.items if everything else tops[:_FIRST_PATHS]
    yield from (f"    {_path(item)}" for item in shown)
    if not everything and len(tops) > len(shown):
        yield f"    ... and {len(tops) - len(shown):,} more (--all lists them)"
    if not batch.left:
        yield "  all of it was brought back"
    elif len(batch.left) < len(batch.items):
        yield f'  {_amount(batch.left)} still gone: turnbuckle undo "{name}" {batch.number}'
    else:
        yield f'  to bring it back: turnbuckle undo "{name}" {batch.number}'


def _amount(items: Sequence[Deleted]) -> str:
    counts = [(kind, sum(item.kind is kind for item in items)) for kind in Kind]
    return " and ".join(counted(count, kind.value) for kind, count in counts if count)


def _path(item: Deleted) -> str:
    return item.path + ("/" if item.kind is Kind.FOLDER else "")
