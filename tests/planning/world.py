"""Two small worlds that a plan is tried on: strict trees of items, and a base between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.hashes import HashKind, Sha256
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.names import NameRules
from turnbuckle.model.pairs import Base, Half, Pair, agreed
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
    Plan,
    Reason,
    Ref,
    Replace,
    Withheld,
)
from turnbuckle.model.policy import Answer, Decision, Policy, Standing, Terms, Twins, Wave
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.planning.planner import plan

ROOT = ItemId("root")
START = datetime(2026, 1, 5, 7, tzinfo=UTC)

WIDE = NameRules()
NARROW = NameRules(
    forbidden=frozenset('"*:<>?/\\|'),
    forbidden_inside=("_vti_",),
    reserved=frozenset({".lock", "desktop.ini"}),
    reserved_stems=frozenset({"con", "nul"}),
    trims=True,
    longest=255,
    longest_path=400,
    folds=True,
)


def capabilities(rules: NameRules, *, hashes: bool) -> Capabilities:
    return Capabilities(
        names=rules,
        content_hash=HashKind.SHA256 if hashes else None,
        max_file_bytes=1 << 40,
        guarded_writes=hashes,
        keeps_modified=hashes,
        keeps_versions=True,
        rewrites=frozenset(),
    )


def terms(policy: Policy | None = None, *, mirrored: bool = False) -> Terms:
    wide, narrow = capabilities(WIDE, hashes=False), capabilities(NARROW, hashes=True)
    return Terms(
        policy=policy or Policy(),
        left=narrow if mirrored else wide,
        right=wide if mirrored else narrow,
    )


def digest(content: bytes) -> str:
    running = Sha256()
    running.update(content)
    return running.text()


class Strict(AssertionError):
    """A step that a real remote would refuse."""


@dataclass
class Place:
    """One side: items with their contents, as strict about names and parents as a remote."""

    side: Side
    rules: NameRules
    hashes: bool
    items: dict[ItemId, Item] = field(default_factory=dict)
    contents: dict[ItemId, bytes] = field(default_factory=dict)
    gone: dict[ItemId, Item] = field(default_factory=dict)
    binned: list[bytes] = field(default_factory=list)
    history: list[bytes] = field(default_factory=list)
    known: dict[ItemId, frozenset[str]] = field(default_factory=dict)
    gone_at: dict[ItemId, datetime] = field(default_factory=dict)
    hidden: set[ItemId] = field(default_factory=set)  # there, but not to be seen by us
    ticks: int = 0

    def __post_init__(self) -> None:
        self.items[ROOT] = Item(id=ROOT, parent=None, name=Name("top"), kind=Kind.FOLDER)

    def _tick(self) -> datetime:
        self.ticks += 1
        return START + timedelta(minutes=self.ticks)

    def children(self, parent: ItemId) -> list[Item]:
        return [item for item in self.items.values() if item.parent == parent]

    def _check_name(self, parent: ItemId, name: Name, but: ItemId | None = None) -> None:
        if parent not in self.items or self.items[parent].kind is not Kind.FOLDER:
            raise Strict(f"{self.side}: no folder {parent} for {name}")
        for item in self.children(parent):
            if item.id != but and self.rules.key(item.name) == self.rules.key(name):
                raise Strict(f"{self.side}: {name!r} is taken by {item.name!r}")

    def make(self, parent: ItemId, name: str, content: bytes | None) -> Item:
        self._check_name(parent, Name(name))
        at = self._tick()
        identity = ItemId(f"{self.side[0]}{self.ticks}")
        item = Item(
            id=identity,
            parent=parent,
            name=Name(name),
            kind=Kind.FOLDER if content is None else Kind.FILE,
            created=at,
        )
        self.items[identity] = item
        if content is not None:
            self.write(identity, content)
        return self.items[identity]

    def write(self, item: ItemId, content: bytes) -> Item:
        at = self._tick()
        if item in self.contents:
            self.history.append(self.contents[item])
        self.contents[item] = content
        self.known.pop(item, None)
        self.items[item] = replace(
            self.items[item],
            version=Version(digest(content) if self.hashes else f"v{self.ticks}"),
            size=len(content),
            hashes=frozenset({digest(content)}) if self.hashes else frozenset(),
            modified=at,
        )
        return self.items[item]

    def move(self, item: ItemId, parent: ItemId, name: str) -> Item:
        self._check_name(parent, Name(name), but=item)
        above: ItemId | None = parent
        while above is not None:
            if above == item:
                raise Strict(f"{self.side}: {item} into itself")
            above = self.items[above].parent
        self.items[item] = replace(self.items[item], parent=parent, name=Name(name))
        return self.items[item]

    def delete(self, item: ItemId) -> None:
        for child in self.children(item):
            self.delete(child.id)
        if item in self.contents:
            self.binned.append(self.contents.pop(item))
        self.gone[item] = self.items.pop(item)
        self.gone_at[item] = self._tick()

    def tree(self) -> Tree:
        known = self.known
        items = [
            replace(item, hashes=item.hashes | known[item.id]) if item.id in known else item
            for item in self.items.values()
        ]
        return Tree(
            self.side, ROOT, [*items, *self.gone.values()], self.gone, self.hidden,
            gone_at=self.gone_at,
        )  # fmt: skip

    def paths(self) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for item in self.items.values():
            if item.id == ROOT:
                continue
            parts, current = [], item
            while current.parent is not None:
                parts.append(current.name)
                current = self.items[current.parent]
            found["/".join(reversed(parts))] = self.contents.get(item.id)
        return found


class World:
    """Both sides and the base, with the plan applied as the executor would."""

    def __init__(self, policy: Policy | None = None, *, mirrored: bool = False) -> None:
        self.terms = terms(policy, mirrored=mirrored)
        self.sides = {
            side: Place(
                side,
                self.terms.capabilities(side).names,
                self.terms.capabilities(side).content_hash is not None,
            )
            for side in Side
        }
        root = Half(id=ROOT, parent=None, name=Name("top"), version=Version(""))
        self.pairs: list[Pair] = [Pair(kind=Kind.FOLDER, left=root, right=root)]
        self.held: dict[tuple[Side, ItemId], Decision | None] = {}
        self.withheld: dict[tuple[Side, ItemId], Withheld] = {}
        self.why: dict[tuple[Side, ItemId], Reason] = {}
        self.rejected_edits: dict[tuple[Side, ItemId], Version] = {}
        self.crossed: list[datetime] = []
        self.caution: Reason | None = None
        self.superseded: dict[tuple[Side, ItemId], Version] = {}
        self.set_aside: set[tuple[Side, ItemId]] = set()
        self.answers: dict[Twins, Answer] = {}
        self.began: datetime | None = None
        self.deleted: set[tuple[Side, ItemId]] = set()  # by us
        self.transfers = self.moves = self.deletes = 0

    def standing(self) -> Standing:
        """What the store would tell the planner."""
        linked = {pair.half(side).id for pair in self.pairs for side in Side}
        files = [pair for pair in self.pairs if pair.kind is Kind.FILE]
        loose = [
            item for place in self.sides.values() for item in place.contents if item not in linked
        ]
        return Standing(
            set_aside=frozenset(self.set_aside),
            held=dict(self.held),
            held_changes=frozenset(
                key for key in self.held if self.withheld.get(key) is Withheld.CHANGE
            ),
            rejected_edits=dict(self.rejected_edits),
            waves={side: Wave(files=len(ones), since=START) for side, ones in self._waves()},
            caution=self.caution,
            superseded=dict(self.superseded),
            answers=dict(self.answers),
            began=self.began,
            crossed=tuple(self.crossed),
            files=len(files) + len(loose),
            emptied=frozenset(side for side in Side if self._is_emptied(side)),
            now=START + timedelta(minutes=max(place.ticks for place in self.sides.values())),
        )

    def _waves(self) -> Iterator[tuple[Side, list[ItemId]]]:
        for side in Side:
            found = [
                item
                for (at, item), decision in self.held.items()
                if (at, decision, self.why.get((at, item))) == (side, None, Reason.MASS_CHANGE)
                and self.withheld[(at, item)] is Withheld.CHANGE
            ]
            if found:
                yield side, found

    def _is_emptied(self, side: Side) -> bool:
        place = self.sides[side]
        tops = [pair.half(side).id for pair in self.pairs if pair.half(side).parent == ROOT]
        return len(tops) > 1 and not any(
            top in place.items and top not in place.hidden for top in tops
        )

    def look(self) -> Plan:
        return plan(
            Base(self.pairs),
            self.sides[Side.LEFT].tree(),
            self.sides[Side.RIGHT].tree(),
            self.terms,
            self.standing(),
        )

    def decide(self, decision: Decision) -> None:
        """Let a person decide on all that is held."""
        self.held = dict.fromkeys(self.held, decision)

    def _keep_holds(self, made: Plan) -> None:
        now = {(one.side, one.item.id): one.what for one in made.held}
        another = {key for key, what in now.items() if self.withheld.get(key) not in (None, what)}
        rejected = {key for key in another if self.held.get(key) is Decision.REJECTED}
        for key in rejected:
            self.rejected_edits[key] = self.sides[key[0]].items[key[1]].version
        before = {key: said for key, said in self.held.items() if key not in another}
        self.held = {key: before.get(key) for key in (*now, *sorted(made.decided))}
        told = {(one.side, one.item.id): one.reason for one in made.held}
        before_why = {key: reason for key, reason in self.why.items() if key in before}
        self.why = {key: before_why.get(key) or told[key] for key in self.held}
        self.withheld = {key: now.get(key) or self.withheld[key] for key in self.held}

    def settle(self, rounds: int = 12) -> list[Plan]:
        made = []
        for _ in range(rounds):
            latest = self.look()
            made.append(latest)
            self._keep_holds(latest)
            if not latest.steps:
                return made
            self.apply(latest)
        raise AssertionError(f"still planning after {rounds} rounds: {made[-1].steps}")

    def finish(self, decision: Decision = Decision.APPROVED) -> list[Plan]:
        """Settle, let a person decide on what is held then, and settle again."""
        return [*self.settle(), *self.decided(decision)]

    def decided(self, decision: Decision) -> list[Plan]:
        """Let a person decide on all that is held once both sides settled, and settle again."""
        made: list[Plan] = []
        for _ in range(3):
            if not self.held:
                return made
            self.decide(decision)
            made += self.settle()
        raise AssertionError(f"still held after every decision: {made[-1].held}")

    def apply(self, made: Plan) -> None:
        results: dict[int, ItemId] = {}

        def find(ref: Ref) -> ItemId:
            return results[ref.step] if isinstance(ref, Made) else ref.id

        for number, step in enumerate(made.steps):
            if not all(other < number for other in step.after):
                raise Strict(f"step {number} comes before one it waits for")
            match step:
                case CreateFolder():
                    item = self.sides[step.side].make(find(step.parent), step.name, None)
                    results[number] = item.id
                    self._pair(step.side, item.id, step.source.id)
                case CreateFile():
                    self.transfers += 1
                    content = self.sides[step.source_side].contents[step.source.id]
                    item = self.sides[step.side].make(find(step.parent), step.name, content)
                    results[number] = item.id
                    if step.twin is not None:
                        self._pair(step.side, item.id, find(step.twin))
                case Replace():
                    self.transfers += 1
                    content = self.sides[step.side.other].contents[step.source.id]
                    self.sides[step.side].write(step.item.id, content)
                    self._agree(step.side, step.item.id, step.source.id, False, True)
                case Move():
                    self.moves += 1
                    self.sides[step.side].move(step.item.id, find(step.parent), step.name)
                    if step.settles and step.twin is not None:
                        self._agree(step.side, step.item.id, step.twin.id, True, False)
                case Delete():
                    self.deletes += 1
                    self.deleted.update((step.side, one) for one in self.below(step, made))
                    self.sides[step.side].delete(step.item.id)
                    self._cross(step)
                    self._drop(step.pairs)
                case Compare():
                    place = self.sides[step.side]
                    place.known[step.item.id] = frozenset({digest(place.contents[step.item.id])})
                case Agree():
                    self._drop([step.was] if step.was else [])
                    self.pairs.append(
                        agreed(
                            step.was, step.left, step.right, place=step.place, content=step.content
                        )
                    )
                case Forget():
                    self._drop([step.pair])

    def below(self, step: Delete, made: Plan) -> Iterator[ItemId]:
        """Give what a deletion takes with it, the item itself first.

        What a move that the deletion waits for takes out of there before is not among it.
        """
        place = self.sides[step.side]
        before = (made.steps[number] for number in sorted(step.after))
        leaving = {each.item.id: each.parent for each in before if isinstance(each, Move)}
        pending = [step.item.id]
        taken: set[ItemId] = set()
        while pending:
            item = pending.pop()
            taken.add(item)
            yield item
            pending.extend(each.id for each in place.children(item) if each.id not in leaving)
        stays = {parent.id for parent in leaving.values() if isinstance(parent, Known)}
        assert not stays & taken, "an item moves into a folder that is about to be deleted"

    def _cross(self, step: Delete) -> None:
        """Remember when people deleted what has crossed now, but for what somebody approved."""
        theirs = self.sides[step.side.other]
        for pair in step.pairs:
            if pair.kind is Kind.FILE and (step.side, pair.half(step.side).id) not in self.held:
                self.crossed.append(theirs.gone_at.get(pair.half(step.side.other).id, START))

    def _now(self, side: Side, item: ItemId) -> Item:
        place = self.sides[side]
        found = place.items.get(item) or place.gone[item]
        return replace(found, hashes=found.hashes | place.known.get(item, frozenset()))

    def _pair(self, side: Side, mine: ItemId, theirs: ItemId) -> None:
        self._agree(side, mine, theirs, True, True, fresh=True)

    def _agree(
        self, side: Side, mine: ItemId, theirs: ItemId, place: bool, content: bool,
        fresh: bool = False,
    ) -> None:  # fmt: skip
        left_id, right_id = (mine, theirs) if side is Side.LEFT else (theirs, mine)
        left, right = self._now(Side.LEFT, left_id), self._now(Side.RIGHT, right_id)
        if content and left.kind is Kind.FILE:
            taken = frozenset({digest(self.sides[side].contents[mine])})
            left, right = (replace(one, hashes=one.hashes | taken) for one in (left, right))
        same = [pair for pair in self.pairs if left.id == pair.left.id or right.id == pair.right.id]
        was = None if fresh else next(iter(same), None)
        self._drop(same)
        self.pairs.append(agreed(was, left, right, place=place, content=content))

    def _drop(self, pairs: Iterable[Pair]) -> None:
        dropped = {(pair.left.id, pair.right.id) for pair in pairs}
        self.pairs = [pair for pair in self.pairs if (pair.left.id, pair.right.id) not in dropped]
