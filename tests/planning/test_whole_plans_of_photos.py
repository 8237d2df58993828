"""The whole plan for two tools, one of whose sides has flat folders and takes images alone."""

from dataclasses import replace

import pytest
from planning.gallery import IMAGES
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT

from turnbuckle.model.plans import Plan
from turnbuckle.model.policy import Albums, Policy
from turnbuckle.model.trees import PHOTOS

mirrored = pytest.mark.parametrize("turned", [False, True])


def gallery(*paths: str, turned: bool = False, policy: Policy | None = None) -> Tale:
    """Documents below D and photos below P, whose folders are flat on the left."""
    told = tale(turned=turned, gallery=True, policy=policy)
    told.begin(*paths)
    return told


def nested(*paths: str, turned: bool = False) -> Tale:
    """Folders in a folder of photos, made on the right."""
    told = gallery(turned=turned)
    for path in paths:
        told.put(RIGHT, path, path.encode())
    told.world.settle()
    return told


def photos_can(told: Tale, **how: object) -> None:
    """Let the left be able to do something else with photos."""
    photos = told.world.terms.capabilities(told.side(LEFT), PHOTOS)
    told.able(LEFT, tools={PHOTOS: replace(photos, **how)})  # type: ignore[arg-type]


@mirrored
def test_folders_in_a_folder_become_albums_beside_it(turned: bool) -> None:
    told = gallery(turned=turned)
    told.put(RIGHT, "P/Site/North/i.jpg", b"north")
    told.put(RIGHT, "P/Site/j.jpg", b"the site")

    assert told.told() == [
        "0 left folder P/Site of P/Site",
        "1 left folder P/Site - North of P/Site/North",
        "2 left file Site - North/i.jpg in #1 of right P/Site/North/i.jpg, paired after 1",
        "3 left file Site/j.jpg in #0 of right P/Site/j.jpg, paired after 0",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_nested_folders_stay_where_they_are_where_the_owner_wants_no_albums_of_them(
    turned: bool,
) -> None:
    told = gallery(turned=turned, policy=Policy(albums=Albums.BLOCK))
    told.put(RIGHT, "P/Site/North/i.jpg", b"north")
    told.put(RIGHT, "P/Site/j.jpg", b"the site")

    assert told.told() == [
        "0 left folder P/Site of P/Site",
        "1 left file Site/j.jpg in #0 of right P/Site/j.jpg, paired after 0",
        "waits left Site/North: nested_album",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_what_moves_into_such_a_folder_stays_where_it_is_on_the_other_side(turned: bool) -> None:
    told = gallery("P/j.jpg", turned=turned, policy=Policy(albums=Albums.BLOCK))
    told.put(RIGHT, "P/Site/North/i.jpg", b"north")
    told.move(RIGHT, "P/j.jpg", "P/Site/North/j.jpg")

    assert told.told() == [
        "0 left folder P/Site of P/Site",
        "waits left j.jpg: folder_waits",
        "waits left Site/North: nested_album",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_a_renamed_folder_renames_the_albums_of_those_in_it_first(turned: bool) -> None:
    told = nested("P/Site/North/Roof/i.jpg", turned=turned)
    told.move(RIGHT, "P/Site", "P/Yard")

    assert told.told() == [
        (
            "0 left move P/Site - North - Roof to P/Yard - North - Roof with P/Yard/North/Roof, "
            "settles"
        ),
        "1 left move P/Site - North to P/Yard - North with P/Yard/North, settles after 0",
        "2 left move P/Site to P/Yard with P/Yard, settles after 0, 1",
        "rests left ., P, P/Site - North - Roof/i.jpg",
        "rests right ., P, P/Yard/North/Roof/i.jpg",
    ]


@mirrored
def test_a_renamed_album_renames_the_nested_folder_alone(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", turned=turned)
    told.move(LEFT, "P/Site - North", "P/Site - South")

    assert told.told() == [
        "0 right move P/Site/North to P/Site/South with P/Site - South, settles",
        "rests left ., P, P/Site, P/Site - South/i.jpg",
        "rests right ., P, P/Site, P/Site/North/i.jpg",
    ]


@mirrored
def test_an_album_called_otherwise_altogether_keeps_its_folder_in_its_folder(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", turned=turned)
    told.move(LEFT, "P/Site - North", "P/Roof")

    assert told.told() == [
        "0 right move P/Site/North to P/Site/Roof with P/Roof, settles",
        "rests left ., P, P/Roof/i.jpg, P/Site",
        "rests right ., P, P/Site, P/Site/North/i.jpg",
    ]


@mirrored
def test_a_nested_folder_that_moves_out_is_called_by_its_own_name_alone(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", turned=turned)
    told.move(RIGHT, "P/Site/North", "P/North")

    assert told.told() == [
        "0 left move P/Site - North to P/North with P/North, settles",
        "rests left ., P, P/Site, P/Site - North/i.jpg",
        "rests right ., P, P/North/i.jpg, P/Site",
    ]


@mirrored
def test_a_folder_that_moves_into_another_is_called_by_both_names(turned: bool) -> None:
    told = nested("P/Site/i.jpg", "P/North/j.jpg", turned=turned)
    told.move(RIGHT, "P/North", "P/Site/North")
    told.write(RIGHT, "P/Site/North/j.jpg")

    assert told.told() == [
        "0 left move P/North to P/Site - North with P/Site/North, settles",
        "1 left replace P/North/j.jpg told as Site - North/j.jpg by P/Site/North/j.jpg",
        "rests left ., P, P/Site, P/Site/i.jpg",
        "rests right ., P, P/Site, P/Site/i.jpg",
    ]


@mirrored
def test_a_deleted_album_deletes_the_nested_folder_and_leaves_the_outer_one(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", "P/Site/j.jpg", turned=turned)
    told.remove(LEFT, "P/Site - North")

    assert told.told() == [
        "0 right delete P/Site/North with P/~Site - North, P/~Site - North/~i.jpg",
        "rests left ., P, P/Site, P/Site/j.jpg",
        "rests right ., P, P/Site, P/Site/j.jpg",
    ]


@mirrored
def test_a_deleted_outer_folder_deletes_each_album(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", "P/Site/j.jpg", "P/k.jpg", turned=turned)
    told.remove(RIGHT, "P/Site")

    assert told.told() == [
        "0 left delete P/Site with P/Site, P/Site/j.jpg",
        "1 left delete P/Site - North with P/Site - North, P/Site - North/i.jpg",
        "rests left ., P, P/k.jpg",
        "rests right ., P, P/k.jpg",
    ]


@mirrored
def test_an_edited_photo_of_a_deleted_folder_is_made_again_in_a_folder_called_as_its_album(
    turned: bool,
) -> None:
    told = nested("P/Site/North/i.jpg", "P/Site/j.jpg", "P/k.jpg", turned=turned)
    told.remove(RIGHT, "P/Site")
    told.write(LEFT, "P/Site - North/i.jpg", b"edited, and of another length")

    assert told.told() == [
        "0 forget P/Site - North",
        "1 forget P/Site - North/i.jpg",
        "2 right folder P/Site - North of P/Site - North",
        "3 right file Site - North/i.jpg in #2 of left P/Site - North/i.jpg, paired after 2",
        "4 left delete P/Site with P/Site, P/Site/j.jpg",
        "tells left Site - North: delete_cancelled",
        "tells left Site - North/i.jpg: delete_cancelled",
        "rests left ., P, P/k.jpg",
        "rests right ., P, P/k.jpg",
    ]


@mirrored
def test_photos_may_share_a_name_on_one_side_and_are_numbered_on_the_other(turned: bool) -> None:
    told = gallery("P/Site/", turned=turned)
    told.put(LEFT, "P/Site/i.jpg", b"1")
    told.put(LEFT, "P/Site/i.jpg", b"22")

    assert told.told() == [
        "0 right file P/Site/i.jpg of left P/Site/i.jpg, paired",
        "1 right file P/Site/i (2).jpg of left P/Site/i.jpg, paired",
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_a_copy_of_a_photo_is_not_made_twice_where_photos_may_share_a_name(turned: bool) -> None:
    told = gallery("P/Site/i.jpg", turned=turned)
    told.write(LEFT, "P/Site/i.jpg", b"edited, and longer")
    told.write(RIGHT, "P/Site/i.jpg", b"edited otherwise, and longer still")
    told.world.apply(Plan(steps=told.look().steps[:1]))

    assert told.told() == [
        "0 right replace P/Site/i.jpg by P/Site/i.jpg",
        (
            "1 left file P/Site/i (conflict right 7c7cea).jpg of right P/Site/i (conflict right "
            "7c7cea).jpg, paired"
        ),
        "tells right Site/i.jpg: conflict",
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_what_is_no_image_waits_where_it_is(turned: bool) -> None:
    told = gallery("P/Site/", turned=turned)
    photos_can(told, suffixes=IMAGES)
    told.put(RIGHT, "P/Site/plan.pdf", b"plan")
    told.put(RIGHT, "P/Site/i.jpg", b"photo")

    assert told.told() == [
        "0 left file P/Site/i.jpg of right P/Site/i.jpg, paired",
        "waits left Site/plan.pdf: type_not_allowed (.pdf)",
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_an_image_renamed_to_what_is_none_keeps_its_name_on_the_other_side(turned: bool) -> None:
    told = gallery("P/Site/", "P/Site/i.jpg", turned=turned)
    photos_can(told, suffixes=IMAGES)
    told.move(RIGHT, "P/Site/i.jpg", "P/Site/i.pdf")
    told.write(RIGHT, "P/Site/i.pdf")

    assert told.told() == [
        "0 left replace P/Site/i.jpg by P/Site/i.pdf",
        "waits left Site/i.pdf: type_not_allowed (.pdf)",
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_a_photo_that_takes_no_new_content_is_made_anew_beside_the_old_one(turned: bool) -> None:
    told = gallery("P/Site/", "P/Site/i.jpg", turned=turned)
    photos_can(told, replaces=False, duplicate_names=False)
    told.write(RIGHT, "P/Site/i.jpg")

    assert told.told() == [
        (
            "0 left file P/Site/i (2).jpg told as Site/i.jpg of right P/Site/i.jpg, paired for "
            "P/Site/i.jpg"
        ),
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_what_was_made_anew_is_deleted_while_it_is_as_it_was(turned: bool) -> None:
    told = gallery("P/Site/", "P/Site/i.jpg", turned=turned)
    photos_can(told, replaces=False)
    told.write(RIGHT, "P/Site/i.jpg")
    told.world.apply(told.look())

    assert told.told() == [
        "0 left delete P/Site/i.jpg with no pair",
        "rests left ., P, P/Site, P/Site/i.jpg",
        "rests right ., P, P/Site, P/Site/i.jpg",
    ]


@mirrored
def test_a_photo_that_cannot_be_renamed_keeps_its_name_there(turned: bool) -> None:
    told = gallery("P/Site/", "P/Site/i.jpg", turned=turned)
    photos_can(told, renames_files=False)
    told.move(RIGHT, "P/Site/i.jpg", "P/Site/j.jpg")

    assert told.told() == [
        "0 agree on place of left P/Site/i.jpg, right P/Site/j.jpg, was P/Site/i.jpg",
        "rests left ., P, P/Site",
        "rests right ., P, P/Site",
    ]


@mirrored
def test_a_photo_that_changes_tools_is_made_anew_where_no_move_leads_there(turned: bool) -> None:
    told = gallery("D/x/", "D/x/i.jpg", "P/Site/", turned=turned)
    told.move(RIGHT, "D/x/i.jpg", "P/Site/j.jpg")

    assert told.told() == [
        "0 left file P/Site/j.jpg of right P/Site/j.jpg, paired for x/i.jpg",
        "rests left ., P, P/Site, x",
        "rests right ., P, P/Site, x",
    ]


@mirrored
def test_a_folder_that_changes_tools_is_made_anew_with_all_in_it(turned: bool) -> None:
    told = gallery("D/x/", "D/x/y/", "D/x/y/i.jpg", "P/Site/", turned=turned)
    told.move(RIGHT, "D/x/y", "P/y")

    assert told.told() == [
        "0 left folder P/y of P/y for x/y",
        "1 left file y/i.jpg in #0 of right P/y/i.jpg, paired for x/y/i.jpg after 0",
        "rests left ., P, P/Site, x",
        "rests right ., P, P/Site, x",
    ]


@mirrored
def test_what_changed_here_and_changes_tools_there_is_sent_there_first(turned: bool) -> None:
    told = gallery("D/x/", "D/x/i.jpg", "P/Site/", turned=turned)
    told.move(RIGHT, "D/x/i.jpg", "P/Site/i.jpg")
    told.write(LEFT, "D/x/i.jpg")

    assert told.told() == [
        "0 right replace P/Site/i.jpg by x/i.jpg",
        "rests left ., P, P/Site, x",
        "rests right ., P, P/Site, x",
    ]


@mirrored
def test_a_photo_that_changes_tools_where_a_move_leads_there_is_followed_on_neither_side_twice(
    turned: bool,
) -> None:
    told = gallery("D/x/", "D/x/i.jpg", "P/Site/", turned=turned)
    told.able(LEFT, crosses_tools=True)
    told.move(RIGHT, "D/x/i.jpg", "P/Site/i.jpg")

    assert told.told() == [
        "0 left move x/i.jpg to P/Site/i.jpg with P/Site/i.jpg, settles",
        "rests left ., P, P/Site, x",
        "rests right ., P, P/Site, x",
    ]


@mirrored
def test_new_files_of_one_name_in_two_tools_have_nothing_to_do_with_each_other(
    turned: bool,
) -> None:
    told = gallery("D/Site/", "P/Site/", turned=turned)
    told.put(LEFT, "D/Site/i.jpg", b"document")
    told.put(RIGHT, "P/Site/i.jpg", b"photo of a site")

    assert told.told() == [
        "0 right file Site/i.jpg of left Site/i.jpg, paired",
        "1 left file P/Site/i.jpg of right P/Site/i.jpg, paired",
        "rests left ., P, P/Site, Site",
        "rests right ., P, P/Site, Site",
    ]


@mirrored
def test_albums_and_folders_that_are_new_on_both_sides_are_one(turned: bool) -> None:
    told = gallery(turned=turned)
    told.put(RIGHT, "P/Site/North")
    told.put(LEFT, "P/Site - North/i.jpg", b"photo")

    assert told.told() == [
        "0 agree on all of left P/Site - North, right P/Site/North, new",
        "1 left folder P/Site of P/Site",
        "2 right file P/Site/North/i.jpg of left P/Site - North/i.jpg, paired",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_an_album_made_again_by_its_old_name_is_the_nested_folders_again(turned: bool) -> None:
    told = nested("P/Site/North/i.jpg", "P/k.jpg", turned=turned)
    told.remove(LEFT, "P/Site - North")
    told.put(LEFT, "P/Site - North/i.jpg", b"edited, and longer")

    assert told.told() == [
        "0 agree on all of left P/Site - North, right P/Site/North, was P/~Site - North",
        "1 left read P/Site - North/i.jpg",
        (
            "2 agree on place of left P/Site - North/i.jpg, right P/Site/North/i.jpg, was "
            "P/~Site - North/~i.jpg"
        ),
        "rests left ., P, P/Site, P/k.jpg",
        "rests right ., P, P/Site, P/k.jpg",
    ]
