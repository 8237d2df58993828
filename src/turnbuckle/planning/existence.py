"""Decide which nodes live: an edit or a move beats a delete; no folder dies around a survivor."""

from turnbuckle.model.items import Kind
from turnbuckle.model.names import TEMPORARY, same_but_for_form
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.policy import Decision, Standing
from turnbuckle.model.side import Side
from turnbuckle.planning.contents import Change, change_of
from turnbuckle.planning.nodes import Fate, Forest, Node, State


def moved(forest: Forest, node: Node, side: Side) -> bool:
    """Tell whether what that side holds lies in another folder than when both sides agreed."""
    if node.pair is None:
        return False
    return forest.holder_now(node, side) is not forest.holder_then(node, side)


def renamed(node: Node, side: Side) -> bool:
    """Tell whether that side gave what it holds another name; its Unicode form alone is none."""
    name = node.items[side].name
    if node.pair is None or name.startswith(TEMPORARY):
        return False  # a temporary name is our own: a run was cut off in an exchange of names
    return not same_but_for_form(name, node.pair.half(side).name)


def doom_superseded(forest: Forest, standing: Standing) -> None:
    """Doom what was made anew elsewhere and is still as it was then; nothing is paired with it."""
    for (side, item_id), version in standing.superseded.items():
        node = forest.node(side, item_id)
        if node is not None and node.pair is None and node.items[side].version == version:
            node.fate = Fate.DOOMED


def decide_existence(forest: Forest, standing: Standing) -> None:
    """Give every node its fate, looking at the node alone; `keep_around_survivors` looks around."""
    for node in forest.nodes:
        node.fate = _fate(forest, node, standing)
    _keep_moved_folders_whole(forest)
    for node in forest.nodes:
        node.aside = _failed(node, standing)
        if node.aside is not None:
            _wait_for_next_try(node)
    _freeze_below_what_failed(forest)


def _failed(node: Node, standing: Standing) -> Side | None:
    """Give the side on which a node failed before; what cannot be seen is no matter of a try."""
    if node.is_root or node.held is not None:
        return None
    found = (side for side, item in node.items.items() if (side, item.id) in standing.set_aside)
    return next(found, None)


def _fate(forest: Forest, node: Node, standing: Standing) -> Fate:
    if node.is_root:
        return Fate.KEPT
    if node.is_elsewhere:
        return Fate.FROZEN
    side = node.only
    if State.HIDDEN in node.states.values():
        if side is None or (side, node.items[side].id) in standing.held_changes:
            return Fate.FROZEN
        node.decision = standing.held.get((side, node.items[side].id))
        if node.decision is None:
            node.held, node.held_side = Reason.VANISHED, side
            return Fate.FROZEN
        if node.decision is Decision.REJECTED:
            return Fate.FROZEN  # made anew now, it would be there twice when it is seen again
        node.states[side.other] = State.GONE  # a person says so
    if side is None:
        return Fate.KEPT if node.items else Fate.FORGOTTEN
    if node.pair is None and node.fate is not Fate.DOOMED:
        return Fate.KEPT
    return _fate_of_half(forest, node, side, standing)


def _fate_of_half(forest: Forest, node: Node, side: Side, standing: Standing) -> Fate:
    """Say what becomes of an item whose counterpart is deleted."""
    key = (side, node.items[side].id)
    edit_is_held = key in standing.held_changes
    if node.pair is not None:
        change = Change.NONE
        if node.kind is Kind.FILE:
            change = change_of(node, side, forest.terms)
        if change is Change.UNKNOWN:
            node.undecided = True
            return Fate.FROZEN
        if change is Change.CHANGED and edit_is_held:
            node.decision = standing.held[key]
            if node.decision is None:
                return Fate.FROZEN  # kept for its edit, it would be sent across with it
            if node.decision is Decision.REJECTED:
                change = Change.NONE
        elif standing.rejected_edits.get(key) == node.items[side].version:
            change = Change.NONE
        if change is Change.CHANGED or moved(forest, node, side) or renamed(node, side):
            node.decision = None  # it was made about something else
            return _revived(node, side)
    if edit_is_held:
        return Fate.DOOMED
    node.decision = standing.held.get(key)
    return _revived(node, side) if node.decision is Decision.REJECTED else Fate.DOOMED


