"""Explain how one file or folder stands, and what a person can do about it.

Everything is computed from what is known; no remote is asked, and nothing is changed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from turnbuckle.model.items import ItemId, Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.pairs import Pair
from turnbuckle.model.plans import Notice, Reason, Step
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.store import closure, deletions, findings, holds, set_aside
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.deletions import Deleted
from turnbuckle.store.findings import Sight
from turnbuckle.store.holds import HeldBatch
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.store.set_aside import Aside
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.forecasting import Forecast, forecast
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import open_ends

_MOST_EXPLAINED = 20


class State(StrEnum):
    """How an item stands, in one word."""

    IN_STEP = "in_step"
    TO_COME = "to_come"  # the next run writes it
    WAITING = "waiting"  # something has to change first, `reason` says what
    HELD = "held"  # a person has to decide
    SET_ASIDE = "set_aside"  # it failed, and is tried again later
    LEFT_ALONE = "left_alone"  # by a rule, by its name, or since its tool is switched off
    HIDDEN = "hidden"  # not seen any more, and nothing proves that it was deleted
    DELETED = "deleted"
    OUTSIDE = "outside"  # it lies in a folder that the link is not bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How one document or folder stands.

    Attributes:
        path: as its left side has it, or the right one where the left has none.
        left: as it was last seen there; None: never.
        right: the same.
        pair: what both sides held when they last agreed.
        reason: why it waits.
        detail: more about the reason, from whoever refused it.
        held: the batch that it waits in.
        aside: the tries that failed, of itself or of a folder above it.
        deleted: the deletion that it was part of.
        steps: what the next run is to do about it.
        copy_of: the name of the original, and the side whose version this conflict copy keeps.
        rule: what leaves it alone, in words.
    """

    path: str
    state: State
    left: Sight | None = None
    right: Sight | None = None
    pair: Pair | None = None
    reason: Reason | None = None
    detail: str = ""
    held: HeldBatch | None = None
    aside: Aside | None = None
    deleted: Deleted | None = None
    steps: tuple[Step, ...] = ()
    copy_of: tuple[Name, Side] | None = None
    rule: str = ""

    def on(self, side: Side) -> Sight | None:
        """Give the item as one side last showed it."""
        return self.left if side is Side.LEFT else self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of a path or a name.

    Attributes:
        found: what it may mean, what is there first; none: it was never seen.
        more: how many further items have the name.
        alike: the paths that come closest, where nothing was found.
        complete: when each side was last listed as a whole.
    """

    link: Link
    asked: str
    found: tuple[Explained, ...] = ()
    more: int = 0
    alike: tuple[str, ...] = ()
    complete: dict[Side, datetime | None] = field(default_factory=dict)


def explain(scope: Scope, link: Link, text: str, clock: Clock | None = None) -> Answer:
    """Explain how everything of this path, or of this name, stands.

    Raises:
        VaultError: a connection's secrets cannot be opened.
    """
    return asyncio.run(_explain(scope, link, text, clock or agreed_clock()))


async def _explain(scope: Scope, link: Link, text: str, clock: Clock) -> Answer:
    async with open_ends(scope, link, clock, Meter()) as ends:
        return await explained(ends, text, clock)


async def explained(ends: Ends, text: str, clock: Clock) -> Answer:
    """Explain how everything of this path, or of this name, stands; the ends are not asked."""
    link = ends.link
    subjects = await asyncio.to_thread(_subjects, link, text)
    complete = await asyncio.to_thread(findings.told_completely, link)
    if not subjects:
        alike = await asyncio.to_thread(findings.alike, link, text)
        return Answer(link=link, asked=text, alike=tuple(alike), complete=complete)
    found = [await _judge(ends, subject, clock) for subject in subjects[:_MOST_EXPLAINED]]
    more = max(0, len(subjects) - _MOST_EXPLAINED)
    return Answer(link=link, asked=text, found=tuple(found), more=more, complete=complete)


@dataclass(slots=True, kw_only=True)
class _Subject:
    """One document or folder, found on one side or on both."""

    pair: Pair | None
    deleted: Deleted | None
    sights: dict[Side, Sight]

    @property
    def shown(self) -> Sight:
        """The item that people are told about: one that is there, rather the left one."""
        return min(self.sights.values(), key=lambda one: (one.state != "present", one.side))

    @property
    def keys(self) -> list[tuple[Side, ItemId]]:
        halves = [] if self.pair is None else [(side, self.pair.half(side).id) for side in Side]
        return list({*halves, *((side, one.item.id) for side, one in self.sights.items())})


def _subjects(link: Link, text: str) -> list[_Subject]:
    """Find what a text may mean, and join the halves of pairs."""
    found: list[_Subject] = []
    known: set[tuple[Side, ItemId]] = set()
    for sight in findings.look_up(link, text):
        if (sight.side, sight.item.id) in known:
            continue
        subject = _subject(link, sight)
        known.update(subject.keys)
        found.append(subject)
    there = [one for one in found if any(each.state != "gone" for each in one.sights.values())]
    # what was deleted long ago at a place where something is now is no answer
    return there or found


def _subject(link: Link, sight: Sight) -> _Subject:
    """Join an item with its counterpart: the one it is paired with, or was deleted with."""
    there = sight.side.other
    pair = closure.pair_with(link, sight.side, sight.item.id)
    record = None
    if pair is None and sight.state == "gone":
        record = deletions.last_of(link, sight.side, sight.item.id)
    counterpart = pair.half(there).id if pair else record.on(there) if record else None
    other = None if counterpart is None else findings.sight(link, there, counterpart)
    sights = {sight.side: sight} if other is None else {sight.side: sight, there: other}
    return _Subject(pair=pair, deleted=record, sights=sights)


async def _judge(ends: Ends, subject: _Subject, clock: Clock) -> Explained:
    known = await asyncio.to_thread(_known, ends.link, subject)
    if known.state is not State.IN_STEP:
        return known
    left_alone = _left_alone(ends.link, ends.policy, subject)
    if left_alone:
        return _said(subject, State.LEFT_ALONE, rule=left_alone)
    seen = await forecast(ends, clock, subject.keys)
    if not seen.steps and _about(subject, seen.plan.waiting) is None and not seen.lost:
        ruled_out = await _ruled_out(ends, subject, clock)
        if ruled_out:
            return _said(subject, State.LEFT_ALONE, rule=ruled_out)
    return _foreseen(subject, seen)


def _known(link: Link, subject: _Subject) -> Explained:
    """Say what is on record: held, set aside, deleted, outside. `IN_STEP` stands for nothing."""
    shown = subject.shown
    if not shown.tool:
        return _said(subject, State.OUTSIDE)
    for side, item in subject.keys:
        batch = holds.of_item(link, side, item)
        if batch is not None:
            return _said(subject, State.HELD, reason=batch.reason, held=batch)
    aside = _aside(link, subject)
    if aside is not None:
        reason = Reason(aside.code) if aside.code else Reason.SET_ASIDE
        return _said(subject, State.SET_ASIDE, reason=reason, detail=aside.reason, aside=aside)
    if all(sight.state == "gone" for sight in subject.sights.values()) and subject.pair is None:
        return _said(subject, State.DELETED, deleted=subject.deleted)
    return _said(subject, State.IN_STEP)


def _aside(link: Link, subject: _Subject) -> Aside | None:
    """Give the failed tries of an item, or of the nearest folder above it."""
    keys = dict.fromkeys(subject.keys, -1)
    for side, sight in subject.sights.items():
        keys |= {(side, folder): depth for depth, folder in enumerate(sight.above)}
    failed = {(each.side, each.item): each for each in set_aside.every(link)}
    near = [key for key in keys if key in failed]
    return failed[min(near, key=lambda key: (keys[key], key))] if near else None


def _left_alone(link: Link, policy: Policy, subject: _Subject) -> str:
    """Say which switch or name leaves an item alone; empty: none does."""
    shown = subject.shown
    if any(bound.tool == shown.tool and not bound.enabled for bound in link.bounds):
        return f"the tool {shown.tool} is switched off (turnbuckle link set --tool)"
    if subject.pair is None and policy.ignores(shown.item.name, shown.item.kind):
        return f"files of such names are never synced ({', '.join(policy.ignored)})"
    return ""


async def _ruled_out(ends: Ends, subject: _Subject, clock: Clock) -> str:
    """Say which rule leaves out what would be written without it; empty: none does.

    The planner itself is asked, under a policy of one rule alone, so that the answer is its own.
    """
    policy = ends.policy
    if not policy.scope and not policy.directions:
        return ""
    free = replace(policy, scope=(), directions={})
    if not (await forecast(ends, clock, subject.keys, free)).steps:
        return ""
    for number, rule in reversed(list(enumerate(policy.scope, 1))):
        alone = replace(free, scope=(rule,))
        if not rule.include and not (await forecast(ends, clock, subject.keys, alone)).steps:
            return f"rule {number} of this link leaves it out (turnbuckle link show)"
    return "changes in its folder are paused (turnbuckle link show)"


def _foreseen(subject: _Subject, seen: Forecast) -> Explained:
    """Say what the planner makes of an item that is on no record."""
    hidden = [one for one in subject.sights.values() if one.state == "missing"]
    if any(tool == subject.shown.tool for _, tool in seen.lost):
        return _said(subject, State.WAITING, reason=Reason.ROOT_MISSING)
    waiting = _about(subject, seen.plan.waiting)
    if waiting is not None:
        return _said(subject, State.WAITING, reason=waiting.reason, detail=waiting.detail)
    keys = set(subject.keys)
    held = next((one for one in seen.plan.held if (one.side, one.item.id) in keys), None)
    if held is not None:  # no run has held it yet
        return _said(subject, State.WAITING, reason=held.reason)
    if seen.steps:
        return _said(subject, State.TO_COME, steps=seen.steps)
    if hidden:
        return _said(subject, State.HIDDEN, reason=Reason.HIDDEN)
    if subject.pair is None:
        return _said(subject, State.LEFT_ALONE, rule="the rules of this link leave it out")
    return _said(subject, State.IN_STEP)


def _about(subject: _Subject, notices: Sequence[Notice]) -> Notice | None:
    """Give the notice about an item, or about the nearest folder above it."""
    paths = {sight.path for sight in subject.sights.values()}
    above = [
        notice
        for notice in notices
        if any(path == notice.path or path.startswith(f"{notice.path}/") for path in paths)
    ]
    return max(above, key=lambda notice: len(notice.path), default=None)


def _said(
    subject: _Subject,
    state: State,
    *,
    reason: Reason | None = None,
    detail: str = "",
    held: HeldBatch | None = None,
    aside: Aside | None = None,
    deleted: Deleted | None = None,
    steps: tuple[Step, ...] = (),
    rule: str = "",
) -> Explained:
    shown = subject.shown
    return Explained(
        path=shown.path,
        state=state,
        left=subject.sights.get(Side.LEFT),
        right=subject.sights.get(Side.RIGHT),
        pair=subject.pair,
        reason=reason,
        detail=detail,
        held=held,
        aside=aside,
        deleted=deleted,
        steps=steps,
        copy_of=is_conflict_copy(shown.item.name),
        rule=rule,
    )
