"""Something that a person does at the panel: what it asks for, and what becomes of it.

A deed is over at once, or goes on until somebody calls it off: a fault for so many calls, a library
that is full. The same deeds are a form on the page and a call of the JSON API.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from turnbuckle.practice.panel.values import TEXT, BadValue, Kind, as_json, unknown_names

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that a deed wants to know.

    Attributes:
        options: what can be chosen now; None: anything of the kind.
        default: what holds when nobody says; the first option where there are some.
    """

    name: str
    label: str
    kind: Kind = TEXT
    default: object = None
    options: Callable[[], Sequence[Option]] | None = None

    def given(self, said: Mapping[str, object], *, from_form: bool) -> Any:
        """Give what was said, or the default.

        Raises:
            BadValue: it is no good.
        """
        if self.name not in said:
            return self._usual()
        value = said[self.name]
        if from_form:
            value = self.kind.read_text(self.name, str(value))
        else:
            value = self.kind.read(self.name, value)
        if self.options is not None and value not in {one.value for one in self.options()}:
            raise BadValue(f"{self.name} is none of those that are there")
        return value

    def _usual(self) -> Any:
        if self.default is None and self.options is not None:
            options = self.options()
            if not options:
                raise BadValue(f"there is no {self.name} to choose")
            return options[0].value
        if self.default is None and not self.kind.optional:
            raise BadValue(f"{self.name} is missing")
        return self.default

    def described(self) -> dict[str, Any]:
        """The question as JSON."""
        made = {"name": self.name, "meaning": self.label, **self.kind.described()}
        if self.options is not None:
            made["choices"] = [one.value for one in self.options()]
        if self.default is not None:
            made["default"] = as_json(self.default)
        return made


@dataclass(frozen=True, slots=True)
class Lasting:
    """What goes on after a deed.

    Attributes:
        end: takes it back.
        left: how many calls it still meets; None: it lasts until it is called off.
    """

    end: Callable[[], None]
    left: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that can be done; `act` gives what lasts, or the facts of what was made.

    `act` raises `BadValue` where what was said makes no sense.
    """

    key: str
    title: str
    meaning: str
    act: Callable[[Facts], Lasting | Facts | None]
    asks: tuple[Ask, ...] = ()

    def given(self, said: Mapping[str, object], *, from_form: bool = False) -> dict[str, Any]:
        """Give all answers.

        Raises:
            BadValue: one is missing, unknown or no good.
        """
        unknown_names(said, {ask.name: ask for ask in self.asks})
        return {ask.name: ask.given(said, from_form=from_form) for ask in self.asks}

    def described(self) -> dict[str, Any]:
        """The deed as JSON."""
        return {
            "kind": self.key,
            "title": self.title,
            "meaning": self.meaning,
            "fields": [ask.described() for ask in self.asks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A deed that goes on."""

    number: int
    deed: Deed
    given: Facts
    at: datetime
    lasting: Lasting

    @property
    def left(self) -> int | None:
        """How many calls it still meets; None: it lasts until it is called off."""
        return self.lasting.left() if self.lasting.left is not None else None

    def described(self) -> dict[str, Any]:
        """The order as JSON."""
        return {
            "number": self.number,
            "kind": self.deed.key,
            "title": self.deed.title,
            "at": self.at.isoformat(),
            "left": self.left,
            **{name: as_json(value) for name, value in self.given.items()},
        }


@dataclass(slots=True)
class Orders:
    """All deeds that go on; one that met all its calls is over."""

    _all: dict[int, Order] = field(default_factory=dict)
    _last: int = 0

    def __iter__(self) -> Any:
        for number in [one.number for one in self._all.values() if one.left == 0]:
            self.call_off(number)
        return iter(list(self._all.values()))

    def add(self, deed: Deed, given: Facts, lasting: Lasting, at: datetime) -> Order:
        """Note one more."""
        self._last += 1
        order = Order(number=self._last, deed=deed, given=given, at=at, lasting=lasting)
        self._all[order.number] = order
        return order

    def call_off(self, number: int) -> None:
        """Take one back.

        Raises:
            KeyError: there is none of that number.
        """
        self._all.pop(number).lasting.end()

    def calm(self) -> None:
        """Take all back, the newest first, so that each finds what it changed."""
        for number in reversed(list(self._all)):
            self.call_off(number)
