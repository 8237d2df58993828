"""Draw a case from a number: the setting, the first tree, who acts how often, and what goes wrong.

What users do is left open (None) and chosen when they act, by what is there then.
"""

import random
from dataclasses import replace

from simulation.case import Case, Episode, Fault, Setting, Spot
from simulation.users import first_tree

from turnbuckle.connectors.memory.feed import Quirk
from turnbuckle.model.side import Side

_WRITES = ("create_file", "replace", "create_folder", "move", "delete")
_ANY = ("list", "delta", "get", "download", *_WRITES)
_KINDS = {
    "crash": 5, "db_crash": 4, "db_error": 1, "http": 4, "throttle": 2, "lost": 4, "refused": 3,
    "broken": 2, "reset": 2, "stale": 2, "quirk": 2, "corrupt": 1, "race": 5, "hide": 1,
    "restored": 1,
}  # fmt: skip
REFUSALS = ("Overtaken", "Gone", "BadName", "NoSpace", "AccessDenied", "Locked")


def with_a_second_worker(case: Case) -> Case:
    """Give a case in which another worker takes over in the midst of each episode's runs."""
    chance = random.Random(f"second {case.seed}")
    return replace(case, episodes=tuple(_taken_over(each, chance) for each in case.episodes))


def _taken_over(episode: Episode, chance: random.Random) -> Episode:
    spot = Spot(
        when=chance.choice(("before", "after")),
        ops=_ANY if chance.random() < 0.3 else _WRITES,
        nth=chance.randrange(4),
    )
    second = Fault(kind="second", spot=spot, error=chance.choice(("beside", "after")))
    return replace(episode, faults=(*episode.faults, second))


def drawn(seed: int) -> Case:
    """Give the case of a number."""
    chance = random.Random(f"case {seed}")
    apart = chance.random() < 0.15
    return Case(
        seed=seed,
        setting=_setting(chance),
        initial=first_tree(chance, "i"),
        apart=first_tree(chance, "j") if apart else {},
        episodes=tuple(_episode(chance) for _ in range(2 if chance.random() < 0.2 else 1)),
    )


def _setting(chance: random.Random) -> Setting:
    rewrites = chance.random() < 0.2
    return Setting(
        mirrored=chance.random() < 0.25,
        page_items=chance.choice((2, 5, 200, 200)),
        tells_descendants=chance.random() < 0.3,
        marks_ours=chance.random() > 0.1,
        rewrites=rewrites,
        rewrite_delay_seconds=chance.choice((0.0, 5.0, 90.0)) if rewrites else 0.0,
        winner=chance.choice(("left", "left", "right", "newest")),
    )


def _episode(chance: random.Random) -> Episode:
    return Episode(
        left=(None,) * chance.choice((0, 1, 2, 3, 5, 8)),
        right=(None,) * chance.choice((0, 1, 2, 3, 5, 8)),
        faults=tuple(_fault(chance) for _ in range(chance.choice((0, 1, 1, 2, 3)))),
    )


def _fault(chance: random.Random) -> Fault:
    (kind,) = chance.choices(list(_KINDS), list(_KINDS.values()))
    side = chance.choice(list(Side))
    match kind:
        case "crash":
            when = chance.choice(("before", "during", "after", "after"))
            return Fault(kind=kind, spot=_spot(chance, when, chance.choice((_WRITES, _ANY))))
        case "db_crash" | "db_error":
            return Fault(kind=kind, access=int(chance.paretovariate(0.5)) % 400)
        case "http":
            return Fault(
                kind=kind,
                spot=_spot(chance, "before", chance.choice((_ANY, _WRITES, ("list", "delta")))),
                times=chance.choice((1, 1, 2, 4, 6, 12)),
                error=chance.choice(("Unreachable", "Unreachable", "MalformedReply")),
            )
        case "throttle":
            return Fault(
                kind=kind,
                spot=_spot(chance, "before", _ANY),
                times=chance.choice((1, 3, 30)),
                seconds=chance.choice((1.0, 5.0, 70.0)),
            )
        case "lost" | "broken":
            when = "after" if kind == "lost" else "during"
            return Fault(
                kind=kind, spot=_spot(chance, when, _WRITES), times=chance.choice((1, 1, 2, 6))
            )
        case "refused":
            return Fault(
                kind=kind, spot=_spot(chance, "before", _WRITES), error=chance.choice(REFUSALS)
            )
        case "race":
            when = chance.choice(("before", "during", "after"))
            words = (None,) * chance.choice((1, 1, 2, 4))
            return Fault(kind=kind, spot=_spot(chance, when, _ANY), side=side, words=words)
        case "hide" | "corrupt":
            return Fault(kind=kind, side=side, words=(None,), times=chance.choice((1, 1, 3)))
        case "stale":
            return Fault(kind=kind, side=side, times=chance.choice((1, 2, 5)))
        case "restored":
            return Fault(kind=kind)
        case "quirk":
            return Fault(kind=kind, side=side, error=chance.choice(list(Quirk)).value)
        case _:
            spot = None if chance.random() < 0.5 else _spot(chance, "before", _ANY)
            return Fault(kind=kind, side=side, spot=spot)


def _spot(chance: random.Random, when: str, ops: tuple[str, ...]) -> Spot:
    nth = min(int(chance.paretovariate(0.7)) - 1, 60)
    return Spot(
        when=when, ops=ops, nth=nth, side=chance.choice((None, None, Side.LEFT, Side.RIGHT))
    )
