"""What all remotes of one event loop share: a session, a clock, a meter, a budget per account."""

import random
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from turnbuckle.ports.clock import Clock
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.tokens import Tokens, TokenStore
from turnbuckle.wiring.budgets import Budgets
from turnbuckle.wiring.clouds import cloud_of


@dataclass(slots=True)
class InMemory:
    """A `TokenStore` for an account that is tried before anything is stored."""

    tokens: dict[str, Any] | None = None

    def load(self) -> dict[str, Any] | None:
        """Give what was saved last."""
        return self.tokens

    def save(self, tokens: Mapping[str, Any], /, *, used: str = "") -> None:
        """Keep it until the process ends; nobody else signs in for it."""
        self.tokens = dict(tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is needed to sign in to one remote account, stored or not.

    Attributes:
        settings: ``cloud`` or ``practice``, ``client_id``, ``sign_in`` ("app" or "person"), and
            what the system needs besides (``company_id``, ``user_id``; ``tenant``).
        client_secret: of our app's registration.
        tokens: where a person's permission is kept.
        key: equal for equal accounts; wires of one account share one token source.
        connection: the id of the stored connection; None before it is stored.
    """

    system: str
    settings: Mapping[str, Any]
    client_secret: str = field(repr=False)
    tokens: TokenStore = field(default_factory=InMemory, repr=False)
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    connection: int | None = None

    @property
    def cloud(self) -> Cloud:
        """The hosts it is about."""
        return cloud_of(self.system, self.settings)

    @property
    def counted_as(self) -> str:
        """Name the account as its remote counts calls; equal for all who share its limits.

        Procore counts by app and person, and an app's own account by company too; Microsoft by
        app and tenant.
        """
        told = self.settings
        if self.system == "procore":
            whose = told.get("company_id") if self.by_app else told.get("user_id")
        else:
            whose = told.get("tenant")
        return f"{self.system} {self.cloud.api} {told.get('client_id')} {whose or ''}".strip()

    @property
    def by_app(self) -> bool:
        """Whether the app signs in by itself, as a service account."""
        return str(self.settings.get("sign_in", "app")) == "app"


@dataclass(slots=True, kw_only=True)
class Shared:
    """What the wires of one event loop share."""

    session: aiohttp.ClientSession
    clock: Clock
    meter: Meter
    budgets: Budgets
    signed_in: dict[str, Tokens] = field(default_factory=dict)
    spread: float = field(default_factory=random.random)  # see `transport.renewing`

    def budget(self, account: Account) -> Budget:
        """Give the budget of an account, the same for all that sign in as it."""
        return self.budgets.of(account.system, account.counted_as)

    def tokens(self, account: Account, make: Callable[[], Tokens]) -> Tokens:
        """Give the one token source of an account: a refresh token must not be used twice."""
        if account.key not in self.signed_in:
            self.signed_in[account.key] = make()
        return self.signed_in[account.key]


@asynccontextmanager
async def shared(
    clock: Clock, meter: Meter, budgets: Budgets | None = None
) -> AsyncIterator[Shared]:
    """Open what the wires of this event loop share, and close it again.

    Args:
        clock: the time.
        meter: what counts the calls.
        budgets: those of the process, which stay open; None: some of its own.
    """
    mine = budgets or Budgets(clock)
    async with open_session() as session:
        try:
            yield Shared(session=session, clock=clock, meter=meter, budgets=mine)
        finally:
            if budgets is None:
                await mine.close()
