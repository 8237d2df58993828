"""Post to an address that somebody gave a service: which addresses, over what, for how long.

A webhook goes where its owner says, so its address is foreign input. As at the real services it
has to be https to a public host: checked when it is given, and again when it is used, after DNS
and for the very address that is connected to. Redirects are not followed.

Two switches of each service widen this. With `loopback_hooks` an address on this machine is good
too, over http as well. With `public_hooks` public addresses are really posted to; without it they
are accepted, and found unreachable, so that nothing leaves this machine unless somebody asked.
"""

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

_LONGEST_ADDRESS = 2048  # characters
_MOST_ANSWERED = 1 << 16  # bytes of an answer that are read
_MOST_AT_ONCE = 100
_INNER_NAMES = (".local", ".internal", ".localdomain", ".home.arpa")
_NAT64 = ipaddress.ip_network("64:ff9b::/32")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Awaitable[list[str]]]
"""Gives the numeric addresses of a name.

Raises:
    OSError: there are none.
"""


class BadAddress(Exception):
    """An address that a service does not post to; the text says why, after the word for it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far posts may go."""

    loopback: bool  # this machine, over http too
    public: bool  # public hosts are contacted; else they are merely accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of one post."""

    status: int | None = None  # None: there was no answer
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""  # the first 64 KiB
    error: str = ""  # why there was no answer
    timed_out: bool = False
    seconds: float = 0.0  # by the machine's clock, whatever clock the service has

    @property
    def is_taken(self) -> bool:
        """Whether the receiver said that it has it."""
        return self.status is not None and 200 <= self.status < 300


def good_address(text: str, reach: Reach, *, usual_port: bool = False) -> URL:
    """Read an address, without asking DNS.

    Args:
        text: as somebody gave it.
        reach: how far posts may go.
        usual_port: a public host is taken at port 443 alone.

    Raises:
        BadAddress: it is not one that a service would post to.
    """
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        raise BadAddress("is not a valid URL") from None
    host = (url.host or "").rstrip(".").lower()
    if not host or len(text) > _LONGEST_ADDRESS or not text.isprintable() or " " in text:
        raise BadAddress("is not a valid URL")
    if url.user is not None or url.password is not None:
        raise BadAddress("must not carry a user name or a password")
    if _is_here(host) and reach.loopback and url.scheme in {"http", "https"}:
        return url
    if url.scheme != "https":
        raise BadAddress("must be an https address")
    if not _is_public_host(host):
        raise BadAddress("must be publicly accessible")
    if usual_port and port != 443:
        raise BadAddress("must use the port 443")
    return url


def _number(host: str) -> Ip | None:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _is_here(host: str) -> bool:
    number = _number(host)
    if number is not None:
        return number.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _is_public(number: Ip) -> bool:
    if isinstance(number, ipaddress.IPv6Address):
        carries_another = number.sixtofour is not None or number.teredo is not None
        if carries_another or number in _NAT64:
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _is_public_host(host: str) -> bool:
    number = _number(host)
    if number is not None:
        return _is_public(number)
    last = host.rpartition(".")[2]
    is_odd_number = last.isdigit() or last.startswith("0x")  # "127.1", "0x7f.0.0.1"
    return "." in host and not is_odd_number and not host.endswith((".localhost", *_INNER_NAMES))


async def ask_dns(host: str) -> list[str]:
    """Give the addresses of a name as this machine's resolver knows them."""
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]


class Poster:
    """Posts for one service.

    Args:
        reach: asked before each post, since switches are turned while the service runs.
        trust: whose certificates are believed; None: those that this machine believes.
        resolve: asked for the addresses of public names.
    """

    def __init__(
        self,
        reach: Callable[[], Reach],
        *,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = ask_dns,
    ) -> None:
        self.reach = reach
        self.trust = trust
        self.resolve = resolve
        self._session: aiohttp.ClientSession | None = None

    async def check(self, text: str, *, usual_port: bool = False) -> None:
        """Say whether an address may be given, after DNS where public hosts are contacted.

        Raises:
            BadAddress: it may not.
        """
        host = good_address(text, self.reach(), usual_port=usual_port).host or ""
        if not self.reach().public or _is_here(host) or _number(host) is not None:
            return
        try:
            await self.vetted(host)
        except OSError:
            return  # who cannot be found today may be there when something happens

    async def vetted(self, host: str) -> list[str]:
        """Give the addresses of a name.

        Raises:
            BadAddress: one of them is not public, or nothing is posted to public hosts.
            OSError: there is none.
        """
        if _is_here(host):
            return ["127.0.0.1", "::1"]
        if not self.reach().public:
            raise BadAddress("cannot be reached: practice mode posts to this machine alone")
        found = await self.resolve(host)
        numbers = [_number(one) for one in found]
        if not all(number is not None and _is_public(number) for number in numbers):
            raise BadAddress("must be publicly accessible")
        return found

    async def post(
        self, address: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Posted:
        """Post once, and wait so long for the whole answer; never raises for what goes wrong."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            url = good_address(address, self.reach())
            if not _is_here(url.host or "") and not self.reach().public:
                raise BadAddress("cannot be reached: practice mode posts to this machine alone")
            async with asyncio.timeout(seconds):
                return await self._post(url, body, headers, began)
        except TimeoutError:
            return Posted(
                error="the receiver took too long", timed_out=True, seconds=loop.time() - began
            )
        except (BadAddress, aiohttp.ClientError, OSError, ValueError) as error:
            sentence = str(error) or type(error).__name__
            return Posted(error=sentence, seconds=loop.time() - began)

    async def _post(
        self, url: URL, body: bytes, headers: Mapping[str, str], began: float
    ) -> Posted:
        session = self._open()
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            read = bytearray()
            async for piece in answer.content.iter_chunked(_MOST_ANSWERED):
                read += piece
                if len(read) >= _MOST_ANSWERED:
                    break
            return Posted(
                status=answer.status,
                headers=dict(answer.headers),
                body=bytes(read[:_MOST_ANSWERED]),
                seconds=asyncio.get_running_loop().time() - began,
            )

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                ssl=True if self.trust is None else self.trust,
                resolver=_Vetting(self),
                use_dns_cache=False,
                limit=_MOST_AT_ONCE,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
                headers={"Accept-Encoding": "identity"},
            )
        return self._session

    async def close(self) -> None:
        """End all connections; the next post opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class _Vetting(AbstractResolver):
    """Lets a connection go only to an address that was looked at."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            found = await self._poster.vetted(host)
        except BadAddress as refused:
            raise OSError(errno.EHOSTUNREACH, str(refused)) from refused
        return [_resolved(host, one, port) for one in found]

    async def close(self) -> None:
        """There is nothing to end."""


def _resolved(host: str, number: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=number,
        port=port,
        family=socket.AF_INET6 if ":" in number else socket.AF_INET,
        proto=0,
        flags=int(socket.AI_NUMERICHOST),
    )
