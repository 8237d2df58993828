"""`turnbuckle keys`, `keys rotate|add|lost`: what the stored secrets are sealed with."""

from collections.abc import Iterator
from typing import Annotated

import typer

from turnbuckle.actions import keys
from turnbuckle.actions.keys import Known
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.opening import console, open_store
from turnbuckle.store.records import RECIPIENT
from turnbuckle.wiring.settings import data_folder

app = typer.Typer(
    invoke_without_command=True,
    help="""List the keys that the stored secrets are sealed with, or exchange them.

Keys are told by names of eight letters; a key itself is never shown.

\b
Examples:
  turnbuckle keys
  turnbuckle keys rotate""",
)

Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking again.")]


@app.callback()
def list_(context: typer.Context) -> None:
    """List the keys, unless another command follows."""
    if context.invoked_subcommand is not None:
        return
    open_store()
    known = keys.known()
    for line in _said(known):
        console.print(line)
    if known.shut:
        raise typer.Exit(1)


@app.command()
def rotate() -> None:
    """Seal all secrets with a new key; a service that is at work goes on meanwhile.

    The old key is set aside in a file beside the key file. Keep it as long as you keep copies of
    the database from before, and delete it here. Broken off, it is finished when you say it again.

    On PostgreSQL all machines need the new key first: see `turnbuckle keys add`.
    """
    open_store()
    done = keys.rotate(data_folder())
    console.print(
        f"Everything is sealed with the key {done.key} now"
        f" ({counted(done.changed, 'connection')} sealed anew)"
    )
    for aside in done.asides:
        console.print(f"The former key was put into {aside}; keep it with copies from before")
    if done.in_variable:
        console.print("Take the other keys out of TURNBUCKLE_KEY when no copy needs them")


@app.command()
def add() -> None:
    """Put a new key into the key file, which seals nothing yet: the first half of `rotate`.

    For several machines on one PostgreSQL: add it on one, copy the key file to the others, then
    rotate on one of them. Nobody has to be ended for it.

    \b
    Examples:
      turnbuckle keys add
      scp -p FOLDER/key other-machine:FOLDER/key
      turnbuckle keys rotate
    """
    open_store()
    key = keys.add(data_folder())
    console.print(f"The key {key.id} was added. Copy the key file to the other machines, then:")
    console.print("  turnbuckle keys rotate")


@app.command()
def lost(yes: Yes = False) -> None:
    """Begin with a new key where the old one is gone for good, and keep all links.

    The stored sign-ins cannot be opened without their key, so they are forgotten: sign in again for
    each connection with `turnbuckle connect`. Links, what they know and what waits for you stay.
    """
    open_store()
    names, why = keys.lost()
    console.print(f"{', '.join(names)}: {why}" if names else why)
    if not yes:
        typer.confirm("Forget the sign-ins that no key opens?", abort=True)
    gone, aside = keys.begin_anew(data_folder())
    if aside is not None:
        console.print(f"The former key file was put into {aside}")
    console.print(f"Forgotten: the sign-ins of {counted(len(gone), 'connection')}")
    for each in gone:
        if each.system == RECIPIENT:
            console.print(f'  turnbuckle alerts tell "{each.name}"')
        else:
            console.print(f"  {each.sign_in_command}")


def _said(known: Known) -> Iterator[str]:
    yield f"From {known.origin}:"
    for place, key in enumerate(known.keys):
        made = f"made {key.made}" if key.made else "made before days were noted"
        is_new = place == 0 and not key.seals and len(known.keys) > 1
        new = "; new, see `turnbuckle keys rotate`" if is_new else ""
        yield f"  {key.id}  {made}, seals {counted(key.seals, 'connection')}{new}"
    if known.shut:
        yield f"Not opened by any of them: {', '.join(known.shut)}"
        yield f"  {known.why}"
