"""What calls say about hooks and triggers, and how these are shown, for both versions of the API.

Source: section 13 of the fact sheet, and the two contracts. How a refusal is worded is not public;
its shape is that of Procore's other validations.
"""

import re
from dataclasses import dataclass
from typing import Any

from turnbuckle.practice.posting import BadAddress
from turnbuckle.practice.procore.arguments import Fields, whole
from turnbuckle.practice.procore.call import Call
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.hook_events import Place
from turnbuckle.practice.procore.hook_resources import PAYLOAD_VERSIONS, EventType
from turnbuckle.practice.procore.hooks import Hook, Hooks, Trigger
from turnbuckle.practice.procore.refusals import (
    Refusal,
    denied,
    invalid,
    not_found,
    plain,
    wrong_project,
)
from turnbuckle.practice.procore.state import State

MOST_IN_BULK = 500
_NAMESPACE = re.compile(r"[a-z0-9-]{1,255}")
_SHOWN = 5  # characters of the authorization
_LONGEST_AUTHORIZATION = 4096


@dataclass(slots=True, kw_only=True)
class HookForm:
    """What a call wants of a hook; None leaves it as it is."""

    payload_version: str | None
    namespace: str | None
    address: str | None
    authorization: str | None
    active: bool | None

    def make(self, hooks: Hooks, place: Place, user_id: int) -> Hook:
        """Give a new hook.

        Raises:
            Refusal: a field that it must have is missing.
        """
        missing = next(
            (name for name in ("payload_version", "namespace") if getattr(self, name) is None),
            "destination_url",
        )
        if self.payload_version is None or self.namespace is None or self.address is None:
            raise invalid(missing, "can't be blank")
        now = hooks.clock.now()
        return Hook(
            id=hooks.identifiers.next(),
            place=place,
            payload_version=self.payload_version,
            namespace=self.namespace,
            address=self.address,
            authorization=self.authorization,
            user_id=user_id,
            created=now,
            updated=now,
            active=self.active is not False,
        )

    def change(self, hooks: Hooks, hook: Hook) -> None:
        """Change a hook where the call says so."""
        hook.payload_version = self.payload_version or hook.payload_version
        hook.namespace = self.namespace or hook.namespace
        hook.authorization = self.authorization or hook.authorization
        hook.active = hook.active if self.active is None else self.active
        if self.address is not None:
            hooks.send_to(hook, self.address)
        hook.updated = hooks.clock.now()


async def read_hook(hooks: Hooks, fields: Fields, version_field: str) -> HookForm:
    """Read a hook out of a body; the older API calls the payload's version `api_version`.

    Raises:
        Refusal: 400, a value is no good.
    """
    version = fields.text(version_field)
    if version is not None and version not in PAYLOAD_VERSIONS:
        raise invalid(version_field, "is not included in the list")
    namespace = fields.text("namespace")
    if namespace is not None and not _NAMESPACE.fullmatch(namespace):
        raise invalid("namespace", "may hold only lower case letters, digits and hyphens")
    address = fields.text("destination_url")
    if address is not None:
        await _check_address(hooks, address)
    status = fields.text("status")
    if status not in {None, "active", "disabled"}:
        raise invalid("status", "is not included in the list")
    return HookForm(
        payload_version=version,
        namespace=namespace,
        address=address,
        authorization=_authorization(fields),
        active=None if status is None else status == "active",
    )


async def _check_address(hooks: Hooks, address: str) -> None:
    try:
        await hooks.poster.check(address)
    except BadAddress as refused:
        raise invalid("destination_url", str(refused)) from None


def _authorization(fields: Fields) -> str | None:
    if fields.raw("destination_headers") is None:
        return None
    value = fields.part("destination_headers").text("Authorization")
    if value is not None and not (
        value.isascii() and value.isprintable() and len(value) <= _LONGEST_AUTHORIZATION
    ):
        raise invalid("destination_headers", "is not a header's value")
    return value


def masked(hook: Hook) -> dict[str, str]:
    """The headers of a hook as they are shown: only the last characters can be read."""
    secret = hook.authorization
    if secret is None:
        return {}
    return {"Authorization": "*****" + (secret[-_SHOWN:] if len(secret) > _SHOWN else "")}


def hook_row(hook: Hook, *, with_count: bool = True) -> dict[str, Any]:
    """A hook as the second version of the API shows it."""
    project = hook.place.project_id
    row: dict[str, Any] = {
        "id": str(hook.id),
        "status": "active" if hook.active else "disabled",
        "payload_version": hook.payload_version,
        "namespace": hook.namespace,
        "destination_headers": masked(hook),
        "destination_url": hook.address,
        "company_id": str(hook.place.company_id),
        "project_id": None if project is None else str(project),
        "created_at": f"{hook.created:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{hook.updated:%Y-%m-%dT%H:%M:%SZ}",
        "hook_type": "classic",
    }
    return row | ({"trigger_count": len(hook.triggers)} if with_count else {})


