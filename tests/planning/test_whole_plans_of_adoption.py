"""The whole plan for files that both sides had before, and for what our own app wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.plans_told import Tale, tale
from planning.telling import LEFT, RIGHT
from planning.world import START

from turnbuckle.model.policy import Answer, Twins
from turnbuckle.model.trees import PHOTOS

mirrored = pytest.mark.parametrize("turned", [False, True])


def two_plans(turned: bool = False) -> Tale:
    """A file of one name on both sides from before the link, of a type that the right rewrites."""
    told = tale("p:1/", turned=turned)
    told.able(RIGHT, rewrites=frozenset({".docx"}))
    told.put(LEFT, "p:1/a.docx", b"plan")
    told.put(RIGHT, "p-1/a.docx", b"plan with properties")
    told.world.began = START + timedelta(days=1)
    return told


def answer(told: Tale, said: Answer) -> None:
    one = told.place(LEFT).items[told.id(LEFT, "p:1/a.docx")]
    other = told.place(RIGHT).items[told.id(RIGHT, "p-1/a.docx")]
    twins = Twins.of(other, one) if told.turned else Twins.of(one, other)
    turn = {Answer.LEFT: Answer.RIGHT, Answer.RIGHT: Answer.LEFT}
    told.world.answers = {twins: turn.get(said, said) if told.turned else said}


def test_what_nobody_can_tell_is_asked_by_the_lefts_path() -> None:
    assert two_plans().told() == [
        "waits left p:1/a.docx: undecided",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_answer_that_both_are_one_links_them(turned: bool) -> None:
    told = two_plans(turned)
    answer(told, Answer.SAME)

    assert told.told() == [
        "0 agree on all of left p:1/a.docx, right p-1/a.docx, new",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_answer_that_one_holds_gives_the_other_its_content(turned: bool) -> None:
    told = two_plans(turned)
    answer(told, Answer.LEFT)

    assert told.told() == [
        "0 right replace p-1/a.docx by p:1/a.docx",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_the_answer_that_both_are_kept_makes_one_a_copy(turned: bool) -> None:
    told = two_plans(turned)
    answer(told, Answer.BOTH)

    assert told.told() == [
        "0 right move p-1/a.docx to p-1/a (conflict right 6e05c6).docx with none, open",
        "1 right file p-1/a.docx of left p:1/a.docx, paired after 0",
        "2 left file p:1/a (conflict right 6e05c6).docx of right p-1/a.docx, paired after 0",
        "tells right p-1/a.docx: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_files_of_a_rewritten_type_that_were_made_later_are_two(turned: bool) -> None:
    told = two_plans(turned)
    told.world.began = START

    assert told.told() == [
        "0 right move p-1/a.docx to p-1/a (conflict right 6e05c6).docx with none, open",
        "1 right file p-1/a.docx of left p:1/a.docx, paired after 0",
        "2 left file p:1/a (conflict right 6e05c6).docx of right p-1/a.docx, paired after 0",
        "tells right p-1/a.docx: conflict",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_what_our_app_wrote_and_the_remote_rewrote_is_linked_by_its_time(turned: bool) -> None:
    told = two_plans(turned)
    wrote = told.place(LEFT).items[told.id(LEFT, "p:1/a.docx")].modified
    told.change(RIGHT, "p-1/a.docx", by_us=True, modified=wrote)

    assert told.told() == [
        "0 agree on all of left p:1/a.docx, right p-1/a.docx, new",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_what_our_app_wrote_and_the_remote_rewrote_later_is_no_edit(turned: bool) -> None:
    told = tale("x/", "x/a.docx", turned=turned)
    told.able(RIGHT, rewrites=frozenset({".docx"}))
    half = next(p for p in told.world.pairs if p.left.name == "a.docx").half(told.side(RIGHT))
    told.write(RIGHT, "x/a.docx", b"rewritten, and longer")
    told.change(RIGHT, "x/a.docx", by_us=True, modified=half.modified)

    assert told.told() == [
        "0 agree on content of left x/a.docx, right x/a.docx, was x/a.docx",
        "rests left ., x",
        "rests right ., x",
    ]


def unknown(turned: bool) -> Tale:
    """A new link that finds the same folder and file on both sides."""
    told = tale(turned=turned)
    for side, folder in ((LEFT, "p:1"), (RIGHT, "p-1")):
        told.put(side, folder)
        told.put(side, f"{folder}/a.pdf", b"one")
    return told


@mirrored
def test_a_link_that_knows_nothing_and_finds_our_work_says_so_once(turned: bool) -> None:
    told = unknown(turned)
    told.change(RIGHT, "p-1/a.pdf", by_us=True)

    assert told.told() == [
        "0 left read p:1/a.pdf",
        "1 agree on all of left p:1, right p-1, new",
        "tells right all: rebuilt_without_history",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_link_that_knows_nothing_and_finds_nothing_of_ours_reads_alone(turned: bool) -> None:
    told = unknown(turned)

    assert told.told() == [
        "0 left read p:1/a.pdf",
        "1 agree on all of left p:1, right p-1, new",
        "rests left .",
        "rests right .",
    ]


@mirrored
def test_a_folder_of_ours_alone_says_nothing_of_a_lost_state(turned: bool) -> None:
    told = unknown(turned)
    told.change(RIGHT, "p-1", by_us=True)

    assert told.told() == [
        "0 left read p:1/a.pdf",
        "1 agree on all of left p:1, right p-1, new",
        "rests left .",
        "rests right .",
    ]


def test_files_set_aside_are_neither_read_nor_linked() -> None:
    told = unknown(False)
    told.fail(RIGHT, "p-1/a.pdf")

    assert told.told() == [
        "0 agree on all of left p:1, right p-1, new",
        "waits right p-1/a.pdf: set_aside",
        "rests left .",
        "rests right .",
    ]


def test_a_new_file_that_meets_one_that_has_to_be_read_waits_for_it() -> None:
    told = tale("x/")
    for one, content in ((LEFT, b"one"), (RIGHT, b"two")):
        told.put(one, "x/a.pdf", content)
    told.put(LEFT, "x/A.pdf", b"another")

    assert told.told() == [
        "0 left read x/a.pdf",
        "rests left ., x",
        "rests right ., x",
    ]


@mirrored
def test_a_name_that_an_undecided_file_holds_is_not_taken(turned: bool) -> None:
    told = two_plans(turned)
    told.put(LEFT, "p:1/A.docx", b"another plan, and new")

    assert [line for line in told.told() if not line.startswith("waits")] == [
        "0 right file p-1/A (2).docx of left p:1/A.docx, paired",
        "rests left ., p:1",
        "rests right ., p-1",
    ]


@mirrored
def test_what_failed_is_not_asked_about(turned: bool) -> None:
    told = two_plans(turned)
    told.fail(LEFT, "p:1/a.docx")

    assert not any("undecided" in line for line in told.told())


def test_what_a_side_rewrites_is_asked_of_the_tool() -> None:
    told = tale(gallery=True)
    can = told.world.terms.capabilities(told.side(RIGHT))
    told.able(RIGHT, tools={PHOTOS: replace(can, rewrites=frozenset({".jpg"}))})
    told.world.began = START + timedelta(days=1)
    for tool in "DP":
        told.put(LEFT, f"{tool}/a.jpg", b"photo")
        told.put(RIGHT, f"{tool}/a.jpg", b"photo with properties")
        told.put(LEFT, f"{tool}/b.jpg", b"photo")
        wrote = told.place(LEFT).items[told.id(LEFT, f"{tool}/b.jpg")].modified
        told.put(RIGHT, f"{tool}/b.jpg", b"photo with properties")
        told.change(RIGHT, f"{tool}/b.jpg", by_us=True, modified=wrote)

    assert told.told() == [
        "0 agree on all of left P/b.jpg, right P/b.jpg, new",
        "1 right move a.jpg to a (conflict right 016b77).jpg with none, open",
        "2 right move b.jpg to b (conflict right 016b77).jpg with none, open",
        "3 right file a.jpg of left a.jpg, paired after 1",
        "4 right file b.jpg of left b.jpg, paired after 2",
        "5 left file a (conflict right 016b77).jpg of right a.jpg, paired after 1",
        "6 left file b (conflict right 016b77).jpg of right b.jpg, paired after 2",
        "waits left a.jpg: undecided",
        "tells right all: rebuilt_without_history",
        "tells right a.jpg: conflict",
        "tells right b.jpg: conflict",
        "rests left ., P",
        "rests right ., P",
    ]


@mirrored
def test_an_edit_of_a_rewritten_type_that_a_person_made_is_sent(turned: bool) -> None:
    told = tale("x/", "x/a.docx", "x/b.docx", turned=turned)
    told.able(RIGHT, rewrites=frozenset({".docx"}))
    for name in "ab":
        told.write(RIGHT, f"x/{name}.docx", b"edited, and longer")
    told.change(RIGHT, "x/b.docx", by_us=True)

    assert told.told() == [
        "0 left replace x/a.docx by x/a.docx",
        "1 left replace x/b.docx by x/b.docx",
        "rests left ., x",
        "rests right ., x",
    ]


def test_of_files_that_have_to_be_read_only_what_failed_is_not_read() -> None:
    told = tale("x/")
    for name in "abc":
        for side, content in ((LEFT, b"one"), (RIGHT, b"two")):
            told.put(side, f"x/{name}.pdf", content)
    told.fail(LEFT, "x/a.pdf")
    told.fail(RIGHT, "x/c.pdf")

    assert told.told() == [
        "0 left read x/b.pdf",
        "waits right x/c.pdf: set_aside",
        "waits left x/a.pdf: set_aside",
        "rests left ., x",
        "rests right ., x",
    ]