def _revived(node: Node, side: Side) -> Fate:
    node.revived, node.origin = True, side
    return Fate.KEPT


def _freeze_below_what_failed(forest: Forest) -> None:
    """Where a folder waits for its next try, all below it waits too, on both sides.

    But what was deleted with a folder is deleted one by one where the folder itself cannot be.
    """
    if not any(node.aside and node.kind is Kind.FOLDER for node in forest.nodes):
        return
    shut: dict[tuple[int, Side], bool] = {}
    for node in forest.nodes:
        if node.is_root or node.aside is not None or node.held is not None:
            continue
        if any(_is_shut(forest, forest.holder_now(node, side), side, shut) for side in node.items):
            _wait_for_next_try(node)


def _wait_for_next_try(node: Node) -> None:
    node.ending = node.fate is Fate.DOOMED
    node.fate, node.undecided, node.revived = Fate.FROZEN, False, False


def _is_shut(
    forest: Forest, folder: Node | None, side: Side, shut: dict[tuple[int, Side], bool]
) -> bool:
    trail: list[Node] = []
    answer = False
    while folder is not None and not folder.is_root:
        known = shut.get((id(folder), side))
        if known is not None:
            answer = known
            break
        trail.append(folder)
        if folder.aside is not None:
            answer = folder.pair is None or folder.only is None or not folder.ending
            if answer:
                break
        folder = forest.holder_now(folder, side)
    for passed in trail:
        shut[(id(passed), side)] = answer
    return answer


def _keep_moved_folders_whole(forest: Forest) -> None:
    """A folder moved or renamed on one side and deleted on the other is kept with all it holds."""
    for side in Side:
        below: dict[int, list[Node]] = {}
        for node in forest.nodes:
            parent = forest.holder_now(node, side)
            if parent is not None and node.fate is Fate.DOOMED:
                below.setdefault(id(parent), []).append(node)
        queue = [
            node
            for node in forest.nodes
            if node.revived
            and node.decision is None
            and node.kind is Kind.FOLDER
            and node.only is side
        ]
        while queue:
            for child in below.pop(id(queue.pop()), []):
                child.fate, child.revived, child.origin = Fate.KEPT, True, side
                child.decision = None
                queue.append(child)


def keep_around_survivors(forest: Forest) -> list[Notice]:
    """Keep every folder that something living is to be in, and tell what was not deleted so.

    Call it once the places are merged: what moves out of a folder does not keep it alive.
    """
    for node in forest.nodes:
        if node.fate is not Fate.KEPT or node.blocked is not None:
            continue
        pending = _folders_of(forest, node)
        while pending:
            parent = pending.pop()
            if parent.fate is Fate.DOOMED:
                parent.fate, parent.revived = Fate.KEPT, True
                parent.origin = next(iter(parent.items))
                pending.extend(_folders_of(forest, parent))
    return [
        Notice(reason=Reason.DELETE_CANCELLED, side=node.origin, path=path_of(node))
        for node in forest.nodes
        if node.revived
        and node.decision is None
        and not (node.parent is not None and _follows(node, node.parent))
    ]


def _folders_of(forest: Forest, node: Node) -> list[Node]:
    """Give the folders that a node is to be in: one on each side, where one side's are flat."""
    if not node.shown:
        return [node.parent] if node.parent is not None else []
    return [home for side in Side if (home := forest.home(node, side)) is not None]


def _follows(node: Node, parent: Node) -> bool:
    """Whether the notice of a folder kept whole speaks for this node too."""
    return parent.revived and not _own_reason(node)


def _own_reason(node: Node) -> bool:
    if node.pair is None:
        return False
    item, half = node.items[node.origin], node.pair.half(node.origin)
    return item.version != half.version or item.name != half.name or item.parent != half.parent


def path_of(node: Node, side: Side | None = None) -> str:
    """Give a node's path below the link's root, for people to read."""
    names: list[str] = []
    current: Node | None = node
    passed = set[int]()
    while current is not None and not current.is_root and id(current) not in passed:
        passed.add(id(current))
        chosen = side if side in current.items else (current.only or Side.LEFT)
        item = current.items.get(chosen)
        name = current.names.get(side or chosen) or (item.name if item else "")
        if not name and current.pair is not None:
            name = current.pair.half(chosen).name
        names.append(name)
        current = current.within.get(side or chosen, current.parent)
    return "/".join(reversed(names))
