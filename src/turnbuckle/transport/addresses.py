"""Which addresses are followed, when a remote gave them.

A next link, a Location or a file address is somebody else's word. It is followed over https only,
to public addresses, and the address that was checked is the one connected to: the check of names
is done by `PublicResolver`, inside the session. Loopback is for practice clouds alone.
"""

import asyncio
import ipaddress
import socket
from typing import Literal

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.redaction import redact

MOST_REDIRECTS = 5
_HTTPS_PORT = 443
_LOOPBACK_NAME = "localhost"

type Purpose = Literal["api", "content"]


def parsed(address: str) -> URL:
    """Read an address without touching its spelling: a signature covers every character.

    Raises:
        MalformedReply: this is no absolute address.
    """
    is_plain = address.isascii() and address.isprintable() and " " not in address
    try:
        url = URL(address, encoded=is_plain)
        is_absolute = url.absolute and bool(url.host) and url.port is not None
    except ValueError:
        is_absolute = False
    if not is_absolute:
        raise MalformedReply(f"the remote gave an address that is none: {redact(address)[:200]}")
    return url


def check_address(address: str | URL, *, cloud: Cloud, purpose: Purpose) -> None:
    """Refuse an address that we must not follow.

    Args:
        address: absolute; given by a remote, or put together by us.
        cloud: of the connection that would follow it.
        purpose: ``api``: a counted call with the bearer, to the cloud's own host only;
            ``content``: file bytes, wherever the remote keeps them.

    Raises:
        MalformedReply: it must not be followed; the text holds no secret.
    """
    url = address if isinstance(address, URL) else parsed(address)
    reason = _refusal(url, cloud, purpose)
    if reason is not None:
        shown = redact(str(url))[:200]
        raise MalformedReply(f"{cloud.name} gave an address not followed ({reason}): {shown}")


def _refusal(url: URL, cloud: Cloud, purpose: Purpose) -> str | None:
    if url.user is not None or url.password is not None:
        return "it names a user"
    if purpose == "api":
        return None if _origin(url) == cloud.api else "it leads to another host than the API's"
    if cloud.kind == "practice":
        return _practice_refusal(url, cloud)
    if url.scheme != "https":
        return "it is not https"
    host = (url.raw_host or "").rstrip(".").lower()
    if host == _LOOPBACK_NAME or host.endswith("." + _LOOPBACK_NAME):
        return "it leads to this machine"
    literal = _literal(host)
    if literal is not None and not is_public(literal):
        return "it leads to a private address"
    return None


def _practice_refusal(url: URL, cloud: Cloud) -> str | None:
    if cloud.storage_hosts:
        allowed = _origin(url) in {cloud.api, cloud.sign_in, *cloud.storage_hosts}
        return None if allowed else "practice mode follows its own addresses only"
    host = url.host or ""
    literal = _literal(host)
    is_loopback = host == _LOOPBACK_NAME or (literal is not None and literal.is_loopback)
    return None if url.scheme == "http" and is_loopback else "practice mode stays on this machine"


def may_have_bearer(url: URL, cloud: Cloud) -> bool:
    """Tell whether the connection's token may be sent along with a request for file content."""
    origin = _origin(url)
    if origin in {cloud.api, cloud.sign_in}:
        return True
    if cloud.kind == "practice" or url.scheme != "https" or url.port != _HTTPS_PORT:
        return False
    host = (url.raw_host or "").lower()
    return any(
        host.endswith(name) if name.startswith(".") else host == name
        for name in cloud.storage_hosts
    )


def _origin(url: URL) -> str:
    host = url.raw_host or ""
    shown = f"[{host}]" if ":" in host else host
    port = "" if url.is_default_port() else f":{url.port}"
    return f"{url.scheme}://{shown}{port}"


type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public internet, looking into IPv6 forms of IPv4 too."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.sixtofour is not None:
            return False  # tunnels into IPv4
    return address.is_global and not address.is_multicast


class PublicResolver(AbstractResolver):
    """Looks names up and hands out public addresses only, so the checked one is connected to.

    The one exception is the name ``localhost``, which gives loopback addresses and nothing else;
    `check_address` lets it pass for practice clouds alone.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give the addresses of `host` that may be connected to.

        Raises:
            OSError: the name is unknown, or leads to a private address.
        """
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
        )
        results: list[ResolveResult] = []
        for kind, _, protocol, _, place in found:
            address = ipaddress.ip_address(str(place[0]).partition("%")[0])
            fits = address.is_loopback if host == _LOOPBACK_NAME else is_public(address)
            if not fits:
                raise OSError(f"{host} leads to an address that must not be connected to")
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(address),
                    port=port,
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held open."""


def open_session(*, most_per_host: int = 16) -> aiohttp.ClientSession:
    """Open the HTTP session of one event loop; the caller closes it.

    It keeps no cookies, repeats nothing, and resolves names through `PublicResolver`.
    """
    connector = aiohttp.TCPConnector(
        limit=4 * most_per_host, limit_per_host=most_per_host, resolver=PublicResolver()
    )
    session = aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), read_bufsize=1 << 18
    )
    # By itself a session sends a PUT or DELETE again when a kept connection drops. Who repeats a
    # write, and after which look, is for `sync` to say; the library offers no public switch.
    session._retry_connection = False
    return session
