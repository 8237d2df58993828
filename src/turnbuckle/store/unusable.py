"""What is wrong with a PostgreSQL, told in plain words, by the code that comes with its error.

Errors of connecting come without a code; those are told by the text of libpq and of the server.
The text of such an error names hosts, users and databases, and never a password.

Source: PostgreSQL's documentation, appendix A, "PostgreSQL Error Codes".
"""

from django.db import Error, connection

_AWAY = "the PostgreSQL server went away or was restarted; what was begun is not half done"
_LATER = "start it again and it goes on"

_BY_STATE = {
    "25006": "the PostgreSQL server only reads (a standby?); DATABASE_URL must name the primary",
    "25P03": f"{_AWAY} (this process stood still for too long); {_LATER}",
    "28000": "PostgreSQL does not let this user in; set the right one in DATABASE_URL",
    "28P01": "PostgreSQL takes no such user and password; set the right ones in DATABASE_URL",
    "40001": f"other workers changed the same rows time and again; {_LATER}",
    "40P01": f"other workers changed the same rows time and again; {_LATER}",
    "42501": (
        "the user in DATABASE_URL lacks a right in this database, such as to create tables; make it"
        " the owner: ALTER DATABASE name OWNER TO user"
    ),
    "42P01": "the database lacks tables of ours; run `turnbuckle migrate`",
    "42703": "the database is of another Turnbuckle; run `turnbuckle migrate`",
    "53100": "the disk of the PostgreSQL server is full; make room there",
    "53200": f"the PostgreSQL server is out of memory; {_LATER}",
    "53300": (
        "the PostgreSQL server has no connection left; end other programs, run fewer workers, or"
        " raise its max_connections"
    ),
    "55P03": f"another process kept the rows that were needed for too long; {_LATER}",
    "57014": f"the database took too long for an answer; {_LATER}",
    "57P01": f"{_AWAY}; {_LATER}",
    "57P02": f"{_AWAY}; {_LATER}",
    "57P03": f"the PostgreSQL server is starting or stopping; {_LATER}",
    "57P05": f"{_AWAY}; {_LATER}",
}
_BY_TEXT = (
    ("password authentication failed", _BY_STATE["28P01"]),
    ("no password supplied", _BY_STATE["28P01"]),
    ('role "', _BY_STATE["28P01"]),
    ("pg_hba.conf", "PostgreSQL does not let this user in from here; its pg_hba.conf decides that"),
    ("too many clients", _BY_STATE["53300"]),
    ("connection slots", _BY_STATE["53300"]),
    ("too many connections", _BY_STATE["53300"]),
    ("starting up", _BY_STATE["57P03"]),
    ("shutting down", _BY_STATE["57P03"]),
    ("in recovery mode", _BY_STATE["57P03"]),
    ("certificate", "the certificate of the PostgreSQL server is not one that sslmode accepts"),
    ("ssl", "PostgreSQL and DATABASE_URL disagree about SSL; see sslmode"),
    ("session is read-only", _BY_STATE["25006"]),
)
_REPEATED = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "23503",  # foreign_key_violation: what it refers to was removed meanwhile
    "23505",  # unique_violation: somebody else made the same meanwhile
}


class StoreUnusable(Exception):
    """The database cannot be used; the message says what a person should do."""


def is_worth_repeating(error: Error) -> bool:
    """Tell whether PostgreSQL undid a transaction only because of others beside it."""
    return _state(error) in _REPEATED


def in_words(error: BaseException) -> str | None:
    """Say what a person should do about an error of PostgreSQL.

    Returns:
        One line; None where the error is none of PostgreSQL's, or a fault of ours.
    """
    state = _state(error)
    if state is None:
        return None
    if state:
        return _BY_STATE.get(state) or (f"{_AWAY}; {_LATER}" if state[:2] == "08" else None)
    text = str(error).lower()
    if 'database "' in text and "does not exist" in text:
        name = connection.settings_dict["NAME"]
        return f"the PostgreSQL server has no database {name!r}; make it: createdb {name}"
    found = next((words for part, words in _BY_TEXT if part in text), None)
    if found is not None:
        return found
    if "closed the connection" in text or "connection is closed" in text or "lost" in text:
        return f"{_AWAY}; {_LATER}"
    return f"the PostgreSQL server {_place()} cannot be reached; start it, or set DATABASE_URL"


def _state(error: BaseException) -> str | None:
    """Give the code; empty where there is no connection to tell one; None: not PostgreSQL's."""
    if connection.vendor != "postgresql":
        return None
    import psycopg  # SQLite does without

    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, psycopg.Error):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    if cause.sqlstate is None:
        lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        return "" if lost else None
    return cause.sqlstate


def _place() -> str:
    known = connection.settings_dict
    host, port = known["HOST"] or "on this machine", known["PORT"]
    return f"{host}:{port}" if port else str(host)
