"""Connect an account: what is given is checked at the remote first, and kept only when it works.

A connection that is there already is signed in for again, with the same account: its links, which
may have waited for that, go on.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import SignInNeeded
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.connections import TokenStore, secrets_of
from turnbuckle.store.names import NameTaken
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring import microsoft, procore
from turnbuckle.wiring.microsoft import MicrosoftAccount
from turnbuckle.wiring.procore import ProcoreAccount
from turnbuckle.wiring.registry import seen_as
from turnbuckle.wiring.remotes import Account, InMemory, shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A connection as a person asks for it.

    Attributes:
        cloud: what `wiring.clouds.choose` gave.
        by_person: a person signs in; else the app by itself, as a service account.
        company: Procore: its name or id; None: the only one.
        tenant: Microsoft: its id or domain.
    """

    name: str
    system: str
    cloud: Mapping[str, Any]
    client_id: str
    client_secret: str = field(repr=False)
    by_person: bool = False
    company: str | None = None
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """A connection that somebody signs in for again."""

    connection: Connection
    client_secret: str = field(repr=False)

    def cloud(self) -> dict[str, Any]:
        """Give what of its settings `wiring.clouds.choose` once gave."""
        kept = self.connection.settings
        return {key: kept[key] for key in ("cloud", "practice", "practice_storage") if key in kept}


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A person's sign-in under way; `state` is good for one answer."""

    address: str  # the page for the person's browser
    redirect_uri: str
    state: str = field(repr=False)
    flow: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An account that works; nothing is stored yet."""

    wanted: Wanted
    account: str  # whose it is, for people to read
    settings: Mapping[str, Any]
    secrets: Mapping[str, Any] = field(repr=False)


def former(scope: Scope, name: str, system: str) -> Former | None:
    """Give the connection of that name, to sign in for again; None: the name is free.

    Raises:
        NameTaken: it belongs to another system.
        VaultError: its secrets cannot be opened.
    """
    found = next((each for each in scope.connections.list() if each.name == name), None)
    if found is None:
        return None
    if found.system != system:
        raise NameTaken(
            f"there is a connection called {name!r} already; give the new one another --name"
        )
    return Former(found, str(secrets_of(found).get("client_secret", "")))


def check(wanted: Wanted, clock: Clock | None = None) -> Checked:
    """Sign in as the app and see whose account it is.

    Raises:
        RemoteError: it does not work; the text says what to do.
        NotFound: the company is not there.
    """
    return asyncio.run(_check(wanted, _account(wanted), clock or agreed_clock()))


def begin(wanted: Wanted, redirect_uri: str, clock: Clock | None = None) -> Begun:
    """Start a person's sign-in."""
    return asyncio.run(_begin(wanted, redirect_uri, clock or agreed_clock()))


def finish(
    wanted: Wanted, begun: Begun, answer: Mapping[str, str], clock: Clock | None = None
) -> Checked:
    """Take what the person's browser brought back, and see whose account it is.

    Args:
        wanted: as given to `begin`.
        begun: what `begin` gave; it is spent.
        answer: the query of the address that the browser came back to.

    Raises:
        SignInNeeded: the person refused, or the answer belongs to another sign-in.
    """
    if answer.get("error"):
        said = answer.get("error_description") or answer["error"]
        raise SignInNeeded(f"the sign-in was refused ({said[:200]}); connect again to try anew")
    if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise SignInNeeded("this answer belongs to another sign-in; connect again")
    if not answer.get("code"):
        raise SignInNeeded("the answer holds no code; connect again")
    return asyncio.run(_finish(wanted, begun, answer, clock or agreed_clock()))


def keep_again(scope: Scope, checked: Checked, former: Former) -> int:
    """Store a new sign-in for a connection, and let the links that waited for it go on.

    Returns:
        How many links waited.

    Raises:
        NameTaken: it is another account than before.
        TimeoutError: another process has been renewing its tokens for long.
    """
    connection = former.connection
    if _whose(connection.settings) != _whose(checked.settings):
        raise NameTaken(
            f"the connection {connection.name!r} belongs to {connection.account}, and this is"
            f" {checked.account}; sign in as before, or give the new one another --name"
        )
    with TokenStore(connection).alone():
        return scope.connections.sign_in_again(
            connection,
            settings={**connection.settings, **checked.settings},
            secrets=checked.secrets,
            account=checked.account,
        )


def _whose(settings: Mapping[str, Any]) -> tuple[object, ...]:
    """Give what makes an account; a practice service may be at another address than before."""
    cloud = "practice" if settings.get("practice") else settings.get("cloud")
    tenant = str(settings.get("tenant", "")).casefold()
    return cloud, settings.get("sign_in"), tenant, seen_as(settings)


def keep(scope: Scope, checked: Checked, now: datetime) -> Connection:
    """Store a connection that was checked, its secrets encrypted."""
    return scope.connections.add(
        checked.wanted.name,
        system=checked.wanted.system,
        kind="practice" if checked.settings.get("practice") else "live",
        settings=checked.settings,
        secrets=checked.secrets,
        account=checked.account,
        now=now,
    )


async def _begin(wanted: Wanted, redirect_uri: str, clock: Clock) -> Begun:
    state = secrets.token_urlsafe(32)
    account = _account(wanted)
    if wanted.system == "procore":
        address = procore.consent_address(account, redirect_uri, state)
        return Begun(address=address, redirect_uri=redirect_uri, state=state, flow={})
    async with shared(clock, Meter()) as parts:
        flow = await microsoft.begin_consent(account, parts, redirect_uri, state)
    return Begun(address=flow["auth_uri"], redirect_uri=redirect_uri, state=state, flow=flow)


async def _finish(wanted: Wanted, begun: Begun, answer: Mapping[str, str], clock: Clock) -> Checked:
    account = _account(wanted)
    async with shared(clock, Meter()) as parts:
        if wanted.system == "procore":
            await procore.redeem(account, parts, answer["code"], begun.redirect_uri)
        else:
            told = await microsoft.redeem(account, parts, begun.flow, answer)
            account = replace(account, settings={**account.settings, **told})
    return await _check(wanted, account, clock)


async def _check(wanted: Wanted, account: Account, clock: Clock) -> Checked:
    settings = dict(account.settings)
    async with shared(clock, Meter()) as parts:
        if wanted.system == "procore":
            shown, told = await ProcoreAccount(account, parts).identify(wanted.company)
            settings |= told
        else:
            shown = await MicrosoftAccount(account, parts).identify()
    kept = {"client_secret": wanted.client_secret}
    tokens = account.tokens.load()
    return Checked(
        wanted=wanted,
        account=shown,
        settings=settings,
        secrets=kept if tokens is None else {**kept, "tokens": tokens},
    )


def _account(wanted: Wanted) -> Account:
    settings = {
        **wanted.cloud,
        "client_id": wanted.client_id,
        "sign_in": "person" if wanted.by_person else "app",
    }
    if wanted.system == "microsoft":
        settings["tenant"] = wanted.tenant
    return Account(
        system=wanted.system,
        settings=settings,
        client_secret=wanted.client_secret,
        tokens=InMemory(),
    )
