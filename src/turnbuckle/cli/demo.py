"""`turnbuckle demo`: practice mode, a first sync, and then stay in step, or play a working day."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from turnbuckle.actions import connections, links
from turnbuckle.actions.connections import Wanted
from turnbuckle.actions.links import Linked, WantedLink
from turnbuckle.cli.amounts import counted, duration
from turnbuckle.cli.attended import AttendedPractice
from turnbuckle.cli.demo_folder import STARTUP, demo_folder
from turnbuckle.cli.demo_once import play_once
from turnbuckle.cli.demo_staying import stay_in_step
from turnbuckle.cli.expecting import expected
from turnbuckle.cli.mistakes import TROUBLE, Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.outcome import outcome
from turnbuckle.cli.practice import Documents, NoLimits
from turnbuckle.cli.started import Start
from turnbuckle.cli.syncing import LINK, sync
from turnbuckle.model.plans import Plan
from turnbuckle.store.organisations import Scope
from turnbuckle.wiring.microsoft import Destination
from turnbuckle.wiring.settings import data_folder


def demo(
    context: typer.Context,
    documents: Documents = None,
    once: Annotated[
        bool, typer.Option("--once", help="Play a working day, compare both sides, and end.")
    ] = False,
    no_limits: NoLimits = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the demo's data folder, to look into it.")
    ] = False,
) -> None:
    """Show it on this machine alone: no account, no network, nothing left behind.

    Starts a practice Procore with a sample construction project and a practice Microsoft, links
    them, runs the first sync, and then keeps both in step and prints what crosses, while you
    change things on either side in the browser. Ctrl-C ends it.

    With --once it ends by itself: first sync, a scripted working day of changes on both sides, a
    second sync, a comparison by a program that shares no code with the sync, and a third run that
    must write nothing. It keeps the real services' limits on calls, and says first how long that
    takes; --no-limits is for the impatient.

    \b
    Examples:
      turnbuckle demo
      turnbuckle demo --once
      turnbuckle demo --once --documents /usr/share/doc --no-limits
    """
    named = isinstance(context.obj, Start) and context.obj.data_is_named
    if documents is not None:
        _require_folder(documents)
    console.print("Starting a practice Procore and a practice Microsoft on this machine ...")
    with (
        demo_folder(data_folder(), keep=named or keep) as folder,
        _started(folder, documents, limits=not no_limits) as practice,
    ):
        scope = open_store()
        _describe(practice.startup)
        linked = _connect(scope, practice.startup)
        console.print(f"Linked: {linked.left} <-> {linked.right}")
        if keep or named:
            console.print(f"The data folder is {folder}")
        if once:
            good = play_once(scope, practice, linked.link, console, limits=not no_limits)
            raise typer.Exit(0 if good else TROUBLE)
        _first_sync(scope, limits=not no_limits)
        stay_in_step(scope, practice, console)


def _started(folder: Path, documents: Path | None, *, limits: bool) -> AttendedPractice:
    return AttendedPractice(folder / STARTUP, documents, limits=limits)


def _require_folder(documents: Path) -> None:
    if not documents.is_dir():
        what = "is not a folder" if documents.exists() else "is not there"
        raise Mistake(f"{documents} {what}; give a folder with --documents FOLDER")


def _describe(startup: Mapping[str, Any]) -> None:
    files, skipped = startup["files"], startup["skipped"]
    left_out = f" ({counted(len(skipped), 'entry')} left out)" if skipped else ""
    console.print(f"The project {startup['place']!r}: {counted(files, 'file')}{left_out}")
    for one in skipped[:10]:
        console.print(f"  left out: {one['path']}: {one['reason']}")
    if len(skipped) > 10:
        console.print(f"  ... and {len(skipped) - 10} more")
    console.print("Look at both sides, and change things, in a browser:")
    console.print(f"  Procore: {startup['procore']['people_page']}")
    console.print(f"  Teams:   {startup['microsoft']['people_page']}")


def _connect(scope: Scope, startup: Mapping[str, Any]) -> Linked:
    """Connect both practice services with their service accounts, and link the project."""
    now = datetime.now(UTC)
    for system in ("procore", "microsoft"):
        facts = startup[system]
        wanted = Wanted(
            name=system,
            system=system,
            cloud={"practice": facts["address"], "practice_storage": facts["storage_address"]},
            client_id=facts["client_id"],
            client_secret=facts["client_secret"],
            company=str(facts.get("company_id", "")),
            tenant=str(facts.get("tenant_id", "")),
        )
        connections.keep(scope, connections.check(wanted), now)
    facts = startup["microsoft"]
    destination = Destination(team=facts["team_name"], channel=facts["channel_name"])
    project = str(startup["procore"]["project_id"])
    return links.add(scope, WantedLink(destination=destination, name=LINK, project=project))


def _first_sync(scope: Scope, *, limits: bool) -> None:
    def tell(plan: Plan) -> None:
        seconds = expected(plan).total_seconds() if limits else 0.0
        if seconds:
            console.print(f"The limits of both services make this take {duration(seconds)}.")

    ran = sync(scope, console, tell)
    for line in outcome(ran):
        console.print(line)
    if ran.report.stopped:
        raise Mistake(ran.report.stopped)
