"""Memory remotes that misbehave: the catalogue's faults, by switches and at moments of calls."""

import fnmatch
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scenarios.acting import Fault, NotHere, WorldClock
from scenarios.between import OPS, UPLOADS, WRITES
from scenarios.upsets import OwnClock
from scenarios.vocabulary import LETTERS, SIDES

from turnbuckle.connectors.memory.blobs import Blob, piece, size_of
from turnbuckle.connectors.memory.feed import Quirk
from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.rollback import Past, remembered, roll_back
from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import (
    AccessDenied,
    Gone,
    Locked,
    NoSpace,
    Overtaken,
    RateLimited,
    RemoteError,
    ServerError,
    SignInNeeded,
    Unreachable,
)

_STORM = 60  # calls that a storm refuses
_BUDGET_SECONDS = 60.0
_SMALL_PAGE = 10
_GROWTH = (0.3, 0.6)  # parts of a growing file that are there at first
_STATUSES: dict[int, type[RemoteError]] = {
    401: SignInNeeded,
    403: AccessDenied,
    404: Gone,
    409: Overtaken,
    423: Locked,
    507: NoSpace,
}

type Hook = Callable[[Moment], None]


@dataclass(slots=True)
class MemoryFaults:
    """The faults of both remotes of one world."""

    remotes: dict[Side, MemoryRemote]
    people: dict[Side, People]
    clock: WorldClock
    past: dict[Side, Past] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    _undo: list[Callable[[], None]] = field(default_factory=list)

    def remember(self) -> None:
        """Note how both remotes are."""
        self.past = {side: remembered(remote) for side, remote in self.remotes.items()}

    def disarm(self) -> None:
        """Make both remotes behave again."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()

    def arm(self, fault: Fault) -> None:
        """Make a remote misbehave."""
        side = SIDES[fault.get("side") or fault["who"]]
        arm = getattr(self, f"_arm_{fault['kind']}", None)
        if arm is None:
            raise NotHere(f"memory remotes know no fault {fault['kind']!r}")
        arm(side, self.remotes[side], self.people[side], fault)

    def _hook(self, remote: MemoryRemote, hook: Hook) -> None:
        remote.calls.hooks.append(hook)
        self._undo.append(lambda: remote.calls.hooks.remove(hook))

    def _hide(self, people: People, item: ItemId) -> None:
        node = people.remote.shelf.get(item)
        assert node is not None
        node.hidden = True
        self._undo.append(lambda: people.show(item))

    def _break_off(self, remote: MemoryRemote) -> None:
        """Let every listing end after its first page, however short it is."""
        was = remote.traits
        remote.traits = replace(was, page_items=_SMALL_PAGE)

        def hook(moment: Moment) -> None:
            listing = moment.op in (Op.LIST, Op.DELTA) and moment.when is When.BEFORE
            if listing and moment.subject != "page 1":
                raise Unreachable("the second page of the listing fails")

        def undo() -> None:
            remote.traits = replace(remote.traits, page_items=was.page_items)

        self._undo.append(undo)
        self._hook(remote, hook)

    def _budget(self, side: Side, most: int) -> Hook:
        """Let only so many calls through in each minute."""
        window = [self.clock.now(), 0]
        told = _Told(self.complaints, side)

        def hook(moment: Moment) -> None:
            if moment.when is not When.BEFORE:
                return
            now = self.clock.now()
            told.check(moment, now)
            began, used = window
            assert isinstance(began, datetime)
            assert isinstance(used, int)
            if now >= began + timedelta(seconds=_BUDGET_SECONDS):
                began, used = now, 0
            if used >= most:
                wait = began + timedelta(seconds=_BUDGET_SECONDS) - now
                told.wait(moment, now + wait)
                raise RateLimited(f"side {LETTERS[side]}", wait)
            window[:] = [began, used + 1]

        return hook

    # the faults by their kinds

    def _arm_http(self, side: Side, remote: MemoryRemote, _: People, fault: Fault) -> None:
        times = fault.get("times", 1)
        left = [_STORM if times == "storm" else int(times)]
        ops, wait = OPS[fault["op"]], fault.get("retry_after")
        told = _Told(self.complaints, side)

        def hook(moment: Moment) -> None:
            if moment.when is not When.BEFORE or moment.op not in ops:
                return
            told.check(moment, self.clock.now())
            if left[0] > 0:
                left[0] -= 1
                if wait is not None:
                    told.wait(moment, self.clock.now() + timedelta(seconds=wait))
                raise _error(fault["status"], wait)

        self._hook(remote, hook)

    def _arm_response_lost(self, _: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        self._hook(remote, _lost(OPS[fault["op"]], fault.get("times", 1)))

    def _arm_partial_listing(self, _: Side, remote: MemoryRemote, __: People, ___: Fault) -> None:
        self._break_off(remote)

    def _arm_delta_reset(self, _: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        remote.expire_cursors()
        if not fault["complete"]:
            self._break_off(remote)

    def _arm_empty_listing(
        self, _: Side, remote: MemoryRemote, people: People, fault: Fault
    ) -> None:
        for node in list(remote.shelf.children(people.id_of(fault["path"]))):
            self._hide(people, node.id)

    def _arm_vanish(self, _: Side, __: MemoryRemote, people: People, fault: Fault) -> None:
        self._hide(people, people.id_of(fault["path"]))

    def _arm_stale_read(self, _: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        remote.feed.lag(fault["cycles"])

    def _arm_delta_quirk(self, _: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        remote.feed.quirk = Quirk(fault["quirk"])

        def undo() -> None:
            remote.feed.quirk = None

        self._undo.append(undo)

    def _arm_token_revoked(self, _: Side, remote: MemoryRemote, __: People, ___: Fault) -> None:
        self._hook(remote, _refusing(SignInNeeded("the connection was revoked"), set(Op)))

    def _arm_permission_lost(
        self, _: Side, remote: MemoryRemote, people: People, fault: Fault
    ) -> None:
        path = people.spelled(fault["path"].rstrip("/"))
        self._hide(people, people.id_of(fault["path"]))
        self._hook(remote, _below(path, AccessDenied("no right to this folder")))

    def _arm_quota_full(self, _: Side, remote: MemoryRemote, __: People, ___: Fault) -> None:
        self._hook(remote, _refusing(NoSpace("the library is full"), set(UPLOADS)))

    def _arm_rewrite_on_upload(
        self, _: Side, remote: MemoryRemote, __: People, fault: Fault
    ) -> None:
        was = remote.traits
        match = frozenset({fault["match"].lstrip("*").lower()})
        remote.traits = replace(was, rewrites=match)

        def undo() -> None:
            remote.traits = replace(remote.traits, rewrites=was.rewrites)

        self._undo.append(undo)

    def _arm_etag_bump_after_upload(
        self, _: Side, remote: MemoryRemote, __: People, fault: Fault
    ) -> None:
        self._hook(remote, _bumping(remote, fault["match"]))

    def _arm_corrupt_download(
        self, _: Side, remote: MemoryRemote, people: People, fault: Fault
    ) -> None:
        remote.corrupt[people.id_of(fault["path"])] = fault["times"]

    def _arm_growing_upload(
        self, _: Side, remote: MemoryRemote, people: People, fault: Fault
    ) -> None:
        self._hook(remote, _growing(remote, people, fault["path"]))

    def _arm_clock_skew(self, _: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        was = remote.clock
        remote.clock = OwnClock(self.clock, timedelta(seconds=fault["seconds"]))

        def undo() -> None:
            remote.clock = was

        self._undo.append(undo)

    def _arm_remote_rollback(
        self, side: Side, remote: MemoryRemote, __: People, ___: Fault
    ) -> None:
        roll_back(remote, self.past[side])

    def _arm_budget(self, side: Side, remote: MemoryRemote, __: People, fault: Fault) -> None:
        self._hook(remote, self._budget(side, fault["requests_per_cycle"]))

    def _arm_poison(self, _: Side, remote: MemoryRemote, people: People, fault: Fault) -> None:
        path = people.spelled(fault["path"])
        self._hook(remote, _below(path, _error(fault["status"], None), set(WRITES)))


@dataclass(slots=True)
class _Told:
    """Which calls were told to wait, and until when."""

    complaints: list[str]
    side: Side
    until: dict[tuple[Op, str], datetime] = field(default_factory=dict)

    def wait(self, moment: Moment, until: datetime) -> None:
        """A call was told to wait."""
        self.until[moment.op, moment.subject] = until

    def check(self, moment: Moment, now: datetime) -> None:
        """Complain of a call that comes again before its time."""
        until = self.until.pop((moment.op, moment.subject), None)
        if until is not None and now < until:
            early = (until - now).total_seconds()
            self.complaints.append(
                f"{moment.op} {moment.subject} came again {early:.1f} s too early"
            )


def _error(status: int, wait: float | None) -> RemoteError:
    if status == 429:
        return RateLimited("the remote", timedelta(seconds=wait or 1))
    if status in _STATUSES:
        return _STATUSES[status](f"the remote answered {status}")
    return ServerError(f"the remote answered {status}")


def _refusing(error: RemoteError, ops: set[Op]) -> Hook:
    def hook(moment: Moment) -> None:
        if moment.when is When.BEFORE and moment.op in ops:
            raise error

    return hook


def _below(path: str, error: RemoteError, ops: set[Op] | None = None) -> Hook:
    """Refuse the calls that concern a path or what lies below it."""

    def hook(moment: Moment) -> None:
        concerns = moment.subject == path or moment.subject.startswith(path + "/")
        if moment.when is When.BEFORE and concerns and (ops is None or moment.op in ops):
            raise error

    return hook


def _lost(ops: frozenset[Op], times: int) -> Hook:
    """Lose the answers of so many calls."""
    left = [times]

    def hook(moment: Moment) -> None:
        if moment.when is When.AFTER and moment.op in ops and left[0] > 0:
            left[0] -= 1
            raise Unreachable("no answer came")

    return hook


def _bumping(remote: MemoryRemote, match: str) -> Hook:
    """Change the tag of what our app has just uploaded."""
    anybody = People(remote)

    def hook(moment: Moment) -> None:
        uploaded = moment.when is When.AFTER and moment.op in UPLOADS
        if uploaded and fnmatch.fnmatch(moment.subject, match):
            remote.note(anybody.at(moment.subject))

    return hook


def _growing(remote: MemoryRemote, people: People, path: str) -> Hook:
    """Let a file grow each time that somebody reads it, until it is whole."""
    node = people.at(path)
    stages = _stages(node.blob)
    remote.write(node, next(stages), author=people.author)
    subject = people.spelled(path)

    def hook(moment: Moment) -> None:
        if (moment.when, moment.op, moment.subject) == (When.BEFORE, Op.DOWNLOAD, subject):
            bigger = next(stages, None)
            if bigger is not None:
                remote.write(node, bigger, author=people.author)

    return hook


def _stages(blob: Blob) -> Iterator[Blob]:
    for part in _GROWTH:
        yield piece(blob, 0, int(size_of(blob) * part))
    yield blob