def old_hook_row(hook: Hook) -> dict[str, Any]:
    """A hook as the first version shows it."""
    project = hook.place.project_id
    return {
        "id": hook.id,
        "api_version": hook.payload_version,
        "namespace": hook.namespace,
        "destination_headers": masked(hook),
        "destination_url": hook.address,
        "owned_by_company_id": hook.place.company_id if project is None else None,
        "owned_by_project_id": project,
        "owned_by_user_id": hook.user_id,
    }


def trigger_row(hook: Hook, trigger: Trigger) -> dict[str, Any]:
    """A trigger as the second version of the API shows it."""
    project = hook.place.project_id
    return {
        "id": str(trigger.id),
        "webhook_hook_id": str(hook.id),
        "resource_name": trigger.resource,
        "event_type": str(trigger.event_type),
        "company_id": str(hook.place.company_id),
        "project_id": None if project is None else str(project),
    }


def old_trigger_row(hook: Hook, trigger: Trigger) -> dict[str, Any]:
    """A trigger as the first version shows it."""
    return {
        "id": trigger.id,
        "webhook_hook_id": hook.id,
        "resource_name": trigger.resource,
        "resource_id": None,
        "event_type": trigger.event_type.upper(),
        "company_id": hook.place.company_id,
        "project_id": hook.place.project_id,
        "user_id": hook.user_id,
    }


def add_trigger(hooks: Hooks, hook: Hook, fields: Fields) -> Trigger:
    """Let a hook hear of one more kind of event.

    Raises:
        Refusal: 400, there is no such event, or the hook has it already.
    """
    resource = hooks.resources(hook.scope).get(fields.needed_text("resource_name"))
    if resource is None:
        raise invalid("resource_name", "is not included in the list")
    word = fields.needed_text("event_type").lower()
    event = next((each for each in resource.events if each == word), None)
    if event is None:
        raise invalid("event_type", "is not included in the list")
    if any(
        (each.resource, each.event_type) == (resource.name, event)
        for each in hook.triggers.values()
    ):
        raise invalid("resource_name", "has already been taken")
    trigger = Trigger(
        id=hooks.identifiers.next(), resource=resource.name, event_type=EventType(event)
    )
    hook.triggers[trigger.id] = trigger
    hook.updated = hooks.clock.now()
    return trigger


def remove_trigger(hooks: Hooks, hook: Hook, trigger_id: int) -> None:
    """Take a trigger away.

    Raises:
        Refusal: 404, the hook has none of that id.
    """
    if hook.triggers.pop(trigger_id, None) is None:
        raise not_found("Trigger")
    hook.updated = hooks.clock.now()


def require_some(rows: list[Any]) -> None:
    """Refuse a bulk that is empty (400) or too long (413)."""
    if not rows:
        raise plain(400, "there is nothing to do")
    if len(rows) > MOST_IN_BULK:
        raise plain(413, f"no more than {MOST_IN_BULK} triggers can be changed at once")


def place_of(state: State, call: Call, company_id: object, project_id: object) -> Place:
    """Give the project or the company whose hooks a call is about.

    Raises:
        Refusal: the place is not the caller's, or they may do nothing with webhooks there.
    """
    company = call.company
    if company_id is not None and whole(company_id, "company_id") != company.id:
        raise wrong_project()
    if company_id is None and project_id is None:
        raise invalid("company_id", "can't be blank")
    level = state.hooks.level(company.id, call.person, is_app=call.grant.own_account)
    if level < Level.STANDARD:
        raise denied(f"This needs the level {Level.STANDARD.label} on Webhooks API")
    if project_id is None:
        return Place(company_id=company.id, project_id=None)
    number = whole(project_id, "project_id")
    state.companies.open_project(number, company, call.person)
    return Place(company_id=company.id, project_id=number)


def hook_at(state: State, place: Place, hook_id: int) -> Hook:
    """Give the hook of that id at that place.

    Raises:
        Refusal: 404, there is none.
    """
    hook = state.hooks.all.get(hook_id)
    if hook is None or hook.place != place:
        raise not_found("Hook")
    return hook


def refused_row(index: int, fields: object, refusal: Refusal) -> dict[str, Any]:
    """What a bulk says of one row that it could not take."""
    return {"index": index, "trigger": fields, **refusal.body}
