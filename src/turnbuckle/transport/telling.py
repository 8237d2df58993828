"""Tell somebody's web address something: one POST of JSON, bounded, and never redirected.

A person named the address, and of several organisations perhaps not one we trust. So it is as with
addresses of remotes: https to public hosts alone, checked again by the session when it connects.
Loopback is for practice.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from turnbuckle.transport.addresses import is_public
from turnbuckle.transport.redaction import redact

_SECONDS = 10.0
_LONGEST = 2000  # characters
_INNER_NAMES = (".local", ".internal", ".localdomain", ".home.arpa", ".lan", ".localhost")


class BadAddress(Exception):
    """Nothing can be told there; the text says why, and shows no more than the host."""


class NotTold(Exception):
    """The address did not take it; the text says why, and shows no more than the host."""


def is_loopback(address: str) -> bool:
    """Check an address; tell whether it leads to this machine.

    Raises:
        BadAddress: nothing is told there.
    """
    url = _read(address)
    host = (url.host or "").rstrip(".").lower()
    number = _number(host)
    if host == "localhost" or (number is not None and number.is_loopback):
        return True
    if url.scheme != "https":
        raise BadAddress(f"{host} is to be told by https")
    inner = "." not in host or host.endswith(_INNER_NAMES)
    if not is_public(number) if number is not None else inner:
        raise BadAddress(f"{host} is not on the public internet")
    return False


def shown(address: str) -> str:
    """Give what people may see of an address: the rest is often a secret."""
    return URL(address).host or ""


async def tell(session: aiohttp.ClientSession, address: str, told: Mapping[str, Any]) -> None:
    """Post something once.

    Args:
        session: made by `addresses.open_session`.
        address: checked by `is_loopback`.
        told: what JSON can hold.

    Raises:
        NotTold: it was not taken.
        BadAddress: nothing is told there.
    """
    is_loopback(address)
    url, timeout = _read(address), aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with session.post(url, json=told, allow_redirects=False, timeout=timeout) as answer:
            if not 200 <= answer.status < 300:
                raise NotTold(f"{url.host} answered {answer.status}")
    except TimeoutError:
        raise NotTold(f"{url.host} did not answer within {_SECONDS:.0f} s") from None
    except (aiohttp.ClientError, OSError) as error:
        raise NotTold(f"{url.host} could not be reached ({_why(error)})") from None


def _read(address: str) -> URL:
    try:
        url = URL(address.strip(), encoded=True)
        fits = url.scheme in {"http", "https"} and bool(url.host) and len(address) <= _LONGEST
        fits = fits and address.isascii() and address.isprintable() and " " not in address.strip()
    except ValueError:
        fits = False
    if not fits:
        raise BadAddress("this is no web address; give one such as https://hooks.example.com/...")
    if url.user is not None or url.password is not None:
        raise BadAddress(f"the address at {url.host} must not carry a user name or a password")
    return url


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _why(error: Exception) -> str:
    """Say what kind of trouble it was; an error's own text may show the address."""
    cause = getattr(error, "os_error", None) or error.__cause__ or error
    words = getattr(cause, "strerror", None) or type(error).__name__
    return redact(str(words))
