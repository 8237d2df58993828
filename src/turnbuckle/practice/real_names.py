"""Let programs written for the real services call practice mode by the real services' names.

They are told two things that every such program can be told: a proxy (``HTTPS_PROXY``), which
leads the names to us and everything else nowhere, and an authority (``SSL_CERT_FILE``), which
vouches for the certificate that we show them.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from turnbuckle.practice.certificates import Certificates
from turnbuckle.practice.hosts import MICROSOFT, PROCORE
from turnbuckle.practice.listening import LOOPBACK
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.proxy import Proxy, routes_to


class RealNames:
    """The certificate and the proxy of one practice world."""

    def __init__(self, procore: PracticeProcore, microsoft: PracticeMicrosoft) -> None:
        self._procore = procore
        self._microsoft = microsoft
        self._sites = frozenset(microsoft.storage_names)
        self._hosts = frozenset({*PROCORE, *MICROSOFT, *self._sites})
        self._certificates = Certificates((LOOPBACK, "localhost", *sorted(self._hosts)))
        self._proxy: Proxy | None = None
        self.context = self._certificates.server_context()

    @property
    def port(self) -> int:
        """Where the proxy listens."""
        assert self._proxy is not None
        return _port(self._proxy.address)

    async def start(self, port: int) -> None:
        """Start the proxy, once the services listen.

        Raises:
            OSError: the port is taken.
        """
        routes = {
            **routes_to(_port(self._procore.address), frozenset(PROCORE)),
            **routes_to(_port(self._procore.storage_address), frozenset()),
            **routes_to(_port(self._microsoft.address), frozenset(MICROSOFT)),
            **routes_to(_port(self._microsoft.storage_address), self._sites),
        }
        self._proxy = Proxy(routes)
        await self._proxy.start(port)

    async def stop(self) -> None:
        """Stop the proxy."""
        if self._proxy is not None:
            await self._proxy.stop()

    def facts(self, folder: Path) -> dict[str, Any]:
        """Write the authority's certificate into a folder; tell where it and the proxy are.

        Raises:
            OSError: the folder does not take it.
        """
        assert self._proxy is not None
        files = self._certificates.write(folder)
        return {
            "tls": True,
            "ca_file": str(files.authority),
            "ca_bundle_file": str(files.bundle),
            "proxy_address": self._proxy.address,
            "real_hosts": sorted(self._hosts),
        }


def _port(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port
