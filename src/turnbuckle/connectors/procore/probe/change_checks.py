"""What renames, moves, deletions, restores and check-outs do to an item, and to what lies below."""

from dataclasses import dataclass, field
from datetime import timedelta

from turnbuckle.connectors.procore.probe.ground import FILES, FOLDERS, ProcoreGround, Row
from turnbuckle.connectors.procore.probe.name_checks import row_or_nothing
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, shown

_TICK_SECONDS = 2.0  # Procore tells times in whole seconds
_HOLD = timedelta(hours=1)


@dataclass(slots=True)
class _Touched:
    """Whose `updated_at` changed, by what was done."""

    item: dict[str, bool] = field(default_factory=dict)
    below: dict[str, bool] = field(default_factory=dict)


async def _touches(ground: ProcoreGround) -> Answer:
    folder, target = await ground.folder("touched"), await ground.folder("target")
    file = await ground.file("below.txt", parent=folder["id"])
    touched, known = _Touched(), (_time(folder), _time(file))
    number, inner = int(folder["id"]), int(file["id"])
    for what, fields in (
        ("rename", {"name": "touched twice"}),
        ("move", {"parent_id": target["id"]}),
        ("delete", {}),
    ):
        await ground.clock.sleep(_TICK_SECONDS)
        if fields:
            row(await ground.change(FOLDERS, number, **fields))
        else:
            row_or_nothing(await ground.delete(FOLDERS, number))
        now = await _times(ground, number, inner)
        touched.item[what], touched.below[what] = now[0] != known[0], now[1] != known[1]
        known = now
    return _touch_answer(touched)


async def _times(ground: ProcoreGround, folder: int, file: int) -> tuple[str, str]:
    return (
        _time(row(await ground.look(FOLDERS, folder))),
        _time(row(await ground.look(FILES, file))),
    )


def _time(each: Row) -> str:
    return str(each.get("updated_at"))


def _touch_answer(touched: _Touched) -> Answer:
    seen = "; ".join(
        f"{what}: the folder {_changed(touched.item[what])},"
        f" the file in it {_changed(touched.below[what])}"
        for what in touched.item
    )
    switches: dict[str, Value] = {}
    for name, told in (("touches_item", touched.item), ("touches_descendants", touched.below)):
        if len(set(told.values())) == 1:
            switches[name] = all(told.values())
    if not switches:
        raise NotSettled(f"it differs by what is done: {seen}")
    return Answer(
        seen=seen,
        switches=switches,
        setting="nothing: Turnbuckle also compares the whole list from time to time",
    )


def _changed(changed: bool) -> str:
    return "has a new updated_at" if changed else "keeps its updated_at"


async def _restore(ground: ProcoreGround) -> Answer:
    number = int((await ground.folder("restored"))["id"])
    row_or_nothing(await ground.delete(FOLDERS, number))
    reply = await ground.change(FOLDERS, number, parent_id=ground.scratch)
    known = {200: "works", 403: "is not allowed", 404: "is answered as if it were not there"}
    if reply.status not in known:
        raise NotSettled(f"moving a folder out of the bin answers {shown(reply)}")
    return Answer(
        seen=f"PATCH parent_id out of the bin {known[reply.status]}: {shown(reply)}",
        switches={"restore": reply.status},
        setting="nothing: where it is refused, `turnbuckle undo` sends the file again if the"
        " other side still has it; else restore it by hand",
    )


async def _check_out(ground: ProcoreGround) -> Answer:
    file = await ground.file("held.txt")
    until = (ground.clock.now() + _HOLD).strftime("%Y-%m-%dT%H:%M:%SZ")
    held = await ground.change(FILES, file["id"], checked_out_until=until)
    write = await ground.change(FILES, file["id"], description="by its holder")
    freed = await ground.change(FILES, file["id"], checked_out_until="null")
    return Answer(
        seen=f"check-out {shown(held)}, the holder's own write {shown(write)}, reset"
        f" {shown(freed)}; what others are answered cannot be seen with one account",
        setting="nothing: a file that somebody holds is set aside until it is free",
    )


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="updated-at",
        question="Whose updated_at changes by a rename, a move and a deletion?",
        ask=_touches,
        calls=13,
        settles=("touches_item", "touches_descendants"),
        writes=True,
    ),
    Check(
        name="restore",
        question="Can an item be moved out of the recycle bin?",
        ask=_restore,
        calls=3,
        settles=("restore",),
        writes=True,
    ),
    Check(
        name="own-check-out",
        question="May the holder of a check-out write?",
        ask=_check_out,
        calls=5,
        writes=True,
    ),
)
