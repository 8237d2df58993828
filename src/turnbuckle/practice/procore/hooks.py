"""Webhooks of one Procore: who set up which, what each is to be told, and the telling.

A hook belongs to a company or to a project and hears of that one's things alone: of those kinds
for which it has a trigger. Deliveries wait in an outbox, a lane for each address, so that one
failing receiver pauses all that goes to it, from whichever hook. Source: section 13 of the fact
sheet; what nobody confirmed is a switch.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.mishaps import Mishaps
from turnbuckle.practice.outbox import Outbox, Pace
from turnbuckle.practice.persons import PERSONS, Person
from turnbuckle.practice.posting import Posted, Poster, Reach
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.hook_deliveries import Attempt, Delivery
from turnbuckle.practice.procore.hook_events import Doing, Event, Happening, Place, doing_now
from turnbuckle.practice.procore.hook_resources import (
    RESOURCES,
    EventType,
    Resource,
    Scope,
)
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.switches import ProcoreSwitches

KEPT = timedelta(days=28)
MOST_KEPT = 20_000  # deliveries of one hook


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One kind of event of which a hook hears."""

    id: int
    resource: str
    event_type: EventType


@dataclass(slots=True, eq=False, kw_only=True)
class Hook:
    """Where somebody wants to be told of something."""

    id: int
    place: Place
    payload_version: str
    namespace: str
    address: str
    authorization: str | None  # sent with each delivery
    user_id: int
    created: datetime
    updated: datetime
    active: bool = True
    triggers: dict[int, Trigger] = field(default_factory=dict)
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))

    @property
    def scope(self) -> Scope:
        """Whose things it hears of."""
        return Scope.COMPANY if self.place.project_id is None else Scope.PROJECT

    def hears(self, happening: Happening) -> bool:
        """Whether it is to be told."""
        return self.active and any(
            (each.resource, each.event_type) == (happening.resource, happening.event_type)
            for each in self.triggers.values()
        )


@dataclass(slots=True)
class _Parcel:
    """A delivery in the outbox."""

    hooks: "Hooks"
    hook: Hook
    delivery: Delivery
    started: datetime | None = None

    @property
    def is_wanted(self) -> bool:
        return self.hook.active and self.hook.id in self.hooks.all

    def content(self) -> tuple[bytes, Mapping[str, str]]:
        self.started = self.hooks.clock.now()
        headers = {"Content-Type": "application/json"}
        if self.hook.authorization is not None:
            headers["Authorization"] = self.hook.authorization
        return self.delivery.body(), headers

    def tried(self, posted: Posted) -> None:
        now = self.hooks.clock.now()
        self.delivery.tried(
            Attempt(self.hooks.identifiers.ulid(), self.started or now, now, posted)
        )

    def dropped(self) -> None:
        self.delivery.discarded()


class Hooks:
    """All hooks, and the events on their way."""

    def __init__(
        self, identifiers: Identifiers, clock: PracticeClock, switches: ProcoreSwitches
    ) -> None:
        self.identifiers = identifiers
        self.clock = clock
        self._switches = switches
        self.poster = Poster(self._reach)
        self.pace = Pace(answer_seconds=5.0, give_up_seconds=12 * 3600.0)
        self.outbox = Outbox(self.poster, clock, self.pace)
        self.all: dict[int, Hook] = {}
        self._levels: dict[tuple[int, int], Level] = {}  # by company and person
        self.mishaps = Mishaps()

    # -- what others play with ---------------------------------------------------------------------

    def set_level(self, company_id: int, who: Person, level: Level) -> None:
        """Set what somebody may do with the webhooks of a company and its projects."""
        self._levels[company_id, who.id] = level

    def level(self, company_id: int, who: Person, *, is_app: bool) -> Level:
        """What somebody may do: an app's own account has Standard, Ana and Ben are Admins."""
        default = Level.STANDARD if is_app else Level.ADMIN if who in PERSONS[:2] else Level.NONE
        return self._levels.get((company_id, who.id), default)

    async def settle(self) -> None:
        """Deliver what is due by the clock, and wait until that is done."""
        await self.outbox.settle()

    # -- hooks -------------------------------------------------------------------------------------

    def resources(self, scope: Scope) -> Mapping[str, Resource]:
        """What hooks of that scope may be told of."""
        found = RESOURCES[scope]
        if scope is Scope.COMPANY and self._switches.company_hooks_hear_projects:
            return RESOURCES[Scope.PROJECT] | found
        return found

    def at(self, place: Place) -> list[Hook]:
        """The hooks of a project, or of a company itself, oldest first."""
        return [hook for hook in self.all.values() if hook.place == place]

    def add(self, hook: Hook) -> None:
        """Set a hook up."""
        self.all[hook.id] = hook

    def send_to(self, hook: Hook, address: str) -> None:
        """Give a hook another address; what waits for it goes there, too."""
        self.outbox.move(hook.address, address, lambda each: getattr(each, "hook", None) is hook)
        hook.address = address

    def remove(self, hook: Hook) -> None:
        """Take a hook away with its triggers; what waits for it is not delivered."""
        del self.all[hook.id]

    def remove_all(self, place: Place) -> None:
        """Take away all hooks of a place, which is no more."""
        for hook in self.at(place):
            self.remove(hook)

    def kept(self, hook: Hook) -> list[Delivery]:
        """The deliveries of a hook that are not too old to be shown, oldest first."""
        oldest = self.clock.now() - KEPT
        while hook.deliveries and hook.deliveries[0].event.at < oldest:
            hook.deliveries.popleft()
        return list(hook.deliveries)

    # -- events ------------------------------------------------------------------------------------

    def note(self, happening: Happening) -> None:
        """Something happened; within a call it is told of when the call is over."""
        call = doing_now()
        if call is None:
            self.tell(
                Doing(user_id=PERSONS[0].id, app=None, operation_id=None, done={("", 0): happening})
            )
        else:
            call.note(happening)

    def tell(self, call: Doing) -> None:
        """Tell of all that a call did."""
        if not self.all:
            return
        for happening in call.done.values():
            times = self.mishaps.times(self._switches.events_lost_every)
            if times:
                self._send(happening, call, times)

    def _send(self, happening: Happening, call: Doing, times: int) -> None:
        switches = self._switches
        event = Event(
            id=self.identifiers.next(),
            ulid=self.identifiers.ulid(),
            at=self.clock.now(),
            happening=happening,
            user_id=call.user_id,
            source_app=call.app,
            source_operation=call.operation_id if switches.operation_from_token else None,
            source_filled=switches.event_source_filled,
        )
        wait = switches.event_delay_seconds
        if self.mishaps.counted % 2:  # the next one overtakes it
            wait += switches.events_disordered_seconds
        for hook in self._listeners(happening):
            delivery = Delivery(
                ulid=self.identifiers.ulid(), event=event, payload_version=hook.payload_version
            )
            hook.deliveries.append(delivery)
            for _ in range(2 if switches.events_doubled else times):
                self.outbox.put(hook.address, _Parcel(self, hook, delivery), wait)

    def _listeners(self, happening: Happening) -> Iterator[Hook]:
        place = happening.place
        places = {place}
        if self._switches.company_hooks_hear_projects:
            places.add(Place(company_id=place.company_id, project_id=None))
        for hook in self.all.values():
            if hook.place in places and hook.hears(happening):
                yield hook

    def _reach(self) -> Reach:
        return Reach(self._switches.loopback_hooks, self._switches.public_hooks)
