import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection
from store.building import NOW, House, a_file, a_pair, states

from turnbuckle.model.items import Cursor
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.store import journal, models, organisations, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.units import tidy, together, unit
from turnbuckle.store.unusable import StoreUnusable


def test_a_unit_that_fails_changes_nothing(house: House) -> None:
    @unit
    def half() -> None:
        house.scope.links.pause(house.link, "half done")
        raise LookupError

    with pytest.raises(LookupError):
        half()

    assert house.scope.links.get("tower").paused == ""


@pytest.mark.django_db(transaction=True)
def test_a_read_inside_a_unit_does_not_end_its_transaction(house: House) -> None:
    @unit
    def half() -> None:
        house.scope.links.pause(house.link, "half done")
        organisations.of()
        raise LookupError

    with pytest.raises(LookupError):
        half()

    assert house.scope.links.get("tower").paused == ""


@pytest.mark.django_db(transaction=True)
def test_a_connection_past_its_age_is_closed_after_the_outermost_unit_only(house: House) -> None:
    @unit
    def outer() -> bool:
        connection.close_at = 0
        organisations.of()
        return connection.connection is not None

    def in_a_thread() -> tuple[bool, bool]:
        try:
            organisations.of()
            return outer(), connection.connection is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_a_thread).result() == (True, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", ["well", "badly"])
def test_what_is_done_together_keeps_its_connection_to_the_end_of_all(
    house: House, ends: str
) -> None:
    @together
    def several() -> bool:
        organisations.of()
        connection.close_at = 0
        house.scope.links.pause(house.link, "once")
        house.scope.links.get("tower")
        if ends == "badly":
            raise LookupError
        return connection.connection is not None

    def in_a_thread() -> tuple[bool, bool]:
        try:
            return several(), connection.connection is not None
        except LookupError:
            return True, connection.connection is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_a_thread).result() == (True, False)
    assert house.scope.links.get("tower").paused == "once"


@pytest.mark.django_db(transaction=True)
def test_a_read_that_fails_among_what_is_done_together_gives_its_connection_up(
    house: House,
) -> None:
    @tidy
    def wrong() -> None:
        with connection.cursor() as sql:
            sql.execute("SELECT nothing FROM nowhere")

    @together
    def several() -> tuple[bool, str]:
        organisations.of()
        connection.close_at = 0
        with pytest.raises((DatabaseError, StoreUnusable)):
            wrong()
        return connection.connection is None, house.scope.links.get("tower").name

    def in_a_thread() -> tuple[bool, str]:
        try:
            return several()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_a_thread).result() == (True, "tower")


@pytest.mark.django_db(transaction=True)
async def test_threads_stage_apply_and_settle_side_by_side() -> None:
    house = await in_a_thread(House)
    run = await in_a_thread(house.run)

    def listing() -> None:
        batch = trees.begin_pages(house.left, full=True)
        for start in range(0, 2_000, 200):
            items = [a_file(number) for number in range(start, start + 200)]
            trees.stage(batch, Page(items=items, full=True))
        trees.apply(batch, Cursor("next"), now=NOW)

    def settling(number: int) -> None:
        intent = journal.intend(house.link, run, number, {}, now=NOW)
        item = a_file(f"r{number}")
        pair = a_pair(a_file(number), item)
        outcome = Outcome(intent=intent, seen=[(Side.RIGHT, item)], pairs=[pair])
        journal.settle(house.link, run, [outcome], marks=None, now=NOW)

    await asyncio.gather(in_a_thread(listing), *(in_a_thread(settling, n) for n in range(40)))

    def found() -> tuple[int, int, int]:
        pairs = models.PairRow.objects.count()
        return len(states(house.left)), len(states(house.right)), pairs

    assert await in_a_thread(found) == (2_000, 40, 40)


async def in_a_thread[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do work in a thread, and leave no connection to the test's database open there."""

    def working() -> R:
        try:
            return work(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(working)
