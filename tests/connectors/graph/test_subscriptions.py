"""Subscriptions to a library: made with a handshake, renewed, found again, taken away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from connectors.graph.world import Ana, World
from practice.receiver import Received, Receiver

from turnbuckle.connectors.graph.subscriptions import LIFE, Subscriptions
from turnbuckle.ports.announcing import Hook
from turnbuckle.ports.errors import Gone, Unacceptable

SECRET = "what only Microsoft and we know"


def echo(received: Received) -> web.Response:
    token = received.query.get("validationToken")
    return web.Response(status=202) if token is None else web.Response(text=token)


@pytest.fixture
async def receiver(world: World) -> AsyncIterator[Receiver]:
    world.service.switches.loopback_hooks = True
    async with Receiver(echo) as made:
        yield made


@pytest.fixture
def subscriptions(world: World) -> Subscriptions:
    return Subscriptions(world.wire(), world.drive_id)


async def listed(subscriptions: Subscriptions) -> list[Hook]:
    return [hook async for hook in subscriptions.hooks()]


async def noticed(world: World) -> None:
    """What changed is noticed by Microsoft, and told a minute later."""
    await world.service.subscriptions.settle()
    world.clock.advance(60)
    await world.service.subscriptions.settle()


async def test_a_change_of_somebody_is_posted_with_our_secret(
    world: World, ana: Ana, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)
    receiver.received.clear()
    await ana.put(world.folder, "A-101.pdf", b"ink")

    await noticed(world)

    rows = [row for body in receiver.bodies for row in body["value"]]
    assert {(row["subscriptionId"], row["clientState"]) for row in rows} == {(made.id, SECRET)}


async def test_a_subscription_lives_about_as_long_as_it_may(
    world: World, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)

    assert made.expires == world.clock.now() + LIFE


async def test_renewed_it_lives_so_long_from_now_on(
    world: World, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)
    world.clock.advance(14 * 86_400)

    renewed = await subscriptions.renew(made)

    assert renewed.expires == world.clock.now() + LIFE
    assert [hook.expires for hook in await listed(subscriptions)] == [renewed.expires]


async def test_one_that_ended_cannot_be_renewed(
    world: World, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)
    world.clock.advance((LIFE + timedelta(minutes=1)).total_seconds())

    with pytest.raises(Gone):
        await subscriptions.renew(made)

    assert await listed(subscriptions) == []


async def test_notices_of_its_own_life_come_to_the_same_address(
    world: World, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    await subscriptions.make(f"{receiver.address}/in", SECRET)
    receiver.received.clear()
    world.clock.advance(50 * 60)

    await world.service.subscriptions.settle()

    (row,) = receiver.bodies[0]["value"]
    assert row["lifecycleEvent"] == "reauthorizationRequired"
    assert row["clientState"] == SECRET


async def test_renewed_after_such_a_notice_it_goes_on_telling(
    world: World, ana: Ana, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)
    world.clock.advance(3000)
    await subscriptions.renew(made)
    world.clock.advance(1200)  # the token with which it was made has ended by now
    receiver.received.clear()
    await ana.put(world.folder, "A-101.pdf", b"ink")

    await noticed(world)

    assert any("changeType" in row for body in receiver.bodies for row in body["value"])


async def test_only_those_of_this_library_are_given(
    world: World, receiver: Receiver, subscriptions: Subscriptions
) -> None:
    personal = next(iter(world.service.tenant.personal.values())).place.drive_id
    await Subscriptions(world.wire(), personal).make(f"{receiver.address}/other", SECRET)
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)

    assert await listed(subscriptions) == [made]


async def test_a_subscription_is_taken_away_once_and_again(
    receiver: Receiver, subscriptions: Subscriptions
) -> None:
    made = await subscriptions.make(f"{receiver.address}/in", SECRET)

    await subscriptions.remove(made.id)
    await subscriptions.remove(made.id)

    assert await listed(subscriptions) == []


async def test_a_receiver_that_does_not_answer_the_handshake_is_refused(
    receiver: Receiver, subscriptions: Subscriptions
) -> None:
    receiver.fail()

    with pytest.raises(Unacceptable, match="200 OK"):
        await subscriptions.make(f"{receiver.address}/in", SECRET)


async def test_an_address_that_microsoft_does_not_post_to_is_told(
    subscriptions: Subscriptions,
) -> None:
    with pytest.raises(Unacceptable, match="https"):
        await subscriptions.make("http://hooks.example.com/in", SECRET)
