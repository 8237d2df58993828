"""What a test of a single rule does with a small world, by paths."""

from planning.world import ROOT, Place, World

from turnbuckle.model.items import ItemId
from turnbuckle.model.pairs import Base
from turnbuckle.model.plans import Plan, Reason
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.model.trees import Tree
from turnbuckle.planning.planner import plan

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def at(place: Place, path: str) -> ItemId:
    """Find an item by its path."""
    found = ROOT
    for name in path.split("/"):
        found = next(item.id for item in place.children(found) if item.name == name)
    return found


def put(place: Place, path: str, content: bytes | None) -> ItemId:
    """Make a file, or a folder where there is no content, in a folder that is there."""
    above, _, name = path.rpartition("/")
    return place.make(at(place, above) if above else ROOT, name, content).id


def in_step(*paths: str, policy: Policy | None = None) -> World:
    """A world in step; a path that ends with a slash is a folder, a file holds its own path."""
    world = World(policy)
    for path in paths:
        put(world.sides[LEFT], path.rstrip("/"), None if path.endswith("/") else path.encode())
    world.settle()
    world.transfers = world.moves = world.deletes = 0
    return world


def both(world: World) -> dict[str, bytes | None]:
    """Give the tree that both sides hold, after making sure that it is the same."""
    left, right = (world.sides[side].paths() for side in Side)
    assert left == right
    return left


def reasons(notices: object) -> list[Reason]:
    assert isinstance(notices, tuple)
    return [notice.reason for notice in notices]


def look(world: World, **trees: Tree) -> Plan:
    """Plan with another tree on one side."""
    return plan(
        Base(world.pairs),
        trees.get("left", world.sides[LEFT].tree()),
        trees.get("right", world.sides[RIGHT].tree()),
        world.terms,
        world.standing(),
    )


def held(made: Plan) -> dict[str, Reason]:
    """Give the paths of what waits for a person, and why."""
    return {one.path: one.reason for one in made.held}


def files(start: int, end: int, folder: str = "") -> list[str]:
    """Name files one after the other."""
    return [f"{folder}f{number}.pdf" for number in range(start, end + 1)]


def remove(world: World, side: Side, *paths: str) -> None:
    """Let a person delete items on one side."""
    for path in paths:
        world.sides[side].delete(at(world.sides[side], path))


def write(world: World, side: Side, content: bytes, *paths: str) -> None:
    """Let a person give items new content on one side."""
    for path in paths:
        world.sides[side].write(at(world.sides[side], path), content)
