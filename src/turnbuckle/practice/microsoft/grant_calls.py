"""Calls about what single apps are granted on a site: GET, POST, PATCH, DELETE its permissions.

All of it needs Sites.FullControl.All, and of a person that the site be theirs: an app cannot grant
itself anything. Source: section 1 of the fact sheet.
"""

from typing import Any

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.grants import ROLES, Grant
from turnbuckle.practice.microsoft.refusals import access_denied, bad_request, not_found
from turnbuckle.practice.microsoft.routes import SITE, Parts, listed, route
from turnbuckle.practice.microsoft.site_calls import site_meant
from turnbuckle.practice.microsoft.sites import Site
from turnbuckle.practice.microsoft.wire import Json


def _owned_site(call: Call, parts: Parts) -> Site:
    site, person = site_meant(call, parts), call.principal.person
    if person is not None and person.key not in site.drives[0].place.owners:
        raise access_denied()
    return site


async def list_grants(call: Call, parts: Parts) -> Reply:
    """GET the permissions; which roles each has is shown for one at a time only."""
    site = _owned_site(call, parts)
    rows = [_grant_json(grant) for grant in site.grants.by_id.values()]
    for row in rows:
        del row["roles"]
    return listed(call, f"/sites/{site.id}/permissions", rows)


async def show_grant(call: Call, parts: Parts) -> Reply:
    """GET one permission."""
    _, grant = _grant(call, parts)
    return Reply(200, _grant_json(grant))


async def give_grant(call: Call, parts: Parts) -> Reply:
    """POST a permission for one app."""
    site, body = _owned_site(call, parts), await call.json()
    app_id, name = app_in(body)
    return Reply(201, _grant_json(site.grants.give(app_id, name, role_in(body))))


async def change_grant(call: Call, parts: Parts) -> Reply:
    """PATCH the role of a permission."""
    _, grant = _grant(call, parts)
    grant.role = role_in(await call.json())
    return Reply(200, _grant_json(grant))


async def withdraw_grant(call: Call, parts: Parts) -> Reply:
    """DELETE a permission."""
    site, grant = _grant(call, parts)
    del site.grants.by_id[grant.id]
    return Reply(204)


def _grant(call: Call, parts: Parts) -> tuple[Site, Grant]:
    site = _owned_site(call, parts)
    grant = site.grants.by_id.get(parts["grant"])
    if grant is None:
        raise not_found()
    return site, grant


def role_in(body: Json) -> str:
    """The one role of a body.

    Raises:
        Refusal: 400, there is none, more than one, or an unknown one.
    """
    roles = body.get("roles")
    if not isinstance(roles, list) or len(roles) != 1 or roles[0] not in ROLES:
        raise bad_request(f"roles holds one of {', '.join(ROLES)}.")
    return str(roles[0])


_NAMING = ("grantedToIdentitiesV2", "grantedToIdentities", "grantedToV2", "grantedTo")


def app_in(body: Json) -> tuple[str, str]:
    """The id and the name of the one app that a body names, alone or in a list of one.

    Raises:
        Refusal: 400, it names none, or more than one.
    """
    identities: Any = next((body[key] for key in _NAMING if body.get(key)), None)
    if isinstance(identities, dict):
        identities = [identities]
    if not isinstance(identities, list) or len(identities) != 1:
        raise bad_request("grantedToIdentities holds one application.")
    application = identities[0].get("application") if isinstance(identities[0], dict) else None
    if not isinstance(application, dict) or not isinstance(application.get("id"), str):
        raise bad_request("grantedToIdentities holds one application with its id.")
    return application["id"], str(application.get("displayName") or "")


def _grant_json(grant: Grant) -> Json:
    identity = {"application": {"displayName": grant.app_name, "id": grant.app_id}}
    return {
        "id": grant.id,
        "roles": [grant.role],
        "grantedToIdentitiesV2": [identity],
        "grantedToIdentities": [identity],
    }


_GRANTS = f"{SITE}/permissions"
_GRANT = f"{_GRANTS}/(?P<grant>[^/]+)"

ROUTES = (
    route("GET", _GRANTS, "/sitePermissions", 5, "grants", list_grants),
    route("POST", _GRANTS, "/sitePermissions", 5, "grants", give_grant),
    route("GET", _GRANT, "/sitePermission", 5, "grants", show_grant),
    route("PATCH", _GRANT, "/sitePermission", 5, "grants", change_grant),
    route("DELETE", _GRANT, "/sitePermission", 5, "grants", withdraw_grant),
)
"""What apps are granted on sites."""
