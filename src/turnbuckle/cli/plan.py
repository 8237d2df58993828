"""`turnbuckle plan LINK`: what a run would do."""

import json

import msgspec
import typer

from turnbuckle.actions import runs
from turnbuckle.cli import sides
from turnbuckle.cli.amounts import amount, counted, duration
from turnbuckle.cli.expecting import expected
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson, LinkName
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.plans import WORDS, CreateFile, Plan, Replace

_MOST_HELD = 20


def plan(
    link: LinkName,
    as_json: AsJson = False,
) -> None:
    """Say what a run would do now; nothing is written to either side.

    \b
    Examples:
      turnbuckle plan "Harbour Tower"
      turnbuckle plan "Harbour Tower" --json | jq '.steps | length'
    """
    made = runs.preview(open_store(), link)
    if as_json:
        typer.echo(json.dumps(as_data(made), indent=2, ensure_ascii=False))
        return
    for step in made.steps:
        console.print(sides.planned(step))
    for notice in (*made.notices, *made.waiting):
        console.print(f"note: {sides.noticed(notice)}")
    for held in made.held[:_MOST_HELD]:
        console.print(f"held: {NAMES[held.side]}: {held.path}: {WORDS[held.reason]}")
    if len(made.held) > _MOST_HELD:
        console.print(f"held: ... and {len(made.held) - _MOST_HELD:,} more")
    sent = [step.source.size for step in made.steps if isinstance(step, CreateFile | Replace)]
    if not made.writes:
        rest = " now." if made.held or made.waiting else ": both sides are in step."
        console.print(f"Nothing to write{rest}")
        return
    console.print(
        f"{counted(len(made.writes), 'write')}, {amount(sum(sent))} to send; at least"
        f" {duration(expected(made).total_seconds())} under the limits of both services"
    )


def as_data(made: Plan) -> dict[str, object]:
    """Give a plan as plain JSON values; each step tells what it is in ``step``."""
    return {
        "steps": [
            {"step": _word(type(step).__name__), **msgspec.to_builtins(step)} for step in made.steps
        ],
        "waiting": [msgspec.to_builtins(notice) for notice in made.waiting],
        "notices": [msgspec.to_builtins(notice) for notice in made.notices],
        "held": [msgspec.to_builtins(held) for held in made.held],
        "writes": len(made.writes),
    }


def _word(name: str) -> str:
    """Turn ``CreateFile`` into ``create_file``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
