"""Every shape in which Procore says no becomes the error that names the next step."""

import pytest

from turnbuckle.connectors.procore.replies import sentences, sort_error, sort_sign_in_error
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    CheckedOut,
    EmptyRefused,
    Gone,
    MalformedReply,
    Overtaken,
    ProjectArchived,
    RemoteError,
    ServerError,
    SignInNeeded,
    TooLarge,
    TypeRefused,
)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"errors":{"name":["has already been taken"]}}', Overtaken),
        (422, b'{"errors":{"name":["has already been taken"]}}', Overtaken),
        (400, b'{"errors":"name has already been taken"}', Overtaken),
        (400, b'{"errors":{"name":["is too long"]}}', BadName),
        (400, b'{"errors":{"image_name":["is too long"]}}', BadName),
        (400, b'{"errors":{"image":["is not of a type that Photos takes"]}}', TypeRefused),
        (400, b'{"errors":{"image_category_id":["is not an album of this project"]}}', Gone),
        (400, b'{"errors":{"size":["is too small"]}}', EmptyRefused),
        (403, b'{"message":"The project is inactive and can only be read"}', ProjectArchived),
        (409, b'{"errors":{"base":["is checked out"]},"file":{"name":"taken.pdf"}}', CheckedOut),
        (409, b"", CheckedOut),
        (403, b'{"message":"The file is checked out by another user"}', CheckedOut),
        (403, b'{"message":"Invalid Project or Company"}', AccessDenied),
        (403, b'{"code":403,"message":"no","fields":null,"reason":null}', AccessDenied),
        (403, b"<html>no</html>", AccessDenied),
        (404, b'{"message":"File was not found"}', Gone),
        (401, b'{"errors":"The access token is invalid"}', SignInNeeded),
        (422, b'{"error":{"code":"x","message":"exceeds the maximum file size"}}', TooLarge),
        (413, b"", TooLarge),
        (400, b'{"errors":"page is wrong"}', MalformedReply),
        (503, b"", ServerError),
        (302, b"", MalformedReply),
    ],
)
def test_a_refusal_is_sorted_by_what_comes_next(
    status: int, body: bytes, error: type[RemoteError]
) -> None:
    assert type(sort_error(status, {}, body)) is error


def test_a_refusal_repeats_no_secret() -> None:
    body = b'{"errors":"see https://storage.example/x?sig=abc123 Bearer abcdefghijk"}'

    text = str(sort_error(400, {}, body))

    assert "abc123" not in text
    assert "abcdefghijk" not in text


def test_deeply_nested_nonsense_ends() -> None:
    body = b'{"errors":' + b"[" * 50 + b'"x"' + b"]" * 50 + b"}"

    assert list(sentences(body)) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":"invalid_client","error_description":"no"}', "client id and secret"),
        (b'{"error":"invalid_grant","error_description":"The refresh token is invalid"}', "again"),
        (b'{"error":"invalid_grant","error_description":"The authorization code is old"}', "code"),
    ],
)
def test_a_refused_sign_in_says_what_to_do(body: bytes, words: str) -> None:
    error = sort_sign_in_error(401, body)

    assert isinstance(error, SignInNeeded)
    assert words in str(error)
