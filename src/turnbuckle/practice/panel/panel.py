"""The panel of one practice service: what can be turned, ordered and made, and what happened."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from turnbuckle.practice.clock import PracticeClock, ShiftedClock, SimulatedClock
from turnbuckle.practice.panel.deeds import Deed, Facts, Lasting, Order, Orders
from turnbuckle.practice.panel.knobs import Knobs
from turnbuckle.practice.panel.requests import Asked, latest
from turnbuckle.practice.panel.values import MOST_SECONDS, BadValue, seconds, unknown_names

_LAST_YEAR = 9000
_FIELDS = {"switches": None, "limits": None, "reset": None}


@dataclass(slots=True, kw_only=True)
class Panel:
    """What a person, or a test over HTTP, does behind the scenes of one service.

    Every method that takes what somebody said raises `BadValue` where it makes no sense, and then
    has changed nothing.
    """

    service: str  # such as "Practice Procore"
    switches: Knobs
    limits: Knobs
    troubles: Sequence[Deed]
    makings: Sequence[Deed]
    clock: PracticeClock
    log: Callable[[], Iterable[Asked]]  # the newest first
    counted: Callable[[], Mapping[str, Counter[str]]]  # by a title
    orders: Orders = field(default_factory=Orders)

    def trouble(self, said: Mapping[str, object], *, from_form: bool = False) -> Order | None:
        """Begin a trouble; None where it was over at once. `said` names its `kind`."""
        deed, given = _chosen(self.troubles, said, from_form=from_form)
        lasting = deed.act(given)
        if not isinstance(lasting, Lasting):
            return None
        return self.orders.add(deed, given, lasting, self.clock.now())

    def make(self, said: Mapping[str, object], *, from_form: bool = False) -> Facts:
        """Make something; give the facts about it. `said` names its `kind`."""
        deed, given = _chosen(self.makings, said, from_form=from_form)
        made = deed.act(given)
        return made if isinstance(made, Mapping) else {}

    def turn(self, said: Mapping[str, Any]) -> None:
        """Set switches and limits: ``{"switches": {..}, "limits": {..}, "reset": ["name"]}``."""
        unknown_names(said, _FIELDS)
        switches = self.switches.checked(_object(said, "switches"))
        limits = self.limits.checked(_object(said, "limits"))
        both = {one.name: knobs for knobs in (self.switches, self.limits) for one in knobs}
        names = said.get("reset", [])
        if not isinstance(names, list):
            raise BadValue("reset is a list of names")
        unknown_names(dict.fromkeys(map(str, names)), both)
        for name in names:
            both[name].reset([name])
        self.switches.turn(switches)
        self.limits.turn(limits)

    @property
    def ahead_seconds(self) -> float | None:
        """How far the clock was set ahead; None where nobody can do that."""
        return self.clock.ahead_seconds if isinstance(self.clock, ShiftedClock) else None

    def move_clock(self, ahead: object) -> None:
        """Set the clock of both services ahead by so many seconds more."""
        clock = self.clock
        if not isinstance(clock, ShiftedClock | SimulatedClock):
            raise BadValue("this clock cannot be moved")
        count = seconds().read("seconds", ahead)
        if clock.now().year + count / MOST_SECONDS * 10 > _LAST_YEAR:
            raise BadValue("the clock is far enough ahead")
        clock.advance(count)

    def described(self) -> dict[str, Any]:
        """The whole panel as JSON."""
        return {
            "service": self.service,
            "clock": {"now": self.clock.now().isoformat(), "ahead_seconds": self.ahead_seconds},
            "switches": [one.described() for one in self.switches],
            "limits": [one.described() for one in self.limits],
            "ordered": [one.described() for one in self.orders],
            "faults": [one.described() for one in self.troubles],
            "makes": [one.described() for one in self.makings],
            "counted": {name: dict(counter) for name, counter in self.counted().items()},
            "requests": [one.described() for one in latest(self.log())],
        }


def _chosen(
    deeds: Sequence[Deed], said: Mapping[str, object], *, from_form: bool
) -> tuple[Deed, dict[str, Any]]:
    known = {deed.key: deed for deed in deeds}
    rest = dict(said)
    kind = rest.pop("kind", None)
    if not isinstance(kind, str) or kind not in known:
        raise BadValue(f"kind is one of: {', '.join(known)}")
    deed = known[kind]
    return deed, deed.given(rest, from_form=from_form)


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, object]:
    value = said.get(name, {})
    if not isinstance(value, Mapping):
        raise BadValue(f"{name} is an object of names and values")
    return value
