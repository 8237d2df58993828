"""Deliveries: one event on its way to one hook, what came of each try, and the list of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from turnbuckle.practice.posting import Posted
from turnbuckle.practice.procore.arguments import Range
from turnbuckle.practice.procore.hook_events import Event
from turnbuckle.practice.procore.hook_resources import PAYLOAD_VERSIONS
from turnbuckle.practice.procore.refusals import invalid

_SHOWN_BYTES = 2048  # of a receiver's answer


class Status(StrEnum):
    """How far a delivery is."""

    ENQUEUED = "enqueued"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DISCARDED = "discarded"


_OUTCOMES = {
    Status.SUCCEEDED: "ok",
    Status.RETRYING: "retried",
    Status.FAILED: "failed",
    Status.DISCARDED: "discarded",
}
"""What the first version of the API calls a status; what waits has no outcome."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try."""

    ulid: str
    started: datetime
    ended: datetime
    posted: Posted

    def row(self) -> dict[str, Any]:
        """The try as the second version of the API shows it."""
        made: dict[str, Any] = {
            "id": self.ulid,
            "success": self.posted.is_taken,
            "response_body": _shown(self.posted),
            "response_headers": dict(self.posted.headers),
            "started_at": _stamp(self.started),
            "completed_at": _stamp(self.ended),
        }
        if self.posted.status is not None:
            made["response_status"] = self.posted.status
        return made


@dataclass(slots=True, eq=False, kw_only=True)
class Delivery:
    """One event for one hook."""

    ulid: str
    event: Event
    payload_version: str  # of the hook when it happened
    status: Status = Status.ENQUEUED
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def payload(self) -> dict[str, Any]:
        """What is posted."""
        return self.event.payload(PAYLOAD_VERSIONS[self.payload_version])

    def body(self) -> bytes:
        """What is posted, as bytes."""
        return msgspec.json.encode(self.payload)

    def tried(self, attempt: Attempt) -> None:
        """It was posted once."""
        self.attempts.append(attempt)
        if attempt.posted.is_taken:
            self.status = Status.SUCCEEDED
        elif self.status is not Status.SUCCEEDED:
            self.status = Status.RETRYING

    def discarded(self) -> None:
        """It will not be tried any more."""
        if self.status is not Status.SUCCEEDED:
            self.status = Status.DISCARDED

    def row(self) -> dict[str, Any]:
        """The delivery as the second version of the API lists it."""
        return {
            "id": self.ulid,
            "status": str(self.status),
            "payload": self.payload,
            "delivery_attempts": [each.row() for each in self.attempts],
        }

    def old_row(self) -> dict[str, Any] | None:
        """The delivery as the first version lists it; None while it has no outcome."""
        outcome = _OUTCOMES.get(self.status)
        if outcome is None:
            return None
        last = self.attempts[-1] if self.attempts else None
        posted = last.posted if last is not None else Posted()
        return {
            "event": self.event.payload("v2.0"),
            "event_id": self.event.id,
            "outcome": outcome,
            "response_body": _shown(posted),
            "response_error": posted.error or None,
            "response_status": posted.status,
            "response_headers": dict(posted.headers),
            "started_at": None if last is None else _stamp(last.started),
            "completed_at": None if last is None else _stamp(last.ended),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Which deliveries a call asks for."""

    status: Status | None
    resource: str | None
    event_type: str | None
    span: Range
    oldest_first: bool

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> "Question":
        """Read the filters of the second version of the API.

        Raises:
            Refusal: one of them is not what it should be.
        """
        sort = query.get("sort", "-timestamp")
        if sort.removeprefix("-") != "timestamp":
            raise invalid("sort", "is not a field to sort by")
        return cls(
            status=_status(query.get("filter[status]")),
            resource=query.get("filter[resource_name]"),
            event_type=query.get("filter[event_type]"),
            span=Range(
                _day(query.get("filter[start]"), "filter[start]", after=0),
                _day(query.get("filter[end]"), "filter[end]", after=86_399),
            ),
            oldest_first=not sort.startswith("-"),
        )

    def answer(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Give those that are meant; `deliveries` are in the order of their events."""
        found = list(self._matching(deliveries))
        return found if self.oldest_first else found[::-1]

    def _matching(self, deliveries: list[Delivery]) -> Iterator[Delivery]:
        for each in deliveries:
            what = each.event.happening
            if (
                (self.status is None or each.status is self.status)
                and (self.resource is None or what.resource == self.resource)
                and (self.event_type is None or what.event_type == self.event_type.lower())
                and self.span.holds(int(each.event.at.timestamp()))
            ):
                yield each


def _status(text: str | None) -> Status | None:
    if text is None:
        return None
    try:
        return Status(text)
    except ValueError:
        raise invalid("filter[status]", "is not a status") from None


def _day(text: str | None, name: str, *, after: int) -> int | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise invalid(name, "is not a date") from None
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int((midnight + timedelta(seconds=after)).timestamp())


def _shown(posted: Posted) -> str:
    return posted.body[:_SHOWN_BYTES].decode("utf-8", "replace") or posted.error


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
