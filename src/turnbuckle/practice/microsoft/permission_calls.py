"""Calls about who may use an item: its permissions, invitations, links.

``invite`` with retainInheritedPermissions false is how an item is made private: it keeps only what
it is given then. Inherited permissions are changed where they are from. Each call costs five
units. Source: sections 1 and 7 of the fact sheet; the contract's shapes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from turnbuckle.practice.microsoft.call import ItemCall, Reply, moment_of
from turnbuckle.practice.microsoft.grant_calls import app_in
from turnbuckle.practice.microsoft.permission_json import permissions_of, share_json
from turnbuckle.practice.microsoft.refusals import Refusal, access_denied, bad_request, not_found
from turnbuckle.practice.microsoft.sharing import Link, Role, Scope, Share
from turnbuckle.practice.microsoft.wire import Json, selected, web_url
from turnbuckle.practice.persons import Person

_KINDS = ("view", "edit")
_SCOPES = ("anonymous", "organization", "users")


async def look(call: ItemCall) -> Reply:
    """GET the permissions of an item, or one of them."""
    rows = [made for made, _ in permissions_of(call.drive, call.entry)]
    if not call.address.rest:
        return Reply(200, {"value": [selected(row, call.select) for row in rows]})
    for row in rows:
        if row["id"] == _only_id(call):
            return Reply(200, selected(row, call.select))
    raise not_found()


def _only_id(call: ItemCall) -> str:
    if len(call.address.rest) != 1:
        raise bad_request("The address does not say what to do.")
    return call.address.rest[0]


def _own(call: ItemCall, number: str) -> Share:
    for row, share in permissions_of(call.drive, call.entry):
        if row["id"] == number:
            if share is None:
                raise bad_request("An inherited permission is changed where it is from.")
            return share
    raise not_found()


async def change(call: ItemCall) -> Reply:
    """PATCH the role of one of the item's own permissions."""
    share = _own(call, _only_id(call))
    if share.link is not None:
        raise bad_request("What a link allows cannot be changed; make another one.")
    body = await call.json()
    share.role = _role_in(body)
    if "expirationDateTime" in body:
        share.expires = moment_of(body["expirationDateTime"])
    call.drive.sharing.note(call.entry)
    return Reply(200, share_json(share))


async def withdraw(call: ItemCall) -> Reply:
    """DELETE one of the item's own permissions."""
    call.drive.sharing.withdraw(call.entry, _own(call, _only_id(call)))
    return Reply(204)


async def add(call: ItemCall) -> Reply:
    """POST a permission for an app with selected permissions, or grant people a link."""
    if call.address.rest:
        return await _grant(call)
    if not call.principal.runs(call.drive.place):
        raise access_denied()
    body = await call.json()
    app_id, name = app_in(body)
    share = call.drive.sharing.give_app(call.entry, app_id, name, _role_in(body, "owner"))
    return Reply(201, share_json(share))


async def _grant(call: ItemCall) -> Reply:
    if len(call.address.rest) != 2 or call.address.rest[1] != "grant":
        raise bad_request("The address does not say what to do.")
    share = _own(call, call.address.rest[0])
    body = await call.json()
    if share.link is None or share.link.scope != "users":
        raise bad_request("Only a link for certain people can be granted to more of them.")
    if body.get("roles") is not None and _role_in(body) != share.role:
        raise bad_request("The roles are those of the link.")
    share.people |= {person.key: person for person in _recipients(call, body)}
    call.drive.sharing.note(call.entry)
    return Reply(200, {"value": [share_json(share)]})


async def invite(call: ItemCall) -> Reply:
    """POST invite: share the item with people of the company."""
    body = await call.json()
    role, people = _role_in(body), _recipients(call, body)
    if body.get("requireSignIn") is not True:
        raise bad_request("requireSignIn must be true: everybody signs in here.")
    if body.get("password") is not None:
        raise bad_request("A password is for links.")
    expires = _expiry(body)
    sharing, entry = call.drive.sharing, call.entry
    if body.get("retainInheritedPermissions", True) is False and entry.id not in sharing.private:
        caller = call.principal.person
        sharing.make_private(entry, [caller] if caller is not None else [])
    shares = [sharing.share(entry, person, role) for person in people]
    for share in shares:
        share.expires = expires
    return Reply(200, {"value": [share_json(share) for share in shares]})


async def create_link(call: ItemCall) -> Reply:
    """POST createLink: 201 for a new one, 200 for the one of that kind there is."""
    body = await call.json()
    kind, scope = body.get("type"), body.get("scope") or "organization"
    if kind not in _KINDS or scope not in _SCOPES:
        raise bad_request("type is view or edit; scope is anonymous, organization or users.")
    if scope == "anonymous" and not call.desk.switches.anonymous_links:
        raise access_denied("Links for anybody are switched off in this company.")
    recipients = _recipients(call, body) if body.get("recipients") else []
    if recipients and scope != "users":
        raise bad_request("Only a link for certain people has recipients.")
    expires = _expiry(body)
    address = f"{web_url(call.drive, call.entry)}?d={len(call.drive.sharing.own)}"
    share, is_new = call.drive.sharing.link(call.entry, Link(kind, cast(Scope, scope), address))
    share.people |= {person.key: person for person in recipients}
    share.expires = expires or share.expires
    return Reply(201 if is_new else 200, share_json(share))


def _expiry(body: Json) -> datetime | None:
    return moment_of(body.get("expirationDateTime"))


def _role_in(body: Json, *more: str) -> Role:
    roles = body.get("roles")
    if not isinstance(roles, list) or len(roles) != 1 or roles[0] not in ("read", "write", *more):
        raise bad_request("roles holds one of read and write.")
    return cast(Role, roles[0])


def _recipients(call: ItemCall, body: Json) -> list[Person]:
    given = body.get("recipients")
    if not isinstance(given, list) or not given:
        raise bad_request("recipients is a list of people.")
    return [_recipient(call, one) for one in given]


def _recipient(call: ItemCall, one: Any) -> Person:
    named: Iterable[Any] = one.values() if isinstance(one, dict) else ()
    keys = [key for key in named if isinstance(key, str)]
    if len(keys) != 1:
        raise bad_request("A recipient has one of email, alias and objectId.")
    found = call.desk.tenant.person(keys[0])
    if found is None:
        raise Refusal(
            400, "invalidRequest", "Nobody of this name is found.", inner="noResolvedUsers"
        )
    return found
