"""The last requests as a person sees them: what was asked and answered, and never a token."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import unquote

SHOWN = 200
_LONGEST_PART = 60
_TOLD = re.compile(
    r"(?i)\$?(page|per_page|view|sort|select|top|expand|filter|orderby|search"
    r"|\w+_id|company_id|filters\[\w+\](\[\])?|show_\w+|exclude_\w+|permanent"
    r"|@microsoft\.graph\.conflictbehavior)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answered request."""

    at: datetime
    method: str
    path: str  # with its query, as it was sent
    status: int
    who: str  # a login, an app's name, or nothing

    def described(self) -> dict[str, Any]:
        """The request as JSON, without what opens anything."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "method": self.method,
            "path": told(self.path),
            "status": self.status,
            "who": self.who,
        }


def latest(log: Iterable[Asked]) -> list[Asked]:
    """The newest of them; `log` gives the newest first."""
    return list(islice(log, SHOWN))


def told(path: str) -> str:
    """A path to be read by people: of the query only values that open nothing, the rest as dots."""
    at, _, query = path.partition("?")
    parts = [_short(unquote(part)) for part in at.split("/")]
    fields = [_field(field) for field in query.split("&") if field]
    return "/".join(parts) + ("?" + "&".join(fields) if fields else "")


def _field(field: str) -> str:
    name, _, value = field.partition("=")
    name = unquote(name)
    shown = _short(unquote(value)) if _TOLD.fullmatch(name) else "..."
    return f"{_short(name)}={shown}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_PART else f"{text[:_LONGEST_PART]}..."
