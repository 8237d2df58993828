"""Whether this process can work with the database and the key as they are now; reads only."""

from django.db import Error

from turnbuckle.store import models, soundness
from turnbuckle.store.connections import Connections, secrets_of
from turnbuckle.store.units import tidy
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.vault import VaultError
from turnbuckle.transport.redaction import redact


def obstacles() -> list[str]:
    """Say what keeps this process from working; nothing: it can work.

    Only the newest connection's secrets are opened: who has the wrong key opens none.
    """
    try:
        between = soundness.migrations()
        if between.pending:
            return [f"the database is older than this program: {between.pending[0]} is pending"]
        if between.unknown:
            return [f"the database was made by a newer program: it has {between.unknown[0]}"]
        _open_newest()
    except VaultError as error:
        return [str(error)]
    except (Error, StoreUnusable, OSError) as error:
        return [f"the database cannot be used: {redact(' '.join(str(error).split()))}"]
    return []


@tidy
def _open_newest() -> None:
    rows = models.Connection.objects.exclude(secrets=b"").order_by("-id")
    for organisation, connection in rows.values_list("organisation_id", "id")[:1]:
        secrets_of(Connections(organisation).by_id(connection))
