"""Calls about subscriptions: make one with its handshake, show, renew, reauthorize, delete.

Only the root of a library, or the list behind it, can be subscribed to, and only to `updated`: no
folder, no file, no resource data. Source: section 9 of the fact sheet.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4

from yarl import URL

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.principals import Principal
from turnbuckle.practice.microsoft.refusals import Refusal, access_denied
from turnbuckle.practice.microsoft.routes import Parts, listed, route
from turnbuckle.practice.microsoft.subscriptions import Subscription, Subscriptions
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.microsoft.wire import Json, selected, timestamp
from turnbuckle.practice.posting import BadAddress

_FIELDS = frozenset(
    {"changeType", "notificationUrl", "lifecycleNotificationUrl", "resource"}
    | {"expirationDateTime", "clientState", "latestSupportedTlsVersion", "includeResourceData"}
    | {"encryptionCertificate", "encryptionCertificateId", "notificationQueryOptions"}
    | {"notificationUrlAppId"}
)
_LONGEST_STATE = 128
_TLS_VERSIONS = ("v1_0", "v1_1", "v1_2", "v1_3")
_SECURITY = "includesecuritywebhooks"
_DRIVE_RIGHT = frozenset({"Files.ReadWrite.All"})
_LIST_RIGHT = frozenset({"Sites.ReadWrite.All", "Sites.FullControl.All"})
_NO_RICH_NOTIFICATIONS = "File Services workload is not enabled for rich notifications."
_TIMED_OUT = "Subscription validation request timed out."
_NOT_OK = "Notification endpoint must respond with 200 OK to validation request."
_NO_MATCH = "Notification endpoint must return the validation token as plain text."

Find = Callable[[Tenant, Principal, re.Match[str]], Drive | None]


# -- what can be subscribed to ---------------------------------------------------------------------


def _by_id(tenant: Tenant, _: Principal, found: re.Match[str]) -> Drive | None:
    return tenant.drives.get(found["drive"])


def _of_person(tenant: Tenant, _: Principal, found: re.Match[str]) -> Drive | None:
    person = tenant.person(found["user"])
    return None if person is None else tenant.personal.get(person.graph_id)


def _own(tenant: Tenant, principal: Principal, _: re.Match[str]) -> Drive | None:
    person = principal.person
    return None if person is None else tenant.personal.get(person.graph_id)


def _by_list(tenant: Tenant, _: Principal, found: re.Match[str]) -> Drive | None:
    site = tenant.site(found["site"])
    wanted = found["list"].strip("{}").lower()
    drives = site.drives if site is not None else ()
    return next((each for each in drives if str(each.place.library) == wanted), None)


_RESOURCES: tuple[tuple[re.Pattern[str], frozenset[str], Find], ...] = (
    (re.compile(r"drives/(?P<drive>[^/]+)/root"), _DRIVE_RIGHT, _by_id),
    (re.compile(r"users/(?P<user>[^/]+)/drive/root"), _DRIVE_RIGHT, _of_person),
    (re.compile(r"me/drive/root"), _DRIVE_RIGHT, _own),
    (re.compile(r"sites/(?P<site>[^/]+)/lists/(?P<list>[^/]+)"), _LIST_RIGHT, _by_list),
)


def _library(call: Call, resource: str) -> Drive:
    """Give the library of a resource, if the caller may subscribe to it."""
    text = unquote(resource).removeprefix("/").removesuffix("/")
    for pattern, rights, find in _RESOURCES:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        drive = find(call.desk.tenant, call.principal, found)
        if drive is None:
            raise Refusal(404, "ResourceNotFound", "There is no such library.")
        _ensure_right(call, drive, rights)
        return drive
    raise _invalid(call, "Of files, only the root of a library can be subscribed to.")


def _ensure_right(call: Call, drive: Drive, rights: frozenset[str]) -> None:
    principal = call.principal
    principal.ensure_drive(drive, write=False)
    selected_site = call.desk.switches.selected_sites_subscribe and principal.holds(
        drive.place, write=True
    )
    if principal.by_hand or selected_site or not principal.granted.isdisjoint(rights):
        return
    raise access_denied(f"The token holds none of: {', '.join(sorted(rights))}.")


# -- making one ------------------------------------------------------------------------------------


async def create(call: Call, _: Parts) -> Reply:
    """POST /subscriptions: check all that is wished for, then shake hands with the receiver."""
    body = await call.json()
    _ensure_fields(call, body, _FIELDS)
    if body.get("includeResourceData") or body.get("encryptionCertificate"):
        raise _invalid(call, _NO_RICH_NOTIFICATIONS)
    if _text(call, body, "changeType", needed=True).lower() != "updated":
        raise _invalid(call, "The changeType of files can only be updated.")
    expires = _expiry(call, body)
    address = _text(call, body, "notificationUrl", needed=True)
    lifecycle = _text(call, body, "lifecycleNotificationUrl") or None
    state = _state(call, body)
    tls_version = _text(call, body, "latestSupportedTlsVersion") or "v1_2"
    if tls_version not in _TLS_VERSIONS:
        raise _invalid(call, "latestSupportedTlsVersion is none of v1_0, v1_1, v1_2, v1_3.")
    drive = _library(call, _text(call, body, "resource", needed=True))
    _ensure_room(call, drive)
    for name, one in (("notificationUrl", address), ("lifecycleNotificationUrl", lifecycle)):
        if one is not None:
            await _check_address(call, name, one)
    for one in (address, lifecycle):
        if one is not None:
            await _shake_hands(call, one)
    made = Subscription(
        id=str(uuid4()),
        app_id=call.principal.app_id,
        person_id=_person_id(call),
        resource=body["resource"],
        drive=drive,
        notification_url=address,
        lifecycle_url=lifecycle,
        client_state=state,
        tls_version=tls_version,
        rights_too=_SECURITY in call.request.headers.get("Prefer", "").lower(),
        expires=expires,
        authorized_until=call.principal.expires,
    )
    _book(call).add(made)
    return Reply(201, _shown(call, made))


def _ensure_room(call: Call, drive: Drive) -> None:
    limits, living = call.desk.limits, _book(call).living
    in_library = sum(each.drive is drive for each in living)
    in_site = sum(each.drive.place.site_id == drive.place.site_id for each in living)
    for count, most, what in (
        (in_library, limits.subscriptions_of_library, "library"),
        (in_site, limits.subscriptions_of_site, "site"),
    ):
        if most is not None and count >= most:
            sentence = f"This {what} has {most} subscriptions, and can have no more."
            raise Refusal(403, "Forbidden", sentence)


async def _check_address(call: Call, name: str, address: str) -> None:
    try:
        await _book(call).poster.check(address, usual_port=True)
    except BadAddress as refused:
        raise _invalid(call, f"{name} {refused}.") from None


async def _shake_hands(call: Call, address: str) -> None:
    """Post a token to an address; it has to come back as it is."""
    book = _book(call)
    token = f"Validation: Practice mode asks who is there: {uuid4()}"
    asked = str(URL(address).update_query(validationToken=token))
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    posted = await book.poster.post(asked, b"", headers, book.pace.answer_seconds)
    if posted.timed_out:
        raise _invalid(call, _TIMED_OUT)
    if posted.status != 200:
        raise _invalid(call, f"Subscription validation request failed. {_NOT_OK}")
    kind = posted.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "text/plain" or posted.body != token.encode():
        raise _invalid(call, f"Subscription validation request failed. {_NO_MATCH}")


# -- those that are there --------------------------------------------------------------------------


async def show_all(call: Call, _: Parts) -> Reply:
    """GET /subscriptions: those of the caller."""
    rows = [_json(each) for each in _book(call).living if _is_own(call, each)]
    return listed(call, "/subscriptions", rows)


async def show(call: Call, parts: Parts) -> Reply:
    """GET /subscriptions/{id}."""
    return Reply(200, selected(_shown(call, _meant(call, parts)), call.select))


async def renew(call: Call, parts: Parts) -> Reply:
    """PATCH /subscriptions/{id}: another end, which is all that can be changed."""
    one = _meant(call, parts)
    body = await call.json()
    _ensure_fields(call, body, frozenset({"expirationDateTime"}))
    one.expires = _expiry(call, body)
    one.renewed(call.principal.expires)
    return Reply(200, _shown(call, one))


async def reauthorize(call: Call, parts: Parts) -> Reply:
    """POST /subscriptions/{id}/reauthorize: it is still wanted, and ends when it did."""
    _meant(call, parts).renewed(call.principal.expires)
    return Reply(204)


async def delete(call: Call, parts: Parts) -> Reply:
    """DELETE /subscriptions/{id}."""
    _book(call).remove(_meant(call, parts))
    return Reply(204)


def _meant(call: Call, parts: Parts) -> Subscription:
    for each in _book(call).living:
        if each.id == parts["subscription"].lower() and _is_own(call, each):
            return each
    raise Refusal(404, "ResourceNotFound", "There is no such subscription.")


def _is_own(call: Call, one: Subscription) -> bool:
    """An app by itself has all that were made with it, a person those that they made with it."""
    person = _person_id(call)
    return one.app_id == call.principal.app_id and person in {"", one.person_id}


# -- reading and showing ---------------------------------------------------------------------------


def _book(call: Call) -> Subscriptions:
    return call.desk.subscriptions


def _person_id(call: Call) -> str:
    return call.principal.person.graph_id if call.principal.person is not None else ""


def _invalid(call: Call, sentence: str) -> Refusal:
    return Refusal(400, call.desk.switches.subscription_refusal, sentence)


def _ensure_fields(call: Call, body: Json, known: frozenset[str]) -> None:
    for name in body:
        if name not in known and "@" not in name:
            raise _invalid(call, f"The property {name[:80]!r} cannot be set here.")


def _text(call: Call, body: Json, name: str, *, needed: bool = False) -> str:
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not value:
        raise _invalid(call, f"{name} is missing, or no text.")
    return value


def _state(call: Call, body: Json) -> str | None:
    if body.get("clientState") in {None, ""}:
        return None
    state = _text(call, body, "clientState")
    if len(state) > _LONGEST_STATE:
        raise _invalid(call, f"clientState can have {_LONGEST_STATE} characters at most.")
    return state


def _expiry(call: Call, body: Json) -> datetime:
    text = _text(call, body, "expirationDateTime", needed=True)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _invalid(call, "expirationDateTime is not a time.") from None
    if moment.tzinfo is None:
        raise _invalid(call, "expirationDateTime needs a zone, such as Z.")
    now, most = _book(call).clock.now(), call.desk.limits.subscription_minutes
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise _invalid(call, "expirationDateTime is not a time.") from None
    if moment <= now:
        raise _invalid(call, "expirationDateTime must be in the future.")
    if moment > now + timedelta(minutes=most):
        sentence = f"Subscription expiration can only be {most} minutes in the future."
        raise _invalid(call, sentence)
    return moment


def _shown(call: Call, one: Subscription) -> Json:
    return {"@odata.context": f"{call.base}/$metadata#subscriptions/$entity", **_json(one)}


def _json(one: Subscription) -> Json:
    return {
        "id": one.id,
        "resource": one.resource,
        "applicationId": one.app_id or None,
        "changeType": "updated",
        "clientState": one.client_state,
        "notificationUrl": one.notification_url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": one.lifecycle_url,
        "expirationDateTime": timestamp(one.expires),
        "creatorId": one.person_id or one.app_id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": one.tls_version,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


_ONE = r"/subscriptions/(?P<subscription>[^/]+)"
ROUTES = (
    route("GET", "/subscriptions", "/subscriptions", 1, "", show_all),
    route("POST", "/subscriptions", "/subscriptions", 1, "", create),
    route("GET", _ONE, "/subscription", 1, "", show),
    route("PATCH", _ONE, "/subscription", 1, "", renew),
    route("DELETE", _ONE, "/subscription", 1, "", delete),
    route("POST", f"{_ONE}/reauthorize", "/reauthorize", 1, "", reauthorize),
)
