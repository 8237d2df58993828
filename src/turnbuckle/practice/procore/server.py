"""The whole practice Procore: two loopback servers, and what Python code may ask of them."""

import secrets
from collections import Counter, deque
from uuid import UUID

from aiohttp import web

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.counters import Counters
from turnbuckle.practice.exchanges import telling
from turnbuckle.practice.guard import guard
from turnbuckle.practice.persons import COMPANY_NAME, DOMAIN, PERSONS, Person
from turnbuckle.practice.procore.account_calls import AccountCalls
from turnbuckle.practice.procore.album_calls import AlbumCalls
from turnbuckle.practice.procore.call import Route
from turnbuckle.practice.procore.company import Company, Level, Project
from turnbuckle.practice.procore.consent import OUT_OF_BAND
from turnbuckle.practice.procore.document_calls import DocumentCalls
from turnbuckle.practice.procore.download_calls import DownloadCalls
from turnbuckle.practice.procore.faults import Before, Faults
from turnbuckle.practice.procore.file_calls import FileCalls
from turnbuckle.practice.procore.gate import Gate, LogEntry, speak_json
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.limits import Limiter
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.photo_calls import PhotoCalls
from turnbuckle.practice.procore.sign_in import SignIn, is_safe_redirect
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.storage import Storage
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches
from turnbuckle.practice.procore.tokens import App, Tokens
from turnbuckle.practice.procore.tree import DocumentTree
from turnbuckle.practice.procore.upload_calls import UploadCalls
from turnbuckle.practice.procore.uploads import Uploads

CLIENT_ID = "practice-client"
_HOST = "127.0.0.1"
_READ_BYTES = 1 << 20
_ADMINS = PERSONS[:2]
_READERS = PERSONS[-1:]


