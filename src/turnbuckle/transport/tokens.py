"""Who gives a wire its bearer, and where a refresh token is kept."""

from collections.abc import Mapping
from typing import Any, Protocol


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

    def save(self, tokens: Mapping[str, Any], /) -> None:
        """Keep it for good before returning."""
