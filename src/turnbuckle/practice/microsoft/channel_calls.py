"""Calls about channels: find, make, rename, delete, where their files are, who is in them."""

from typing import cast
from urllib.parse import quote

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.filtering import filtered
from turnbuckle.practice.microsoft.member_json import member_json, people_named
from turnbuckle.practice.microsoft.provisioning import ensure_files
from turnbuckle.practice.microsoft.refusals import Refusal, access_denied
from turnbuckle.practice.microsoft.routes import TEAM, Parts, listed, route
from turnbuckle.practice.microsoft.team_calls import team_meant
from turnbuckle.practice.microsoft.teams import MEMBERSHIPS, Channel, Membership, Team
from turnbuckle.practice.microsoft.wire import Json, item_json, selected, timestamp

_NOT_IN_CHANNEL_FOLDERS = frozenset("~#%&*{}+/\\:<>?|'\"")
_FILTERED = {"id", "displayName", "membershipType"}


def _is_seen(call: Call, channel: Channel) -> bool:
    person = call.principal.person
    return person is None or person.key in channel.members


async def list_channels(call: Call, parts: Parts) -> Reply:
    """GET channels: a person sees the private and shared ones of which they are a member."""
    team = team_meant(call, parts)
    rows = [_channel_json(call, each) for each in team.channels if _is_seen(call, each)]
    found = filtered(call.options.get("filter", ""), rows, _FILTERED)
    return Reply(200, {"value": [selected(row, call.select) for row in found]})


async def show_channel(call: Call, parts: Parts) -> Reply:
    """GET one channel, or the primary one."""
    _, channel = channel_meant(call, parts)
    return Reply(200, selected(_channel_json(call, channel), call.select))


def channel_meant(call: Call, parts: Parts) -> tuple[Team, Channel]:
    """The Team and the channel whose ids stand in the address.

    Raises:
        Refusal: 404 when there is none, 403 when the person is not in it.
    """
    team = team_meant(call, parts)
    channel = team.channel(parts["channel"]) if "channel" in parts else team.channels[0]
    if channel is None:
        raise Refusal(404, "NotFound", "There is no channel of this id.")
    if not _is_seen(call, channel):
        raise access_denied()
    return team, channel


def _channel_json(call: Call, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "createdDateTime": timestamp(channel.created),
        "displayName": channel.name,
        "description": channel.description,
        "membershipType": channel.membership,
        "isArchived": False,
        "tenantId": call.desk.tenant.id,
        "webUrl": f"https://teams.microsoft.com/l/channel/{quote(channel.id, safe='')}",
    }


async def make_channel(call: Call, parts: Parts) -> Reply:
    """POST a channel; a private or shared one of an app by itself needs an owner in members."""
    team, body = team_meant(call, parts), await call.json()
    membership = body.get("membershipType") or "standard"
    if membership not in MEMBERSHIPS:
        raise _refused("membershipType is standard, private or shared.")
    owners, members = people_named(call, body.get("members"))
    person = call.principal.person
    if membership != "standard" and not owners:
        if person is None:
            raise _refused("A private or shared channel needs an owner in members.")
        owners = [person]
    if any(one.key not in team.members for one in (*owners, *members)) and membership == "private":
        raise _refused("Only members of the Team can be in its private channels.")
    made = call.desk.tenant.add_channel(
        team,
        _name_in(body),
        cast(Membership, membership),
        members=members,
        owners=owners,
        opened=False,
    )
    made.description = str(body.get("description") or "")
    return Reply(201, _channel_json(call, made))


def _name_in(body: Json) -> str:
    name = body.get("displayName")
    if not isinstance(name, str):
        raise _refused("A channel needs a displayName.")
    return name


async def change_channel(call: Call, parts: Parts) -> Reply:
    """PATCH a channel's name or description."""
    team, channel = channel_meant(call, parts)
    _ensure_runs(call, channel)
    body = await call.json()
    if "membershipType" in body and body["membershipType"] != channel.membership:
        raise _refused("The kind of a channel cannot be changed.")
    if "displayName" in body:
        call.desk.tenant.rename_channel(team, channel, _name_in(body), call.author)
    if "description" in body:
        channel.description = str(body["description"] or "")
    return Reply(204)


async def delete_channel(call: Call, parts: Parts) -> Reply:
    """DELETE a channel."""
    team, channel = channel_meant(call, parts)
    _ensure_runs(call, channel)
    call.desk.tenant.delete_channel(team, channel)
    return Reply(204)


def _ensure_runs(call: Call, channel: Channel) -> None:
    person = call.principal.person
    if channel.has_own_site and person is not None and person.key not in channel.owners:
        raise access_denied()


async def show_files_folder(call: Call, parts: Parts) -> Reply:
    """GET filesFolder: 404 until somebody opened the channel's files, or its site is made."""
    _, channel = channel_meant(call, parts)
    if channel.name in call.desk.switches.unprovisioned_channels:
        raise Refusal(404, "NotFound", "Folder location for channel is not ready yet.")
    if not _NOT_IN_CHANNEL_FOLDERS.isdisjoint(channel.name):
        raise Refusal(400, "BadRequest", "The channel's name holds a character not allowed here.")
    drive = channel.drive
    call.principal.ensure_drive(drive, write=False)
    ensure_files(call, channel)
    made = item_json(drive, drive.get(channel.folder))
    made["createdDateTime"] = "0001-01-01T00:00:00Z"
    return Reply(200, selected(made, call.select))


async def list_members(call: Call, parts: Parts) -> Reply:
    """GET the members of a channel."""
    team, channel = channel_meant(call, parts)
    tenant = call.desk.tenant
    people = [one for one in tenant.persons.values() if one.key in channel.members]
    rows = [member_json(tenant.id, channel.id, one, channel.owners) for one in people]
    return listed(call, f"/teams/{team.id}/channels/{channel.id}/members", rows)


def _refused(sentence: str) -> Refusal:
    return Refusal(400, "BadRequest", sentence)


CHANNEL = rf"{TEAM}/(?:primaryChannel|channels/(?P<channel>[^/]+))"
_CHANNELS = rf"{TEAM}/(?:channels|allChannels)"
_FILES = f"{CHANNEL}/filesFolder"

ROUTES = (
    route("GET", _CHANNELS, "/channels", 2, "channels", list_channels),
    route("POST", f"{TEAM}/channels", "/channels", 2, "make channel", make_channel),
    route("GET", CHANNEL, "/channel", 1, "channels", show_channel),
    route("PATCH", CHANNEL, "/channel", 2, "change channel", change_channel),
    route("DELETE", CHANNEL, "/channel", 2, "delete channel", delete_channel),
    route("GET", _FILES, "/filesFolder", 1, "channel files", show_files_folder),
    route("GET", f"{CHANNEL}/members", "/members", 2, "channel members", list_members),
)
"""Channels."""
