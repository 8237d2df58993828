"""Where people work at Microsoft: channels of their Teams, libraries of sites, their OneDrive."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Refused, Site


async def teams_sites(startup: Mapping[str, Any], person: str) -> list[Site]:
    """All of them that are open to somebody; the key is "drive/folder"."""
    address, people_token = startup["microsoft"]["address"], startup["people_token"]
    ca_file = startup.get("ca_file")
    async with await Calls.signed_in(address, people_token, person, ca_file=ca_file) as calls:
        return await _all(calls)


async def _all(calls: Calls) -> list[Site]:
    found: list[Site] = []
    for team in await _rows(calls, "/v1.0/me/joinedTeams"):
        at = f"/v1.0/teams/{team['id']}/channels"
        for channel in await _rows(calls, at):
            folder = await _given(calls, f"{at}/{quote(channel['id'], safe='')}/filesFolder")
            if folder is not None:
                drive = folder["parentReference"]["driveId"]
                found.append(_site(drive, folder["id"], f"Team {team['displayName']}", channel))
    for site in await _rows(calls, "/v1.0/sites?search=*"):
        at = f"/v1.0/sites/{quote(site['id'], safe=',')}/drives"
        for drive in await _given(calls, at, "value") or ():
            title = site.get("displayName") or site["name"]
            found += await _library(calls, drive, f"SharePoint {title}")
    for drive in await _given(calls, "/v1.0/me/drives", "value") or ():
        found += await _library(calls, drive, "Your OneDrive")
    return found


async def _library(calls: Calls, drive: dict[str, Any], group: str) -> list[Site]:
    root = await _given(calls, f"/v1.0/drives/{quote(drive['id'], safe='!')}/root")
    return [] if root is None else [_site(drive["id"], root["id"], group, drive)]


def _site(drive: str, folder: str, group: str, named: dict[str, Any]) -> Site:
    return Site(
        key=f"{drive}/{folder}", group=group, name=named.get("displayName") or named["name"]
    )


async def _rows(calls: Calls, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    following: str | None = path
    while following is not None:
        page = await calls.json("GET", following)
        rows += page["value"]
        following = page.get("@odata.nextLink")
    return rows


async def _given(calls: Calls, path: str, key: str = "") -> Any:
    """What is there; None where the service does not show it to this person."""
    try:
        answer = await calls.json("GET", path)
    except Refused as refused:
        if refused.status in {403, 404}:
            return None
        raise
    return answer[key] if key else answer
