"""Webhooks of practice Procore to receivers that fail, and the list of deliveries."""

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest
import trustme
from practice.procore.conftest import Make
from practice.procore.hook_told import Told, tell
from practice.receiver import Receiver
from practice.until import until


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
async def told(make: Make, receiver: Receiver) -> Told:
    return await tell(await make(loopback_hooks=True), receiver)


# -- failing ---------------------------------------------------------------------------------------


async def test_a_failing_receiver_pauses_all_and_gets_all_when_it_recovers(told: Told) -> None:
    told.receiver.fail(503)
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    assert await told.statuses() == ["retrying", "enqueued"]
    assert len(told.receiver.received) == 1
    told.receiver.recover()

    await told.settle(1)

    assert await told.statuses() == ["succeeded", "succeeded"]
    first = (await told.deliveries("&sort=timestamp"))[0]
    tries = [(each["success"], each["response_status"]) for each in first["delivery_attempts"]]
    assert tries == [(False, 503), (True, 204)]
    assert first["delivery_attempts"][0]["response_body"] == "out of order"


async def test_hooks_of_one_address_pause_together(told: Told) -> None:
    other = await tell(told.world, told.receiver)
    told.receiver.fail()

    await told.world.new_folder(told.app, "One")
    await told.settle()

    assert len(told.receiver.received) == 1
    assert await told.statuses() + await other.statuses() == ["retrying", "enqueued"]


