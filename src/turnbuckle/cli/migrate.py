"""`turnbuckle migrate`: bring the database up to date, when those who look after it say so."""

from turnbuckle.cli.amounts import counted
from turnbuckle.cli.opening import console
from turnbuckle.store import upkeep
from turnbuckle.wiring.settings import data_folder


def migrate() -> None:
    """Make the database, or bring it up to date; end all workers before, and keep a copy."""
    steps, copy = upkeep.upgrade(data_folder())
    if not steps:
        console.print("The database is up to date.")
        return
    console.print(f"The database was brought up to date ({counted(steps, 'step')}).")
    if copy is not None:
        console.print(f"A checked copy of it from before is kept in {copy}")
