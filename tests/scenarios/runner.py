"""Runs a row of the catalogue: the real engine and the real store, between two memory remotes."""

import asyncio
from collections.abc import Mapping
from typing import Any

from scenarios import vocabulary
from scenarios.stage import Stage
from scenarios.vocabulary import Row

from turnbuckle.model.names import TEMPORARY, is_conflict_copy
from turnbuckle.model.side import Side
from turnbuckle.sync.running import run_link


async def play(row: Row) -> list[str]:
    """Run one row and say what came out otherwise than expected; nothing, when all is well."""
    stage = await asyncio.to_thread(Stage)
    initial = row["initial"]
    if set(initial) == {"a", "b"}:
        for key, side in (("a", Side.LEFT), ("b", Side.RIGHT)):
            vocabulary.plant(stage.people[side], initial[key])
    else:
        vocabulary.plant(stage.people[Side.LEFT], initial)
        await stage.settle()
    wrong: list[str] = []
    for phase in (row, *row.get("then", ())):
        wrong += await _phase(stage, phase)
    return wrong


async def _phase(stage: Stage, phase: Mapping[str, Any]) -> list[str]:
    stage.zero()
    before = _copies(stage)
    ids = {side: _ids(stage, side) for side in Side}
    for key, side in (("a_changes", Side.LEFT), ("b_changes", Side.RIGHT)):
        for change in phase[key]:
            vocabulary.act(stage.people[side], change)
    await stage.settle()
    expect = phase["expect"]
    wrong = _trees(stage, expect) + _bounds(stage, expect)
    made = len(_copies(stage) - before)
    if "conflicts" in expect and made != expect["conflicts"]:
        wrong.append(f"{made} conflict copies, not {expect['conflicts']}")
    told = {str(notice.reason) for report in stage.reports for notice in report.notices}
    wrong += [f"no notice {code}" for code in expect.get("notices", ()) if code not in told]
    if expect.get("state", "synced") != "synced":
        wrong.append(f"not {expect['state']}")
    return wrong + await _always(stage, ids)


def _trees(stage: Stage, expect: Mapping[str, Any]) -> list[str]:
    wanted = {
        side: expect.get(key, expect.get("tree"))
        for key, side in (("a", Side.LEFT), ("b", Side.RIGHT))
    }
    wrong = []
    for side, tree in wanted.items():
        if tree is None:
            continue
        found = vocabulary.told_tree(stage.people[side])
        expected = vocabulary.expected_tree(tree)
        found.pop("D", None)
        expected.pop("D", None)
        if found != expected:
            wrong.append(f"{side}: {sorted(found)} is not {sorted(expected)}")
    return wrong


def _bounds(stage: Stage, expect: Mapping[str, Any]) -> list[str]:
    return [
        f"{stage.count(kind)} {kind}, at most {expect[kind]}"
        for kind in ("transfers", "moves", "deletes", "writes")
        if kind in expect and stage.count(kind) > expect[kind]
    ]


async def _always(stage: Stage, ids: Mapping[Side, Mapping[str, str]]) -> list[str]:
    """The universal checks that need no fault: nothing refused, nothing left over, at rest."""
    wrong = [
        f"refused: {call}" for remote in stage.remotes.values() for call in remote.calls.refusals
    ]
    for side in Side:
        wrong += [
            f"left over: {path}" for path in stage.people[side].snapshot() if TEMPORARY in path
        ]
    stage.zero()
    for _ in range(2):
        await run_link(stage.ends, stage.clock)
    if stage.count("writes"):
        wrong.append(f"{stage.count('writes')} writes at rest")
    return wrong


def _copies(stage: Stage) -> set[str]:
    found = set()
    for path in stage.people[Side.LEFT].snapshot("D"):
        name = path.rstrip("/").rpartition("/")[2]
        if is_conflict_copy(name):  # type: ignore[arg-type]
            found.add(path)
    return found


def _ids(stage: Stage, side: Side) -> dict[str, str]:
    people = stage.people[side]
    return {path: people.id_of(path) for path in people.snapshot()}
