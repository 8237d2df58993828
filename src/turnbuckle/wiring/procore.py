"""Procore put together: sign-in, wire, projects, and a project's two-way tools as a connector."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import (
    TOGETHER,
    open_company_documents,
    open_tool,
    open_wire,
)
from turnbuckle.connectors.procore.hooks import Hooks
from turnbuckle.connectors.procore.project import Project, WholeCompany
from turnbuckle.connectors.procore.sign_in import (
    App,
    AppTokens,
    SignInHost,
    authorize_address,
    exchange_code,
    person_tokens,
)
from turnbuckle.model.items import Item
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.ports.announcing import Announcer
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import Blocked
from turnbuckle.transport.tokens import Tokens
from turnbuckle.transport.wire import Wire
from turnbuckle.wiring.picking import NotFound, pick
from turnbuckle.wiring.remotes import Account, Shared

NOBODY = 0  # no user has this id


def feed_address(project: int, *, photos: bool = False) -> str:
    """Give the address by which a project's Documents, or they and its Photos, are a feed."""
    return f"{project}/{TOGETHER if photos else DOCUMENTS}"


_NOT_LISTED = (
    "a project that is not listed is inactive, or not one of the app's permitted projects in"
    " Procore, or this account is not in its directory"
)
COMPANY_ADDRESS = f"company/{DOCUMENTS}"
"""The address by which the Documents of the connection's company itself are a feed."""


def connector(account: Account, address: str, shared: Shared) -> Connector:
    """Open the connector of a feed; makes no call.

    What a person's own account wrote may be the person's work as well as ours, so only an account
    of the app's own is a proof that we wrote something.
    """
    project, _, tool = address.partition("/")
    company = int(account.settings["company_id"])
    wire = _wire(account, shared, company)
    is_apps_own = account.settings.get("sign_in") == "app"
    own_user = int(account.settings["user_id"]) if is_apps_own else NOBODY
    if address == COMPANY_ADDRESS:
        return open_company_documents(wire, company, own_user)
    return open_tool(tool, wire, Project(company, int(project)), own_user)


def announcer(account: Account, address: str, shared: Shared) -> Announcer:
    """Open what sets up hooks for a feed; makes no call."""
    company = int(account.settings["company_id"])
    wire = _wire(account, shared, company)
    if address == COMPANY_ADDRESS:
        return Hooks(wire, WholeCompany(company), (DOCUMENTS,))
    project, _, tool = address.partition("/")
    tools = (DOCUMENTS, PHOTOS) if tool == TOGETHER else (tool,)
    return Hooks(wire, Project(company, int(project)), tools)


