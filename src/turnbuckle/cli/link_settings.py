"""`turnbuckle link set LINK` and `link show LINK`: what the owner of a link wants."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from turnbuckle.actions import wishes
from turnbuckle.actions.wishes import Wishes
from turnbuckle.cli.amounts import amount, counted
from turnbuckle.cli.choosing import link_of, side_of
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson, LinkName, OnlyLink
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.policy import Albums, LimitMode, Loser, Policy, Winner
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.store.records import Link
from turnbuckle.wiring.registry import to_keep

WINNERS = {"newest": Winner.NEWEST, "procore": Winner.LEFT, "teams": Winner.RIGHT}
_MODES = {"hold-batch": LimitMode.HOLD_BATCH, "up-to-limit": LimitMode.UP_TO_LIMIT}
_DIRECTIONS = {
    "both": Direction.BOTH,
    "to-teams": Direction.TO_RIGHT,
    "to-procore": Direction.TO_LEFT,
    "paused": Direction.PAUSED,
    "as-above": None,
}
_ON_OFF = {"on": True, "off": False}
_SIZE = re.compile(r"(?P<count>\d+(\.\d+)?)\s*(?P<unit>bytes?|[kmgt]?b)?", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}
_AGE = re.compile(r"(?P<days>\d{1,6})\s*(d|days?)?", re.IGNORECASE)

HELP = """Set what a link keeps in step, and how. Nothing is written to either side: look at what
it will mean with `turnbuckle plan`, then `turnbuckle run`.

Rules say which files and folders are kept in step. Each option below that excludes or includes
adds one rule; where several speak of a file, the last one holds, and what was included in one call
holds against what was excluded in it. What is excluded stays where it is on both sides. Folders
are given from the tool's folder down, and * stands for anything.

