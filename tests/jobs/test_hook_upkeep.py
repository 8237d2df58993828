"""The hooks that there are become those that there ought to be, whatever happened."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jobs.doorstep import Doorstep, waiting
from sync.over_http.stage import Scene

from turnbuckle.connectors.graph.subscriptions import LIFE
from turnbuckle.jobs.hook_upkeep import Done
from turnbuckle.model.side import Side
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.store import models
from turnbuckle.store.hooks import State
from turnbuckle.wiring.public_address import public_address
from turnbuckle.wiring.registry import account_of
from turnbuckle.wiring.remotes import Account

DAY = 86_400


@pytest.fixture
async def doorstep(transactional_db: None, tmp_path: Path) -> AsyncIterator[Doorstep]:
    async with waiting(tmp_path / "practice") as made:
        yield made


async def rows() -> list[models.Hook]:
    return await asyncio.to_thread(list, models.Hook.objects.order_by("id"))


async def test_a_change_on_either_side_nudges_its_link(doorstep: Doorstep) -> None:
    link = doorstep.stage.ends.link.id
    await doorstep.tend()

    await doorstep.stage.left.put("A-101.pdf", b"ink")
    left = await doorstep.told()
    await doorstep.stage.right.put("A-102.pdf", b"ink")
    right = await doorstep.told()

    assert left == {(link, Side.LEFT)}
    assert right == {(link, Side.RIGHT)}


async def test_only_links_that_read_the_feed_are_nudged(doorstep: Doorstep) -> None:
    stage = doorstep.stage
    other = stage.procore.add_project("Bridge")
    await asyncio.to_thread(second_link, doorstep, other)
    made = await doorstep.tend()

    stage.procore.documents(other).add_folder(
        stage.procore.documents(other).root_id, "Plans", stage.procore.service_account
    )
    told = await doorstep.told()

    assert made == {Done.MADE: 3}
    assert told == {(stage.ends.link.id + 1, Side.LEFT)}


def second_link(doorstep: Doorstep, project: int) -> None:
    """Bind another project to another folder of the same channel."""
    stage = doorstep.stage
    scope, link = stage.ends.scope, stage.ends.link
    left = scope.feeds.get(link.left_feed)
    connection = scope.connections.by_id(left.connection)
    scope.links.add(
        "Bridge",
        left=scope.feeds.of(connection, f"{project}/documents"),
        right=scope.feeds.get(link.right_feed),
        bounds=link.bounds,
        policy=link.policy,
        path_start=link.path_start,
        now=stage.clock.now(),
    )


async def test_each_feed_has_one_hook_and_its_links_are_nudged_when_it_is_made(
    doorstep: Doorstep,
) -> None:
    made = await doorstep.tend()
    again = await doorstep.tend()

    link = doorstep.stage.ends.link.id
    assert (made, again) == ({Done.MADE: 2}, {})
    assert (len(doorstep.left), len(doorstep.right)) == (1, 1)
    assert await doorstep.nudged() == {(link, Side.LEFT), (link, Side.RIGHT)}


async def test_what_works_is_looked_at_once_a_day(doorstep: Doorstep) -> None:
    await doorstep.tend()
    addresses = doorstep.addresses

    soon = await doorstep.tend(after_seconds=0.8 * DAY)
    next_day = await doorstep.tend(after_seconds=0.2 * DAY)

    assert (soon, next_day) == ({}, {Done.WELL: 2})
    assert doorstep.addresses == addresses


async def test_a_subscription_is_renewed_long_before_its_end(doorstep: Doorstep) -> None:
    await doorstep.tend()
    (made,) = doorstep.right

    for _ in range(40):
        await doorstep.tend(after_seconds=DAY)

    (kept,) = doorstep.right
    assert kept.id == made.id
    assert kept.expires - doorstep.stage.clock.now() > timedelta(days=13)


async def test_after_a_month_asleep_a_subscription_is_made_anew(doorstep: Doorstep) -> None:
    await doorstep.tend()
    (made,) = doorstep.right

    done = await doorstep.tend(after_seconds=LIFE.total_seconds() + DAY)

    (kept,) = doorstep.right
    assert done == {Done.WELL: 1, Done.MADE: 1}
    assert kept.id != made.id


async def test_asked_to_authorize_again_it_does_so_until_a_new_token_is_in_use(
    doorstep: Doorstep,
) -> None:
    await doorstep.tend()
    (made,) = doorstep.right
    doorstep.stage.clock.advance(45 * 60)
    looks = []
    for _ in range(15):
        await doorstep.stage.microsoft.subscriptions.settle()
        looks.append(await doorstep.tend(after_seconds=60))

    (kept,) = doorstep.right
    assert kept is made
    assert kept.authorized_until > doorstep.stage.clock.now() + timedelta(minutes=50)
    assert sum(look.get(Done.RENEWED, 0) for look in looks) == 2


@pytest.mark.parametrize("side", ["left", "right"])
async def test_a_hook_that_its_remote_lost_is_made_anew(doorstep: Doorstep, side: str) -> None:
    await doorstep.tend()
    if side == "left":
        doorstep.stage.procore.hooks.remove(doorstep.left[0])
    else:
        doorstep.stage.microsoft.subscriptions.remove(doorstep.right[0])

    done = await doorstep.tend(after_seconds=DAY)

    assert done == {Done.WELL: 1, Done.MADE: 1}
    assert (len(doorstep.left), len(doorstep.right)) == (1, 1)


async def test_a_hook_that_somebody_switched_off_is_made_anew(doorstep: Doorstep) -> None:
    await doorstep.tend()
    doorstep.left[0].active = False

    done = await doorstep.tend(after_seconds=DAY)

    (kept,) = doorstep.left
    assert done == {Done.WELL: 1, Done.MADE: 1}
    assert kept.active


async def test_doubled_hooks_of_ours_are_taken_away_and_those_of_others_stay(
    doorstep: Doorstep,
) -> None:
    await doorstep.tend()
    (ours,) = doorstep.left
    book = doorstep.stage.procore.hooks
    for number, address in enumerate([ours.address, ours.address + "9", "https://a.example.com/x"]):
        book.add(replace(ours, id=ours.id + 1 + number, address=address, triggers={}))

    await doorstep.tend(after_seconds=DAY)

    assert [hook.id for hook in doorstep.left] == [ours.id, ours.id + 3]


async def test_two_feeds_of_one_project_keep_a_hook_each(doorstep: Doorstep) -> None:
    stage = doorstep.stage

    def bind() -> None:
        scope, link = stage.ends.scope, stage.ends.link
        connection = scope.connections.by_id(scope.feeds.get(link.left_feed).connection)
        both = scope.feeds.of(connection, f"{stage.project}/documents+photos")
        scope.links.add(
            "with photos",
            left=both,
            right=scope.feeds.get(link.right_feed),
            bounds=link.bounds,
            policy=link.policy,
            path_start=link.path_start,
            now=stage.clock.now(),
        )

    await asyncio.to_thread(bind)
    await doorstep.tend()
    made = [hook.id for hook in doorstep.left]

    done = await doorstep.tend(after_seconds=DAY)

    assert done == {Done.WELL: 3}
    assert [hook.id for hook in doorstep.left] == made
    assert len(made) == 2


async def test_a_hook_whose_making_was_broken_off_is_found_and_made_anew(
    doorstep: Doorstep,
) -> None:
    await doorstep.tend()
    await asyncio.to_thread(
        models.Hook.objects.update, remote_id="", state="missing", next_at=doorstep.upkeep._now()
    )
    before = {each.id for each in doorstep.left}

    done = await doorstep.tend()

    assert done == {Done.MADE: 2}
    assert (len(doorstep.left), len(doorstep.right)) == (1, 1)
    assert before.isdisjoint(each.id for each in doorstep.left)


async def test_at_another_address_of_ours_all_hooks_lead_there(doorstep: Doorstep) -> None:
    await doorstep.tend()
    address = doorstep.address
    assert address is not None
    moved = address.base.replace("127.0.0.1", "localhost")
    doorstep.restart(public_address(moved, {}))

    done = await doorstep.tend()

    assert done == {Done.MADE: 2}
    assert len(doorstep.addresses) == 2
    assert all(each.startswith(moved + "/hooks/") for each in doorstep.addresses)


async def test_without_an_address_of_ours_all_hooks_go(doorstep: Doorstep) -> None:
    await doorstep.tend()
    doorstep.restart(None)

    done = await doorstep.tend()

    assert done == {Done.REMOVED: 2}
    assert (doorstep.addresses, await rows()) == ([], [])
    assert await doorstep.tend(after_seconds=DAY) == {}


async def test_with_its_link_a_hook_goes(doorstep: Doorstep) -> None:
    await doorstep.tend()
    scope, link = doorstep.stage.ends.scope, doorstep.stage.ends.link
    await asyncio.to_thread(lambda: scope.links.remove(link.name, now=doorstep.stage.clock.now()))

    done = await doorstep.tend()

    assert done == {Done.REMOVED: 2}
    assert (doorstep.addresses, await rows()) == ([], [])


async def test_who_may_not_set_up_hooks_is_tried_again_after_a_day(
    doorstep: Doorstep, caplog: pytest.LogCaptureFixture
) -> None:
    procore = doorstep.stage.procore
    procore.hooks.set_level(procore.company_id, procore.service_account, Level.NONE)

    first = await doorstep.tend()
    soon = await doorstep.tend(after_seconds=0.9 * DAY)
    told = [record for record in caplog.records if "polling alone" in record.message]
    caplog.clear()
    await doorstep.tend(after_seconds=0.2 * DAY)
    refused = [row.state for row in await rows()].count(State.REFUSED)
    procore.hooks.set_level(procore.company_id, procore.service_account, Level.STANDARD)
    await doorstep.tend(after_seconds=1.1 * DAY)

    assert first == {Done.FAILED: 1, Done.MADE: 1}
    assert soon == {}
    assert len(told) == 1
    assert "Webhooks API" in told[0].message
    assert not [record for record in caplog.records if "polling alone" in record.message]
    assert refused == 1
    assert len(doorstep.left) == 1


async def test_an_account_without_calls_keeps_no_other_hook_waiting(
    doorstep: Doorstep, caplog: pytest.LogCaptureFixture
) -> None:
    clock, began = doorstep.stage.clock, doorstep.stage.clock.now()
    until = began + timedelta(hours=1)
    doorstep.parts.budget(await asyncio.to_thread(account, doorstep, Side.LEFT)).closed(until)

    first = await doorstep.tend()
    took = clock.now() - began
    soon = await doorstep.tend(after_seconds=60)
    put_off = [row for row in await rows() if row.next_at == until]
    clock.advance((until - clock.now()).total_seconds())
    then = await doorstep.tend()

    assert (first, soon) == ({Done.PUT_OFF: 1, Done.MADE: 1}, {})
    assert took < timedelta(seconds=15)
    assert [(row.state, row.tries) for row in put_off] == [(State.MISSING, 0)]
    assert "polling alone" not in caplog.text
    assert then == {Done.MADE: 1}
    assert (len(doorstep.left), len(doorstep.right)) == (1, 1)


def account(doorstep: Doorstep, side: Side) -> Account:
    """Give the account of one side of the link."""
    scope, link = doorstep.stage.ends.scope, doorstep.stage.ends.link
    feed = scope.feeds.get(link.left_feed if side is Side.LEFT else link.right_feed)
    return account_of(scope.connections.by_id(feed.connection))


async def test_an_address_that_remotes_cannot_reach_is_tried_again_ever_later(
    transactional_db: None, tmp_path: Path
) -> None:
    async with waiting(tmp_path / "practice") as doorstep:
        doorstep.stage.procore.switches.loopback_hooks = False
        await doorstep.tend()
        waits = []
        for _ in range(8):
            (row,) = [each for each in await rows() if each.state == State.BROKEN]
            waits.append((row.next_at - doorstep.stage.clock.now()).total_seconds())
            await doorstep.tend(after_seconds=waits[-1])

    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert "destination_url" in row.trouble


async def test_a_live_connection_does_not_lead_to_this_machine(doorstep: Doorstep) -> None:
    await asyncio.to_thread(models.Connection.objects.filter(system="procore").update, kind="live")

    done = await doorstep.tend()

    assert done == {Done.MADE: 1}
    assert doorstep.left == []


async def test_practice_services_are_asked_for_hooks_only_where_that_is_allowed(
    doorstep: Doorstep,
) -> None:
    address = doorstep.address
    doorstep.restart(address, practice=False)
    new = await doorstep.tend()
    doorstep.restart(address)
    allowed = await doorstep.tend()
    doorstep.restart(None, practice=False)

    later = await doorstep.tend(after_seconds=90_000)

    assert new == {}
    assert allowed == {Done.MADE: 2}
    assert later == {Done.LEFT_ALONE: 2}
    assert len(doorstep.left) == len(doorstep.right) == 1


PLAIN = ProcoreSwitches(case_blind=False, clean_names=False)


@pytest.mark.parametrize(
    "switches",
    [
        replace(PLAIN, events_lost_every=2),
        replace(PLAIN, events_doubled=True),
        replace(PLAIN, events_disordered_seconds=30.0),
    ],
    ids=["lost", "doubled", "disordered"],
)
async def test_lost_doubled_and_disordered_word_does_no_harm(
    transactional_db: None, tmp_path: Path, switches: ProcoreSwitches
) -> None:
    scene = Scene(procore=switches)
    async with waiting(tmp_path / "practice", scene) as doorstep:
        await doorstep.tend()
        for number in range(4):
            await doorstep.stage.left.put(f"{number}.txt", b"ink")

        told = await doorstep.told()

        marks = await asyncio.to_thread(
            list, models.Delivery.objects.values_list("mark", flat=True)
        )

    assert told == {(doorstep.stage.ends.link.id, Side.LEFT)}
    assert len(marks) == len(set(marks))


async def test_word_that_found_nobody_comes_again(doorstep: Doorstep) -> None:
    await doorstep.tend()
    (hook,) = doorstep.left
    right_place = hook.address
    doorstep.stage.procore.hooks.send_to(hook, "http://127.0.0.1:1/hooks/procore/k/1")
    await doorstep.stage.left.put("A-101.pdf", b"ink")
    assert await doorstep.told() == set()
    doorstep.stage.procore.hooks.send_to(hook, right_place)

    assert await doorstep.told() == {(doorstep.stage.ends.link.id, Side.LEFT)}
