"""Word that a remote asked an account to wait, sent to all processes at once.

The ledger tells it to whoever asks for calls next, which may be seconds later: until then a process
spends what it leased. So on PostgreSQL the word goes out as a notice too, with the transaction that
keeps it. A notice that gets lost costs no more than those calls.

Source: PostgreSQL's documentation, "NOTIFY".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

CHANNEL = "turnbuckle_closings"
"""Where notices go out, and who wants them listens."""


def announce(account: str, until: datetime) -> None:
    """Tell everybody, when the caller's unit is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{until.isoformat()} {account}"])


def heard(notice: str) -> tuple[str, datetime]:
    """Read a notice: the account, and until when nobody is to call.

    Raises:
        ValueError: it is none of ours.
    """
    until, _, account = notice.partition(" ")
    return account, datetime.fromisoformat(until)


def listening() -> Mapping[str, Any] | None:
    """Give the parameters of a connection to listen on; None: there are no notices here."""
    if connection.vendor != "postgresql":
        return None
    parameters = dict(connection.get_connection_params())
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    return parameters
