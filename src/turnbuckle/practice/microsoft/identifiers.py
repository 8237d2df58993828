"""How SharePoint spells the ids of drives and items, and the tags that tell their versions.

A drive id is ``b!`` and base64url of three little-endian GUIDs: site, web, list. An item id is
``01`` and base32 of four bytes of the library and the item's own GUID; the same GUID stands in
the eTag. Every library's root has the same GUID.
"""

import base64
from uuid import NAMESPACE_URL, UUID, uuid5

ROOT_GUID = UUID("EA8CC6BE-FFDB-43D7-976F-BC7DA445C639")
_HERE = uuid5(NAMESPACE_URL, "https://practice.example/microsoft")


def fixed_guid(*words: str) -> UUID:
    """A GUID that is the same every time for the same words."""
    return uuid5(_HERE, "/".join(words))


def drive_id(site: UUID, web: UUID, library: UUID) -> str:
    """Spell a drive id: 66 characters."""
    packed = site.bytes_le + web.bytes_le + library.bytes_le
    return "b!" + base64.urlsafe_b64encode(packed).decode("ascii")


def item_id(library: UUID, item: UUID) -> str:
    """Spell an item id: 34 characters."""
    packed = library.bytes_le[:4] + item.bytes_le
    return "01" + base64.b32encode(packed).decode("ascii")


def braced(guid: UUID) -> str:
    """A GUID as tags hold it: upper case, in braces."""
    return f"{{{str(guid).upper()}}}"
