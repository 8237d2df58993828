"""Switches and limits as the panel turns them: a dataclass, with a meaning for each field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from turnbuckle.practice.panel.values import (
    MOST,
    MOST_SECONDS,
    Kind,
    as_json,
    kind_of,
    unknown_names,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a switch or a limit does, in words for a person.

    Attributes:
        choices: the only values that make sense, where the type allows more.
        least: the smallest number that makes sense.
    """

    text: str
    choices: tuple[str | int, ...] = ()
    least: float = 0


@dataclass(frozen=True, slots=True)
class Knob:
    """One switch or limit as it stands."""

    name: str
    meaning: str
    kind: Kind
    value: object
    default: object  # what the service was started with

    @property
    def is_turned(self) -> bool:
        """Whether it stands otherwise than at the start."""
        return self.value != self.default

    def described(self) -> dict[str, Any]:
        """The knob as JSON."""
        return {
            "name": self.name,
            "meaning": self.meaning,
            **self.kind.described(),
            "value": as_json(self.value),
            "default": as_json(self.default),
        }


class Knobs:
    """All switches, or all limits, of one service.

    Args:
        read: gives the dataclass as it is.
        turn: sets new values; their names and types were checked.
        meanings: for each of its fields.
    """

    def __init__(
        self,
        read: Callable[[], Any],
        turn: Callable[[Mapping[str, Any]], None],
        meanings: Mapping[str, Meaning],
    ) -> None:
        self._read = read
        self._turn = turn
        hints = get_type_hints(type(read()))
        self._meanings = {name: meanings.get(name, Meaning("")) for name in hints}
        self._kinds = {
            name: _kind(name, hints[name], meaning) for name, meaning in self._meanings.items()
        }
        self._defaults = {name: _kept(value) for name, value in self._values().items()}

    def __iter__(self) -> Iterator[Knob]:
        for name, value in self._values().items():
            meaning = self._meanings[name].text
            yield Knob(name, meaning, self._kinds[name], value, self._defaults[name])

    def checked(self, said: Mapping[str, object]) -> dict[str, Any]:
        """Give the values that JSON says, all of them or none.

        Raises:
            BadValue: a name is unknown, or a value no good.
        """
        unknown_names(said, self._kinds)
        return {name: self._kinds[name].read(name, value) for name, value in said.items()}

    def checked_texts(self, said: Mapping[str, str]) -> dict[str, Any]:
        """Give the values that a form says, all of them or none.

        Raises:
            BadValue: a name is unknown, or a value no good.
        """
        unknown_names(said, self._kinds)
        return {name: self._kinds[name].read_text(name, text) for name, text in said.items()}

    def turn(self, values: Mapping[str, Any]) -> None:
        """Set values that were checked."""
        now = self._values()
        changed = {name: value for name, value in values.items() if now[name] != value}
        if changed:
            self._turn(changed)

    def reset(self, names: list[str] | None = None) -> None:
        """Set these, or all, as they were at the start.

        Raises:
            BadValue: a name is unknown.
        """
        wanted = dict.fromkeys(self._kinds if names is None else names)
        unknown_names(wanted, self._kinds)
        self.turn({name: _kept(self._defaults[name]) for name in wanted})

    def _values(self) -> dict[str, Any]:
        now = self._read()
        return {one.name: getattr(now, one.name) for one in fields(now)}


def _kind(name: str, annotation: Any, meaning: Meaning) -> Kind:
    most = MOST_SECONDS if name.endswith("seconds") else MOST
    if name.endswith("share"):
        most = 1
    return kind_of(annotation, most, choices=meaning.choices, least=meaning.least)


def _kept(value: Any) -> Any:
    """A value that nobody changes behind our back."""
    return set(value) if isinstance(value, set) else value
