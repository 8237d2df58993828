"""One account at a remote: whether its hosts can be reached, and whether it may sign in."""

import asyncio
from datetime import datetime

from turnbuckle.actions.doctor.finding import Finding, note, trouble, well
from turnbuckle.ports.errors import RemoteError, SignInNeeded
from turnbuckle.store.connections import secrets_of
from turnbuckle.store.records import Connection
from turnbuckle.store.vault import VaultError
from turnbuckle.transport.reaching import obstacle
from turnbuckle.wiring.clouds import CLOUDS, UnknownCloud
from turnbuckle.wiring.microsoft import MicrosoftAccount
from turnbuckle.wiring.picking import NotFound
from turnbuckle.wiring.procore import ProcoreAccount
from turnbuckle.wiring.registry import account_of
from turnbuckle.wiring.remotes import Account, Shared

AREA = "account"
_STEP_SECONDS = 5.0


async def examine(connection: Connection, parts: Shared) -> Finding:
    """Try an account, step by step, until one fails."""
    if connection.system not in CLOUDS:
        return well(AREA, f"{connection.name} needs no sign-in")
    try:
        account = await asyncio.to_thread(account_of, connection)
        origins = dict.fromkeys((account.cloud.sign_in, account.cloud.api))
    except VaultError:
        return note(AREA, f"{connection.name} was not tried: the key does not open its secrets")
    except UnknownCloud as error:
        return trouble(AREA, f"{connection.name}: {error}")
    for origin in origins:
        found = await obstacle(origin, _STEP_SECONDS)
        if found is not None:
            return trouble(AREA, f"{connection.name}: {found.said}", _todo(found.todo, connection))
    try:
        shown = await _signed_in(account, parts)
    except SignInNeeded as error:
        return trouble(AREA, f"{connection.name}: {error}", connection.sign_in_command)
    except (RemoteError, NotFound) as error:
        return trouble(AREA, f"{connection.name}: {error}")
    return well(AREA, f"{connection.name}: signed in as {shown}{await _until(connection)}")


async def _signed_in(account: Account, parts: Shared) -> str:
    """Sign in and say as whom; two counted calls at Procore, none at Microsoft."""
    if account.system == "procore":
        company = str(account.settings["company_id"])
        shown, _ = await ProcoreAccount(account, parts).identify(company)
        return shown
    return await MicrosoftAccount(account, parts).identify()


async def _until(connection: Connection) -> str:
    """Say how long a person's token is good; an app's is not kept."""
    kept = (await asyncio.to_thread(secrets_of, connection)).get("tokens") or {}
    try:
        until = datetime.fromisoformat(str(kept["expires_at"]))
    except (KeyError, ValueError):
        return ""
    return f"; the token is good until {until:%H:%M} UTC and renews itself"


def _todo(usual: str, connection: Connection) -> str:
    return usual if connection.kind == "live" else "start practice mode: turnbuckle practice"