class ProcoreAccount:
    """One account at Procore, for what is asked before a link runs."""

    def __init__(self, account: Account, shared: Shared) -> None:
        self._account = account
        self._shared = shared

    async def identify(self, company: str | None) -> tuple[str, dict[str, Any]]:
        """Sign in and find the company; two calls.

        Args:
            company: its name or id; None: the only one there is. A service account has to say the
                id, because Procore answers it nothing that does not name the company.

        Returns:
            Whose account it is, for people; and what the settings keep of it.

        Raises:
            NotFound: there is no such company, or the account belongs to several.
        """
        if self._account.by_app and not (company or "").isdecimal():
            raise NotFound(
                "give the company's id with --company ID; a service account needs it"
                " (Procore's pages show it in their address, after /company/)"
            )
        named = int(company) if company and self._account.by_app else None
        wire = _wire(self._account, self._shared, named)
        me = await preflight.me(wire)
        found = await preflight.companies(wire)
        active = [(str(each.id), each.name) for each in found if each.is_active]
        chosen, title = pick(company, active, what="company", option="--company")
        shown = f"{me.name or me.login or f'user {me.id}'} at {title}"
        return shown, {"company_id": int(chosen), "company": title, "user_id": me.id}

    async def projects(self) -> Sequence[tuple[str, str]]:
        """Give ids and names of the projects that the account reaches."""
        wire, company = self._open()
        return [(str(each.id), each.name) for each in await preflight.projects(wire, company)]

    async def project(self, name_or_id: str | None) -> tuple[int, str]:
        """Find a project by its id or its name.

        Raises:
            NotFound: there is none, or there are several; the text lists them, and says what keeps
                a project from being listed.
        """
        known = await self.projects()
        try:
            chosen, title = pick(name_or_id, known, what="project", option="--project")
        except NotFound as error:
            raise NotFound(f"{error}; {_NOT_LISTED}") from error
        return int(chosen), title

    async def project_missing(self, project: int) -> Sequence[str]:
        """Say what keeps a project's Documents and Photos from being synced; one call."""
        wire, company = self._open()
        return await preflight.check_both(wire, Project(company, project))

    async def company_missing(self) -> tuple[str, Sequence[str]]:
        """Say what keeps the company's own Documents from being synced, and its name; one call."""
        wire, company = self._open()
        missing = await preflight.check_company(wire, WholeCompany(company))
        return str(self._account.settings.get("company") or f"company {company}"), missing

    async def feed_missing(self, address: str) -> Sequence[str]:
        """Say what keeps a feed from being synced; one call."""
        wire, company = self._open()
        if address == COMPANY_ADDRESS:
            return await preflight.check_company(wire, WholeCompany(company))
        number, _, tool = address.partition("/")
        check = preflight.check_both if tool == TOGETHER else preflight.check
        return await check(wire, Project(company, int(number)))

    async def ready(self, project: int) -> Item:
        """Make sure that a project's Documents can be synced, and give their top folder.

        Raises:
            Blocked: they cannot; the text says what to do.
        """
        return await preflight.root_folder(*await self._checked(project, preflight.check))

    async def ready_tools(self, project: int) -> Mapping[str, Item]:
        """Make sure that Documents and Photos can be synced, and give the top folder of each.

        Raises:
            Blocked: they cannot; the text says what to do.
        """
        wire, within = await self._checked(project, preflight.check_both)
        return {
            DOCUMENTS: await preflight.root_folder(wire, within),
            PHOTOS: preflight.photos_folder(within),
        }

    async def ready_company(self) -> tuple[str, Item]:
        """Make sure that the company's own Documents can be synced.

        Returns:
            The company's name, and the top folder of its Documents.

        Raises:
            Blocked: they cannot; the text says what to do.
        """
        wire, number = self._open()
        company = WholeCompany(number)
        problems = await preflight.check_company(wire, company)
        if problems:
            raise Blocked("; ".join(problems))
        root = await preflight.root_folder(wire, company)
        return str(root.name), root

    def _open(self) -> tuple[Wire, int]:
        """Give the wire to the connection's company, and the company's id."""
        company = int(self._account.settings["company_id"])
        return _wire(self._account, self._shared, company), company

    async def _checked(
        self, number: int, check: Callable[[Wire, Project], Awaitable[Sequence[str]]]
    ) -> tuple[Wire, Project]:
        """Give what the preflight works with, once nothing is in the way."""
        wire, company = self._open()
        project = Project(company, number)
        problems = await check(wire, project)
        if problems:
            raise Blocked("; ".join(problems))
        return wire, project


def consent_address(account: Account, redirect_uri: str, state: str) -> str:
    """Give the page where a person allows our app to act for them."""
    client_id = str(account.settings["client_id"])
    return authorize_address(account.cloud, client_id, redirect_uri, state)


async def redeem(account: Account, shared: Shared, code: str, redirect_uri: str) -> None:
    """Change a sign-in's code into tokens, kept in the account's token store."""
    account.tokens.save(await exchange_code(_host(account, shared), code, redirect_uri))


def bare_wire(account: Account, shared: Shared, company: int | None) -> Wire:
    """Open the wire of an account to one company (None: none is named), for the probe."""
    return _wire(account, shared, company)


def _host(account: Account, shared: Shared) -> SignInHost:
    app = App(str(account.settings["client_id"]), account.client_secret)
    return SignInHost(account.cloud, app, shared.session, shared.clock, shared.meter)


def _wire(account: Account, shared: Shared, company: int | None) -> Wire:
    def sign_in() -> Tokens:
        host = _host(account, shared)
        if account.by_app:
            return AppTokens(host)
        return person_tokens(host, account.tokens, spread=shared.spread)

    return open_wire(
        cloud=account.cloud,
        tokens=shared.tokens(account, sign_in),
        budget=shared.budget(account),
        session=shared.session,
        clock=shared.clock,
        meter=shared.meter,
        company=company,
        connection=account.connection,
    )
