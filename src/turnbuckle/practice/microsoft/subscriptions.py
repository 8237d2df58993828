"""Change notifications: who is told, where, that something in a library changed.

A notice is a tap on the shoulder: it names the subscription and nothing of what changed. So the
change log's number is enough: what it has grown by since the last look is what there is to tell.
Receivers that answer slowly are told late, and then not at all. Source: section 9 of the fact
sheet.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.wire import Json, timestamp
from turnbuckle.practice.mishaps import Mishaps
from turnbuckle.practice.outbox import Outbox, Pace
from turnbuckle.practice.posting import Posted, Poster, Reach

MOST_AT_ONCE = 100  # notices of one subscription at one look, and of one body
REAUTHORIZE_BEFORE = timedelta(minutes=15)
_WINDOW = timedelta(minutes=10)
_LATE_SECONDS = 600.0
_DELAYED_FROM, _DROPPED_FROM = 0.10, 0.15  # the share of slow answers in the window


@dataclass(slots=True, eq=False, kw_only=True)
class Subscription:
    """One wish to be told of changes in one library."""

    id: str
    app_id: str  # empty: a person by hand
    person_id: str  # empty: an app by itself
    resource: str  # as it was given
    drive: Drive
    notification_url: str
    lifecycle_url: str | None
    client_state: str | None
    tls_version: str
    rights_too: bool  # changes of permissions are told, too
    expires: datetime
    authorized_until: datetime
    is_challenged: bool = False  # it was told that authorization or life come to an end
    seen: int = 0  # of its changes

    @property
    def changes(self) -> int:
        """How often what it is about has changed."""
        log = self.drive.changes
        return log.number if self.rights_too else log.number - log.shares

    def renewed(self, authorized_until: datetime) -> None:
        """Its holder said again that it is wanted."""
        self.authorized_until = authorized_until
        self.is_challenged = False


@dataclass(slots=True)
class _Notices:
    """One body on its way: notices for the subscriptions of one address."""

    book: "Subscriptions"
    address: str
    told: list[Subscription]
    event: str = ""  # of a lifecycle notice

    @property
    def is_wanted(self) -> bool:
        return any(self.book.is_alive(each) for each in self.told)

    def content(self) -> tuple[bytes, Mapping[str, str]]:
        rows = [self._row(each) for each in self.told if self.book.is_alive(each)]
        body = msgspec.json.encode({"value": rows})
        return body, {"Content-Type": "application/json; charset=utf-8"}

    def _row(self, one: Subscription) -> Json:
        row: Json = {
            "subscriptionId": one.id,
            "subscriptionExpirationDateTime": timestamp(one.expires),
            "clientState": one.client_state,
            "tenantId": self.book.tenant_id,
        }
        if self.event:
            return row | {"lifecycleEvent": self.event}
        return row | {"changeType": "updated", "resource": one.resource, "resourceData": {}}

    def tried(self, posted: Posted) -> None:
        self.book.note_answer(self.address, posted)

    def dropped(self) -> None:
        """Lost: whoever waits for notices asks for changes now and then all the same."""


@dataclass(slots=True)
class _Answers:
    """How quickly one address answered lately."""

    rows: deque[tuple[datetime, bool]] = field(default_factory=deque)  # when, whether slowly

    def slow_share(self, now: datetime) -> float:
        while self.rows and self.rows[0][0] <= now - _WINDOW:
            self.rows.popleft()
        return sum(slow for _, slow in self.rows) / len(self.rows) if self.rows else 0.0


class Subscriptions:
    """All subscriptions of the tenant, and the notices on their way."""

    def __init__(self, tenant_id: str, clock: PracticeClock, switches: GraphSwitches) -> None:
        self.tenant_id = tenant_id
        self.clock = clock
        self.switches = switches
        self.poster = Poster(self._reach)
        self.pace = Pace(
            answer_seconds=10.0,
            first_wait_seconds=10.0,
            longest_wait_seconds=1800.0,
            give_up_seconds=4 * 3600.0,
        )
        self.slow_seconds = 3.0  # an answer that takes longer is slow
        self.outbox = Outbox(self.poster, clock, self.pace, prepare=self._look)
        self._all: dict[str, Subscription] = {}
        self._due: deque[tuple[datetime, Subscription]] = deque()
        self._answers: dict[str, _Answers] = defaultdict(_Answers)
        self.mishaps = Mishaps()

    # -- what others play with ---------------------------------------------------------------------

    async def settle(self) -> None:
        """Send what is due by the clock, and wait until that is done."""
        await self.outbox.settle()

    # -- the book ----------------------------------------------------------------------------------

    @property
    def living(self) -> list[Subscription]:
        """All that have not expired, oldest first."""
        return [each for each in self._all.values() if self.is_alive(each)]

    def is_alive(self, one: Subscription) -> bool:
        """Whether it is there, and not expired."""
        return one.id in self._all and self.clock.now() < one.expires

    def add(self, one: Subscription) -> None:
        """Tell of changes from now on."""
        one.seen = one.changes
        self._all[one.id] = one
        self.outbox.wake()

    def remove(self, one: Subscription) -> None:
        """Tell of nothing more."""
        self._all.pop(one.id, None)

    def note_answer(self, address: str, posted: Posted) -> None:
        """Remember whether a receiver was slow."""
        slow = posted.timed_out or posted.seconds > self.slow_seconds
        self._answers[address].rows.append((self.clock.now(), slow))

    # -- looking -----------------------------------------------------------------------------------

    async def _look(self) -> bool:
        """Put in what has become due; tell whether there will be more to look for."""
        now = self.clock.now()
        for one in list(self._all.values()):
            if now >= one.expires:
                self.remove(one)
                continue
            self._challenge(one, now)
            self._notice(one, now)
        batches: dict[str, list[Subscription]] = defaultdict(list)
        while self._due and self._due[0][0] <= now:
            one = self._due.popleft()[1]
            batches[one.notification_url].append(one)
        for address, told in batches.items():
            self._send(address, told, now)
        if not self._all:
            self._answers.clear()
        return bool(self._all or self._due)

    def _challenge(self, one: Subscription, now: datetime) -> None:
        """Ask for another authorization, or another life, a while before the first ends."""
        if one.lifecycle_url is None or one.is_challenged:
            return
        if now >= min(one.authorized_until, one.expires) - REAUTHORIZE_BEFORE:
            one.is_challenged = True
            notice = _Notices(self, one.lifecycle_url, [one], "reauthorizationRequired")
            self.outbox.put(one.lifecycle_url, notice)

    def _notice(self, one: Subscription, now: datetime) -> None:
        changed, one.seen = one.changes - one.seen, one.changes
        unheard = one.lifecycle_url is not None and now >= one.authorized_until
        if changed <= 0 or (unheard and self.switches.unauthorized_subscriptions_stop):
            return
        due = now + timedelta(seconds=self.switches.notice_seconds)
        for _ in range(min(changed * self.switches.notices_per_change, MOST_AT_ONCE)):
            times = self.mishaps.times(self.switches.notices_lost_every)
            self._due.extend([(due, one)] * times)

    def _send(self, address: str, told: list[Subscription], now: datetime) -> None:
        share = self._answers[address].slow_share(now)
        if share >= _DROPPED_FROM:
            return
        wait = _LATE_SECONDS if share > _DELAYED_FROM else 0.0
        for batch in _in_batches(told):
            self.outbox.put(address, _Notices(self, address, batch), wait)

    def _reach(self) -> Reach:
        return Reach(self.switches.loopback_hooks, self.switches.public_hooks)


def _in_batches(told: list[Subscription]) -> Iterator[list[Subscription]]:
    for start in range(0, len(told), MOST_AT_ONCE):
        yield told[start : start + MOST_AT_ONCE]
