"""Signed addresses: whoever has one may fetch or put exactly that, until its time is over."""

import hmac
import secrets


class Signer:
    """Signs with a secret of its own."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def sign(self, *parts: object) -> str:
        """A signature over these parts, 64 hex digits."""
        text = "\n".join(str(part) for part in parts)
        return hmac.digest(self._secret, text.encode(), "sha256").hex()

    def is_signed(self, signature: str, *parts: object) -> bool:
        """Whether the signature is ours, over these very parts."""
        return hmac.compare_digest(signature.encode(), self.sign(*parts).encode())
