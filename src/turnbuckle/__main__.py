"""The program's start: the data folder, then Django, then the command line.

The rooms below read Django's settings when they are imported, so the data folder has to be known
before; that is why `--data` is read here, wherever it stands on the command line. The demo never
works in a data folder that it was not given: without `--data` it gets a temporary one. Nor does it
work in the database of `DATABASE_URL`: its practice accounts are not for those who use that one.
"""

import os
import secrets
import sys
import tempfile
from pathlib import Path

import django

from turnbuckle.store.database import VARIABLE, BadDatabaseUrl

DATA_OPTION = "--data"


INTERRUPTED = 130
_TAKE_FOLDERS = ("demo", "practice")
"""What names of a person's folders are given to, which may be anything."""


def main() -> None:
    """Run the command line; Ctrl-C is no fault, however early it comes."""
    try:
        start()
    except KeyboardInterrupt:
        print("turnbuckle: stopped; start it again and it goes on where it was", file=sys.stderr)
        sys.exit(INTERRUPTED)


def start() -> None:
    """Choose the data folder, make Django ready, and hand over to the command line."""
    try:
        arguments, named = take_data_folder(sys.argv[1:])
    except ValueError as error:
        print(f"turnbuckle: {error}", file=sys.stderr)
        sys.exit(2)
    folder = named or temporary_folder(arguments)
    if folder is not None:
        os.environ["TURNBUCKLE_DATA"] = folder
    if _command(arguments) == "demo":
        os.environ.pop(VARIABLE, None)
    no_text = [argument for argument in arguments if not _is_text(argument)]
    if no_text and _command(arguments) not in _TAKE_FOLDERS:
        print(f"turnbuckle: this is no text in UTF-8: {no_text[0]!a}", file=sys.stderr)
        sys.exit(2)
    sys.argv[1:] = arguments
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    try:
        django.setup()
    except BadDatabaseUrl as error:
        print(f"turnbuckle: {error}", file=sys.stderr)
        sys.exit(1)

    from turnbuckle.cli.app import main as run_command_line  # it needs the settings

    run_command_line(data_is_named=named is not None)


def take_data_folder(arguments: list[str]) -> tuple[list[str], str | None]:
    """Take `--data FOLDER` or `--data=FOLDER` out of the arguments; the last one holds.

    Raises:
        ValueError: the option names no folder.
    """
    kept: list[str] = []
    folder: str | None = None
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            kept += [argument, *rest]
        elif argument == DATA_OPTION or argument.startswith(f"{DATA_OPTION}="):
            folder = next(rest, "") if argument == DATA_OPTION else argument.partition("=")[2]
            if not folder or folder.startswith("--"):
                raise ValueError(f"{DATA_OPTION} needs a folder: {DATA_OPTION} FOLDER")
        else:
            kept.append(argument)
    return kept, folder


def temporary_folder(arguments: list[str]) -> str | None:
    """Name a new folder for the demo, which makes and removes it; None for other commands."""
    if _command(arguments) != "demo":
        return None
    return str(Path(tempfile.gettempdir()) / f"turnbuckle-demo-{secrets.token_hex(8)}")


def _is_text(argument: str) -> bool:
    """Tell whether an argument can be shown; bytes that are no UTF-8 come as half surrogates."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _command(arguments: list[str]) -> str | None:
    return next((one for one in arguments if not one.startswith("-")), None)


if __name__ == "__main__":
    main()
