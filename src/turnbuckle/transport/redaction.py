"""Take secrets out of texts before anybody reads them.

Tokens, secrets and signed addresses must appear in no log line and in no error. A signed address
is a secret as a whole: whoever has it can read the file, so queries go altogether.
"""

import re

_HIDDEN = "[hidden]"
_QUERY = re.compile(r"(?P<address>\bhttps?://[^\s?#\"'<>]+)[?#][^\s\"'<>]*", re.IGNORECASE)
_USER_IN_ADDRESS = re.compile(r"(?P<scheme>\bhttps?://)[^/\s@]+@", re.IGNORECASE)
_BEARER = re.compile(r"\b(?P<kind>bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_JSON_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
_NAMED = re.compile(
    r"(?P<name>\"?\b(?:access_token|refresh_token|id_token|client_secret|client_assertion|password"
    r"|code_verifier|device_code|tempauth|x-amz-[a-z-]+|authorization|policy|signature|sig)"
    r"\"?\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s&,;\"'}]+)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Give `text` without tokens, secrets, signatures and the queries of addresses."""
    text = _QUERY.sub(rf"\g<address>?{_HIDDEN}", text)
    text = _USER_IN_ADDRESS.sub(rf"\g<scheme>{_HIDDEN}@", text)
    text = _BEARER.sub(rf"\g<kind> {_HIDDEN}", text)
    text = _JSON_WEB_TOKEN.sub(_HIDDEN, text)
    return _NAMED.sub(rf"\g<name>{_HIDDEN}", text)
