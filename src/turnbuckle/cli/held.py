"""`turnbuckle held list|approve|reject`: what waits for a person."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from turnbuckle.actions import holds
from turnbuckle.actions.holds import Counts, Waiting
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.choosing import link_of
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AllPaths, AsJson, LinkName
from turnbuckle.cli.person import person
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.items import Kind
from turnbuckle.model.plans import WORDS, Withheld
from turnbuckle.model.policy import Decision
from turnbuckle.model.side import Side
from turnbuckle.store.agreed_clock import agreed_clock

app = typer.Typer(
    help="See and decide what is held: deletions and changes that look like an accident."
)

_FIRST_PATHS = 5

Batch = Annotated[
    int | None, typer.Argument(metavar="BATCH", help="Its number in `turnbuckle held list`.")
]
Every = Annotated[bool, typer.Option("--all", help="Everything that waits, instead of one batch.")]


@app.command("list")
def list_(
    link: Annotated[
        str | None, typer.Argument(metavar="LINK", help="The link's name. [default: every link]")
    ] = None,
    everything: AllPaths = False,
    as_json: AsJson = False,
) -> None:
    """List what is held: why, since when, how much, and which files.

    \b
    Examples:
      turnbuckle held list
      turnbuckle held list "Harbour Tower" --all
    """
    scope = open_store()
    links = scope.links.list() if link is None else [link_of(scope, link)]
    found = [batch for one in links for batch in holds.waiting(one)]
    if as_json:
        typer.echo(json.dumps([as_data(batch) for batch in found], indent=2, ensure_ascii=False))
        return
    for batch in found:
        for line in _said(batch, everything=everything):
            console.print(line)
    if not found:
        console.print("Nothing is held.")


@app.command()
def approve(link: LinkName, batch: Batch = None, everything: Every = False) -> None:
    """Let what is held happen at the next run. What is deleted goes to the recycle bin.

    \b
    Examples:
      turnbuckle held approve "Harbour Tower" 3
      turnbuckle held approve "Harbour Tower" --all
    """
    _decide(link, batch, Decision.APPROVED, everything=everything)


@app.command()
def reject(link: LinkName, batch: Batch = None, everything: Every = False) -> None:
    """Have what is held undone at the next run: what was deleted is made again where it was
    deleted, and what was changed gets its content back from the other side.

    \b
    Examples:
      turnbuckle held reject "Harbour Tower" 3
      turnbuckle held reject "Harbour Tower" --all
    """
    _decide(link, batch, Decision.REJECTED, everything=everything)


def as_data(waiting: Waiting) -> dict[str, object]:
    """Give a batch as plain JSON values."""
    batch = waiting.batch
    return {
        "link": waiting.link.name,
        "batch": batch.number,
        "reason": batch.reason.value,
        "why": WORDS[batch.reason],
        "since": batch.opened.isoformat(),
        "decision": None if batch.decision is None else batch.decision.value,
        "decided": None if batch.decided is None else batch.decided.isoformat(),
        "decided_by": batch.decided_by,
        "files": batch.files,
        "folders": batch.folders,
        "items": [
            {
                "side": entry.side.value,
                "what": entry.what.value,
                "kind": entry.kind.value,
                "path": entry.path,
                "gone_at": None if entry.gone_at is None else entry.gone_at.isoformat(),
            }
            for entry in waiting.entries
        ],
    }


def held_in_words(counts: Counts) -> Iterator[str]:
    """Say what is held: so many files and folders that would be deleted, or were changed."""
    for what in Withheld:
        for side in Side:
            amount = _amount(counts, what, side)
            if amount and what is Withheld.DELETION:
                yield f"{amount} to be deleted in {NAMES[side]}"
            elif amount:
                yield f"{amount} changed in {NAMES[side]}"


def _decide(link: str, batch: int | None, decision: Decision, *, everything: bool) -> None:
    if (batch is None) is not everything:
        raise Mistake("name one batch by its number (turnbuckle held list), or say --all")
    decided = holds.decide(
        open_store(), link, batch, decision, by=person(), now=agreed_clock().now()
    )
    word = "approved" if decision is Decision.APPROVED else "rejected"
    for each in decided:
        console.print(f"Batch {each.batch.number} is {word}. At the next run:")
        for line in _consequences(each.counts, decision):
            console.print(f"  {line}")
    console.print(f'Let it happen now: turnbuckle run "{link}"')


def _consequences(counts: Counts, decision: Decision) -> Iterator[str]:
    approved = decision is Decision.APPROVED
    for side in Side:
        here, there = NAMES[side], NAMES[side.other]
        gone, new = (_amount(counts, what, side) for what in Withheld)
        if gone and approved:
            yield f"{gone} deleted in {here}, into its recycle bin"
        elif gone:
            yield f"{gone} kept in {here}, and sent to {there} again"
        if new and approved:
            yield f"{new}: what changed in {here} is sent to {there}"
        elif new:
            yield f"{new} in {here} get the content of {there} back, as a new version"


def _said(waiting: Waiting, *, everything: bool) -> Iterator[str]:
    batch, link = waiting.batch, waiting.link
    yield f"{link.name}, batch {batch.number}: {', '.join(held_in_words(waiting.counts))}"
    yield f"  why: {WORDS[batch.reason]}"
    yield f"  held since {batch.opened:%Y-%m-%d %H:%M} UTC"
    shown = waiting.entries if everything else waiting.entries[:_FIRST_PATHS]
    for entry in shown:
        yield f"    {entry.path}{'/' if entry.kind is Kind.FOLDER else ''}"
    if len(waiting.entries) > len(shown):
        yield f"    ... and {len(waiting.entries) - len(shown):,} more (--all lists them)"
    if batch.decision is None:
        yield f'  to let it happen: turnbuckle held approve "{link.name}" {batch.number}'
        yield f'  to have it undone: turnbuckle held reject "{link.name}" {batch.number}'
    else:
        by = f" by {batch.decided_by}" if batch.decided_by else ""
        when = f" on {batch.decided:%Y-%m-%d %H:%M} UTC" if batch.decided else ""
        yield f"  {batch.decision.value}{by}{when}; the next run carries it out"


def _amount(counts: Counts, what: Withheld, side: Side) -> str:
    """Count files and folders: ``120 files and 4 folders``, or nothing."""
    parts = [
        counted(counts[what, side, kind], kind.value)
        for kind in Kind
        if counts.get((what, side, kind))
    ]
    return " and ".join(parts)
