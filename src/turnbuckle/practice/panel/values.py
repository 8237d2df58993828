"""What may be said for a switch, a limit or a question: read strictly, from JSON or from a form.

The kind follows from the annotation of a dataclass's field, so a new switch is on the panel without
a word here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

MOST = 1 << 60
MOST_SECONDS = 10 * 365 * 86_400
LONGEST_TEXT = 2_000
_TRUTHS = {"yes": True, "no": False}


class BadValue(Exception):
    """Something that cannot be said there; the text is a sentence for whoever said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Which values are good.

    Attributes:
        name: "boolean", "integer", "number", "text", "choice" or "words".
        choices: the only good values of a choice.
        optional: None is good, too.
        least, most: the ends for numbers, both good.
    """

    name: str
    choices: tuple[str | int, ...] = ()
    optional: bool = False
    least: float = 0
    most: float = MOST
    words: type[set[str]] | type[frozenset[str]] = frozenset

    def read(self, name: str, said: object) -> Any:
        """Give the value that JSON says.

        Args:
            name: what the refusal calls it.
            said: decoded JSON.

        Raises:
            BadValue: it is not of this kind.
        """
        if said is None:
            if self.optional:
                return None
            raise BadValue(f"{name} cannot be null")
        if self.name == "boolean":
            if isinstance(said, bool):
                return said
            raise BadValue(f"{name} is true or false")
        if self.name in {"integer", "number"}:
            return self._number(name, said)
        if self.name == "choice":
            if said in self.choices and not isinstance(said, bool):
                return said
            raise BadValue(f"{name} is one of: {', '.join(map(str, self.choices))}")
        if self.name == "words":
            return self._words(name, said)
        if not isinstance(said, str) or len(said) > LONGEST_TEXT:
            raise BadValue(f"{name} is a text of at most {LONGEST_TEXT} characters")
        return said

    def read_text(self, name: str, said: str) -> Any:
        """Give the value that a field of a form says; an empty one is None where that is good.

        Raises:
            BadValue: it is not of this kind.
        """
        said = said.strip()
        if not said and self.optional:
            return None
        if self.name == "boolean":
            return self.read(name, _TRUTHS.get(said, said))
        if self.name in {"integer", "number"}:
            return self.read(name, _as_number(said))
        if self.name == "choice":
            known = {str(one): one for one in self.choices}
            return self.read(name, known.get(said, said))
        if self.name == "words":
            return self.read(name, [word.strip() for word in said.split(",") if word.strip()])
        return self.read(name, said)

    def _number(self, name: str, said: object) -> int | float:
        whole = self.name == "integer"
        if not isinstance(said, int | float) or isinstance(said, bool):
            raise BadValue(f"{name} is a {'whole ' if whole else ''}number")
        if isinstance(said, float) and not math.isfinite(said):
            raise BadValue(f"{name} is a {'whole ' if whole else ''}number")
        if whole and said != int(said):
            raise BadValue(f"{name} is a whole number")
        if not self.least <= said <= self.most:
            raise BadValue(f"{name} lies between {self.least:g} and {self.most:.15g}")
        return int(said) if whole else float(said)

    def _words(self, name: str, said: object) -> set[str] | frozenset[str]:
        if not isinstance(said, list) or not all(isinstance(word, str) for word in said):
            raise BadValue(f"{name} is a list of texts")
        if sum(map(len, said)) > LONGEST_TEXT:
            raise BadValue(f"{name} holds at most {LONGEST_TEXT} characters")
        return self.words(said)

    def described(self) -> dict[str, Any]:
        """The kind as JSON, for programs."""
        made: dict[str, Any] = {"type": self.name, "nullable": self.optional}
        if self.choices:
            made["choices"] = list(self.choices)
        if self.name in {"integer", "number"}:
            made |= {"minimum": self.least, "maximum": self.most}
        return made


TEXT = Kind(name="text")


def whole(least: int, most: int) -> Kind:
    """A whole number between two others."""
    return Kind(name="integer", least=least, most=most)


def seconds(*, optional: bool = False, least: float = 0) -> Kind:
    """A number of seconds."""
    return Kind(name="number", optional=optional, least=least, most=MOST_SECONDS)


def kind_of(annotation: Any, most: float = MOST, **more: Any) -> Kind:
    """Give the kind of a dataclass's field.

    Raises:
        TypeError: the panel has no input for such a type.
    """
    if isinstance(annotation, UnionType) and NoneType in get_args(annotation):
        (other,) = (one for one in get_args(annotation) if one is not NoneType)
        return kind_of(other, most, **more, optional=True)
    if more.get("choices"):
        return Kind(name="choice", **more)
    if get_origin(annotation) is Literal:
        return Kind(name="choice", **more | {"choices": get_args(annotation)})
    if get_origin(annotation) in {set, frozenset}:
        return Kind(name="words", words=get_origin(annotation), **more)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Kind(name="choice", **more | {"choices": tuple(annotation)})
    if annotation in {bool, int, float, str}:
        names = {bool: "boolean", int: "integer", float: "number", str: "text"}
        return Kind(name=names[annotation], most=most, **more)
    raise TypeError(f"the panel has no input for {annotation}")


def as_json(value: object) -> Any:
    """A value as JSON shows it."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value) if isinstance(value, StrEnum) else value


def as_text(value: object) -> str:
    """A value as a form shows it; None is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def unknown_names(said: Mapping[str, object], known: Mapping[str, object]) -> None:
    """Refuse names that nobody knows.

    Raises:
        BadValue: there is one.
    """
    unknown = [name for name in said if name not in known]
    if unknown:
        raise BadValue(f"nothing is called {unknown[0]!r:.100} here")


def _as_number(said: str) -> object:
    try:
        return int(said)
    except ValueError:
        pass
    try:
        return float(said)
    except ValueError:
        return said
