"""Which project is meant, and what it takes to open one of its tools."""

from dataclasses import dataclass
from typing import Protocol

from turnbuckle.ports.connector import Connector
from turnbuckle.transport.wire import Wire


@dataclass(frozen=True, slots=True)
class Project:
    """One project of one company, by Procore's ids."""

    company: int
    id: int


class OpenTool(Protocol):
    """Makes the connector of one tool."""

    def __call__(self, wire: Wire, project: Project, own_user: int) -> Connector:
        """Open the tool; `own_user` is the user id that we are signed in as. Makes no call."""
