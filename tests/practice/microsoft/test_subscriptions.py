"""Subscriptions of practice Microsoft: made with a handshake, shown, renewed, deleted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from practice.microsoft.client import Answer, Microsoft
from practice.receiver import Received, Receiver

from turnbuckle.practice.persons import PERSONS

PUBLIC = "https://hooks.customer.com/in"


def echo(received: Received) -> web.Response:
    """Answer a handshake as it should be, and take everything else."""
    token = received.query.get("validationToken")
    return web.Response(status=202) if token is None else web.Response(text=token)


@pytest.fixture
async def receiver(microsoft: Microsoft) -> AsyncIterator[Receiver]:
    microsoft.switches.loopback_hooks = True
    async with Receiver(echo) as made:
        yield made


def wish(microsoft: Microsoft, receiver: Receiver, **more: Any) -> dict[str, Any]:
    ends = microsoft.clock.now() + timedelta(days=1)
    body = {
        "changeType": "updated",
        "notificationUrl": f"{receiver.address}/in",
        "resource": f"{microsoft.at}/root",
        "expirationDateTime": ends.isoformat().replace("+00:00", "Z"),
        "clientState": "between-us-two",
        **more,
    }
    return {name: value for name, value in body.items() if value is not ...}


async def subscribe(microsoft: Microsoft, receiver: Receiver, **more: Any) -> Answer:
    return await microsoft.call("POST", "/subscriptions", json=wish(microsoft, receiver, **more))


async def test_a_subscription_is_made_after_a_handshake(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    answer = await subscribe(microsoft, receiver)

    assert answer.status == 201
    (asked,) = receiver.received
    assert set(asked.query) == {"validationToken"}
    assert asked.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert asked.body == b""
    made = answer.json
    assert made["applicationId"] == microsoft.service.client_id
    assert made["resource"] == f"{microsoft.at}/root"
    assert made["expirationDateTime"] == "2026-03-03T12:00:00Z"
    assert made["clientState"] == "between-us-two"


async def test_the_query_of_an_address_is_kept_in_the_handshake(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    address = f"{receiver.address}/in?key=a%2Bb"

    await subscribe(microsoft, receiver, notificationUrl=address)

    assert receiver.received[0].query["key"] == "a+b"


async def test_a_lifecycle_address_shakes_hands_too(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    lifecycle = f"{receiver.address}/life"

    answer = await subscribe(microsoft, receiver, lifecycleNotificationUrl=lifecycle)

    assert answer.json["lifecycleNotificationUrl"] == lifecycle
    assert [each.path for each in receiver.received] == ["/in", "/life"]


@pytest.mark.parametrize(
    ("answering", "told"),
    [
        (lambda _: web.Response(status=202), "200 OK"),
        (lambda _: web.Response(status=500), "200 OK"),
        (lambda _: web.Response(status=302, headers={"Location": "/x"}), "200 OK"),
        (lambda _: web.Response(text="something else"), "validation token"),
        (lambda r: web.Response(text=r.query["validationToken"] + "\n"), "validation token"),
        (
            lambda r: web.Response(text=r.query["validationToken"], content_type="text/html"),
            "validation token",
        ),
        (lambda r: web.json_response(r.query["validationToken"]), "validation token"),
    ],
)
async def test_a_wrong_handshake_is_refused(
    microsoft: Microsoft, receiver: Receiver, answering: Any, told: str
) -> None:
    receiver.answering = answering

    answer = await subscribe(microsoft, receiver)

    assert (answer.status, answer.error) == (400, "InvalidRequest")
    assert told in answer.json["error"]["message"]
    assert (await microsoft.call("GET", "/subscriptions")).json["value"] == []


async def test_a_slow_handshake_times_out(microsoft: Microsoft, receiver: Receiver) -> None:
    microsoft.service.subscriptions.pace.answer_seconds = 0.1
    receiver.hold_seconds = 3600

    answer = await subscribe(microsoft, receiver)

    assert answer.status == 400
    assert answer.json["error"]["message"] == "Subscription validation request timed out."


async def test_a_failing_lifecycle_address_is_refused(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    def half(received: Received) -> web.Response:
        return web.Response(status=404) if received.path == "/life" else echo(received)

    receiver.answering = half

    answer = await subscribe(
        microsoft, receiver, lifecycleNotificationUrl=f"{receiver.address}/life"
    )

    assert answer.status == 400


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.customer.com/in",
        "https://localhost/in",
        "https://10.0.0.1/in",
        "https://hooks.customer.com:8443/in",
        "https://me@hooks.customer.com/in",
        "somewhere",
        "",
        7,
    ],
)
@pytest.mark.parametrize("name", ["notificationUrl", "lifecycleNotificationUrl"])
async def test_an_address_that_is_not_public_https_is_refused(
    microsoft: Microsoft, receiver: Receiver, name: str, address: object
) -> None:
    microsoft.switches.loopback_hooks = False
    public = {"notificationUrl": PUBLIC, "lifecycleNotificationUrl": PUBLIC}
    if address == "" and name == "lifecycleNotificationUrl":
        address = "https://"

    answer = await subscribe(microsoft, receiver, **(public | {name: address}))

    assert (answer.status, answer.error) == (400, "InvalidRequest")
    assert name in answer.json["error"]["message"]
    assert receiver.received == []


async def test_without_the_switch_nobody_shakes_hands_at_a_public_address(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    microsoft.switches.loopback_hooks = False

    answer = await subscribe(microsoft, receiver, notificationUrl=PUBLIC)

    assert answer.status == 400
    assert "200 OK" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"changeType": "created"},
        {"changeType": "updated,deleted"},
        {"changeType": ...},
        {"resource": ...},
        {"resource": "/drives/{drive}/items/{folder}"},
        {"resource": "/drives/{drive}/root:/General:"},
        {"resource": "/drives/{drive}/root/children"},
        {"resource": "/drives/{drive}"},
        {"resource": "https://graph.microsoft.com/v1.0/drives/{drive}/root"},
        {"resource": "/sites/{site}/drive/root"},
        {"resource": "/me/messages"},
        {"clientState": "x" * 129},
        {"clientState": 7},
        {"includeResourceData": True},
        {"latestSupportedTlsVersion": "v3"},
        {"expirationDateTime": ...},
        {"expirationDateTime": "soon"},
        {"expirationDateTime": "2026-03-02T13:00:00"},
        {"expirationDateTime": "2026-03-02T11:59:59Z"},
        {"expirationDateTime": "2026-03-31T21:01:00Z"},
        {"expirationDateTime": "9999-12-31T23:59:59-12:00"},
        {"id": "mine"},
    ],
)
async def test_a_wish_that_cannot_be_met_is_refused_before_the_handshake(
    microsoft: Microsoft, receiver: Receiver, change: dict[str, Any]
) -> None:
    place = microsoft.drive.place
    if isinstance(change.get("resource"), str):
        names = {"drive": place.drive_id, "folder": microsoft.folder, "site": place.site_id}
        change = {"resource": change["resource"].format(**names)}

    answer = await subscribe(microsoft, receiver, **change)

    assert (answer.status, answer.error) == (400, "InvalidRequest")
    assert receiver.received == []


async def test_rich_notifications_are_refused_in_the_services_words(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    answer = await subscribe(microsoft, receiver, includeResourceData=True)

    told = "File Services workload is not enabled for rich notifications."
    assert answer.json["error"]["message"] == told


async def test_the_refusal_may_have_the_other_name(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    microsoft.switches.subscription_refusal = "ValidationError"

    assert (await subscribe(microsoft, receiver, changeType="deleted")).error == "ValidationError"


async def test_the_longest_life_is_42300_minutes(microsoft: Microsoft, receiver: Receiver) -> None:
    longest = "2026-03-31T21:00:00Z"

    answer = await subscribe(microsoft, receiver, expirationDateTime=longest)

    assert answer.status == 201


async def test_all_forms_of_a_librarys_root_are_taken(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    place, ana = microsoft.drive.place, PERSONS[0]

    for resource in (
        f"drives/{place.drive_id}/root",
        f"/users/{ana.graph_id}/drive/root",
        f"/users/{ana.login}/drive/root/",
        f"/sites/{place.site_id}/lists/{place.library}",
        f"/sites/{place.site_id}/lists/{{{place.library}}}",
    ):
        answer = await subscribe(microsoft, receiver, resource=resource)
        assert (answer.status, answer.json["resource"]) == (201, resource)


async def test_a_persons_own_library_is_me(microsoft: Microsoft, receiver: Receiver) -> None:
    by_app = await subscribe(microsoft, receiver, resource="/me/drive/root")
    await microsoft.become("ana")

    by_person = await subscribe(microsoft, receiver, resource="me/drive/root")

    assert by_app.status == 404
    assert by_person.status == 201
    assert by_person.json["creatorId"] == PERSONS[0].graph_id


@pytest.mark.parametrize(
    "resource",
    ["/drives/b!nothing/root", "/users/nobody/drive/root", "/sites/none/lists/none"],
)
async def test_a_library_that_is_not_there_is_404(
    microsoft: Microsoft, receiver: Receiver, resource: str
) -> None:
    answer = await subscribe(microsoft, receiver, resource=resource)

    assert (answer.status, answer.error) == (404, "ResourceNotFound")


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "form", "status"),
    [
        ({"Files.ReadWrite.All"}, "root", 201),
        ({"Files.Read.All"}, "root", 403),
        ({"Sites.ReadWrite.All"}, "root", 403),
        ({"Sites.ReadWrite.All"}, "list", 201),
        ({"Files.ReadWrite.All"}, "list", 403),
        (set(), "root", 403),
    ],
)
async def test_the_right_depends_on_the_resource(
    microsoft: Microsoft, receiver: Receiver, roles: set[str], form: str, status: int
) -> None:
    microsoft.service.app.roles = roles
    await microsoft.sign_in()
    place = microsoft.drive.place
    resource = f"/sites/{place.site_id}/lists/{place.library}" if form == "list" else ...
    more = {} if resource is ... else {"resource": resource}

    assert (await subscribe(microsoft, receiver, **more)).status == status


@pytest.mark.parametrize(("switch", "status"), [(False, 403), (True, 201)])
async def test_a_grant_on_the_site_is_enough_by_a_switch(
    microsoft: Microsoft, receiver: Receiver, switch: bool, status: int
) -> None:
    microsoft.switches.selected_sites_subscribe = switch
    microsoft.service.app.roles = {"Sites.Selected"}
    microsoft.service.grant_site(microsoft.service.tenant.team.site)
    await microsoft.sign_in()

    assert (await subscribe(microsoft, receiver)).status == status


async def test_a_library_takes_a_hundred_subscriptions(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    microsoft.limits.subscriptions_of_library = 2
    for _ in range(2):
        assert (await subscribe(microsoft, receiver)).status == 201

    answer = await subscribe(microsoft, receiver)

    assert (answer.status, answer.error) == (403, "Forbidden")
    assert "library" in answer.json["error"]["message"]


# -- afterwards ------------------------------------------------------------------------------------


async def test_subscriptions_are_listed_and_shown(microsoft: Microsoft, receiver: Receiver) -> None:
    made = (await subscribe(microsoft, receiver)).json

    listed = (await microsoft.call("GET", "/subscriptions")).json["value"]
    shown = (await microsoft.call("GET", f"/subscriptions/{made['id']}")).json
    some = (await microsoft.call("GET", f"/subscriptions/{made['id']}?$select=id")).json

    assert [each["id"] for each in listed] == [made["id"]]
    assert shown["notificationUrl"] == made["notificationUrl"]
    assert "notificationUrl" not in some


async def test_another_apps_subscriptions_are_not_there(
    microsoft: Microsoft, receiver: Receiver
) -> None:
    made = (await subscribe(microsoft, receiver)).json
    other = microsoft.service.add_app("other", "secret")
    token = await microsoft.ask_token(client_id=other.client_id, client_secret="secret")
    microsoft.token = token.json["access_token"]
    path = f"/subscriptions/{made['id']}"

    assert (await microsoft.call("GET", "/subscriptions")).json["value"] == []
    assert (await microsoft.call("GET", path)).status == 404
    assert (await microsoft.call("DELETE", path)).status == 404


async def test_a_renewed_subscription_ends_later(microsoft: Microsoft, receiver: Receiver) -> None:
    path = f"/subscriptions/{(await subscribe(microsoft, receiver)).json['id']}"
    later = {"expirationDateTime": "2026-03-20T00:00:00Z"}

    answer = await microsoft.call("PATCH", path, json=later)

    assert (answer.status, answer.json["expirationDateTime"]) == (200, "2026-03-20T00:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expirationDateTime": "2026-03-01T00:00:00Z"},
        {"expirationDateTime": "2027-03-01T00:00:00Z"},
        {"expirationDateTime": "2026-03-20T00:00:00Z", "lifecycleNotificationUrl": PUBLIC},
        {"clientState": "other"},
    ],
)
async def test_nothing_but_a_possible_end_can_be_changed(
    microsoft: Microsoft, receiver: Receiver, body: dict[str, Any]
) -> None:
    path = f"/subscriptions/{(await subscribe(microsoft, receiver)).json['id']}"

    assert (await microsoft.call("PATCH", path, json=body)).status == 400


async def test_a_deleted_subscription_is_gone(microsoft: Microsoft, receiver: Receiver) -> None:
    path = f"/subscriptions/{(await subscribe(microsoft, receiver)).json['id']}"

    assert (await microsoft.call("DELETE", path)).status == 204
    assert (await microsoft.call("DELETE", path)).status == 404
    assert (await microsoft.call("GET", path)).status == 404


async def test_an_expired_subscription_is_gone(microsoft: Microsoft, receiver: Receiver) -> None:
    path = f"/subscriptions/{(await subscribe(microsoft, receiver)).json['id']}"
    microsoft.clock.advance(86_400)
    await microsoft.sign_in()
    later = {"expirationDateTime": "2026-03-20T00:00:00Z"}

    assert (await microsoft.call("GET", path)).status == 404
    assert (await microsoft.call("PATCH", path, json=later)).status == 404
    assert (await microsoft.call("POST", f"{path}/reauthorize", data=b"")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/subscriptions/none", 404),
        ("PATCH", "/subscriptions/none", 404),
        ("DELETE", "/subscriptions/none", 404),
        ("POST", "/subscriptions/none/reauthorize", 404),
        ("POST", "/subscriptions", 400),
        ("PUT", "/subscriptions", 405),
    ],
)
async def test_what_makes_no_sense_is_refused(
    microsoft: Microsoft, method: str, path: str, status: int
) -> None:
    assert (await microsoft.call(method, path, json={})).status == status


async def test_without_a_token_nothing_is_told(microsoft: Microsoft) -> None:
    microsoft.token = "none"

    assert (await microsoft.call("GET", "/subscriptions")).status == 401
