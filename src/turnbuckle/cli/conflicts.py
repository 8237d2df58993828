"""`turnbuckle conflicts [LINK]` and `conflicts decide LINK PATH`: what both sides did at once."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from turnbuckle.actions import conflicts as action
from turnbuckle.actions.conflicts import Conflicts, Copy, Undecided
from turnbuckle.cli.amounts import amount
from turnbuckle.cli.choosing import link_of
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson, LinkName, OnlyLink
from turnbuckle.cli.person import person
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.plans import WORDS, Reason
from turnbuckle.model.policy import Answer
from turnbuckle.store.findings import Sight
from turnbuckle.store.queries import ActivityLine

KEEP = {
    "same": Answer.SAME,
    "procore": Answer.LEFT,
    "teams": Answer.RIGHT,
    "both": Answer.BOTH,
}
"""What a person may say about two files, in the words of the command line."""


class _ListsByDefault(TyperGroup):
    """Takes what is no command of its own for the link whose conflicts are to be listed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `list` before everything else."""
        own = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if args and args[0] in own else ["list", *args])


app = typer.Typer(
    cls=_ListsByDefault,
    help="""See conflicts, and decide about files that both sides had before the link was made.

\b
Examples:
  turnbuckle conflicts
  turnbuckle conflicts "Harbour Tower"
  turnbuckle conflicts decide "Harbour Tower" "Minutes/2024.docx" --keep teams""",
)


@app.command("list")
def list_(
    link: OnlyLink = None,
    as_json: AsJson = False,
) -> None:
    """List conflict copies that are still there, moves that did not hold, and files to decide.

    \b
    Examples:
      turnbuckle conflicts
      turnbuckle conflicts "Harbour Tower" --json
    """
    scope = open_store()
    found = action.conflicts(scope, link_of(scope, link))
    if as_json:
        typer.echo(json.dumps(as_data(found), indent=2, ensure_ascii=False))
        return
    for line in said(found):
        console.print(line)


@app.command()
def decide(
    link: LinkName,
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="As `turnbuckle conflicts` shows it.")
    ],
    keep: Annotated[
        str,
        typer.Option(
            help="same: they are one document, nothing is sent. procore or teams: that one holds"
            " and replaces the other. both: keep both, one of them as a copy."
        ),
    ],
) -> None:
    """Say which of two files holds that both sides had before the link was made.

    \b
    Examples:
      turnbuckle conflicts decide "Harbour Tower" "Minutes/2024.docx" --keep same
      turnbuckle conflicts decide "Harbour Tower" "Minutes/2024.docx" --keep teams
    """
    if keep.casefold() not in KEEP:
        raise typer.BadParameter(f"--keep is one of {', '.join(KEEP)}, not {keep!r}")
    scope = open_store()
    chosen = scope.links.get(link)
    decided = action.decide(scope, chosen, path, KEEP[keep.casefold()], by=person())
    console.print(f"{decided.path}: {_ANSWERED[KEEP[keep.casefold()]]}, at the next run")
    console.print(f'Let it happen now: turnbuckle run "{link}"')


def as_data(found: Conflicts) -> dict[str, object]:
    """Give conflicts as plain JSON values."""
    return {
        "link": found.link.name,
        "copies": [
            {
                "path": copy.shown.path,
                "copy_of": copy.original,
                "keeps_version_of": copy.keeps.value,
                "size": copy.shown.item.size,
            }
            for copy in found.copies
        ],
        "moves_overruled": [
            {"path": line.path, "side": line.side.value, "at": line.at.isoformat()}
            for line in found.moves
        ],
        "to_decide": [
            {
                "path": each.path,
                "left_size": each.left.item.size,
                "right_size": each.right.item.size,
                "answer": None if each.answer is None else each.answer.value,
            }
            for each in found.undecided
        ],
    }


def said(found: Conflicts) -> Iterator[str]:
    """Say conflicts in lines."""
    if found.undecided:
        yield f"To decide: {len(found.undecided)} ({WORDS[Reason.UNDECIDED]})"
        for each in found.undecided:
            yield from (f"  {line}" for line in _to_decide(each))
        name = found.link.name
        yield f'  turnbuckle conflicts decide "{name}" PATH --keep {"|".join(KEEP)}'
    if found.copies:
        yield f"Conflict copies: {len(found.copies)} (take what you need, then delete the copy)"
        yield from (f"  {_copy(copy)}" for copy in found.copies)
    if found.moves:
        yield f"Moved or renamed differently on both sides: {len(found.moves)}"
        yield from (f"  {_move(line)}" for line in found.moves)
    if not (found.undecided or found.copies or found.moves):
        yield "There are no conflicts."


_ANSWERED = {
    Answer.SAME: "they are one document and stay as they are",
    Answer.LEFT: "the one in Procore replaces the one in Teams",
    Answer.RIGHT: "the one in Teams replaces the one in Procore",
    Answer.BOTH: "both are kept, one of them as a copy",
}


def _to_decide(each: Undecided) -> Iterator[str]:
    yield each.path
    for sight in (each.left, each.right):
        yield f"  {NAMES[sight.side]:<8} {_seen(sight)}"
    if each.answer is not None:
        yield f"  decided: {_ANSWERED[each.answer]}, at the next run"


def _copy(copy: Copy) -> str:
    return (
        f"{copy.shown.path} ({_seen(copy.shown)}):"
        f" the version of {NAMES[copy.keeps]} of {copy.original}"
    )


def _move(line: ActivityLine) -> str:
    return f"{line.at:%Y-%m-%d %H:%M} UTC  {line.path}: what {NAMES[line.side]} did does not hold"


def _seen(sight: Sight) -> str:
    item = sight.item
    changed = f", last changed {item.modified:%Y-%m-%d %H:%M} UTC" if item.modified else ""
    return amount(item.size) + changed + (f" by {item.author}" if item.author else "")
