"""Whose tools are meant: a project's, or those of a company itself.

Documents are at both, with the same operations at different addresses. A project's folders and
files have a path of the top and name the project in the query; a company's lie below its own path.

Source: the fact sheet, section 7.1, and the company's operations in the contract's additions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from turnbuckle.ports.connector import Connector
from turnbuckle.transport.wire import Wire


class Holder(Protocol):
    """Who has a Documents tool."""

    @property
    def company(self) -> int:
        """The company's id."""

    @property
    def kind(self) -> str:
        """What people call it: project or company."""

    @property
    def key(self) -> str:
        """Equal for the same project or company, and for nothing else."""

    @property
    def query(self) -> Mapping[str, int]:
        """What each call's query says."""

    @property
    def newest_alone(self) -> Mapping[str, str]:
        """What a folder's query says to be told of each file's newest version alone."""

    @property
    def index(self) -> str:
        """The path of the flat index."""

    @property
    def uploads(self) -> str:
        """The path of its uploads."""

    def at(self, rest: str) -> str:
        """Give the path of its folders, files or versions: ``files/7``."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project of one company, by Procore's ids."""

    company: int
    id: int

    kind = "project"

    @property
    def key(self) -> str:
        """Equal for the same project."""
        return f"project {self.id}"

    @property
    def query(self) -> Mapping[str, int]:
        """The project."""
        return {"project_id": self.id}

    @property
    def newest_alone(self) -> Mapping[str, str]:
        """A project's folders can be asked so."""
        return {"show_latest_file_version_only": "true"}

    @property
    def index(self) -> str:
        """The path of the flat index."""
        return f"/rest/v1.0/projects/{self.id}/documents"

    @property
    def uploads(self) -> str:
        """The path of its uploads."""
        return f"/rest/v1.1/projects/{self.id}/uploads"

    def at(self, rest: str) -> str:
        """Give the path of its folders, files or versions."""
        return f"/rest/v1.0/{rest}"


@dataclass(frozen=True, slots=True)
class WholeCompany:
    """A company itself, by Procore's id: what it keeps beside its projects."""

    company: int

    kind = "company"

    @property
    def key(self) -> str:
        """Equal for the same company."""
        return f"company {self.company}"

    @property
    def query(self) -> Mapping[str, int]:
        """Nothing: the path says it."""
        return {}

    @property
    def newest_alone(self) -> Mapping[str, str]:
        """A company's folders cannot be asked so."""
        return {}

    @property
    def index(self) -> str:
        """The path of the flat index."""
        return self.at("documents")

    @property
    def uploads(self) -> str:
        """The path of its uploads."""
        return f"/rest/v1.1/companies/{self.company}/uploads"

    def at(self, rest: str) -> str:
        """Give the path of its folders, files or versions."""
        return f"/rest/v1.0/companies/{self.company}/{rest}"


class OpenTool(Protocol):
    """Makes the connector of one tool."""

    def __call__(self, wire: Wire, project: Project, own_user: int, /) -> Connector:
        """Open the tool; `own_user` is the user id that we are signed in as. Makes no call."""
