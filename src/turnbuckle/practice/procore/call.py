"""One call to the API, on its way through the gate to the part that answers it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec
from aiohttp import web

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.arguments import truth, whole
from turnbuckle.practice.procore.company import Company
from turnbuckle.practice.procore.refusals import invalid
from turnbuckle.practice.procore.tokens import Grant


@dataclass(slots=True, kw_only=True)
class Call:
    """A request whose sender is known."""

    request: web.Request
    operation: str
    known_grant: Grant | None
    known_company: Company | None

    @property
    def grant(self) -> Grant:
        """By which token the caller acts."""
        if self.known_grant is None:
            raise RuntimeError(f"{self.operation} is open to callers without a token")
        return self.known_grant

    @property
    def person(self) -> Person:
        """Who calls: a person, or an app's own account."""
        return self.grant.person

    @property
    def company(self) -> Company:
        """The company of the header."""
        if self.known_company is None:
            raise RuntimeError(f"{self.operation} asks for no company header")
        return self.known_company

    def in_path(self, name: str) -> int:
        """A whole number of the path."""
        return whole(self.request.match_info[name], name)

    def in_query(self, name: str) -> int | None:
        """A whole number of the query, None when it is not there."""
        value = self.request.query.get(name)
        return None if value is None else whole(value, name)

    def needed_in_query(self, name: str) -> int:
        """A whole number that the query must have.

        Raises:
            Refusal: it has not.
        """
        value = self.in_query(name)
        if value is None:
            raise invalid(name, "can't be blank")
        return value

    def flag(self, name: str) -> bool:
        """Whether the query switches something on."""
        value = self.request.query.get(name)
        return value is not None and truth(value, name)


class CompanyHeader(Enum):
    """Of whom a call asks the header that names the company."""

    EVERYBODY = "everybody"
    OWN_ACCOUNTS = "apps that act as their own account"
    NOBODY = "nobody"


Answering = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation of the API."""

    method: str
    path: str
    operation: str  # what counters, logs and faults call it
    answering: Answering
    company_header: CompanyHeader = CompanyHeader.EVERYBODY
    lists: bool = False  # one of the lists that clients in use ask for without the header
    bearer: bool = True
    counted: bool = True

    @property
    def writes(self) -> bool:
        """Whether a success changes something."""
        return self.method not in {"GET", "HEAD"}


def answer(
    data: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=msgspec.json.encode(data),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
