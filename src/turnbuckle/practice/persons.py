"""The people of the sample company; the same persons work in Procore and in Teams."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account on both practice services."""

    id: int  # the user id in Procore
    key: str  # the short word by which practice mode's own calls name a person
    name: str
    login: str  # the e-mail address, on both services
    graph_id: str  # the object id in Microsoft's directory, a UUID


COMPANY_NAME = "Harbour Point Builders"
DOMAIN = "harbourpoint.example"


def _person(number: int, name: str) -> Person:
    key = name.split(maxsplit=1)[0].lower()
    login = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
    graph_id = str(uuid5(NAMESPACE_URL, f"https://{DOMAIN}/people/{key}"))
    return Person(id=number, key=key, name=name, login=login, graph_id=graph_id)


PERSONS: tuple[Person, ...] = tuple(
    _person(7001 + number, name)
    for number, name in enumerate(
        (
            "Ana Ruiz",
            "Ben Okafor",
            "Chloe Martin",
            "Dilip Rao",
            "Ewa Nowak",
            "Finn Larsen",
            "Grace Kim",
            "Hugo Weiss",
        )
    )
)
"""All of them, in the order of their keys; Ana and Ben run the project."""


def person(key: str) -> Person:
    """Give the person of that key, login or full name.

    Raises:
        KeyError: nobody is called that.
    """
    for one in PERSONS:
        if key.lower() in (one.key, one.login, one.name.lower()):
            return one
    raise KeyError(key)
