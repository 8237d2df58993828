"""Connects accounts and binds folders for many links, in one process.

    DATABASE_URL=... TURNBUCKLE_DATA=... python tests/fleet/making.py < ORDER

The order is JSON: the start-up facts of both services, and the links with the ids of their folders.
Accounts are connected as `turnbuckle connect` does. Links go into the store at once: `link add`
would ask both remotes fifteen times for each whether all is ready, which other tests are about.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

MICROSOFT = "microsoft"


def main() -> None:
    """Carry out the order of stdin."""
    order = json.load(sys.stdin)
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    django.setup()
    from turnbuckle.actions import cadence
    from turnbuckle.cli.opening import open_store

    scope = open_store()
    _connect(order)
    for link in order["links"]:
        _bind(link)
    first_of = {link["company"]: link["name"] for link in reversed(order["links"])}
    for name in first_of.values():
        cadence.change(scope, name, {"poll": timedelta(seconds=order["poll_seconds"])})


def _connect(order: Any) -> None:
    from turnbuckle.actions import connections
    from turnbuckle.actions.connections import Wanted
    from turnbuckle.store import organisations
    from turnbuckle.wiring import clouds

    accounts = {_connection(link["company"]): str(link["company"]) for link in order["links"]}
    scope = organisations.of()
    for name, company in {**accounts, MICROSOFT: None}.items():
        system = MICROSOFT if company is None else "procore"
        facts = order[system]
        where = {"practice": facts["address"], "practice_storage": facts["storage_address"]}
        wanted = Wanted(
            name=name,
            system=system,
            cloud=clouds.choose(system, None, **where),
            client_id=facts["client_id"],
            client_secret=facts["client_secret"],
            company=company,
            tenant=facts.get("tenant_id", ""),
        )
        connections.keep(scope, connections.check(wanted), datetime.now(UTC))


def _bind(link: Any) -> None:
    from turnbuckle.model.items import ItemId
    from turnbuckle.model.policy import Policy
    from turnbuckle.model.side import Side
    from turnbuckle.model.trees import DOCUMENTS
    from turnbuckle.store import organisations
    from turnbuckle.store.records import Bound
    from turnbuckle.wiring import procore
    from turnbuckle.wiring.registry import to_keep

    scope = organisations.of()
    left, right = (
        scope.connections.get(_connection(link["company"])),
        scope.connections.get(MICROSOFT),
    )
    scope.links.add(
        link["name"],
        left=scope.feeds.of(left, procore.feed_address(link["project"])),
        right=scope.feeds.of(right, link["drive"]),
        bounds=[
            Bound(tool=DOCUMENTS, left=ItemId(link["left"]), right=ItemId(link["right"])),
        ],
        policy=to_keep(Policy()),
        path_start={Side.RIGHT: link["path_units"]},
        now=datetime.now(UTC),
    )


def _connection(company: int) -> str:
    return f"company {company}"


if __name__ == "__main__":
    main()
