"""What items were before our own writes is found without reading all that is remembered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House, a_file

from turnbuckle.store import formers, models
from turnbuckle.store.units import unit


@pytest.fixture
def thousand(house: House) -> House:
    """A side of which a thousand items were replaced by us, a minute apart."""

    @unit
    def replaced() -> None:
        for number in range(1_000):
            formers.keep(house.left.id, [a_file(number)], NOW + timedelta(minutes=number))

    replaced()
    return house


def test_what_is_doubted_and_what_is_old_is_found_by_an_index(thousand: House) -> None:
    models.Former.objects.filter(item_id="file:7").update(doubted=True)

    with CaptureQueriesContext(connection) as asked:
        found = formers.doubted(thousand.left, 50)
        unit(lambda: formers.forget_old(thousand.left.id, NOW + timedelta(days=1, minutes=500)))()

    assert found == ["file:7"]
    assert models.Former.objects.count() == 501  # the doubted one stays
    for query in asked:
        if "store_former" in query["sql"]:
            assert _reads(query["sql"]) <= {"former_age", "former_doubted"}, query["sql"]


def _reads(sql: str) -> set[str]:
    """Name the indexes by which SQLite finds the rows; "-" where it reads all of them."""
    if connection.vendor != "sqlite":  # others take an index where there are rows enough for it
        return set()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        said = [str(row[-1]) for row in cursor.fetchall()]
    return {line.partition("INDEX ")[2].split(" ")[0] or "-" for line in said if "store_" in line}
