"""Events: what happened, by whose call, and the three forms in which a hook is told of it.

A change tells of itself where it is made; which call made it stands in the surroundings, so trees
and photo books need not know of callers. What one call does to one thing is told once: a file that
a call makes and describes is one "create". Source: section 13 of the fact sheet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from turnbuckle.practice.procore.hook_resources import EventType


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something happened; without a project, in the company itself."""

    company_id: int
    project_id: int | None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something was created, updated or deleted."""

    place: Place
    resource: str
    resource_id: int
    event_type: EventType
    related: tuple[tuple[int, str], ...] = ()  # ids and resources


@dataclass(slots=True, kw_only=True)
class Doing:
    """One call, and what it did so far."""

    user_id: int
    app: str | None  # a client id; None: a person at the web pages
    operation_id: str | None  # the token that the caller gave with the call
    done: dict[tuple[str, int], Happening] = field(default_factory=dict)

    def note(self, happening: Happening) -> None:
        """One more thing happened; a thing that is new, or gone, is not told to be changed."""
        key = (happening.resource, happening.resource_id)
        before = self.done.get(key)
        if before is None or happening.event_type is not EventType.UPDATE:
            self.done.pop(key, None)
            self.done[key] = happening


_doing: ContextVar[Doing | None] = ContextVar("doing", default=None)


def doing_now() -> Doing | None:
    """The call that is being answered; None outside of one."""
    return _doing.get()


@contextmanager
def doing(call: Doing, tell: Callable[[Doing], None]) -> Iterator[None]:
    """Collect what happens within, and tell of it in the end, whatever the call's own end is."""
    token = _doing.set(call)
    try:
        yield
    finally:
        _doing.reset(token)
        tell(call)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A happening as hooks are told of it; it never changes."""

    id: int
    ulid: str
    at: datetime
    happening: Happening
    user_id: int
    source_app: str | None
    source_operation: str | None
    source_filled: bool

    def payload(self, version: str) -> dict[str, Any]:
        """The body of a delivery, for the payload version v2.0, v3.0 or v4.0."""
        if version == "v4.0":
            return self._flat()
        what, place = self.happening, self.happening.place
        made: dict[str, Any] = {
            "id": self.id,
            "ulid": self.ulid,
            "timestamp": self._timestamp,
            "metadata": self._metadata(),
            "user_id": self.user_id,
            "company_id": place.company_id,
            "project_id": place.project_id,
            "api_version": version,
            "event_type": str(what.event_type),
            "resource_name": what.resource,
            "resource_id": what.resource_id,
        }
        if version == "v3.0":
            made["related_resources"] = [{"id": id_, "name": name} for id_, name in what.related]
        return made

    @property
    def _timestamp(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _metadata(self) -> dict[str, Any]:
        place, filled = self.happening.place, self.source_filled
        return {
            "source_user_id": self.user_id if filled else None,
            "source_project_id": place.project_id if filled else None,
            "source_operation_id": self.source_operation if filled else None,
            "source_company_id": place.company_id if filled else None,
            "source_application_id": self.source_app if filled else None,
        }

    def _flat(self) -> dict[str, Any]:
        what, place = self.happening, self.happening.place
        project = place.project_id
        return {
            "id": self.ulid,
            "timestamp": self._timestamp,
            "reason": str(what.event_type),
            "company_id": str(place.company_id),
            "project_id": None if project is None else str(project),
            "user_id": str(self.user_id),
            "resource_type": what.resource,
            "resource_id": str(what.resource_id),
        }
