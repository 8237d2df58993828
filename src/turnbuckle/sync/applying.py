"""Apply a plan: each step when what it waits for is done, journaled before and after."""

import asyncio
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.model.pairs import Base, Pair, agreed
from turnbuckle.model.plans import (
    Agree,
    Compare,
    CreateFile,
    CreateFolder,
    Delete,
    Forget,
    Made,
    Move,
    Plan,
    Ref,
    Replace,
    Step,
)
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import NoCallsLeft
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import (
    AccessDenied,
    Blocked,
    CheckedOut,
    Gone,
    Locked,
    NoSpace,
    Outdated,
    RateLimited,
    RemoteError,
    Transient,
    Unacceptable,
)
from turnbuckle.store import journal, notes
from turnbuckle.store.journal import Outcome
from turnbuckle.store.records import Entry
from turnbuckle.sync.denied import places_of, topmost_denied
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.journaling import Journaling
from turnbuckle.sync.outcomes import halves, items_of, outcome_of, with_what_enters
from turnbuckle.sync.portions import first_portion
from turnbuckle.sync.probing import NotMade, find_made
from turnbuckle.sync.report import Report
from turnbuckle.sync.retrying import TRIES, wait_after, wait_as_asked
from turnbuckle.sync.setbacks import Setbacks
from turnbuckle.sync.slips import Refused, keep_slipped
from turnbuckle.sync.transfer import Transfer, read_hashes
from turnbuckle.sync.watching import Watcher
from turnbuckle.sync.writes import (
    DeleteItem,
    MakeFile,
    MakeFolder,
    MoveItem,
    ReplaceContent,
    Write,
)

AT_ONCE = 16  # steps under way together
_BULK = 500  # steps without a call that are noted in one transaction
_MOST_DENIED = 10  # refused rights, while nothing was taken, after which nothing more is tried


@dataclass(slots=True)
class Known:
    """What a run learnt about items and pairs since it read them from the database."""

    items: dict[tuple[Side, ItemId], Item] = field(default_factory=dict)
    pairs: dict[tuple[Side, ItemId], Pair] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Base) -> "Known":
        """Begin with the base that the plan was made of."""
        known = cls()
        for pair in base.pairs:
            known.pair(pair)
        return known

    def pair(self, pair: Pair) -> None:
        """Keep a pair."""
        for side in Side:
            self.pairs[(side, pair.half(side).id)] = pair

    def take(self, outcome: Outcome) -> None:
        """Keep what a step came to."""
        for side, item in outcome.seen:
            self.items[(side, item.id)] = item
        for pair in outcome.pairs:
            self.pair(pair)

    def now(self, side: Side, item: Item) -> Item:
        """Give an item as it is after the steps so far."""
        return self.items.get((side, item.id), item)


