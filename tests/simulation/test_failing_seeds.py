"""A failing seed is made small, and printed as a row that the catalogue's runner can read."""

import pytest
import yaml
from simulation.as_row import catalogue_of, printed
from simulation.case import Case, Episode, Fault, Setting, Spot
from simulation.contents import EMPTY, content, token_of
from simulation.drawing import drawn
from simulation.shrinking import shrunk

from turnbuckle.model.side import Side

RACE = Fault(
    kind="race",
    spot=Spot(when="before", ops=("move",), nth=0),
    side=Side.RIGHT,
    words=({"del": "D/b.pdf"},),
)
CASE = Case(
    seed=7,
    setting=Setting(page_items=2, winner="right"),
    initial={"D/a.pdf": "i0", "D/b.pdf": "i1", "D/Set/": "dir"},
    episodes=(
        Episode(left=({"put": ["D/a.pdf", "l0"]}, {"mv": ["D/b.pdf", "D/c.pdf"]}), faults=(RACE,)),
        Episode(right=({"touch": "D/a.pdf"},), faults=(Fault(kind="db_crash", access=3),)),
    ),
)


def test_a_failing_case_loses_all_that_it_does_not_need_to_fail() -> None:
    def fails(case: Case) -> bool:
        return any({"mv": ["D/b.pdf", "D/c.pdf"]} in episode.left for episode in case.episodes)

    small = shrunk(CASE, fails)

    assert small == Case(seed=7, episodes=(Episode(left=({"mv": ["D/b.pdf", "D/c.pdf"]},)),))


def test_making_a_case_small_ends_after_so_many_plays() -> None:
    plays: list[Case] = []

    def never_fails(case: Case) -> bool:
        plays.append(case)
        return False

    shrunk(CASE, never_fails, most_plays=5)

    assert len(plays) == 5


def test_a_case_is_printed_as_one_line_that_the_catalogue_can_read() -> None:
    line = printed(CASE, ["'l0' is lost"])

    (row,) = yaml.safe_load(catalogue_of([line]))["scenarios"]
    assert "\n" not in line
    assert row == {
        "id": "X7",
        "group": "simulation",
        "run": "sim",
        "title": "simulation 7; 'l0' is lost; page_items 2; winner right",
        "initial": CASE.initial,
        "a_changes": [{"put": ["D/a.pdf", "l0"]}, {"mv": ["D/b.pdf", "D/c.pdf"]}],
        "b_changes": [],
        "fault": {
            "kind": "race",
            "when": "after_plan",
            "a_changes": [],
            "b_changes": [{"del": "D/b.pdf"}],
        },
        "expect": {},
        "then": [
            {
                "a_changes": [],
                "b_changes": [{"touch": "D/a.pdf"}],
                "fault": {"kind": "crash", "at": "each_step"},
                "expect": {},
            }
        ],
    }


def test_a_case_without_faults_is_a_row_that_needs_no_hooks() -> None:
    row = yaml.safe_load(printed(Case(seed=1, initial={"D/a.pdf": "i0"})))[0]

    assert (row["run"], row["fault"]) == ("auto", None)


def test_every_kind_of_fault_has_its_words_in_the_catalogue() -> None:
    lines = [printed(drawn(seed)) for seed in range(300)]

    rows = yaml.safe_load(catalogue_of(lines))["scenarios"]
    told = [
        each for row in rows for phase in (row, *row.get("then", ())) for each in _faults(phase)
    ]
    assert {fault["kind"] for fault in told} == {
        "crash", "db_error", "http", "response_lost", "delta_reset", "stale_read", "delta_quirk",
        "corrupt_download", "vanish", "race", "state_restored",
    }  # fmt: skip


def test_a_number_draws_the_same_case_again() -> None:
    assert drawn(11) == drawn(11)
    assert drawn(11) != drawn(12)


@pytest.mark.parametrize("token", ["v1", "v1@700", EMPTY])
def test_a_content_tells_its_token_however_often_it_was_rewritten(token: str) -> None:
    assert token_of(content(token)) == token
    assert token_of(b"rw(rw(" + content(token) + b"))") == token


def test_half_a_content_has_another_token_than_the_whole() -> None:
    assert token_of(content("v1")[:500]) == "v1@500"


def test_a_content_of_two_has_no_token() -> None:
    assert token_of(content("v1")[:500] + content("v2")[500:]) is None


def _faults(phase: dict[str, object]) -> list[dict[str, object]]:
    fault = phase["fault"]
    if fault is None:
        return []
    return fault if isinstance(fault, list) else [fault]  # type: ignore[list-item]
