"""Print a case as a row of the catalogue, so that `make catalogue FILE=` can run it.

What the catalogue has no word for (which of many moments it was, how many items a page holds) is
told in the title; the seed plays the case exactly.
"""

from collections.abc import Sequence
from typing import Any

import yaml
from simulation.case import Case, Episode, Fault, Spot, Word
from simulation.case import Setting as _Setting

from turnbuckle.model.side import Side

_SIDES = {Side.LEFT: "A", Side.RIGHT: "B"}
_OPS = {
    "create_file": "upload", "replace": "upload", "create_folder": "create_folder",
    "move": "move", "delete": "delete", "list": "list", "delta": "delta", "get": "get",
    "download": "download",
}  # fmt: skip
_STATUS = {
    "Unreachable": 503, "MalformedReply": 502, "Overtaken": 409, "Gone": 404, "BadName": 400,
    "NoSpace": 507, "AccessDenied": 403, "Locked": 423,
}  # fmt: skip
_WIDTH = 1 << 20


class _Spelled(yaml.SafeDumper):
    """Spells out everything, however often it comes."""

    def ignore_aliases(self, data: Any) -> bool:
        """Use no shorthand."""
        return True


def row(
    case: Case, wrong: Sequence[str] = (), new_ids: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """Give the row.

    Args:
        case: what to tell; with all that users did.
        wrong: what came out of it, for the title.
        new_ids: what may have a new id afterwards.
    """
    initial: dict[str, Any] = dict(case.initial)
    if case.apart:
        initial = {"a": dict(case.initial), "b": dict(case.apart)}
    episodes = case.episodes or (Episode(),)
    expect = {"new_ids": [dict(each) for each in new_ids]} if new_ids else {}
    first, *others = (_phase(episode, expect) for episode in episodes)
    told = {
        "id": f"X{case.seed}",
        "group": "simulation",
        "run": "sim" if any(episode.faults for episode in episodes) else "auto",
        "title": _title(case, wrong),
        "initial": initial,
        **first,
    }
    return {**told, "then": others} if others else told


def printed(case: Case, wrong: Sequence[str] = (), new_ids: Sequence[dict[str, str]] = ()) -> str:
    """Give the row as one line of YAML."""
    return "- " + yaml.dump(
        row(case, wrong, new_ids),
        Dumper=_Spelled,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=False,
        width=_WIDTH,
    ).rstrip("\n")


def catalogue_of(rows: Sequence[str]) -> str:
    """Give a whole file of such rows, as `make catalogue FILE=` reads it."""
    return "scenarios:\n" + "".join(f"{each}\n" for each in rows)


def _title(case: Case, wrong: Sequence[str]) -> str:
    parts = [f"simulation {case.seed}", *wrong[:1]]
    plain = _Setting()
    parts += [
        f"{name} {getattr(case.setting, name)}"
        for name in _Setting.__slots__
        if getattr(case.setting, name) != getattr(plain, name)
    ]
    return "; ".join(parts)


def _phase(episode: Episode, expect: dict[str, Any]) -> dict[str, Any]:
    faults = [_fault(fault) for fault in episode.faults]
    return {
        "a_changes": _words(episode.left),
        "b_changes": _words(episode.right),
        "fault": None if not faults else faults[0] if len(faults) == 1 else faults,
        "expect": expect,
    }


def _words(words: Sequence[Word | None]) -> list[Word]:
    return [dict(word) for word in words if word is not None]


def _fault(fault: Fault) -> dict[str, Any]:
    side = _SIDES[fault.side]
    spot = fault.spot
    at = _SIDES[spot.side] if spot is not None and spot.side is not None else side
    op = "any" if spot is None else _op(spot)
    match fault.kind:
        case "crash":
            when = {"before": "before_op", "during": "mid_transfer", "after": "after_response"}
            return {"kind": "crash", "at": when[spot.when] if spot else "each_step", "op": op}
        case "db_crash":
            return {"kind": "crash", "at": "each_step"}
        case "db_error":
            return {"kind": "db_error", "at": "each_access"}
        case "http" | "refused" | "broken":
            status = _STATUS.get(fault.error, 503)
            return {"kind": "http", "side": at, "op": op, "status": status, "times": fault.times}
        case "throttle":
            return {
                "kind": "http", "side": at, "op": op, "status": 429, "times": fault.times,
                "retry_after": int(fault.seconds),
            }  # fmt: skip
        case "lost":
            return {"kind": "response_lost", "side": at, "op": op, "times": fault.times}
        case "reset":
            return {"kind": "delta_reset", "side": side, "complete": True}
        case "stale":
            return {"kind": "stale_read", "side": side, "cycles": fault.times}
        case "second":
            return {"kind": "two_workers", "mode": "zombie"}
        case "restored":
            return {"kind": "state_restored", "to": "initial"}
        case "quirk":
            return {"kind": "delta_quirk", "side": side, "quirk": fault.error}
        case "hide" | "corrupt":
            path = next((word[fault.kind] for word in fault.words if word), "D/")
            if fault.kind == "hide":
                return {"kind": "vanish", "side": side, "path": path}
            return {"kind": "corrupt_download", "side": side, "path": path, "times": 1}
        case _:
            key = "a_changes" if fault.side is Side.LEFT else "b_changes"
            changes = {"a_changes": [], "b_changes": [], key: _words(fault.words)}
            return {"kind": "race", "when": _when(spot), **changes}


def _op(spot: Spot) -> str:
    found = {_OPS[op] for op in spot.ops}
    return found.pop() if len(found) == 1 else "any"


def _when(spot: Spot | None) -> str:
    """Give the catalogue's nearest word for a moment."""
    if spot is None or spot.ops[0] in ("list", "delta"):
        return "after_listing"
    if spot.when == "during":
        return "during_download" if spot.ops == ("download",) else "during_upload"
    return "after_plan" if spot.when == "before" else "before_commit"
