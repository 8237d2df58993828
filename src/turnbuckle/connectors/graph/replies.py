"""What Graph's refusals mean for us.

The status decides; a code is used where one status has several meanings, the most detailed one
that we know, out of `innerError` or `innererror`. The message is shown, never read. Upload and
download hosts may answer HTML or nothing at all.

Source: section 8 of the Graph fact sheet.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from turnbuckle.ports.clock import Clock
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    CursorExpired,
    Gone,
    Locked,
    MalformedReply,
    NoSpace,
    Overtaken,
    RateLimited,
    RemoteError,
    SignInNeeded,
    TooLarge,
    Unacceptable,
    Unreachable,
    Unsupported,
)
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.statuses import common_error, rate_limited
from turnbuckle.transport.told import LONGEST_WAIT

REMOTE = "Microsoft"

_KNOWN = frozenset(
    {
        *("accessDenied", "activityLimitReached", "invalidRange", "invalidRequest", "itemNotFound"),
        *("malwareDetected", "nameAlreadyExists", "notAllowed", "notSupported", "pathIsTooLong"),
        *("quotaLimitReached", "resourceLocked", "resourceModified", "resyncRequired"),
        *("syncStateNotFound", "throttledRequest", "unauthenticated", "uploadSessionNotFound"),
        *(
            "fragmentOutOfOrder",
            "fragmentOverlap",
            "fragmentLengthMismatch",
            "fragmentRowCountError",
        ),
    }
)
_INNER = ("innerError", "innererror")
_DEEPEST = 8

_NO_ACCESS = (
    "Microsoft does not let the connected account do this{said}. If the app was given single sites "
    "(Sites.Selected), give it the role write on this site; else ask an administrator to consent "
    "to Files.ReadWrite.All or Sites.ReadWrite.All"
)


class Infected(Unacceptable):
    """Microsoft found malware in the file and does not hand it out."""


class InvalidRequest(Unacceptable):
    """Microsoft takes the request for wrong; with a new name in it, the name is meant."""


class NameTaken(Overtaken):
    """Another item of the folder has the name."""


class AddressRefused(Unreachable):
    """A pre-signed address is not good any more; a new one must be asked for."""


class OutOfStep(Unreachable):
    """The storage expects another fragment than the one sent; it can be asked which."""


class SessionLost(Unreachable):
    """The upload session is not there any more; what it had received is lost."""


def told(body: bytes) -> tuple[str, str]:
    """Give the most detailed known code and the message of an error body; empty when not told."""
    try:
        error = msgspec.json.decode(body).get("error")
    except (msgspec.DecodeError, UnicodeDecodeError, AttributeError):
        return "", ""
    if not isinstance(error, dict):
        return "", ""
    message = error.get("message")
    return _code(error), redact(message)[:300] if isinstance(message, str) else ""


def _code(error: dict[str, Any]) -> str:
    found = ""
    at: Any = error
    for _ in range(_DEEPEST):
        if not isinstance(at, dict):
            break
        code = at.get("code")
        if isinstance(code, str) and (code in _KNOWN or not found):
            found = code
        at = at.get(_INNER[0]) or at.get(_INNER[1])
    return found


def sorter(clock: Clock) -> Callable[[int, Mapping[str, str], bytes], RemoteError]:
    """Make the function that sorts what the API refuses; the clock is for Retry-After."""

    def sort_error(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
        if status in {429, 509} or (status == 503 and headers.get("retry-after")):
            return rate_limited(REMOTE, headers, clock.now())
        return error_of(status, headers, body)

    return sort_error


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """Make the error of a status that a call did not expect; 429 is sorted before."""
    code, message = told(body)
    said = f" ({message.rstrip('. ')})" if message else ""
    if status in {503, 509} and headers.get("retry-after", "").isdecimal():
        wait = timedelta(seconds=int(headers["retry-after"][:12]))
        return RateLimited(REMOTE, min(wait, LONGEST_WAIT))
    if status == 423 or code == "resourceLocked":
        return Locked(
            f"somebody has the file open or checked out in Microsoft 365{said}; it is tried again"
        )
    if "x-virus-infected" in headers or code == "malwareDetected":
        return Infected(
            "Microsoft found malware in this file and does not hand it out; delete it, or ask an "
            "administrator to release it"
        )
    if status == 507 or code == "quotaLimitReached":
        return NoSpace("the Microsoft 365 library is full; make room there or ask for more storage")
    if code == "syncStateNotFound":
        return CursorExpired("Microsoft cannot tell changes from this point on any more")
    return _by_status(status, code, said)


def _by_status(status: int, code: str, said: str) -> RemoteError:
    match status:
        case 400 if code == "pathIsTooLong":
            return BadName("the path is longer than the 400 characters that SharePoint takes")
        case 400:
            return InvalidRequest(f"Microsoft takes this request for wrong{said}")
        case 401:
            return SignInNeeded(
                f"Microsoft does not accept our sign-in{said}; connect Microsoft again"
            )
        case 403:
            return AccessDenied(_NO_ACCESS.format(said=said))
        case 404:
            return Gone(f"Microsoft does not have, or does not show, this item{said}")
        case 405 | 501:
            return Unsupported(f"Microsoft cannot do this with this item{said}")
        case 409 if code != "resourceModified":
            return NameTaken(f"the name is taken in Microsoft 365{said}")
        case 409 | 412:
            return Overtaken(f"somebody was faster in Microsoft 365{said}")
        case 410:
            return CursorExpired("Microsoft cannot tell changes from this point on any more")
        case 413:
            return TooLarge(f"Microsoft takes no file of this size{said}")
    return common_error(REMOTE, status, said.strip(" ()"))


def download_error(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """Sort what a download address refuses; a 401 there says nothing about our sign-in."""
    error = error_of(status, headers, body)
    if isinstance(error, SignInNeeded | AccessDenied | Gone | CursorExpired):
        return AddressRefused("Microsoft's storage refuses the download address; it is asked anew")
    if status == 416:
        return Overtaken("the file in Microsoft 365 is shorter than it was")
    if isinstance(error, InvalidRequest):
        return MalformedReply(f"Microsoft's storage refuses a download: {error}")
    return error


def upload_error(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """Sort what an upload address refuses."""
    code, _ = told(body)
    if status == 416 or code in {"invalidRange", "fragmentOutOfOrder", "fragmentOverlap"}:
        return OutOfStep("Microsoft's storage expects another part of the file")
    error = error_of(status, headers, body)
    if isinstance(error, SignInNeeded | AccessDenied | Gone | CursorExpired):
        return SessionLost("Microsoft's storage does not know the upload any more; it starts again")
    return error
