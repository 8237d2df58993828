"""The fixed lists of hosts that connections may be made to.

Base hosts never come from a form: a person picks a cloud by its name, and practice mode gives its
own loopback address.

Sources: the fact sheets of both remotes, section 1.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The hosts of one remote's installation.

    Attributes:
        sign_in: scheme and host where people and apps sign in, without a slash at the end.
        api: scheme and host of the counted calls, without a slash at the end.
        storage_hosts: live: further hosts whose file addresses get the bearer (a leading full stop
            stands for all hosts below it). Practice: the storage address, which never gets it.
    """

    name: str
    kind: Literal["live", "practice"]
    sign_in: str
    api: str
    storage_hosts: tuple[str, ...] = ()


PROCORE_CLOUDS: dict[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="production",
            kind="live",
            sign_in="https://login.procore.com",
            api="https://api.procore.com",
            storage_hosts=(".procore.com",),
        ),
        Cloud(
            name="sandbox",
            kind="live",
            sign_in="https://login-sandbox.procore.com",
            api="https://sandbox.procore.com",
            storage_hosts=(".procore.com",),
        ),
        Cloud(
            name="monthly-sandbox",
            kind="live",
            sign_in="https://login-sandbox-monthly.procore.com",
            api="https://api-monthly.procore.com",
            storage_hosts=(".procore.com",),
        ),
        Cloud(
            name="federal",
            kind="live",
            sign_in="https://login.procoregov.com",
            api="https://api.procoregov.com",
            storage_hosts=(".procoregov.com",),
        ),
    )
}

MICROSOFT_CLOUDS: dict[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="global",
            kind="live",
            sign_in="https://login.microsoftonline.com",
            api="https://graph.microsoft.com",
        ),
        Cloud(
            name="us-l4",
            kind="live",
            sign_in="https://login.microsoftonline.us",
            api="https://graph.microsoft.us",
        ),
        Cloud(
            name="us-dod",
            kind="live",
            sign_in="https://login.microsoftonline.us",
            api="https://dod-graph.microsoft.us",
        ),
        Cloud(
            name="china",
            kind="live",
            sign_in="https://login.chinacloudapi.cn",
            api="https://microsoftgraph.chinacloudapi.cn",
        ),
    )
}


def practice_cloud(system: str, address: str, storage_address: str | None = None) -> Cloud:
    """Make the cloud of a practice service that runs on this machine.

    Args:
        system: whose practice service it is, for people to read ("procore", "microsoft").
        address: where its sign-in and its API listen, such as ``http://127.0.0.1:8071``.
        storage_address: where its storage listens; None: any loopback address may be followed.

    Raises:
        ValueError: an address is not plain http on this machine's loopback.
    """
    main = _loopback(address)
    storage = () if storage_address is None else (_loopback(storage_address),)
    return Cloud(
        name=f"practice {system}", kind="practice", sign_in=main, api=main, storage_hosts=storage
    )


def _loopback(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK_HOSTS:
        raise ValueError(
            f"{address!r} is not a practice address: it must start with http:// and name "
            "127.0.0.1, localhost or [::1]"
        )
    if parts.username or parts.password or parts.query or parts.path.strip("/"):
        raise ValueError(f"{address!r} is not a practice address: give host and port only")
    return f"{parts.scheme}://{parts.netloc}"
