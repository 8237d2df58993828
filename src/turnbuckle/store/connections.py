"""An organisation's connections, and their secrets."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import QuerySet

from turnbuckle.store import lock_files, locks, models, sealed, server_locks
from turnbuckle.store.integrations import Integrations
from turnbuckle.store.names import NameTaken, StillUsed, UnknownName
from turnbuckle.store.records import RECIPIENT, Connection
from turnbuckle.store.units import tidy, unit
from turnbuckle.store.unusable import StoreUnusable

_TOKENS = "tokens"  # the secret that `TokenStore` keeps; the others are the person's own
_SAVE_PATIENCE_SECONDS = 60.0  # less than others wait for us to let go of the tokens
_SAVE_PAUSE_SECONDS = 0.5
# Longer than a call to a sign-in host may take, and less than others wait for the tokens.
_FROZEN_AFTER_SECONDS = 80.0


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections of one organisation."""

    organisation: int

    @unit
    def add(
        self,
        name: str,
        *,
        system: str,
        kind: str,
        settings: Mapping[str, Any],
        secrets: Mapping[str, Any],
        account: str = "",
        now: datetime,
    ) -> Connection:
        """Keep a new connection.

        Raises:
            NameTaken: there is one of that name.
            VaultError: the secrets cannot be sealed.
        """
        locks.organisation(self.organisation)
        if self._rows().filter(name=name).exists():
            raise NameTaken(f"there is a connection called {name!r} already; remove it first")
        row = models.Connection.objects.create(
            organisation_id=self.organisation,
            name=name,
            system=system,
            kind=kind,
            settings=dict(settings),
            account=account,
            created=now,
        )
        sealed.keep(row, secrets)
        return _record(row)

    @tidy
    def get(self, name: str) -> Connection:
        """Give the connection of that name.

        Raises:
            UnknownName: there is none; the message lists those that there are.
        """
        row = self._rows().filter(name=name).first()
        if row is None:
            known = ", ".join(self._rows().order_by("name").values_list("name", flat=True))
            raise UnknownName(
                f"there is no connection called {name!r}; "
                + (f"there are: {known}" if known else "make one with `turnbuckle connect`")
            )
        return _record(row)

    @tidy
    def by_id(self, connection: int) -> Connection:
        """Give the connection that a feed belongs to.

        Raises:
            UnknownName: this organisation has none of that id.
        """
        row = self._rows().filter(id=connection).first()
        if row is None:
            raise UnknownName("this connection was removed")
        return _record(row)

    @tidy
    def list(self) -> list[Connection]:
        """Give all connections, by name."""
        return [_record(row) for row in self._rows().order_by("name")]

    @unit
    def change(
        self, connection: Connection, *, settings: Mapping[str, Any], account: str
    ) -> Connection:
        """Replace a connection's settings and account; the secrets stay."""
        row = self._rows().select_for_update(no_key=True).get(id=connection.id)
        row.settings, row.account = dict(settings), account
        row.save(update_fields=["settings", "account"])
        return _record(row)

    @unit
    def sign_in_again(
        self,
        connection: Connection,
        *,
        settings: Mapping[str, Any],
        secrets: Mapping[str, Any],
        account: str,
    ) -> int:
        """Replace what a connection signs in with, and let the links that waited for it go on.

        Nobody may renew its tokens meanwhile: call it inside `TokenStore.alone`.

        Returns:
            How many links wait no longer.

        Raises:
            VaultError: the secrets cannot be sealed.
        """
        row = self._rows().select_for_update(no_key=True).get(id=connection.id)
        row.settings, row.account = dict(settings), account
        row.sign_ins += 1
        row.save(update_fields=["settings", "account", "sign_ins"])
        sealed.keep(row, secrets)
        return Integrations(self.organisation).resume(connection)

    @unit
    def remove(self, name: str) -> None:
        """Forget a connection with its secrets.

        Raises:
            UnknownName: there is none of that name.
            StillUsed: a link reads from it; the message names the link.
        """
        locks.organisation(self.organisation)
        connection = self.get(name)
        feeds = models.Feed.objects.filter(connection_id=connection.id)
        for side in ("left", "right"):
            link = models.Link.objects.filter(**{f"{side}_feed__in": feeds}).first()
            if link is not None:
                raise StillUsed(f"the link {link.name!r} uses this connection; remove it first")
        feeds.delete()
        self._rows().filter(id=connection.id).delete()

    def _rows(self) -> QuerySet[models.Connection]:
        return models.Connection.objects.filter(organisation_id=self.organisation)


