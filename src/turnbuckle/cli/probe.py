"""`turnbuckle probe`: on the first day, find out how the live services behave where nobody says."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from turnbuckle.actions import probe as action
from turnbuckle.actions.probe import Asked, Prospect, Told, Wanted
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.ports.probe import Value
from turnbuckle.wiring.microsoft import Destination

HELP = """Settle on the connected accounts what no public document tells.

Without --allow-writes it only reads. With it, it makes one folder (and for Photos one album)
called "Turnbuckle probe ..." at each side, writes nowhere else, and moves all of that into the
recycle bin at the end, also after an error or Ctrl-C. How many calls it takes at most is said
first. Each answer names the switch of practice mode that reproduces it, and what to set.

\b
Examples:
  turnbuckle probe --project "Test project" --team "IT" --channel "Probe"
  turnbuckle probe --project "Test project" --allow-writes
  turnbuckle probe --site https://contoso.sharepoint.com/sites/it --library Probe --allow-writes
  turnbuckle probe --project 562949 --check limits --check file-address --json -"""

_WIDTH = 8


def probe(  # noqa: PLR0917  typer gives them by name
    project: Annotated[str | None, typer.Option(help="Name or id. [default: the only one]")] = None,
    team: Annotated[str | None, typer.Option(help="Name or id of the Team.")] = None,
    channel: Annotated[str | None, typer.Option(help="Name or id of its channel.")] = None,
    site: Annotated[str | None, typer.Option(help="Address of a SharePoint site.")] = None,
    library: Annotated[str | None, typer.Option(help="Name or id of its library.")] = None,
    onedrive: Annotated[str | None, typer.Option(help="A person's login, or me.")] = None,
    folder: Annotated[str, typer.Option(help="A folder below that; it has to be there.")] = "",
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Make a scratch folder and try things in it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    wait: Annotated[
        int, typer.Option(min=0, max=240, help="Minutes to watch when addresses end; 62 is best.")
    ] = 0,
    check: Annotated[list[str] | None, typer.Option(help="Ask only this; may be repeated.")] = None,
    as_json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write it all there; - is here.")
    ] = None,
    procore: Annotated[str | None, typer.Option(help="Which connection of Procore.")] = None,
    microsoft: Annotated[str | None, typer.Option(help="Which connection of Microsoft.")] = None,
) -> None:
    """Find out how the live services behave."""
    if allow_writes and not yes and not sys.stdin.isatty():
        raise Mistake("this would write; give --yes where nobody can be asked")
    named = [each for each in (team, channel, site, library, onedrive) if each is not None]
    destination = Destination(
        team=team, channel=channel, site=site, library=library, onedrive=onedrive, folder=folder
    )
    if folder and not named:
        raise typer.BadParameter("--folder is below a destination; name that, too")
    wanted = Wanted(
        procore=procore,
        microsoft=microsoft,
        project=project,
        destination=destination if named else None,
        writes=allow_writes,
        wait=timedelta(minutes=wait),
        only=tuple(check or ()),
    )
    screen = console if as_json != "-" else Console(stderr=True, highlight=False, soft_wrap=True)
    scope = open_store()
    prospects = action.look(scope, wanted)
    _announce(prospects, wanted, screen)
    remove = allow_writes and _agreed(prospects, yes=yes)
    told = action.probe(scope, wanted, Shown(screen), remove_leftovers=remove)
    _sum_up(told, screen)
    if as_json is not None:
        _write(as_json, told)


class Shown:
    """Prints each answer as it comes."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen

    def begins(self, remote: str, shown: str) -> None:
        """The questions to a remote begin."""
        self._screen.print(f"\n{remote}, {shown}")

    def asked(self, asked: Asked) -> None:
        """One was asked."""
        for line in _lines(asked):
            self._screen.print(line, markup=False)

    def tidied(self, remote: str, stayed: Sequence[str]) -> None:
        """What was made is in the bin, but for what stayed."""
        if not stayed:
            self._screen.print(f"\nWhat the probe made at {remote} is in the recycle bin.")
        for each in stayed:
            self._screen.print(f"\nNot removed, please do so by hand: {each}", markup=False)


def _lines(asked: Asked) -> Iterator[str]:
    yield f"\n  {asked.question}  [{asked.name}, {_cost(asked)}]"
    if asked.answer is None:
        yield _line("open", asked.reason)
        return
    yield _line("seen", asked.answer.seen)
    for name, value in asked.answer.switches.items():
        yield _line("switch", f"{name} = {_text(value)}")
    yield _line("to set", asked.answer.setting)


def _line(what: str, text: str) -> str:
    return f"    {what:<{_WIDTH}}{text}"


def _cost(asked: Asked) -> str:
    calls = counted(asked.calls, "call")
    return f"{calls}, {counted(asked.transfers, 'transfer')}" if asked.transfers else calls


def _text(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _announce(prospects: Sequence[Prospect], wanted: Wanted, screen: Console) -> None:
    for each in prospects:
        how = "writes only into a scratch folder" if wanted.writes else "reads only"
        screen.print(
            f"{each.remote}, {each.shown}: {counted(each.checks, 'check')},"
            f" at most {counted(each.calls, 'call')}; {how}"
        )
        for name in each.leftovers:
            screen.print(f"  left over from an earlier probe: {name!r}")
    if wanted.destination is None and not any(each.remote == "Microsoft" for each in prospects):
        screen.print("Microsoft 365 is left out: name a channel, a library or a OneDrive.")


def _agreed(prospects: Sequence[Prospect], *, yes: bool) -> bool:
    """Ask whether to write; give whether leftovers are to be removed."""
    left = any(each.leftovers for each in prospects)
    if yes:
        return left
    typer.confirm("Make the scratch folder and go on?", abort=True)
    return left and typer.confirm("Move what earlier probes left into the recycle bin?")


def _sum_up(told: Sequence[Told], screen: Console) -> None:
    for each in told:
        settled = [one for one in each.asked if one.answer is not None]
        screen.print(
            f"\n{each.remote}: {len(settled)} of {counted(len(each.asked), 'check')} settled,"
            f" {counted(each.calls, 'call')}"
        )
        if each.open:
            screen.print("  Switches of practice mode that are not settled:")
        for name, reason in sorted(each.open.items()):
            screen.print(f"    {name}: {reason}", markup=False)


def _write(where: str, told: Sequence[Told]) -> None:
    text = json.dumps(
        {
            "version": 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "remotes": [_plain(each) for each in told],
        },
        indent=2,
        ensure_ascii=False,
    )
    if where == "-":
        print(text)
        return
    try:
        Path(where).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Mistake(f"{where} cannot be written: {error.strerror}") from error


def _plain(told: Told) -> dict[str, Any]:
    return {
        "remote": told.remote,
        "place": told.shown,
        "calls": told.calls,
        "checks": [_plain_check(each) for each in told.asked],
        "not_settled": dict(sorted(told.open.items())),
        "not_removed": list(told.stayed),
    }


def _plain_check(asked: Asked) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": asked.name,
        "question": asked.question,
        "settled": asked.answer is not None,
        "calls": asked.calls,
        "transfers": asked.transfers,
    }
    if asked.answer is None:
        return plain | {"reason": asked.reason}
    return plain | {
        "seen": asked.answer.seen,
        "switches": dict(asked.answer.switches),
        "setting": asked.answer.setting,
    }
