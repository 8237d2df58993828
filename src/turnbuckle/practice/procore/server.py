"""The whole practice Procore: two loopback servers, and what Python code may ask of them."""

import secrets
import ssl
from collections import Counter, deque

from aiohttp import web

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.counters import Counters
from turnbuckle.practice.exchanges import telling
from turnbuckle.practice.guard import guarding
from turnbuckle.practice.hosts import NO_NAMES, PROCORE
from turnbuckle.practice.listening import listen
from turnbuckle.practice.persons import COMPANY_NAME, PERSONS
from turnbuckle.practice.procore.account_calls import AccountCalls
from turnbuckle.practice.procore.administration import CLIENT_ID, Administration
from turnbuckle.practice.procore.album_calls import AlbumCalls
from turnbuckle.practice.procore.call import Route
from turnbuckle.practice.procore.consent import OUT_OF_BAND
from turnbuckle.practice.procore.directory import Directory
from turnbuckle.practice.procore.document_calls import DocumentCalls
from turnbuckle.practice.procore.download_calls import DownloadCalls
from turnbuckle.practice.procore.faults import Before, Faults
from turnbuckle.practice.procore.file_calls import FileCalls
from turnbuckle.practice.procore.gate import Gate, LogEntry, speak_json, take_short_lines
from turnbuckle.practice.procore.hook_calls import HookCalls
from turnbuckle.practice.procore.hook_v2_calls import HookV2Calls
from turnbuckle.practice.procore.hooks import Hooks
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.limits import Limiter
from turnbuckle.practice.procore.permission_calls import PermissionCalls
from turnbuckle.practice.procore.photo_calls import PhotoCalls
from turnbuckle.practice.procore.sign_in import SignIn
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.storage import Storage
from turnbuckle.practice.procore.switches import ProcoreLimits, ProcoreSwitches
from turnbuckle.practice.procore.tokens import Tokens
from turnbuckle.practice.procore.unified_calls import UnifiedUploadCalls
from turnbuckle.practice.procore.upload_calls import UploadCalls
from turnbuckle.practice.procore.uploads import Uploads
from turnbuckle.practice.procore.v2_calls import DocumentCallsV2


class PracticeProcore(Administration):
    """A Procore on this machine; one company with the sample persons is there from the start.

    Ana and Ben are Admins on Documents of every project and of the company itself, Hugo is Read
    Only, the others Standard; an app's own account is Admin. `set_level` changes that.
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
            directory=Directory(identifiers),
            uploads=Uploads(identifiers, clock, switches, blobs),
            faults=Faults(clock),
            hooks=Hooks(identifiers, clock, switches),
        )
        self._gate = Gate(self._state, Limiter(limits, clock))
        self._storage = Storage(self._state)
        self._runners: list[web.AppRunner] = []
        self.company_id = self.add_company(COMPANY_NAME, PERSONS)
        self.client_id = CLIENT_ID
        self.client_secret = client_secret or secrets.token_urlsafe(24)
        self.service_account = self.add_app(self.client_id, self.client_secret, redirect_uris)

    # Running

    async def start(
        self, port: int = 0, storage_port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        """Listen on the loopback address; port 0 takes a free one, and `tls` serves https.

        Raises:
            OSError: a port is busy.
        """
        state = self._state
        try:
            storage, api = self._storage_app(), self._api_app()
            state.storage_address = await listen(storage, storage_port, tls, self._runners)
            state.address = await listen(api, port, tls, self._runners, 1 << 16)
            state.hooks.outbox.start()
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening; what the service knows stays, so that it can be started again."""
        await self._state.hooks.outbox.stop()
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

    @property
    def hooks(self) -> Hooks:
        """The webhooks, and the events on their way."""
        return self._state.hooks

    @property
    def uploads(self) -> Uploads:
        """What was promised and sent, and perhaps not attached yet."""
        return self._state.uploads

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
    def tokens(self) -> Tokens:
        """All apps and their tokens."""
        return self._state.tokens

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

    @property
    def operation_names(self) -> list[str]:
        """What counters, logs and faults call the operations."""
        return sorted({route.operation for route in self._routes()})

    # Inside

    def _api_app(self) -> web.Application:
        first = [guarding(PROCORE), take_short_lines]
        app = web.Application(middlewares=[*first, telling("procore"), speak_json])
        app.add_routes(SignIn(self._state).routes())
        for route in self._routes():
            app.router.add_route(route.method, route.path, self._gate.enter(route))
            if route.method == "GET":
                app.router.add_route("HEAD", route.path, self._gate.enter(route))
        return app

    def _routes(self) -> list[Route]:
        parts = (AccountCalls, PermissionCalls, DocumentCalls, FileCalls, AlbumCalls, PhotoCalls)
        files = (DocumentCallsV2, UploadCalls, UnifiedUploadCalls, DownloadCalls)
        every = (*parts, *files, HookCalls, HookV2Calls)
        return [route for part in every for route in part(self._state).routes()]

    def _storage_app(self) -> web.Application:
        app = web.Application(middlewares=[guarding(NO_NAMES)])
        app.add_routes(self._storage.routes())
        return app
