"""The whole plan of what is rare: cut off, half seen, blocked or waiting in more than one way."""

from dataclasses import replace

import pytest
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT
from planning.world import NARROW, WIDE

from turnbuckle.model.policy import Albums, Policy
from turnbuckle.model.scope import Direction
from turnbuckle.model.trees import PHOTOS

mirrored = pytest.mark.parametrize("turned", [False, True])

LONGER = b"edited, and longer"


@mirrored
def test_an_exchange_that_was_cut_off_gives_the_name_from_before_back(turned: bool) -> None:
    told = tale("p:1/", "p:1/a:1.pdf", turned=turned)
    told.move(LEFT, "p:1/a:1.pdf", "p:1/turnbuckle-temp-aaaaaa a:1.pdf")

    assert told.told() == [
        "0 left move p:1/turnbuckle-temp-aaaaaa a:1.pdf to p:1/a:1.pdf with p-1/a-1.pdf, settles",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_what_our_app_left_over_without_a_name_is_left_alone(turned: bool) -> None:
    told = tale("x/", turned=turned)
    for name in ("turnbuckle-temp-aaaaaa", "turnbuckle-temp-bbbbbb a.pdf"):
        told.put(LEFT, f"x/{name}", b"left over")
        told.change(LEFT, f"x/{name}", by_us=True)

    assert told.told() == [
        "0 left move x/turnbuckle-temp-bbbbbb a.pdf to x/a.pdf with none, open",
        "1 right file x/a.pdf of left x/turnbuckle-temp-bbbbbb a.pdf, paired after 0",
        "rests left ., x, x/turnbuckle-temp-aaaaaa",
        "rests right ., x",
    ]


@mirrored
def test_a_new_name_that_an_ignored_file_holds_there_is_numbered(turned: bool) -> None:
    told = tale("x/", turned=turned)
    told.want(Policy(ignored=("a-b.pdf",)))
    told.put(RIGHT, "x/a-b.pdf", b"ignored")
    told.put(LEFT, "x/a:b.pdf", b"new")

    assert told.told() == [
        "0 right file x/a-b (2).pdf of left x/a:b.pdf, paired",
        "rests left ., x",
        "rests right ., x, x/a-b.pdf",
    ]


@mirrored
def test_an_empty_file_comes_after_all_folders_and_moves(turned: bool) -> None:
    told = tale("k.pdf", turned=turned)
    told.put(LEFT, "a.pdf", b"")
    told.put(LEFT, "x")

    assert told.told() == [
        "0 right folder x of x",
        "1 right file a.pdf of left a.pdf, paired",
        "rests left ., k.pdf",
        "rests right ., k.pdf",
    ]


@mirrored
def test_a_folder_that_changes_places_and_names_with_the_one_it_lies_in_takes_a_temporary_name(
    turned: bool,
) -> None:
    told = tale("n/", "n/n/", turned=turned)
    told.move(LEFT, "n/n", "aside")
    told.move(LEFT, "n", "aside/n")
    told.move(LEFT, "aside", "n")

    assert told.told() == [
        "0 right move n to turnbuckle-temp-... n told as n/n with none, open",
        "1 right move n/n to n with n, settles after 0",
        "2 right move n to n/n/n told as n/n with n/n, settles after 0, 1",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_file_replaced_with_its_folder_is_known_although_it_is_older_than_that(
    turned: bool,
) -> None:
    told = tale("a.pdf", "x/", turned=turned)
    told.move(LEFT, "a.pdf", "x/a.pdf")
    told.world.settle()
    told.remove(LEFT, "x")
    told.put(LEFT, "x")
    told.put(LEFT, "x/a.pdf", LONGER)

    assert told.told() == [
        "0 agree on all of left x, right x, was ~x",
        "1 agree on place of left x/a.pdf, right x/a.pdf, was ~x/~a.pdf",
        "2 right replace x/a.pdf by x/a.pdf",
        "rests left .",
        "rests right .",
    ]


def test_a_replaced_folder_that_the_other_side_moved_is_noted_and_follows() -> None:
    told = tale("x/", "y/")
    told.remove(LEFT, "x")
    told.put(LEFT, "x")
    told.move(RIGHT, "x", "y/x")

    assert told.told() == [
        "0 agree on content of left x, right y/x told as y/x, was ~x",
        "1 left move x to y/x with y/x, settles",
        "rests left ., y",
        "rests right ., y",
    ]


@mirrored
def test_of_several_spellings_the_closest_is_the_same_item(turned: bool) -> None:
    told = tale("x/", turned=turned)
    told.put(LEFT, "x/A:B")
    told.put(LEFT, "x/a:b")
    told.put(RIGHT, "x/a-b")

    assert told.told() == [
        "0 agree on all of left x/a:b, right x/a-b, new",
        "1 right folder x/A-B (2) of x/A:B",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_of_equally_close_spellings_the_oldest_is_the_same_item(turned: bool) -> None:
    told = tale("x/", turned=turned)
    told.put(LEFT, "x/A:b")
    told.put(LEFT, "x/a:B")
    told.put(RIGHT, "x/a-b")
    told.change(LEFT, "x/a:B", created=None)

    assert told.told() == [
        "0 agree on all of left x/a:B, right x/a-b, new",
        "1 right folder x/A-b (2) of x/A:b",
        "rests left ., x",
        "rests right ., x",
    ]


def test_names_meet_by_the_rules_of_their_tool() -> None:
    told = tale(gallery=True)
    can = told.world.terms.capabilities(told.side(RIGHT))
    told.able(RIGHT, names=WIDE, tools={PHOTOS: replace(can, names=NARROW)})
    for tool in "DP":
        told.put(LEFT, f"{tool}/A:B")
        told.put(LEFT, f"{tool}/a:b")
        told.put(LEFT, f"{tool}/c")
        told.put(RIGHT, f"{tool}/a-b")
        told.put(RIGHT, f"{tool}/C")

    assert told.told() == [
        "0 agree on all of left P/a:b, right P/a-b, new",
        "1 agree on all of left P/c, right P/C, new",
        "2 left folder a-b of a-b",
        "3 left folder C of C",
        "4 right folder A:B of A:B",
        "5 right folder a:b of a:b",
        "6 right folder c of c",
        "7 right folder P/A-B (2) of P/A:B",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_a_photo_may_have_the_name_of_an_album(turned: bool) -> None:
    told = tale(turned=turned, gallery=True)
    told.put(LEFT, "P/Site/i.jpg", b"in the album")
    told.place(LEFT).make(told.id(LEFT, "P"), "Site", b"a photo beside it")

    assert told.told() == [
        "0 right folder P/Site of P/Site",
        "1 right file Site/i.jpg in #0 of left P/Site/i.jpg, paired after 0",
        "2 right file P/Site (2) of left P/Site, paired",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_what_hangs_below_a_folder_that_nobody_saw_is_held_as_vanished(turned: bool) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "k.pdf", turned=turned)
    left = told.place(LEFT)
    del left.items[told.id(LEFT, "x")]

    assert told.told() == [
        "tells left x: vanished_without_tombstone (1 file deleted)",
        "holds right x: vanished_without_tombstone",
        "holds right x/y: vanished_without_tombstone",
        "holds right x/y/a.pdf: vanished_without_tombstone",
        "rests left ., ?, ?/y, ?/y/a.pdf, k.pdf",
        "rests right ., k.pdf, x, x/y, x/y/a.pdf",
    ]


@mirrored
@pytest.mark.parametrize("seen", [True, False])
def test_a_folder_waits_for_what_was_seen_in_it_last_and_is_in_sight_no_more(
    seen: bool, turned: bool
) -> None:
    told = tale("x/", "x/p:1/", "x/p:1/a.pdf", "x/p:1/b.pdf", "k.pdf", turned=turned)
    told.hide(LEFT, "x/p:1/a.pdf")
    if not seen:
        del told.place(LEFT).items[told.id(LEFT, "x/p:1/a.pdf")]
    told.remove(RIGHT, "x")

    lines = [line for line in told.told() if not line.startswith("rests")]

    assert lines == [
        "0 left delete x/p:1/b.pdf with x/p:1/b.pdf",
        "waits left x/p:1/a.pdf: hidden",
    ]


@pytest.mark.parametrize(("held", "failed"), [("a", "b"), ("b", "a")])
def test_folders_around_what_failed_and_what_is_held_are_held(held: str, failed: str) -> None:
    told = tale("x/", "x/y/", "x/y/a.pdf", "x/y/b.pdf", "k.pdf")
    told.remove(LEFT, "x")
    told.hold(RIGHT, f"x/y/{held}.pdf")
    told.fail(RIGHT, f"x/y/{failed}.pdf")

    held_now = [line for line in told.told() if line.startswith("holds")]

    assert [line.split()[2] for line in held_now] == ["x:", "x/y:", f"x/y/{held}.pdf:"]


def test_a_deletion_is_dated_by_the_folder_it_was_last_seen_in() -> None:
    told = tale("x/", "x/a.pdf", "y/", "k.pdf")
    told.want(Policy(deletions_per_day=0))
    left = told.place(LEFT)
    told.move(LEFT, "x/a.pdf", "y/a.pdf")
    folder = told.id(LEFT, "y")
    told.remove(LEFT, "y")
    left.gone_at = {folder: left.gone_at[folder]}

    assert told.told() == [
        "tells left all: delete_limit (1 file deleted)",
        "holds right x/a.pdf: delete_limit since 8",
        "holds right y: delete_limit since 8",
        "rests left ., k.pdf, x, ~y, ~y/~a.pdf",
        "rests right ., k.pdf, x, x/a.pdf, y",
    ]


def waiting_for_a_reader(turned: bool) -> Tale:
    """Edits on the right wait while one of them has to be read; no side tells hashes."""
    told = tale(turned=turned)
    told.place(RIGHT).hashes = False
    told.want(Policy(change_files=2, change_share=0.4))
    told.begin("x/", "a.pdf", "b.pdf", "c.pdf")
    told.write(RIGHT, "a.pdf", LONGER)
    told.write(RIGHT, "b.pdf", b"B.pdf")
    return told


@mirrored
def test_an_edit_that_waits_for_a_reader_is_not_at_rest(turned: bool) -> None:
    told = waiting_for_a_reader(turned)

    assert told.told() == [
        "0 right read b.pdf",
        "rests left ., c.pdf, x",
        "rests right ., c.pdf, x",
    ]


@mirrored
def test_what_the_other_side_perhaps_edited_meanwhile_is_read_too(turned: bool) -> None:
    told = waiting_for_a_reader(turned)
    told.write(LEFT, "a.pdf", b"A.pdf")

    assert told.told() == [
        "0 left read a.pdf",
        "1 right read b.pdf",
        "rests left ., c.pdf, x",
        "rests right ., c.pdf, x",
    ]


@mirrored
def test_an_edit_that_waits_for_a_reader_moves_meanwhile(turned: bool) -> None:
    told = waiting_for_a_reader(turned)
    told.move(LEFT, "a.pdf", "x/a.pdf")

    assert told.told() == [
        "0 right read b.pdf",
        "1 right move a.pdf to x/a.pdf with x/a.pdf, settles",
        "rests left ., c.pdf, x",
        "rests right ., c.pdf, x",
    ]


@mirrored
def test_an_edit_that_waits_for_a_reader_is_noted_where_both_moved_it(turned: bool) -> None:
    told = waiting_for_a_reader(turned)
    for side in (LEFT, RIGHT):
        told.move(side, "a.pdf", "x/a.pdf")

    assert told.told() == [
        "0 right read b.pdf",
        "1 agree on place of left x/a.pdf, right x/a.pdf, was x/a.pdf",
        "rests left ., c.pdf, x",
        "rests right ., c.pdf, x",
    ]


@mirrored
def test_a_photo_moved_and_edited_is_made_anew_where_it_moved_to(turned: bool) -> None:
    told = tale(turned=turned, gallery=True)
    told.begin("P/Site/", "P/Site/i.jpg", "P/Roof/")
    photos = told.world.terms.capabilities(told.side(LEFT), PHOTOS)
    told.able(LEFT, tools={PHOTOS: replace(photos, replaces=False)})
    told.move(RIGHT, "P/Site/i.jpg", "P/Roof/i.jpg")
    told.write(RIGHT, "P/Roof/i.jpg")

    assert told.told() == [
        "0 left move P/Site/i.jpg to P/Roof/i.jpg with P/Roof/i.jpg, settles",
        "1 left file P/Roof/i.jpg of right P/Roof/i.jpg, paired for P/Site/i.jpg after 0",
        "rests left ., P, P/Roof, P/Site",
        "rests right ., P, P/Roof, P/Site",
    ]


@mirrored
def test_below_a_nested_folder_that_is_left_alone_nothing_is_told(turned: bool) -> None:
    told = tale(turned=turned, gallery=True, policy=Policy(albums=Albums.BLOCK))
    photos = told.world.terms.capabilities(told.side(LEFT), PHOTOS)
    told.able(LEFT, tools={PHOTOS: replace(photos, suffixes=frozenset({".jpg"}))})
    told.put(RIGHT, "P/Site/North/Roof/i.jpg", b"roof")
    told.put(RIGHT, "P/Site/North/plan.pdf", b"no photo")

    assert told.told() == [
        "0 left folder P/Site of P/Site",
        "waits left Site/North: nested_album",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_what_was_ignored_goes_with_a_nested_folder_and_is_told_as_its_side_spells_it(
    turned: bool,
) -> None:
    told = tale("p:1/", "p:1/x/", "p:1/x/a.pdf", "k.pdf", turned=turned)
    told.put(RIGHT, "p-1/x/thumbs.db", b"junk")
    told.remove(LEFT, "p:1/x")

    assert told.told() == [
        "0 right delete p-1/x with p:1/~x, p:1/~x/~a.pdf",
        "tells right p-1/x: ignored_items_deleted_with_folder (thumbs.db)",
        "rests left ., k.pdf, p:1",
        "rests right ., k.pdf, p-1, p-1/x/thumbs.db",
    ]


@mirrored
@pytest.mark.parametrize(("longest", "fits"), [(19, True), (18, False)])
def test_a_folder_is_renamed_while_the_longest_path_below_it_fits(
    longest: int, fits: bool, turned: bool
) -> None:
    told = tale(turned=turned, gallery=True)
    told.begin("D/x/", "D/x/y/", "D/x/y/a.pdf")
    right = told.place(RIGHT)
    right.longest[told.id(RIGHT, "D/x")] = len("y/a.pdf")  # type: ignore[attr-defined]
    names = replace(told.world.terms.capabilities(told.side(RIGHT)).names, longest_path=longest)
    told.able(RIGHT, names=names)
    told.move(LEFT, "D/x", "D/renamed:xx")

    first = told.told()[0]

    assert first == (
        "0 right move x to renamed-xx with renamed:xx, settles"
        if fits
        else "waits right renamed-xx: path_too_long (19 characters, 18 at most)"
    )


@mirrored
def test_what_is_left_of_a_deleted_pair_and_too_large_now_is_deleted_while_it_is_as_it_was(
    turned: bool,
) -> None:
    told = tale("x/", "x/a.pdf", "x/b.pdf", "k.pdf", turned=turned)
    told.able(LEFT, max_file_bytes=5)
    told.write(RIGHT, "x/b.pdf", LONGER)
    told.remove(LEFT, "x")

    assert told.told() == [
        "0 forget ~x/~b.pdf told as x/b.pdf",
        "1 right delete x/a.pdf with ~x/~a.pdf",
        "waits left x/b.pdf: too_large (18 bytes)",
        "tells right x/b.pdf: delete_cancelled",
        "rests left ., k.pdf, ~x",
        "rests right ., k.pdf, x",
    ]


@mirrored
def test_a_held_edit_that_changes_tools_waits_whole(turned: bool) -> None:
    policy = Policy(change_files=2, change_share=0.4)
    told = tale(turned=turned, gallery=True, policy=policy)
    told.begin("D/a.jpg", "D/b.jpg", "P/Site/", "P/Site/c.jpg")
    told.write(RIGHT, "D/a.jpg")
    told.write(RIGHT, "D/b.jpg")
    told.move(RIGHT, "D/a.jpg", "P/Site/a.jpg")

    assert told.told() == [
        "tells right all: mass_change (2 files changed)",
        "holds right P/Site/a.jpg with its change: mass_change",
        "holds right b.jpg with its change: mass_change",
        "rests left ., P, P/Site, P/Site/c.jpg, b.jpg",
        "rests right ., P, P/Site, P/Site/c.jpg, b.jpg",
    ]


@mirrored
def test_where_changes_only_arrive_a_file_moved_and_edited_stays_as_it_is(turned: bool) -> None:
    told = tale("x/", "x/a.pdf", policy=Policy(directions={"": Direction.TO_RIGHT}), turned=turned)
    told.move(RIGHT, "x/a.pdf", "z.pdf")
    told.write(RIGHT, "z.pdf")

    assert told.told() == [
        "waits right z.pdf: one_way",
        "rests left ., x",
        "rests right ., x",
    ]
