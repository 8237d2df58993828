"""Bring databases up to date as commands do: `python tests/postgres/trying.py FOLDER URL ...`.

Each address is tried by a process of its own, all at once; their answers are printed in order.
"""

import os
import sys
from pathlib import Path


def _try(folder: Path, url: str) -> str:
    os.environ.update(
        TURNBUCKLE_DATA=str(folder),
        DATABASE_URL=url.removeprefix("upgrade:"),
        DJANGO_SETTINGS_MODULE="turnbuckle.store.settings",
    )
    import django

    django.setup()
    from turnbuckle.store import organisations, upkeep
    from turnbuckle.store.unusable import StoreUnusable

    try:
        if url.startswith("upgrade:"):
            return f"{upkeep.upgrade(folder)[0]} steps"
        upkeep.migrate(folder)
        return organisations.of().name
    except StoreUnusable as error:
        return f"unusable: {error}"


def main() -> None:
    """Try all addresses, and print what came of each."""
    folder, *urls = sys.argv[1:]
    import django.core.management
    import django.db.backends.postgresql.base
    import django.db.migrations.executor  # noqa: F401 - children find it imported

    children = []
    for url in urls:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                said = _try(Path(folder), url)
            except BaseException as error:  # noqa: BLE001 - it is told
                said = repr(error)
            os.write(writing, said.encode())
            os._exit(0)
        os.close(writing)
        children.append((child, reading))
    for child, reading in children:
        with open(reading) as told:
            print(told.read().replace("\n", " "), flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
