"""Calls about Teams and groups: find them, make one and wait for it, list who belongs to it."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.filtering import filtered
from turnbuckle.practice.microsoft.identifiers import fixed_guid
from turnbuckle.practice.microsoft.member_json import member_json, people_named
from turnbuckle.practice.microsoft.refusals import Refusal, access_denied
from turnbuckle.practice.microsoft.routes import GROUP, TEAM, USER, Parts, listed, route
from turnbuckle.practice.microsoft.teams import Team
from turnbuckle.practice.microsoft.user_calls import person_meant
from turnbuckle.practice.microsoft.wire import Json, selected, timestamp
from turnbuckle.practice.persons import Person

_TEMPLATE = re.compile(r".*/teamsTemplates\('(?P<name>[\w.]+)'\)")
_GROUP_KEYS = {
    *("id", "displayName", "mailNickname", "mail", "groupTypes", "resourceProvisioningOptions"),
    "visibility",
}


def team_meant(call: Call, parts: Parts) -> Team:
    """The Team whose id stands in the address.

    Raises:
        Refusal: 404 when there is none, 403 when the person is not in it.
    """
    team = call.desk.tenant.teams.get(parts["team"].lower())
    if team is None or not _is_there(team, call.desk.tenant.now()):
        raise Refusal(404, "NotFound", "There is no Team of this id.")
    person = call.principal.person
    if person is not None and person.key not in team.members:
        raise access_denied()
    return team


def _is_there(team: Team, now: datetime) -> bool:
    return team.ready <= now


async def list_teams(call: Call, parts: Parts) -> Reply:
    """GET joinedTeams."""
    person = person_meant(call, parts)
    now = call.desk.tenant.now()
    teams = [
        _team_json(call, team)
        for team in call.desk.tenant.teams.values()
        if person.key in team.members and _is_there(team, now)
    ]
    return Reply(200, {"value": [selected(team, call.select) for team in teams]})


async def show_team(call: Call, parts: Parts) -> Reply:
    """GET /teams/{id}."""
    return Reply(200, selected(_team_json(call, team_meant(call, parts)), call.select))


def _team_json(call: Call, team: Team) -> Json:
    return {
        "id": team.id,
        "createdDateTime": timestamp(team.created),
        "displayName": team.name,
        "description": team.description,
        "isArchived": False,
        "tenantId": call.desk.tenant.id,
        "visibility": team.visibility,
        "webUrl": f"https://teams.microsoft.com/l/team/{quote(team.channels[0].id)}",
    }


async def make_team(call: Call, _: Parts) -> Reply:
    """POST /teams: 202, and the address where the work can be followed."""
    body = await call.json()
    _check_template(body)
    name = body.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise _refused("A Team needs a displayName.")
    visibility = body.get("visibility") or "private"
    if visibility not in ("private", "public"):
        raise _refused("visibility is private or public.")
    owners, members = _people_of(call, body)
    tenant = call.desk.tenant
    description = str(body.get("description") or "")
    team = tenant.add_team(name, description, owners=owners, members=members, visibility=visibility)
    team.ready += timedelta(seconds=call.desk.switches.team_creation_seconds)
    team.operation = str(fixed_guid("operation", team.id))
    where = f"/teams('{team.id}')"
    told = {"Location": f"{where}/operations('{team.operation}')", "Content-Location": where}
    return Reply(202, None, told)


def _check_template(body: Json) -> None:
    found = _TEMPLATE.fullmatch(str(body.get("template@odata.bind", "")))
    if found is None:
        raise _refused("A Team needs template@odata.bind.")
    if found["name"] != "standard":
        raise Refusal(404, "NotFound", "There is no such template.")


def _people_of(call: Call, body: Json) -> tuple[list[Person], list[Person]]:
    owners, members = people_named(call, body.get("members"))
    if call.principal.person is not None:
        return [call.principal.person, *owners], members
    if not owners:
        raise _refused("An app by itself has to name an owner in members.")
    return owners, members


async def show_operation(call: Call, parts: Parts) -> Reply:
    """GET the work that makes a Team."""
    team = call.desk.tenant.teams.get(parts["team"].lower())
    if team is None or team.operation != parts["operation"]:
        raise Refusal(404, "NotFound", "There is no such operation.")
    done = _is_there(team, call.desk.tenant.now())
    body = {
        "id": team.operation,
        "operationType": "createTeam",
        "createdDateTime": timestamp(team.created),
        "lastActionDateTime": timestamp(team.created),
        "status": "succeeded" if done else "inProgress",
        "attemptsCount": 1,
        "targetResourceId": team.id,
        "targetResourceLocation": f"/teams('{team.id}')",
        "error": None,
    }
    return Reply(200, body)


async def list_members(call: Call, parts: Parts) -> Reply:
    """GET the members of a Team."""
    team = team_meant(call, parts)
    people = [one for one in call.desk.tenant.persons.values() if one.key in team.members]
    rows = [member_json(call.desk.tenant.id, team.id, one, team.owners) for one in people]
    return listed(call, f"/teams/{team.id}/members", rows)


# -- groups --------------------------------------------------------------------------------------


async def list_groups(call: Call, _: Parts) -> Reply:
    """GET /groups."""
    now = call.desk.tenant.now()
    rows = [_group_json(team) for team in call.desk.tenant.teams.values() if _is_there(team, now)]
    found = filtered(call.options.get("filter", ""), rows, _GROUP_KEYS)
    return listed(call, "/groups", found, usual=100)


async def show_group(call: Call, parts: Parts) -> Reply:
    """GET /groups/{id}."""
    return Reply(200, selected(_group_json(team_meant(call, parts)), call.select))


def _group_json(team: Team) -> Json:
    return {
        "id": team.id,
        "createdDateTime": timestamp(team.created),
        "displayName": team.name,
        "description": team.description,
        "groupTypes": ["Unified"],
        "mail": f"{team.mail}@{team.site.host.replace('.sharepoint', '')}",
        "mailEnabled": True,
        "mailNickname": team.mail,
        "resourceProvisioningOptions": ["Team"],
        "securityEnabled": False,
        "visibility": team.visibility.capitalize(),
    }


def _refused(sentence: str) -> Refusal:
    return Refusal(400, "BadRequest", sentence)


_OPERATION = rf"{TEAM}/operations/(?P<operation>[^/]+)"

ROUTES = (
    route("GET", f"{USER}/joinedTeams", "/joinedTeams", 2, "teams", list_teams),
    route("POST", "/teams", "/teams", 2, "make team", make_team),
    route("GET", TEAM, "/team", 1, "teams", show_team),
    route("GET", _OPERATION, "/operation", 1, "teams", show_operation),
    route("GET", f"{TEAM}/members", "/members", 2, "team members", list_members),
    route("GET", "/groups", "/groups", 2, "groups", list_groups),
    route("GET", GROUP, "/group", 1, "groups", show_group),
)
"""Teams and groups."""
