"""How delta tells what was made and what was deleted."""

from collections.abc import Callable

from turnbuckle.connectors.graph.probe.ground import MOST_PAGES, GraphGround, Row, Told
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value

_PAUSES = (0.0, 3.0, 10.0)
"""Seconds before delta is asked, and asked again: it may lag."""
_SMALL, _LARGE = 2, 200  # rows a page
_MANY = 8


async def _caught_up(
    ground: GraphGround, token: str, page: int, holds: Callable[[Told], bool]
) -> Told:
    """Read what delta tells since a token, again after a while where something is missing."""
    for pause in _PAUSES:
        await ground.clock.sleep(pause)
        told = await ground.told(token, page)
        if holds(told) or told.repeats:
            break
    return told


def _ids(told: Told) -> list[str]:
    return [str(each["id"]) for each in told.rows]


async def _made(ground: GraphGround) -> Answer:
    token = await ground.token()
    folder = await ground.folder("told")
    inner = await ground.folder("inner", folder["id"])
    file = await ground.file("file.txt", parent=inner["id"])
    ours = {str(each["id"]) for each in (folder, inner, file)}
    told = await _caught_up(ground, token, _SMALL, lambda told: ours <= set(_ids(told)))
    switches: dict[str, Value] = {
        "delta_begins_empty": not told.pages[0] and len(told.pages) > 1,
        "delta_repeats_next_link": told.repeats,
    }
    seen = [f"{len(told.rows)} rows on {len(told.pages)} pages"]
    if told.repeats:
        seen.append("a next link leads to the page that it was on")
    elif not ours <= set(_ids(told)):
        raise NotSettled("delta does not tell within 13 s what was just made")
    else:
        switches |= _order(told)
    switches |= _keys(told, ours)
    seen += [f"{name}: {value}" for name, value in switches.items()]
    return Answer(
        seen="; ".join(seen),
        switches=switches,
        setting="nothing: Turnbuckle reads delta by ids, in any order, and notices circles",
    )


def _order(told: Told) -> dict[str, Value]:
    ids = _ids(told)
    first: dict[str, int] = {}
    for place, identifier in enumerate(ids):
        first.setdefault(identifier, place)
    parents = [(str(each["id"]), _parent(each)) for each in told.rows]
    turned = any(first.get(parent, -1) > first[child] for child, parent in parents)
    return {"delta_duplicates": len(first) < len(ids), "delta_children_first": turned}


def _parent(each: Row) -> str:
    return str((each.get("parentReference") or {}).get("id", ""))


def _keys(told: Told, ours: set[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    own = [each for each in told.rows if each["id"] in ours]
    if own:
        found["delta_gives_path"] = all("path" in each["parentReference"] for each in own)
    files = [each for each in own if "file" in each]
    if files:
        found["delta_gives_download_address"] = all(
            "@microsoft.graph.downloadUrl" in each for each in files
        )
    return found


async def _deleted(ground: GraphGround) -> Answer:
    folder = await ground.folder("deleted")
    below = [await ground.file(f"{number}.txt", parent=folder["id"]) for number in range(2)]
    files = [await ground.file(f"deleted {number}.txt") for number in range(_MANY)]
    token = await ground.token()
    for each in (folder, *files):
        await ground.delete(each["id"])
    gone = {str(each["id"]) for each in (folder, *files)}
    told = await _caught_up(ground, token, _LARGE, lambda told: gone <= _tombstones(told).keys())
    tombstones = _tombstones(told)
    if not tombstones:
        return Answer(
            seen="none of the deletions is told within 13 s",
            switches={"delta_drops_tombstones": True},
            setting=_RARE,
        )
    children = {str(each["id"]) for each in below} & tombstones.keys()
    kinds = all("file" in each or "folder" in each for each in tombstones.values())
    keys = sorted({key for each in tombstones.values() for key in each})
    size = _page_size(told)
    switches: dict[str, Value] = {
        "delta_drops_tombstones": not gone <= tombstones.keys(),
        "deleted_children_told": bool(children),
        "tombstones_have_kind": kinds,
        "deletion_page_items": size,
    }
    return Answer(
        seen=f"{len(gone & tombstones.keys())} of {len(gone)} deletions told, on pages of"
        f" {', '.join(str(len(page)) for page in told.pages)} rows;"
        f" {len(children)} of 2 files of the deleted folder; keys: {', '.join(keys)}",
        switches=switches,
        setting=_RARE,
    )


_RARE = "nothing: Turnbuckle compares everything from time to time, and finds what was not told"


def _tombstones(told: Told) -> dict[str, Row]:
    return {str(each["id"]): each for each in told.rows if "deleted" in each}


def _page_size(told: Told) -> int | None:
    """Give how many rows a page holds that has a tombstone; None: as many as others."""
    sizes = [len(page) for page in told.pages[:-1] if any("deleted" in each for each in page)]
    return max(sizes) if sizes else None


CHECKS: tuple[Check[GraphGround], ...] = (
    Check(
        name="delta-made",
        question="How does delta tell what is new?",
        ask=_made,
        calls=4 + len(_PAUSES) * MOST_PAGES,
        settles=(
            "delta_gives_path",
            "delta_gives_download_address",
            "delta_duplicates",
            "delta_children_first",
            "delta_begins_empty",
            "delta_repeats_next_link",
        ),
        writes=True,
    ),
    Check(
        name="delta-deleted",
        question="How does delta tell what was deleted?",
        ask=_deleted,
        calls=5 + 2 * _MANY + len(_PAUSES) * MOST_PAGES,
        settles=(
            "delta_drops_tombstones",
            "deleted_children_told",
            "tombstones_have_kind",
            "deletion_page_items",
        ),
        writes=True,
    ),
)
