"""What Graph's refusals mean, from samples of section 8 of the fact sheet."""

import json

import pytest

from turnbuckle.connectors.graph.replies import (
    AddressRefused,
    InvalidRequest,
    NameTaken,
    OutOfStep,
    SessionLost,
    download_error,
    error_of,
    sorter,
    told,
    upload_error,
)
from turnbuckle.ports.clock import SystemClock
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    CursorExpired,
    Gone,
    Locked,
    NoSpace,
    Overtaken,
    RateLimited,
    RemoteError,
    ServerError,
    SignInNeeded,
    TooLarge,
    Unsupported,
)

HTML = b"<html><head><title>Service unavailable</title></head></html>"


def body(code: str, *inner: str, key: str = "innerError", message: str = "No.") -> bytes:
    error: dict[str, object] = {"code": code, "message": message}
    at = error
    for finer in inner:
        deeper: dict[str, object] = {"code": finer, "date": "2026-11-22T10:00:00"}
        at[key] = deeper
        at = deeper
    return json.dumps({"error": error}).encode()


@pytest.mark.parametrize(
    ("status", "sent", "meant"),
    [
        (400, body("invalidRequest"), InvalidRequest),
        (400, body("invalidRequest", "pathIsTooLong"), BadName),
        (401, body("InvalidAuthenticationToken"), SignInNeeded),
        (403, body("accessDenied"), AccessDenied),
        (404, body("itemNotFound"), Gone),
        (405, body("notSupported"), Unsupported),
        (409, body("nameAlreadyExists"), NameTaken),
        (409, body("resourceModified"), Overtaken),
        (409, HTML, NameTaken),
        (410, body("resyncRequired", "resyncChangesApplyDifferences"), CursorExpired),
        (412, body("notAllowed"), Overtaken),
        (413, b"", TooLarge),
        (423, body("notAllowed", "resourceLocked"), Locked),
        (423, body("accessDenied"), Locked),
        (423, HTML, Locked),
        (403, body("notAllowed", "resourceLocked", key="innererror"), Locked),
        (429, body("activityLimitReached", "throttledRequest"), RateLimited),
        (500, body("generalException"), ServerError),
        (501, body("notSupported"), Unsupported),
        (503, HTML, ServerError),
        (504, b"", ServerError),
        (507, body("quotaLimitReached"), NoSpace),
        (403, body("quotaLimitReached"), NoSpace),
        (509, body("activityLimitReached"), RateLimited),
    ],
)
def test_a_refusal_is_sorted_by_what_we_do_next(
    status: int, sent: bytes, meant: type[RemoteError]
) -> None:
    assert type(sorter(SystemClock())(status, {}, sent)) is meant


def test_busy_with_a_time_is_a_wait() -> None:
    error = sorter(SystemClock())(503, {"retry-after": "17"}, HTML)

    assert isinstance(error, RateLimited)
    assert error.wait.total_seconds() == 17


def test_a_busy_storage_with_a_time_is_a_wait_too() -> None:
    for sort in (upload_error, download_error):
        error = sort(503, {"retry-after": "17"}, HTML)

        assert isinstance(error, RateLimited)
        assert error.wait.total_seconds() == 17


def test_a_storage_that_is_busy_for_years_is_asked_again_in_an_hour() -> None:
    for sort in (upload_error, download_error):
        error = sort(503, {"retry-after": "9" * 40}, HTML)

        assert isinstance(error, RateLimited)
        assert error.wait.total_seconds() == 3600


@pytest.mark.parametrize("key", ["innerError", "innererror"])
def test_the_most_detailed_code_that_we_know_is_read(key: str) -> None:
    assert told(body("a", "resourceLocked", "unheardOf", key=key))[0] == "resourceLocked"
    assert told(body("unheardOf", "neverSeen", key=key))[0] == "unheardOf"


@pytest.mark.parametrize(
    "sent", [b"", HTML, b"[]", b'{"error": "text"}', b'{"error": {"code": 5}}', b"\xff\xfe"]
)
def test_no_body_whatever_it_is_breaks_the_reading(sent: bytes) -> None:
    assert told(sent) == ("", "")


def test_a_message_is_shown_without_its_secrets() -> None:
    sent = body("invalidRequest", message="See https://x.sharepoint.com/y?tempauth=SECRETSECRET")

    assert "SECRETSECRET" not in str(error_of(400, {}, sent))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_addresses_of_the_storage_expire_and_that_is_all(status: int) -> None:
    assert type(download_error(status, {}, HTML)) is AddressRefused
    assert type(upload_error(status, {}, HTML)) is SessionLost


@pytest.mark.parametrize(
    ("status", "code"),
    [(416, "invalidRange"), (400, "fragmentOutOfOrder"), (400, "fragmentOverlap")],
)
def test_a_fragment_out_of_step_can_be_put_right(status: int, code: str) -> None:
    assert type(upload_error(status, {}, body("invalidRequest", code))) is OutOfStep
