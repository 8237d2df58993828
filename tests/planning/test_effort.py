"""The work that a plan takes grows with the changes, not with their square."""

import sys
from types import FrameType
from typing import Any

from planning.telling import LEFT, at, in_step, put
from planning.world import World

from turnbuckle.model.plans import Replace
from turnbuckle.model.policy import Policy
from turnbuckle.planning import matching


def test_twice_as_many_replaced_files_take_about_twice_the_work() -> None:
    once, twice = _lines_run(_replaced(150)), _lines_run(_replaced(300))

    assert twice < 2.6 * once


def test_what_lies_in_a_replaced_folder_is_replaced_with_it() -> None:
    world = in_step("A/", "A/B/", "A/B/plan.pdf", "A/notes.txt", "notes.txt")
    left = world.sides[LEFT]
    left.delete(at(left, "A"))
    for path, content in (("A", None), ("A/B", None), ("A/B/plan.pdf", b"new")):
        put(left, path, content)

    replaced = [step for step in world.look().steps if isinstance(step, Replace)]

    assert len(replaced) == 1


def _replaced(count: int) -> World:
    """A world where a user put another file in the place of each one."""
    world = in_step(*(f"{number}.pdf" for number in range(count)), policy=Policy(change_share=1))
    left = world.sides[LEFT]
    for number in range(count):
        left.delete(at(left, f"{number}.pdf"))
        put(left, f"{number}.pdf", b"another content")
    return world


def _lines_run(world: World) -> int:
    """Count the lines run to match items, which no other load on the machine changes."""
    lines = 0

    def count(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != matching.__file__:
            return None
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        made = world.look()
    finally:
        sys.settrace(before)
    assert sum(isinstance(step, Replace) for step in made.steps) == len(world.pairs) - 1
    return lines