class PracticeProcore:
    """A Procore on this machine; one company with the sample persons is there from the start.

    Ana and Ben are Admins on Documents of every project, Hugo is Read Only, the others Standard;
    an app's own account is Admin. `set_level` changes that.
    """

    def __init__(
        self,
        *,
        blobs: Blobs,
        clock: PracticeClock,
        limits: ProcoreLimits,
        switches: ProcoreSwitches,
        people_token: str,
        client_secret: str | None = None,
        redirect_uris: frozenset[str] = frozenset({"http://localhost", OUT_OF_BAND}),
    ) -> None:
        identifiers = Identifiers(clock)
        self._state = State(
            blobs=blobs,
            clock=clock,
            switches=switches,
            people_token=people_token,
            identifiers=identifiers,
            tokens=Tokens(clock),
            uploads=Uploads(identifiers, clock, switches),
            faults=Faults(clock),
        )
        self._gate = Gate(self._state, Limiter(limits, clock))
        self._storage = Storage(self._state)
        self._runners: list[web.AppRunner] = []
        self.company_id = self.add_company(COMPANY_NAME, PERSONS)
        self.client_id = CLIENT_ID
        self.client_secret = client_secret or secrets.token_urlsafe(24)
        self.service_account = self.add_app(self.client_id, self.client_secret, redirect_uris)

    # Running

    async def start(self, port: int = 0, storage_port: int = 0) -> None:
        """Listen on the loopback address; port 0 takes a free one.

        Raises:
            OSError: a port is busy.
        """
        state = self._state
        try:
            state.storage_address = await self._listen(self._storage_app(), storage_port)
            state.address = await self._listen(self._api_app(), port)
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening; what the service knows stays, so that it can be started again."""
        while self._runners:
            await self._runners.pop().cleanup()

    @property
    def address(self) -> str:
        """Where the API and the sign-in are: ``http://127.0.0.1:port``."""
        return self._state.address

    @property
    def storage_address(self) -> str:
        """Where file bytes are sent and fetched."""
        return self._state.storage_address

    # Companies, projects, accounts

    def add_company(self, name: str, people: tuple[Person, ...] = ()) -> int:
        """Make a company with these people in its directory; give its id."""
        company_id = self._state.identifiers.next()
        self._state.companies.all[company_id] = Company(
            id=company_id, name=name, people={one.id for one in people}, connected_apps=set()
        )
        return company_id

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
        company = state.companies.all[company_id or self.company_id]
        documents = DocumentTree(name, state.identifiers, state.clock, state.switches)
        levels = {one.id: Level.ADMIN for one in _ADMINS}
        levels |= {one.id: Level.READ_ONLY for one in _READERS}
        levels |= {app.account.id: Level.ADMIN for app in state.tokens.apps.values()}
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
            levels=levels,
            switches=state.switches,
        )
        company.projects[project.id] = project
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
        company = self._state.companies.all[self.company_id]
        company.people.add(account.id)
        company.connected_apps.add(client_id)
        for project in company.projects.values():
            project.levels[account.id] = Level.ADMIN
        return account

    def allow_redirect(self, address: str) -> None:
        """Register one more redirect address for the practice app."""
        self._state.tokens.apps[self.client_id].redirect_uris.add(address)

    def disconnect_app(self, client_id: str = CLIENT_ID) -> None:
        """Take an app from the sample company, as its admin would."""
        self._state.companies.all[self.company_id].connected_apps.discard(client_id)

    def revoke_tokens(self, client_id: str = CLIENT_ID) -> None:
        """Kill all tokens of an app."""
        self._state.tokens.revoke_all(client_id)

    def set_level(self, project_id: int, who: Person, level: Level) -> None:
        """Set what somebody may do in a project's Documents, and in the tools beside it."""
        self._project(project_id).levels[who.id] = level

    def set_photo_level(self, project_id: int, who: Person, level: Level) -> None:
        """Set what somebody may do in a project's Photos alone."""
        self._project(project_id).photo_levels[who.id] = level

    def set_open(self, project_id: int, who: Person, is_open: bool) -> None:
        """Put somebody into a project's directory, or take them out."""
        closed_to = self._project(project_id).closed_to
        (closed_to.discard if is_open else closed_to.add)(who.id)

    def set_documents_on(self, project_id: int, on: bool) -> None:
        """Switch the Documents tool of a project on or off."""
        self._project(project_id).documents_on = on

    def set_active(self, project_id: int, active: bool) -> None:
        """Make a project inactive, as its admin does when the work is over, or active again."""
        project = self._project(project_id)
        project.active = active
        project.updated = int(self._state.now())

    def rename_project(self, project_id: int, name: str) -> None:
        """Give a project another name; the root folder of its Documents bears it too."""
        project = self._project(project_id)
        project.name = name
        project.updated = int(self._state.now())
        project.documents.rename_root(name)

    def delete_project(self, project_id: int) -> None:
        """Take a project away with all it holds."""
        del self._project(project_id).company.projects[project_id]

    @property
    def switches(self) -> ProcoreSwitches:
        """How it behaves where the contract leaves it open; may be turned while it runs."""
        return self._state.switches

    @property
    def limits(self) -> ProcoreLimits:
        """By which limits it counts."""
        return self._gate.limits

    def set_limits(self, limits: ProcoreLimits) -> None:
        """Count by other limits from now on; what was counted is forgotten."""
        self._gate.set_limits(limits)

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

    def photos(self, project_id: int) -> PhotoBook:
        """The Photos of a project, likewise."""
        return self._project(project_id).photos

    # What happened

    @property
    def counters(self) -> Counters:
        """Counted calls of apps, by operation."""
        return self._gate.counters

    @property
    def storage_counters(self) -> Counter[str]:
        """Requests to the storage host, which Procore does not count."""
        return self._storage.counters

    @property
    def log(self) -> deque[LogEntry]:
        """The last answered calls."""
        return self._gate.log

    @property
    def faults(self) -> Faults:
        """Trouble on order."""
        return self._state.faults

    @property
    def before(self) -> list[Before]:
        """What runs before each call's work; it may answer in its place."""
        return self._state.faults.before

    @property
    def operations(self) -> frozenset[str]:
        """What the API can be asked, as ``GET /rest/v1.0/folders/{id}``."""
        pages = SignIn(self._state).routes()
        known = [(one.method, one.path) for one in pages if isinstance(one, web.RouteDef)]
        known += [(one.method, one.path) for one in self._routes()]
        return frozenset(f"{method} {path}" for method, path in known)

    # Inside

    def _project(self, project_id: int) -> Project:
        project = self._state.companies.project(project_id)
        if project is None:
            raise KeyError(project_id)
        return project

    def _api_app(self) -> web.Application:
        app = web.Application(middlewares=[guard, telling("procore"), speak_json])
        app.add_routes(SignIn(self._state).routes())
        for route in self._routes():
            app.router.add_route(route.method, route.path, self._gate.enter(route))
            if route.method == "GET":
                app.router.add_route("HEAD", route.path, self._gate.enter(route))
        return app

    def _routes(self) -> list[Route]:
        parts = (AccountCalls, DocumentCalls, FileCalls, AlbumCalls, PhotoCalls)
        every = (*parts, UploadCalls, DownloadCalls)
        return [route for part in every for route in part(self._state).routes()]

    def _storage_app(self) -> web.Application:
        app = web.Application(middlewares=[guard])
        app.add_routes(self._storage.routes())
        return app

    async def _listen(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, read_bufsize=_READ_BYTES)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, _HOST, port)
        await site.start()
        return f"http://{_HOST}:{runner.addresses[0][1]}"
