"""Who is due is found among ten thousand links by an index, at the cost of those that are due."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from store.building import NOW, House

from turnbuckle.store import models, timings

FEW, MANY = 100, 10_000
DUE = 30
LATER = NOW + timedelta(minutes=5)


def add_links(house: House, count: int, *, due: int = 0) -> None:
    """Add links like the house's own, of which so many are due."""
    row = models.Link.objects.get(id=house.link.id)
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    same = {field.attname: getattr(row, field.attname) for field in fields}
    there = models.Link.objects.count()
    names = (f"tower {number}" for number in range(there, there + count))
    models.Link.objects.bulk_create(models.Link(**(same | {"name": name})) for name in names)
    new = models.Link.objects.filter(timing=None).order_by("id").values_list("id", flat=True)
    models.Timing.objects.bulk_create(
        models.Timing(link_id=link, next_at=NOW if place < due else LATER)
        for place, link in enumerate(new)
    )
    with connection.cursor() as sql:
        sql.execute("ANALYZE")


def look() -> tuple[str, int]:
    """Look once who is due; give the one statement, and the work of the database.

    The work is counted in instructions of SQLite's virtual machine; 0 elsewhere.
    """
    instructions = itertools.count()

    def count() -> None:
        next(instructions)

    connection.ensure_connection()
    counts = connection.vendor == "sqlite"
    with CaptureQueriesContext(connection) as asked:
        if counts:
            connection.connection.set_progress_handler(count, 1)
        found = timings.due(NOW, 1000, practice=True)
        if counts:
            connection.connection.set_progress_handler(None, 0)
    statements = [each["sql"] for each in asked.captured_queries if "next_at" in each["sql"]]
    assert (len(found), len(statements)) == (DUE, 1)
    return statements[0], next(instructions)


@pytest.mark.django_db
def test_a_look_who_is_due_costs_as_much_among_ten_thousand_links_as_among_a_hundred() -> None:
    house = House()
    models.Timing.objects.update(next_at=LATER)
    add_links(house, FEW, due=DUE)
    _, among_few = look()

    add_links(house, MANY - FEW)
    statement, among_many = look()

    assert among_many == pytest.approx(among_few, rel=0.02)
    with connection.cursor() as sql:
        plan = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        sql.execute(f"{plan} {statement}")
        lines = "\n".join(" ".join(map(str, row)) for row in sql.fetchall())
    assert "store_timing_next_at" in lines, lines
    assert "Seq Scan on store_timing" not in lines
    assert "SCAN store_timing" not in lines
