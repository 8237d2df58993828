"""The journal of a run: on disk before the call, in one commit for what comes at one moment."""

import asyncio
from datetime import timedelta

import pytest
from scenarios.stage import Stage
from sync import rows

from turnbuckle.connectors.memory.blobs import Generated
from turnbuckle.model.items import ItemId, Name
from turnbuckle.model.side import Side
from turnbuckle.store import leases, models, runs, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.leases import LeaseLost
from turnbuckle.sync.journaling import Journaling
from turnbuckle.sync.writes import DeleteItem, MakeFile, MakeFolder, Write, from_journal, to_journal

TTL = timedelta(minutes=5)


@pytest.fixture
async def journal(stage: Stage) -> Journaling:
    """Give the journal of a run that has just begun."""

    def begin() -> Journaling:
        link = stage.ends.link
        lease = leases.acquire(link, "me", now=stage.clock.now(), ttl=TTL)
        run = runs.start(link, lease, now=stage.clock.now())
        return Journaling(link=link, run=run, marks=trees.marks(link), clock=stage.clock)

    return await asyncio.to_thread(begin)


async def a_write(stage: Stage, number: int = 1) -> Write:
    stage.left.put(f"D/{number}", b"ink")
    source = stage.left.at(f"D/{number}")
    return MakeFile(
        side=Side.RIGHT, parent=ItemId("r-1"), name=Name(f"{number}"), source_side=Side.LEFT,
        source=stage.remotes[Side.LEFT].item(source), twin=None, path=f"{number}",
    )  # fmt: skip


async def test_what_is_written_down_reads_back_the_same(stage: Stage) -> None:
    write = await a_write(stage)

    assert from_journal(to_journal(write)) == write


@pytest.mark.parametrize("kind", [MakeFolder, DeleteItem])
async def test_every_kind_of_write_reads_back_as_its_kind(stage: Stage, kind: type[Write]) -> None:
    item = stage.remotes[Side.LEFT].item(stage.left.at("D"))
    made: Write = (
        DeleteItem(side=Side.LEFT, item=item, pairs=(), path="D")
        if kind is DeleteItem
        else MakeFolder(
            side=Side.RIGHT, parent=ItemId("r-1"), name=Name("D"), source=item, path="D"
        )
    )

    assert from_journal(to_journal(made)) == made


async def test_an_intent_is_open_in_the_database_as_soon_as_it_has_a_number(
    stage: Stage, journal: Journaling
) -> None:
    intent = await journal.intend(0, await a_write(stage))

    (row,) = await rows.held(lambda: list(models.Intent.objects.all()))
    assert (row.id, row.state) == (intent, "open")


async def test_a_settled_intent_is_open_no_more(stage: Stage, journal: Journaling) -> None:
    intent = await journal.intend(0, await a_write(stage))

    await journal.settle(Outcome(intent=intent))

    (row,) = await rows.held(lambda: list(models.Intent.objects.all()))
    assert row.state == "done"


async def test_what_comes_at_one_moment_shares_a_commit(stage: Stage, journal: Journaling) -> None:
    """The clock never tells a time twice, and each commit asks it once."""
    writes = [await a_write(stage, number) for number in range(16)]

    await asyncio.gather(*(journal.intend(n, one) for n, one in enumerate(writes)))

    times = await rows.held(lambda: list(models.Intent.objects.values_list("made_at", flat=True)))
    assert len(times) == 16
    assert len(set(times)) <= 2


async def test_each_entry_gets_its_own_number_back(stage: Stage, journal: Journaling) -> None:
    writes = [await a_write(stage, number) for number in range(8)]

    numbers = await asyncio.gather(*(journal.intend(n, one) for n, one in enumerate(writes)))

    kept = await rows.held(lambda: dict(models.Intent.objects.values_list("id", "number")))
    assert kept == {identity: n for n, identity in enumerate(numbers)}


async def test_a_first_sync_shares_its_commits(stage: Stage) -> None:
    for number in range(100):
        stage.left.put(f"D/{number}.pdf", f"{number}".encode())

    report = await stage.run()

    assert report.writes == 100
    times = await rows.held(lambda: list(models.Activity.objects.values_list("at", flat=True)))
    assert len(times) == 100
    assert len(set(times)) < 50


async def test_a_run_that_lost_its_lease_can_write_nothing_down(
    stage: Stage, journal: Journaling
) -> None:
    write = await a_write(stage)
    stage.clock.advance(TTL.total_seconds() + 1)
    await rows.held(
        lambda: leases.acquire(stage.ends.link, "another", now=stage.clock.now(), ttl=TTL)
    )

    with pytest.raises(LeaseLost):
        await journal.intend(0, write)

    assert await rows.open_intents(stage) == []


async def test_everybody_who_shared_a_commit_that_failed_is_told(
    stage: Stage, journal: Journaling
) -> None:
    writes = [await a_write(stage, number) for number in range(4)]
    stage.clock.advance(TTL.total_seconds() + 1)
    await rows.held(
        lambda: leases.acquire(stage.ends.link, "another", now=stage.clock.now(), ttl=TTL)
    )

    told = await asyncio.gather(
        *(journal.intend(n, one) for n, one in enumerate(writes)), return_exceptions=True
    )

    assert [type(error) for error in told] == [LeaseLost] * 4


@pytest.mark.long
async def test_a_file_of_five_gigabytes_crosses(stage: Stage) -> None:
    stage.left.put("D/scan.e57", Generated(1, 5 * 10**9))

    report = await stage.run()

    assert report.bytes_sent == 5 * 10**9
    assert stage.right.snapshot("D") == {"scan.e57": Generated(1, 5 * 10**9)}
    assert await rows.base_differs(stage) == []
