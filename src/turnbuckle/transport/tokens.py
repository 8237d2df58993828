"""Who gives a wire its bearer, and where a refresh token is kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any, Protocol, runtime_checkable

from turnbuckle.ports.errors import Unreachable


class Tokens(Protocol):
    """The access tokens of one connection; safe to ask from many tasks at once."""

    async def bearer(self) -> str:
        """Give an access token that should be good for a minute or more.

        Raises:
            SignInNeeded: the credentials are wrong, expired or revoked.
            Unreachable: the sign-in host did not answer.
        """

    async def refused(self, bearer: str) -> None:
        """Drop that token, because the API refused it: the next `bearer` gives a new one."""


class TokenStore(Protocol):
    """Keeps what one connection needs to sign in again, encrypted; called from a thread."""

    def load(self) -> dict[str, Any] | None:
        """Give what was saved last; None when nobody signed in yet."""

    def save(self, tokens: Mapping[str, Any], /, *, used: str = "") -> None:
        """Keep it for good before returning.

        Args:
            tokens: what is to be kept.
            used: the refresh token that they were given for. Where another one is kept by now,
                somebody signed in again meanwhile, and that stays.
        """


@runtime_checkable
class SharedTokenStore(TokenStore, Protocol):
    """A `TokenStore` that several processes may use at once."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep the other processes out of `alone` for this connection; called from a thread.

        Raises:
            TimeoutError: on entering, when another process does not let go of it in time.
        """


@asynccontextmanager
async def alone(store: TokenStore) -> AsyncIterator[None]:
    """Keep other processes away from what a store keeps, where the store knows of any.

    Not to be cancelled on entering: run it in a task of its own.

    Raises:
        Unreachable: another process does not let go of it in time.
    """
    shared = store.alone() if isinstance(store, SharedTokenStore) else nullcontext()
    try:
        await asyncio.to_thread(shared.__enter__)
    except TimeoutError as error:
        raise Unreachable("another run has been signing in to this account for long") from error
    try:
        yield
    finally:
        await asyncio.to_thread(shared.__exit__, None, None, None)
