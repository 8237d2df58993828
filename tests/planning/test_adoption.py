"""Files that both sides had before the link: linked, kept as two, or asked about."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning.telling import LEFT, RIGHT, at, both, in_step, put, reasons, write
from planning.world import ROOT, START, World

from turnbuckle.model.plans import Plan, Reason
from turnbuckle.model.policy import Answer, Twins
from turnbuckle.model.side import Side


def rewriting(world: World) -> World:
    """Let the right side rewrite Office files."""
    right = replace(world.terms.right, rewrites=frozenset({".docx"}))
    world.terms = replace(world.terms, right=right)
    return world


def two_files(
    left: bytes = b"plan", right: bytes = b"plan with properties", name: str = "plan.docx"
) -> World:
    """A new link whose sides had a file of one name before."""
    world = rewriting(World())
    put(world.sides[LEFT], name, left)
    put(world.sides[RIGHT], name, right)
    world.began = START + timedelta(days=1)
    return world


def answer_it(world: World, answer: Answer) -> None:
    """Let a person say what both files are to each other, as they are now."""
    left, right = (world.sides[side] for side in Side)
    twins = Twins.of(left.items[at(left, "plan.docx")], right.items[at(right, "plan.docx")])
    world.answers = {twins: answer}


def by_us(world: World, name: str, *, same_time: bool = True) -> None:
    """Let our own app have written the right one."""
    left, right = world.sides[LEFT], world.sides[RIGHT]
    mine = right.items[at(right, name)]
    theirs = left.items[at(left, name)]
    right.items[mine.id] = replace(
        mine, by_us=True, modified=theirs.modified if same_time else mine.modified
    )


def test_what_our_app_wrote_and_its_remote_rewrote_is_linked_by_the_time_it_was_given() -> None:
    world = two_files()
    by_us(world, "plan.docx")

    world.settle()

    assert world.transfers == 0
    assert len(world.pairs) == 2


def test_a_rewritten_file_that_others_uploaded_is_asked_about_and_left_alone() -> None:
    world = two_files()

    plans = world.settle()

    assert plans[-1].steps == ()
    assert [(one.reason, one.path) for one in plans[-1].waiting] == [
        (Reason.UNDECIDED, "plan.docx")
    ]
    assert world.transfers == 0


@pytest.mark.parametrize(
    ("answer", "there"),
    [(Answer.LEFT, b"plan"), (Answer.RIGHT, b"plan with properties")],
)
def test_a_person_says_which_version_holds(answer: Answer, there: bytes) -> None:
    world = two_files()
    answer_it(world, answer)

    plans = world.settle()

    assert both(world) == {"plan.docx": there}
    assert len(world.pairs) == 2
    assert plans[-1] == Plan()


def test_a_person_says_that_both_are_the_same_and_nothing_is_sent() -> None:
    world = two_files()
    answer_it(world, Answer.SAME)

    plans = world.settle()

    assert world.transfers == 0
    assert len(world.pairs) == 2
    assert plans[-1] == Plan()


def test_a_person_says_that_they_are_two_and_one_becomes_a_copy() -> None:
    world = two_files()
    answer_it(world, Answer.BOTH)

    world.settle()

    assert set(both(world).values()) == {b"plan", b"plan with properties"}


@pytest.mark.parametrize("side", Side)
def test_what_is_saved_after_the_answer_is_asked_about_again(side: Side) -> None:
    world = two_files()
    answer_it(world, Answer.LEFT)
    write(world, side, b"two more hours of work", "plan.docx")

    plans = world.settle()

    assert reasons(plans[-1].waiting) == [Reason.UNDECIDED]
    assert world.transfers == 0


def test_an_answer_says_nothing_of_another_file_of_that_name() -> None:
    world = two_files()
    answer_it(world, Answer.LEFT)
    right = world.sides[RIGHT]
    right.move(at(right, "plan.docx"), ROOT, "old.docx")
    put(right, "plan.docx", b"another file altogether")

    plans = world.settle()

    assert reasons(plans[-1].waiting) == [Reason.UNDECIDED]
    assert right.paths()["plan.docx"] == b"another file altogether"


def test_bytes_changed_without_changing_their_number_were_changed_by_a_person() -> None:
    world = two_files(b"version one", b"version two")

    world.settle()

    assert set(both(world).values()) == {b"version one", b"version two"}


def test_a_file_that_no_side_rewrites_is_never_asked_about() -> None:
    world = two_files(name="plan.txt")

    world.settle()

    assert set(both(world).values()) == {b"plan", b"plan with properties"}


@pytest.mark.parametrize("began", [None, START])
def test_two_new_files_of_a_link_that_runs_are_a_conflict_as_ever(began: object) -> None:
    world = two_files()
    world.began = began  # type: ignore[assignment]

    world.settle()

    assert set(both(world).values()) == {b"plan", b"plan with properties"}


def test_a_new_link_that_finds_our_own_work_says_that_its_records_were_lost() -> None:
    world = two_files()
    by_us(world, "plan.docx")

    plans = world.settle()

    assert [(one.reason, one.path) for made in plans for one in made.notices] == [
        (Reason.REBUILT, "")
    ]


def test_a_new_link_that_has_to_read_our_own_work_first_says_so_too() -> None:
    world = two_files(b"plan", b"plan", name="plan.txt")
    by_us(world, "plan.txt", same_time=False)

    plans = world.settle()

    assert {one.reason for made in plans for one in made.notices} == {Reason.REBUILT}


def test_a_link_that_knows_its_past_says_nothing_of_our_own_work() -> None:
    world = rewriting(in_step("k.pdf"))
    for side in Side:
        put(world.sides[side], "plan.docx", b"plan")
    by_us(world, "plan.docx")

    assert reasons(world.look().notices) == []
