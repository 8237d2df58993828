import pytest
from store.building import (
    NOW,
    House,
    a_file,
    a_folder,
    dirty,
    forget_dirty,
    held,
    states,
    tell,
)

from turnbuckle.model.items import Cursor, Item, ItemId, Version
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.store import missing, models, notes, trees
from turnbuckle.store.records import Feed


def test_what_a_feed_tells_for_the_first_time_is_kept_and_thought_about(house: House) -> None:
    applied = tell(house.left, a_file(1), a_folder(2))

    assert (applied.told, applied.changed) == (2, 2)
    assert held(house.left, "file:1") == a_file(1)
    assert dirty(house.link) == {("left", "file:1"), ("left", "folder:2")}


def test_the_same_told_again_is_no_change(house: House) -> None:
    tell(house.left, a_file(1), a_folder(2))
    forget_dirty()

    applied = tell(house.left, a_file(1), a_folder(2))

    assert (applied.told, applied.changed) == (2, 0)
    assert dirty(house.link) == set()


@pytest.mark.parametrize(
    "other",
    [
        a_file(1, "new name.pdf"),
        a_file(1, parent=ItemId("folder:2")),
        a_file(1, version=Version("v2")),
        a_file(1, size=11),
        a_file(1, locked_by="Ada"),
        a_file(1, hashes=frozenset({"sha256:bb"})),
    ],
    ids=["name", "parent", "version", "size", "lock", "hash"],
)
def test_a_real_difference_is_kept_and_thought_about(house: House, other: Item) -> None:
    tell(house.left, a_file(1, hashes=frozenset({"sha256:aa"})))
    forget_dirty()

    applied = tell(house.left, other)

    assert applied.changed == 1
    assert dirty(house.link) == {("left", "file:1")}
    kept = held(house.left, "file:1")
    assert (kept.name, kept.parent, kept.version, kept.size, kept.locked_by) == (
        other.name,
        other.parent,
        other.version,
        other.size,
        other.locked_by,
    )


@pytest.mark.parametrize(
    "other",
    [
        a_file(1, tag="e2"),
        a_file(1, author="Ada"),
        a_file(1, by_us=True),
        a_file(1, modified=None),
        a_file(1, created=NOW),
        a_file(1, hashes=frozenset({"sha256:aa"})),
    ],
    ids=["tag", "author", "by us", "modified", "created", "hash known now"],
)
def test_a_difference_that_no_plan_looks_at_is_only_kept(house: House, other: Item) -> None:
    tell(house.left, a_file(1))
    forget_dirty()

    applied = tell(house.left, other)

    assert applied.changed == 0
    assert held(house.left, "file:1") == other
    assert dirty(house.link) == set()


def test_the_last_word_of_a_page_set_holds(house: House) -> None:
    batch = trees.begin_pages(house.left, full=False)
    trees.stage(batch, Page(items=[a_file(1, "first.pdf"), a_file(1, "second.pdf")]))
    trees.stage(batch, Page(gone=[ItemId("file:1")]))
    trees.stage(batch, Page(items=[a_file(1, "third.pdf")]))

    applied = trees.apply(batch, Cursor("next"), now=NOW)

    assert (applied.told, applied.changed, applied.gone) == (1, 1, 0)
    assert held(house.left, "file:1").name == "third.pdf"


def test_a_proof_of_deletion_is_kept_with_what_was_last_seen(house: House) -> None:
    tell(house.left, a_file(1))
    forget_dirty()

    applied = tell(house.left, gone=("file:1", "file:never known"))

    assert applied.gone == 1
    assert states(house.left) == {"file:1": "gone"}
    assert held(house.left, "file:1") == a_file(1)
    assert dirty(house.link) == {("left", "file:1")}


def test_what_a_full_page_set_does_not_tell_is_missing_and_not_gone(house: House) -> None:
    tell(house.left, a_file(1), a_file(2), a_file(3))
    tell(house.left, gone=("file:3",))
    forget_dirty()

    applied = tell(house.left, a_file(1), full=True)

    assert applied.missing == 1
    assert states(house.left) == {"file:1": "present", "file:2": "missing", "file:3": "gone"}
    assert missing.tops(house.left, 10) == [a_file(2)]
    assert dirty(house.link) == {("left", "file:2")}


def test_what_was_looked_for_in_vain_is_looked_for_last(house: House) -> None:
    tell(house.left, *(a_file(number) for number in range(1, 5)))
    tell(house.left, full=True)

    notes.note_in_vain(house.left, [ItemId("file:1"), ItemId("file:2")])

    assert [item.id for item in missing.tops(house.left, 3)] == ["file:3", "file:4", "file:1"]


def test_a_look_in_vain_covers_no_page_that_is_on_its_way(house: House) -> None:
    tell(house.left, a_file(1))
    tell(house.left, full=True)
    batch = trees.begin_pages(house.left, full=True)
    trees.stage(batch, Page(items=[a_file(1)], full=True))
    notes.note_in_vain(house.left, [ItemId("file:1")])

    applied = trees.apply(batch, Cursor("next"), now=NOW)

    assert not applied.cursor_kept
    assert states(house.left) == {"file:1": "present"}


