"""Calls about people, Teams, channels, groups and sites."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from turnbuckle.practice.microsoft.call import Call
from turnbuckle.practice.microsoft.refusals import Refusal, access_denied, bad_request, not_found
from turnbuckle.practice.microsoft.tenant import Channel, Site, Team
from turnbuckle.practice.microsoft.wire import Json, drive_json, item_json, selected, timestamp
from turnbuckle.practice.persons import Person

_NOT_IN_CHANNEL_FOLDERS = frozenset("~#%&*{}+/\\:<>?|'\"")


@dataclass(frozen=True, slots=True)
class DirectoryRoute:
    """An address, what it costs, whom it is for, and who answers."""

    pattern: re.Pattern[str]
    name: str
    units: int
    right: str  # a key of principals.RIGHTS; empty: no check here
    work: Callable[[Call, dict[str, str]], Json]


def _person_json(person: Person) -> Json:
    given, _, surname = person.name.partition(" ")
    return {
        "id": person.graph_id,
        "displayName": person.name,
        "givenName": given,
        "surname": surname,
        "mail": person.login,
        "userPrincipalName": person.login,
        "businessPhones": [],
    }


def _me(call: Call) -> Person:
    if call.principal.person is None:
        raise bad_request("The address /me is for people only; this token is an app's own.")
    return call.principal.person


def _person(call: Call, parts: dict[str, str]) -> Person:
    if "user" not in parts:
        return _me(call)
    found = call.desk.tenant.person(parts["user"])
    if found is None:
        raise Refusal(404, "Request_ResourceNotFound", "There is no such person.")
    return found


def show_person(call: Call, parts: dict[str, str]) -> Json:
    """GET /me and /users/{id}."""
    return selected(_person_json(_person(call, parts)), call.select)


def list_people(call: Call, _: dict[str, str]) -> Json:
    """GET /users."""
    return {"value": [_person_json(one) for one in call.desk.tenant.persons.values()]}


def show_organization(call: Call, _: dict[str, str]) -> Json:
    """GET /organization."""
    tenant = call.desk.tenant
    domain = {"name": tenant.domain, "isDefault": True, "isInitial": True, "type": "Managed"}
    made = {"id": tenant.id, "displayName": tenant.name, "verifiedDomains": [domain]}
    return {"value": [made]}


def list_teams(call: Call, parts: dict[str, str]) -> Json:
    """GET joinedTeams."""
    person = _person(call, parts)
    teams = [team for team in call.desk.tenant.teams.values() if person.key in team.members]
    return {"value": [_team_json(call, team) for team in teams]}


def show_team(call: Call, parts: dict[str, str]) -> Json:
    """GET /teams/{id}."""
    return selected(_team_json(call, _team(call, parts)), call.select)


def _team(call: Call, parts: dict[str, str]) -> Team:
    team = call.desk.tenant.teams.get(parts["team"].lower())
    if team is None:
        raise Refusal(404, "NotFound", "There is no Team of this id.")
    person = call.principal.person
    if person is not None and person.key not in team.members:
        raise access_denied()
    return team


def _team_json(call: Call, team: Team) -> Json:
    return {
        "id": team.id,
        "displayName": team.name,
        "description": team.description,
        "isArchived": False,
        "tenantId": call.desk.tenant.id,
        "visibility": "private",
        "webUrl": f"https://teams.microsoft.com/l/team/{quote(team.channels[0].id)}",
    }


def list_channels(call: Call, parts: dict[str, str]) -> Json:
    """GET channels: a person sees the private ones of which they are a member."""
    team, person = _team(call, parts), call.principal.person
    channels = [
        channel for channel in team.channels if person is None or channel.drive.place.admits(person)
    ]
    return {"value": [_channel_json(call, channel) for channel in channels]}


def show_channel(call: Call, parts: dict[str, str]) -> Json:
    """GET one channel, or the primary one."""
    return selected(_channel_json(call, _channel(call, parts)), call.select)


def _channel(call: Call, parts: dict[str, str]) -> Channel:
    team = _team(call, parts)
    if "channel" not in parts:
        return team.channels[0]
    for channel in team.channels:
        if channel.id == parts["channel"]:
            return channel
    raise Refusal(404, "NotFound", "There is no channel of this id.")


def _channel_json(call: Call, channel: Channel) -> Json:
    folder = channel.drive.tree.entries[channel.folder]
    return {
        "id": channel.id,
        "displayName": channel.name,
        "description": channel.description,
        "createdDateTime": timestamp(folder.created),
        "membershipType": channel.membership,
        "isArchived": False,
        "tenantId": call.desk.tenant.id,
        "webUrl": f"https://teams.microsoft.com/l/channel/{quote(channel.id, safe='')}",
    }


def show_files_folder(call: Call, parts: dict[str, str]) -> Json:
    """GET filesFolder: 404 until somebody opened the channel's files."""
    channel = _channel(call, parts)
    if channel.name in call.desk.switches.unprovisioned_channels:
        raise Refusal(404, "NotFound", "Folder location for channel is not ready yet.")
    if not _NOT_IN_CHANNEL_FOLDERS.isdisjoint(channel.name):
        raise Refusal(400, "BadRequest", "The channel's name holds a character not allowed here.")
    drive = channel.drive
    call.principal.ensure_drive(drive, write=False)
    made = item_json(drive, drive.get(channel.folder))
    made["createdDateTime"] = "0001-01-01T00:00:00Z"
    return selected(made, call.select)


