"""`turnbuckle alerts`: links that are late, failing or stopped, and who is told of them."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from turnbuckle.actions import alerts
from turnbuckle.actions.alerts import Alarms
from turnbuckle.cli.alert_words import alert_in_words
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.timings import PRACTICE

VARIABLE = "TURNBUCKLE_ALERT_ADDRESS"
"""The environment variable that holds a recipient's address, which is often a secret."""

app = typer.Typer(help="See which links are late, failing or stopped, and set who is told of that.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call the recipient.")]


@app.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Also the last ones that are over.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the open alerts, and who is told of them.

    \b
    Examples:
      turnbuckle alerts list
      turnbuckle alerts list --all
    """
    found = alerts.alarms(open_store(), closed=everything)
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=2, ensure_ascii=False))
        return
    for line in _lines(found):
        console.print(line)


@app.command("tell")
def tell(name: Name) -> None:
    """Have alerts posted to a web address, as JSON. It is asked for, since it is often a secret.

    It is told once right now, to see that it takes what we post. The field `text` is for people, as
    Slack and Mattermost take it; `alerts` is the same for programs.

    \b
    Examples:
      turnbuckle alerts tell operators
      TURNBUCKLE_ALERT_ADDRESS=https://hooks.example.com/services/... turnbuckle alerts tell ops
    """
    scope = open_store()
    made = alerts.tell_to(scope, name, _address(), now=agreed_clock().now())
    console.print(f"Alerts are told to {name!r} at {made.account} while `turnbuckle serve` runs")
    if made.kind == PRACTICE:
        console.print("It is on this machine: only `serve --allow-practice` tells it")


@app.command()
def forget(name: Name) -> None:
    """Tell a recipient nothing any more."""
    alerts.forget(open_store(), name)
    console.print(f"{name!r} is told nothing any more")


def _address() -> str:
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return given
    if not sys.stdin.isatty():
        raise Mistake(
            f"the address is missing; set {VARIABLE}, or run this in a terminal to be asked for it"
        )
    return str(typer.prompt("Address (not shown)", hide_input=True)).strip()


def _lines(found: Alarms) -> Iterator[str]:
    for each in found.alerts:
        if each.closed_at is None:
            yield f"{each.name}: {alert_in_words(each)}"
        else:
            yield f"{each.name}: over since {each.closed_at:%Y-%m-%d %H:%M} UTC: {each.kind.value}"
    if not any(each.closed_at is None for each in found.alerts):
        yield "No alert is open."
    told = [f"{each.name} ({each.account})" for each in found.recipients]
    yield f"Told to: {', '.join(told)}" if told else "Told to nobody: turnbuckle alerts tell NAME"
    for one in found.untold:
        lost = f", {one.given_up:,} given up" if one.given_up else ""
        yield f"  {one.recipient.name} was not told of all: {one.trouble}"
        yield f"    {one.waiting:,} to be told{lost}"


def _as_data(found: Alarms) -> dict[str, object]:
    return {
        "alerts": [
            {
                "link": each.name,
                "kind": each.kind.value,
                "said": each.said,
                "opened_at": each.opened_at.isoformat(),
                "closed_at": None if each.closed_at is None else each.closed_at.isoformat(),
            }
            for each in found.alerts
        ],
        "recipients": [{"name": each.name, "host": each.account} for each in found.recipients],
        "untold": [
            {
                "recipient": each.recipient.name,
                "waiting": each.waiting,
                "given_up": each.given_up,
                "trouble": each.trouble,
            }
            for each in found.untold
        ],
    }
