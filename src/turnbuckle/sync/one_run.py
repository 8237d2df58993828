"""What one run does from its first call to its last: make sure, recover, then look and act."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from turnbuckle.model.items import Kind
from turnbuckle.model.plans import Delete, Move, Notice, Plan, Reason
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Purpose, lane, spending_for
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import AccessDenied, SignInNeeded
from turnbuckle.store import (
    cautions,
    holds,
    journal,
    news,
    notes,
    rollback,
    set_aside,
    trees,
    trouble,
)
from turnbuckle.store.looks import Wanted
from turnbuckle.store.records import Entry, Link, Marks, Run
from turnbuckle.store.units import together
from turnbuckle.sync import signed_out
from turnbuckle.sync.accounts import check_accounts
from turnbuckle.sync.applying import Applying, Known
from turnbuckle.sync.bound_folders import follow
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.first_observation import observe_first
from turnbuckle.sync.journaling import Journaling
from turnbuckle.sync.late_writes import settle_late
from turnbuckle.sync.looking import Looked, look, lost_in_words, rest
from turnbuckle.sync.observing import observe
from turnbuckle.sync.portions import first_portion
from turnbuckle.sync.recovery import adopt, recover
from turnbuckle.sync.report import Report
from turnbuckle.sync.setbacks import Setbacks
from turnbuckle.sync.signed_out import SignedOut
from turnbuckle.sync.watching import Watcher

_MOST_ROUNDS = 500
_FRESH_STEPS = 200  # a plan of more is no edit of people that others should wait for
_SLICE = timedelta(seconds=60)  # after this long, look again before going on
_BELIEVED = timedelta(seconds=10)  # nothing is done by a look of somebody else's that is older


@dataclass(slots=True, kw_only=True)
class OneRun:
    """One run of one link; it is made for that and used once."""

    ends: Ends
    run: Run
    clock: Clock
    watcher: Watcher
    report: Report
    is_to_end: Callable[[], bool]
    _told: set[Notice] = field(default_factory=set)
    _setbacks: Setbacks = field(init=False)
    _signed_out: SignedOut | None = None
    _not_renamed: list[set_aside.Aside] = field(default_factory=list)  # no plan thinks about these
    _news: int = 0  # the number of what was new when it was looked at last
    _borrowed: bool = False  # what is known of a side comes from somebody else's look

    def __post_init__(self) -> None:
        self._setbacks = Setbacks(link=self.ends.link, clock=self.clock, report=self.report)

    async def through(self, *, complete: bool, wanted: Wanted | None = None) -> None:
        """Bring both sides into step.

        Args:
            complete: enumerate both sides anew, and try again what failed before.
            wanted: which looks will do to begin with; None: from now on.

        Raises:
            RemoteError: the run has to stop; what was done is noted.
        """
        self._news = await asyncio.to_thread(news.waiting, self.ends.link)
        await asyncio.to_thread(_made_sure, self.ends)
        unfound = await recover(self.ends, self.run, self.clock, self.report)
        if complete:
            await asyncio.to_thread(set_aside.all_due, self.ends.link, self.clock.now())
        if unfound or self.report.recovered:
            wanted = None  # what was recovered is looked for by a look of this run
        caution, asked = await observe_first(
            self.ends, self.clock, self.watcher, complete=complete, wanted=wanted
        )
        self._borrowed = len(asked) < len(Side)
        await adopt(self.ends, self.run, self.clock, self.report, unfound)
        await self._tell(await follow(self.ends, self._rename))
        rests = await self._rounds(caution)
        if rests and caution is not None and self.report.stopped_for is None:
            await asyncio.to_thread(cautions.end, self.ends.link, self.run)

    async def conclude(self) -> None:
        """Say how the link stands at the end of the run, and tell of trouble when it begins."""
        link, report = self.ends.link, self.report
        if report.stopped_for is not None or not report.stopped:
            fresh = await asyncio.to_thread(trouble.change, link, report.stopped_for)
            side = Side.LEFT
            if self._signed_out is not None:
                side, fresh = self._signed_out.side, self._signed_out.is_news
            if fresh and report.stopped_for is not None:
                await self._tell([_notice(report.stopped_for, report.stopped, side)])
        (report.held, report.holds), failed = await asyncio.to_thread(_waiting, link)
        report.blocked = _blocked(report.waiting, [*failed, *self._not_renamed])

    async def sign_out(self, error: SignInNeeded) -> None:
        """Take note that the run stops because an account is signed out."""
        self._signed_out = await asyncio.to_thread(signed_out.pause, self.ends, error)
        if self._signed_out is not None:
            self.report.stopped = self._signed_out.text

    async def _rounds(self, caution: Reason | None) -> bool:
        """Look and act until nothing is left to do; tell whether it came to that."""
        look_again = False
        for _ in range(_MOST_ROUNDS):
            if self.is_to_end():
                self.report.cut_short = True
                self.report.stopped = "it was asked to end; the next run goes on where it was"
                return False
            if look_again:
                await observe(self.ends, self.clock, self.watcher)
            caution = await self._be_cautious(caution)
            self._news = await asyncio.to_thread(news.waiting, self.ends.link)
            looked = await look(
                self.ends,
                self.clock,
                aside=frozenset(self._setbacks.aside),
                caution=caution,
            )
            let_go = await self._take_note(looked)
            if not looked.plan.steps:
                if not let_go:
                    return True
                look_again = False
                continue
            if await self._looked_itself():
                look_again = False
                continue
            if await settle_late(self.ends, self.run, self.clock, self.report, looked.concerned):
                look_again = False
                continue
            self.watcher.planned(looked.plan)
            if await self._came_in_between(looked):
                look_again = False
                continue
            applying = self._applying(looked.concerned.marks, Known.of(looked.concerned.base))
            with spending_for(self._purpose(looked.plan)):
                await applying.apply(looked.plan)
            look_again = applying.outdated or applying.cut
        self.report.stopped = (
            "there is work left after so many looks; start it again and it goes on"
        )
        return False

    async def take_news(self) -> None:
        """Nothing is new any more that was there when this run looked last, or began."""
        if self._news:
            await asyncio.to_thread(news.take, self.ends.link, self._news)

    async def _looked_itself(self) -> bool:
        """Before anything is done, look at the sides that somebody else looked at too long ago.

        Returns:
            Whether a side was asked; then the plan has to be made anew.
        """
        if not self._borrowed:
            return False
        self._borrowed = False
        wanted = Wanted(after=self.clock.now() - _BELIEVED, closely=False)
        return bool(await observe(self.ends, self.clock, self.watcher, wanted=wanted))

    async def _be_cautious(self, caution: Reason | None) -> Reason | None:
        """Give the reason to hold all deletions; it may have come up since the run began."""
        if caution is None:
            caution = await asyncio.to_thread(cautions.caution, self.ends.link)
        if caution is not None:
            await self._tell([_notice(caution, "every deletion of this look waits for you")])
        return caution

    async def _take_note(self, looked: Looked) -> bool:
        """Keep what the look found that is no step; tell whether it let go of what was held."""
        made, report = looked.plan, self.report
        report.rounds += 1
        report.rows_read += looked.concerned.rows
        report.waiting = list(made.waiting)
        if looked.concerned.lost:
            report.stopped = lost_in_words(self.ends, looked.concerned.lost)
            report.stopped_for = Reason.ROOT_MISSING
        let_go = await rest(self.ends.link, self.run, looked, self.clock)
        await self._tell(made.notices)
        return let_go

    async def _tell(self, notices: Iterable[Notice]) -> None:
        """Tell what was not told in this run."""
        news = [notice for notice in dict.fromkeys(notices) if notice not in self._told]
        if not news:
            return
        self._told.update(news)
        self.report.notices.extend(news)
        entries = [
            Entry(side=notice.side, what=notice.reason, path=notice.path, detail=notice.detail)
            for notice in news
        ]
        await asyncio.to_thread(
            lambda: journal.record(self.ends.link, self.run, entries, now=self.clock.now())
        )

    async def _came_in_between(self, looked: Looked) -> bool:
        """Look once more just before folders are deleted: whatever lies in them goes with them.

        Returns:
            Whether anything was told since the plan was made; then it has to be made anew.
        """
        steps, _ = first_portion(looked.plan.steps)
        if not any(_takes_a_folder(step) for step in steps.values()):
            return False
        with spending_for(Purpose.PROOF):
            await observe(self.ends, self.clock, self.watcher)
        marks = looked.concerned.marks
        return await asyncio.to_thread(notes.told_since, self.ends.link, marks)

    def _purpose(self, plan: Plan) -> Purpose:
        """Say what the steps of a plan are: what people did just now, or work of hours."""
        is_fresh = not self.run.is_first and len(plan.steps) <= _FRESH_STEPS
        return Purpose.FRESH if is_fresh else lane().purpose

    def _applying(self, marks: Marks, known: Known) -> Applying:
        return Applying(
            ends=self.ends,
            journaling=Journaling(link=self.ends.link, run=self.run, marks=marks, clock=self.clock),
            known=known,
            clock=self.clock,
            watcher=self.watcher,
            report=self.report,
            setbacks=self._setbacks,
            until=self.clock.now() + _SLICE,
            is_to_end=self.is_to_end,
        )

    async def _rename(self, move: Move) -> bool:
        """Rename a bound folder, with its journal; where that fails, all else goes on."""
        item = (move.side, move.item.id)
        marks = await asyncio.to_thread(trees.marks, self.ends.link)
        applying = self._applying(marks, Known())
        try:
            await applying.apply(Plan(steps=(move,)))
        except AccessDenied as error:
            await self._setbacks.set_aside([item], move.path, error, marks)
        failed = await asyncio.to_thread(set_aside.every, self.ends.link)
        self._not_renamed = [each for each in failed if (each.side, each.item) == item]
        if applying.results:
            self._not_renamed = []
            await asyncio.to_thread(set_aside.clear, self.ends.link, [item])
        return bool(applying.results)


@together
def _made_sure(ends: Ends) -> None:
    """Go on only where the database is the newest one, and the accounts are the same."""
    rollback.went_back()
    check_accounts(ends)


@together
def _waiting(link: Link) -> tuple[tuple[int, bool], list[set_aside.Aside]]:
    """Give what waits for a decision, and what is set aside."""
    return holds.waiting(link), set_aside.every(link)


def _takes_a_folder(step: object) -> bool:
    return isinstance(step, Delete) and step.item.kind is Kind.FOLDER


def _notice(reason: Reason, detail: str, side: Side = Side.LEFT) -> Notice:
    """Make a notice about the link as a whole."""
    return Notice(reason=reason, side=side, path="", detail=detail)


def _blocked(waiting: Iterable[Notice], failed: Sequence[set_aside.Aside]) -> list[Notice]:
    """Give all that is not in step, what failed with its own reason."""
    found = {
        (each.side, each.path): Notice(
            reason=Reason(each.code) if each.code else Reason.SET_ASIDE,
            side=each.side,
            path=each.path,
            detail=each.reason,
        )
        for each in failed
    }
    for notice in waiting:
        if notice.reason is not Reason.SET_ASIDE:
            found.setdefault((notice.side, notice.path), notice)
    return list(found.values())
