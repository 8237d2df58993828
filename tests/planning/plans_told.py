"""Tell a whole plan in words, so that a test can say all that a situation leads to.

The same tale can be told with its sides exchanged: what is then planned must read alike.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from planning.gallery import ALBUMS, Gallery, Hall
from planning.telling import at, put
from planning.world import ROOT, START, Place, World

from turnbuckle.model.items import Item, ItemId
from turnbuckle.model.names import TEMPORARY
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import (
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Known,
    Made,
    Move,
    Notice,
    Plan,
    Replace,
    Step,
    Withheld,
)
from turnbuckle.model.policy import Decision, Policy, Winner
from turnbuckle.model.scope import Direction
from turnbuckle.model.side import Side

_TURNED = {
    Winner.LEFT: Winner.RIGHT,
    Winner.RIGHT: Winner.LEFT,
    Direction.TO_LEFT: Direction.TO_RIGHT,
    Direction.TO_RIGHT: Direction.TO_LEFT,
}


def _turn(policy: Policy) -> Policy:
    winner = _TURNED.get(policy.winner, policy.winner)
    directions = {one: _TURNED.get(way, way) for one, way in policy.directions.items()}
    return replace(
        policy,
        prefer=policy.prefer.other,
        winner=Winner(winner),
        directions={one: Direction(way) for one, way in directions.items()},
    )


def _turn_words(text: str) -> str:
    other = {"left": "right", "right": "left"}
    return re.sub(r"\b(left|right)\b", lambda found: other[found[0]], text)


class Tale:
    """Two sides, what people do on them, and the plan that follows; perhaps all mirrored."""

    def __init__(self, world: World, *, turned: bool) -> None:
        self.world = world
        self.turned = turned

    def side(self, side: Side) -> Side:
        return side.other if self.turned else side

    def place(self, side: Side) -> Place:
        return self.world.sides[self.side(side)]

    def id(self, side: Side, path: str) -> ItemId:
        place = self.place(side)
        return place.at(path) if isinstance(place, Hall) else at(place, path)

    def begin(self, *paths: str) -> None:
        """Put items on the left and bring both sides in step."""
        for path in paths:
            self.put(Side.LEFT, path.rstrip("/"), None if path.endswith("/") else path.encode())
        self.world.settle()

    def put(self, side: Side, path: str, content: bytes | None = None) -> ItemId:
        place = self.place(side)
        return place.put(path, content) if isinstance(place, Hall) else put(place, path, content)

    def write(self, side: Side, path: str, content: bytes = b"edited, and longer") -> None:
        self.place(side).write(self.id(side, path), content)

    def move(self, side: Side, path: str, to: str) -> None:
        above, _, name = to.rpartition("/")
        folder = self.id(side, above) if above else ROOT
        self.place(side).move(self.id(side, path), folder, name)

    def remove(self, side: Side, *paths: str) -> None:
        for path in paths:
            self.place(side).delete(self.id(side, path))

    def hide(self, side: Side, *paths: str) -> None:
        """Let items be there and not to be seen by us."""
        self.place(side).hidden.update(self.id(side, path) for path in paths)

    def fail(self, side: Side, *paths: str) -> None:
        """Let items have failed before."""
        self.world.set_aside.update((self.side(side), self.id(side, path)) for path in paths)

    def hold(self, side: Side, path: str, decision: Decision | None = None) -> None:
        """Let an item be held since before, perhaps with what a person said about it."""
        self.world.held[(self.side(side), self.id(side, path))] = decision

    def change(self, side: Side, path: str, **how: object) -> None:
        """Let a side tell something else of an item."""
        place, item = self.place(side), self.id(side, path)
        place.items[item] = replace(place.items[item], **how)  # type: ignore[arg-type]

    def want(self, policy: Policy) -> None:
        """Let the owner want something else."""
        self.world.terms = replace(
            self.world.terms, policy=_turn(policy) if self.turned else policy
        )

    def able(self, side: Side, **how: object) -> None:
        """Let a side be able to do something else, in all its tools."""
        name = self.side(side).value
        can = replace(getattr(self.world.terms, name), **how)
        self.world.terms = replace(self.world.terms, **{name: can})

    def look(self) -> Plan:
        return self.world.look()

    def told(self) -> list[str]:
        """Plan, and tell it as it is seen from the left."""
        lines = tell(self.world, self.look(), left=self.side(Side.LEFT))
        return [_turn_words(line) for line in lines] if self.turned else list(lines)


def tale(
    *paths: str, policy: Policy | None = None, turned: bool = False, gallery: bool = False
) -> Tale:
    """Begin a tale with sides in step."""
    wanted = _turn(policy or Policy()) if turned else policy
    world = (Gallery if gallery else World)(wanted, mirrored=turned)
    begun = Tale(world, turned=turned)
    begun.begin(*paths)
    return begun


def tell(world: World, made: Plan, *, left: Side = Side.LEFT) -> Iterator[str]:
    """Tell all that a plan says, the steps first; `left` is the side that is told of first."""
    teller = _Teller(world, made, left)
    for number, step in enumerate(made.steps):
        after = f" after {', '.join(map(str, sorted(step.after)))}" if step.after else ""
        yield f"{number} {teller.step(step)}{after}"
    yield from (f"waits {teller.notice(one)}" for one in made.waiting)
    yield from (f"tells {teller.notice(one)}" for one in made.notices)
    for one in made.held:
        what = "" if one.what is Withheld.DELETION else " with its change"
        shown = teller.as_told(one.path, teller.path(one.side, one.item.id))
        when = "" if one.gone_at is None else f" since {(one.gone_at - START).seconds // 60}"
        yield f"holds {one.side} {shown}{what}: {one.reason}{when}"
    for title, ids in (("decided", made.decided), ("rests", made.at_rest)):
        for side in teller.both:
            paths = sorted(teller.path(where, item) for where, item in ids if where is side)
            if paths:
                yield f"{title} {side} {', '.join(paths)}"


class _Teller:
    def __init__(self, world: World, made: Plan, left: Side) -> None:
        self._sides = world.sides
        self._steps = made.steps
        self.both = (left, left.other)

    def path(self, side: Side, item: ItemId) -> str:
        """Give an item's path as it is on its side, or was when it was there."""
        place, names = self._sides[side], list[str]()
        current: ItemId | None = item
        while current is not None and current != ROOT:
            found = place.items.get(current) or place.gone.get(current)
            if found is None or current == ALBUMS:
                names.append("P" if found is not None else "?")
                break
            gone = "" if current in place.items else "~"
            names.append(f"{gone}{found.name}")
            current = found.parent
        return "/".join(reversed(names)) or "."

    @staticmethod
    def as_told(told: str, real: str) -> str:
        """Give a path as it is, and how the plan tells it where that is otherwise."""
        return real if told == real.removeprefix("P/") else f"{real} told as {told or 'all'}"

    def notice(self, one: Notice) -> str:
        detail = f" ({one.detail})" if one.detail else ""
        return f"{one.side} {one.path or 'all'}: {one.reason}{detail}"

    def _place(self, step: CreateFolder | CreateFile | Move) -> str:
        """Give the path of what a step puts somewhere, and the step that makes its folder."""
        name = re.sub(rf"({TEMPORARY})[0-9a-f]{{6}}", r"\1...", step.name)
        if isinstance(step.parent, Made):
            above, inside = self._steps[step.parent.step], f" in #{step.parent.step}"
            assert isinstance(above, CreateFolder | CreateFile)
            return f"{self.as_told(step.path, f'{above.path}/{name}')}{inside}"
        folder = self.path(step.side, step.parent.id)
        return self.as_told(step.path, name if folder == "." else f"{folder}/{name}")

    def _item(self, side: Side, item: Item | None) -> str:
        return "" if item is None else f" for {self.path(side, item.id)}"

    def _pair(self, pair: Pair) -> str:
        return self.path(self.both[0], pair.half(self.both[0]).id)

    def step(self, step: Step) -> str:
        match step:
            case CreateFolder():
                where = self._place(step)
                source = self.path(step.side.other, step.source.id)
                old = self._item(step.side, step.supersedes)
                return f"{step.side} folder {where} of {source}{old}"
            case CreateFile():
                return self._file(step)
            case Replace():
                where = self.as_told(step.path, self.path(step.side, step.item.id))
                source = self.path(step.side.other, step.source.id)
                return f"{step.side} replace {where} by {source}"
            case Move():
                where = self._place(step)
                twin = "none" if step.twin is None else self.path(step.side.other, step.twin.id)
                settles = "settles" if step.settles is True else f"{step.settles}"
                settles = "open" if step.settles is False else settles
                return (
                    f"{step.side} move {self.path(step.side, step.item.id)} to {where}"
                    f" with {twin}, {settles}"
                )
            case Delete():
                where = self.as_told(step.path, self.path(step.side, step.item.id))
                pairs = ", ".join(self._pair(pair) for pair in step.pairs)
                return f"{step.side} delete {where} with {pairs or 'no pair'}"
            case Compare():
                where = self.as_told(step.path, self.path(step.side, step.item.id))
                return f"{step.side} read {where}"
            case Agree():
                items = {Side.LEFT: step.left, Side.RIGHT: step.right}
                one, other = (f"{side} {self.path(side, items[side].id)}" for side in self.both)
                what = {(True, True): "all", (True, False): "place", (False, True): "content"}
                was = "new" if step.was is None else f"was {self._pair(step.was)}"
                spelled = self.path(Side.LEFT, step.left.id)
                path = "" if step.path == spelled.removeprefix("P/") else f" told as {step.path}"
                agreed = what.get((step.place, step.content), f"{step.place} {step.content}")
                return f"agree on {agreed} of {one}, {other}{path}, {was}"
            case Forget():
                return f"forget {self.as_told(step.path, self._pair(step.pair))}"

    def _file(self, step: CreateFile) -> str:
        where = self._place(step)
        source = self.path(step.source_side, step.source.id)
        match step.twin:
            case None:
                twin = "unpaired"
            case Made():
                twin = f"paired with #{step.twin.step}"
            case Known():
                twin = "paired" if step.twin.id == step.source.id else f"with {step.twin.id}"
        old = self._item(step.side, step.supersedes)
        return f"{step.side} file {where} of {step.source_side} {source}, {twin}{old}"
