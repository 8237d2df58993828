"""The two services of one row, where its files are in them, and the clocks."""

from dataclasses import dataclass

from scenarios.over_http.contents import Contents
from scenarios.over_http.left_hands import LeftHands
from scenarios.over_http.right_hands import RightHands

from turnbuckle.practice.clock import SimulatedClock, SkewedClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.server import PracticeProcore


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a row's world is made of.

    Attributes:
        project: the id of the left project.
        levels: ids of the right folders of levels 1 and 2.
        tools: "D" and "P", as far as they are bound: ids of the right folders of level 3.
    """

    clock: SimulatedClock
    left_clock: SkewedClock
    right_clock: SkewedClock
    contents: Contents
    procore: PracticeProcore
    microsoft: PracticeMicrosoft
    project: int
    drive: Drive
    levels: dict[int, str]
    tools: dict[str, str]
    accounts: list[Person]  # one: as whom our app is signed in on the left
    left: LeftHands
    right: RightHands
