"""Practice Microsoft: the Graph and sign-in host and the storage host, on the loopback address.

service = PracticeMicrosoft(blobs=Blobs(folder), clock=RealClock(), limits=GraphLimits(),
                            switches=GraphSwitches(), people_token="...")
await service.start()
service.address          # http://127.0.0.1:49152: Graph below /v1.0, sign-in beside it
service.storage_address  # http://127.0.0.1:49153: upload and download addresses live there
"""

import ssl
from collections import deque
from collections.abc import Iterable

from aiohttp import web

from turnbuckle.practice.blobs import Blob, Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.counters import Counters
from turnbuckle.practice.exchanges import telling
from turnbuckle.practice.guard import guarding
from turnbuckle.practice.hosts import MICROSOFT, Names, everything_at
from turnbuckle.practice.listening import listen
from turnbuckle.practice.microsoft.call import Desk
from turnbuckle.practice.microsoft.copies import Copies
from turnbuckle.practice.microsoft.downloads import Downloads
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.faults import Faults
from turnbuckle.practice.microsoft.feeds import Feeds
from turnbuckle.practice.microsoft.grants import Grant
from turnbuckle.practice.microsoft.graph_host import Books, GraphHost, LogLine
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.people_calls import PeopleCalls
from turnbuckle.practice.microsoft.rewriting import Rewriter
from turnbuckle.practice.microsoft.signin import DEFAULT_ROLES, App, SignIn
from turnbuckle.practice.microsoft.signin_pages import SignInPages
from turnbuckle.practice.microsoft.sites import Site
from turnbuckle.practice.microsoft.storage_host import StorageHost
from turnbuckle.practice.microsoft.subscriptions import Subscriptions
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.teams import Channel, Team
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.microsoft.uploads import Uploads

APP_NAME = "practice-client"
APP_SECRET = "practice-secret"  # noqa: S105  (opens only a simulator on this machine)


_NOTHING = {"error": {"code": "ResourceNotFound", "message": "Nothing is served here."}}


class PracticeMicrosoft:
    """One tenant of a simulated Microsoft 365, with one app registered."""

    def __init__(
        self,
        *,
        blobs: Blobs,
        clock: PracticeClock,
        limits: GraphLimits,
        switches: GraphSwitches,
        people_token: str,
        app_name: str = APP_NAME,
        client_secret: str = APP_SECRET,
    ) -> None:
        self.clock = clock
        self.limits = limits
        self.switches = switches
        self.blobs = blobs
        self.tenant = Tenant(blobs=blobs, clock=clock, limits=limits, switches=switches)
        self.signin = SignIn(self.tenant, clock=clock, limits=limits, switches=switches)
        self.app = self.signin.register(app_name, client_secret)
        self.books = Books()
        self.uploads = Uploads()
        self._desk = Desk(
            tenant=self.tenant,
            limits=limits,
            switches=switches,
            uploads=self.uploads,
            downloads=Downloads(self.tenant, clock, limits),
            feeds=Feeds(),
            rewriter=Rewriter(blobs),
            copies=Copies(),
            subscriptions=Subscriptions(self.tenant.id, clock, switches),
        )
        self._people = PeopleCalls(self.tenant, self.signin, people_token)
        self._runners: list[web.AppRunner] = []
        self.address = ""
        self.storage_address = ""

    # -- what others ask for ---------------------------------------------------------------------

    @property
    def tenant_id(self) -> str:
        """The tenant's id, for the address of the token endpoint."""
        return self.tenant.id

    @property
    def client_id(self) -> str:
        """The client id of the registered app."""
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        """The secret of the registered app."""
        return self.app.secret

    @property
    def team(self) -> Team:
        """The sample Team."""
        return self.tenant.team

    def channel(self, name: str) -> Channel:
        """A channel of the sample Team: its drive and the id of its folder."""
        return self.tenant.channel(name)

    def add_app(self, name: str, secret: str, roles: Iterable[str] = DEFAULT_ROLES) -> App:
        """Register one more app, with the roles that an administrator consented to."""
        app = self.signin.register(name, secret)
        app.roles = set(roles)
        return app

    def grant_site(self, site: Site, role: str = "write", app: App | None = None) -> Grant:
        """Grant an app with Sites.Selected, the first one unless said, a role on a site."""
        meant = app or self.app
        return self.tenant.grant(site, meant.client_id, meant.name, role)

    def disable_app(self, disabled: bool = True) -> None:
        """Take the registered app's sign-in away, and its tokens with it, or give it back."""
        self.signin.set_disabled(self.app, disabled)

    def drive(self, drive_id: str) -> Drive:
        """A library by its id.

        Raises:
            KeyError: there is none.
        """
        return self.tenant.drives[drive_id]

    @property
    def stale(self) -> list[Blob]:
        """What libraries rewrote lately and has not gone from the disk yet."""
        return self._desk.rewriter.stale

    @property
    def subscriptions(self) -> Subscriptions:
        """Who is told of changes, and the notices on their way."""
        return self._desk.subscriptions

    @property
    def counters(self) -> Counters:
        """Graph calls of apps by operation."""
        return self.books.counters

    @property
    def storage_counters(self) -> Counters:
        """Requests to the storage host, which no limit counts."""
        return self.books.storage_counters

    @property
    def hasty(self) -> int:
        """Calls to Graph that came before the wait of a 429 was over."""
        return self.books.hasty

    @property
    def faults(self) -> Faults:
        """Faults on order."""
        return self.books.faults

    @property
    def log(self) -> deque[LogLine]:
        """The last requests to both hosts."""
        return self.books.log

    # -- listening -------------------------------------------------------------------------------

    @property
    def storage_names(self) -> Names:
        """The hosts of the tenant's sites, which lead to the storage."""
        return everything_at(frozenset(site.host for site in self.tenant.sites.values()))

    async def start(
        self, port: int = 0, storage_port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        """Listen; 0 chooses a free port, and `tls` serves https.

        Raises:
            OSError: a port is taken.
        """
        try:
            storage = self._storage_app(StorageHost(self._desk, self.blobs, self.books, self.clock))
            self.storage_address = await listen(storage, storage_port, tls, self._runners)
            self._desk.storage_address = self.storage_address
            self.address = await listen(self._main_app(), port, tls, self._runners)
            self.subscriptions.outbox.start()
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop listening."""
        await self.subscriptions.outbox.stop()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    def _main_app(self) -> web.Application:
        app = web.Application(
            middlewares=[guarding(MICROSOFT, _NOTHING), telling("graph")], client_max_size=1 << 20
        )
        graph = GraphHost(self._desk, self.signin, self.books, self.clock)
        for version in ("v1.0", "v2.0"):  # the second for clients that add it to a tenant address
            app.router.add_route("*", f"/{{slashes:/*}}{version}/{{rest:.*}}", graph.handle)
        self._people.add_routes(app)
        SignInPages(self.signin, self.clock).add_routes(app)
        app.router.add_route("*", "/{rest:.*}", graph.turn_away)
        return app

    def _storage_app(self, host: StorageHost) -> web.Application:
        middlewares = [guarding(self.storage_names)]
        app = web.Application(middlewares=middlewares, client_max_size=1 << 20)
        app.router.add_route("*", "/{rest:.*}", host.handle)
        return app
