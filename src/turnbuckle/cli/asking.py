"""Ask the person at the terminal; without one, say how to give the answer."""

import sys

import typer

from turnbuckle.cli.mistakes import Mistake
from turnbuckle.wiring.settings import CLIENT_SECRET, client_secret


def ask(given: str | None, what: str, option: str) -> str:
    """Give what was given, or ask for it.

    Raises:
        Mistake: nothing was given, and there is no terminal to ask at.
    """
    if given:
        return given
    if not sys.stdin.isatty():
        raise Mistake(f"the {what} is missing; give it with {option}")
    return str(typer.prompt(f"{what[0].upper()}{what[1:]}")).strip()


def ask_secret(environment: dict[str, str], kept: str = "") -> str:
    """Give the client secret from the environment, or ask for it without showing it.

    Args:
        environment: may hold it.
        kept: the one from before, which goes on being used where no other is given.

    Raises:
        Mistake: it is not in the environment, and there is no terminal to ask at.
    """
    given = client_secret(environment)
    if given:
        return given
    if kept:
        if not sys.stdin.isatty():
            return kept
        asked = "Client secret (not shown; Enter: the one from before)"
        return str(typer.prompt(asked, default="", hide_input=True, show_default=False)) or kept
    if not sys.stdin.isatty():
        raise Mistake(
            f"the client secret is missing; set {CLIENT_SECRET}, or run this in a terminal to be"
            " asked for it"
        )
    return str(typer.prompt("Client secret (not shown)", hide_input=True)).strip()
