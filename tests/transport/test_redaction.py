"""No secret survives redaction."""

import pytest

from turnbuckle.transport.redaction import redact


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cret-token",
        "bearer s3cret-token-that-is-long",
        "https://storage.example/x?sig=s3cret",
        "https://storage.example/x#s3cret",
        "GET https://contoso.example/a?tempauth=s3cret&x=1 failed",
        "https://s3cret:word@storage.example/x",
        '{"access_token": "s3cret", "refresh_token": "s3cret"}',
        "client_secret=s3cret&grant_type=x",
        "refresh_token=s3cret",
        "X-Amz-Signature=s3cret",
        "policy: s3cret",
        "token eyJhbGciOi.s3cret.s3cret",
        "Basic s3cretbase64==",
    ],
)
def test_a_secret_is_taken_out(text: str) -> None:
    assert "s3cret" not in redact(text)


@pytest.mark.parametrize(
    "text", ["A-101 rev B.pdf is checked out", "https://api.procore.com/rest/v1.0/me", ""]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text
