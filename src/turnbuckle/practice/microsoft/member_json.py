"""The members of a Team or a channel: as Graph tells them, and as a caller names them."""

import base64
from collections.abc import Collection
from typing import Any

from turnbuckle.practice.microsoft.call import Call
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.wire import Json
from turnbuckle.practice.persons import Person

_MEMBER = "#microsoft.graph.aadUserConversationMember"


def member_json(tenant: str, thread: str, person: Person, owners: Collection[str]) -> Json:
    """One member; `thread` is the id of the Team or the channel."""
    words = f"MCMjMSMj{tenant}##{thread}##{person.graph_id}"
    return {
        "@odata.type": _MEMBER,
        "id": base64.urlsafe_b64encode(words.encode()).decode(),
        "roles": ["owner"] if person.key in owners else [],
        "displayName": person.name,
        "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
        "userId": person.graph_id,
        "email": person.login,
        "tenantId": tenant,
    }


def people_named(call: Call, members: Any) -> tuple[list[Person], list[Person]]:
    """The owners and the others of a body's `members`, each bound by ``user@odata.bind``.

    Raises:
        Refusal: 400, when a member is not told as Graph wants it, or is nobody.
    """
    if members is None:
        return [], []
    if not isinstance(members, list):
        raise _refused("members is a list.")
    owners: list[Person] = []
    others: list[Person] = []
    for member in members:
        if not isinstance(member, dict) or member.get("@odata.type", _MEMBER) != _MEMBER:
            raise _refused(f"A member is an object of the type {_MEMBER}.")
        person = _bound(call, str(member.get("user@odata.bind", "")))
        roles = member.get("roles") or []
        if roles not in ([], ["owner"]):
            raise _refused('roles is [] or ["owner"].')
        (owners if roles else others).append(person)
    return owners, others


def _bound(call: Call, address: str) -> Person:
    _, colon, rest = address.partition("/users")
    found = call.desk.tenant.person(rest.strip("/(')")) if colon else None
    if found is None:
        raise _refused("user@odata.bind names a person: https://.../v1.0/users('ID').")
    return found


def _refused(sentence: str) -> Refusal:
    return Refusal(400, "BadRequest", sentence)
