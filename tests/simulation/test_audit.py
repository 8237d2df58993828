"""The audit finds what is wrong: each test spoils something that was well."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from scenarios.stage import Stage
from simulation import audit
from simulation.contents import content
from simulation.ledger import Ledger

from turnbuckle.model.names import TEMPORARY
from turnbuckle.model.side import Side
from turnbuckle.store import models


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    """Give two remotes in step, with a file in a folder and one beside it."""
    stage = await asyncio.to_thread(Stage)
    stage.left.put("D/a.pdf", content("v1"))
    stage.left.put("D/Set/b.pdf", content("v2"))
    await stage.settle()
    return stage


async def told(found: Callable[[], Iterator[str]]) -> list[str]:
    """Ask the audit in a thread, since it reads the database."""
    return await asyncio.to_thread(lambda: list(found()))


async def differences(stage: Stage) -> list[str]:
    return await told(lambda: audit.differences(stage, frozenset()))


async def test_two_sides_in_step_have_no_differences(stage: Stage) -> None:
    assert await differences(stage) == []


async def test_other_bytes_on_one_side_are_found(stage: Stage) -> None:
    stage.right.put("D/a.pdf", content("other"))

    assert "'D/a.pdf' has other bytes on the right" in await differences(stage)


async def test_a_file_without_a_counterpart_is_found(stage: Stage) -> None:
    stage.left.put("D/new.pdf", content("v3"))

    assert await differences(stage) == ["left: 'D/new.pdf' has no counterpart"]


async def test_a_file_that_lies_elsewhere_is_found(stage: Stage) -> None:
    stage.left.move("D/Set/b.pdf", "D/b.pdf")

    assert "'D/b.pdf' lies elsewhere on the right" in await differences(stage)


async def test_a_file_of_another_name_is_found(stage: Stage) -> None:
    stage.left.move("D/a.pdf", "D/z.pdf")

    assert "'D/z.pdf' is called 'a.pdf' on the right" in await differences(stage)


async def test_a_pair_of_what_is_not_there_is_found(stage: Stage) -> None:
    stage.left.delete("D/a.pdf")

    assert "left: the base holds 'a.pdf', which is not there" in await differences(stage)


async def test_what_a_report_names_is_no_difference(stage: Stage) -> None:
    node = stage.left.put("D/new.pdf", content("v3"))

    assert not await told(lambda: audit.differences(stage, frozenset({(Side.LEFT, node)})))


async def test_a_content_that_nobody_took_away_and_is_nowhere_is_lost(stage: Stage) -> None:
    ledger = Ledger()
    ledger.written = {"v1", "v2", "v3"}
    ledger.wanted = {"v1", "v3"}

    assert await told(lambda: audit.lost(stage, ledger)) == ["'v3' is lost"]


async def test_a_content_in_a_bin_alone_is_told_apart_from_a_lost_one(stage: Stage) -> None:
    ledger = Ledger(written={"v1", "v2"}, wanted={"v1"})
    for people in (stage.left, stage.right):
        people.delete("D/a.pdf")

    assert await told(lambda: audit.lost(stage, ledger)) == ["'v1' is in a bin or a history alone"]


async def test_bytes_that_nobody_wrote_are_found(stage: Stage) -> None:
    stage.right.put("D/a.pdf", content("v1")[:500])

    found = await told(lambda: audit.lost(stage, Ledger(written={"v1", "v2"})))

    assert found == ["right: 'a.pdf' holds what nobody wrote"]


async def test_what_a_user_takes_away_is_not_missed(stage: Stage) -> None:
    ledger = Ledger()
    ledger.act(Side.LEFT, stage.left, {"put": ["D/n.pdf", "v3"]})
    ledger.act(Side.LEFT, stage.left, {"put": ["D/n.pdf", "v4"]})
    ledger.act(Side.LEFT, stage.left, {"put": ["D/m.pdf", "v5"]})
    ledger.act(Side.LEFT, stage.left, {"del": "D/m.pdf"})

    assert ledger.wanted == {"v4"}


async def test_a_pair_that_was_torn_apart_is_found(stage: Stage) -> None:
    before = await asyncio.to_thread(audit.pairs_of, stage)
    await asyncio.to_thread(models.PairRow.objects.filter(left_name="a.pdf").delete)

    found = await told(lambda: audit.parted(stage, before, Ledger()))

    assert found == ["'a.pdf' is no pair any more; gone: neither"]


async def test_a_temporary_name_that_stayed_is_found(stage: Stage) -> None:
    stage.left.put(f"D/{TEMPORARY}123456", content("v1"))

    found = await told(lambda: audit.left_over(stage))

    assert found == [f"left: a temporary name is left: {TEMPORARY}123456"]
