"""The ways in which Graph says no: a status, a code, sometimes a finer code, a sentence."""

from collections.abc import Mapping
from datetime import datetime

_SENTENCES = {
    "itemNotFound": "Nothing is there under this address.",
    "nameAlreadyExists": "Another item in this folder has that name already.",
    "accessDenied": "The caller has no right to do this.",
    "invalidRequest": "The request cannot be understood as it is.",
    "resourceModified": "The eTag given is not the one that the item has now.",
    "notSupported": "This cannot be done with this kind of item.",
    "unauthenticated": "Sign in first.",
    "InvalidAuthenticationToken": "The access token is missing, unknown or too old.",
    "resourceLocked": "Somebody has this file locked.",
    "quotaLimitReached": "There is not enough space left for this.",
    "invalidRange": "These bytes are there already, or others are expected first.",
    "resyncRequired": "Changes cannot be told from this token on; list everything again.",
    "activityLimitReached": "Too many requests; wait before the next one.",
    "serviceNotAvailable": "The service is busy; try again later.",
    "generalException": "Something went wrong inside the service.",
}


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        *,
        inner: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.message = message or _SENTENCES.get(code, code)
        self.inner = inner
        self.headers = dict(headers or {})
        super().__init__(f"{status} {code}: {self.message}")

    def body(self, *, now: datetime, request_id: str, client_request_id: str) -> dict[str, object]:
        """The JSON of the answer, as section 8 of the fact sheet shows it."""
        inner: dict[str, object] = {"code": self.inner} if self.inner else {}
        inner["date"] = now.strftime("%Y-%m-%dT%H:%M:%S")
        inner["request-id"] = request_id
        inner["client-request-id"] = client_request_id
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def not_found() -> Refusal:
    """There is no such item, drive, team or version."""
    return Refusal(404, "itemNotFound")


def name_taken() -> Refusal:
    """A sibling has the name."""
    return Refusal(409, "nameAlreadyExists")


def bad_request(message: str = "", inner: str = "") -> Refusal:
    """The request makes no sense."""
    return Refusal(400, "invalidRequest", message, inner=inner)


def access_denied(message: str = "") -> Refusal:
    """The caller may not."""
    return Refusal(403, "accessDenied", message)


def out_of_date() -> Refusal:
    """An If-Match header did not match."""
    return Refusal(412, "resourceModified")


def no_space() -> Refusal:
    """The quota is used up."""
    return Refusal(507, "quotaLimitReached")
