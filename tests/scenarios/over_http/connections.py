"""Connections to the two practice services, with an app of our own at each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection


def connected(
    scope: Scope,
    procore: PracticeProcore,
    microsoft: PracticeMicrosoft,
    *,
    number: int,
    now: datetime,
) -> tuple[Connection, Connection]:
    """Keep a connection to each of them; `number` makes their names unique."""
    left = {"company_id": procore.company_id, "user_id": procore.service_account.id}
    right = {"tenant": microsoft.tenant_id}
    return (
        _add(scope, f"Procore {number}", "procore", procore, left, now),
        _add(scope, f"Microsoft {number}", "microsoft", microsoft, right, now),
    )


def _add(
    scope: Scope,
    name: str,
    system: str,
    service: PracticeProcore | PracticeMicrosoft,
    facts: Mapping[str, Any],
    now: datetime,
) -> Connection:
    settings = {
        "practice": service.address,
        "practice_storage": service.storage_address,
        "client_id": service.client_id,
        "sign_in": "app",
        **facts,
    }
    return scope.connections.add(
        name,
        system=system,
        kind="practice",
        settings=settings,
        secrets={"client_secret": service.client_secret},
        now=now,
    )