def test_what_is_missing_is_not_told_missing_twice(house: House) -> None:
    tell(house.left, a_file(1), a_file(2))
    tell(house.left, a_file(1), full=True)
    forget_dirty()

    applied = tell(house.left, a_file(1), full=True)

    assert applied.missing == 0
    assert dirty(house.link) == set()


def test_what_a_partial_page_set_does_not_tell_stays(house: House) -> None:
    tell(house.left, a_file(1), a_file(2))

    applied = tell(house.left, a_file(1))

    assert applied.missing == 0
    assert states(house.left) == {"file:1": "present", "file:2": "present"}


@pytest.mark.parametrize("full", [True, False])
def test_an_item_that_comes_back_is_present_again(house: House, full: bool) -> None:
    tell(house.left, a_file(1))
    if full:
        tell(house.left, full=True)
    else:
        tell(house.left, gone=("file:1",))
    forget_dirty()

    applied = tell(house.left, a_file(1))

    assert applied.changed == 1
    assert states(house.left) == {"file:1": "present"}
    assert dirty(house.link) == {("left", "file:1")}


def test_a_hash_of_our_own_is_kept_while_the_version_is_the_same(house: House) -> None:
    tell(house.left, a_file(1))
    notes.add_hashes(house.left, ItemId("file:1"), Version("v1"), {"sha256:aa"})

    tell(house.left, a_file(1, "renamed.pdf"))

    assert held(house.left, "file:1").hashes == {"sha256:aa"}


def test_a_hash_of_our_own_ends_with_its_version(house: House) -> None:
    tell(house.left, a_file(1))
    notes.add_hashes(house.left, ItemId("file:1"), Version("v1"), {"sha256:aa"})

    tell(house.left, a_file(1, version=Version("v2")))

    assert held(house.left, "file:1").hashes == frozenset()


def test_the_cursor_comes_with_its_page_set(house: House) -> None:
    assert house.scope.feeds.get(house.left.id).cursor is None

    tell(house.left, a_file(1), full=True)

    feed = house.scope.feeds.get(house.left.id)
    assert (feed.cursor, feed.complete_at) == ("next", NOW)


def test_a_partial_page_set_leaves_the_time_of_the_last_complete_one(house: House) -> None:
    tell(house.left, a_file(1))

    assert house.scope.feeds.get(house.left.id).complete_at is None


def test_staged_pages_are_no_truth_and_a_crash_before_the_end_changes_nothing(
    house: House,
) -> None:
    tell(house.left, a_file(1))
    forget_dirty()
    broken_off = trees.begin_pages(house.left, full=True)
    trees.stage(broken_off, Page(items=[a_file(1, "half told.pdf"), a_file(2)], full=True))

    assert held(house.left, "file:1") == a_file(1)
    assert states(house.left) == {"file:1": "present"}
    assert dirty(house.link) == set()
    assert house.scope.feeds.get(house.left.id).cursor == "next"


def test_the_next_page_set_begins_without_the_pages_of_one_that_broke_off(house: House) -> None:
    broken_off = trees.begin_pages(house.left, full=False)
    trees.stage(broken_off, Page(items=[a_file(1)]))

    tell(house.left, a_file(2))

    assert states(house.left) == {"file:2": "present"}
    assert models.Staged.objects.count() == 0


def test_an_older_page_set_of_the_same_feed_is_refused(house: House) -> None:
    older = trees.begin_pages(house.left, full=False)
    trees.stage(older, Page(items=[a_file(1)]))
    trees.begin_pages(house.left, full=False)

    with pytest.raises(trees.Superseded):
        trees.stage(older, Page(items=[a_file(2)]))
    with pytest.raises(trees.Superseded):
        trees.apply(older, Cursor("next"), now=NOW)


def test_a_change_is_told_to_every_link_of_the_feed(house: House) -> None:
    other = house.bind("annex", house.right, house.left)

    tell(house.left, a_file(1))

    assert dirty(house.link) == {("left", "file:1")}
    assert dirty(other) == {("right", "file:1")}


def test_a_feed_on_both_sides_of_a_link_tells_both(house: House) -> None:
    twice = house.bind("mirror", house.right, house.right)

    tell(house.right, a_file(1))

    assert dirty(twice) == {("left", "file:1"), ("right", "file:1")}


def test_a_new_link_thinks_about_everything_that_its_feeds_hold(house: House) -> None:
    tell(house.left, a_file(1))

    other = house.bind("annex", house.left, house.right)

    assert dirty(other) == {("left", "file:1")}


