"""What a run cost: calls by remote and label, and bytes."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meter:
    """Counts what was sent and received; shared by all wires of a run, or of a service.

    Attributes:
        calls: counted API calls by (remote, label), every attempt that was sent.
        transfers: requests for or with file content, to storage, by (remote, label).
        sign_ins: requests to a sign-in host, by (remote, label).
        bytes_up: content bytes sent, by remote.
        bytes_down: content bytes received, by remote.
        errors: what went wrong at a remote, by (remote, name of the error's class).
        retries: calls repeated because a token was refused.
    """

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    transfers: Counter[tuple[str, str]] = field(default_factory=Counter)
    sign_ins: Counter[tuple[str, str]] = field(default_factory=Counter)
    bytes_up: Counter[str] = field(default_factory=Counter)
    bytes_down: Counter[str] = field(default_factory=Counter)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    retries: int = 0

    def calls_to(self, remote: str) -> int:
        """Count the API calls to one remote."""
        return sum(count for (name, _), count in self.calls.items() if name == remote)
