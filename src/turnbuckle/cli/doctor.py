"""`turnbuckle doctor`: what is wrong with this installation, and what to do."""

import json
import os
from collections import Counter
from itertools import groupby

import typer

from turnbuckle.actions.doctor import examining
from turnbuckle.actions.doctor.finding import Finding, Verdict
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.opening import console
from turnbuckle.cli.options import AsJson
from turnbuckle.wiring.settings import data_folder

_MARKS = {Verdict.WELL: "ok     ", Verdict.NOTE: "note   ", Verdict.TROUBLE: "TROUBLE"}


def doctor(as_json: AsJson = False) -> None:
    """Look for what is wrong, and say what to do about it; changes nothing.

    Looks at the database, its key, the disk and the clock, at both remotes, their accounts and the
    permissions of links, at webhooks, and at links that are paused, failing or wait for you. Exits
    with 1 if anything needs somebody.

    \b
    Examples:
      turnbuckle doctor
      turnbuckle doctor --json
    """
    found = examining.examine(data_folder(), os.environ)
    count = Counter(each.verdict for each in found)[Verdict.TROUBLE]
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=2, ensure_ascii=False))
    else:
        _print(found, count)
    if count:
        raise typer.Exit(1)


def _print(found: list[Finding], count: int) -> None:
    for area, findings in groupby(found, key=lambda each: each.area):
        console.print(area)
        for each in findings:
            console.print(f"  {_MARKS[each.verdict]} {each.said}")
            if each.todo:
                console.print(f"          do: {each.todo}")
    console.print(f"{counted(count, 'thing')} to see to" if count else "All is well.")


def _as_data(found: list[Finding]) -> dict[str, object]:
    return {
        "well": all(each.verdict is not Verdict.TROUBLE for each in found),
        "findings": [
            {
                "area": each.area,
                "verdict": each.verdict.value,
                "said": each.said,
                "todo": each.todo,
            }
            for each in found
        ],
    }
