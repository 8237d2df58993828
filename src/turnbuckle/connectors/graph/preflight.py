"""Before a link is made: is the destination there, is it a folder, may we write, is there room?

Whether we may write is tried with an upload session that is cancelled at once: nothing becomes
visible, and no other question has a sure answer for all kinds of rights.
"""

from dataclasses import dataclass

from turnbuckle.connectors.graph import addresses
from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.places import Place, Places
from turnbuckle.connectors.graph.uploads import cancel
from turnbuckle.connectors.graph.wire import Drive, UploadSession
from turnbuckle.model.items import ItemId
from turnbuckle.model.names import temporary
from turnbuckle.ports.errors import AccessDenied, NoSpace
from turnbuckle.transport.wire import Wire

_FULL = "exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What was found; a destination that cannot be used raises instead.

    Attributes:
        free_bytes: None where Microsoft does not tell.
    """

    place: Place
    library: str
    free_bytes: int | None


async def preflight(wire: Wire, drive_id: str, folder: ItemId) -> Readiness:
    """Check a destination, in three counted calls; nothing is changed.

    Raises:
        UnknownPlace: the folder is not there, or is no folder.
        AccessDenied: the account may not read or not write there.
        NoSpace: the library is full.
    """
    api = GraphApi(wire)
    place = await Places(wire).folder_by_id(drive_id, folder)
    drive = await api.get(addresses.drive(drive_id), Drive, label="drive")
    if drive.quota is not None and drive.quota.state == _FULL:
        raise NoSpace("the Microsoft 365 library is full; make room there or ask for more storage")
    await _try_to_write(api, place)
    free = drive.quota.remaining if drive.quota is not None else None
    return Readiness(place=place, library=drive.name or "", free_bytes=free)


async def _try_to_write(api: GraphApi, place: Place) -> None:
    name = temporary(place.folder_id)
    target = addresses.child(place.drive_id, place.folder_id, name)
    try:
        reply = await api.call(
            "POST",
            f"{target}:/createUploadSession",
            label="try to write",
            json={"item": {"@microsoft.graph.conflictBehavior": "replace"}},
        )
    except AccessDenied as error:
        raise AccessDenied(
            f"the connected account may read the folder {place.name!r} and not write into it: an"
            " app with single sites (Sites.Selected) needs a grant with the role write, another app"
            " Files.ReadWrite.All or Sites.ReadWrite.All, a person the right to edit; and the"
            " library itself must not be read-only"
        ) from error
    url = reply.json(UploadSession).upload_url
    await cancel(api, url)
