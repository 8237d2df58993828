"""Compare what a phase came to with what its row expects; say in words what is otherwise."""

from collections.abc import Mapping
from typing import Any

from scenarios.outcome import Outcome, same_place
from scenarios.telling import Told, differences, expected, told

from turnbuckle.model.side import Side

_BOUNDS = ("transfers", "moves", "deletes", "writes")
_TREES = (("a", Side.LEFT), ("b", Side.RIGHT))


def wrong(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    """Say what is not as expected; nothing, when all is."""
    return [
        *_trees(outcome, expect),
        *_bounds(outcome, expect),
        *_standing(outcome, expect),
        *_told(outcome, expect),
    ]


def _trees(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    found = {side: told(snapshot) for side, snapshot in outcome.after.items()}
    found_wrong = []
    for key, side in _TREES:
        tree = expect.get(key, expect.get("tree"))
        if tree is not None:
            found_wrong += [f"{key} {text}" for text in differences(found[side], expected(tree))]
    if "tree_any" in expect:
        found_wrong += _any_tree(found, [expected(tree) for tree in expect["tree_any"]])
    return found_wrong


def _any_tree(found: Mapping[Side, Told], allowed: list[Told]) -> list[str]:
    if any(all(tree == each for tree in found.values()) for each in allowed):
        return []
    left, right = (sorted(found[side].items()) for side in Side)
    return [f"none of the allowed trees: a is {left}, b is {right}"]


def _bounds(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    found = {name: int(getattr(outcome.counts, name)) for name in _BOUNDS}
    over = [
        f"{found[name]} {name}, at most {expect[name]}"
        for name in _BOUNDS
        if name in expect and found[name] > expect[name]
    ]
    if "runs" in expect and outcome.runs > expect["runs"]:
        over.append(f"{outcome.runs} runs, at most {expect['runs']}")
    return over


def _standing(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    found = []
    state = expect.get("state", "synced")
    if outcome.state != state:
        found.append(f"{outcome.state}, not {state}{_why(outcome)}")
    if "held" in expect and outcome.held != expect["held"]:
        found.append(f"{outcome.held} deletions held, not {expect['held']}")
    wanted = expect.get("blocked")
    if wanted is not None:
        found += _blocked(outcome, wanted)
    return found


def _why(outcome: Outcome) -> str:
    last = outcome.reports[-1] if outcome.reports else None
    if last is None:
        return ""
    told = [last.stopped, *(f"{notice.path}: {notice.reason}" for notice in outcome.blocked[:3])]
    return f" ({'; '.join(text for text in told if text)})" if any(told) else ""


def _blocked(outcome: Outcome, wanted: Mapping[str, str]) -> list[str]:
    found = []
    for path, reason in wanted.items():
        told = [str(each.reason) for each in outcome.blocked if same_place(path, each.path)]
        if reason not in told:
            found.append(f"{path} is blocked for {' and '.join(told) or 'nothing'}, not {reason}")
    for each in outcome.blocked:
        near = [path for path in wanted if _is_at_or_below(path, each.path)]
        if not near:
            found.append(f"{each.path} is blocked, too, for {each.reason}")
    return found


def _is_at_or_below(catalogue: str, engine: str) -> bool:
    bare = engine.strip("/")
    while bare:
        if same_place(catalogue, bare):
            return True
        bare = bare.rpartition("/")[0]
    return False


def _told(outcome: Outcome, expect: Mapping[str, Any]) -> list[str]:
    found = [
        f"nobody was told {code}" for code in expect.get("notices", ()) if code not in outcome.codes
    ]
    if expect.get("notices") == [] and outcome.codes:
        found.append(f"people were told {', '.join(sorted(outcome.codes))}")
    if "conflicts" in expect:
        copies = outcome.copies()
        if len(copies) != expect["conflicts"]:
            found.append(
                f"{len(copies)} conflict copies, not {expect['conflicts']}: {', '.join(copies)}"
            )
    return found
