"""Notices of practice Microsoft, received: after which change, to whom, and what failing does."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import trustme
from aiohttp import web
from practice.microsoft.client import Microsoft
from practice.receiver import Received, Receiver
from practice.until import until

from turnbuckle.practice.persons import PERSONS


def echo(received: Received) -> web.Response:
    """Answer a handshake as it should be, and take everything else."""
    token = received.query.get("validationToken")
    return web.Response(status=202) if token is None else web.Response(text=token)


@dataclass
class Told:
    """A practice Microsoft, and a receiver that is told of changes in the Team's library."""

    microsoft: Microsoft
    receiver: Receiver
    id: str = ""

    async def subscribe(self, headers: dict[str, str] | None = None, **more: Any) -> str:
        """Make one more subscription; give its id."""
        ends = (self.microsoft.clock.now() + timedelta(days=10)).isoformat()
        body = {
            "changeType": "updated",
            "notificationUrl": f"{self.receiver.address}/in",
            "resource": f"{self.microsoft.at}/root",
            "expirationDateTime": ends,
            "clientState": "between-us-two",
            **more,
        }
        answer = await self.microsoft.call("POST", "/subscriptions", json=body, headers=headers)
        assert answer.status == 201, answer.body
        self.receiver.received.clear()
        return str(answer.json["id"])

    async def settle(self, seconds: float = 1) -> None:
        """Let what was changed be seen, and then so much time pass."""
        await self.microsoft.service.subscriptions.settle()
        self.microsoft.clock.advance(seconds)
        await self.microsoft.service.subscriptions.settle()

    async def notices(self, seconds: float = 1) -> list[Any]:
        """All notices since the last question."""
        await self.settle(seconds)
        posts, self.receiver.received = self.receiver.received, []
        return [notice for post in posts for notice in post.json["value"]]

    async def change(self, name: str = "a.txt") -> str:
        """Make a file; give its id."""
        answer = await self.microsoft.put(name, name.encode())
        return str(answer.json["id"])


@pytest.fixture
async def told(microsoft: Microsoft) -> AsyncIterator[Told]:
    microsoft.switches.loopback_hooks = True
    async with Receiver(echo) as receiver:
        made = Told(microsoft, receiver)
        made.id = await made.subscribe()
        yield made


async def test_a_notice_names_the_subscription_and_nothing_of_the_change(told: Told) -> None:
    await told.change()

    (notice,) = await told.notices()

    assert notice == {
        "subscriptionId": told.id,
        "subscriptionExpirationDateTime": "2026-03-12T12:00:00Z",
        "clientState": "between-us-two",
        "changeType": "updated",
        "resource": f"{told.microsoft.at}/root",
        "tenantId": told.microsoft.service.tenant_id,
        "resourceData": {},
    }


async def test_each_kind_of_change_is_noticed(told: Told) -> None:
    microsoft = told.microsoft
    item = await told.change()
    counts = [len(await told.notices())]
    path = f"{microsoft.at}/items/{item}"
    root = {"parentReference": {"id": microsoft.drive.root_id}}
    for method, where, options in (
        ("PATCH", path, {"json": {"name": "b.txt"}}),
        ("PATCH", path, {"json": root}),
        ("PUT", f"{path}/content", {"data": b"other"}),
        ("DELETE", path, {}),
    ):
        answer = await microsoft.call(method, where, **options)
        assert answer.status < 300, answer.body
        counts.append(len(await told.notices()))

    assert counts == [1, 1, 1, 1, 1]


async def test_looking_is_not_noticed(told: Told) -> None:
    await told.microsoft.call("GET", f"{told.microsoft.at}/root/children")

    assert await told.notices() == []


async def test_a_change_that_a_person_makes_without_a_call_is_noticed(told: Told) -> None:
    drive = told.microsoft.drive
    drive.add_folder(drive.root_id, "Plans", PERSONS[0])

    assert len(await told.notices()) == 1


async def test_another_library_is_not_noticed(told: Told) -> None:
    handover = told.microsoft.service.tenant.handover
    handover.add_folder(handover.root_id, "Plans", PERSONS[0])

    assert await told.notices() == []


async def test_what_changed_before_is_not_noticed(microsoft: Microsoft) -> None:
    microsoft.switches.loopback_hooks = True
    async with Receiver(echo) as receiver:
        late = Told(microsoft, receiver)
        await late.change()
        await late.subscribe()

        assert await late.notices() == []


async def test_notices_for_one_address_come_in_one_body(told: Told) -> None:
    other = await told.subscribe(clientState="other")
    await told.change("a.txt")
    await told.change("b.txt")

    await told.settle()

    (post,) = told.receiver.received
    assert [each["subscriptionId"] for each in post.json["value"]] == [told.id] * 2 + [other] * 2


