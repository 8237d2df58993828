"""A sign-in that is not accepted any more: its links pause together, and it is told once.

All links that need the account wait, in whichever run it came out. Whoever signs in again lets
them go on (`Connections.sign_in_again`); a run that began before that pauses nothing.
"""

from dataclasses import dataclass

from turnbuckle.model.side import Side
from turnbuckle.ports.errors import SignInNeeded
from turnbuckle.sync.ends import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """What a run says of it."""

    side: Side
    text: str  # what happened and what to do
    is_news: bool  # no other run told of it


def pause(ends: Ends, error: SignInNeeded) -> SignedOut | None:
    """Pause all integrations through the account that an error is about.

    Returns:
        What to say; None where nobody knows which account it is.
    """
    for side, connection in ends.connections.items():
        if connection.id == error.connection:
            text = f"{error} ({connection.sign_in_command})"
            paused = ends.scope.integrations.pause(connection, text)
            return SignedOut(side=side, text=text, is_news=paused > 0)
    return None
