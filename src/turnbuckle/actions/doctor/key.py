"""The key to the stored secrets: whether it is there, closed to others, and the right one."""

import asyncio
import os

from turnbuckle.actions.doctor.finding import Finding, Grounds, note, trouble, well
from turnbuckle.store.connections import secrets_of
from turnbuckle.store.vault import KEY_VARIABLE, VaultError, key_file

AREA = "key"
_BACK_IT_UP = "keep a copy of the key apart from the backups of the database"
_WHY = "without the key nobody opens the stored sign-ins, and with both anybody does"


async def of_file(grounds: Grounds) -> list[Finding]:
    """Look at the key file itself."""
    return await asyncio.to_thread(_file, grounds)


async def of_connections(grounds: Grounds) -> list[Finding]:
    """Try the key on the secrets of every connection."""
    return await asyncio.to_thread(_connections, grounds)


def _file(grounds: Grounds) -> list[Finding]:
    path = key_file(grounds.data)
    if grounds.environment.get(KEY_VARIABLE):
        return [well(AREA, f"it comes from {KEY_VARIABLE}"), note(AREA, _WHY, _BACK_IT_UP)]
    if not path.exists():
        return []  # `of_connections` knows whether one is missed
    others = os.name == "posix" and path.stat().st_mode & 0o077
    if others:
        return [
            trouble(AREA, f"other users of this machine may read {path}", f"chmod 600 {path}"),
            note(AREA, _WHY, _BACK_IT_UP),
        ]
    return [well(AREA, f"{path} is closed to others"), note(AREA, _WHY, _BACK_IT_UP)]


def _connections(grounds: Grounds) -> list[Finding]:
    known = [each for scope in grounds.scopes for each in scope.connections.list()]
    shut: dict[str, list[str]] = {}
    for connection in known:
        try:
            secrets_of(connection)
        except VaultError as error:
            shut.setdefault(str(error), []).append(connection.name)
    if shut:
        return [trouble(AREA, f"{', '.join(names)}: {said}") for said, names in shut.items()]
    return [well(AREA, f"it opens the secrets of {_counted(len(known))}")] if known else []


def _counted(connections: int) -> str:
    return "1 connection" if connections == 1 else f"{connections:,} connections"
