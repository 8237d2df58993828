from datetime import UTC, datetime, timedelta, timezone

from store.building import a_file, a_folder, a_pair

from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import Item, ItemId, Name
from turnbuckle.store import models, rows

HASHES = frozenset({"sha256:00ff", "quickxor:aGVsbG8="})


def test_an_item_comes_back_as_it_went_in() -> None:
    item = a_file(
        1,
        "Ä-101 ≠ \N{BLACK STAR}.pdf",
        created=datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        hashes=HASHES,
        tag='"{A},3"',
        locked_by="Ada",
        by_us=True,
        author="Grace",
    )

    assert rows.item_of(rows.item_values(item)) == item


def test_the_top_of_a_feed_has_no_parent_when_it_comes_back() -> None:
    top = Item(id=ItemId("top"), parent=None, name=Name("root"), kind=a_folder(1).kind)

    assert rows.item_of(rows.item_values(top)) == top


def test_a_pair_comes_back_as_it_went_in() -> None:
    pair = a_pair(a_file(1, "a.pdf", hashes=HASHES), a_file(2, "b.pdf", parent=None, modified=None))

    assert rows.pair_of(rows.pair_values(pair)) == pair


def test_a_time_of_another_zone_is_the_same_moment_afterwards() -> None:
    time = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=-7)))

    assert rows.instant(rows.micros(time)) == time


def test_names_equal_but_for_case_and_form_have_one_key() -> None:
    composed, decomposed = (
        "CAF\N{LATIN CAPITAL LETTER E WITH ACUTE}",
        "cafe\N{COMBINING ACUTE ACCENT}",
    )

    assert rows.key_folded(composed) == rows.key_folded(decomposed)


def test_every_kind_of_hash_has_a_column() -> None:
    columns = {field.name for field in models.Seen._meta.get_fields()}

    assert {kind.value for kind in HashKind} <= columns


def test_the_tables_have_the_columns_that_rows_are_made_of() -> None:
    seen = {field.name for field in models.Seen._meta.get_fields()}
    pair = {field.name for field in models.PairRow._meta.get_fields()}

    assert set(rows.ITEM_COLUMNS) <= seen
    assert set(rows.PAIR_COLUMNS) <= pair