@tidy
def secrets_of(connection: Connection) -> dict[str, Any]:
    """Give a connection's secrets; empty when there are none.

    Raises:
        VaultError: they cannot be opened.
    """
    return sealed.opened_now(connection.id)


@unit
def save_secrets(connection: Connection, secrets: Mapping[str, Any]) -> None:
    """Replace a connection's secrets; tokens that they brought are dropped.

    Raises:
        VaultError: they cannot be sealed.
    """
    row = models.Connection.objects.select_for_update(no_key=True).get(id=connection.id)
    sealed.keep(row, secrets)


@dataclass(frozen=True, slots=True)
class TokenStore:
    """Keeps what one connection was given to sign in again, beside its other secrets."""

    connection: Connection

    @tidy
    def load(self) -> dict[str, Any] | None:
        """Give what was saved last; None when nobody signed in yet."""
        return secrets_of(self.connection).get(_TOKENS)

    def save(self, tokens: Mapping[str, Any], /, *, used: str = "") -> None:
        """Keep it for good before returning, unless somebody signed in again meanwhile.

        A database that is away for a moment is waited for: what a single-use refresh token was
        exchanged for is nowhere else.

        Args:
            tokens: what is to be kept.
            used: the refresh token that they were given for; empty: they are kept in any case.
        """
        until = time.monotonic() + _SAVE_PATIENCE_SECONDS
        while True:
            try:
                return self._save(tokens, used)
            except (OperationalError, StoreUnusable):
                if time.monotonic() >= until:
                    raise
            time.sleep(_SAVE_PAUSE_SECONDS)

    @unit
    def _save(self, tokens: Mapping[str, Any], used: str) -> None:
        row = models.Connection.objects.select_for_update(no_key=True).get(id=self.connection.id)
        kept = sealed.opened(row)
        if used and kept.get(_TOKENS, {}).get("refresh_token") != used:
            return
        sealed.keep(row, {**kept, _TOKENS: dict(tokens)})

    def alone(self) -> AbstractContextManager[None]:
        """Keep all other processes that use this database from renewing these tokens meanwhile.

        Raises:
            TimeoutError: on entering, when another one does not let go of it in time.
        """
        name = f"connection-{self.connection.id}"
        if connection.vendor == "postgresql":
            return server_locks.alone(name, frozen_after_seconds=_FROZEN_AFTER_SECONDS)
        return lock_files.alone(settings.TURNBUCKLE_DATA / f"{name}.lock")


@unit
def forget_shut() -> list[Connection]:
    """Forget secrets that no key of ours opens, and let the links that need them wait.

    Returns:
        The connections that somebody has to sign in for again.

    Raises:
        VaultError: there are no keys to be had.
    """
    lost = [_record(row) for row in sealed.forget_shut()]
    for one in lost:
        together = (
            _how(each)
            for each in lost
            if each.organisation == one.organisation and each.system != RECIPIENT
        )
        reason = "the key was lost, and the sign-ins with it; sign in again for"
        Integrations(one.organisation).pause(one, f"{reason} {' and '.join(together)}")
    return lost


def _how(connection: Connection) -> str:
    return f'{connection.name} (turnbuckle connect {connection.system} --name "{connection.name}")'


def _record(row: models.Connection) -> Connection:
    return Connection(
        id=row.id,
        organisation=row.organisation_id,
        name=row.name,
        system=row.system,
        kind=row.kind,
        settings=row.settings,
        account=row.account,
        created=row.created,
        sign_ins=row.sign_ins,
    )
