"""What users do to a side, chosen by numbers so that a failing example shrinks well."""

from planning.world import ROOT, Place, World

from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.model.names import fit
from turnbuckle.model.side import Side

NAMES = ("a.pdf", "A.pdf", "b", "B", "p:1.pdf", "p-1.pdf", "\u00e9", "e\u0301", "c ")
CHANGES = (
    "move", "move", "move", "move", "edit", "edit", "edit", "delete", "delete", "delete",
    "create", "create", "create", "folder", "replace", "swap", "rename", "rename",
)  # fmt: skip


def first_tree(world: World, side: Side, beginning: list[list[int]]) -> None:
    """Make the tree that both sides start from."""
    for number, picks in enumerate(beginning):
        act(world.sides[side], "folder" if number % 2 else "create", picks, f"base{number}")


def act(place: Place, kind: str, picks: list[int], token: str) -> None:
    """Do one thing on one side; what the side would refuse is left undone."""
    files = _of_kind(place, Kind.FILE)
    folders = [ROOT, *(item.id for item in _of_kind(place, Kind.FOLDER))]
    everything = [*files, *_of_kind(place, Kind.FOLDER)]
    parent = folders[picks[0] % len(folders)]
    name = fit(NAMES[picks[1] % len(NAMES)], Kind.FILE, place.rules)  # type: ignore[arg-type]
    content = _content(token, picks[2])
    chosen = everything[picks[3] % len(everything)] if everything else None
    match kind:
        case "create" if _is_free(place, parent, name):
            place.make(parent, name, content)
        case "folder" if _is_free(place, parent, name):
            place.make(parent, name, None)
        case "edit" if files:
            place.write(files[picks[3] % len(files)].id, content)
        case "delete" if chosen:
            place.delete(chosen.id)
        case "move" if chosen and _may_move(place, chosen, parent, name):
            place.move(chosen.id, parent, name)
        case "rename" if chosen and chosen.parent and _is_free(place, chosen.parent, name):
            place.move(chosen.id, chosen.parent, name)
        case "replace" if files:
            old = files[picks[3] % len(files)]
            if old.parent is not None:
                place.delete(old.id)
                place.make(old.parent, old.name, content)
        case "swap" if len(files) > 1:
            _swap(place, files[picks[0] % len(files)], files[picks[3] % len(files)])
        case _:
            pass


def _content(token: str, pick: int) -> bytes:
    """Now and then the same bytes on both sides, or none; else bytes that name their writer."""
    if pick % 7 == 0:
        return b"common"
    return b"" if pick % 11 == 0 else f"{token}:{pick}".encode()


def _of_kind(place: Place, kind: Kind) -> list[Item]:
    return sorted(
        (item for item in place.items.values() if item.kind is kind and item.id != ROOT),
        key=lambda item: (item.created.isoformat() if item.created else "", item.name),
    )


def _is_free(place: Place, parent: ItemId, name: str) -> bool:
    return all(
        place.rules.key(child.name) != place.rules.key(name) for child in place.children(parent)
    )


def _may_move(place: Place, item: Item, parent: ItemId, name: str) -> bool:
    above: ItemId | None = parent
    while above is not None:
        if above == item.id:
            return False
        above = place.items[above].parent
    return _is_free(place, parent, name)


def _swap(place: Place, one: Item, other: Item) -> None:
    if one.id == other.id or one.parent is None or other.parent is None:
        return
    place.move(one.id, one.parent, "between")
    place.move(other.id, one.parent, one.name)
    place.move(one.id, other.parent, other.name)
