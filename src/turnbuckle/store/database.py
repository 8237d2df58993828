"""Which database we work on: `DATABASE_URL` decides, without it a SQLite file in the data folder.

    postgres://user:password@host:port/name?sslmode=require     postgresql:// is the same
    postgres://user@/name?host=/run/postgresql                  over a socket
    sqlite:///absolute/path/to/file

The password may be in a file instead, named by `DATABASE_PASSWORD_FILE`: containers hand secrets
over in files. All parameters that libpq knows may stand behind the question mark. No message of
ours repeats the address: it holds a password, often where somebody who mistyped it did not mean it
to be.

Source: PostgreSQL's documentation, "Connection URIs" and "Parameter Key Words" (libpq).
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

VARIABLE = "DATABASE_URL"
"""The environment variable that names another database than the one in the data folder."""

PASSWORD_FILE = "DATABASE_PASSWORD_FILE"  # noqa: S105  the name of a variable
"""The environment variable that may name a file with the password that the address leaves out."""

PATIENCE_SECONDS = 20.0
"""How long whoever wants something of PostgreSQL waits for a server that restarts."""

_FORM = "postgres://USER:PASSWORD@HOST:PORT/NAME"
_SPELLING = "special characters in user or password are written as %XX"
_MOST_CONNECTIONS = 12  # of one process; more work at a time than that waits its turn
_LARGEST_PORT = 65_535

_DEFAULTS = {
    "application_name": "turnbuckle",
    "connect_timeout": "10",  # seconds
    # A machine that vanished is noticed after 25 s, in the middle of an answer after 30 s.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # ms
}
_SERVER_OPTIONS = {
    "synchronous_commit": "on",  # else a crash of the server loses intents that were written down
    # A process that was frozen in the middle of a unit must not keep its locks: the server ends
    # it after half of the time that the others wait for these locks.
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "60s",
    "statement_timeout": "600s",
}


class BadDatabaseUrl(ImproperlyConfigured):
    """`DATABASE_URL` names no database; the message says why, without the password."""


def databases(environment: Mapping[str, str], data: Path) -> dict[str, Any]:
    """Give Django's setting `DATABASES`.

    Args:
        environment: `DATABASE_URL` and `DATABASE_PASSWORD_FILE` are read from it.
        data: the data folder, which holds the SQLite file.

    Raises:
        BadDatabaseUrl: the address cannot be read, or not the file with its password.
    """
    address = environment.get(VARIABLE, "").strip()
    scheme, _, rest = address.partition("://")
    match scheme.lower():
        case "":
            return {"default": _sqlite(data / "turnbuckle.sqlite3")}
        case "sqlite" | "sqlite3" if rest.startswith("/") and rest.strip("/"):
            return {"default": _sqlite(Path("/", rest.lstrip("/")))}
        case "postgres" | "postgresql" if rest:
            file = environment.get(PASSWORD_FILE, "")
            return {"default": _postgres(f"postgresql://{rest}", file)}
    raise BadDatabaseUrl(f"{VARIABLE} is no address of a database; write {_FORM}")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,  # a thread keeps its connection; `units` closes broken ones
        "OPTIONS": {
            # Writers queue up at BEGIN, so a transaction never fails half way to upgrade its lock.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,  # seconds that a writer waits for the others
            # FULL, because an intent that is lost with the power is a write nobody knows about.
            # Sorting in memory, because a killed process leaves its temporary files behind.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
            ),
        },
        # A file, not memory: units of work run in threads, each on a connection of its own.
        "TEST": {"NAME": str(_temporary() / f"turnbuckle-tests-{os.getpid()}.sqlite3")},
    }


def _temporary() -> Path:
    """Give the folder of a test database; where no folder can be written nobody makes one."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # the disk is full, say, which is told by whoever has to write
        return Path()


def _postgres(address: str, password_file: str) -> dict[str, Any]:
    given = _parameters(address)
    name, port = given.pop("dbname", ""), given.pop("port", "")
    if not name:
        raise BadDatabaseUrl(f"{VARIABLE} names no database; write {_FORM}")
    if "@" in name or "/" in name:
        raise BadDatabaseUrl(f"{VARIABLE} cannot be read: {_SPELLING}; write {_FORM}")
    for one in port.split(",") if port else ():
        if not (one.isdecimal() and 0 < int(one) <= _LARGEST_PORT):
            raise BadDatabaseUrl(
                f"{VARIABLE} has a port that is no number from 1 to {_LARGEST_PORT}"
                f" ({_SPELLING}); write {_FORM}"
            )
    settings = " ".join(f"-c {option}={value}" for option, value in _SERVER_OPTIONS.items())
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", "") or _password(password_file),
        "HOST": given.pop("host", ""),
        "PORT": port,
        # A unit gives its connection back to the pool, which asks it for a sign of life before
        # the next one gets it: after a restart of the server nobody gets a dead one.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_DEFAULTS,
            **given,
            "options": f"{settings} {given.get('options', '')}".strip(),
            "pool": {
                "min_size": 0,
                "max_size": _MOST_CONNECTIONS,
                "timeout": PATIENCE_SECONDS,
            },
        },
        "TEST": {"NAME": f"turnbuckle_tests_{os.getpid()}"},
    }


def _password(file: str) -> str:
    try:
        return Path(file).read_text().strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise BadDatabaseUrl(
            f"the file {file} that {PASSWORD_FILE} names cannot be read ({why})"
        ) from None


def _parameters(address: str) -> dict[str, str]:
    """Have libpq take an address apart; its own messages may repeat what is secret."""
    from psycopg import ProgrammingError  # takes its time, and SQLite does without
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {key: str(value) for key, value in conninfo_to_dict(address).items()}
    except ProgrammingError as error:
        unknown = re.match(r'invalid URI query parameter: "(\w+)"', str(error))
    if unknown:
        raise BadDatabaseUrl(
            f"{VARIABLE} has a parameter that PostgreSQL does not know: {unknown[1]}"
        )
    raise BadDatabaseUrl(f"{VARIABLE} cannot be read: {_SPELLING}; write {_FORM}")
