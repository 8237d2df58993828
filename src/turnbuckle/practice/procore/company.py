"""Companies, their projects, and what each account may do in the tools of both.

A company has a Documents tool of its own beside those of its projects; the rules of both are the
same, so whoever looks at one is a `Viewer`, and what they look at is a `Holder`.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.nodes import Node, Version
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.refusals import denied, not_found, wrong_project
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.practice.procore.tree import DocumentTree


class Level(IntEnum):
    """What an account may do in a tool; the numbers are those of the permission manifest."""

    NONE = 1
    READ_ONLY = 2
    STANDARD = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        """The name that Procore shows."""
        return self.name.replace("_", " ").title()


class Holder(Protocol):
    """Who has a Documents tool: a project, or a company."""

    @property
    def title(self) -> str:
        """What refusals call it: project or company."""

    @property
    def id(self) -> int:
        """Its number among the holders of its kind."""

    @property
    def company(self) -> "Company":
        """The company, or that of the project."""

    @property
    def project_id(self) -> int | None:
        """The project's number; None for a company."""

    @property
    def documents(self) -> DocumentTree:
        """The folders and files."""

    @property
    def documents_on(self) -> bool:
        """Whether the tool is switched on."""

    @property
    def frozen(self) -> bool:
        """Whether nothing in it can be written."""

    @property
    def bin_viewers(self) -> set[int]:
        """The ids of those who see the recycle bin without being Admins."""

    def level(self, person: Person) -> Level:
        """What a person may do in its Documents."""


@dataclass(slots=True, eq=False, kw_only=True)
class Company:
    """A company with an account at Procore."""

    id: int
    name: str
    people: set[int]  # the ids of those in its directory
    connected_apps: set[str]  # the client ids of the apps that are installed
    documents: DocumentTree
    documents_on: bool = True
    default_level: Level = Level.NONE
    levels: dict[int, Level] = field(default_factory=dict)  # on its Documents, by person
    bin_viewers: set[int] = field(default_factory=set)
    projects: dict[int, "Project"] = field(default_factory=dict)

    title = "company"
    frozen = False
    project_id = None

    @property
    def company(self) -> "Company":
        """Itself."""
        return self

    def level(self, person: Person) -> Level:
        """What a person may do in the company's own Documents."""
        return self.levels.get(person.id, self.default_level)

    def is_open_to(self, person: Person) -> bool:
        """Whether the person is in the company's directory."""
        return person.id in self.people

    def content(self, key: str) -> "tuple[Company | Project, Version] | None":
        """Give the content of a file or photo by the last part of its address, and whose it is."""
        if key in self.documents.by_key:
            return self, self.documents.by_key[key]
        for project in self.projects.values():
            if key in project.documents.by_key:
                return project, project.documents.by_key[key]
            if key in project.photos.by_key:
                return project, project.photos.by_key[key].content
        return None


@dataclass(slots=True, eq=False, kw_only=True)
class Project:
    """A project of a company."""

    id: int
    name: str
    number: str | None
    company: Company
    documents: DocumentTree
    photos: PhotoBook
    created: int  # seconds since 1970
    updated: int
    switches: ProcoreSwitches
    active: bool = True
    documents_on: bool = True  # the tool is switched on
    photos_on: bool = True
    default_level: Level = Level.STANDARD
    levels: dict[int, Level] = field(default_factory=dict)  # on Documents, by the id of a person
    bin_viewers: set[int] = field(default_factory=set)
    photo_levels: dict[int, Level] = field(default_factory=dict)  # on Photos, where they differ
    closed_to: set[int] = field(default_factory=set)  # ids of those who are not in the project

    title = "project"

    @property
    def frozen(self) -> bool:
        """Whether it is inactive, and so nothing in it can be written."""
        return not self.active and self.switches.inactive_refuses_writes

    @property
    def project_id(self) -> int:
        """Its own id."""
        return self.id

    def level(self, person: Person) -> Level:
        """What a person may do in Documents."""
        return self.levels.get(person.id, self.default_level)

    def photo_level(self, person: Person) -> Level:
        """What a person may do in Photos."""
        return self.photo_levels.get(person.id, self.level(person))

    def is_open_to(self, person: Person) -> bool:
        """Whether the person is in the project's directory."""
        return person.id in self.company.people and person.id not in self.closed_to


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person looking at the Documents of one project, or of a company."""

    person: Person
    holder: Holder

    @property
    def level(self) -> Level:
        """What they may do."""
        return self.holder.level(self.person)

    @property
    def sees_bin(self) -> bool:
        """Whether the recycle bin is there for them: Admins, and who was granted just that."""
        return self.level is Level.ADMIN or self.person.id in self.holder.bin_viewers

    def require(self, level: Level) -> None:
        """Refuse whoever is below that level, or anybody when the tool is off.

        Raises:
            Refusal: with status 403.
        """
        if self.holder.frozen and level > Level.READ_ONLY:
            raise denied("The project is inactive and can only be read")
        if not self.holder.documents_on:
            raise denied(f"The Documents tool is not enabled in this {self.holder.title}")
        if self.level < level:
            raise denied(f"This needs the level {level.label} on Documents")

    def sees(self, node: Node) -> bool:
        """Whether the item is there for them; what is private is for Admins, its maker and some."""
        if (node.deleted or node.is_bin) and not self.sees_bin:
            return False
        if self.level is Level.ADMIN:
            return True
        tree = self.holder.documents
        return not tree.has_private or not any(
            _is_closed(each, self.person) for each in (node, *tree.above(node))
        )

    def find(self, node_id: int, *, folder: bool) -> Node:
        """Give the item.

        Raises:
            Refusal: 404 when it is absent, of the other kind, or not visible to them.
        """
        node = self.holder.documents.nodes.get(node_id)
        if node is None or node.is_folder is not folder or not self.sees(node):
            raise not_found("Folder" if folder else "File")
        return node


def _is_closed(node: Node, person: Person) -> bool:
    return node.private and node.by != person and person.id not in node.allowed


class Companies:
    """All companies of this Procore."""

    def __init__(self) -> None:
        self.all: dict[int, Company] = {}

    def of(self, person: Person) -> list[Company]:
        """The companies in whose directory a person is."""
        return [company for company in self.all.values() if person.id in company.people]

    def project(self, project_id: int) -> Project | None:
        """Give the project of that id, of whichever company."""
        for company in self.all.values():
            if project_id in company.projects:
                return company.projects[project_id]
        return None

    def content(self, key: str) -> tuple[Company | Project, Version] | None:
        """Give the content of a file or photo by the last part of its address, and whose it is."""
        found = (company.content(key) for company in self.all.values())
        return next((each for each in found if each is not None), None)

    def open_project(self, project_id: int, company: Company, person: Person) -> Project:
        """Give the project that a call names.

        Raises:
            Refusal: 404 when there is none; 403 when it is another company's, or closed to them.
        """
        project = self.project(project_id)
        if project is None:
            raise not_found("Project")
        if project.company is not company or not project.is_open_to(person):
            raise wrong_project()
        return project
