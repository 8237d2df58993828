"""Play a case: real engine, real store, memory remotes, a clock that jumps."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db import Error, connection
from scenarios.stage import TRAITS, Stage
from simulation import audit, database
from simulation.case import Case, Episode, Fault, Setting, Word
from simulation.contents import token_of
from simulation.dying import Access, Crash
from simulation.happening import Happening
from simulation.ledger import Ledger
from simulation.seeded_loop import SeededLoop
from simulation.users import afflict, choose

from turnbuckle.connectors.memory.feed import Quirk
from turnbuckle.connectors.memory.traits import MemoryTraits
from turnbuckle.model.items import ItemId
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Notice, Reason
from turnbuckle.model.policy import Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Gone
from turnbuckle.store import cautions, holds
from turnbuckle.store.leases import LeaseLost, LinkBusy
from turnbuckle.sync.report import Report

_TROUBLED_RUNS = 3  # runs in which an episode's faults may happen
_RUNS = 12  # after which everything has to be at rest
_AFTER_A_CRASH = 400  # seconds; longer than a lease holds
_LONG = 7 * 3600  # seconds; longer than anything waits
_DECISIONS = 3  # times that a person is asked
_UNTOLD = {"hide", "quirk"}
_DISTURBS = {"race", "hide", "refused", "stale", "quirk", "corrupt", "restored", "second"}
"""Faults after which a remote may rightly refuse a call."""


@dataclass
class Played:
    """What came of a case.

    Attributes:
        case: the case with all that users chose to do written down.
        wrong: what is not as it should be; empty when all is well.
        trace: a digest of everything that happened, in order.
        trees: what both sides hold at the end, as tokens.
        runs: how many runs it took.
        held: items that wait for a person at the end.
        tokens: all that users wrote.
        new_ids: what got its id after the first sync, as the catalogue tells it.
    """

    case: Case
    wrong: list[str] = field(default_factory=list)
    trace: str = ""
    trees: list[dict[str, str | None]] = field(default_factory=list)
    runs: int = 0
    held: int = 0
    tokens: frozenset[str] = frozenset()
    new_ids: list[dict[str, str]] = field(default_factory=list)


def play(case: Case, *, faultless: bool = False) -> Played:
    """Play a case on the database that Django is connected to.

    Args:
        case: what to play.
        faultless: leave the faults out.
    """
    simulation = _Simulation(case, faultless)
    try:
        with connection.execute_wrapper(simulation.access):
            simulation.play()
    except Exception as error:  # noqa: BLE001 - whatever the engine lets out is a finding
        simulation.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        simulation.loop.close()
    return simulation.played()


def traits_of(setting: Setting) -> dict[Side, MemoryTraits]:
    """Give the kinds of both remotes."""
    wide, narrow = (TRAITS[side] for side in Side)
    if setting.rewrites:
        narrow = replace(
            narrow,
            rewrites=frozenset({".docx"}),
            rewrite_delay_seconds=setting.rewrite_delay_seconds,
        )
    both = (narrow, wide) if setting.mirrored else (wide, narrow)
    return {
        side: replace(
            traits,
            page_items=setting.page_items,
            tells_descendants=setting.tells_descendants,
            marks_ours=setting.marks_ours,
        )
        for side, traits in zip(Side, both, strict=True)
    }


class _Simulation:
    def __init__(self, case: Case, faultless: bool) -> None:
        self.case = case
        self.faultless = faultless
        self.loop = SeededLoop(random.Random(f"order {case.seed}"))
        self.access = Access()
        self.ledger = Ledger()
        self.wrong: list[str] = []
        self.runs = self.held = 0
        self.synced: set[tuple[Side, ItemId]] = set()  # what both sides held at first
        self.episodes: list[Episode] = []
        self.stage = Stage(Policy(winner=Winner(case.setting.winner)), traits_of(case.setting))
        self.happening = Happening(
            self.access, random.Random(f"turns {case.seed}"), self._users_act
        )
        self.happening.upset_feed = self._upset_feed
        self.happening.take_over = self._take_over
        self.others: list[asyncio.Task[None]] = []  # runs of a second worker
        for side in Side:
            self.stage.remotes[side].calls.hooks.append(self.happening.hook(side))

    def played(self) -> Played:
        return Played(
            case=replace(self.case, episodes=(*self.episodes, *self._unplayed())),
            wrong=self.wrong,
            trace=self.happening.trace.hexdigest(),
            trees=[self._tree(side) for side in Side],
            runs=self.runs,
            held=self.held,
            tokens=frozenset(self.ledger.written),
            new_ids=list(self._new_ids()),
        )

    def _new_ids(self) -> Iterator[dict[str, str]]:
        for side, letter in zip(Side, "AB", strict=True):
            shelf = self.stage.remotes[side].shelf
            for node in audit.inside(self.stage, side):
                if (side, node.id) not in self.synced:
                    yield {"side": letter, "path": shelf.path(node)}

    def _tree(self, side: Side) -> dict[str, str | None]:
        """Give a side by its tokens; a rewriting may come now or later."""
        tree = self.stage.people[side].snapshot("D")
        return {path: "dir" if blob is None else token_of(blob) for path, blob in tree.items()}

    def _unplayed(self) -> tuple[Episode, ...]:
        return self.case.episodes[len(self.episodes) :]

    def play(self) -> None:
        self._plant(Side.LEFT, self.case.initial)
        self._plant(Side.RIGHT, self.case.apart)
        if not self.case.apart:
            self._run()
        nodes = [(side, node.id) for side in Side for node in audit.inside(self.stage, side)]
        self.synced = set(nodes)
        for number, episode in enumerate(self.case.episodes):
            self._episode(number, episode)
            if self.wrong:
                return

    def _plant(self, side: Side, tree: dict[str, str]) -> None:
        for path, token in tree.items():
            word: Word = {"mkdir": path} if token == "dir" else {"put": [path, token]}
            self.ledger.act(side, self.stage.people[side], word)

    # what happens

    def _episode(self, at: int, episode: Episode) -> None:
        before = audit.pairs_of(self.stage)
        did: dict[Side, tuple[Word, ...]] = {}
        for side in Side:
            words = enumerate(episode.words(side))
            acts = (self._users_act(side, word, f"{side[0]}{at}.{nth}") for nth, word in words)
            did[side] = tuple(word for word in acts if word is not None)
        faults = () if self.faultless else episode.faults
        self.stage.zero()
        self.happening.arm(faults)
        backup = database.dump() if any(fault.kind == "restored" for fault in faults) else None
        for _ in range(_TROUBLED_RUNS if faults else 0):
            is_at_rest = self._run_troubled()
            if backup is not None and database.is_in_memory():
                database.put_back(backup)
                cautions.begin_all(Reason.ROLLED_BACK)  # as the file beside the database tells
                backup = None
            elif is_at_rest:
                break
        self.episodes.append(
            Episode(left=did[Side.LEFT], right=did[Side.RIGHT], faults=self._as_it_was())
        )
        self._calm()
        if any(fault.kind in _UNTOLD for fault in faults):
            self._run(complete=True)  # the daily comparison: no feed tells of it
        reports = self._settle()
        for number in range(_DECISIONS):
            if not self._decide(f"{at} {number}"):
                break
            reports = self._settle()
        self._check(reports, before, faults)

    def _decide(self, at: str) -> bool:
        """Let a person say what becomes of all that is held; tell whether anything was."""
        link, now = self.stage.ends.link, self.stage.clock.now()
        if not holds.waiting(link)[1]:
            return False
        self.held += 1
        chance = random.Random(f"decision {self.case.seed} {at}")
        say = holds.approve if chance.random() < 0.6 else holds.reject
        say(link, None, by="Pat", now=now)
        self.happening.tell(say.__name__)
        return True

    def _users_act(self, side: Side, word: Word | None, token: str) -> Word | None:
        """Let a user act; a word that is not given is chosen now."""
        people = self.stage.people[side]
        chosen = word
        if chosen is None:
            chance = random.Random(f"{self.case.seed} {side} {token}")
            verb = next((verb for verb in ("hide", "corrupt") if token.startswith(verb)), "")
            chosen = afflict(verb, people, chance) if verb else choose(people, chance, token)
        if chosen is None or not self.ledger.act(side, people, chosen):
            return None
        self.happening.tell(f"{side} {chosen}")
        return chosen

    def _upset_feed(self, fault: Fault) -> None:
        """Let a feed forget its readers, lag behind, or tell badly."""
        feed = self.stage.remotes[fault.side].feed
        match fault.kind:
            case "reset":
                feed.expire()
            case "stale":
                feed.lag(fault.times)
            case _:
                feed.quirk = Quirk(fault.error)

    def _take_over(self) -> asyncio.Task[None]:
        """Let a second worker take the link over from one that has been still for too long."""
        self.stage.clock.advance(_AFTER_A_CRASH)
        self.runs += 1
        other = self.loop.create_task(self._second())
        self.others.append(other)
        return other

    async def _second(self) -> None:
        try:
            report = await self.stage.run()
            self.happening.tell(f"second {report.writes} writes, stopped {report.stopped}")
        except (Crash, Error, LeaseLost, LinkBusy) as error:
            self.happening.tell(f"second broken off: {type(error).__name__}")

    def _as_it_was(self) -> tuple[Fault, ...]:
        """Give the faults with what their users did."""
        return tuple(
            replace(armed.fault, words=tuple(armed.did)) if armed.fault.words else armed.fault
            for armed in self.happening.armed
        )

    def _run_troubled(self) -> bool:
        """Run while things go wrong; tell whether all came to rest in spite of them."""
        is_at_rest = False
        try:
            report = self._run()
            self.happening.tell(f"stopped {report.stopped}")
            is_at_rest = not report.writes and not report.stopped
        except Crash:
            self.happening.tell("dead")
        except (Error, LeaseLost, LinkBusy) as error:  # of the database, or of the other worker
            self.happening.tell(f"broken off: {error}")
        for other in self.others:
            self.loop.run_until_complete(other)
        is_at_rest = is_at_rest and not self.others
        self.others.clear()
        self.access.is_dead = False
        self.stage.clock.advance(_AFTER_A_CRASH)
        return is_at_rest

    def _calm(self) -> None:
        """Nothing goes wrong any more: what was hidden is shown, what was locked is open."""
        self.happening.disarm()
        for side in Side:
            people = self.stage.people[side]
            people.remote.feed.lag(0)
            people.remote.feed.quirk = None
            people.remote.corrupt.clear()
            for node in list(people.remote.shelf.all()):
                if node.hidden:
                    people.show(node.id)
                if node.locked_by:
                    node.locked_by = ""
                    people.remote.note(node)
        self.stage.clock.advance(_LONG)

    def _run(self, *, complete: bool = False) -> Report:
        self.runs += 1
        self.happening.begin()
        report = self.loop.run_until_complete(self.stage.run(complete=complete))
        self.happening.tell(f"{report.writes} writes {report.notices}")
        return report

    def _settle(self) -> list[Report]:
        reports = []
        for _ in range(_RUNS):
            reports.append(self._run())
            if not reports[-1].writes and not reports[-1].stopped:
                return reports
            if reports[-1].stopped:
                self.stage.clock.advance(_LONG)
        self.wrong.append(
            f"not at rest after {_RUNS} runs: {reports[-1].stopped or 'still writing'}"
        )
        return reports

    # what must hold

    def _check(self, reports: list[Report], before: list[Pair], faults: tuple[Fault, ...]) -> None:
        kinds = {fault.kind for fault in faults}
        is_hidden = "hide" in kinds  # what nobody can see may go to the bin with its folder
        self.wrong += audit.lost(self.stage, self.ledger, or_kept=is_hidden)
        self.wrong += audit.differences(self.stage, self._apart(reports[-1].blocked))
        if not is_hidden:
            raced = "race" in kinds
            self.wrong += audit.parted(self.stage, before, self.ledger, raced=raced)
        self.wrong += audit.left_over(self.stage)
        if not kinds & _DISTURBS and self.case.setting.marks_ours:
            self.wrong += audit.refused(self.stage)
        for people in self.stage.people.values():
            self.happening.tell(repr(dict(people.snapshot("D"))))

    def _apart(self, notices: list[Notice]) -> audit.Apart:
        """Give the items that the report names as not in step, and all below them."""
        found: set[tuple[Side, ItemId]] = set()
        for notice in notices:
            people = self.stage.people[notice.side]
            try:
                node = people.at(f"D/{notice.path}")
            except Gone:
                continue
            found |= {(notice.side, each.id) for each in (node, *people.remote.shelf.below(node))}
        for pair in audit.pairs_of(self.stage):
            ids = {(side, pair.half(side).id) for side in Side}
            found |= ids if ids & found else set()
        return frozenset(found)
