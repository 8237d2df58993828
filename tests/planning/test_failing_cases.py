"""A failing case of the seeded generator becomes a small row that the catalogue can read."""

import pytest
import yaml
from planning.failing import Deeds, drawn, printed, row, shrunk, world_of
from planning.test_many_cases import hold_laws_in
from planning.world import World

from turnbuckle.model.side import Side


def test_a_failing_seed_is_told_with_its_smallest_row() -> None:
    def no_moves(world: World, seed: int) -> None:
        names = [path for place in world.sides.values() for path in place.paths()]
        assert "b" not in names, "somebody used the name b"

    with pytest.raises(AssertionError, match="somebody used the name b") as failed:
        hold_laws_in(range(1, 60), no_moves)

    row = yaml.safe_load(str(failed.value).splitlines()[-1])[0]
    assert len(row["a_changes"]) + len(row["b_changes"]) + len(row["initial"]) == 1


def test_a_failing_case_keeps_only_the_deeds_that_it_fails_by() -> None:
    def fails(deeds: Deeds) -> bool:
        return any(deed.kind == "move" for deed in deeds.acts)

    seed = next(seed for seed in range(100) if fails(drawn(seed)))
    small = shrunk(drawn(seed), fails)

    assert [deed.kind for deed in small.acts] == ["move"]
    assert small.beginning == ()


@pytest.mark.parametrize("seed", range(40))
def test_a_row_tells_every_deed_in_words_that_lead_to_the_same_tree(seed: int) -> None:
    deeds = drawn(seed)

    told = row(seed, deeds)

    paths = world_of(deeds).sides[Side.LEFT].paths()
    tree = dict.fromkeys(path.rstrip("/") for path in told["initial"])
    for word in told["a_changes"]:
        _do(tree, word)
    assert {path.removeprefix("D/") for path in tree} == set(paths)


def test_a_case_is_printed_as_one_line() -> None:
    line = printed(3, lambda deeds: len(deeds.acts) >= 2)

    (read,) = yaml.safe_load(line)
    assert "\n" not in line
    assert (read["id"], read["run"], read["fault"]) == ("P3", "auto", None)


def _do(tree: dict[str, None], word: dict[str, object]) -> None:
    """Do what a word says to the paths of a tree."""
    ((verb, what),) = word.items()
    if verb == "del":
        for path in [path for path in tree if path == what or path.startswith(f"{what}/")]:
            del tree[path]
    elif verb == "mkdir":
        tree[str(what).rstrip("/")] = None
    elif verb == "mv":
        assert isinstance(what, list)
        was, now = what
        for path in [path for path in tree if path == was or path.startswith(f"{was}/")]:
            del tree[path]
            tree[now + path.removeprefix(was)] = None
    elif verb in ("put", "replace"):
        assert isinstance(what, list)
        tree[what[0]] = None
