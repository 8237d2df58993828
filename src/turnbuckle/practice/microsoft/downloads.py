"""Pre-authenticated download addresses: whoever has one may read that file for an hour."""

import base64
import hmac
import secrets
from urllib.parse import quote

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Bytes, Entry
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.refusals import Refusal, not_found
from turnbuckle.practice.microsoft.tenant import Tenant

_SEAL_CHARACTERS = 32


class Downloads:
    """Makes and reads download addresses."""

    def __init__(self, tenant: Tenant, clock: PracticeClock, limits: GraphLimits) -> None:
        self._tenant = tenant
        self._clock = clock
        self._limits = limits
        self._key = secrets.token_bytes(32)
        self._sites: dict[str, str] = {}

    def path(self, drive: Drive, entry: Entry, version: int = 0) -> str:
        """The address without its host; version 0 is whatever is current when it is used."""
        expires = int(self._clock.now().timestamp()) + self._limits.download_seconds
        ticket = f"{drive.place.drive_id}|{entry.id}|{version}|{expires}".encode()
        packed = base64.urlsafe_b64encode(ticket).decode("ascii").rstrip("=")
        site = self._site(drive)
        return (
            f"{site}/_layouts/15/download.aspx?UniqueId={entry.guid[1:-1].lower()}&Translate=false"
            f"&tempauth={packed}.{self._seal(packed)}&ApiVersion=2.0"
        )

    def _site(self, drive: Drive) -> str:
        known = self._sites.get(drive.place.drive_id)
        if known is None:
            known = "/" + quote(drive.place.web_path.rpartition("/")[0])
            self._sites[drive.place.drive_id] = known = known.rstrip("/")
        return known

    def _seal(self, packed: str) -> str:
        return hmac.digest(self._key, packed.encode(), "sha256").hex()[:_SEAL_CHARACTERS]

    def read(self, ticket: str) -> tuple[Drive, Entry, Bytes]:
        """What a ticket opens.

        Raises:
            Refusal: 401 for a ticket that is forged or too old, 404 for a file that is gone.
        """
        packed, _, seal = ticket.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(packed).encode()):
            raise Refusal(401, "unauthenticated")
        text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        drive_id, item, version, expires = text.split("|")
        if int(expires) <= self._clock.now().timestamp():
            raise Refusal(401, "unauthenticated", inner="expiredToken")
        drive = self._tenant.drives.get(drive_id)
        if drive is None:  # gone with its channel
            raise not_found()
        entry = drive.get(item)
        return drive, entry, content_of(entry, int(version))


def content_of(entry: Entry, version: int) -> Bytes:
    """The content of one version, 0 for the current one."""
    if entry.content is None:
        raise not_found()
    if version in {0, entry.version}:
        return entry.content
    for old in entry.older:
        if old.number == version:
            return old.content
    raise not_found()
