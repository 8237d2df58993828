"""Whether a remote's host can be reached at all: its name, a connection, its certificate.

No request is made. What is in the way is told by the step that failed, because each step is
mended by somebody else: names by whoever keeps the DNS, connections by whoever keeps the firewall,
certificates by whoever put a proxy in between, or set the clock.
"""

import asyncio
import contextlib
import ipaddress
import ssl
from dataclasses import dataclass

from yarl import URL

from turnbuckle.transport.addresses import PublicResolver


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is in the way, and what to do about it; both for people to read."""

    said: str
    todo: str


async def obstacle(origin: str, limit_seconds: float) -> Obstacle | None:
    """Look a host up, connect to it and see its certificate; None: nothing is in the way.

    Args:
        origin: scheme, host and, where it is an odd one, port.
        limit_seconds: for each of the steps.
    """
    url = URL(origin)
    host, port = url.host or "", url.port or 443
    try:
        async with asyncio.timeout(limit_seconds):
            place = await _place(host, port)
    except (OSError, TimeoutError) as error:
        return Obstacle(
            f"the name {host} cannot be looked up ({_short(error)})",
            "see whether this machine is connected and its DNS answers",
        )
    try:
        async with asyncio.timeout(limit_seconds):
            await _greet(place, port, host if url.scheme == "https" else None)
    except ssl.SSLError as error:
        return Obstacle(
            f"the certificate of {host} is not accepted ({_short(error)})",
            "see whether the clock is right, whether the system's certificates are up to date, and"
            " whether a proxy opens connections on the way",
        )
    except (OSError, TimeoutError) as error:
        return Obstacle(
            f"{host}:{port} cannot be connected to ({_short(error)})",
            "see whether it is running, and let this machine's connections to it through every"
            " firewall",
        )
    return None


async def _place(host: str, port: int) -> str:
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    found = await PublicResolver().resolve(host, port)
    if not found:
        raise OSError("no address")
    return str(found[0]["host"])


async def _greet(place: str, port: int, name: str | None) -> None:
    secure = None if name is None else ssl.create_default_context()
    _, writer = await asyncio.open_connection(place, port, ssl=secure, server_hostname=name)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _short(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