async def test_the_wait_doubles_from_a_second_to_an_hour(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    waits = []
    for _ in range(14):
        posts, waited = len(told.receiver.received), 0
        while len(told.receiver.received) == posts:
            step = max(1, waited)  # 1, 2, 4, ... seconds in all, until the hour
            step = min(step, 3600 - waited) or 1
            waited += step
            await told.settle(step)
        waits.append(waited)

    assert waits == [min(2**number, 3600) for number in range(14)]


async def test_one_success_resets_the_wait(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    for _ in range(5):
        await told.settle(20)
    told.receiver.recover()
    await told.settle(60)
    told.receiver.fail()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    posts = len(told.receiver.received)

    await told.settle(1)

    assert len(told.receiver.received) == posts + 1


async def test_after_twelve_hours_all_that_waits_is_discarded(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.world.new_folder(told.app, "Two")
    for _ in range(11):
        await told.settle(3600)
    before = await told.statuses()

    for _ in range(2):
        await told.settle(3600)

    assert before == ["retrying", "enqueued"]
    assert await told.statuses() == ["discarded", "discarded"]
    told.receiver.recover()
    await told.world.new_folder(told.app, "Three")
    await told.settle()
    assert (await told.statuses())[-1] == "succeeded"


async def test_a_slow_receiver_has_failed(make: Make) -> None:
    world = await make(loopback_hooks=True)
    world.procore.hooks.pace.answer_seconds = 0.3
    async with Receiver(hold_seconds=3600) as slow:
        hanging = await tell(world, slow)

        await world.new_folder(hanging.app, "One")
        await hanging.settle()

        (delivery,) = await hanging.deliveries()
        assert delivery["status"] == "retrying"
        assert delivery["delivery_attempts"][0]["response_body"] == "the receiver took too long"


async def test_a_slow_receiver_holds_up_neither_calls_nor_others(
    make: Make, receiver: Receiver
) -> None:
    world = await make(loopback_hooks=True)
    world.procore.hooks.pace.answer_seconds = 3600
    async with Receiver(hold_seconds=3600) as slow:
        told = await tell(world, receiver)
        await tell(world, slow)

        await world.new_folder(told.app, "One")
        await until(lambda: receiver.received and slow.received)

        assert len(receiver.received) == 1


async def test_events_arrive_without_anybody_asking(told: Told) -> None:
    await told.world.new_folder(told.app, "Plans")

    await until(lambda: told.receiver.received)

    assert len(told.receiver.received) == 1


async def test_a_redirect_is_a_failure(told: Told) -> None:
    told.receiver.fail(302)

    await told.world.new_folder(told.app, "Plans")
    await told.settle()

    assert await told.statuses() == ["retrying"]


async def test_what_waits_for_a_disabled_hook_is_discarded(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    await told.app.patch(f"{told.root}/hooks/{told.hook}", {"status": "disabled"})
    await told.world.new_folder(told.app, "Two")
    told.receiver.recover()

    await told.settle(1)

    assert await told.statuses() == ["discarded"]
    assert len(told.receiver.received) == 1


async def test_what_waits_goes_to_the_hooks_new_address(told: Told) -> None:
    told.receiver.fail()
    await told.world.new_folder(told.app, "One")
    await told.settle()
    async with Receiver() as other:
        change = {"destination_url": f"{other.address}/there"}

        await told.app.patch(f"{told.root}/hooks/{told.hook}", change)
        await told.settle()

        assert [each.path for each in other.received] == ["/there"]
    assert await told.statuses() == ["succeeded"]


async def test_over_tls_the_receivers_certificate_is_checked(make: Make) -> None:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(served)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with Receiver(tls=served) as receiver:
        told = await tell(await make(loopback_hooks=True), receiver)
        await told.world.new_folder(told.app, "One")
        await told.settle()
        untrusted = await told.statuses()
        told.world.procore.hooks.poster.trust = trust
        await told.world.procore.hooks.poster.close()

        await told.settle(1)

        assert (untrusted, await told.statuses()) == (["retrying"], ["succeeded"])
        assert [each.path for each in receiver.received] == ["/in"]


async def test_a_public_address_is_not_contacted_unless_a_switch_allows_it(make: Make) -> None:
    world = await make()
    asked: list[str] = []

    async def nobody(host: str) -> list[str]:
        asked.append(host)
        raise OSError("there is no such name")

    world.procore.hooks.poster.resolve = nobody
    receiver = Receiver(address="https://hooks.customer.com")
    told = await tell(world, receiver)
    await world.new_folder(told.app, "One")
    await told.settle()
    alone = list(asked)
    world.procore.switches.public_hooks = True

    await told.settle(1)

    assert (alone, asked) == ([], ["hooks.customer.com"])


# -- the list of deliveries ------------------------------------------------------------------------


async def test_deliveries_are_filtered(told: Told) -> None:
    world = told.world
    await world.new_folder(told.app, "Plans")
    await told.settle()
    await told.settle(86_400)
    told.receiver.fail()
    await world.new_file(told.app, "a.pdf", b"one")
    await told.settle()

    async def count(query: str) -> int:
        return len(await told.deliveries(f"&{query}"))

    assert await count("") == 3
    assert await count("filter[status]=retrying") == 1
    assert await count("filter[resource_name]=Project Folders") == 1
    assert await count("filter[event_type]=create") == 3
    assert await count("filter[start]=2026-05-15") == 2
    assert await count("filter[end]=2026-05-14") == 1
    assert await count("filter[start]=2026-05-14&filter[end]=2026-05-15") == 3


@pytest.mark.parametrize("query", ["filter[status]=x", "filter[start]=x", "sort=x"])
async def test_a_filter_that_makes_no_sense_is_refused(told: Told, query: str) -> None:
    reply = await told.app.get(f"{told.root}/hooks/{told.hook}/deliveries?{query}")

    assert reply.status == 400


async def test_deliveries_are_kept_for_28_days(told: Told) -> None:
    await told.world.new_folder(told.app, "Plans")
    await told.settle(28 * 86_400)
    kept = await told.deliveries()

    await told.settle(1)

    assert len(kept) == 1
    assert await told.deliveries() == []


async def test_the_old_list_tells_outcomes(told: Told) -> None:
    await told.world.new_folder(told.app, "One")
    await told.settle()
    told.receiver.fail()
    await told.world.new_folder(told.app, "Two")
    await told.settle()
    await told.world.new_folder(told.app, "Three")
    path = f"/rest/v1.0/webhooks/hooks/{told.hook}/deliveries?project_id={told.world.project}"

    rows = (await told.app.get(path)).body
    filtered = (await told.app.get(f"{path}&filters[status]=ok")).body
    paged = (await told.app.get(f"{path}&page_start=1&page_size=1")).body

    assert [each["outcome"] for each in rows] == ["retried", "ok"]
    assert filtered == paged == rows[1:]
    assert rows[1]["event"]["resource_name"] == "Project Folders"
    assert (await told.app.get(f"{path}&filters[status]=x")).status == 400


async def test_stopping_ends_all_and_leaves_no_task(told: Told) -> None:
    told.receiver.hold_seconds = 30
    await told.world.new_folder(told.app, "Plans")
    await until(lambda: told.receiver.received)

    await told.world.procore.stop()

    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not {each for each in names if each.startswith("practice-")}
