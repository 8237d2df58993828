"""Let people do what a row says: to files, to the levels above them, and to what is held."""

from collections.abc import Mapping
from typing import Any

from scenarios import deciding
from scenarios.acting import World
from scenarios.ledger import Ledger
from scenarios.telling import real_path
from scenarios.vocabulary import TOOLS, spread

from turnbuckle.model.side import Side

type Change = Mapping[str, Any]

_CONTENTS = ("put", "new", "replace", "oldversion")
_PLAIN = {"mkdir": "mkdir", "del": "delete", "touch": "touch", "restore": "restore",
          "lock": "lock", "unlock": "unlock"}  # fmt: skip
_PLACES = {"mv": "move", "swap": "swap", "copy": "copy"}
VERBS = frozenset({*_CONTENTS, *_PLAIN, *_PLACES, "structural"})


async def act(world: World, ledger: Ledger, side: Side, change: Change) -> None:
    """Let the people of one side do one thing."""

    async def done() -> None:
        ((verb, what),) = change.items()
        if verb == "structural":
            await _structure(world, side, what)
        else:
            await _do(world, side, verb, what)

    await ledger.around(side, world.hands[side], done)


async def _do(world: World, side: Side, verb: str, what: Any) -> None:
    hands = world.hands[side]
    paths = [what] if isinstance(what, str) else list(what)
    paths[0] = real_path(await hands.snapshot(), paths[0])
    if verb in _CONTENTS:
        for path, token in spread(paths[0], paths[1]):
            await getattr(hands, verb)(path, token)
    elif verb in _PLAIN:
        for path, _ in spread(paths[0]):
            await getattr(hands, _PLAIN[verb])(path)
    else:
        await getattr(hands, _PLACES[verb])(*paths)


async def _structure(world: World, side: Side, change: Change) -> None:
    """Do what is done to the link itself; the rest is the world's."""
    match change["do"]:
        case "disable_tool" | "enable_tool" as what:
            await deciding.switch(world, TOOLS[change["tool"]], enabled=what == "enable_tool")
        case "approve_deletes" | "confirm_changes":
            await deciding.decide(world, approve=True)
        case "reject_deletes":
            await deciding.decide(world, approve=False)
        case _:
            await world.structure(side, change)
