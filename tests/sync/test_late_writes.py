"""A write of ours that arrives after a later run had given it up is no edit of anybody's."""

import pytest
from scenarios.stage import Stage
from sync import rows
from sync.crashing import Crash, at, raising

from turnbuckle.connectors.memory.moments import Op, When
from turnbuckle.connectors.memory.remote import OUR_APP
from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Unreachable

PLAN = "D/plan.pdf"


def seen(stage: Stage, side: Side, path: str) -> Item:
    remote = stage.remotes[side]
    return remote.item(remote.seen(stage.people[side].id_of(path)))


def arrive(stage: Stage, side: Side, data: bytes, source: Item) -> None:
    """Let a replacement take effect that an earlier run had sent."""
    remote = stage.remotes[side]
    node = remote.seen(stage.people[side].id_of(PLAN))
    remote.write(node, data, author=OUR_APP, modified=source.modified)


async def given_up(stage: Stage, edited: Side, data: bytes) -> Item:
    """Let a user edit the plan, and end the process before it is sent; give what was edited."""
    stage.left.put(PLAN, b"first")
    await stage.settle()
    stage.people[edited].put(PLAN, data)
    source = seen(stage, edited, PLAN)
    at(stage, edited.other, When.BEFORE, Op.REPLACE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.clock.advance(30)
    return source


async def has_everywhere(stage: Stage, data: bytes) -> None:
    """Both sides hold the plan with that content, and nothing else; the base says just that."""
    assert stage.left.snapshot("D") == {"plan.pdf": data}
    assert stage.right.snapshot("D") == {"plan.pdf": data}
    assert await rows.base_differs(stage) == []


@pytest.mark.parametrize("edited", Side)
async def test_the_edit_after_it_stays(stage: Stage, edited: Side) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"3rd...")
    await stage.run()
    arrive(stage, edited.other, b"second", source)

    await stage.settle()

    await has_everywhere(stage, b"3rd...")


@pytest.mark.parametrize("edited", Side)
async def test_an_edit_that_was_not_sent_yet_makes_no_conflict_of_it(
    stage: Stage, edited: Side
) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"third")
    await stage.run()
    arrive(stage, edited.other, b"second", source)
    stage.people[edited].put(PLAN, b"fourth")

    await stage.settle()

    await has_everywhere(stage, b"fourth")


@pytest.mark.parametrize("edited", Side)
async def test_it_may_come_between_recovery_and_the_next_write(stage: Stage, edited: Side) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"third")
    at(
        stage, edited.other, When.BEFORE, Op.REPLACE,
        lambda: arrive(stage, edited.other, b"second", source),
    )  # fmt: skip

    await stage.settle()

    await has_everywhere(stage, b"third")


async def test_an_earlier_try_of_the_same_replacement_is_no_slip(stage: Stage) -> None:
    stage.left.put(PLAN, b"first")
    await stage.settle()
    stage.right.put(PLAN, b"second")
    source = seen(stage, Side.RIGHT, PLAN)
    at(stage, Side.LEFT, When.BEFORE, Op.REPLACE, raising(Unreachable("no answer")))
    at(
        stage, Side.LEFT, When.DURING, Op.REPLACE,
        lambda: arrive(stage, Side.LEFT, b"second", source),
    )  # fmt: skip

    await stage.settle()

    await has_everywhere(stage, b"second")


@pytest.mark.parametrize("edited", Side)
async def test_what_a_user_writes_over_it_is_an_edit(stage: Stage, edited: Side) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"third")
    await stage.run()
    arrive(stage, edited.other, b"second", source)
    stage.people[edited.other].put(PLAN, b"theirs")

    await stage.settle()

    await has_everywhere(stage, b"theirs")


async def test_what_our_own_account_wrote_is_an_edit_where_its_content_is_another(
    stage: Stage,
) -> None:
    """A person may have signed in to Procore with the account that we use."""
    source = await given_up(stage, Side.RIGHT, b"second")
    stage.right.put(PLAN, b"third.")
    await stage.run()
    arrive(stage, Side.LEFT, b"a hand", source)

    await stage.settle()

    await has_everywhere(stage, b"a hand")


@pytest.mark.parametrize("edited", Side)
async def test_what_was_deleted_meanwhile_stays_deleted(stage: Stage, edited: Side) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"third")
    await stage.run()
    arrive(stage, edited.other, b"second", source)
    stage.people[edited].delete(PLAN)

    await stage.settle()

    assert (stage.left.snapshot("D"), stage.right.snapshot("D")) == ({}, {})


@pytest.mark.parametrize("made_on", Side)
async def test_a_new_file_that_arrives_late_is_the_one_that_was_edited_since(
    stage: Stage, made_on: Side
) -> None:
    stage.people[made_on].put(PLAN, b"first")
    source = seen(stage, made_on, PLAN)
    at(stage, made_on.other, When.BEFORE, Op.CREATE_FILE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    stage.clock.advance(30)
    stage.people[made_on].put(PLAN, b"second")

    def arrive_new() -> None:
        remote = stage.remotes[made_on.other]
        remote.create(
            stage.people[made_on.other].id_of("D"), Name("plan.pdf"), Kind.FILE,
            blob=b"first", author=OUR_APP, modified=source.modified,
        )  # fmt: skip

    at(stage, made_on.other, When.BEFORE, Op.CREATE_FILE, arrive_new)

    await stage.settle()

    await has_everywhere(stage, b"second")


@pytest.mark.parametrize("edited", Side)
async def test_it_is_not_taken_for_a_later_write_of_the_same_size(
    stage: Stage, edited: Side
) -> None:
    source = await given_up(stage, edited, b"second")
    stage.people[edited].put(PLAN, b"third.")
    at(stage, edited.other, When.BEFORE, Op.REPLACE, raising(Crash()))
    with pytest.raises(Crash):
        await stage.run()
    arrive(stage, edited.other, b"second", source)

    await stage.settle()

    await has_everywhere(stage, b"third.")
