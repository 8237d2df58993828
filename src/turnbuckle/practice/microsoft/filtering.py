"""The part of OData's $filter that clients send to the directory: comparisons joined by and, or.

``displayName eq 'Site'``, ``startswith(displayName,'Si')``, ``groupTypes/any(c:c eq 'Unified')``;
anything else is refused, as the directory refuses what it does not support.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.wire import Json

_TEXT = r"'(?P<text>(?:[^']|'')*)'"
_EQUAL = re.compile(rf"(?P<key>\w+)\s+(?P<word>eq|ne)\s+{_TEXT}")
_STARTS = re.compile(rf"startswith\(\s*(?P<key>\w+)\s*,\s*{_TEXT}\s*\)", re.IGNORECASE)
_ANY = re.compile(
    rf"(?P<key>\w+)/any\(\s*(?P<each>\w+)\s*:\s*(?P=each)\s+eq\s+{_TEXT}\s*\)", re.IGNORECASE
)
_JOINT = re.compile(r"\s+(and|or)\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Comparison:
    key: str
    word: str  # eq, ne, starts or any
    text: str

    def holds(self, row: Json) -> bool:
        value = row.get(self.key)
        if self.word == "any":
            return isinstance(value, list) and self.text.lower() in {str(x).lower() for x in value}
        told = str(value or "").lower()
        if self.word == "starts":
            return told.startswith(self.text.lower())
        return (told == self.text.lower()) is (self.word == "eq")


def filtered(text: str, rows: Sequence[Json], known: Collection[str]) -> list[Json]:
    """The rows that a filter lets through.

    Args:
        text: of the option; empty: all.
        rows: with all their keys, also those that are not shown.
        known: the keys that may be filtered by.

    Raises:
        Refusal: 400, for what is not supported.
    """
    if not text.strip():
        return list(rows)
    parts = _JOINT.split(text.strip())
    terms = [_comparison(part.strip(), known) for part in parts[::2]]
    joints = {part.lower() for part in parts[1::2]}
    if len(joints) > 1:
        raise _unsupported()
    joined = any if joints == {"or"} else all
    return [row for row in rows if joined(term.holds(row) for term in terms)]


def _comparison(text: str, known: Collection[str]) -> _Comparison:
    for pattern, word in ((_EQUAL, ""), (_STARTS, "starts"), (_ANY, "any")):
        found = pattern.fullmatch(text)
        if found is not None and found["key"] in known:
            plain = found["text"].replace("''", "'")
            return _Comparison(found["key"], word or found["word"], plain)
    raise _unsupported()


def _unsupported() -> Refusal:
    return Refusal(400, "Request_UnsupportedQuery", "This filter is not supported.")
