"""Names that a person may give at the panel, and people who are new on both services."""

from collections.abc import Callable

from turnbuckle.practice.panel.deeds import Ask, Facts
from turnbuckle.practice.panel.values import BadValue
from turnbuckle.practice.persons import Person

_LONGEST_NAME = 200

NAME = Ask(name="name", label="Name")

Enrol = Callable[[str], Person]
"""Gives somebody of that name an account on both services; ValueError where one has it."""


def enrolled(enrol: Enrol, name: str) -> Facts:
    """Give somebody an account.

    Raises:
        BadValue: the name is no good, or somebody has it.
    """
    try:
        made = enrol(checked_name(name))
    except ValueError as taken:
        raise BadValue(str(taken)) from None
    return {
        "person": made.key,
        "login": made.login,
        "procore_id": made.id,
        "microsoft_id": made.graph_id,
    }


def checked_name(said: str) -> str:
    """A name that a person may give.

    Raises:
        BadValue: it is empty, too long, or holds what is no letter.
    """
    name = " ".join(said.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadValue(f"a name has 1 to {_LONGEST_NAME} printable characters")
    return name