\b
Examples:
  turnbuckle link set "Harbour Tower" --deletions-per-day 100 --deletion-mode up-to-limit
  turnbuckle link set "Harbour Tower" --exclude "Drawings/Old" --exclude-names "*.bak"
  turnbuckle link set "Harbour Tower" --exclude-names "*.dwg" --larger-than 500MB --in "Models"
  turnbuckle link set "Harbour Tower" --exclude "*" --include "Submittals"
  turnbuckle link set "Harbour Tower" --direction "Submittals=to-teams" --tool photos=off
  turnbuckle link set "Harbour Tower" --drop-rule 2"""


def set_(  # noqa: PLR0917  typer gives them by name
    name: LinkName,
    winner: Annotated[
        str | None, typer.Option(help="Who keeps the name in a conflict: newest, procore, teams.")
    ] = None,
    loser: Annotated[
        Loser | None, typer.Option(help="What becomes of the other: a copy, or a version.")
    ] = None,
    prefer: Annotated[
        str | None,
        typer.Option(help="Whose name and place holds when both moved it: procore, teams."),
    ] = None,
    deletions_per_day: Annotated[
        int | None,
        typer.Option(min=0, help="Files whose deletion may cross in any 24 hours; more are held."),
    ] = None,
    deletion_mode: Annotated[
        str | None,
        typer.Option(help="Beyond that: hold-batch holds all of them, up-to-limit the rest."),
    ] = None,
    albums: Annotated[
        Albums | None,
        typer.Option(help="Folders in folders, where albums cannot hold any: flatten or block."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="FOLDER", help="Not this folder, nor what is in it.")
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option(metavar="FOLDER", help="This folder all the same.")
    ] = None,
    exclude_names: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Not files of such names.")
    ] = None,
    include_names: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Files of such names all the same.")
    ] = None,
    larger_than: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Not larger files: 500MB, 2GB.")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="DAYS", help="Not files last changed before that: 365d.")
    ] = None,
    within: Annotated[
        str,
        typer.Option("--in", metavar="FOLDER", help="The names, sizes and ages speak of it alone."),
    ] = "",
    drop_rule: Annotated[
        list[int] | None, typer.Option(metavar="NUMBER", help="Drop a rule that `show` lists.")
    ] = None,
    clear_rules: Annotated[bool, typer.Option("--clear-rules", help="Drop all rules.")] = False,
    direction: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FOLDER=WAY",
            help="both, to-teams, to-procore, paused, or as-above; =WAY for the whole link.",
        ),
    ] = None,
    tool: Annotated[
        list[str] | None, typer.Option(metavar="TOOL=on|off", help="documents, photos.")
    ] = None,
) -> None:
    """Set what a link keeps in step, and how."""
    rules = _rules(
        exclude=exclude or [],
        include=include or [],
        exclude_names=exclude_names or [],
        include_names=include_names or [],
        larger_than=larger_than,
        older_than=older_than,
        within=within,
    )
    wanted = Wishes(
        winner=None if winner is None else _one(winner, WINNERS, "--winner"),
        loser=loser,
        prefer=None if prefer is None else side_of(prefer, "--prefer"),
        deletions_per_day=deletions_per_day,
        deletion_mode=None
        if deletion_mode is None
        else _one(deletion_mode, _MODES, "--deletion-mode"),
        albums=albums,
        drop_rules=tuple(drop_rule or ()),
        clear_rules=clear_rules,
        rules=rules,
        directions=dict(_assigned(each, _DIRECTIONS, "--direction") for each in direction or ()),
        tools=dict(_assigned(each, _ON_OFF, "--tool") for each in tool or ()),
    )
    link = wishes.change(open_store(), name, wanted)
    for line in described(link):
        console.print(line)
    console.print(f'See what it means before it is done: turnbuckle plan "{link.name}"')


def show(
    name: OnlyLink = None,
    as_json: AsJson = False,
) -> None:
    """Show what a link keeps in step, and how; `link set` changes it.

    \b
    Examples:
      turnbuckle link show "Harbour Tower"
      turnbuckle link show --json
    """
    link = link_of(open_store(), name)
    if as_json:
        told = {
            "name": link.name,
            "paused": link.paused,
            "tools": {bound.tool: bound.enabled for bound in link.bounds},
            "policy": to_keep(wishes.policy(link)),
        }
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for line in described(link):
        console.print(line)


def described(link: Link) -> Iterator[str]:
    """Say what the owner of a link wants, in lines."""
    wanted = wishes.policy(link)
    yield link.name + (f" (paused: {link.paused})" if link.paused else "")
    tools = ", ".join(f"{bound.tool} {'on' if bound.enabled else 'off'}" for bound in link.bounds)
    yield f"  tools: {tools}"
    yield f"  conflict: {_conflict(wanted)}"
    yield f"  both moved or renamed it: the one in {NAMES[wanted.prefer]} holds"
    yield f"  deletions: {_deletions(wanted)}"
    yield f"  folders in albums: {_albums(wanted)}"
    yield f"  never synced: {', '.join(wanted.ignored)}"
    for folder, way in wanted.directions.items():
        yield f"  direction of {folder or 'everything'}: {_way(way)}"
    if not wanted.scope:
        yield "  rules: none, everything else is kept in step"
    for number, rule in enumerate(wanted.scope, 1):
        yield f"  rule {number}: {rule_in_words(rule)}"


def rule_in_words(rule: Rule) -> str:
    """Say one rule."""
    parts = []
    if rule.names:
        parts.append(f"named {' or '.join(rule.names)}")
    if rule.larger_than is not None:
        parts.append(f"larger than {amount(rule.larger_than)}")
    if rule.older_than_days is not None:
        parts.append(f"not changed for {counted(rule.older_than_days, 'day')}")
    what = f"files {' and '.join(parts)}" if parts else "everything"
    where = f" in {rule.folder}" if rule.folder else ""
    return f"{'include' if rule.include else 'exclude'} {what}{where}"


def _rules(
    *,
    exclude: list[str],
    include: list[str],
    exclude_names: list[str],
    include_names: list[str],
    larger_than: str | None,
    older_than: str | None,
    within: str,
) -> tuple[Rule, ...]:
    folder = within.strip("/")
    rules = [Rule(include=False, folder=_folder(each, "--exclude")) for each in exclude]
    if exclude_names:
        rules.append(Rule(include=False, folder=folder, names=tuple(exclude_names)))
    if larger_than is not None:
        rules.append(Rule(include=False, folder=folder, larger_than=_size(larger_than)))
    if older_than is not None:
        rules.append(Rule(include=False, folder=folder, older_than_days=_days(older_than)))
    rules += [Rule(include=True, folder=_folder(each, "--include")) for each in include]
    if include_names:
        rules.append(Rule(include=True, folder=folder, names=tuple(include_names)))
    if folder and not any((exclude_names, larger_than, older_than, include_names)):
        raise typer.BadParameter("--in goes with names, a size or an age; for a folder: --exclude")
    return tuple(rules)


def _folder(text: str, option: str) -> str:
    folder = text.strip().strip("/")
    if not folder:
        raise typer.BadParameter(f'{option} needs a folder; "*" stands for everything')
    return folder


def _size(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"--larger-than is a size such as 500MB or 2GB, not {text!r}")
    power = _POWERS.get((found["unit"] or "b")[0].lower(), 0)
    return int(float(found["count"]) * 10 ** (3 * power))


def _days(text: str) -> int:
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"--older-than is a number of days such as 365d, not {text!r}")
    return int(found["days"])


def _one[T](text: str, known: Mapping[str, T], option: str) -> T:
    if text.casefold() not in known:
        raise typer.BadParameter(f"{option} is one of {', '.join(known)}, not {text!r}")
    return known[text.casefold()]


def _assigned[T](text: str, known: Mapping[str, T], option: str) -> tuple[str, T]:
    """Take ``NAME=VALUE`` apart."""
    name, equals, value = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(f"{option} is written NAME=VALUE, with {' or '.join(known)}")
    return name.strip().strip("/"), _one(value.strip(), known, option)


def _conflict(wanted: Policy) -> str:
    winner = next(name for name, each in WINNERS.items() if each is wanted.winner)
    first = "the newest version" if wanted.winner is Winner.NEWEST else f"the one in {winner}"
    loser = "a copy beside it" if wanted.loser is Loser.COPY else "an earlier version of it"
    return f"{first} keeps the name, the other becomes {loser}"


def _deletions(wanted: Policy) -> str:
    beyond = (
        "a batch beyond that is held whole"
        if wanted.deletion_mode is LimitMode.HOLD_BATCH
        else "what is beyond that is held"
    )
    return f"{counted(wanted.deletions_per_day, 'file')} in any 24 hours; {beyond}"


def _albums(wanted: Policy) -> str:
    if wanted.albums is Albums.FLATTEN:
        return "X/Y becomes the album X - Y"
    return "reported, and left alone"


def _way(way: Direction) -> str:
    return {
        Direction.BOTH: "both ways",
        Direction.TO_RIGHT: f"from {NAMES[Side.LEFT]} to {NAMES[Side.RIGHT]} only",
        Direction.TO_LEFT: f"from {NAMES[Side.RIGHT]} to {NAMES[Side.LEFT]} only",
        Direction.PAUSED: "paused",
    }[way]
