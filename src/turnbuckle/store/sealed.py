"""The sealed secrets of connections: opened, sealed, and sealed anew with another key.

The key file is read at each use, so whoever exchanges keys need not restart anybody. Secrets are
sealed while their row is locked (or their organisation's names, where the row is new), and the key
file is read after that: whoever seals everything anew, under the same locks, misses none.
"""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from turnbuckle.store import locks, models
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.vault import Vault, VaultError, open_vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """How the secrets of all organisations are sealed.

    Attributes:
        by_key: how many connections' secrets are sealed with each key; by the keys' ids.
        shut: the names of connections whose secrets no key of ours opens.
        why: what a person should do about these.
    """

    by_key: Mapping[str, int]
    shut: tuple[str, ...] = ()
    why: str = ""


def opened(row: models.Connection) -> dict[str, Any]:
    """Give a row's secrets; empty when there are none.

    Raises:
        VaultError: they cannot be opened.
    """
    sealed = bytes(row.secrets)
    return _vault(True).unseal(row.organisation_id, sealed) if sealed else {}


def opened_now(connection: int) -> dict[str, Any]:
    """Give a connection's secrets, without a lock; somebody may seal them anew meanwhile.

    Raises:
        VaultError: they cannot be opened.
    """
    row = models.Connection.objects.get(id=connection)
    try:
        return opened(row)
    except VaultError:
        again = models.Connection.objects.get(id=connection)
        if bytes(again.secrets) == bytes(row.secrets):
            raise
        return opened(again)


def keep(row: models.Connection, secrets: Mapping[str, Any]) -> None:
    """Seal a row's secrets with the key that they were sealed with, inside the caller's unit.

    The caller holds the row, or its organisation where the row is new.

    Raises:
        VaultError: they cannot be sealed.
    """
    like = bytes(row.secrets) or _others()
    row.secrets = vault().seal(row.organisation_id, secrets, like=like)
    row.save(update_fields=["secrets"])


@tidy
def counted() -> Sealed:
    """Say which keys the secrets of all organisations are sealed with.

    Raises:
        VaultError: there are no keys to be had.
    """
    keys, by_key, shut, why = vault(), Counter[str](), [], ""
    for row in models.Connection.objects.exclude(secrets=b"").order_by("name"):
        try:
            by_key[keys.id_of(row.organisation_id, bytes(row.secrets))] += 1
        except VaultError as error:
            shut.append(row.name)
            why = str(error)
    return Sealed(by_key=by_key, shut=tuple(shut), why=why)


@unit
def reseal() -> int:
    """Seal all organisations' secrets with the first key.

    Returns:
        Of how many connections they were sealed with another one.

    Raises:
        VaultError: some cannot be opened; then all stay as they were.
    """
    rows, keys, changed = _all_held(), vault(), 0
    for row in rows:
        sealed = bytes(row.secrets)
        if keys.id_of(row.organisation_id, sealed) != keys.keys[0].id or b":" not in sealed:
            secrets = keys.unseal(row.organisation_id, sealed)
            row.secrets = keys.seal(row.organisation_id, secrets)
            row.save(update_fields=["secrets"])
            changed += 1
    return changed


def forget_shut() -> list[models.Connection]:
    """Forget what no key of ours opens, inside the caller's unit.

    Returns:
        The connections that lost their secrets so.

    Raises:
        VaultError: there are no keys to be had.
    """
    rows, keys, lost = _all_held(), vault(), []
    for row in rows:
        try:
            keys.unseal(row.organisation_id, bytes(row.secrets))
        except VaultError:
            row.secrets = b""
            row.save(update_fields=["secrets"])
            lost.append(row)
    return lost


def vault() -> Vault:
    """Read the keys as they are now, and make the first one where nothing was sealed yet.

    Raises:
        VaultError: they cannot be had.
    """
    return _vault(models.Connection.objects.exclude(secrets=b"").exists())


def _vault(secrets_exist: bool) -> Vault:
    return open_vault(settings.TURNBUCKLE_DATA, os.environ, secrets_exist=secrets_exist)


def _others() -> bytes:
    """Give other secrets, so that new ones get the same key; empty where there are none."""
    rows = models.Connection.objects.exclude(secrets=b"").order_by("id")
    found = bytes(rows.values_list("secrets", flat=True).first() or b"")
    return found if b":" in found else b""  # an earlier version of ours had one key alone


def _all_held() -> list[models.Connection]:
    """Give all rows with secrets, and let nobody add or change one during the caller's unit."""
    for number in models.Organisation.objects.order_by("id").values_list("id", flat=True):
        locks.organisation(number)
    rows = models.Connection.objects.select_for_update(no_key=True).exclude(secrets=b"")
    return list(rows.order_by("id"))