@dataclass(slots=True, kw_only=True)
class Applying:
    """One plan on its way to both remotes."""

    ends: Ends
    journaling: Journaling
    known: Known
    clock: Clock
    watcher: Watcher
    report: Report
    setbacks: Setbacks
    until: datetime  # no further step is begun after this
    is_to_end: Callable[[], bool]  # nor once this says so
    outdated: bool = False  # something was not as planned: look again
    cut: bool = False  # steps were left for the next plan
    blocked: Blocked | None = None
    dry: NoCallsLeft | None = None  # what was under way then is found in the journal
    denied: list[tuple[Write, AccessDenied]] = field(default_factory=list)
    may_write: set[Side] = field(default_factory=set)  # sides that took a write of this plan
    results: dict[int, Item] = field(default_factory=dict)

    async def apply(self, plan: Plan) -> None:
        """Apply all steps that can be applied.

        Raises:
            Blocked: the link has to stop; what was under way is through.
            NoCallsLeft: no further step can be made now; the others are through.
            LeaseLost: another process took the link over.
        """
        await self._note_agreements(plan.steps)
        calls, self.cut = first_portion(plan.steps)
        waiting = {n: set(step.after) & calls.keys() for n, step in calls.items()}
        followers: dict[int, list[int]] = {}
        for number, others in waiting.items():
            for other in others:
                followers.setdefault(other, []).append(number)
        ready = [number for number, others in waiting.items() if not others]
        heapq.heapify(ready)
        running: set[asyncio.Task[tuple[int, bool]]] = set()
        try:
            while True:
                while ready and len(running) < AT_ONCE and self._goes_on():
                    number = heapq.heappop(ready)
                    running.add(asyncio.create_task(self._step(number, calls[number])))
                if not running:
                    break
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if isinstance(dry := task.exception(), NoCallsLeft):
                        self.dry = dry
                        continue
                    number, made = task.result()
                    for follower in followers.get(number, ()) if made else ():
                        waiting[follower].discard(number)
                        if not waiting[follower]:
                            heapq.heappush(ready, follower)
                running -= done
        finally:
            await _end(running)
        self.cut = self.cut or bool(ready)
        if self.dry is not None and self.blocked is None:
            raise self.dry
        await self._judge_denied()
        if self.blocked is not None:
            raise self.blocked

    def _goes_on(self) -> bool:
        on_time = self.clock.now() < self.until
        is_stopped = self.blocked is not None or self.dry is not None
        return not is_stopped and on_time and not self.is_to_end()

    async def _note_agreements(self, steps: Sequence[Step]) -> None:
        """Note what agrees already; no remote is asked."""
        outcomes: list[Outcome] = []
        for step in steps:
            if isinstance(step, Forget):
                outcomes.append(Outcome(forget=[step.pair], decided=halves([step.pair])))
            elif isinstance(step, Agree):
                outcomes.append(self._agreement(step))
        for start in range(0, len(outcomes), _BULK):
            await asyncio.gather(*map(self._settle, outcomes[start : start + _BULK]))

    def _agreement(self, step: Agree) -> Outcome:
        pair = agreed(step.was, step.left, step.right, place=step.place, content=step.content)
        entries = []
        if step.was is None:
            self.report.linked += 1
            entries.append(Entry(side=Side.LEFT, what="linked", path=step.path))
        known = step.was is not None and all(
            step.was.half(side).id == pair.half(side).id for side in Side
        )
        return Outcome(
            forget=[] if step.was is None else [step.was],
            pairs=[pair],
            opens=[] if known or pair.kind is not Kind.FOLDER else [pair],
            decided=halves([pair]) if step.content else [],
            activity=entries,
        )

    async def _step(self, number: int, step: Step) -> tuple[int, bool]:
        if isinstance(step, Compare):
            return number, await self._compare(step)
        write = self._resolve(step)
        if isinstance(write, MakeFile | ReplaceContent) and write.side in self.setbacks.full:
            await self._set_aside(write, NoSpace("the destination is full; make room there"))
            return number, False
        result = await self._perform(number, write)
        if isinstance(result, Refused):
            return number, False
        if result is not None:
            self.results[number] = result
        if isinstance(write, ReplaceContent):
            await keep_slipped(
                write,
                self.ends,
                self.clock,
                self.report,
                lambda copy: self._perform(number, copy),
            )
        return number, True

    async def _perform(self, number: int, write: Write) -> Item | Refused | None:
        """Make one write with its journal; give the item that it made, None for a deletion."""
        intent = await self.journaling.intend(number, write)
        try:
            result, hashes = await self._make(write)
        except RemoteError as error:
            await self._refused(write, intent, error)
            return Refused()
        was = self._was(write)
        outcome = outcome_of(write, result, intent=intent, was=was, hashes=hashes)
        await self._settle(outcome)
        await self.setbacks.forgive(items_of(write))
        self.may_write.add(write.side)
        self.report.count(write)
        self.watcher.wrote(write)
        return result

    def _was(self, write: Write) -> Pair | None:
        if isinstance(write, MoveItem | ReplaceContent):
            return self.known.pairs.get((write.side, write.item.id)) or (
                self.known.pairs.get((write.side.other, write.twin.id))
                if isinstance(write, MoveItem) and write.twin is not None
                else None
            )
        return None

    def _resolve(self, step: Step) -> Write:
        """Put in what earlier steps made, and items as they are after them."""
        now = self.known.now
        match step:
            case CreateFolder():
                return MakeFolder(
                    side=step.side,
                    parent=self._id(step.parent),
                    name=step.name,
                    source=now(step.side.other, step.source),
                    path=step.path,
                    supersedes=step.supersedes,
                )
            case CreateFile():
                return MakeFile(
                    side=step.side,
                    parent=self._id(step.parent),
                    name=step.name,
                    source_side=step.source_side,
                    source=now(step.source_side, step.source),
                    twin=self._twin(step),
                    path=step.path,
                    supersedes=step.supersedes,
                )
            case Replace():
                return ReplaceContent(
                    side=step.side,
                    item=now(step.side, step.item),
                    source=now(step.side.other, step.source),
                    path=step.path,
                )
            case Move():
                twin = step.twin if step.settles else None
                return MoveItem(
                    side=step.side,
                    item=now(step.side, step.item),
                    parent=self._id(step.parent),
                    name=step.name,
                    twin=None if twin is None else now(step.side.other, twin),
                    path=step.path,
                )
            case Delete():
                return DeleteItem(
                    side=step.side,
                    item=now(step.side, step.item),
                    pairs=step.pairs,
                    path=step.path,
                )
            case _:
                raise AssertionError(f"no write: {step}")

    def _id(self, ref: Ref) -> ItemId:
        return self.results[ref.step].id if isinstance(ref, Made) else ref.id

    def _twin(self, step: CreateFile) -> Item | None:
        if step.twin is None:
            return None
        if isinstance(step.twin, Made):
            return self.results[step.twin.step]
        return self.known.now(step.source_side, step.source)

    async def _compare(self, step: Compare) -> bool:
        """Read a file to take its hashes, so that the next plan knows what it holds."""
        connector = self.ends.connectors[step.side]
        item = [(step.side, step.item.id)]
        try:
            hashes = await read_hashes(connector, step.item, self.clock)
        except Outdated as error:
            self.outdated = True
            await self.setbacks.overtaken(item, step.path, error, self.journaling.marks)
            return False
        except Blocked as error:
            self.blocked = error
            return False
        except RemoteError as error:
            await self.setbacks.set_aside(item, step.path, error, self.journaling.marks)
            return False
        feed = await asyncio.to_thread(self.ends.feed, step.side)
        await asyncio.to_thread(
            lambda: notes.add_hashes(feed, step.item.id, step.item.version, hashes)
        )
        return True

    async def _make(self, write: Write) -> tuple[Item | None, frozenset[str]]:
        """Make a write; where the answer was lost, find out before making it again."""
        failures = refusals = 0
        while True:
            try:
                return await self._call(write)
            except RateLimited as error:
                refusals += 1
                if refusals > TRIES * 4:
                    raise
                await wait_as_asked(error, self.clock)
            except Transient:
                failures += 1
                if failures >= TRIES:
                    raise
                await self.clock.sleep(wait_after(failures))
                try:
                    return await find_made(write, self.ends, self.clock), frozenset()
                except NotMade:
                    continue

    async def _call(self, write: Write) -> tuple[Item | None, frozenset[str]]:
        connector = self.ends.connectors[write.side]
        if isinstance(write, ReplaceContent | MoveItem | DeleteItem) and write.item.locked_by:
            await self._check_lock(write)
        match write:
            case MakeFolder():
                return await connector.create_folder(write.parent, write.name), frozenset()
            case MakeFile():
                transfer = self._transfer(write.source_side, write.source)
                made = await connector.create_file(write.parent, write.name, transfer.content())
                return made, transfer.hashes()
            case ReplaceContent():
                transfer = self._transfer(write.side.other, write.source)
                return await connector.replace(write.item, transfer.content()), transfer.hashes()
            case MoveItem():
                return await connector.move(write.item, write.parent, write.name), frozenset()
            case DeleteItem():
                await connector.delete(write.item)
                return None, frozenset()

    async def _check_lock(self, write: ReplaceContent | MoveItem | DeleteItem) -> None:
        """What was locked when we saw it last may be free by now."""
        found = await self.ends.connectors[write.side].look(write.item.id)
        if found is None:
            raise Gone(f"{write.path} is not there any more")
        if found.locked_by:
            what = f"{found.locked_by} has it open or checked out"
            checks_out = self.ends.terms.capabilities(write.side).checks_out
            raise CheckedOut(what) if checks_out else Locked(what)

    def _transfer(self, side: Side, source: Item) -> Transfer:
        def sent(count: int) -> None:
            self.report.bytes_sent += count
            self.watcher.sent(count)

        return Transfer(self.ends.connectors[side], source, self.clock, sent)

    async def _refused(self, write: Write, intent: int, error: RemoteError) -> None:
        """Do what the error's class says comes next."""
        if not isinstance(error, Transient):  # else nobody knows whether it was made: left open
            now = self.clock.now()
            run = self.journaling.run
            await asyncio.to_thread(lambda: journal.fail(run, intent, str(error), now=now))
        match error:
            case NoSpace():
                self.setbacks.full.add(write.side)
                await self._set_aside(write, error)
            case AccessDenied() if (folder := await self._denied_folder(write)) is not None:
                await self.setbacks.set_aside(
                    [folder], self.setbacks.denied[folder], error, self.journaling.marks
                )
            case AccessDenied() if write.side in self.may_write:
                await self._set_aside(write, error)
            case AccessDenied() if len(self.denied) < _MOST_DENIED:
                self.denied.append((write, error))
            case Blocked():
                self.blocked = self.blocked or error
            case Outdated():
                self.outdated = True
                await self.setbacks.overtaken(
                    items_of(write), write.path, error, self.journaling.marks
                )
            case Unacceptable() | Transient() | _:
                await self._set_aside(write, error)
        self.watcher.failed(write.side, write.path, str(error))

    async def _denied_folder(self, write: Write) -> tuple[Side, ItemId] | None:
        """Find the topmost folder of the link that was taken from our account, if one was."""
        for side, item in places_of(write):
            found = await topmost_denied(self.ends, side, item, self.clock, self.setbacks.denied)
            if found is not None:
                return (side, found)
        return None

    async def _judge_denied(self) -> None:
        """Say whether rights were refused for single items, or to the account altogether."""
        for write, error in self.denied:
            if write.side in self.may_write:
                await self._set_aside(write, error)
            else:
                self.blocked = self.blocked or error

    async def _set_aside(self, write: Write, error: RemoteError) -> None:
        await self.setbacks.set_aside(items_of(write), write.path, error, self.journaling.marks)

    async def _settle(self, outcome: Outcome) -> None:
        await self.journaling.settle(with_what_enters(outcome, self.ends.policy))
        self.known.take(outcome)


async def _end(tasks: set[asyncio.Task[tuple[int, bool]]]) -> None:
    """Let nothing run on when a step failed in a way that nobody foresaw."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