async def test_a_notice_comes_after_the_time_that_the_switch_says(told: Told) -> None:
    told.microsoft.switches.notice_seconds = 60
    await told.change()

    early = await told.notices(59)

    assert early == []
    assert len(await told.notices(1)) == 1


async def test_by_a_switch_one_change_gives_a_burst(told: Told) -> None:
    told.microsoft.switches.notices_per_change = 30
    await told.change()

    assert len(await told.notices()) == 30


async def test_a_thousand_changes_at_once_give_a_hundred_notices(told: Told) -> None:
    drive = told.microsoft.drive
    for number in range(1000):
        drive.add_folder(drive.root_id, f"Folder {number}", PERSONS[0])

    assert len(await told.notices()) == 100


async def test_by_a_switch_every_second_notice_is_lost(told: Told) -> None:
    told.microsoft.switches.notices_lost_every = 2
    for number in range(4):
        await told.change(f"{number}.txt")

    assert len(await told.notices()) == 2


async def test_the_next_notices_are_lost_or_doubled_on_order(told: Told) -> None:
    mishaps = told.microsoft.service.subscriptions.mishaps
    counts: list[int] = []
    for order in (mishaps.lose_next, mishaps.double_next, lambda _: mishaps.calm()):
        order(1)
        await told.change(f"{len(counts)}.txt")
        counts.append(len(await told.notices()))

    assert counts == [0, 2, 1]


@pytest.mark.parametrize(("header", "count"), [(None, 0), ("includesecuritywebhooks", 1)])
async def test_changed_permissions_are_noticed_by_who_asked_for_them(
    told: Told, header: str | None, count: int
) -> None:
    item = await told.change()
    await told.microsoft.call("DELETE", f"/subscriptions/{told.id}")
    await told.subscribe(headers={"Prefer": header} if header else None)

    answer = await told.microsoft.call(
        "POST",
        f"{told.microsoft.at}/items/{item}/createLink",
        json={"type": "view", "scope": "organization"},
    )

    assert answer.status == 201, answer.body
    assert len(await told.notices()) == count


async def test_notices_arrive_without_anybody_asking(told: Told) -> None:
    told.microsoft.switches.notice_seconds = 0
    await told.change()

    await until(lambda: told.receiver.received)

    assert len(told.receiver.received) == 1


# -- the end ---------------------------------------------------------------------------------------


async def test_a_deleted_subscription_is_silent(told: Told) -> None:
    await told.microsoft.call("DELETE", f"/subscriptions/{told.id}")
    await told.change()

    assert await told.notices() == []


async def test_what_waits_for_a_deleted_subscription_is_not_sent(told: Told) -> None:
    told.microsoft.switches.notice_seconds = 60
    await told.change()
    await told.settle(1)
    await told.microsoft.call("DELETE", f"/subscriptions/{told.id}")

    assert await told.notices(60) == []


async def test_an_expired_subscription_is_silent_and_a_renewed_one_is_not(told: Told) -> None:
    short, long = "2026-03-02T13:00:00Z", "2026-03-20T00:00:00Z"
    ends = {await told.subscribe(expirationDateTime=short): short}
    renewed = await told.subscribe(expirationDateTime=short)
    path, later = f"/subscriptions/{renewed}", {"expirationDateTime": long}
    assert (await told.microsoft.call("PATCH", path, json=later)).status == 200
    await told.settle(3600)
    await told.microsoft.sign_in()
    await told.change()

    ids = {each["subscriptionId"] for each in await told.notices()}

    assert ids == {told.id, renewed}
    assert not ids & set(ends)


# -- lifecycle -------------------------------------------------------------------------------------


async def with_lifecycle(told: Told, **more: Any) -> str:
    return await told.subscribe(
        lifecycleNotificationUrl=f"{told.receiver.address}/life", clientState="life", **more
    )


async def lifecycle(told: Told, seconds: float) -> list[Any]:
    await told.settle(seconds)
    posts, told.receiver.received = told.receiver.received, []
    return [row for post in posts if post.path == "/life" for row in post.json["value"]]


async def test_before_the_token_ends_another_authorization_is_asked_for_once(told: Told) -> None:
    id_ = await with_lifecycle(told)

    early = await lifecycle(told, 40 * 60)
    asked = await lifecycle(told, 6 * 60)
    again = await lifecycle(told, 60)

    assert early == again == []
    (notice,) = asked
    assert notice == {
        "subscriptionId": id_,
        "subscriptionExpirationDateTime": "2026-03-12T12:00:00Z",
        "clientState": "life",
        "tenantId": told.microsoft.service.tenant_id,
        "lifecycleEvent": "reauthorizationRequired",
    }


