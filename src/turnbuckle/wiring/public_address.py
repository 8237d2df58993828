"""Where remotes can reach us: the one address that word of changes is posted to.

Both remotes post over https to public hosts alone, and Microsoft to the usual port alone, so any
other address is refused here, with the reason, instead of later by them. Practice services on this
machine take loopback addresses when they are told to; such an address is for them alone.
"""

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from yarl import URL

from turnbuckle.transport.addresses import is_public

VARIABLE = "TURNBUCKLE_PUBLIC_ADDRESS"
"""The environment variable that holds it where no option names one."""

_LONGEST = 500  # characters; the path of a hook comes behind
_INNER_NAMES = (".local", ".internal", ".localdomain", ".home.arpa", ".lan", ".test")
_NAME = re.compile(r"(?!-)[a-z0-9-]+(\.(?!-)[a-z0-9-]+)+", re.ASCII)
_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/?)*", re.ASCII)
_HOOK = re.compile(r"/hooks/(?P<system>[a-z]+)/(?P<key>[^/?#]+)/(?P<number>[0-9]{1,18})$")


class BadPublicAddress(Exception):
    """What a person gave as our public address cannot be it; the text says why."""


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where remotes can reach us.

    Attributes:
        base: scheme, host and, behind a proxy, a path; without a slash at the end.
        loopback: only practice services on this machine can reach it.
    """

    base: str
    loopback: bool = False

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of connection whose remotes can reach it."""
        return ("practice",) if self.loopback else ("practice", "live")

    def of_hook(self, system: str, key: str, number: int) -> str:
        """Give where a remote posts word of one hook."""
        return f"{self.base}/hooks/{system}/{key}/{number}"


def hook_of(address: str, system: str, keys: Collection[str]) -> int | None:
    """Read the number of a hook of ours out of its address; None: it is not ours.

    Ours are known by the key of an integration, which nobody can guess, wherever they lead to.
    """
    found = _HOOK.search(address)
    if found is None or found["system"] != system or found["key"] not in keys:
        return None
    return int(found["number"])


def public_address(named: str | None, environment: Mapping[str, str]) -> PublicAddress | None:
    """Read our public address.

    Args:
        named: what a person gave; None: nothing, so the environment decides.
        environment: may hold `VARIABLE`.

    Returns:
        None where there is none: then nobody can post to us.

    Raises:
        BadPublicAddress: no remote would post to it.
    """
    text = environment.get(VARIABLE, "") if named is None else named
    return _read(text.strip()) if text.strip() else None


def _read(text: str) -> PublicAddress:
    try:
        url = URL(text)
        host, port = (url.host or "").rstrip(".").lower(), url.port
    except ValueError:
        raise BadPublicAddress(f"{text!r} is no address; {_FORM}") from None
    if url.user or url.password:
        raise BadPublicAddress(f"our address must not carry a user name or a password; {_FORM}")
    if not host or len(text) > _LONGEST or url.query or url.fragment:
        raise BadPublicAddress(f"{text[:100]!r} is no address of a host alone; {_FORM}")
    if not _PATH.fullmatch(url.raw_path or "/"):
        raise BadPublicAddress(f"the path of {text!r} holds unusual characters; {_FORM}")
    base = str(url.with_path(url.raw_path.rstrip("/"), encoded=True)).rstrip("/")
    if _is_loopback(host):
        return PublicAddress(base, loopback=True)
    if url.scheme != "https":
        raise BadPublicAddress(f"{text!r} is not https, and remotes post to nothing else; {_FORM}")
    if not _is_public_host(host):
        raise BadPublicAddress(f"remotes cannot reach {host!r} from the internet; {_FORM}")
    if port != 443:
        raise BadPublicAddress(f"Microsoft posts to port 443 alone, not to {port}; {_FORM}")
    return PublicAddress(base)


_FORM = "give one such as https://sync.example.com, which leads to this program's --port"


def _is_loopback(host: str) -> bool:
    number = _number(host)
    return number.is_loopback if number is not None else host == "localhost"


def _is_public_host(host: str) -> bool:
    number = _number(host)
    if number is not None:
        return is_public(number)
    last = host.rpartition(".")[2]
    return bool(_NAME.fullmatch(host)) and not last.isdigit() and not host.endswith(_INNER_NAMES)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