def test_a_page_set_older_than_our_own_write_does_not_cover_it(house: House) -> None:
    tell(house.left, a_file(1))
    slow = trees.begin_pages(house.left, full=True)
    trees.stage(slow, Page(items=[a_file(1), a_file(2)], full=True))
    notes.note(house.left, a_file(1, version=Version("v2")))
    notes.note(house.left, a_file(3))

    applied = trees.apply(slow, Cursor("later"), now=NOW)

    assert held(house.left, "file:1").version == "v2"
    assert states(house.left) == dict.fromkeys(("file:1", "file:2", "file:3"), "present")
    assert applied.cursor_kept
    assert house.scope.feeds.get(house.left.id).cursor == "next"


def test_the_page_set_after_our_own_write_is_the_truth_again(house: House) -> None:
    tell(house.left, a_file(1))
    notes.note(house.left, a_file(1, version=Version("v2")))

    applied = tell(house.left, a_file(1, version=Version("v3")))

    assert not applied.cursor_kept
    assert held(house.left, "file:1").version == "v3"


def test_what_a_plan_did_not_know_of_is_not_cleaned_by_it(house: House) -> None:
    tell(house.left, a_file(1), a_file(2))
    known = trees.marks(house.link)
    tell(house.left, a_file(1, version=Version("v2")))

    notes.clean(house.link, [(Side.LEFT, ItemId("file:1")), (Side.LEFT, ItemId("file:2"))], known)

    assert dirty(house.link) == {("left", "file:1")}


@pytest.mark.parametrize("gone", [False, True], ids=["edited", "deleted"])
def test_pages_on_their_way_while_a_plan_is_made_are_not_cleaned_by_it(
    house: House, gone: bool
) -> None:
    """Another link of the feed began to look, then a plan was made, then its look came to its end.

    The plan's run settles its steps by what it knew, and finds a new version of its own making.
    """
    tell(house.left, a_file(1))
    looking = trees.begin_pages(house.left, full=False)
    news = () if gone else (a_file(1, version=Version("theirs")),)
    tombs = [ItemId("file:1")] if gone else []
    trees.stage(looking, Page(items=news, gone=tombs))
    known = trees.marks(house.link)
    trees.apply(looking, Cursor("next"), now=NOW)

    notes.clean(house.link, [(Side.LEFT, ItemId("file:1"))], known)
    notes.write_items(house.left.id, [a_file(1, version=Version("ours"))], known.left)

    assert dirty(house.link) == {("left", "file:1")}
    assert states(house.left) == {"file:1": "gone" if gone else "present"}
    assert held(house.left, "file:1").version == ("v1" if gone else "theirs")


def test_marks_are_one_for_each_side(house: House) -> None:
    before = trees.marks(house.link)
    tell(house.left, a_file(1))
    left = trees.marks(house.link)
    tell(house.right, a_file(1))

    assert left.left > before.left
    assert left.right == before.right
    assert trees.marks(house.link).left == left.left


def test_a_look_that_finds_a_change_tells_all_links_but_the_one_that_looked(
    house: House,
) -> None:
    other = house.bind("annex", house.left, house.right)
    tell(house.left, a_file(1))
    forget_dirty()

    notes.note(house.left, a_file(1, version=Version("v2")), by=house.link)

    assert held(house.left, "file:1").version == "v2"
    assert dirty(house.link) == set()
    assert dirty(other) == {("left", "file:1")}


def test_a_look_that_finds_nothing_new_tells_nobody(house: House) -> None:
    tell(house.left, a_file(1))
    forget_dirty()

    notes.note(house.left, a_file(1, tag="e2"))

    assert held(house.left, "file:1").tag == "e2"
    assert dirty(house.link) == set()


def test_a_look_that_proves_the_end_of_an_item_is_kept(house: House) -> None:
    tell(house.left, a_file(1))
    forget_dirty()

    notes.note_gone(house.left, ItemId("file:1"), now=NOW)

    assert states(house.left) == {"file:1": "gone"}
    assert dirty(house.link) == {("left", "file:1")}


def test_a_link_can_be_made_to_think_again(house: House) -> None:
    notes.mark(house.link, [(Side.RIGHT, ItemId("file:9"))])

    assert dirty(house.link) == {("right", "file:9")}


def _listing(feed: Feed, count: int, version: str) -> trees.Applied:
    batch = trees.begin_pages(feed, full=True)
    for start in range(0, count, 2_000):
        numbers = range(start, min(start + 2_000, count))
        page = [a_file(n, version=Version(version if n % 100 == 0 else "v1")) for n in numbers]
        trees.stage(batch, Page(items=page, full=True))
    return trees.apply(batch, Cursor("next"), now=NOW)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_items_are_told_in_sets(house: House) -> None:
    first = _listing(house.left, 100_000, "v1")
    forget_dirty()
    second = _listing(house.left, 99_990, "v2")

    assert (first.told, first.changed) == (100_000, 100_000)
    assert (second.told, second.changed, second.missing) == (99_990, 1_000, 10)
    assert models.Dirty.objects.count() == 1_010
