"""What an administrator of the practice Procore sets up: companies, projects, people and apps."""

from collections.abc import Sequence
from uuid import UUID

from turnbuckle.practice.persons import DOMAIN, PERSONS, Person
from turnbuckle.practice.procore.company import Company, Level, Project
from turnbuckle.practice.procore.hook_events import Happening, Place
from turnbuckle.practice.procore.hook_resources import PROJECTS, EventType
from turnbuckle.practice.procore.hook_watch import watch_documents, watch_photos
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.sign_in import is_safe_redirect
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.tokens import App, Grant
from turnbuckle.practice.procore.tree import DocumentTree

CLIENT_ID = "practice-client"
_ADMINS = PERSONS[:2]
_READERS = PERSONS[-1:]


class Administration:
    """Companies, projects, accounts: cheap, synchronous, without HTTP."""

    _state: State
    company_id: int  # of the sample company, which is meant where none is named

    @property
    def companies(self) -> list[Company]:
        """All companies, with their projects."""
        return list(self._state.companies.all.values())

    @property
    def people(self) -> Sequence[Person]:
        """All who have an account."""
        return tuple(self._state.directory.all)

    def add_company(self, name: str, people: tuple[Person, ...] = ()) -> int:
        """Make a company with these people in its directory; give its id.

        It has Documents of its own, in which the same people are Admins as in its projects.
        """
        state = self._state
        company_id = state.identifiers.next()
        documents = DocumentTree(name, state.identifiers, state.clock, state.switches)
        state.companies.all[company_id] = Company(
            id=company_id,
            name=name,
            people={one.id for one in people},
            connected_apps=set(),
            documents=documents,
            default_level=Level.STANDARD,
            levels=self._levels(),
        )
        place = Place(company_id=company_id, project_id=None)
        watch_documents(state.hooks, state.switches, documents, place)
        return company_id

    def add_person(self, name: str, company_id: int | None = None) -> Person:
        """Give somebody an account, and put them into a company's directory.

        They are Standard wherever nobody sets another level.

        Raises:
            ValueError: the name is empty, or somebody has it.
        """
        made = self._state.directory.add(name)
        self.set_member(made, True, company_id)
        return made

    def set_member(self, who: Person, is_member: bool, company_id: int | None = None) -> None:
        """Put somebody into a company's directory, or take them out."""
        people = self._company(company_id).people
        (people.add if is_member else people.discard)(who.id)

    def add_project(
        self,
        name: str,
        *,
        company_id: int | None = None,
        number: str | None = None,
        active: bool = True,
    ) -> int:
        """Make a project with empty Documents and Photos; give its id."""
        state = self._state
        company = self._company(company_id)
        documents = DocumentTree(name, state.identifiers, state.clock, state.switches)
        now = int(state.now())
        project = Project(
            id=state.identifiers.next(),
            name=name,
            number=number,
            company=company,
            documents=documents,
            photos=PhotoBook(state.identifiers, state.clock, state.switches),
            created=now,
            updated=now,
            active=active,
            levels=self._levels(),
            switches=state.switches,
        )
        company.projects[project.id] = project
        place = Place(company_id=company.id, project_id=project.id)
        watch_documents(state.hooks, state.switches, documents, place)
        watch_photos(state.hooks, state.switches, project.photos, place)
        self._tell(project, EventType.CREATE)
        return project.id

    def add_app(
        self, client_id: str, client_secret: str, redirect_uris: frozenset[str] = frozenset()
    ) -> Person:
        """Register an app and install it in the sample company; give its own account there.

        Raises:
            ValueError: a redirect address is neither https, nor on this machine, nor out of band.
        """
        for address in redirect_uris:
            if not is_safe_redirect(address):
                raise ValueError(f"Procore would not register the redirect address {address}")
        account = Person(
            id=self._state.identifiers.next(),
            key=client_id,
            name=f"{client_id} (service account)",
            login=f"{client_id}@{DOMAIN}",
            graph_id=str(UUID(int=0)),
        )
        self._state.tokens.register(
            App(
                client_id=client_id,
                secret=client_secret,
                redirect_uris=set(redirect_uris),
                account=account,
            )
        )
        self.connect_app(client_id)
        return account

    def connect_app(self, client_id: str = CLIENT_ID, company_id: int | None = None) -> None:
        """Install an app in a company, with Admin for its own account in all that is there."""
        company, account = self._company(company_id), self._state.tokens.apps[client_id].account
        company.people.add(account.id)
        company.connected_apps.add(client_id)
        company.levels[account.id] = Level.ADMIN
        for project in company.projects.values():
            project.levels[account.id] = Level.ADMIN

    def allow_redirect(self, address: str) -> None:
        """Register one more redirect address for the practice app."""
        self._state.tokens.apps[CLIENT_ID].redirect_uris.add(address)

    def disconnect_app(self, client_id: str = CLIENT_ID, company_id: int | None = None) -> None:
        """Take an app from a company, as its admin would."""
        self._company(company_id).connected_apps.discard(client_id)

    def revoke_tokens(self, client_id: str = CLIENT_ID) -> None:
        """Kill all tokens of an app."""
        self._state.tokens.revoke_all(client_id)

    def grant_to_app(self, client_id: str = CLIENT_ID) -> Grant:
        """Give a new token of an app's own account."""
        return self._state.tokens.for_account(self._state.tokens.apps[client_id])

    def grant_to_person(
        self, person: Person, redirect_uri: str, client_id: str = CLIENT_ID
    ) -> Grant:
        """Give new tokens with which an app acts as a person who allowed it."""
        tokens = self._state.tokens
        app = tokens.apps[client_id]
        return tokens.redeem(app, tokens.issue_code(app, person, redirect_uri), redirect_uri)

    def set_level(self, project_id: int, who: Person, level: Level) -> None:
        """Set what somebody may do in a project's Documents, and in the tools beside it."""
        self._project(project_id).levels[who.id] = level

    def set_company_level(self, who: Person, level: Level, company_id: int | None = None) -> None:
        """Set what somebody may do in a company's own Documents."""
        self._company(company_id).levels[who.id] = level

    def set_company_documents_on(self, on: bool, company_id: int | None = None) -> None:
        """Switch the Documents tool of a company on or off."""
        self._company(company_id).documents_on = on

    def set_photo_level(self, project_id: int, who: Person, level: Level) -> None:
        """Set what somebody may do in a project's Photos alone."""
        self._project(project_id).photo_levels[who.id] = level

    def set_open(self, project_id: int, who: Person, is_open: bool) -> None:
        """Put somebody into a project's directory, or take them out."""
        closed_to = self._project(project_id).closed_to
        (closed_to.discard if is_open else closed_to.add)(who.id)

    def set_sees_bin(self, project_id: int, who: Person, sees: bool) -> None:
        """Let somebody who is no Admin see the recycle bin of a project's Documents, or not."""
        viewers = self._project(project_id).bin_viewers
        (viewers.add if sees else viewers.discard)(who.id)

    def set_private_by_default(self, project_id: int, on: bool) -> None:
        """Make what is new in a project's Documents and Photos private, unless a call says else."""
        project = self._project(project_id)
        project.documents.private_by_default = project.photos.private_by_default = on

    def set_documents_on(self, project_id: int, on: bool) -> None:
        """Switch the Documents tool of a project on or off."""
        self._project(project_id).documents_on = on

    def set_active(self, project_id: int, active: bool) -> None:
        """Make a project inactive, as its admin does when the work is over, or active again."""
        project = self._project(project_id)
        project.active = active
        project.updated = int(self._state.now())
        self._tell(project, EventType.UPDATE)

    def rename_project(self, project_id: int, name: str) -> None:
        """Give a project another name; the root folder of its Documents bears it too."""
        project = self._project(project_id)
        project.name = name
        project.updated = int(self._state.now())
        project.documents.rename_root(name)
        self._tell(project, EventType.UPDATE)

    def delete_project(self, project_id: int) -> None:
        """Take a project away with all it holds, its webhooks too."""
        company = self._project(project_id).company
        del company.projects[project_id]
        self._state.hooks.remove_all(Place(company_id=company.id, project_id=project_id))

    def set_secret(self, secret: str, client_id: str = CLIENT_ID) -> None:
        """Give an app another secret, and kill its tokens: whoever knows the old one is out."""
        self._state.tokens.apps[client_id].secret = secret
        self.revoke_tokens(client_id)

    def set_photos_on(self, project_id: int, on: bool) -> None:
        """Switch the Photos tool of a project on or off."""
        self._project(project_id).photos_on = on

    def documents(self, project_id: int) -> DocumentTree:
        """The Documents of a project, to be seeded and walked without HTTP."""
        return self._project(project_id).documents

    def company_documents(self, company_id: int | None = None) -> DocumentTree:
        """The Documents of a company itself, likewise."""
        return self._company(company_id).documents

    def photos(self, project_id: int) -> PhotoBook:
        """The Photos of a project, likewise."""
        return self._project(project_id).photos

    def _tell(self, project: Project, event: EventType) -> None:
        place = Place(company_id=project.company.id, project_id=None)
        self._state.hooks.note(Happening(place, PROJECTS, project.id, event))

    def _levels(self) -> dict[int, Level]:
        levels = {one.id: Level.ADMIN for one in _ADMINS}
        levels |= {one.id: Level.READ_ONLY for one in _READERS}
        apps = self._state.tokens.apps.values()
        return levels | {app.account.id: Level.ADMIN for app in apps}

    def _company(self, company_id: int | None) -> Company:
        return self._state.companies.all[self.company_id if company_id is None else company_id]

    def _project(self, project_id: int) -> Project:
        project = self._state.companies.project(project_id)
        if project is None:
            raise KeyError(project_id)
        return project
