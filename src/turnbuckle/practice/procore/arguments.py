"""Reading what a call brings: numbers, switches, times and ranges, each refused when malformed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from turnbuckle.practice.procore.refusals import Refusal, invalid

_DIGITS = 20
_LARGEST = 2**63 - 1
_WHOLE = re.compile(r"-?[0-9]+")
_DAY_SECONDS = 86_400
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})


def whole(value: object, field: str) -> int:
    """A whole number that fits into 64 bits, as a number or as its digits.

    Raises:
        Refusal: it is none.
    """
    if isinstance(value, str) and len(value) <= _DIGITS and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST:
        return value
    raise invalid(field, "is not a number")


def truth(value: object, field: str) -> bool:
    """Yes or no, as JSON has it or as a word.

    Raises:
        Refusal: it is neither.
    """
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if isinstance(value, str | int) and word in _TRUE | _FALSE:
        return word in _TRUE
    raise invalid(field, "is not true or false")


def moment(value: str, field: str) -> datetime:
    """A time in UTC, which it is in where it names no zone.

    Raises:
        Refusal: it is not ISO 8601.
    """
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise invalid(field, "is not an ISO 8601 time") from None


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time, both ends included; seconds since 1970, None for an open end."""

    start: int | None
    end: int | None

    def holds(self, seconds: int) -> bool:
        """Whether that second lies within."""
        return (self.start is None or self.start <= seconds) and (
            self.end is None or seconds <= self.end
        )


def time_range(value: str, field: str, *, open_ends: bool) -> Range:
    """Read ``A...B``; the ends are times or dates, and the whole may stand in double quotes.

    Raises:
        Refusal: it has not this form, or an end is open and `open_ends` is False.
    """
    start, dots, end = value.strip('"').partition("...")
    if not dots or (not start and not end) or (not open_ends and not (start and end)):
        raise invalid(field, "is not a range of times")
    return Range(
        _edge(start, field, last=False) if start else None,
        _edge(end, field, last=True) if end else None,
    )


def _edge(text: str, field: str, *, last: bool) -> int:
    text = text.strip().strip('"')
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return int(moment(text, field).timestamp())
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int(midnight.timestamp()) + (_DAY_SECONDS - 1 if last else 0)


class Fields:
    """The fields of one object in a body; unknown ones are ignored, as Procore does."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> Any:
        """The value as it came."""
        return self._values.get(name)

    def part(self, name: str) -> "Fields":
        """An object within.

        Raises:
            Refusal: it is missing, or no object.
        """
        value = self._values.get(name)
        if not isinstance(value, Mapping):
            raise Refusal(400, {"errors": {name: ["is missing"]}})
        return Fields(value)

    def text(self, name: str) -> str | None:
        """A text, None when the field is absent or null.

        Raises:
            Refusal: it is something else.
        """
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value
        raise invalid(name, "is not a text")

    def needed_text(self, name: str) -> str:
        """A text that must be there.

        Raises:
            Refusal: it is missing or something else.
        """
        value = self.text(name)
        if value is None:
            raise invalid(name, "can't be blank")
        return value

    def number(self, name: str) -> int | None:
        """A whole number, None when the field is absent or null."""
        value = self._values.get(name)
        return None if value is None else whole(value, name)

    def flag(self, name: str) -> bool | None:
        """Yes or no, None when the field is absent or null."""
        value = self._values.get(name)
        return None if value is None else truth(value, name)

    def rows(self, name: str) -> list["Fields"] | None:
        """A list of objects, None when the field is absent or null; a form numbers its rows.

        Raises:
            Refusal: it is something else.
        """
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, Mapping):
            value = [value[key] for key in sorted(value, key=lambda key: (len(key), key))]
        if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            return [Fields(row) for row in value]
        raise invalid(name, "is not a list of objects")
