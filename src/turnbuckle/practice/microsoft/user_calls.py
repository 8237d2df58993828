"""Calls about people and the organisation."""

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.filtering import filtered
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request
from turnbuckle.practice.microsoft.routes import USER, Parts, listed, route
from turnbuckle.practice.microsoft.wire import Json, drive_json, selected
from turnbuckle.practice.persons import Person

_USUAL_PAGE = 100
_FILTERED = {"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"}


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


def person_meant(call: Call, parts: Parts) -> Person:
    """The person whom the address names: the caller for /me, else by id or login.

    Raises:
        Refusal: 400 for an app that asks for itself, 404 for nobody.
    """
    if "user" not in parts:
        if call.principal.person is None:
            raise bad_request("The address /me is for people only; this token is an app's own.")
        return call.principal.person
    found = call.desk.tenant.person(parts["user"])
    if found is None:
        raise Refusal(404, "Request_ResourceNotFound", "There is no such person.")
    return found


async def show_person(call: Call, parts: Parts) -> Reply:
    """GET /me and /users/{id}."""
    person = person_meant(call, parts)
    call.principal.ensure("me" if person == call.principal.person else "users")
    return Reply(200, selected(_person_json(person), call.select))


async def list_people(call: Call, _: Parts) -> Reply:
    """GET /users."""
    rows = [_person_json(one) for one in call.desk.tenant.persons.values()]
    found = filtered(call.options.get("filter", ""), rows, _FILTERED)
    return listed(call, "/users", found, usual=_USUAL_PAGE)


async def show_organization(call: Call, _: Parts) -> Reply:
    """GET /organization."""
    tenant = call.desk.tenant
    domain = {"name": tenant.domain, "isDefault": True, "isInitial": True, "type": "Managed"}
    made = {"id": tenant.id, "displayName": tenant.name, "verifiedDomains": [domain]}
    return Reply(200, {"value": [selected(made, call.select)]})


async def list_drives(call: Call, parts: Parts) -> Reply:
    """GET the drives of a person: the OneDrive."""
    drive = call.desk.tenant.personal[person_meant(call, parts).graph_id]
    call.principal.ensure_drive(drive, write=False)
    return Reply(200, {"value": [selected(drive_json(drive), call.select)]})


ROUTES = (
    route("GET", USER, "/person", 1, "", show_person),
    route("GET", "/users", "/users", 2, "users", list_people),
    route("GET", "/organization", "/organization", 1, "", show_organization),
    route("GET", f"{USER}/drives", "/drives", 2, "", list_drives),
)
"""People and the organisation."""
