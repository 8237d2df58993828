"""What every command begins with: the data folder, the database in it, and a console to print on.

The folder is made and the database brought up to date here, so that no command needs another one
to be called before it.
"""

from rich.console import Console

from turnbuckle.store import organisations, upkeep
from turnbuckle.store.agreed_clock import agree
from turnbuckle.store.organisations import Scope
from turnbuckle.wiring.settings import data_folder

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
"""Where commands print; plain text when it is no terminal."""


def open_store() -> Scope:
    """Make the database ready, and give what belongs to the default organisation.

    Raises:
        StoreUnusable: the data folder or the database cannot be used.
    """
    copy = upkeep.migrate(data_folder())
    if copy is not None:
        console.print(f"The database was brought up to date; a checked copy is kept in {copy}")
    agree()
    return organisations.of()
