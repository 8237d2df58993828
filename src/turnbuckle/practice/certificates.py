"""A certificate for the services, and the authority that vouches for it, both made at start.

The authority's key never leaves this process and is gone with it. Whoever wants to speak TLS with
us trusts its certificate by a file; nothing is put into the machine's own store.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme

_AUTHORITY = "ca.pem"
_BUNDLE = "ca-bundle.pem"


@dataclass(frozen=True, slots=True)
class AuthorityFiles:
    """Where the authority's certificate is."""

    authority: Path  # alone
    bundle: Path  # after those that this machine trusts, for programs that call others too


class Certificates:
    """One authority and one certificate.

    Args:
        names: the hosts and addresses that the certificate is for.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._authority = trustme.CA(organization_name="Turnbuckle practice mode")
        self._leaf = self._authority.issue_cert(*names)

    def server_context(self) -> ssl.SSLContext:
        """Give the settings by which a server shows the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        self._leaf.configure_cert(context)
        return context

    def write(self, folder: Path) -> AuthorityFiles:
        """Write the authority's certificate into a folder, never its key.

        Raises:
            OSError: the folder does not take it.
        """
        files = AuthorityFiles(folder / _AUTHORITY, folder / _BUNDLE)
        mine = self._authority.cert_pem.bytes()
        trusted = ssl.create_default_context().get_ca_certs(binary_form=True)
        theirs = "".join(ssl.DER_cert_to_PEM_cert(one) for one in trusted)
        files.authority.write_bytes(mine)
        files.bundle.write_bytes(theirs.encode("ascii") + mine)
        return files
