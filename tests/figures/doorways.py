"""Connects accounts, binds links and makes their hooks: a program, with a data folder of its own.

    TURNBUCKLE_DATA=... python tests/figures/doorways.py < ORDER

The order is JSON: the start-up facts of both services, the folders of the links, and the public
address. It prints, by feed, path and secret of its hook. Links and hooks go into the store as
`link add` and the tending of hooks leave them; both remotes would be asked twenty times for each
otherwise, and nobody but their remote would know a hook's secret.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django


def main() -> None:
    """Carry out the order of stdin."""
    order = json.load(sys.stdin)
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    django.setup()
    from turnbuckle.cli.opening import open_store

    open_store()
    for system in ("procore", "microsoft"):
        _connect(system, order[system])
    for link in order["links"]:
        _bind(link)
    print(json.dumps(dict(_hooks(order["base"]))))


def _connect(system: str, facts: Any) -> None:
    from turnbuckle.actions import connections
    from turnbuckle.actions.connections import Wanted
    from turnbuckle.store import organisations
    from turnbuckle.wiring import clouds

    where = {"practice": facts["address"], "practice_storage": facts["storage_address"]}
    wanted = Wanted(
        name=system,
        system=system,
        cloud=clouds.choose(system, None, **where),
        client_id=facts["client_id"],
        client_secret=facts["client_secret"],
        company=str(facts["company_id"]) if system == "procore" else None,
        tenant=facts.get("tenant_id", ""),
    )
    connections.keep(organisations.of(), connections.check(wanted), datetime.now(UTC))


def _bind(link: Any) -> None:
    from turnbuckle.model.items import ItemId
    from turnbuckle.model.policy import Policy
    from turnbuckle.model.side import Side
    from turnbuckle.model.trees import DOCUMENTS
    from turnbuckle.store import organisations
    from turnbuckle.store.records import Bound
    from turnbuckle.wiring.registry import to_keep

    scope = organisations.of()
    scope.links.add(
        link["name"],
        left=scope.feeds.of(scope.connections.get("procore"), link["left_feed"]),
        right=scope.feeds.of(scope.connections.get("microsoft"), link["right_feed"]),
        bounds=[
            Bound(tool=DOCUMENTS, left=ItemId(link["left"]), right=ItemId(link["right"])),
        ],
        policy=to_keep(Policy()),
        path_start={Side.RIGHT: 80},
        now=datetime.now(UTC),
    )


def _hooks(base: str) -> Any:
    from turnbuckle.store import hooks

    now = datetime.now(UTC)
    hooks.sow(now, systems=("procore", "microsoft"), kinds=("practice",))
    for claimed in hooks.claim(now, 10_000, base=base):
        secret, system = hooks.begin(claimed), claimed.connection.system
        hooks.made(claimed, "r", expires=None, now=now, next_at=now + timedelta(days=1))
        yield claimed.hook.feed, (f"/hooks/{system}/{claimed.key}/{claimed.hook.id}", secret)


if __name__ == "__main__":
    main()