def list_groups(call: Call, _: dict[str, str]) -> Json:
    """GET /groups."""
    return {"value": [_group_json(team) for team in call.desk.tenant.teams.values()]}


def show_group(call: Call, parts: dict[str, str]) -> Json:
    """GET /groups/{id}."""
    return selected(_group_json(_team(call, parts)), call.select)


def _group_json(team: Team) -> Json:
    return {
        "id": team.id,
        "displayName": team.name,
        "description": team.description,
        "groupTypes": ["Unified"],
        "visibility": "Private",
    }


def find_sites(call: Call, _: dict[str, str]) -> Json:
    """GET /sites?search=words; ``*`` and nothing find all."""
    words = call.options.get("search", "").strip("*").lower()
    sites = [
        site
        for site in call.desk.tenant.sites.values()
        if words in site.title.lower() and not site.personal
    ]
    return {"value": [_site_json(site) for site in sites]}


def show_site(call: Call, parts: dict[str, str]) -> Json:
    """GET a site by id, by host, by path, or a group's own."""
    return selected(_site_json(_site(call, parts)), call.select)


def _site(call: Call, parts: dict[str, str]) -> Site:
    if "team" in parts:
        return _team(call, parts).site
    found = call.desk.tenant.site(parts["site"])
    if found is None:
        raise not_found()
    return found


def _site_json(site: Site) -> Json:
    made: Json = {
        "id": site.id,
        "name": site.path.rpartition("/")[2],
        "displayName": site.title,
        "createdDateTime": timestamp(site.drives[0].tree.root.created),
        "webUrl": f"https://{site.host}/{quote(site.path)}".rstrip("/"),
        "siteCollection": {"hostname": site.host},
    }
    if not site.path:
        made["root"] = {}
    return made


def list_drives(call: Call, parts: dict[str, str]) -> Json:
    """GET drives of a site, a group, a person."""
    if "site" in parts or "team" in parts:
        drives = _site(call, parts).drives
    else:
        drives = [call.desk.tenant.personal[_person(call, parts).graph_id]]
    for drive in drives:
        call.principal.ensure_drive(drive, write=False)
    return {"value": [drive_json(drive) for drive in drives]}


_USER = r"/(?:me|users/(?P<user>[^/]+))"
_TEAM = r"/teams/(?P<team>[^/]+)"
_CHANNEL = rf"{_TEAM}/(?:primaryChannel|channels/(?P<channel>[^/]+))"
_SITE = r"/sites/(?P<site>[^/:]+(?::/[^:]*:?)?)"
_GROUP = r"/groups/(?P<team>[^/]+)"

DIRECTORY = tuple(
    DirectoryRoute(re.compile(pattern), name, units, right, work)
    for pattern, name, units, right, work in (
        (_USER, "/person", 1, "users", show_person),
        ("/users", "/users", 2, "users", list_people),
        ("/organization", "/organization", 1, "", show_organization),
        (f"{_USER}/joinedTeams", "/joinedTeams", 2, "teams", list_teams),
        (_TEAM, "/team", 1, "teams", show_team),
        (f"{_TEAM}/channels", "/channels", 2, "channels", list_channels),
        (f"{_TEAM}/allChannels", "/channels", 2, "channels", list_channels),
        (_CHANNEL, "/channel", 1, "channels", show_channel),
        (f"{_CHANNEL}/filesFolder", "/filesFolder", 1, "", show_files_folder),
        ("/groups", "/groups", 2, "teams", list_groups),
        (_GROUP, "/group", 1, "teams", show_group),
        (f"{_GROUP}/drives", "/drives", 2, "", list_drives),
        (f"{_GROUP}/sites/root", "/site", 1, "sites", show_site),
        ("/sites", "/sites", 2, "sites", find_sites),
        (f"{_SITE}/drives", "/drives", 2, "", list_drives),
        (_SITE, "/site", 1, "sites", show_site),
        (f"{_USER}/drives", "/drives", 2, "", list_drives),
    )
)
"""All addresses of the directory; the first that matches the whole path answers."""


def find_directory_route(raw_path: str) -> tuple[DirectoryRoute, dict[str, str]] | None:
    """The route of a path below the API's version, and the parts of the path it names."""
    text = re.sub(r"/{2,}", "/", unquote(raw_path)).rstrip("/")
    for route in DIRECTORY:
        found = route.pattern.fullmatch(text)
        if found is not None:
            return route, {key: part for key, part in found.groupdict().items() if part}
    return None
