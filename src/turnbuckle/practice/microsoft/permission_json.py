"""Permissions of library items as Graph tells them, the library's own and inherited ones too."""

import base64
from collections.abc import Iterator
from typing import Any

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.sharing import Share
from turnbuckle.practice.microsoft.wire import Json, timestamp
from turnbuckle.practice.persons import Person

_GROUPS = (("Owners", "owner", 3), ("Members", "write", 5), ("Visitors", "read", 4))


def permissions_of(drive: Drive, entry: Entry) -> Iterator[tuple[Json, Share | None]]:
    """Each permission of an item, and the share behind it where it is the item's own."""
    for holder in drive.sharing.holders(entry):
        for share in drive.sharing.own.get(holder.id, {}).values():
            if holder is entry:
                yield share_json(share), share
            else:
                yield share_json(share) | _inherited(drive, holder), None
    if drive.sharing.reaches_library(entry):
        root = drive.tree.root
        for made in _of_library(drive):
            yield (made if entry is root else made | _inherited(drive, root)), None


def share_json(share: Share) -> Json:
    """A permission that an item has of its own."""
    made: Json = {"id": share.id, "roles": [share.role]}
    if share.expires is not None:
        made["expirationDateTime"] = timestamp(share.expires)
    if share.link is not None:
        made["link"] = {
            "type": share.link.kind,
            "scope": share.link.scope,
            "webUrl": share.link.web_url,
            "preventsDownload": False,
        }
        made["hasPassword"] = False
        people = [{"user": _user(person)} for person in share.people.values()]
        return made | {"grantedToIdentitiesV2": people, "grantedToIdentities": people}
    if share.app_id:
        application = {"application": {"id": share.app_id, "displayName": share.app_name}}
        return made | {"grantedToV2": application, "grantedTo": application}
    for person in share.people.values():
        made["grantedToV2"] = {"user": _user(person), "siteUser": _site_user(person)}
        made["grantedTo"] = {"user": _user(person)}
    return made


def _user(person: Person) -> Json:
    return {"id": person.graph_id, "displayName": person.name, "email": person.login}


def _site_user(person: Person) -> Json:
    login = f"i:0#.f|membership|{person.login}"
    return {"id": str(person.id), "displayName": person.name, "loginName": login}


def _of_library(drive: Drive) -> Iterator[Json]:
    title = drive.place.site_title
    for word, role, number in _GROUPS:
        name = f"{title} {word}"
        group: dict[str, Any] = {"id": str(number), "displayName": name, "loginName": name}
        packed = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
        yield {
            "id": packed,
            "roles": [role],
            "grantedToV2": {"siteGroup": group},
            "grantedTo": {"user": {"displayName": name}},
        }


def _inherited(drive: Drive, holder: Entry) -> Json:
    place = drive.place
    told = {"driveId": place.drive_id, "id": holder.id}
    if holder.parent is not None:
        told["path"] = f"/drives/{place.drive_id}/root:{drive.tree.path(holder.id)}"
    return {"inheritedFrom": told}