async def test_before_the_subscription_ends_it_is_asked_for_too(told: Told) -> None:
    await with_lifecycle(told, expirationDateTime="2026-03-02T12:30:00Z")

    assert [len(await lifecycle(told, 14 * 60)), len(await lifecycle(told, 2 * 60))] == [0, 1]


@pytest.mark.parametrize("how", ["reauthorize", "renew"])
async def test_who_was_asked_and_answered_is_asked_again_before_the_next_end(
    told: Told, how: str
) -> None:
    id_ = await with_lifecycle(told)
    assert len(await lifecycle(told, 50 * 60)) == 1
    await told.microsoft.sign_in()
    path = f"/subscriptions/{id_}"
    if how == "renew":
        later = {"expirationDateTime": "2026-03-20T00:00:00Z"}
        answer = await told.microsoft.call("PATCH", path, json=later)
        assert answer.status == 200
    else:
        answer = await told.microsoft.call("POST", f"{path}/reauthorize", data=b"")
        assert answer.status == 204

    assert [len(await lifecycle(told, 30 * 60)), len(await lifecycle(told, 20 * 60))] == [0, 1]


@pytest.mark.parametrize(("stops", "count"), [(False, 1), (True, 0)])
async def test_by_a_switch_who_did_not_answer_is_told_nothing_more(
    told: Told, stops: bool, count: int
) -> None:
    told.microsoft.switches.unauthorized_subscriptions_stop = stops
    await told.microsoft.call("DELETE", f"/subscriptions/{told.id}")
    await with_lifecycle(told)
    await told.settle(3600)
    told.receiver.received.clear()
    await told.microsoft.sign_in()
    await told.change()

    assert len(await told.notices()) == count


# -- receivers that fail ---------------------------------------------------------------------------


async def test_a_failing_receiver_gets_its_notices_when_it_recovers(told: Told) -> None:
    told.receiver.fail(503)
    await told.change()
    assert len(await told.notices()) == 1
    assert await told.notices(5) == []
    told.receiver.recover()

    (notice,) = await told.notices(10)

    assert notice["subscriptionId"] == told.id


async def test_after_four_hours_the_notices_are_dropped(told: Told) -> None:
    told.receiver.fail()
    await told.change()
    for _ in range(9):
        await told.settle(1800)
    told.receiver.recover()
    told.receiver.received.clear()

    assert await told.notices(1800) == []


async def test_a_receiver_that_hangs_holds_up_nobody(told: Told) -> None:
    told.microsoft.switches.notice_seconds = 0
    told.microsoft.service.subscriptions.pace.answer_seconds = 3600
    async with Receiver(echo) as slow:
        await told.subscribe(notificationUrl=f"{slow.address}/in")
        validations = len(slow.received)
        slow.hold_seconds = 3600
        await told.change()

        await until(lambda: told.receiver.received and len(slow.received) > validations)

        assert len(told.receiver.received) == 1


async def answered(told: Told, *slow: bool) -> None:
    """Let the receiver take some notices, slowly or not."""
    book = told.microsoft.service.subscriptions
    for number, each in enumerate(slow):
        book.slow_seconds = 0.0 if each else 60.0
        await told.change(f"answered-{number}.txt")
        assert len(await told.notices()) == 1
    book.slow_seconds = 60.0


async def test_from_15_per_cent_of_slow_answers_on_notices_are_dropped(told: Told) -> None:
    await answered(told, *[False] * 5, True)
    await told.change("lost.txt")

    assert await told.notices() == []
    assert await told.notices(1200) == []


async def test_over_10_per_cent_of_slow_answers_notices_come_ten_minutes_late(told: Told) -> None:
    await answered(told, *[False] * 7, True)
    await told.change("late.txt")

    early = await told.notices() + await told.notices(590)

    assert early == []
    assert len(await told.notices(20)) == 1


async def test_ten_minutes_later_a_slow_receiver_is_told_again(told: Told) -> None:
    await answered(told, True)
    await told.change("lost.txt")
    assert await told.notices() == []
    await told.settle(600)

    await told.change("told.txt")

    assert len(await told.notices()) == 1


async def test_over_tls_the_receivers_certificate_is_checked(microsoft: Microsoft) -> None:
    microsoft.switches.loopback_hooks = True
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(served)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    microsoft.service.subscriptions.poster.trust = trust
    async with Receiver(echo, tls=served) as receiver:
        told = Told(microsoft, receiver)
        await told.subscribe()
        await told.change()

        assert len(await told.notices()) == 1


async def test_stopping_ends_all_and_leaves_no_task(told: Told) -> None:
    told.microsoft.switches.notice_seconds = 0
    told.receiver.hold_seconds = 30
    await told.change()
    await until(lambda: told.receiver.received)

    await told.microsoft.service.stop()

    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not {each for each in names if each.startswith("practice-")}
